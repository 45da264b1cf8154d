import type { PeerRow } from '../../../shared/peer.ts'
import { visible } from '../../../shared/visible-text.ts'
import { GRAPH } from '../ui/strings-graph.ts'
import { noneOf } from './colours.ts'
import { groupsOf, NONE, OTHER, valuesOf } from './grouping.ts'
import type { LayoutKind } from './layout-messages.ts'
import type { ArrangeBy } from './look.ts'
import type { GraphModel } from './model.ts'
import { RING_BOUNDS, ringOf } from './rings.ts'

/** Clusters with a place of their own; smaller ones lie together. */
const CLUSTERS_MAX = 40

/** How the peers of a model are arranged: by forces, or in clusters or rings that have names. */
export interface Arrangement {
  readonly kind: LayoutKind
  /** The cluster or ring of each slot; -1 where it is free, and for ourselves in the middle of rings. */
  readonly of: Int32Array
  readonly names: readonly string[]
  /** Peers of each, ourselves not counted. */
  readonly counts: readonly number[]
  /** The one that we are in; -1 for none. */
  readonly ours: number
}

/** A circle that stands behind its peers and says what they have in common. */
export interface Guide {
  readonly kind: 'cluster' | 'ring'
  readonly x: number
  readonly y: number
  readonly radius: number
  readonly label: string
  /** Which of the arrangement's clusters or rings it is. */
  readonly at: number
}

const FORCE: Arrangement = { kind: 'force', of: new Int32Array(0), names: [], counts: [], ours: -1 }

/** The arrangement that is chosen. `wordOf` has the words of ids. */
export function arrangementOf(
  by: ArrangeBy,
  model: Pick<GraphModel, 'slots' | 'rows'>,
  islandOf: (row: PeerRow) => number,
  wordOf: (id: string) => string,
): Arrangement {
  if (by === 'force') return FORCE
  if (by === 'rings')
    return counted('rings', model, ringNames(), (row) => (row.self ? -1 : ringOf(row.rtt?.srtt ?? null)))
  const rows = model.rows.flatMap((row) => row ?? [])
  const { top, groupOf } = groupsOf(rows, valuesOf(by, islandOf), CLUSTERS_MAX)
  const names = top.map((one) => (by === 'island' ? GRAPH.island(one) : visible(wordOf(one))))
  const index = new Map([...top.map((one) => `#${one}`), OTHER, NONE].map((group, at) => [group, at]))
  return counted('clusters', model, [...names, GRAPH.others, noneOf(by)], (row) => index.get(groupOf(row)) ?? -1)
}

/** What each cluster of an arrangement is told from others by: its name, whichever place it has among them. */
export function clusterKeys({ names }: Pick<Arrangement, 'names'>): string[] {
  // The last two are those that have no name of their own, which a tag may have too.
  return names.map((name, at) => `c ${at < names.length - 2 ? name : at - names.length}`)
}

/** Circles of one arrangement, in the order of another: which cluster comes first changes with how many peers each has. */
export function circlesFor(
  to: Pick<Arrangement, 'kind' | 'names'>,
  from: Pick<Arrangement, 'kind' | 'names'>,
  circles: Float32Array,
): Float32Array {
  if (to.kind !== from.kind) return new Float32Array(0)
  if (to.kind !== 'clusters') return circles
  const before = new Map(clusterKeys(from).map((key, at) => [key, at]))
  const ordered = new Float32Array(to.names.length * 3)
  clusterKeys(to).forEach((key, at) => {
    const was = before.get(key)
    if (was !== undefined) ordered.set(circles.subarray(was * 3, was * 3 + 3), at * 3)
  })
  return ordered
}

/** Whether two arrangements put the same slots into the same places. */
export function sameArrangement(a: Arrangement, b: Arrangement): boolean {
  return (
    a.kind === b.kind &&
    a.of.length === b.of.length &&
    a.of.every((cluster, slot) => cluster === b.of[slot]) &&
    a.names.every((name, at) => name === b.names[at])
  )
}

/** The circles of an arrangement: x, y and radius of each, as the layout tells them. */
export function guidesOf({ kind, names, counts, ours }: Arrangement, circles: Float32Array): Guide[] {
  if (kind === 'force') return []
  return names.flatMap((name, at) => {
    const radius = circles[at * 3 + 2] ?? 0
    if (radius === 0) return []
    const label = `${name} · ${GRAPH.counted(counts[at] ?? 0, at === ours)}`
    return {
      kind: kind === 'rings' ? 'ring' : 'cluster',
      x: circles[at * 3] ?? 0,
      y: circles[at * 3 + 1] ?? 0,
      radius,
      label,
      at,
    }
  })
}

function ringNames(): string[] {
  const slowest = RING_BOUNDS.at(-1) ?? 0
  return [...RING_BOUNDS.map((bound) => `< ${bound} ms`), `≥ ${slowest} ms`, GRAPH.unmeasured]
}

function counted(
  kind: LayoutKind,
  { slots, rows }: Pick<GraphModel, 'slots' | 'rows'>,
  names: readonly string[],
  placeOf: (row: PeerRow) => number,
): Arrangement {
  const of = new Int32Array(slots).fill(-1)
  const counts = names.map(() => 0)
  let ours = -1
  for (let slot = 0; slot < slots; slot++) {
    const row = rows[slot] ?? null
    if (row === null) continue
    const place = placeOf(row)
    of[slot] = place
    if (row.self) ours = place
    else if (place >= 0) counts[place] = (counts[place] ?? 0) + 1
  }
  return { kind, of, names, counts, ours }
}
