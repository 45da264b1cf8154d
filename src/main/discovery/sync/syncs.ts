/** When syncs run: rules WK3, WK12, SY6, SY7, SY8. How one runs the dialect says. */
import { Cancelled, errorShape, StreamFailed } from '../../../shared/errors.ts'
import type { PeerId } from '../../../shared/ids.ts'
import { backoffDelay } from '../base/jitter.ts'
import { targetOf, unknownPeer } from '../connections/target.ts'
import type { Dials } from '../connections/dials.ts'
import type { Env } from '../core/env.ts'
import type { Exchanges } from '../core/exchanges.ts'
import type { Asked, DialOutcome } from '../core/facts.ts'
import type { PeerRecord } from '../core/peers.ts'
import type { Priority, Work } from '../core/work.ts'
import type { SyncResult } from '../handle.ts'
import { SYNC_TIMES } from './bounds.ts'
import { isLeftNow, isLeftToOthers, yieldMs, YIELD_MS } from './first-sight.ts'
import type { Began, InboundSyncs } from './inbound.ts'
import type { SyncNeeds } from './needs.ts'
import { isSyncedAgain, NEIGHBOR_MS, News } from './new-neighbor.ts'
import { isFirst, typed } from './outbound.ts'
import type { Outbound, Waiting } from './outbound.ts'
import type { SyncViewFor } from './parts.ts'

/** How long the first sync of a node has the others wait for it, milliseconds. */
const FIRST_MS = 2000
/** Times that a command tries: once more where the peer refused ours because of its own sync with us. */
const TRIES = 2

/** Runs, joins, bounds and retries syncs. Where each peer stands is in its record. */
export class Syncs {
  readonly #env: Env
  readonly #dials: Dials
  readonly #exchanges: Exchanges
  readonly #inbound: InboundSyncs
  readonly #viewFor: SyncViewFor
  readonly #news = new News()
  readonly #outbound = new Map<PeerId, Outbound>()
  readonly #byExchange = new Map<number, Outbound>()
  readonly #waiting = new Map<number, Waiting>()
  /** Automatic syncs that wait for their turn, by the id of their work. */
  readonly #queued = new Map<number, PeerRecord>()
  /** When the first one of this node began (monotonic); null before. */
  #firstAt: number | null = null
  /** Whether a sync went well, ours or a peer's: until then our catalog is a newcomer's. */
  #stocked = false

  constructor(env: Env, { viewFor, dials, exchanges, inbound }: SyncNeeds) {
    this.#env = env
    this.#dials = dials
    this.#exchanges = exchanges
    this.#inbound = inbound
    this.#viewFor = viewFor
  }

  get running(): number {
    return this.#outbound.size
  }

  /** Whether a sync with the peer runs, ours or its own. */
  busy(peerId: PeerId): boolean {
    return this.#outbound.has(peerId) || this.#inbound.has(peerId)
  }

  /** Rule SY6: whether a sync that the peer begins now has to give way: both began, and ours goes on. */
  prevails(peerId: PeerId): boolean {
    const exchange = this.#outbound.get(peerId)?.exchange ?? null
    return exchange !== null && this.#env.self < peerId
  }

