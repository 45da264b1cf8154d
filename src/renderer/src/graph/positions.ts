import { recall, remember } from '../ui/storage.ts'
import type { Remembered } from './folding.ts'
import type { GraphModel, Place } from './model.ts'

/** Networks and peers whose positions are kept; what was used longest ago goes first. */
const NETWORKS_MAX = 8
const PEERS_MAX = 12_000
/** Characters of a peer id's end that name it within its network. */
const TAIL = 12

/** Where a network's peers were. In order of use: those not seen for the longest time are forgotten beyond 12,000. */
export class Places {
  readonly #network: string
  readonly #known: Map<string, Place>
  /** Clusters by place: the end of the id of the peer that each is named after, and where its middle is. */
  #clusters: readonly Flat[]

  constructor(network: string) {
    this.#network = network
    this.#known = new Map(read(network).map(([tail, x, y, pinned]) => [tail, { x, y, pinned: pinned === 1 }]))
    this.#clusters = recall(`clusters.${network}`, isFlat) ?? []
  }

  of(peerId: string): Place | null {
    return this.#known.get(peerId.slice(-TAIL)) ?? null
  }

  set(peerId: string, place: Place): void {
    const tail = peerId.slice(-TAIL)
    this.#known.delete(tail)
    this.#known.set(tail, place)
    if (this.#known.size <= PEERS_MAX) return
    const [oldest] = this.#known.keys()
    if (oldest !== undefined) this.#known.delete(oldest)
  }

  /** Takes over where the peers of a model are. */
  take({ slots, positions, pinned, rows }: Pick<GraphModel, 'slots' | 'positions' | 'pinned' | 'rows'>): void {
    for (let slot = 0; slot < slots; slot++) {
      const row = rows[slot] ?? null
      if (row === null) continue
      const [x, y] = [positions[slot * 2] ?? 0, positions[slot * 2 + 1] ?? 0]
      this.set(row.peerId, { x, y, pinned: pinned[slot] === 1 })
    }
  }

  /** Takes over clusters by place; none where peers are arranged otherwise: then those before stay. */
  keepClusters({ rows }: Pick<GraphModel, 'rows'>, clusters: readonly Remembered[]): void {
    if (clusters.length === 0) return
    this.#clusters = clusters.flatMap(({ slot, x, y }): readonly Flat[] => {
      const row = rows[slot] ?? null
      return row === null ? [] : [[row.peerId.slice(-TAIL), round(x), round(y)]]
    })
  }

  /** The clusters that were kept, with the slots that their peers have in a model: -1 for one that is not there. */
  clustersIn({ rows }: Pick<GraphModel, 'rows'>): readonly Remembered[] {
    if (this.#clusters.length === 0) return []
    const slots = new Map(rows.map((row, slot) => [row?.peerId.slice(-TAIL), slot]))
    return this.#clusters.map(([tail, x, y]) => ({ slot: slots.get(tail) ?? -1, x, y }))
  }

  /** Keeps them on this machine, for at most 8 networks. */
  save(): void {
    const known = recall('positions', isNames) ?? []
    const kept = [this.#network, ...known.filter((id) => id !== this.#network)]
    for (const id of kept.slice(NETWORKS_MAX)) {
      remember(`positions.${id}`, null)
      remember(`clusters.${id}`, null)
    }
    remember('positions', kept.slice(0, NETWORKS_MAX))
    const flat = [...this.#known].map(([tail, { x, y, pinned }]) => [tail, round(x), round(y), ...(pinned ? [1] : [])])
    remember(`positions.${this.#network}`, flat)
    if (this.#clusters.length > 0) remember(`clusters.${this.#network}`, this.#clusters)
  }
}

type Flat = readonly [tail: string, x: number, y: number, pinned?: number]

function read(network: string): Flat[] {
  return (recall(`positions.${network}`, isFlat) ?? []).map(([id, ...rest]) => [id.slice(-TAIL), ...rest])
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}

function isNames(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string')
}

function isFlat(value: unknown): value is Flat[] {
  return (
    Array.isArray(value) &&
    value.every(
      (one) => Array.isArray(one) && typeof one[0] === 'string' && Number.isFinite(one[1]) && Number.isFinite(one[2]),
    )
  )
}
