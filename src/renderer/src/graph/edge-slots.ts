import type { Edge } from '../../../shared/peer.ts'
import { Dirty } from './dirty.ts'
import { EDGE_KINDS, NO_SLOT } from './renderer.ts'

/** The most slots; pairs of slots are keyed in one number. */
const PAIR = 2 ** 24
const KINDS = EDGE_KINDS.length

/** What was made of an edge: the pair it belongs to, -1 for none. A pair that was freed since has another generation. */
interface Known {
  readonly edge: Edge
  pair: number
  generation: number
  seen: number
}

/** What edges are to be drawn. */
export interface EdgeInput {
  readonly edges: ReadonlyMap<string, Edge>
  readonly edgeShown: (edge: Edge) => boolean
}

/** Which lines are drawn between which slots. Lines that go leave a free pair behind, which is used again. */
export class EdgeSlots {
  pairs = 0
  edges: Uint32Array = new Uint32Array(128).fill(NO_SLOT)
  kinds: Uint8Array = new Uint8Array(64)
  readonly changed = new Dirty()
  readonly #slotOf: (peerId: string) => number
  readonly #onDegree: (slot: number, by: 1 | -1) => void
  /** How many facts of each kind make a pair. */
  #facts = new Uint16Array(64 * KINDS)
  #generations = new Uint32Array(64)
  #free: number[] = []
  readonly #pairOf = new Map<number, number>()
  readonly #known = new Map<string, Known>()
  #round = 0

  constructor(slotOf: (peerId: string) => number, onDegree: (slot: number, by: 1 | -1) => void) {
    this.#slotOf = slotOf
    this.#onDegree = onDegree
  }

  /** Number of lines. */
  get count(): number {
    return this.#pairOf.size
  }

  /** The pair that joins two slots, or -1. */
  between(a: number, b: number): number {
    return this.#pairOf.get(keyOf(a, b)) ?? -1
  }

  /** Pairs that end at a slot. */
  at(slot: number): number[] {
    const found: number[] = []
    for (let index = 0; index < this.pairs * 2; index++) if (this.edges[index] === slot) found.push(index >> 1)
    return found
  }

  /** Frees the pairs that end at a slot with a mark. */
  release(gone: Uint8Array): void {
    for (let pair = 0; pair < this.pairs; pair++) {
      const a = this.edges[pair * 2] ?? NO_SLOT
      if (a !== NO_SLOT && (gone[a] === 1 || gone[this.edges[pair * 2 + 1] ?? 0] === 1)) this.#drop(pair)
    }
  }

  /** Takes in the edges. True when a line came or went. */
  update({ edges, edgeShown }: EdgeInput): boolean {
    const round = ++this.#round
    let changed = false
    for (const [key, edge] of edges) {
      let known = this.#known.get(key)
      if (known === undefined) {
        known = { edge, pair: -1, generation: 0, seen: round }
        this.#known.set(key, known)
      }
      known.seen = round
      if (known.pair >= 0 && this.#generations[known.pair] !== known.generation) known.pair = -1
      if (!edgeShown(edge)) changed = this.#detach(known) || changed
      else if (known.pair < 0) changed = this.#attach(known) || changed
    }
    if (this.#known.size > edges.size) {
      for (const [key, known] of this.#known) {
        if (known.seen === round) continue
        this.#known.delete(key)
        if (this.#generations[known.pair] === known.generation) changed = this.#detach(known) || changed
      }
    }
    return changed
  }

  #attach(known: Known): boolean {
    const a = this.#slotOf(known.edge.a)
    const b = this.#slotOf(known.edge.b)
    if (a < 0 || b < 0 || a === b) return false
    const key = keyOf(a, b)
    const found = this.#pairOf.get(key)
    const pair = found ?? this.#take(key, a, b)
    const at = pair * KINDS + EDGE_KINDS.indexOf(known.edge.kind)
    this.#facts[at] = (this.#facts[at] ?? 0) + 1
    known.pair = pair
    known.generation = this.#generations[pair] ?? 0
    this.#setKind(pair)
    return found === undefined
  }

  #detach(known: Known): boolean {
    const { pair } = known
    if (pair < 0) return false
    known.pair = -1
    const at = pair * KINDS + EDGE_KINDS.indexOf(known.edge.kind)
    this.#facts[at] = (this.#facts[at] ?? 1) - 1
    if (this.#setKind(pair)) return false
    this.#drop(pair)
    return true
  }

  /** Sets the strongest kind. False when no fact is left. */
  #setKind(pair: number): boolean {
    for (let kind = 0; kind < KINDS; kind++) {
      if (this.#facts[pair * KINDS + kind] === 0) continue
      if (this.kinds[pair] !== kind) {
        this.kinds[pair] = kind
        this.changed.add(pair)
      }
      return true
    }
    return false
  }

  #take(key: number, a: number, b: number): number {
    const pair = this.#free.pop() ?? this.pairs++
    if (pair >= this.kinds.length) this.#grow()
    this.edges[pair * 2] = Math.min(a, b)
    this.edges[pair * 2 + 1] = Math.max(a, b)
    this.#pairOf.set(key, pair)
    this.changed.add(pair)
    this.#onDegree(a, 1)
    this.#onDegree(b, 1)
    return pair
  }

  #drop(pair: number): void {
    const a = this.edges[pair * 2] ?? 0
    const b = this.edges[pair * 2 + 1] ?? 0
    this.#pairOf.delete(keyOf(a, b))
    this.edges.fill(NO_SLOT, pair * 2, pair * 2 + 2)
    this.#facts.fill(0, pair * KINDS, (pair + 1) * KINDS)
    this.#generations[pair] = (this.#generations[pair] ?? 0) + 1
    this.#free.push(pair)
    this.changed.add(pair)
    this.#onDegree(a, -1)
    this.#onDegree(b, -1)
  }

  #grow(): void {
    const { edges, kinds } = this
    const capacity = kinds.length * 2
    this.edges = new Uint32Array(capacity * 2).fill(NO_SLOT)
    this.edges.set(edges)
    this.kinds = grown(kinds, new Uint8Array(capacity))
    this.#facts = grown(this.#facts, new Uint16Array(capacity * KINDS))
    this.#generations = grown(this.#generations, new Uint32Array(capacity))
  }
}

/** The larger array with what was in the old one. */
export function grown<T extends Uint8Array | Uint16Array | Uint32Array | Float32Array>(
  old: ArrayLike<number>,
  larger: T,
): T {
  larger.set(old)
  return larger
}

function keyOf(a: number, b: number): number {
  return Math.min(a, b) * PAIR + Math.max(a, b)
}
