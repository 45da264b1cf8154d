import { recall, remember } from '../ui/storage.ts'

type Place = readonly [number, number]

/** Networks and peers whose positions are kept; what was used longest ago goes first. */
const NETWORKS_MAX = 8
const PEERS_MAX = 3000

/** Remembered positions of a network's peers, keyed by peer id. */
export function recallPositions(networkId: string): Map<string, Place> {
  const flat = recall(`positions.${networkId}`, isFlat) ?? []
  return new Map(flat.map(([peerId, x, y]) => [peerId, [x, y]]))
}

/** Remembers positions of a network's peers, at most 3,000 of them, for at most 8 networks. */
export function rememberPositions(networkId: string, places: ReadonlyMap<string, Place>): void {
  const known = recall('positions', isNames) ?? []
  const kept = [networkId, ...known.filter((id) => id !== networkId)]
  for (const id of kept.slice(NETWORKS_MAX)) remember(`positions.${id}`, null)
  remember('positions', kept.slice(0, NETWORKS_MAX))
  const flat = [...places].slice(0, PEERS_MAX).map(([peerId, [x, y]]) => [peerId, round(x), round(y)])
  remember(`positions.${networkId}`, flat)
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}

function isNames(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string')
}

function isFlat(value: unknown): value is [string, number, number][] {
  return (
    Array.isArray(value) &&
    value.every(
      (one) => Array.isArray(one) && typeof one[0] === 'string' && Number.isFinite(one[1]) && Number.isFinite(one[2]),
    )
  )
}
