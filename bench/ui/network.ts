import type { Batch, Snapshot } from '../../src/shared/contract.ts'
import type { PeerId } from '../../src/shared/ids.ts'
import type { Edge, PeerRow } from '../../src/shared/peer.ts'
import { fakeEvent, fakeSnapshot, peerIdAt, peerRow, randomFrom } from '../../test/support/renderer/fake-network.ts'

/** Lines a peer. */
const LINES = 3
/** Peers that are gone and still listed, as the engine keeps them. */
const GONE_MAX = 5000

/** A synthetic network in which peers change, come and leave, always the same for a size. */
export class SyntheticNetwork {
  readonly #random = randomFrom(23)
  readonly #peers = new Map<PeerId, PeerRow>()
  readonly #edges = new Map<PeerId, Edge[]>()
  readonly #gone: PeerId[] = []
  readonly #base: Snapshot
  #present: PeerId[]
  #next: number
  #event = 1000

  constructor(size: number) {
    this.#base = fakeSnapshot(size, Date.now())
    for (const row of this.#base.peers) this.#peers.set(row.peerId, { ...row, state: 'online' })
    this.#present = [...this.#peers.keys()]
    this.#next = size
    this.#present.forEach((peerId, index) => this.#edges.set(peerId, this.#linesOf(peerId, index)))
  }

  /** All peers drawn, and all lines. */
  get size(): { readonly peers: number; readonly edges: number } {
    return { peers: this.#present.length, edges: this.#allEdges().length }
  }

  snapshot(seq: number): Snapshot {
    return { ...this.#base, seq, peers: [...this.#peers.values()], edges: this.#allEdges() }
  }

  /** What happens between two batches. */
  step(seq: number, updates: number, comings: number): Batch {
    const touched = new Map<PeerId, PeerRow>()
    const now = Date.now()
    for (let n = 0; n < updates; n++) {
      const row = this.#peers.get(this.#any())
      if (row === undefined) continue
      const srtt = 4 + this.#random() * 300
      this.#put(touched, { ...row, lastSeen: now, rtt: { srtt, rttvar: srtt / 5, last: srtt, at: now } })
    }
    const edgesRemoved: Edge[] = []
    const edgesAdded: Edge[] = []
    const removed: PeerId[] = []
    for (let n = 0; n < comings; n++) {
      const at = 1 + Math.floor(this.#random() * (this.#present.length - 1))
      const leaving = this.#present[at]
      const row = leaving === undefined ? undefined : this.#peers.get(leaving)
      if (leaving !== undefined && row !== undefined) {
        this.#put(touched, { ...row, state: 'departed', neighbor: false, connected: false })
        this.#present.splice(at, 1)
        edgesRemoved.push(...(this.#edges.get(leaving) ?? []))
        this.#edges.delete(leaving)
        this.#gone.push(leaving)
      }
      const oldest = this.#gone.length > GONE_MAX ? this.#gone.shift() : undefined
      if (oldest !== undefined) {
        this.#peers.delete(oldest)
        touched.delete(oldest)
        removed.push(oldest)
      }
      const index = this.#next++
      const fresh = peerRow(index, { firstSeen: now, lastSeen: now, tags: ['role:relay'] })
      const lines = this.#linesOf(fresh.peerId, this.#present.length)
      this.#present.push(fresh.peerId)
      this.#put(touched, fresh)
      this.#edges.set(fresh.peerId, lines)
      edgesAdded.push(...lines)
    }
    const events = [...touched.keys()].slice(0, 4).map((peerId) => fakeEvent(this.#event++, now, peerId, this.#random))
    return { type: 'batch', seq, peers: [...touched.values()], removed, edgesAdded, edgesRemoved, events }
  }

  #put(touched: Map<PeerId, PeerRow>, row: PeerRow): void {
    this.#peers.set(row.peerId, row)
    touched.set(row.peerId, row)
  }

  #any(): PeerId {
    return this.#present[Math.floor(this.#random() * this.#present.length)] ?? peerIdAt(0)
  }

  #allEdges(): Edge[] {
    return [...this.#edges.values()].flat()
  }

  /** Lines to peers that were there before, most of them near in the order: that makes neighborhoods. */
  #linesOf(a: PeerId, index: number): Edge[] {
    if (index === 0) return []
    return Array.from({ length: LINES }, (_, line): Edge => {
      const back = this.#random() < 0.85 ? 1 + Math.floor(this.#random() * Math.min(index, 60)) : this.#random() * index
      const b = this.#present[Math.max(0, Math.floor(index - back))] ?? peerIdAt(0)
      // Our own links we see ourselves.
      if (b === peerIdAt(0)) return { a: b, b: a, kind: 'connection', saidBy: b, at: Date.now() }
      return { a, b, kind: line === 0 ? 'neighbor' : 'connection', saidBy: a, at: Date.now() }
    }).filter((edge) => edge.a !== edge.b)
  }
}
