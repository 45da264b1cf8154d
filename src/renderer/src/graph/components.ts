import { rootOf } from './backbone.ts'
import { NO_SLOT } from './renderer.ts'

/** The connected parts of a graph by the lines that are known of it. */
export interface Components {
  /** For each slot the place of its part, the largest first; -1 for free slots and for peers without a line. */
  readonly of: Int32Array
  /** Peers of each part. */
  readonly sizes: readonly number[]
}

/** What parts are found in. */
export interface ComponentsInput {
  readonly slots: number
  readonly live: Uint8Array
  readonly pairs: number
  readonly edges: Uint32Array
}

/** Finds the connected parts. Of two that are as large the one with the lower slot comes first. */
export function componentsOf({ slots, live, pairs, edges }: ComponentsInput): Components {
  const parents = new Int32Array(slots).map((_, slot) => slot)
  for (let pair = 0; pair < pairs; pair++) {
    const a = edges[pair * 2] ?? NO_SLOT
    if (a === NO_SLOT) continue
    const [low, high] = [rootOf(parents, a), rootOf(parents, edges[pair * 2 + 1] ?? 0)].sort((x, y) => x - y)
    if (low !== undefined && high !== undefined) parents[high] = low
  }
  const counts = new Map<number, number>()
  for (let slot = 0; slot < slots; slot++) {
    if (live[slot] !== 1) continue
    const root = rootOf(parents, slot)
    counts.set(root, (counts.get(root) ?? 0) + 1)
  }
  const joined = [...counts].filter(([, count]) => count > 1).sort(([a, x], [b, y]) => y - x || a - b)
  const places = new Map(joined.map(([root], place) => [root, place]))
  const of = new Int32Array(slots).fill(-1)
  for (let slot = 0; slot < slots; slot++) {
    if (live[slot] === 1) of[slot] = places.get(rootOf(parents, slot)) ?? -1
  }
  return { of, sizes: joined.map(([, count]) => count) }
}
