/** What peers may cost us over gossip, and what becomes of those that go too far (rules BD3, BD4). */
import type { PeerId } from '../../../shared/ids.ts'
import { addressGroup, RateLimiter, spend } from '../base/rates.ts'
import type { Bucket } from '../base/rates.ts'
import { RecentMap } from '../../../shared/recent-map.ts'
import type { Env } from '../core/env.ts'
import type { Origin } from '../core/peers.ts'

/**
 * Rule BD3: messages a second that are looked at, by neighbor, by group of addresses and in all. 50,000 peers that
 * announce themselves every 45 s are 1,100 a second, each message once, from whichever neighbor has it first.
 */
const NEIGHBOR_RATE = { perSecond: 1500, burst: 6000 }
const GROUP_RATE = { perSecond: 2000, burst: 8000 }
const TOTAL_RATE = { perSecond: 3000, burst: 12_000 }
/** Peers that we did not know, as one neighbor brings them. The others come by sync. */
const NEWCOMER_RATE = { perSecond: 100, burst: 500 }
/** Versions of one peer that are taken and passed on: announcements come in bursts of 30, and then every 100 ms (rule AN2). */
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

/** What one neighbor has used: one object, for each message asks for most of it. */
interface Sender {
  flood: Bucket
  messages: Bucket
  bytes: Bucket
  newcomers: Bucket
  offences: Bucket
  /** The group of its address, and what it used; undefined before it was looked up, which costs more than most messages do. */
  key: string | null | undefined
  group: Group | null | undefined
}

/** What the neighbors of one group of addresses have used together. */
interface Group {
  messages: Bucket
  bytes: Bucket
}

/** What it needs of the core. */
type Needs = Pick<Env, 'clock' | 'counters' | 'connectionOf' | 'peers' | 'out' | 'debug'>

/** Keeps the rates of gossip, and the peers that are shunned. */
export class GossipLimits {
  readonly #env: Needs
  readonly #senders = new RecentMap<PeerId, Sender>()
  readonly #groups = new RecentMap<string, Group>()
  /** Those of peers of the catalog stand in their records too: a peer that goes and comes back finds its own here. */
  readonly #origins = new RecentMap<PeerId, Origin>()
  readonly #newcomerBytes = new RateLimiter(NEWCOMER_BYTES)
  readonly #shunned = new Map<PeerId, number>()
  #total: Bucket = -Infinity
  #totalBytes: Bucket = -Infinity

  constructor(env: Needs) {
    this.#env = env
  }

  /** Whether a message of so many bytes from there is looked at. */
  admits(from: PeerId, bytes: number): boolean {
    const now = this.#now()
    const sender = this.#sender(from)
    const flood = spend(sender.flood, now, FLOOD_RATE)
    if (flood === null) {
      this.#shun(from)
      return this.#refuse('GossipFlood')
    }
    sender.flood = flood
    const messages = spend(sender.messages, now, NEIGHBOR_RATE)
    if (messages === null) return this.#refuse('GossipRate')
    sender.messages = messages
    const group = this.#groupOf(sender, from)
    if (group !== null) {
      const shared = spend(group.messages, now, GROUP_RATE)
      if (shared === null) return this.#refuse('GroupRate')
      group.messages = shared
    }
    const total = spend(this.#total, now, TOTAL_RATE)
    if (total === null) return this.#refuse('GossipTotal')
    this.#total = total
    return this.#admitsBytes(sender, group, bytes, now)
  }

  /** Whether a neighbor may bring us one more peer that we did not know, with an entry of so many bytes. */
  admitsNewcomer(from: PeerId, bytes: number): boolean {
    const now = this.#now()
    const sender = this.#sender(from)
    const newcomers = spend(sender.newcomers, now, NEWCOMER_RATE)
    if (newcomers === null) return this.#refuse('NewcomerRate')
    sender.newcomers = newcomers
    const group = this.#groupKeyOf(sender, from)
    return this.#newcomerBytes.take(group ?? from, now, bytes) || this.#refuse('NewcomerBytes')
  }

  /**
   * Whether one more version of a peer is taken, of so many bytes. Asked once its signature holds: nobody else may use up its
   * rate.
   */
  admitsVersion(origin: PeerId, bytes: number): boolean {
    const now = this.#now()
    const used = this.#originOf(origin)
    const versions = spend(used.versions, now, ORIGIN_RATE)
    if (versions === null) return this.#refuse('UpdateRate')
    used.versions = versions
    const taken = spend(used.bytes, now, ORIGIN_BYTES, bytes)
    if (taken !== null) used.bytes = taken
    return taken !== null || this.#refuse('UpdateBytes')
  }

  /** In its record it is found without another lookup. */
  #originOf(peerId: PeerId): Origin {
    const record = this.#env.peers.get(peerId)
    const known = record?.announced ?? this.#origins.get(peerId)
    const origin = known ?? { versions: -Infinity, bytes: -Infinity }
    if (known === undefined) this.#origins.set(peerId, origin)
    if (record !== null) record.announced ??= origin
    return origin
  }

