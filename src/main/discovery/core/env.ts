import type { DiscoveryConfig } from '../../../shared/config.ts'
import type { DiscoveryEvent, RejectReason } from '../../../shared/events.ts'
import type { NetworkId, PeerId } from '../../../shared/ids.ts'
import type { Source } from '../../../shared/peer.ts'
import { Counters } from '../base/counters.ts'
import { takeToken } from '../base/rates.ts'
import type { Bucket } from '../base/rates.ts'
import { Catalog } from '../catalog/catalog.ts'
import type { Dialect, ProtocolIds } from '../dialect.ts'
import { signEntry } from '../entry/entry.ts'
import { firstEntry } from '../entry/local-entry.ts'
import { ClockWatch } from '../liveness/clock-watch.ts'
import type { Numbered, Numbering, Untold } from '../handle.ts'
import type { Clock, Connection, Random, Signatures } from '../ports.ts'
import type { Fact } from './facts.ts'
import type { Moment, Output } from './io.ts'
import type { LogFields, LogLine, Verbosity } from './log.ts'
import { PeerTable } from './peers.ts'
import { Timers } from './timers.ts'
import { LANES, WorkQueue } from './work.ts'
import type { LaneName } from './work.ts'

/** EntryRejected events that are told; the rest is counted and logged. */
const REJECTIONS = { perSecond: 10, burst: 20 }
/** Longest detail of such an event, characters. */
const DETAIL = 200
const SECOND_MS = 1000
/** For how long one that is connected may yet say who it is, milliseconds. */
const SAYS_MS = 5000

/** What a core is made of. Nothing in it waits: signatures are made and checked at once. */
export interface CoreOptions {
  readonly self: PeerId
  readonly networkId: NetworkId
  /** 32-byte Ed25519 secret of `self`. */
  readonly secret: Uint8Array
  readonly config: DiscoveryConfig
  readonly tags: readonly string[]
  readonly random: Random
  readonly signatures: Pick<Signatures, 'publicKey' | 'sign' | 'verify'>
  readonly dialect: Dialect
  /** What our entry states, whatever others do. Default: what the dialect states, until the network speaks another line. */
  readonly protocolVersion?: string
  readonly verbosity: Verbosity
  /** When the core begins. */
  readonly moment: Moment
}

