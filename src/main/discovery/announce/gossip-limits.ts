/** What peers may cost us over gossip, and what becomes of those that go too far (rules BD3, BD4). */
import type { PeerId } from '../../../shared/ids.ts'
import { addressGroup, RateLimiter, takeToken } from '../base/rates.ts'
import type { Bucket } from '../base/rates.ts'
import type { Env } from '../core/env.ts'

/**
 * Rule BD3: messages a second that are looked at, by neighbor, by group of addresses and in all. 50,000 peers that
 * announce themselves every 45 s are 1,100 a second, each message once, from whichever neighbor has it first.
 */
const NEIGHBOR_RATE = { perSecond: 1500, burst: 6000 }
const GROUP_RATE = { perSecond: 2000, burst: 8000 }
const TOTAL_RATE = { perSecond: 3000, burst: 12_000 }
/** Peers that we did not know, as one neighbor brings them. The others come by sync. */
const NEWCOMER_RATE = { perSecond: 100, burst: 500 }
/** Versions of one peer that are taken and passed on: announcements come every 100 ms at the most. */
const ORIGIN_RATE = { perSecond: 20, burst: 60 }
/**
 * Rule BD3: the same in bytes, which bound maximal entries as the numbers bound usual ones. Newcomers' count for the source
 * (rule CT8), so that a new identity does not begin with a new burst.
 */
const MIB = 1024 * 1024
const NEIGHBOR_BYTES = { perSecond: MIB, burst: 8 * MIB }
const GROUP_BYTES = { perSecond: 2 * MIB, burst: 12 * MIB }
const TOTAL_BYTES = { perSecond: 4 * MIB, burst: 24 * MIB }
const NEWCOMER_BYTES = { perSecond: MIB / 8, burst: MIB }
const ORIGIN_BYTES = { perSecond: MIB / 16, burst: MIB / 2 }
/** Rule BD4: messages that no peer of ours sends, and messages that are more than one could have passed on. */
const OFFENCE_RATE = { perSecond: 1, burst: 20 }
const FLOOD_RATE = { perSecond: 5000, burst: 20_000 }
/** How long a peer that went too far is shunned, milliseconds, and how many are remembered. */
const SHUN_MS = 60_000
const MAX_SHUNNED = 1024

/** Keeps the rates of gossip, and the peers that are shunned. */
export class GossipLimits {
  readonly #env: Pick<Env, 'clock' | 'counters' | 'connectionOf' | 'out' | 'debug'>
  readonly #neighbors = new RateLimiter(NEIGHBOR_RATE)
  readonly #floods = new RateLimiter(FLOOD_RATE)
  readonly #groups = new RateLimiter(GROUP_RATE)
  readonly #newcomers = new RateLimiter(NEWCOMER_RATE)
  readonly #origins = new RateLimiter(ORIGIN_RATE)
  readonly #neighborBytes = new RateLimiter(NEIGHBOR_BYTES)
  readonly #groupBytes = new RateLimiter(GROUP_BYTES)
  readonly #newcomerBytes = new RateLimiter(NEWCOMER_BYTES)
  readonly #originBytes = new RateLimiter(ORIGIN_BYTES)
  readonly #offences = new RateLimiter(OFFENCE_RATE)
  /** To find a connection costs more than most messages do. */
  readonly #groupOf = new Map<PeerId, string | null>()
  readonly #shunned = new Map<PeerId, number>()
  #total: Bucket | undefined
  #totalBytes: Bucket | undefined

  constructor(env: Pick<Env, 'clock' | 'counters' | 'connectionOf' | 'out' | 'debug'>) {
    this.#env = env
  }

  /** Whether a message of so many bytes from there is looked at. */
  admits(from: PeerId, bytes: number): boolean {
    const now = this.#now()
    if (!this.#floods.take(from, now)) {
      this.#shun(from)
      return this.#refuse('GossipFlood')
    }
    const group = this.#group(from)
    if (!this.#neighbors.take(from, now)) return this.#refuse('GossipRate')
    if (group !== null && !this.#groups.take(group, now)) return this.#refuse('GroupRate')
    const { bucket, allowed } = takeToken(this.#total, now, TOTAL_RATE)
    this.#total = bucket
    return allowed ? this.#admitsBytes(from, group, bytes, now) : this.#refuse('GossipTotal')
  }

  /** Whether a neighbor may bring us one more peer that we did not know, with an entry of so many bytes. */
  admitsNewcomer(from: PeerId, bytes: number): boolean {
    const now = this.#now()
    if (!this.#newcomers.take(from, now)) return this.#refuse('NewcomerRate')
    return this.#newcomerBytes.take(this.#group(from) ?? from, now, bytes) || this.#refuse('NewcomerBytes')
  }

  /**
   * Whether one more version of a peer is taken, of so many bytes. Asked once its signature holds: nobody else may use up its
   * rate.
   */
  admitsVersion(origin: PeerId, bytes: number): boolean {
    const now = this.#now()
    if (!this.#origins.take(origin, now)) return this.#refuse('UpdateRate')
    return this.#originBytes.take(origin, now, bytes) || this.#refuse('UpdateBytes')
  }

  /** It sent what no peer of ours sends. */
  offence(from: PeerId): void {
    if (!this.#offences.take(from, this.#now())) this.#shun(from)
  }

  /** Whether we want nothing to do with the peer now; its connection is closed if so. */
  shuns(peerId: PeerId): boolean {
    const until = this.#shunned.get(peerId)
    if (until === undefined) return false
    if (until < this.#now()) {
      this.#shunned.delete(peerId)
      return false
    }
    this.#env.out({ kind: 'disconnect', peerId })
    return true
  }

  /** The connection to the peer closed. */
  closed(peerId: PeerId): void {
    this.#groupOf.delete(peerId)
  }

  #admitsBytes(from: PeerId, group: string | null, bytes: number, now: number): boolean {
    if (!this.#neighborBytes.take(from, now, bytes)) return this.#refuse('GossipBytes')
    if (group !== null && !this.#groupBytes.take(group, now, bytes)) return this.#refuse('GroupBytes')
    const { bucket, allowed } = takeToken(this.#totalBytes, now, TOTAL_BYTES, bytes)
    this.#totalBytes = bucket
    return allowed || this.#refuse('GossipBytes')
  }

  #shun(peerId: PeerId): void {
    if (this.#shunned.has(peerId)) return
    this.#refuse('Shunned')
    this.#env.debug('shunned a peer that sent too much, or what no peer sends', peerId, { forMs: SHUN_MS })
    this.#shunned.set(peerId, this.#now() + SHUN_MS)
    if (this.#shunned.size > MAX_SHUNNED) this.#shunned.delete(this.#shunned.keys().next().value ?? peerId)
    this.#env.out({ kind: 'disconnect', peerId })
  }

  #group(peerId: PeerId): string | null {
    const known = this.#groupOf.get(peerId)
    if (known !== undefined) return known
    const connection = this.#env.connectionOf(peerId)
    if (connection === null) return null
    const group = addressGroup(connection.remoteAddress)
    this.#groupOf.set(peerId, group)
    return group
  }

  #refuse(reason: string): false {
    this.#env.counters.refuse(reason)
    return false
  }

  #now(): number {
    return this.#env.clock.monotonic()
  }
}
