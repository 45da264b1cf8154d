/** What peers ask of us, each within its rates (rules PG1, PG3, TP1, BD1). */
import { Cancelled, errorShape, RateLimited } from '../../../shared/errors.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { GossipLimits } from '../announce/gossip-limits.ts'
import { addressGroup, RateLimiter, takeToken } from '../base/rates.ts'
import type { Bucket } from '../base/rates.ts'
import type { SignedPeerEntry } from '../entry/entry.ts'
import type { OwnEntry } from '../entry/own-entry.ts'
import { PingAnswerer } from '../liveness/ping-exchange.ts'
import { REQUEST_TIMEOUT } from '../limits.ts'
import type { InboundSyncs } from '../sync/inbound.ts'
import type { Syncs } from '../sync/syncs.ts'
import type { NeighborsAnswer } from '../topology/neighbors.ts'
import { NeighborsAnswerer } from '../topology/neighbors-exchange.ts'
import type { Env } from './env.ts'
import type { Exchanges } from './exchanges.ts'
import type { StreamKind } from './io.ts'

/** Requests that are answered, a second. */
const PING_RATE = { perSecond: 10, burst: 10 }
const NEIGHBORS_RATE = { perSecond: 1, burst: 1 }
const GROUP_RATE = { perSecond: 200, burst: 400 }
/** Pings in all that are answered with a version of their own: to sign costs more than to ask (rule PG1). */
const FRESH_RATE = { perSecond: 100, burst: 200 }

const BOUNDS = { totalMs: REQUEST_TIMEOUT, silenceMs: null }

/** How counters name the protocols. */
const NAMES: Readonly<Record<StreamKind, string>> = { ping: 'Ping', neighbors: 'Neighbors', sync: 'Sync' }

/** What answers need. */
export interface AnswerParts {
  readonly own: OwnEntry
  readonly limits: GossipLimits
  readonly exchanges: Exchanges
  readonly syncs: Syncs
  readonly inbound: InboundSyncs
}

/** Answers what peers ask. */
export class Answers {
  readonly #env: Env
  readonly #parts: AnswerParts
  readonly #pings = new RateLimiter(PING_RATE)
  readonly #neighborRequests = new RateLimiter(NEIGHBORS_RATE)
  readonly #groups = new RateLimiter(GROUP_RATE)
  #fresh: Bucket | undefined

  constructor(env: Env, parts: AnswerParts) {
    this.#env = env
    this.#parts = parts
  }

  /** A peer opened a stream. */
  begin(id: number, peerId: PeerId, protocol: StreamKind): void {
    const refusal = this.#refusal(peerId, protocol) ?? this.#answer(id, peerId, protocol)
    if (refusal === null) return
    this.#env.debug('refused a stream', peerId, { protocol, reason: refusal.message })
    this.#count(protocol, refusal)
    this.#env.out({ kind: 'reset', id, error: refusal })
  }

  /** One that we answered is over. */
  ended(id: number, peerId: PeerId, protocol: StreamKind, error: Error | null): void {
    if (error !== null) {
      this.#count(protocol, error)
      this.#env.debug('answering a peer failed', peerId, { protocol, reason: error.message })
    }
    if (protocol === 'sync') this.#parts.syncs.answered(peerId, this.#parts.inbound.ended(id), error)
  }

  #refusal(peerId: PeerId, protocol: StreamKind): Error | null {
    const { counters } = this.#env
    if (this.#parts.own.silent) return new Cancelled('the network was left')
    if (this.#parts.limits.shuns(peerId)) return new Cancelled('not served')
    counters.streamsIn += 1
    const rate = protocol === 'ping' ? this.#pings : protocol === 'neighbors' ? this.#neighborRequests : null
    return this.#allows(`${NAMES[protocol]}Rate`, rate, peerId) ? null : new RateLimited('too many requests')
  }

  #answer(id: number, peerId: PeerId, protocol: StreamKind): Error | null {
    const { exchanges, inbound, syncs } = this.#parts
    if (protocol === 'sync') return inbound.begin(id, peerId, syncs.prevails(peerId))
    const { dialect } = this.#env
    if (protocol === 'ping') {
      exchanges.answer(id, protocol, peerId, new PingAnswerer(() => this.#pong(), dialect), BOUNDS)
      return null
    }
    // The driver serves no protocol that the network lacks.
    if (dialect.neighbors === null) return new Cancelled('not served')
    const machine = new NeighborsAnswerer(() => this.#neighbors(), dialect.neighbors)
    exchanges.answer(id, protocol, peerId, machine, BOUNDS)
    return null
  }

  /** A rate that was met is counted where it is kept, and a peer that went away did nothing wrong. */
  #count(protocol: StreamKind, error: Error): void {
    const { code } = errorShape(error)
    if (code !== 'RateLimited' && code !== 'StreamFailed' && code !== 'Cancelled')
      this.#env.counters.refuse(`${NAMES[protocol]}${code}`)
  }

  #pong(): SignedPeerEntry {
    const { bucket, allowed } = takeToken(this.#fresh, this.#env.clock.monotonic(), FRESH_RATE)
    this.#fresh = bucket
    return allowed ? this.#parts.own.answer() : this.#parts.own.newest
  }

  /** Peers that are not of this network are left out. */
  #neighbors(): NeighborsAnswer {
    const { neighbors, peers } = this.#env
    const known = [...peers.connected()].filter(({ entry }) => entry !== null)
    return { neighbors: [...neighbors], connected: known.map(({ peerId }) => peerId) }
  }

  /** The rate of the peer, and that of its address group. What is over one of them is counted. */
  #allows(name: string, rate: RateLimiter | null, peerId: PeerId): boolean {
    const now = this.#env.clock.monotonic()
    const connection = this.#env.connectionOf(peerId)
    const group = connection === null ? null : addressGroup(connection.remoteAddress)
    if (group !== null && !this.#groups.take(group, now)) {
      this.#env.counters.refuse('GroupRate')
      return false
    }
    if (rate === null || rate.take(peerId, now)) return true
    this.#env.counters.refuse(name)
    return false
  }
}