/** The state that all parts of the core share, and how they say what is to be done. */
export class Env implements Numbering {
  readonly self: PeerId
  readonly networkId: NetworkId
  readonly secret: Uint8Array
  readonly config: DiscoveryConfig
  readonly random: Random
  readonly signatures: CoreOptions['signatures']
  readonly peers = new PeerTable(() => this.#moment.monotonic)
  readonly work = new WorkQueue<LaneName>(LANES)
  readonly catalog: Catalog
  readonly counters = new Counters()
  readonly timers = new Timers()
  /** Who is in our gossip mesh. */
  readonly neighbors = new Set<PeerId>()
  /** Where others can reach us, best first. */
  addresses: readonly string[] = []
  /** `leaving`: from the goodbye on; `ending`: the ports are being stopped. */
  phase: 'starting' | 'online' | 'leaving' | 'ending' | 'stopped' = 'starting'
  readonly clockWatch: ClockWatch
  /** When anything valid was heard from the network last, milliseconds since the epoch. */
  lastHeardAt: number | null = null
  /** Until then (monotonic) staleness is judged as of `trustedNow` (rule WK11). */
  holdUntil = -Infinity
  trustedNow = 0
  /** The moment of this step. It stands still while the step goes on. */
  readonly clock: Pick<Clock, 'now' | 'monotonic'> = {
    now: () => this.#moment.now,
    monotonic: () => this.#moment.monotonic,
  }
  /** It states the version that our own entry states. */
  dialect: Dialect
  readonly ids: ProtocolIds
  /** Rule EN8: whether the version that our entry states is that of the network. */
  readonly followsVersion: boolean
  readonly verbosity: Verbosity
  #moment: Moment
  #ids = 0
  #told = 0
  #outputs: Output[] = []
  #facts: Fact[] = []
  #changed = false
  #rejections: Bucket | undefined

  /** @throws InvalidSecretKey, LimitExceeded, InvalidArgument */
  constructor(options: CoreOptions) {
    const { self, networkId, secret, config, moment, signatures, tags, protocolVersion: set } = options
    const dialect = set === undefined ? options.dialect : options.dialect.stating(set)
    this.self = self
    this.networkId = networkId
    this.secret = secret
    this.config = config
    this.random = options.random
    this.signatures = signatures
    this.dialect = dialect
    this.ids = dialect.protocolIds(networkId)
    this.followsVersion = set === undefined
    this.verbosity = options.verbosity
    this.#moment = moment
    this.clockWatch = new ClockWatch(this.clock, this.peers)
    const { protocolVersion } = dialect
    const first = firstEntry({ networkId, peerId: self, protocolVersion, tags }, moment.now)
    const signed = signEntry(first, secret, signatures, dialect)
    this.catalog = new Catalog(signed, config, moment.now, this, this.peers)
    // Listeners begin with the catalog.
    this.#outputs = []
  }

  /** A step begins. */
  begin(moment: Moment): void {
    this.#moment = moment
  }

  /** The step is over: what came of it. */
  end(): Output[] {
    if (this.#changed) this.#outputs.push({ kind: 'changed' })
    this.#changed = false
    const outputs = this.#outputs
    this.#outputs = []
    return outputs
  }

  /** An id that was not used before. */
  nextId(): number {
    this.#ids += 1
    return this.#ids
  }

  out(output: Output): void {
    this.#outputs.push(output)
  }

  /** The number of what was told last (rule CT11). */
  get last(): number {
    return this.#told
  }

  /** Tells the next item of the stream. */
  tell<T extends Untold>(what: T): T & Numbered {
    this.#told += 1
    // What parts tell is made for it: to copy it would cost more than all else here.
    const told = what as T & { -readonly [K in keyof Numbered]: Numbered[K] }
    told.seq = this.#told
    told.at = this.#moment.now
    this.#outputs.push({ kind: 'tell', told })
    return told
  }

  emit(event: DiscoveryEvent): void {
    this.tell({ kind: 'event', event })
  }

  /** Others in the core have to act on it, before the step ends. */
  post(fact: Fact): void {
    this.#facts.push(fact)
  }

  /** The facts that nobody has acted on yet. */
  takeFacts(): readonly Fact[] {
    const facts = this.#facts
    if (facts.length > 0) this.#facts = []
    return facts
  }

  /** Something that views look at has changed. */
  changed(): void {
    this.#changed = true
  }

  /** Something valid was heard from the network just now. */
  heard(): void {
    this.lastHeardAt = this.#moment.now
  }

  /** In how many milliseconds a timer is due. */
  setTimer(key: Parameters<Timers['set']>[0], delayMs: number): void {
    this.timers.set(key, this.#moment.monotonic + Math.max(0, delayMs))
  }

  /** The open connection to a peer. */
  connectionOf(peerId: PeerId): Connection | null {
    return this.peers.get(peerId)?.connection ?? null
  }

  /** Whether nothing new is begun: the ports stop, or have stopped. */
  get over(): boolean {
    return this.phase === 'ending' || this.phase === 'stopped'
  }

  /** Whether nobody is in our mesh. */
  get alone(): boolean {
    return this.neighbors.size === 0
  }

  /**
   * Whether somebody is connected who tells of others: of one whose mesh is full the next sync brings more than dials, which take
   * the processor from it. One that says nothing, or belongs to another network, still has no entry after a while.
   */
  get hasTeller(): boolean {
    const since = this.#moment.monotonic - SAYS_MS
    return [...this.peers.connected()].some(({ entry, usedAt }) => entry !== null || (usedAt ?? 0) > since)
  }

  /** Whether the last neighbor went a moment ago and is still connected: its mesh is full (rule AN7). */
  get leftOut(): boolean {
    return this.timers.isSet('rejoin')
  }

  /** Whether we are in the network: connections to a mesh that is full count for a moment. */
  get inTouch(): boolean {
    return !this.alone || this.leftOut
  }

  /** The connection to the peer served something just now: it is not idle, and its other end is there (rule AN11). */
  used(peerId: PeerId): void {
    const record = this.peers.get(peerId)
    if (record === null || record.connection === null) return
    record.usedAt = this.#moment.monotonic
    record.unanswered = 0
  }

  /** The other end of the connection to the peer is there (rule AN11). */
  answered(peerId: PeerId): void {
    const record = this.peers.get(peerId)
    if (record !== null) record.unanswered = 0
  }

  /**
   * The time by which staleness is judged, milliseconds since the epoch: the clock's, but for a jump of it until all peers
   * were asked (rule WK11). All that reads the catalog takes this one.
   */
  judgingNow(now: number = this.clockWatch.steadyNow()): number {
    return this.#moment.monotonic < this.holdUntil ? this.trustedNow : now
  }

  /**
   * An entry was refused: it is counted, logged and, within a rate, told.
   * @param updatedAt the time that it states, milliseconds since the epoch, where it is refused for that
   */
  reject(peerId: PeerId | null, reason: RejectReason, source: Source, detail: string, updatedAt?: number): void {
    this.counters.refuse(reason)
    if (this.verbosity !== 'none') this.debug('refused an entry', peerId, { reason, source, detail })
    const { bucket, allowed } = takeToken(this.#rejections, this.#moment.monotonic, REJECTIONS)
    this.#rejections = bucket
    // By the second: else each of the same peer would be another thing to log.
    const seconds = updatedAt === undefined ? null : Math.round((updatedAt - this.clock.now()) / SECOND_MS)
    const ahead = seconds === null ? {} : { aheadMs: seconds * SECOND_MS }
    if (allowed) this.emit({ kind: 'EntryRejected', peerId, reason, source, detail: detail.slice(0, DETAIL), ...ahead })
  }

  debug(message: string, peer: PeerId | null, fields: LogFields = {}): void {
    if (this.verbosity !== 'none') this.#log({ level: 'debug', message, peer, fields })
  }

  /** For what happens all the time. Callers look at `verbosity` themselves where the fields cost something. */
  trace(message: string, peer: PeerId | null, fields: LogFields = {}): void {
    if (this.verbosity === 'trace') this.#log({ level: 'trace', message, peer, fields })
  }

  #log(line: LogLine): void {
    this.#outputs.push({ kind: 'log', line })
  }
}