  /** Rule WK3: the first sight of a peer starts one sync with it, or leaves that to others (rule WK12). */
  firstSight(record: PeerRecord): void {
    if (record.peerId === this.#env.self || record.sync.phase !== 'unseen') return
    if (isLeftToOthers(this.#env, record)) record.sync.phase = 'left'
    else this.#first(record)
  }

  /** There is a connection: a first sync that waits for its dial needs none. */
  connected(record: PeerRecord): void {
    const { phase, beganAt, failures } = record.sync
    if (phase !== 'waiting' || beganAt !== null || failures > 0) return this.firstSight(record)
    this.#env.peers.syncsDue.delete(record)
    record.sync.dueAt = null
    return this.#first(record)
  }

  /**
   * The peer is in our mesh. A first sync that was left to others is ours after all (rule WK12); else there may be another one
   * (rule SY11), after so many milliseconds.
   */
  neighborUp(record: PeerRecord, wait = NEIGHBOR_MS): void {
    const { sync, peerId } = record
    if (sync.phase === 'left') return this.#first(record)
    const now = this.#env.clock.monotonic()
    sync.upAt = now
    if (!isSyncedAgain(this.#env, peerId, sync, this.#news)) return
    sync.neighborAt = now
    this.#wait(record, wait + yieldMs(this.#env, record))
  }

  /** A peer came to be known; `by` told of it. */
  discovered(by: PeerId): void {
    this.#news.came(by, this.#env.clock.monotonic())
  }

  /** Once more, in its turn, where none is under way or to come. */
  again(record: PeerRecord): void {
    if (record.sync.phase === 'done' || record.sync.phase === 'left') this.#enqueue(record)
  }

  /** The record is not its peer's any longer. */
  gone({ sync }: PeerRecord): void {
    if (sync.work === null) return
    this.#queued.delete(sync.work.id)
    this.#env.work.end(sync.work)
    sync.work = null
  }

  /** Rules SY6, SY7: a command joins the running sync with the peer, or starts one at once. */
  explicit(commandId: number, peerId: PeerId): void {
    this.#waiting.set(commandId, { peerId, tries: 0, joined: false, resting: false })
    this.#join(commandId)
  }

  /** The caller of a command stopped waiting. A sync that nobody waits for, and that was not due by itself, ends. */
  cancel(commandId: number): void {
    const waiting = this.#waiting.get(commandId)
    if (waiting === undefined) return
    const error = new Cancelled('the sync was cancelled')
    this.#answer(commandId, { error })
    const sync = this.#outbound.get(waiting.peerId)
    if (sync === undefined || !sync.commands.delete(commandId)) return
    if (sync.commands.size > 0 || sync.work !== null) return
    if (sync.dial !== null) this.#dials.callOff(sync.dial, error)
    if (sync.exchange !== null) this.#exchanges.callOff(sync.exchange, error)
    this.#failed(sync, error)
  }

  /** The timer of a command that rests is due. */
  wake(commandId: number): void {
    if (this.#waiting.get(commandId)?.resting === true) this.#join(commandId)
  }

  /** The dial of a sync is over. */
  dialed(peerId: PeerId, id: number, outcome: DialOutcome): void {
    const sync = this.#outbound.get(peerId)
    if (sync?.id !== id) return
    sync.dial = null
    if (outcome.ok) this.#reached(sync)
    else this.#failed(sync, outcome.error)
  }

  /** The exchange of a sync is over. @returns the peer of the sync; null where we did not begin it */
  asked(exchangeId: number, outcome: Asked): PeerId | null {
    const sync = this.#byExchange.get(exchangeId)
    if (sync === undefined) return null
    if ('error' in outcome) this.#failed(sync, outcome.error)
    else if (outcome.protocol === 'sync')
      this.#succeeded(sync, { ...outcome.result, durationMs: this.#env.clock.monotonic() - sync.beganAt })
    return sync.peerId
  }

  /** A sync that the peer began is over. */
  answered(peerId: PeerId, began: Began, error: Error | null): void {
    this.#env.used(peerId)
    if (error !== null) return
    this.#env.heard()
    if (began.record !== null) this.#done(began.record, began.beganAt)
    this.begin()
  }

  /** Queues those whose time has come. */
  due(): void {
    const { peers, clock } = this.#env
    const now = clock.monotonic()
    for (;;) {
      const record = peers.syncsDue.popBefore(now + 1, 1000)
      if (record === null) break
      record.sync.dueAt = null
      record.sync.phase = isLeftNow(this.#env, record) ? 'left' : 'unseen'
      if (record.sync.phase === 'unseen') this.#enqueue(record)
    }
    this.#look()
  }

  /** Begins those whose turn it is. */
  begin(): void {
    const { work, clock, timers } = this.#env
    const now = clock.monotonic()
    for (const begun of work.begin('sync', now, this.#most(now))) {
      this.#firstAt ??= now
      const record = this.#queued.get(begun.id)
      this.#queued.delete(begun.id)
      if (record === undefined) continue
      record.sync.work = null
      record.sync.phase = 'running'
      // The user's began meanwhile: that one does.
      if (this.#outbound.has(record.peerId)) work.end(begun)
      else this.#start(record.peerId, begun)
    }
    const nextAt = this.#most(now) === 0 && this.#firstAt !== null ? this.#firstAt + FIRST_MS : work.nextAt('sync', now)
    if (nextAt !== null) timers.set('syncsPaced', Math.min(nextAt, timers.at('syncsPaced') ?? Infinity))
  }

  /** Rule WK12: of a newcomer that asked several at once each would send all that it has. */
  #most(now: number): number {
    if (this.#stocked) return Infinity
    if (this.#outbound.size === 0) return 1
    return this.#firstAt !== null && now < this.#firstAt + FIRST_MS ? 0 : Infinity
  }

  /** Whether the deadline with this id is its own. */
  owns(id: number): boolean {
    return this.#waiting.has(id)
  }

  /** What is wrong with it. */
  check(): string[] {
    const wrong: string[] = []
    const { peers, work } = this.#env
    for (const record of this.#queued.values())
      if (!peers.isCurrent(record)) wrong.push(`a sync with ${record.peerId} is queued, and it is gone`)
    if (this.#queued.size !== work.waiting('sync')) wrong.push('syncs wait for nobody')
    const due = [...this.#outbound.values()].filter((sync) => sync.work !== null).length
    if (due !== work.running('sync')) wrong.push(`${work.running('sync')} syncs count as running, and ${due} run`)
    for (const { peerId, dial, exchange } of this.#outbound.values())
      if (dial === null && exchange === null) wrong.push(`the sync with ${peerId} waits for nothing`)
    for (const { peerId, sync } of peers.values()) {
      if (sync.phase === 'running' && !this.#outbound.has(peerId)) wrong.push(`the sync with ${peerId} should run`)
      if (sync.phase === 'queued' && (sync.work === null || !this.#queued.has(sync.work.id)))
        wrong.push(`the sync with ${peerId} should be in the queue`)
    }
    return wrong
  }

  #first(record: PeerRecord): void {
    const wait = yieldMs(this.#env, record)
    if (wait > 0) this.#wait(record, wait)
    else this.#enqueue(record)
  }

  #wait(record: PeerRecord, ms: number): void {
    const dueAt = this.#env.clock.monotonic() + ms
    record.sync.phase = 'waiting'
    record.sync.dueAt = dueAt
    this.#env.peers.syncsDue.push(record, dueAt)
    this.#look()
  }

  /** Sets the timer for the one that is due first. */
  #look(): void {
    const dueAt = this.#env.peers.syncsDue.bound()
    if (dueAt !== null) this.#env.timers.set('syncsDue', dueAt)
  }

  #enqueue(record: PeerRecord): void {
    // One a peer at a time: an earlier one, of another incarnation of the peer, or what the user asked for, or its own.
    if (this.busy(record.peerId)) return this.#wait(record, YIELD_MS)
    const work = this.#env.work.add('sync', 'automatic')
    if (work === null) return
    record.sync.phase = 'queued'
    record.sync.work = work
    this.#queued.set(work.id, record)
    this.begin()
  }

  #join(commandId: number): void {
    const waiting = this.#waiting.get(commandId)
    if (waiting === undefined) return
    const { peerId } = waiting
    waiting.resting = false
    waiting.tries += 1
    const running = this.#outbound.get(peerId)
    waiting.joined = running !== undefined
    if (running !== undefined) {
      running.commands.add(commandId)
      // It may have waited among the automatic ones so far.
      if (running.dial !== null) this.#dials.hurry(running.dial)
      return
    }
    const record = this.#env.peers.get(peerId)
    if (record !== null) {
      this.gone(record)
      // It is not due by itself any longer: what comes of the one that begins now says how it goes on.
      this.#env.peers.syncsDue.delete(record)
      record.sync.dueAt = null
      if (record.sync.phase !== 'done') record.sync.phase = 'running'
    }
    this.#start(peerId, null, commandId)
  }

  #start(peerId: PeerId, work: Work<'sync'> | null, commandId: number | null = null): void {
    const record = this.#env.peers.get(peerId)
    const sync: Outbound = {
      id: this.#env.nextId(),
      peerId,
      record,
      work,
      beganAt: this.#env.clock.monotonic(),
      dial: null,
      exchange: null,
      commands: new Set(commandId === null ? [] : [commandId]),
    }
    this.#outbound.set(peerId, sync)
    if (record !== null && record.connection !== null) return this.#reached(sync)
    if (record === null || record.entry === null) return this.#failed(sync, unknownPeer(peerId))
    const priority: Priority = work === null ? 'user' : 'automatic'
    const purpose = { for: 'sync', peerId, id: sync.id } as const
    sync.dial = this.#dials.dial(targetOf(record.entry), { priority, insist: priority === 'user', purpose })
  }

  /** There is a connection. The peer may have begun while we waited for our turn or dialed: the one who was faster goes on. */
  #reached(sync: Outbound): void {
    if (sync.commands.size === 0 && this.#inbound.has(sync.peerId))
      return this.#failed(sync, new StreamFailed('the peer was faster'))
    const asker = this.#env.dialect.askSync(this.#viewFor(sync.peerId), sync.peerId, isFirst(sync))
    sync.exchange = this.#exchanges.ask('sync', sync.peerId, asker, SYNC_TIMES)
    this.#byExchange.set(sync.exchange, sync)
    this.#env.trace('a sync begins', sync.peerId, { asked: sync.work === null })
  }

  #succeeded(sync: Outbound, result: SyncResult): void {
    const { peerId, record } = sync
    const current = record ?? this.#env.peers.get(peerId)
    if (current !== null) this.#done(current, sync.beganAt)
    this.#over(sync)
    this.#env.used(peerId)
    this.#env.heard()
    this.#env.debug('synced', peerId, { received: result.received, sent: result.sent, bytes: result.bytes })
    this.#env.emit({ kind: 'SyncCompleted', peerId, ...result })
    for (const id of sync.commands) this.#answer(id, { result })
  }

  /** A sync with this incarnation of the peer went well. For another one that means nothing (rule WK3). */
  #done(record: PeerRecord, beganAt: number): void {
    this.gone(record)
    this.#stocked = true
    const { sync, peerId } = record
    sync.phase = 'done'
    sync.failures = 0
    sync.dueAt = null
    sync.beganAt = beganAt
    this.#env.peers.syncsDue.delete(record)
    // It came up meanwhile: what one of us heard between the sync's look and that comes to the other by nothing else.
    const cameUp = sync.upAt !== null && sync.upAt >= beganAt && this.#env.neighbors.has(peerId)
    if (cameUp && this.#env.peers.isCurrent(record)) this.neighborUp(record, 0)
  }

  /** Rule SY8. */
  #failed(sync: Outbound, error: Error): void {
    const { peerId, record } = sync
    const { peers, random } = this.#env
    this.#over(sync)
    for (const id of sync.commands) this.#commandFailed(id, peerId, error)
    // People read the message; programs that want the code find it in the log.
    const { code, message: reason } = errorShape(error)
    this.#env.debug('a sync failed', peerId, { code, reason })
    if (record === null || !peers.isCurrent(record)) {
      // Of a peer that is gone; its next incarnation has a sync of its own.
      if (code !== 'Cancelled') this.#env.emit({ kind: 'SyncFailed', peerId, reason, retryInMs: null })
      return
    }
    if (record.sync.phase === 'done') return
    // It was refused because the peer's own sync with us goes on: what comes of that counts.
    if (code === 'StreamFailed' && this.#inbound.has(peerId)) return this.#wait(record, YIELD_MS)
    if (code === 'Cancelled') {
      record.sync.phase = 'unseen'
      return this.firstSight(record)
    }
    record.sync.failures += 1
    const retryInMs = record.entry === null ? null : backoffDelay(record.sync.failures, random.number())
    this.#env.emit({ kind: 'SyncFailed', peerId, reason, retryInMs })
    if (retryInMs === null) record.sync.phase = 'unseen'
    else this.#wait(record, retryInMs)
  }

  /**
   * The peer refuses ours while its own sync with us goes on; once that is over, ours costs next to nothing. What began before it
   * was asked for may have failed by what has changed since, such as the version that our entry states (rule EN8).
   */
  #commandFailed(commandId: number, peerId: PeerId, error: Error): void {
    const waiting = this.#waiting.get(commandId)
    if (waiting === undefined) return
    const refused = this.#env.self > peerId || this.#inbound.has(peerId)
    const again = error instanceof StreamFailed && (refused || waiting.joined) && waiting.tries < TRIES
    if (!again) return this.#answer(commandId, { error: typed(error) })
    waiting.resting = true
    this.#env.setTimer(commandId, refused ? YIELD_MS : 0)
  }

  #over(sync: Outbound): void {
    this.#outbound.delete(sync.peerId)
    if (sync.exchange !== null) this.#byExchange.delete(sync.exchange)
    if (sync.work !== null) this.#env.work.end(sync.work)
    this.begin()
  }

  #answer(commandId: number, answer: { readonly result: SyncResult } | { readonly error: Error }): void {
    this.#waiting.delete(commandId)
    this.#env.timers.clear(commandId)
    this.#env.post({ kind: 'commandEnded', id: commandId, answer })
  }
}
