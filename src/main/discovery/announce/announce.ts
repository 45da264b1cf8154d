/** Rules AN1 to AN6: entries and goodbyes over gossip. */
import { PeerscopeError } from '../../../shared/errors.ts'
import type { RejectReason } from '../../../shared/events.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { Version } from '../../../shared/peer.ts'
import { compareVersions } from '../../../shared/peer.ts'
import { BoundedMap } from '../base/bounded-map.ts'
import { announceDelay } from '../base/jitter.ts'
import type { Bucket } from '../base/rates.ts'
import { spend } from '../base/rates.ts'
import { lastKept } from '../catalog/answered.ts'
import type { Presence } from '../catalog/presence.ts'
import type { Env } from '../core/env.ts'
import type { UnverifiedEntry } from '../entry/entry.ts'
import { verifyEntry } from '../entry/entry.ts'
import type { OwnEntry } from '../entry/own-entry.ts'
import type { ClockCheck } from '../liveness/clock-check.ts'
import type { Verdict } from '../ports.ts'
import { GossipLimits } from './gossip-limits.ts'
import type { Heard } from './heard.ts'
import { paced } from './pace.ts'

/** Least time between two broadcasts, milliseconds; where there were many of late. The first goes out at once. */
const APART_MS = 30
const MANY_APART_MS = 100
/** Broadcasts that are not many: half of what others take of one peer (rule BD3). */
const FEW = { perSecond: 10, burst: 30 }
/** Neighbors are gathered for this long before they are greeted: several come up at once. Milliseconds. */
const GATHER_MS = 30
/** Least time between two broadcasts for neighbors that came up, milliseconds. */
const GREET_EVERY_MS = 10_000
/** When a broadcast that did not get out is tried again, milliseconds. */
const AGAIN_MS = 2000
/** Peers of whose twins is known what was passed on. */
const MAX_TWINS = 256

/** Our part in the network's topic. */
export class Announce {
  readonly limits: GossipLimits
  readonly #env: Env
  readonly #own: OwnEntry
  readonly #presence: Presence
  readonly #clocks: Pick<ClockCheck, 'refused'>
  /** The last entries that showed a twin of a peer, and were passed on. */
  readonly #twins = new BoundedMap<PeerId, Version>(MAX_TWINS)
  #repeat = 0
  #greetAt = 0
  /** When something was broadcast last, by the monotonic clock. */
  #sentAt = -Infinity
  #sent: Bucket = -Infinity
  /** Of our entry, what was broadcast last, as far as is known; null where that did not get out. */
  #sentVersion: Version | null = null
  /** Whether somebody was told that our entry cannot be announced. */
  #toldTooLarge = false

  constructor(env: Env, own: OwnEntry, presence: Presence, clocks: Pick<ClockCheck, 'refused'>) {
    this.limits = new GossipLimits(env)
    this.#env = env
    this.#own = own
    this.#presence = presence
    this.#clocks = clocks
  }

  /** The periodic announcement is due (rules WK5, AN14). */
  again(): void {
    this.#own.refresh(paced(this.#own.entry, this.#env))
    this.schedule()
  }

  /** Plans the next periodic announcement, after the interval that our entry states. */
  schedule(): void {
    const { config, random } = this.#env
    const { announcedEvery = config.announceInterval } = this.#own.entry
    this.#env.setTimer('announce', announceDelay(announcedEvery, config.announceJitter, random.number()))
  }

  /**
   * Rule AN2, for a neighbor that came up: with a version of its own, for the mesh passes on only what is news to it, and
   * the neighbor may have the present one by a sync already. Where syncs are cheap only the first one is greeted: the others know
   * us or hear of us by a sync (rule SY11), and a broadcast for each would cost more than all announcements. So it would where
   * the first one comes again after a moment, since the mesh of a peer that many start from is full.
   */
  greet(): void {
    const { clock, dialect, neighbors, timers } = this.#env
    if (timers.isSet('greet')) return
    const isRepeated = clock.monotonic() < this.#greetAt && this.#isSent
    if (dialect.abilities.reconciles && (neighbors.size > 1 || isRepeated)) return
    this.#env.setTimer('greet', Math.max(GATHER_MS, this.#greetAt - clock.monotonic()))
  }