  /** It sent what no peer of ours sends. */
  offence(from: PeerId): void {
    const sender = this.#sender(from)
    const offences = spend(sender.offences, this.#now(), OFFENCE_RATE)
    if (offences === null) this.#shun(from)
    else sender.offences = offences
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
    const sender = this.#senders.get(peerId)
    if (sender !== undefined) sender.key = sender.group = undefined
  }

  #admitsBytes(sender: Sender, group: Group | null, bytes: number, now: number): boolean {
    const own = spend(sender.bytes, now, NEIGHBOR_BYTES, bytes)
    if (own === null) return this.#refuse('GossipBytes')
    sender.bytes = own
    if (group !== null) {
      const shared = spend(group.bytes, now, GROUP_BYTES, bytes)
      if (shared === null) return this.#refuse('GroupBytes')
      group.bytes = shared
    }
    const all = spend(this.#totalBytes, now, TOTAL_BYTES, bytes)
    if (all === null) return this.#refuse('GossipBytes')
    this.#totalBytes = all
    return true
  }

  #shun(peerId: PeerId): void {
    if (this.#shunned.has(peerId)) return
    this.#refuse('Shunned')
    this.#env.debug('shunned a peer that sent too much, or what no peer sends', peerId, { forMs: SHUN_MS })
    this.#shunned.set(peerId, this.#now() + SHUN_MS)
    if (this.#shunned.size > MAX_SHUNNED) this.#shunned.delete(this.#shunned.keys().next().value ?? peerId)
    this.#env.out({ kind: 'disconnect', peerId })
  }

  #sender(peerId: PeerId): Sender {
    const known = this.#senders.get(peerId)
    if (known !== undefined) return known
    const full = -Infinity
    const sender: Sender = {
      flood: full,
      messages: full,
      bytes: full,
      newcomers: full,
      offences: full,
      key: undefined,
      group: undefined,
    }
    this.#senders.set(peerId, sender)
    return sender
  }

  /** One object for both rates: each message asks for it. */
  #groupOf(sender: Sender, peerId: PeerId): Group | null {
    if (sender.group !== undefined) return sender.group
    const key = this.#groupKeyOf(sender, peerId)
    if (key === null) return null
    const group = this.#groups.get(key) ?? { messages: -Infinity, bytes: -Infinity }
    this.#groups.set(key, group)
    return (sender.group = group)
  }

  #groupKeyOf(sender: Sender, peerId: PeerId): string | null {
    if (sender.key !== undefined) return sender.key
    const connection = this.#env.connectionOf(peerId)
    if (connection === null) return null
    return (sender.key = addressGroup(connection.remoteAddress))
  }

  #refuse(reason: string): false {
    this.#env.counters.refuse(reason)
    return false
  }

  #now(): number {
    return this.#env.clock.monotonic()
  }
}
