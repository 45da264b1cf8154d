/** Rule SY11: what syncs bring to one node spreads to all: a newcomer's catalog is completed, and parts of a network merge. */
import type { PeerId } from '../../../shared/ids.ts'
import { takeToken } from '../base/rates.ts'
import type { Bucket } from '../base/rates.ts'
import type { Env } from '../core/env.ts'
import type { PeerRecord } from '../core/peers.ts'
import type { SyncCounts } from './parts.ts'
import type { Syncs } from './syncs.ts'

/** From one sync to the next, milliseconds: twice as long after each, until it would be longer than the last one. */
const FIRST_MS = 500
const LAST_MS = 32_000
/** Each is that much shorter or longer. */
const [SHORTEST, LONGEST] = [0.75, 1.25]
/** Once the catalogs of so many neighbors in a row equal ours, the news has reached those around us. */
const SAME = 3
/** How often news begins that from the start: peers can be invented. */
const NEWS_RATE = { perSecond: 1 / 30, burst: 5 }

/** Syncs again with one peer at a time, often while there is news, then ever more rarely, then not at all. */
export class AntiEntropy {
  readonly #env: Env
  readonly #syncs: Syncs
  #waitMs = FIRST_MS
  /** Peers whose catalogs equaled ours in a sync, since the last news and the last sync that found a difference. */
  readonly #same = new Set<PeerId>()
  #news: Bucket | undefined

  constructor(env: Env, syncs: Syncs) {
    this.#env = env
    this.#syncs = syncs
  }

  /** A sync told of peers that were not known: others may lack them too, and there may be more. */
  hurry(): void {
    const { timers, clock, dialect } = this.#env
    // Each would carry both catalogs whole; announcements bring the same.
    if (!dialect.abilities.reconciles) return
    this.#same.clear()
    const now = clock.monotonic()
    const dueAt = timers.at('antiEntropy')
    // It has begun already: entries come by the thousand.
    if (dueAt !== null && this.#waitMs === FIRST_MS) return
    const { bucket, allowed } = takeToken(this.#news, now, NEWS_RATE)
    this.#news = bucket
    if (allowed) {
      this.#waitMs = FIRST_MS
      if (dueAt === null || dueAt > now + LONGEST * FIRST_MS) this.#schedule()
    } else if (dueAt === null) {
      this.#waitMs = LAST_MS
      this.#schedule()
    }
  }

  /** A sync that we began went well. */
  synced(peerId: PeerId, { received, sent }: SyncCounts): void {
    if (this.#env.timers.at('antiEntropy') === null) return
    if (received + sent > 0) this.#same.clear()
    else this.#same.add(peerId)
    if (this.#same.size >= SAME) this.#env.timers.clear('antiEntropy')
  }

  /** The timer is due. */
  sync(): void {
    const chosen = this.#pick()
    if (chosen !== null) this.#syncs.again(chosen)
    this.#waitMs *= 2
    if (this.#waitMs <= LAST_MS) this.#schedule()
  }

  #schedule(): void {
    this.#env.setTimer('antiEntropy', this.#waitMs * (SHORTEST + this.#env.random.number() * (LONGEST - SHORTEST)))
  }

  /** A random neighbor whose catalog is not known to equal ours: the mesh hears the same gossip, but each has other neighbors. */
  #pick(): PeerRecord | null {
    const { neighbors, peers, random } = this.#env
    const known = [...neighbors].filter((peerId) => !this.#same.has(peerId))
    const peerId = known[Math.floor(random.number() * known.length)]
    return peerId === undefined ? null : peers.get(peerId)
  }
}