  /** The greeting is due. Where the neighbor went meanwhile the next one gets it, and does not wait for that. */
  greeted(): void {
    if (this.#env.alone) return
    this.#greetAt = this.#env.clock.monotonic() + GREET_EVERY_MS
    this.#own.refresh()
  }

  /** Rules AN2, AN3: sends the newest own entry. Without a neighbor the greeting of the next one does. */
  broadcast(): void {
    const { clock, timers } = this.#env
    const now = clock.monotonic()
    const areMany = spend(this.#sent, now, FEW) === null
    const wait = this.#sentAt + (areMany ? MANY_APART_MS : APART_MS) - now
    if (wait > 0) return this.#sendIn(wait)
    timers.clear('broadcast')
    this.send()
  }

  /** The broadcast is due. */
  send(): void {
    if (this.#env.alone || this.#own.silent || this.#isTooLarge()) return
    this.#sentAt = this.#env.clock.monotonic()
    this.#sent = spend(this.#sent, this.#sentAt, FEW) ?? this.#sent
    this.#sentVersion = this.#own.entry.version
    this.#repeat += 1
    this.#publish(this.#env.dialect.encodeAnnouncement(this.#own.signed, this.#repeat))
  }

  /** Rule AN3: a message did not get out. Where there still is a neighbor, it gets the newest entry. */
  unpublished(): void {
    this.#sentVersion = null
    this.#sendIn(AGAIN_MS)
  }

  /** Rule AN6. False where nobody is there to hear it. */
  sayGoodbye(): boolean {
    const { self, networkId, secret, signatures, neighbors, peers, clock, dialect } = this.#env
    // A connected peer may take it though the mesh is not there yet.
    if (neighbors.size + peers.connected().size === 0) return false
    const lastVersion = this.#own.newest.entry.version
    const timestamp = Math.floor(clock.now())
    const departure = { peerId: self, networkId, lastVersion, timestamp }
    this.#publish(dialect.encodeDeparture(departure, secret, signatures))
    return true
  }

  /** A message came. */
  judge(message: Uint8Array, from: PeerId): Verdict {
    const { counters, phase } = this.#env
    if (phase === 'starting' || phase === 'stopped') return 'ignore'
    counters.gossipIn += 1
    counters.gossipBytesIn += message.length
    if (!this.limits.admits(from, message.length)) return 'ignore'
    const verdict = this.#judge(message, from)
    if (verdict === 'reject') this.limits.offence(from)
    return verdict
  }

  get #isSent(): boolean {
    return this.#sentVersion !== null && compareVersions(this.#own.entry.version, this.#sentVersion) === 0
  }

  /** Rule MO39: told once, until it can be announced again. Others get it by syncs. */
  #isTooLarge(): boolean {
    const { dialect, self } = this.#env
    const most = dialect.limits.announcedEntryBytes
    const bytes = this.#own.signed.bytes.length
    const isTooLarge = bytes > most
    if (isTooLarge && !this.#toldTooLarge) {
      const what = `our own entry is too large to be announced: ${bytes} bytes, ${most} at most; say less, such as fewer tags`
      this.#env.reject(self, 'LimitExceeded', 'gossip', what)
    }
    this.#toldTooLarge = isTooLarge
    return isTooLarge
  }

  #sendIn(ms: number): void {
    const { timers, clock } = this.#env
    if ((timers.at('broadcast') ?? Infinity) > clock.monotonic() + ms) this.#env.setTimer('broadcast', ms)
  }

