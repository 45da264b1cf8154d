/** Where the graph's edges come from (rules TP1, TP2): our own links, and what peers answer when they are asked. */
import type { PeerId } from '../../shared/ids.ts'
import type { Edge } from '../../shared/peer.ts'
import type { Discovery } from '../discovery/handle.ts'
import type { Clock } from '../discovery/ports.ts'
import type { View } from './view.ts'

/** Least time between two questions, milliseconds. */
const ASK_EVERY_MS = 500
/** Least time between two questions to one peer, milliseconds. */
const ASK_AGAIN_MS = 30_000

/** Keeps the view's edges true while a network is joined. */
export class Topology {
  readonly #discovery: Discovery
  readonly #self: PeerId
  readonly #view: View
  readonly #clock: Clock
  /** The edges that each peer told of, ourselves included. */
  readonly #told = new Map<PeerId, readonly Edge[]>()
  readonly #asked = new Map<PeerId, number>()
  readonly #ended = new AbortController()
  #cancel: () => void = () => undefined

  constructor(discovery: Discovery, self: PeerId, view: View, clock: Clock) {
    this.#discovery = discovery
    this.#self = self
    this.#view = view
    this.#clock = clock
  }

  start(): void {
    const next = (): void => {
      this.#cancel = this.#clock.schedule(ASK_EVERY_MS, () => {
        void this.#askOne().finally(() => {
          if (!this.#ended.signal.aborted) next()
        })
      })
    }
    next()
  }

  stop(): void {
    this.#ended.abort()
    this.#cancel()
  }

  /** Our own links, as they are now. */
  own(neighbors: readonly PeerId[], connected: readonly PeerId[]): void {
    this.#replace(this.#self, neighbors, connected)
  }

  /** A peer is gone: what it said goes too. */
  forget(peerId: PeerId): void {
    this.#asked.delete(peerId)
    for (const edge of this.#told.get(peerId) ?? []) this.#view.removeEdge(edge)
    this.#told.delete(peerId)
  }

  async #askOne(): Promise<void> {
    const peerId = this.#due()
    if (peerId === null) return
    this.#asked.set(peerId, this.#clock.monotonic())
    try {
      const answer = await this.#discovery.askNeighbors(peerId, this.#ended.signal)
      if (!this.#ended.signal.aborted && this.#view.row(peerId)?.state === 'online') {
        this.#replace(peerId, answer.neighbors, answer.connected)
      }
    } catch {
      // It may not answer (rule TP1); it is asked again in its turn.
    }
  }

  /** The peer that was not asked for the longest time; only such as we are connected to, asking costs no dial. */
  #due(): PeerId | null {
    const now = this.#clock.monotonic()
    let found: PeerId | null = null
    let oldest = now - ASK_AGAIN_MS
    for (const peerId of this.#discovery.connectedPeers()) {
      const at = this.#asked.get(peerId) ?? -Infinity
      if (this.#view.row(peerId)?.state === 'online' && at <= oldest) {
        found = peerId
        oldest = at
      }
    }
    return found
  }

  #replace(saidBy: PeerId, neighbors: readonly PeerId[], connected: readonly PeerId[]): void {
    const at = this.#clock.now()
    const before = new Map((this.#told.get(saidBy) ?? []).map((edge) => [`${edge.kind} ${edge.b}`, edge]))
    const kinds: readonly (readonly [Edge['kind'], readonly PeerId[]])[] = [
      ['neighbor', neighbors],
      ['connection', connected],
    ]
    const now: Edge[] = []
    for (const [kind, peers] of kinds) {
      for (const b of new Set(peers)) {
        if (b === saidBy) continue
        const known = before.get(`${kind} ${b}`)
        before.delete(`${kind} ${b}`)
        const edge: Edge = { a: saidBy, b, kind, saidBy, at }
        // Our own links are checked all the time: only a new one is worth a message.
        now.push(known !== undefined && saidBy === this.#self ? known : edge)
        if (known === undefined || saidBy !== this.#self) this.#view.putEdge(edge)
      }
    }
    for (const edge of before.values()) this.#view.removeEdge(edge)
    this.#told.set(saidBy, now)
  }
}
