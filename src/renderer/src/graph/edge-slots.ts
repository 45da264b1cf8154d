import type { PeerId } from '../../../shared/ids.ts'
import type { Edge } from '../../../shared/peer.ts'
import { Dirty } from './dirty.ts'
import { EDGE_KINDS, NO_SLOT } from './renderer.ts'

/** The most slots; pairs of slots are keyed in one number. */
const PAIR = 2 ** 24
const NONE = EDGE_KINDS.length

/** What was made of an edge. */
interface Known {
  edge: Edge
  /** The pair it belongs to, -1 for none, and the next edge of that pair. */
  pair: number
  next: Known | null
  /** An end that is not drawn, and without which there is no line. */
  waits: string | null
}

/** Keys of peers and edges that came, changed or went. */
export interface Touched {
  readonly peers: Iterable<PeerId>
  readonly edges: Iterable<string>
}

/** What edges are to be drawn. */
export interface EdgeInput {
  readonly edges: ReadonlyMap<string, Edge>
  readonly edgeShown: (edge: Edge) => boolean
  /** All that may differ from the last update, and is looked at; null for everything. */
  readonly touched: Touched | null
}

/** Which lines are drawn between which slots. Lines that go leave a free pair behind, which is used again. */
export class EdgeSlots {
  pairs = 0
  edges: Uint32Array = new Uint32Array(128).fill(NO_SLOT)
  kinds: Uint8Array = new Uint8Array(64)
  readonly changed = new Dirty()
  readonly #slotOf: (peerId: string) => number
  readonly #onDegree: (slot: number, by: 1 | -1) => void
  /** The first edge of each pair. */
  readonly #first: (Known | null)[] = []
  #free: number[] = []
  readonly #pairOf = new Map<number, number>()
  readonly #known = new Map<string, Known>()
  readonly #waiting = new Map<string, Set<Known>>()

  constructor(slotOf: (peerId: string) => number, onDegree: (slot: number, by: 1 | -1) => void) {
    this.#slotOf = slotOf
    this.#onDegree = onDegree
  }

  /** Number of lines. */
  get count(): number {
    return this.#pairOf.size
  }

  /** An edge as it was taken in last. */
  known(key: string): Edge | undefined {
    return this.#known.get(key)?.edge
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

  /** Frees the pairs that end at a slot with a mark, whose peer no longer has a slot. */
  release(gone: Uint8Array): void {
    for (let pair = 0; pair < this.pairs; pair++) {
      const a = this.edges[pair * 2] ?? NO_SLOT
      if (a === NO_SLOT || (gone[a] !== 1 && gone[this.edges[pair * 2 + 1] ?? 0] !== 1)) continue
      let known = this.#first[pair] ?? null
      this.#drop(pair)
      while (known !== null) {
        const { next } = known
        known.pair = -1
        known.next = null
        this.#attach(known)
        known = next
      }
    }
  }

  /** Takes in edges that were touched, and those that waited for peers that came. True when a line came or went. */
  update({ edges, edgeShown, touched }: EdgeInput, came: readonly string[]): boolean {
    let changed = false
    const look = (key: string, edge: Edge): void => {
      if (this.#keep(key, edge, edgeShown(edge))) changed = true
    }
    if (touched === null) for (const [key, edge] of edges) look(key, edge)
    const gone = touched?.edges ?? (this.#known.size > edges.size ? this.#known.keys() : [])
    for (const key of gone) {
      const edge = edges.get(key)
      if (edge === undefined) changed = this.#forget(key) || changed
      else if (touched !== null) look(key, edge)
    }
    for (const peerId of came) {
      for (const known of this.#waiting.get(peerId) ?? []) changed = this.#attach(known) || changed
    }
    return changed
  }

  #keep(key: string, edge: Edge, shown: boolean): boolean {
    let known = this.#known.get(key)
    if (known === undefined) {
      known = { edge, pair: -1, next: null, waits: null }
      this.#known.set(key, known)
    }
    known.edge = edge
    if (!shown) return this.#detach(known)
    return known.pair < 0 && this.#attach(known)
  }

  #forget(key: string): boolean {
    const known = this.#known.get(key)
    this.#known.delete(key)
    return known !== undefined && this.#detach(known)
  }

  /** Adds an edge to its pair, or lets it wait for an end that is not drawn. True when that made a line. */
  #attach(known: Known): boolean {
    const { a, b } = known.edge
    if (a === b) return false
    const [slotA, slotB] = [this.#slotOf(a), this.#slotOf(b)]
    this.#wait(known, slotA < 0 ? a : slotB < 0 ? b : null)
    if (known.waits !== null) return false
    const key = keyOf(slotA, slotB)
    const found = this.#pairOf.get(key)
    const pair = found ?? this.#take(key, slotA, slotB)
    known.pair = pair
    known.next = this.#first[pair] ?? null
    this.#first[pair] = known
    this.#setKind(pair)
    return found === undefined
  }

  /** Takes an edge off its pair. True when a line went with it. */
  #detach(known: Known): boolean {
    this.#wait(known, null)
    const { pair } = known
    if (pair < 0) return false
    let before = this.#first[pair] ?? null
    if (before === known) this.#first[pair] = known.next
    else {
      while (before !== null && before.next !== known) before = before.next
      if (before !== null) before.next = known.next
    }
    known.pair = -1
    known.next = null
    if (this.#setKind(pair)) return false
    this.#drop(pair)
    return true
  }

  #wait(known: Known, peerId: string | null): void {
    if (known.waits === peerId) return
    if (known.waits !== null) {
      const others = this.#waiting.get(known.waits)
      others?.delete(known)
      if (others?.size === 0) this.#waiting.delete(known.waits)
    }
    known.waits = peerId
    if (peerId === null) return
    const others = this.#waiting.get(peerId)
    if (others === undefined) this.#waiting.set(peerId, new Set([known]))
    else others.add(known)
  }

  /** Sets the strongest kind. False when no edge is left. */
  #setKind(pair: number): boolean {
    let kind: number = NONE
    for (let known = this.#first[pair] ?? null; known !== null; known = known.next) {
      kind = Math.min(kind, EDGE_KINDS.indexOf(known.edge.kind))
    }
    if (kind === NONE) return false
    if (this.kinds[pair] !== kind) {
      this.kinds[pair] = kind
      this.changed.add(pair)
    }
    return true
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
    this.#first[pair] = null
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
  }
}

/** The larger array with what was in the old one. */
export function grown<T extends Uint8Array | Uint32Array | Float32Array>(old: ArrayLike<number>, larger: T): T {
  larger.set(old)
  return larger
}

function keyOf(a: number, b: number): number {
  return Math.min(a, b) * PAIR + Math.max(a, b)
}
