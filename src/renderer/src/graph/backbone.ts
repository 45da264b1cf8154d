import { EDGE_KINDS, NO_SLOT } from './renderer.ts'

/** Lines of a peer up to which each is kept; of more, only those that join what would be apart. */
const KEEP = 3
/** So few lines are all kept: they are no ball. */
const FEW = 12
/** Places in the order of lines of one kind that are told apart; a power of two. */
const BUCKETS = 4096

/** What a backbone is chosen from, by slots and pairs of slots. */
export interface BackboneInput {
  readonly slots: number
  readonly pairs: number
  /** Two slots for each pair; `NO_SLOT` where it is free. */
  readonly edges: Uint32Array
  /** Index in `EDGE_KINDS` for each pair. */
  readonly kinds: Uint8Array
  /** A number for each slot that stays the same for its peer: it decides between lines of one kind. */
  readonly hashes: Uint32Array
  /** Our own slot, whose gossip neighbors are all kept; -1 for none. */
  readonly self: number
}

/**
 * Sets 1 for each pair that belongs to the backbone, 0 for all others, and returns how many do. Lines are looked at in a fixed
 * order, gossip neighbors first: one is kept where both of its peers have fewer than three, or where it joins parts that
 * nothing kept before it joins. So whatever is connected stays so, and a sparse graph keeps nearly everything.
 */
export function chooseBackbone(input: BackboneInput, kept: Uint8Array): number {
  const { slots, pairs, edges, kinds, self } = input
  const order = inOrder(input)
  kept.fill(0, 0, pairs)
  const parents = new Int32Array(slots)
  for (let slot = 0; slot < slots; slot++) parents[slot] = slot
  const degrees = new Uint32Array(slots)
  let count = 0
  // Plain steps: while the page is young this runs before anything of it was compiled.
  for (let place = 0; place < order.length; place++) {
    const pair = order[place] ?? 0
    const a = edges[pair * 2] ?? 0
    const b = edges[pair * 2 + 1] ?? 0
    const rootA = rootOf(parents, a)
    const rootB = rootOf(parents, b)
    const few = (degrees[a] ?? 0) < KEEP && (degrees[b] ?? 0) < KEEP
    const own = kinds[pair] === 0 && (a === self || b === self)
    if (rootA === rootB && !few && !own && order.length > FEW) continue
    parents[rootA] = rootB
    degrees[a] = (degrees[a] ?? 0) + 1
    degrees[b] = (degrees[b] ?? 0) + 1
    kept[pair] = 1
    count++
  }
  return count
}

/** The root of a slot's part; what is passed on the way is hung higher. */
export function rootOf(parents: Int32Array, slot: number): number {
  let at = slot
  for (let up = parents[at] ?? at; up !== at; up = parents[at] ?? at) {
    parents[at] = parents[up] ?? up
    at = up
  }
  return at
}

/** A number for a peer that stays the same wherever and whenever it is drawn. */
export function hashOf(peerId: string): number {
  let hash = 0x811c9dc5
  // The end tells peers apart.
  for (let index = Math.max(0, peerId.length - 12); index < peerId.length; index++) {
    hash = Math.imul(hash ^ peerId.charCodeAt(index), 0x01000193)
  }
  return hash >>> 0
}

/** Pairs that are not free, by kind, then by what their peers come to. Sorted by counting: this is done with each change. */
function inOrder({ pairs, edges, kinds, hashes }: BackboneInput): Uint32Array {
  const places = new Uint32Array(EDGE_KINDS.length * BUCKETS + 1)
  const keys = new Uint16Array(pairs)
  let count = 0
  for (let pair = 0; pair < pairs; pair++) {
    const a = edges[pair * 2] ?? NO_SLOT
    if (a === NO_SLOT) continue
    const sum = Math.imul((hashes[a] ?? 0) ^ (hashes[edges[pair * 2 + 1] ?? 0] ?? 0), 0x9e3779b1)
    const key = (kinds[pair] ?? 0) * BUCKETS + (sum >>> 20)
    keys[pair] = key
    places[key + 1] = (places[key + 1] ?? 0) + 1
    count++
  }
  for (let key = 1; key < places.length; key++) places[key] = (places[key] ?? 0) + (places[key - 1] ?? 0)
  const order = new Uint32Array(count)
  for (let pair = 0; pair < pairs; pair++) {
    if (edges[pair * 2] === NO_SLOT) continue
    const key = keys[pair] ?? 0
    const place = places[key] ?? 0
    order[place] = pair
    places[key] = place + 1
  }
  return order
}