  #publish(message: Uint8Array): void {
    const { counters } = this.#env
    counters.gossipOut += 1
    counters.gossipBytesOut += message.length
    this.#env.out({ kind: 'publish', message })
  }

  /** Rules AN4, AN5: the cheap checks come first, the signature last. */
  #judge(message: Uint8Array, from: PeerId): Verdict {
    try {
      const heard = this.#env.dialect.decodeGossip(message, this.#env.networkId)
      switch (heard.kind) {
        case 'entry':
          return this.#validateEntry(heard.entry, from, message.length)
        case 'departure':
          return this.#validateDeparture(heard)
        case 'foreign':
          this.#env.reject(null, reasonOf(heard.error), 'gossip', heard.error.message)
          return 'ignore'
      }
    } catch (error) {
      if (!(error instanceof PeerscopeError)) throw error
      this.#env.reject(null, reasonOf(error), 'gossip', error.message)
      return 'reject'
    }
  }

  #validateEntry(unverified: UnverifiedEntry, from: PeerId, bytes: number): Verdict {
    const { catalog, config, networkId, signatures, clock, self, counters } = this.#env
    const { peerId, version, networkId: theirs } = unverified.entry
    const now = clock.now()
    if (theirs !== networkId) return this.#ignore(peerId, 'DifferentNetwork')
    if (peerId === self) return this.#validateOwn(unverified)
    if (version.updatedAt - now > config.maxTimeDrift) return this.#ofOtherTime(unverified, 'FromTheFuture', from)
    if (now - version.updatedAt > config.maxTimeDrift) return this.#ofOtherTime(unverified, 'Outdated', from)
    const outcome = catalog.outcomeOf(peerId, unverified.entry, theirs, now)
    if (outcome !== 'New' && outcome !== 'Updated') {
      if (outcome === 'Rejected' && this.#wasOvertaken(unverified, bytes)) return 'accept'
      if (outcome === 'Rejected' && this.#showsTwin(unverified, bytes)) return 'accept'
      counters.refuse(outcome)
      this.#env.trace('ignored an announced entry', peerId, { reason: outcome, from })
      return 'ignore'
    }
    if (outcome === 'New' && !this.limits.admitsNewcomer(from, bytes))
      return this.#overRate(peerId, 'NewcomerRate', from)
    counters.signaturesVerified += 1
    const signed = verifyEntry(unverified, signatures)
    if (!this.limits.admitsVersion(peerId, bytes)) return this.#overRate(peerId, 'UpdateRate', from)
    this.#env.heard()
    this.#presence.offer(signed, 'gossip', from, outcome)
    this.#notePassedOn(peerId, version)
    if (this.#env.dialect.announcesFresh) this.#env.clockWatch.heardEntry(signed.entry, from)
    return 'accept'
  }

  /**
   * A sync or an answer brought this version before gossip did. It changes nothing here and is passed on once: for those
   * behind us it may be news, and nothing else brings it to them.
   */
  #wasOvertaken(unverified: UnverifiedEntry, bytes: number): boolean {
    const { peers, counters, signatures } = this.#env
    const { peerId, version } = unverified.entry
    const record = peers.get(peerId)
    const known = record?.entry?.entry.version
    if (known === undefined || compareVersions(version, known) !== 0) return false
    const { passedOn = null } = record ?? {}
    if (passedOn !== null && compareVersions(version, passedOn) <= 0) return false
    counters.signaturesVerified += 1
    verifyEntry(unverified, signatures)
    if (!this.limits.admitsVersion(peerId, bytes)) return false
    this.#notePassedOn(peerId, version)
    return true
  }

  #notePassedOn(peerId: PeerId, version: Version): void {
    const record = this.#env.peers.get(peerId)
    if (record !== null) record.passedOn = version
  }

  /**
   * Rule ID5: an entry of an earlier run of the peer that was signed after the run that we know of began: two nodes have its key, or
   * its clock was set back between two runs.
   * It changes nothing here and is passed on, or the younger of the two would never hear of the older one.
   */
  #showsTwin(unverified: UnverifiedEntry, bytes: number): boolean {
    const { catalog, counters, signatures } = this.#env
    const { peerId, version } = unverified.entry
    const known = catalog.get(peerId)?.entry.version
    if (known === undefined || version.startedAt >= known.startedAt || version.updatedAt <= known.startedAt)
      return false
    // Each version once, as of other entries.
    const passedOn = this.#twins.get(peerId)
    if (passedOn !== undefined && compareVersions(version, passedOn) <= 0) return false
    counters.signaturesVerified += 1
    verifyEntry(unverified, signatures)
    if (!this.limits.admitsVersion(peerId, bytes)) return false
    this.#twins.set(peerId, version)
    this.#presence.earlierStart(unverified.entry, 'gossip')
    return true
  }

  /** Our own broadcast coming back, or a twin's (rule ID5). */
  #validateOwn(unverified: UnverifiedEntry): Verdict {
    const { counters, signatures } = this.#env
    const { version } = unverified.entry
    if (!this.#own.isTwin(version)) return 'ignore'
    counters.signaturesVerified += 1
    verifyEntry(unverified, signatures)
    this.#own.tellTwin(version)
    return 'ignore'
  }

  #validateDeparture({ departure, claim }: Extract<Heard, { kind: 'departure' }>): Verdict {
    const { peers, config, networkId, signatures, clock, self, counters } = this.#env
    const now = clock.now()
    if (departure.networkId !== networkId) return this.#ignore(departure.peerId, 'DifferentNetwork')
    if (departure.peerId === self || Math.abs(departure.timestamp - now) > config.maxTimeDrift) {
      return this.#ignoreGoodbye(departure.peerId, 'its time is too far from ours')
    }
    const record = peers.get(departure.peerId)
    const known = record === null ? null : lastKept(record)
    if (known === null) return 'ignore'
    // Rule WK7, before it costs a signature and is passed on: an old goodbye can be repeated for as long as it is fresh.
    if (compareVersions(known, departure.lastVersion) > 0) {
      return this.#ignoreGoodbye(departure.peerId, 'a newer version is known')
    }
    counters.signaturesVerified += 1
    if (!signatures.verify(claim)) {
      this.#env.reject(departure.peerId, 'BadSignature', 'gossip', 'a goodbye that the peer did not sign')
      return 'reject'
    }
    this.#env.heard()
    this.#presence.depart(departure)
    return 'accept'
  }

  #overRate(peerId: PeerId, reason: string, from: PeerId): Verdict {
    this.#env.debug('ignored an announced entry', peerId, { reason, from })
    return 'ignore'
  }

  #ignoreGoodbye(peerId: PeerId, why: string): Verdict {
    this.#env.counters.refuse('Departure')
    this.#env.debug('ignored a goodbye', peerId, { reason: why })
    return 'ignore'
  }

  /** One of two clocks is wrong; where the peer sent it itself, its time is asked for (rule WK13). */
  #ofOtherTime({ entry: { peerId, version } }: UnverifiedEntry, reason: RejectReason, from: PeerId): Verdict {
    if (from === peerId) this.#clocks.refused(peerId)
    return this.#ignore(peerId, reason, version.updatedAt)
  }

  #ignore(peerId: PeerId, reason: RejectReason, updatedAt?: number): Verdict {
    this.#env.reject(peerId, reason, 'gossip', 'announced', updatedAt)
    return 'ignore'
  }
}

/** The reason that is told for an error of decoding or verifying. */
export function reasonOf(error: PeerscopeError): RejectReason {
  if (error.code === 'BadSignature' || error.code === 'LimitExceeded' || error.code === 'DifferentNetwork')
    return error.code
  return 'Malformed'
}
