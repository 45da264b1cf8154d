import type { PeerId } from '../../../shared/ids.ts'
import type { PeerRow } from '../../../shared/peer.ts'
import { nickname } from '../../../shared/nickname.ts'
import { visible } from '../../../shared/visible-text.ts'
import { boundsOf } from './bounds.ts'
import { chooseBackbone, hashOf } from './backbone.ts'
import { Dirty } from './dirty.ts'
import { EdgeSlots, grown } from './edge-slots.ts'
import type { Guide } from './arrange.ts'
import { bubbleOf, UNFOLDED } from './folding.ts'
import type { Folded } from './folding.ts'
import type { EdgeInput } from './edge-slots.ts'
import { NO_SLOT } from './renderer.ts'
import type { GraphScene } from './renderer.ts'

/** Where a peer was, and whether the user had put it there. */
export interface Place {
  readonly x: number
  readonly y: number
  readonly pinned: boolean
}

/** What is to be drawn. */
export interface ModelInput extends EdgeInput {
  readonly peers: ReadonlyMap<PeerId, PeerRow>
  readonly shown: (row: PeerRow) => boolean
  /** A remembered place, where there is one. */
  readonly placeOf: (peerId: PeerId) => Place | null
}

/** What an update changed. */
export interface ModelChange {
  /** Slots whose peer is another one or has another row, or that have more or fewer lines. */
  readonly slots: readonly number[]
  readonly came: number
  /** How many of those that came had a remembered place. */
  readonly recalled: number
  readonly went: number
  readonly edges: boolean
}

