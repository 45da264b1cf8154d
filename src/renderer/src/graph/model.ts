import type { PeerId } from '../../../shared/ids.ts'
import type { Edge, PeerRow } from '../../../shared/peer.ts'
import { nickname } from '../../../shared/nickname.ts'
import type { GraphScene } from './renderer.ts'

/** Kinds of edges as drawn, the strongest first: two peers are joined by one line, of the strongest kind known. */
export const EDGE_KINDS = ['connection', 'neighbor', 'holds'] as const

/** What is to be drawn. */
export interface ModelInput {
  readonly peers: ReadonlyMap<PeerId, PeerRow>
  readonly edges: ReadonlyMap<string, Edge>
  readonly shown: (row: PeerRow) => boolean
  readonly edgeShown: (edge: Edge) => boolean
  /** A remembered place, where there is one. */
  readonly placeOf: (peerId: PeerId) => readonly [number, number] | null
}

/** The most slots; pairs of slots are keyed in one number. */
const PAIR = 2 ** 24

/** Which peers are drawn in which slots, where, and joined by what. Slots of peers that go are used again. */
export class GraphModel implements GraphScene {
  slots = 0
  live: Uint8Array = new Uint8Array(64)
  positions: Float32Array = new Float32Array(128)
  colours: Uint32Array = new Uint32Array(64)
  sizes: Float32Array = new Float32Array(64)
  degrees: Uint32Array = new Uint32Array(64)
  edges: Uint32Array = new Uint32Array(0)
  edgeKinds: Uint8Array = new Uint8Array(0)
  edgeColours: Uint32Array = new Uint32Array(0)
  edgeRaised: Uint8Array = new Uint8Array(0)
  labels: string[] = []
  dimmed: Uint8Array = new Uint8Array(64)
  /** The peer in each slot; null where it is free. */
  ids: (PeerId | null)[] = []
  #slotOf = new Map<PeerId, number>()
  #free: number[] = []

  /** Number of peers drawn. */
  get count(): number {
    return this.#slotOf.size
  }

  /** The slot of a peer, or -1. */
  slotOf(peerId: PeerId | null): number {
    return peerId === null ? -1 : (this.#slotOf.get(peerId) ?? -1)
  }

  /** Slots of peers joined with a slot, each once. */
  neighborsOf(slot: number): number[] {
    const found: number[] = []
    for (let index = 0; index < this.edges.length; index += 2) {
      if (this.edges[index] === slot) found.push(this.edges[index + 1] ?? slot)
      else if (this.edges[index + 1] === slot) found.push(this.edges[index] ?? slot)
    }
    return found
  }

  /** Takes in peers and edges. True when a node or an edge came or went. */
  update(input: ModelInput): boolean {
    const gone = [...this.#slotOf].filter(([peerId]) => {
      const row = input.peers.get(peerId)
      return row === undefined || !input.shown(row)
    })
    for (const [peerId, slot] of gone) this.#release(peerId, slot)
    const fresh: number[] = []
    for (const row of input.peers.values()) {
      if (!this.#slotOf.has(row.peerId) && input.shown(row)) fresh.push(this.#take(row.peerId))
    }
    const edgesChanged = this.#setEdges(input)
    for (const slot of fresh) this.#place(slot, input.placeOf, new Set(fresh))
    return gone.length > 0 || fresh.length > 0 || edgesChanged
  }

  #take(peerId: PeerId): number {
    const slot = this.#free.pop() ?? this.slots++
    if (slot >= this.live.length) this.#grow()
    this.live[slot] = 1
    this.ids[slot] = peerId
    this.labels[slot] = nickname(peerId)
    this.#slotOf.set(peerId, slot)
    return slot
  }

  #release(peerId: PeerId, slot: number): void {
    this.live[slot] = 0
    this.degrees[slot] = 0
    this.ids[slot] = null
    this.labels[slot] = ''
    this.#slotOf.delete(peerId)
    this.#free.push(slot)
  }

  #grow(): void {
    const capacity = this.live.length * 2
    this.live = grown(this.live, new Uint8Array(capacity))
    this.positions = grown(this.positions, new Float32Array(capacity * 2))
    this.colours = grown(this.colours, new Uint32Array(capacity))
    this.dimmed = grown(this.dimmed, new Uint8Array(capacity))
    this.sizes = grown(this.sizes, new Float32Array(capacity))
    this.degrees = grown(this.degrees, new Uint32Array(capacity))
  }

  #setEdges(input: ModelInput): boolean {
    const pairs = new Map<number, number>()
    for (const edge of input.edges.values()) {
      if (!input.edgeShown(edge)) continue
      const a = this.slotOf(edge.a)
      const b = this.slotOf(edge.b)
      if (a < 0 || b < 0 || a === b) continue
      const key = Math.min(a, b) * PAIR + Math.max(a, b)
      const kind = EDGE_KINDS.indexOf(edge.kind)
      const known = pairs.get(key)
      if (known === undefined || kind < known) pairs.set(key, kind)
    }
    const edges = new Uint32Array(pairs.size * 2)
    const kinds = new Uint8Array(pairs.size)
    let at = 0
    this.degrees.fill(0)
    for (const [key, kind] of pairs) {
      const a = Math.floor(key / PAIR)
      const b = key % PAIR
      edges[at * 2] = a
      edges[at * 2 + 1] = b
      kinds[at] = kind
      at++
      this.degrees[a] = (this.degrees[a] ?? 0) + 1
      this.degrees[b] = (this.degrees[b] ?? 0) + 1
    }
    const changed = !same(edges, this.edges)
    this.edges = edges
    this.edgeKinds = kinds
    if (changed || this.edgeColours.length !== kinds.length) {
      this.edgeColours = new Uint32Array(kinds.length)
      this.edgeRaised = new Uint8Array(kinds.length)
    }
    return changed
  }

  /** A new node starts where it was before, beside a peer it is joined with, or on a spiral that fills evenly. */
  #place(slot: number, placeOf: ModelInput['placeOf'], fresh: ReadonlySet<number>): void {
    const peerId = this.ids[slot]
    const remembered = peerId === null || peerId === undefined ? null : placeOf(peerId)
    if (remembered !== null) return this.#put(slot, remembered[0], remembered[1])
    const angle = slot * 2.399963
    const beside = this.neighborsOf(slot).find((other) => !fresh.has(other))
    if (beside !== undefined) {
      const x = this.positions[beside * 2] ?? 0
      const y = this.positions[beside * 2 + 1] ?? 0
      return this.#put(slot, x + 4 * Math.cos(angle), y + 4 * Math.sin(angle))
    }
    const radius = 8 * Math.sqrt(slot + 1)
    this.#put(slot, radius * Math.cos(angle), radius * Math.sin(angle))
  }

  #put(slot: number, x: number, y: number): void {
    this.positions[slot * 2] = x
    this.positions[slot * 2 + 1] = y
  }
}

function grown<T extends Uint8Array | Uint32Array | Float32Array>(old: T, larger: T): T {
  larger.set(old)
  return larger
}

function same(a: Uint32Array, b: Uint32Array): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index])
}
