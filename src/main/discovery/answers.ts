/** The protocols that we answer, each within its rates (rules PG3, TP1, BD1). */
import { Cancelled } from '../../shared/errors.ts'
import type { PeerId } from '../../shared/ids.ts'
import type { Context } from './context.ts'
import { answerNeighbors } from './neighbors.ts'
import type { OwnEntry } from './own-entry.ts'
import { answerPing } from './ping.ts'
import type { Link, StreamLimits, Unsubscribe } from './ports.ts'
import { NEIGHBORS_LIMITS, PING_LIMITS, SYNC_LIMITS } from './protocols.ts'
import { addressGroup, RateLimiter } from './rates.ts'
import type { Syncs } from './syncs.ts'

/** Requests that are answered, a second. */
const PING_RATE = { perSecond: 10, burst: 10 }
const NEIGHBORS_RATE = { perSecond: 1, burst: 1 }
const GROUP_RATE = { perSecond: 200, burst: 400 }

/** Answers what peers ask, from `start` to `stop`. */
export class Answers {
  readonly #context: Context
  readonly #own: OwnEntry
  readonly #syncs: Syncs
  readonly #pings = new RateLimiter(PING_RATE)
  readonly #neighborRequests = new RateLimiter(NEIGHBORS_RATE)
  readonly #groups = new RateLimiter(GROUP_RATE)
  readonly #handled: Unsubscribe[] = []

  constructor(context: Context, own: OwnEntry, syncs: Syncs) {
    this.#context = context
    this.#own = own
    this.#syncs = syncs
  }

  start(): void {
    const { config, ids } = this.#context
    this.#handle(ids.ping, PING_LIMITS, (link) =>
      answerPing(this.#context, link, this.#allows(this.#pings, link.remote), () => this.#own.freshlySigned()),
    )
    if (config.answerNeighbors) {
      this.#handle(ids.neighbors, NEIGHBORS_LIMITS, (link) =>
        answerNeighbors(this.#context, link, this.#allows(this.#neighborRequests, link.remote)),
      )
    }
    this.#handle(ids.sync, SYNC_LIMITS, async (link) => {
      if (!this.#allows(null, link.remote)) throw new Cancelled('too many requests from there')
      await this.#syncs.answer(link)
    })
  }

  stop(): void {
    for (const unhandle of this.#handled.splice(0)) unhandle()
  }

  #handle(protocol: string, limits: StreamLimits, answer: (link: Link) => Promise<void>): void {
    const { ports, counters } = this.#context
    this.#handled.push(
      ports.streams.handle(protocol, limits, async (link) => {
        if (this.#own.silent) throw new Cancelled('the network was left')
        counters.streamsIn += 1
        await answer(link)
      }),
    )
  }

  /** The rate of the peer, and that of its address group. */
  #allows(rate: RateLimiter | null, peerId: PeerId): boolean {
    const now = this.#context.ports.clock.monotonic()
    const connection = this.#context.connectionOf(peerId)
    const group = connection === null ? null : addressGroup(connection.remoteAddress)
    if (group !== null && !this.#groups.take(group, now)) {
      this.#context.counters.refuse('GroupRate')
      return false
    }
    return rate === null || rate.take(peerId, now)
  }
}
