/** Which connections are kept (rules AN7, AN9, AN11): enough random ones that no mesh hangs on one peer, and not too many. */
import type { PeerId } from '../../../shared/ids.ts'
import { around } from '../base/jitter.ts'
import type { Way } from '../bootstrap/attempts.ts'
import { wayOf } from '../bootstrap/provenance.ts'
import type { Env } from '../core/env.ts'
import type { PeerRecord } from '../core/peers.ts'
import type { DialTarget } from '../ports.ts'
import type { Syncs } from '../sync/syncs.ts'
import type { Dials } from './dials.ts'
import { ENOUGH_NEIGHBORS } from './enough.ts'
import { targetOf } from './target.ts'

/** Rule AN9: fewer are filled up, one at a time; idle ones above the other bound are closed. */
const AT_LEAST = 4
const TARGET = 6
const AT_MOST = 64
const IDLE_MS = 60_000
/** Rule AN11: pings in a row without an answer. */
const UNANSWERED = 2
/** Rule AN12, milliseconds: twice as long after each. */
const CATCH_UP_MS = 250
const CATCH_UP_LAST = 10_000
/** How often this is looked at, milliseconds. */
const LOOK_MS = 5000
/**
 * Between two of them, milliseconds, half as much to one and a half: a connection that the peers dial meanwhile counts too, and
 * where many start at once handshakes take the processor from the syncs by which they know each other.
 */
const FILL_MS = 1000
/** How soon connections are looked at where a neighbor went and those that are left are too few, milliseconds. */
const TOO_FEW_MS = 400
/** The same where those under way would be enough, should they succeed. */
const SLOW_FILL_MS = 2000
/**
 * The same where there are neighbors enough, half as much to one and a half: they tell us all that is news, and where they go others
 * are dialed soon. Where many start together the connections of a minute would else be made in two seconds.
 */
const CALM_FILL_MS = 20_000
/**
 * Most peers, ourselves included, of which one can have all others in its mesh. Among more, of those that start from one peer some
 * have it alone in their mesh, and others do not.
 */
const ONE_MESH = 13
/** Rule AN8: dials up to which each peer that is learned of is dialed, while nobody is connected. */
const ALONE = 3
/** How soon others are dialed where one did not answer and nobody is in our mesh, milliseconds. */
const REFILL_MS = 1000
/** Rule AN7: peers dialed when the last neighbor went. */
const REJOIN = 8

/** Peers of one kind that are looked at to find some that do not rest: each look takes about 20 µs. */
const LOOKS = 500

/** Rule AN13: we had to do with it; we know it for long, or from an earlier run; or nothing. */
type Rank = 'reached' | 'known' | 'unknown'

/** A peer that is to be dialed. */
interface Chosen {
  readonly record: PeerRecord
  readonly urgent: boolean
}

/** Keeps the connections of a node. */
export class Connections {
  readonly #env: Env
  readonly #dials: Dials
  readonly #syncs: Syncs
  #syncAgainAt = 0
  /** When one was dialed last to fill up. */
  #filledAt = -Infinity
  /** When the neighbor came with which there are enough. */
  #calmAt = -Infinity
  /** How long the next one waits after the later of the two, from none (0) to all of the spread (1). */
  #spread = 0
  #catchUpMs = CATCH_UP_MS

  constructor(env: Env, dials: Dials, syncs: Syncs) {
    this.#env = env
    this.#dials = dials
    this.#syncs = syncs
  }