/** Which peers are drawn in which slots, where, and joined by what. Slots of peers that go are used again. */
export class GraphModel implements GraphScene {
  slots = 0
  live: Uint8Array = new Uint8Array(64)
  positions: Float32Array = new Float32Array(128)
  colours: Uint32Array = new Uint32Array(64)
  sizes: Float32Array = new Float32Array(64)
  degrees: Uint32Array = new Uint32Array(64)
  dimmed: Uint8Array = new Uint8Array(64)
  /** 1 for slots that pass the filter; null without a filter. */
  passes: Uint8Array | null = null
  pinned: Uint8Array = new Uint8Array(64)
  /** Grows each time a slot is given to a peer. */
  generations: Uint32Array = new Uint32Array(64)
  hashes: Uint32Array = new Uint32Array(64)
  /** 1 for pairs of the backbone, and for those that are drawn. */
  backbone: Uint8Array = new Uint8Array(64)
  drawn: Uint8Array = new Uint8Array(64)
  drawnCount = 0
  /** Lines that are to be seen: those in bubbles are, though as parts of one. */
  chosenCount = 0
  fold: Folded = UNFOLDED
  guides: readonly Guide[] = []
  readonly labels: string[] = []
  raised: readonly number[] = []
  explained = -1
  /** The row in each slot as it was drawn; null where it is free. */
  readonly rows: (PeerRow | null)[] = []
  readonly changedSlots = new Dirty()
  readonly #slotOf = new Map<PeerId, number>()
  #free: number[] = []
  #touched = new Set<number>()
  #which: 'all' | 'backbone' | 'none' = 'backbone'
  #chosen = false
  readonly #lines = new EdgeSlots(
    (peerId) => this.#slotOf.get(peerId as PeerId) ?? -1,
    (slot, by) => {
      this.degrees[slot] = (this.degrees[slot] ?? 0) + by
      this.#touched.add(slot)
    },
  )

  readonly #nameOf: (peerId: PeerId) => string

  constructor(nameOf: (peerId: PeerId) => string = nickname) {
    // The canvas and the saved picture draw these, where no JSX is between.
    this.#nameOf = (peerId) => visible(nameOf(peerId))
  }

  /** Number of peers drawn. */
  get count(): number {
    return this.#slotOf.size
  }

  get pairs(): number {
    return this.#lines.pairs
  }

  get edges(): Uint32Array {
    return this.#lines.edges
  }

  get edgeKinds(): Uint8Array {
    return this.#lines.kinds
  }

  get edgeCount(): number {
    return this.#lines.count
  }

  get changedPairs(): Dirty {
    return this.#lines.changed
  }

  /** Which lines are drawn: all, only the backbone, or none. Those of the selected peer are drawn in any case. */
  chooseLinks(which: 'all' | 'backbone' | 'none'): void {
    if (which !== this.#which) this.#chosen = false
    this.#which = which
    if (!this.#chosen) this.#choose()
  }

  /** The slot of a peer, or -1. */
  slotOf(peerId: PeerId | null): number {
    return peerId === null ? -1 : (this.#slotOf.get(peerId) ?? -1)
  }

  /** The peer in a slot. */
  peerAt(slot: number): PeerId | null {
    return this.rows[slot]?.peerId ?? null
  }

  /** Pairs that end at a slot. */
  pairsAt(slot: number): number[] {
    return slot < 0 ? [] : this.#lines.at(slot)
  }

  /** The pair that joins two slots, or -1. */
  pairBetween(a: number, b: number): number {
    return a < 0 || b < 0 ? -1 : this.#lines.between(a, b)
  }

  /** The slot at the other end of a pair. */
  otherEnd(pair: number, slot: number): number {
    const a = this.edges[pair * 2] ?? NO_SLOT
    return a === slot ? (this.edges[pair * 2 + 1] ?? NO_SLOT) : a
  }

  /** Slots of peers joined with a slot, each once. */
  neighborsOf(slot: number): number[] {
    return this.pairsAt(slot).map((pair) => this.otherEnd(pair, slot))
  }

  /** Takes in what was touched of peers and edges. Only what differs from before is changed. */
  update(input: ModelInput): ModelChange {
    this.#touched = new Set()
    const went = this.#removeGone(input)
    const fresh: number[] = []
    if (input.touched === null) for (const row of input.peers.values()) this.#look(row, input, fresh)
    else for (const peerId of input.touched.peers) this.#look(input.peers.get(peerId), input, fresh)
    const came = fresh.flatMap((slot) => this.rows[slot]?.peerId ?? [])
    const edges = this.#lines.update(input, came)
    // A line that has another kind by now may come before others.
    if (edges || went > 0 || came.length > 0 || !this.changedPairs.empty || !this.#chosen) this.#choose()
    const recalled = fresh.length > 0 ? this.#place(fresh, input.placeOf) : 0
    return { slots: [...this.#touched], came: fresh.length, recalled, went, edges: edges || went > 0 }
  }

  /** Moves a node, and keeps it where it is put while `pinned`. */
  put(slot: number, x: number, y: number, pinned: boolean): void {
    this.positions[slot * 2] = x
    this.positions[slot * 2 + 1] = y
    this.pinned[slot] = pinned ? 1 : 0
    this.changedSlots.add(slot)
  }

  /** Chooses the lines that are drawn, and tells the renderer of those that are drawn from now on, or not. */
  #choose(): void {
    const { pairs, edges, edgeKinds: kinds, hashes, slots } = this
    if (this.backbone.length < kinds.length) {
      this.backbone = grown(this.backbone, new Uint8Array(kinds.length))
      this.drawn = grown(this.drawn, new Uint8Array(kinds.length))
    }
    const self = this.rows.findIndex((row) => row?.self === true)
    const kept = chooseBackbone({ slots, pairs, edges, kinds, hashes, self }, this.backbone)
    this.chosenCount = { all: this.edgeCount, backbone: kept, none: 0 }[this.#which]
    this.#chosen = true
    this.#mask()
  }

  /** Takes over what is drawn in place of peers. False when nothing changed of it. */
  refold(fold: Folded): boolean {
    const before = this.fold
    this.fold = fold
    const clusters = Math.max(before.closed.length, fold.closed.length)
    const places = Array.from({ length: clusters }, (_, at) => {
      const [was, is] = [before.closed[at] ?? null, fold.closed[at] ?? null]
      return was?.x !== is?.x || was?.y !== is?.y
    })
    let changed = false
    for (let slot = 0; slot < this.slots; slot++) {
      const [was, is] = [before.of[slot] ?? -1, fold.of[slot] ?? -1]
      const same = was === is || (before.closed[was] ?? null) === (fold.closed[is] ?? null)
      if (same && !(places[is] ?? false)) continue
      changed = true
      this.changedSlots.add(slot)
    }
    if (changed) this.#mask()
    return changed
  }

  /** Tells the renderer of lines that are drawn from now on, or not: those between two bubbles are a part of one. */
  #mask(): void {
    const { edges, drawn, backbone, fold } = this
    const [all, none] = [this.#which === 'all', this.#which === 'none']
    const folded = fold.closed.some((bubble) => bubble !== null)
    this.drawnCount = 0
    for (let pair = 0; pair < this.pairs; pair++) {
      const a = edges[pair * 2] ?? NO_SLOT
      const chosen = a !== NO_SLOT && !none && (all || backbone[pair] === 1)
      const inside = folded && chosen && bubbleOf(fold, a) !== null && bubbleOf(fold, edges[pair * 2 + 1] ?? 0) !== null
      const now = chosen && !inside ? 1 : 0
      this.drawnCount += now
      if (drawn[pair] === now) continue
      drawn[pair] = now
      this.changedPairs.add(pair)
    }
  }

  /** Takes over names that changed. */
  rename(): void {
    for (const [peerId, slot] of this.#slotOf) {
      const name = this.#nameOf(peerId)
      if (this.labels[slot] === name) continue
      this.labels[slot] = name
      this.changedSlots.add(slot)
    }
  }

  /** Draws a peer that is new, or has another row; in `fresh` are the slots of new ones. */
  #look(row: PeerRow | undefined, input: ModelInput, fresh: number[]): void {
    if (row === undefined) return
    const slot = this.#slotOf.get(row.peerId)
    if (slot === undefined) {
      if (input.shown(row)) fresh.push(this.#take(row))
    } else if (this.rows[slot] !== row) {
      this.rows[slot] = row
      this.#touched.add(slot)
    }
  }

  #removeGone({ peers, shown, touched }: ModelInput): number {
    const gone: number[] = []
    for (const peerId of touched?.peers ?? this.#slotOf.keys()) {
      const [row, slot] = [peers.get(peerId), this.#slotOf.get(peerId)]
      if (slot === undefined || (row !== undefined && shown(row))) continue
      this.#slotOf.delete(peerId)
      gone.push(slot)
    }
    if (gone.length === 0) return 0
    const marks = new Uint8Array(this.slots)
    for (const slot of gone) marks[slot] = 1
    this.#lines.release(marks)
    for (const slot of gone) {
      this.live[slot] = 0
      this.degrees[slot] = 0
      this.pinned[slot] = 0
      this.rows[slot] = null
      this.labels[slot] = ''
      this.#free.push(slot)
      this.#touched.add(slot)
      this.changedSlots.add(slot)
    }
    return gone.length
  }

  #take(row: PeerRow): number {
    const slot = this.#free.pop() ?? this.slots++
    if (slot >= this.live.length) this.#grow()
    this.live[slot] = 1
    this.rows[slot] = row
    this.labels[slot] = this.#nameOf(row.peerId)
    this.generations[slot] = (this.generations[slot] ?? 0) + 1
    this.hashes[slot] = hashOf(row.peerId)
    this.#slotOf.set(row.peerId, slot)
    this.#touched.add(slot)
    this.changedSlots.add(slot)
    return slot
  }

  #grow(): void {
    const capacity = this.live.length * 2
    this.live = grown(this.live, new Uint8Array(capacity))
    this.positions = grown(this.positions, new Float32Array(capacity * 2))
    this.colours = grown(this.colours, new Uint32Array(capacity))
    this.dimmed = grown(this.dimmed, new Uint8Array(capacity))
    this.pinned = grown(this.pinned, new Uint8Array(capacity))
    this.sizes = grown(this.sizes, new Float32Array(capacity))
    this.degrees = grown(this.degrees, new Uint32Array(capacity))
    this.generations = grown(this.generations, new Uint32Array(capacity))
    this.hashes = grown(this.hashes, new Uint32Array(capacity))
  }

  /**
   * A new node starts where it was before, beside a peer it is joined with, or on a spiral that fills evenly. Gives how
   * many had been there before.
   */
  #place(fresh: readonly number[], placeOf: ModelInput['placeOf']): number {
    let recalled = 0
    const settled = Uint8Array.from(this.live)
    for (const slot of fresh) settled[slot] = 0
    const step = this.#spacing(settled) * 0.6
    const beside = this.#settledNeighbors(settled)
    for (const slot of fresh) {
      const peerId = this.peerAt(slot)
      const known = peerId === null ? null : placeOf(peerId)
      const angle = slot * 2.399963
      const at = beside.get(slot)
      if (known !== null) {
        this.put(slot, known.x, known.y, known.pinned)
        recalled++
      } else if (at === undefined) {
        const radius = 8 * Math.sqrt(slot + 1)
        this.put(slot, radius * Math.cos(angle), radius * Math.sin(angle), false)
      } else {
        const x = this.positions[at * 2] ?? 0
        const y = this.positions[at * 2 + 1] ?? 0
        this.put(slot, x + step * Math.cos(angle), y + step * Math.sin(angle), false)
      }
    }
    return recalled
  }

  /** A node that has its place, for each that has none yet and is joined with one. */
  #settledNeighbors(settled: Uint8Array): Map<number, number> {
    const beside = new Map<number, number>()
    const look = (pair: number): void => {
      const a = this.edges[pair * 2] ?? NO_SLOT
      const b = this.edges[pair * 2 + 1] ?? NO_SLOT
      if (a === NO_SLOT) return
      if (settled[a] === 1 && settled[b] === 0) beside.set(b, a)
      if (settled[b] === 1 && settled[a] === 0) beside.set(a, b)
    }
    // The lines of who came have just been made.
    if (this.changedPairs.all) for (let pair = 0; pair < this.pairs; pair++) look(pair)
    else for (const pair of this.changedPairs.list) look(pair)
    return beside
  }

  /** How far apart neighboring nodes lie about, in layout units. */
  #spacing(settled: Uint8Array): number {
    const { left, right, bottom, top, count } = boundsOf(this.slots, settled, this.positions)
    return count < 2 ? 8 : Math.max(4, Math.sqrt(((right - left) * (top - bottom)) / count))
  }
}
