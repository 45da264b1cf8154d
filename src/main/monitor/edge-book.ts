/** Edges by who said them: what a peer says takes the place of what it said before, and goes when it is old. */
import type { PeerId } from '../../shared/ids.ts'
import type { Edge } from '../../shared/peer.ts'
import type { View } from './view.ts'

/** Where edges go, and their bounds. */
export interface EdgeBookParts {
  readonly view: Pick<View, 'putEdge' | 'removeEdge'>
  /** Our own edges are seen, not told: no bound is for them. */
  readonly self: PeerId
  /** Edges that others told of; above it what was told longest ago goes. */
  readonly most: number
  /** Milliseconds after which what a peer told is not held for true any more. */
  readonly maxAge: number
}

/** By kind and the other end. */
type Said = ReadonlyMap<string, Edge>

const NOTHING: Said = new Map()

/** Keeps the view's edges of some kinds. */
export class EdgeBook {
  readonly #parts: EdgeBookParts
  /** By who said them, whoever spoke longest ago first. */
  readonly #said = new Map<PeerId, Said>()
  /** Who says something of a peer. */
  readonly #about = new Map<PeerId, Set<PeerId>>()
  #told = 0

  constructor(parts: EdgeBookParts) {
    this.#parts = parts
  }

  /** How many edges others told of. */
  get told(): number {
    return this.#told
  }

  /** All that a peer says now. */
  replace(saidBy: PeerId, edges: Iterable<Edge>): void {
    const before = this.#said.get(saidBy) ?? NOTHING
    const own = saidBy === this.#parts.self
    const now = new Map<string, Edge>()
    for (const edge of edges) {
      const key = keyOf(edge)
      if (edge.b === saidBy || now.has(key)) continue
      const known = before.get(key)
      // Our own links are checked all the time: only a new one is worth a message.
      now.set(key, own && known !== undefined ? known : edge)
      if (!own || known === undefined) this.#parts.view.putEdge(edge)
    }
    // Whoever speaks goes to the end.
    this.#said.delete(saidBy)
    this.#set(saidBy, before, now)
    this.#trim()
  }

  /** A peer is gone: what it said goes, and what was said of it. */
  forget(peerId: PeerId): void {
    this.#drop(peerId)
    for (const saidBy of this.#about.get(peerId) ?? []) {
      const before = this.#said.get(saidBy) ?? NOTHING
      this.#set(saidBy, before, new Map([...before].filter(([, { b }]) => b !== peerId)))
    }
  }

  /** What was told too long ago goes. */
  age(now: number): void {
    for (const [saidBy, edges] of this.#said) {
      // What a peer says it says at one moment.
      const [first] = edges.values()
      const old = first !== undefined && now - first.at > this.#parts.maxAge
      if (old && saidBy !== this.#parts.self) this.#drop(saidBy)
    }
  }

  #trim(): void {
    for (const saidBy of this.#said.keys()) {
      if (this.#told <= this.#parts.most) return
      if (saidBy !== this.#parts.self) this.#drop(saidBy)
    }
  }

  #drop(saidBy: PeerId): void {
    this.#set(saidBy, this.#said.get(saidBy) ?? NOTHING, NOTHING)
  }

  #set(saidBy: PeerId, before: Said, now: Said): void {
    for (const [key, edge] of before) if (!now.has(key)) this.#parts.view.removeEdge(edge)
    if (saidBy !== this.#parts.self) this.#told += now.size - before.size
    for (const { b } of before.values()) {
      const said = this.#about.get(b)
      said?.delete(saidBy)
      if (said?.size === 0) this.#about.delete(b)
    }
    for (const { b } of now.values()) {
      const said = this.#about.get(b)
      if (said === undefined) this.#about.set(b, new Set([saidBy]))
      else said.add(saidBy)
    }
    if (now.size > 0) this.#said.set(saidBy, now)
    else this.#said.delete(saidBy)
  }
}

function keyOf(edge: Edge): string {
  return `${edge.kind} ${edge.b}`
}