  /** Looks at all of them: at the start, and whenever the timer is due. */
  look(): void {
    const fillInMs = this.#balance()
    const nextMs = LOOK_MS * (0.75 + this.#env.random.number() / 2)
    this.#env.setTimer('balance', Math.min(nextMs, fillInMs, this.#catchUp()))
  }

  /** The connection serves nothing more: it counts as idle until something uses it. */
  idle(peerId: PeerId): void {
    const record = this.#env.peers.get(peerId)
    if (record !== null && record.connection !== null) record.usedAt = this.#env.clock.monotonic() - IDLE_MS
  }

  /** Rule AN11: a ping over the open connection got no answer. A connection whose other end is gone looks like that. */
  unanswered(peerId: PeerId): void {
    const record = this.#env.peers.get(peerId)
    if (record === null || record.connection === null) return
    record.unanswered += 1
    if (record.unanswered < UNANSWERED) return
    record.unanswered = 0
    this.#env.counters.refuse('Unanswered')
    this.#close(peerId, 'two pings in a row got no answer')
  }

  /** A dial for a connection failed: among many that do not answer others follow soon (rule AN8). */
  refill(): void {
    if (this.#env.over || !this.#needsMore()) return
    this.#lookWithin(REFILL_MS)
  }

  /** Rules AN9, AN12: a peer came to be known. Who has too few neighbors yet does not wait for the next look. */
  discovered(): void {
    const { alone, peers, over } = this.#env
    if (!over && !this.#isCalm) this.#lookWithin(alone && peers.connected().size > 0 ? CATCH_UP_MS : FILL_MS)
  }

  /** Rule AN9: with this neighbor there may be enough. Once after each dial: one that comes and goes must not put off the next. */
  neighborUp(): void {
    const { neighbors, clock } = this.#env
    if (neighbors.size !== this.#enough || this.#calmAt > this.#filledAt) return
    this.#calmAt = clock.monotonic()
    this.#spread = this.#env.random.number()
  }

  /** Rules AN7, AN9: without this neighbor there may be too few. */
  neighborDown(): void {
    if (!this.#isCalm) this.#lookWithin(TOO_FEW_MS)
  }

  /** Rule AN7. */
  rejoin(): void {
    for (const chosen of this.#sample(REJOIN)) this.#dial(chosen)
  }

  /**
   * Rule AN8: a peer may be reached there. It is dialed where nobody is connected and few are being dialed.
   * `wanted`: in any case (rule AD3).
   */
  observe(target: DialTarget, way: Way, wanted: boolean): void {
    const { peerId } = target
    const known = peerId !== undefined && this.#env.connectionOf(peerId) !== null
    if (known || peerId === this.#env.self || (!wanted && !this.#needsMore())) return
    if (target.addresses.length > 0 && !this.#dials.rests(target) && !this.#dials.has(target))
      this.#dials.dial(target, { way, purpose: { for: 'connections' } })
  }

  /**
   * Rule AN12: who is connected and in no mesh hears nothing. The meshes of the others may be full; what they know comes by
   * sync, and with it peers whose meshes are not.
   * @returns in how many milliseconds it is due again
   */
  #catchUp(): number {
    const { clock, random, peers, alone } = this.#env
    const now = clock.monotonic()
    const known = [...peers.connected()].filter(({ entry }) => entry !== null)
    if (!alone || known.length === 0) {
      this.#catchUpMs = CATCH_UP_MS
      this.#syncAgainAt = now + CATCH_UP_MS
      return Infinity
    }
    if (now >= this.#syncAgainAt) {
      const chosen = known[Math.floor(random.number() * known.length)]
      if (chosen !== undefined) this.#syncs.again(chosen)
      this.#syncAgainAt = now + this.#catchUpMs
      this.#catchUpMs = Math.min(2 * this.#catchUpMs, CATCH_UP_LAST)
    }
    return this.#syncAgainAt - now
  }

  /** @returns in how many milliseconds another one is to be dialed */
  #balance(): number {
    const { neighbors, clock, peers } = this.#env
    const now = clock.monotonic()
    const open = [...peers.connected()]
    const ours = open.filter(({ entry }) => entry !== null).length
    const isDue = ours < AT_LEAST && now >= this.#fillAt(ours)
    const chosen = isDue ? this.#sample(1) : []
    for (const one of chosen) {
      this.#filledAt = now
      this.#spread = this.#env.random.number()
      this.#dial(one)
    }
    const others = open
      .filter(({ peerId }) => !neighbors.has(peerId))
      // One that was not used yet counts from when it was first looked at.
      .map((record) => ({ peerId: record.peerId, at: (record.usedAt ??= now) }))
      .sort((a, b) => a.at - b.at)
    const idle = others.filter(({ at }) => now - at >= IDLE_MS)
    // The idle ones go down to the target; above the upper bound the rest goes too, neighbors last.
    for (const { peerId } of idle.slice(0, Math.max(0, open.length - TARGET))) this.#close(peerId, 'idle')
    const over = open.length - idle.length - AT_MOST
    if (over > 0)
      for (const { peerId } of others.slice(idle.length, idle.length + over))
        this.#close(peerId, 'too many connections')
    // Those that do not answer take their time: with many of them under way the next one waits too.
    const isWanted = ours < AT_LEAST && (!isDue || chosen.length > 0) && this.#dialing() < TARGET
    return isWanted ? this.#fillAt(ours) - now : Infinity
  }

  /** When another one is dialed at the earliest. */
  #fillAt(ours: number): number {
    if (this.#isCalm) return Math.max(this.#filledAt, this.#calmAt) + around(CALM_FILL_MS, this.#spread)
    const isEnough = ours + this.#dialing() >= AT_LEAST
    return this.#filledAt + (isEnough ? SLOW_FILL_MS : around(FILL_MS, this.#spread))
  }

  /** Rule AN9: whether there are so many neighbors that others need not be dialed soon. */
  get #isCalm(): boolean {
    return this.#env.neighbors.size >= this.#enough
  }

  get #enough(): number {
    return this.#env.catalog.size > ONE_MESH ? ENOUGH_NEIGHBORS : 1
  }

  /** Sets the timer, where none is set that is due sooner. */
  #lookWithin(ms: number): void {
    const { timers, clock } = this.#env
    const at = clock.monotonic() + ms
    if (at < (timers.at('balance') ?? Infinity)) timers.set('balance', at)
  }

  #dialing(): number {
    const { work } = this.#env
    return work.running('dial') + work.waiting('dial')
  }

  #needsMore(): boolean {
    return this.#env.alone && !this.#env.hasTeller && this.#dialing() < ALONE
  }

  #close(peerId: PeerId, reason: string): void {
    this.#env.debug('closed a connection', peerId, { reason })
    this.#env.out({ kind: 'disconnect', peerId })
  }

