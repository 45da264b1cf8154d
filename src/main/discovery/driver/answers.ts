/** The protocols that we answer, each within its rates (rules PG3, TP1, BD1). */
import { Cancelled, errorShape, RateLimited } from '../../../shared/errors.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { Context } from '../context.ts'
import type { SignedPeerEntry } from '../entry/entry.ts'
import type { GossipLimits } from '../announce/gossip-limits.ts'
import { answerNeighbors } from '../topology/neighbors.ts'
import type { OwnEntry } from '../entry/own-entry.ts'
import { answerPing } from '../liveness/ping.ts'
import type { Link, StreamLimits, Unsubscribe } from '../ports.ts'
import { NEIGHBORS_LIMITS, PING_LIMITS, SYNC_LIMITS } from '../protocols.ts'
import { addressGroup, RateLimiter, takeToken } from '../base/rates.ts'
import type { Bucket } from '../base/rates.ts'
import type { Syncs } from '../sync/syncs.ts'

/** Requests that are answered, a second. */
const PING_RATE = { perSecond: 10, burst: 10 }
const NEIGHBORS_RATE = { perSecond: 1, burst: 1 }
const GROUP_RATE = { perSecond: 200, burst: 400 }
/** Pings in all that are answered with a version of their own: to sign costs more than to ask (rule PG1). */
const FRESH_RATE = { perSecond: 100, burst: 200 }

/** Answers what peers ask, from `start` to `stop`. */
export class Answers {
  readonly #context: Context
  readonly #own: OwnEntry
  readonly #syncs: Syncs
  readonly #limits: GossipLimits
  readonly #pings = new RateLimiter(PING_RATE)
  readonly #neighborRequests = new RateLimiter(NEIGHBORS_RATE)
  readonly #groups = new RateLimiter(GROUP_RATE)
  readonly #handled: Unsubscribe[] = []
  #fresh: Bucket | undefined

  constructor(context: Context, own: OwnEntry, syncs: Syncs, limits: GossipLimits) {
    this.#context = context
    this.#own = own
    this.#syncs = syncs
    this.#limits = limits
  }

  start(): void {
    const { config, ids } = this.#context
    this.#handle('Ping', ids.ping, PING_LIMITS, (link) =>
      answerPing(this.#context, link, this.#allows('PingRate', this.#pings, link.remote), () => this.#pingAnswer()),
    )
    if (config.answerNeighbors) {
      this.#handle('Neighbors', ids.neighbors, NEIGHBORS_LIMITS, (link) =>
        answerNeighbors(this.#context, link, this.#allows('NeighborsRate', this.#neighborRequests, link.remote)),
      )
    }
    this.#handle('Sync', ids.sync, SYNC_LIMITS, async (link) => {
      if (!this.#allows('SyncRate', null, link.remote)) throw new RateLimited('too many requests from there')
      await this.#syncs.answer(link)
    })
  }

  stop(): void {
    for (const unhandle of this.#handled.splice(0)) unhandle()
  }

  #handle(name: string, protocol: string, limits: StreamLimits, answer: (link: Link) => Promise<void>): void {
    const { ports, counters } = this.#context
    this.#handled.push(
      ports.streams.handle(protocol, limits, async (link) => {
        if (this.#own.silent) throw new Cancelled('the network was left')
        if (this.#limits.shuns(link.remote)) throw new Cancelled('not served')
        counters.streamsIn += 1
        try {
          await answer(link)
        } catch (error) {
          // A rate that was met is counted where it is kept, a peer that went away is no offence.
          const { code } = errorShape(error)
          if (code !== 'RateLimited' && code !== 'StreamFailed') counters.refuse(`${name}${code}`)
          throw error
        }
      }),
    )
  }

  #pingAnswer(): SignedPeerEntry {
    const { bucket, allowed } = takeToken(this.#fresh, this.#context.ports.clock.monotonic(), FRESH_RATE)
    this.#fresh = bucket
    return allowed ? this.#own.freshlySigned() : this.#own.signed
  }

  /** The rate of the peer, and that of its address group. What is over one of them is counted. */
  #allows(name: string, rate: RateLimiter | null, peerId: PeerId): boolean {
    const now = this.#context.ports.clock.monotonic()
    const connection = this.#context.connectionOf(peerId)
    const group = connection === null ? null : addressGroup(connection.remoteAddress)
    if (group !== null && !this.#groups.take(group, now)) {
      this.#context.counters.refuse('GroupRate')
      return false
    }
    if (rate === null || rate.take(peerId, now)) return true
    this.#context.counters.refuse(name)
    return false
  }
}