  #dial({ record, urgent }: Chosen): void {
    if (record.entry === null) return
    // The user waits for a network that was lost: ghosts that wait for their turn must not stand before what is known.
    const target = targetOf(record.entry)
    if (urgent && this.#dials.has(target)) return this.#dials.hurryTo(target)
    const priority = urgent ? 'user' : 'automatic'
    this.#dials.dial(target, { way: wayOf(record), priority, purpose: { for: 'connections' } })
  }

  /**
   * Peers of the catalog that are not connected and do not rest. Rule AN13: without a neighbor those that we know something
   * of come first; with one, half of them, so that the network stays a random one.
   */
  #sample(count: number): Chosen[] {
    const { alone } = this.#env
    const { reached, known, unknown } = this.#candidates()
    const chosen = new Map<PeerRecord, Chosen>()
    const fill = (from: Iterable<PeerRecord>, upTo: number, urgent = alone): void => {
      if (chosen.size >= upTo) return
      for (const record of from) {
        if (!chosen.has(record)) chosen.set(record, { record, urgent })
        if (chosen.size >= upTo) return
      }
    }
    const first = alone ? count : Math.floor(count / 2 + this.#env.random.number())
    const { answered = [], others = [] } = Object.groupBy(this.#awake([...reached], alone), (record) =>
      this.#answered(record) ? 'answered' : 'others',
    )
    for (const rank of [answered, others, this.#awake([...known], alone)]) fill(rank, first)
    const rest = alone ? unknown : [...reached, ...known, ...unknown]
    fill(this.#awake(rest, false), count, false)
    return [...chosen.values()]
  }

  /** Who may be dialed, by what we know of a peer beside its own word; some of them rest. */
  #candidates(): Record<Rank, PeerRecord[]> {
    const { catalog, peers } = this.#env
    const judging = this.#env.judgingNow()
    const found: Record<Rank, PeerRecord[]> = { reached: [], known: [], unknown: [] }
    for (const record of peers.values()) {
      const { entry, reached, wasNeighbor, learned } = record
      if (entry === null || entry.self || record.connection !== null || entry.entry.addresses.length === 0) continue
      if (!catalog.isShown(entry, judging)) continue
      if (reached || wasNeighbor) found.reached.push(record)
      else if (peers.isLongKnown(record) || learned?.path === 'given' || learned?.path === 'store')
        found.known.push(record)
      else found.unknown.push(record)
    }
    return found
  }

  /**
   * Those that do not rest, in random order; takes them out of the list. To ask that of each one would take seconds where
   * there are many, so some are looked at, and others the next time.
   * @param urgent those too that wait for their dial already
   */
  *#awake(candidates: PeerRecord[], urgent: boolean): Generator<PeerRecord, void> {
    for (let looks = 0; looks < LOOKS && candidates.length > 0; looks += 1) {
      const at = Math.floor(this.#env.random.number() * candidates.length)
      const last = candidates.pop()
      const record = at < candidates.length ? candidates[at] : last
      if (last !== undefined && at < candidates.length) candidates[at] = last
      if (record === undefined || record.entry === null) continue
      const target = targetOf(record.entry)
      if ((urgent || !this.#dials.has(target)) && !this.#dials.rests(target)) yield record
    }
  }

  /** It answered where it says that it is, or came from there. */
  #answered({ peerId, entry }: PeerRecord): boolean {
    const { ledger } = this.#dials
    return entry?.entry.addresses.some((address) => ledger.trusts(address, peerId)) === true
  }
}
