/** When syncs run: rules WK3, WK12, SY6, SY7, SY8. The exchange itself is in asker.ts and answerer.ts. */
import { Cancelled, PeerscopeError, RateLimited, StreamFailed, SyncFailed } from '../../../shared/errors.ts'
import type { PeerId } from '../../../shared/ids.ts'
import { reasonOf, sleep } from '../base/deadline.ts'
import { backoffDelay } from '../base/jitter.ts'
import { RateLimiter } from '../base/rates.ts'
import type { Context } from '../context.ts'
import type { PeerRecord } from '../core/peers.ts'
import { LANES } from '../core/work.ts'
import type { Priority } from '../core/work.ts'
import type { SyncResult } from '../handle.ts'
import type { Link } from '../ports.ts'
import { SYNC_LIMITS } from '../protocols.ts'
import type { SyncCatalog, SyncParts } from './run.ts'
import { answerSync, runSync } from './run.ts'

/** Syncs that peers begin with us, each and in all. */
const INBOUND_RATE = { perSecond: 1, burst: 10 }
const MAX_INBOUND = 32
/** A sync that waited this long for its peer makes room for another peer's at the bound, milliseconds. */
const PATIENCE_MS = 2000
/** How long the one that was dialed, or else the larger id, waits for the other to begin, milliseconds. */
const YIELD_MS = 1000
/** Known peers up to which a first-sight sync does not wait (rule WK12). */
const FEW = 32

/** A sync that we began. */
interface Outbound {
  readonly result: Promise<SyncResult>
  /** The stream is open: from here on it is the same as if the peer had our first message. */
  opened: boolean
  /** Those who wait for it; where nobody does and it was not due by itself, it ends. */
  waiting: number
  readonly automatic: boolean
  readonly control: AbortController
}

/** A sync that a peer began. */
interface Inbound {
  readonly link: Link
  /** When the peer sent something last, by the monotonic clock. */
  heardAt: number
  displaced: boolean
}

/** Runs, joins, bounds and retries syncs. Where each peer stands is in its record. */
export class Syncs {
  readonly #context: Context
  readonly #parts: SyncParts
  readonly #connect: (peerId: PeerId, signal: AbortSignal, priority: Priority) => Promise<unknown>
  readonly #outbound = new Map<PeerId, Outbound>()
  readonly #inbound = new Set<Inbound>()
  /** Automatic syncs that wait for their turn, by the id of their work. */
  readonly #queued = new Map<number, PeerRecord>()
  readonly #rates = new RateLimiter(INBOUND_RATE)
  /** When queued ones are looked at again because of the rate, and when those that wait are due. */
  #paced = false
  #lookAt = Infinity
  #cancelLook: () => void = () => undefined

  /** @param connect makes sure that there is a connection to the peer */
  constructor(
    context: Context,
    catalog: SyncCatalog,
    connect: (peerId: PeerId, signal: AbortSignal, priority: Priority) => Promise<unknown>,
  ) {
    this.#context = context
    this.#connect = connect
    this.#parts = { catalog, signatures: context.ports.signatures, clock: context.ports.clock }
  }

  get running(): number {
    return this.#outbound.size
  }

  /** Whether a sync with the peer runs, whoever began it. */
  busy(peerId: PeerId): boolean {
    return this.#outbound.has(peerId) || this.#isAnswering(peerId)
  }

  /** Rule WK3: the first sight of a peer starts one sync with it. Inside a command. */
  firstSight(record: PeerRecord): void {
    if (record.peerId === this.#context.self || record.sync.phase !== 'unseen') return
    // Two that meet would both begin.
    const wait = this.#crowdDelay(record) + (this.#shouldYield(record) ? YIELD_MS : 0)
    if (wait > 0) this.#wait(record, wait)
    else this.#enqueue(record)
  }

  /** Once more, in its turn, where one went well before. Inside a command. */
  again(record: PeerRecord): void {
    if (record.sync.phase === 'done') this.#enqueue(record)
  }

  /** The record is not its peer's any longer. */
  gone({ sync }: PeerRecord): void {
    if (sync.work === null) return
    this.#queued.delete(sync.work.id)
    this.#context.work.end(sync.work)
    sync.work = null
  }

  /** Rules SY6, SY7: joins the running sync with the peer, or starts one at once. */
  async explicit(peerId: PeerId, signal: AbortSignal): Promise<SyncResult> {
    if (signal.aborted) throw reasonOf(signal)
    try {
      return await this.#joined(peerId, signal)
    } catch (error) {
      // The peer refuses ours while its own sync with us goes on; once that is over, ours costs next to nothing.
      if (!(error instanceof StreamFailed) || (this.#context.self < peerId && !this.#isAnswering(peerId))) throw error
      await sleep(this.#context.ports.clock, YIELD_MS, signal)
      return await this.#joined(peerId, signal)
    }
  }

  /** Answers a sync that a peer began. */
  async answer(link: Link): Promise<void> {
    const { clock } = this.#context.ports
    const peerId = link.remote
    if (!this.#rates.take(peerId, clock.monotonic()) || !this.#hasRoom(peerId)) {
      this.#context.counters.refuse('SyncRate')
      throw new RateLimited('too many syncs')
    }
    // Rule SY6: when both begin at once, that of the smaller id goes on.
    const ours = this.#outbound.get(peerId)
    if (ours?.opened === true && this.#context.self < peerId) throw new SyncFailed('a sync with this peer runs already')
    const running: Inbound = { link, heardAt: clock.monotonic(), displaced: false }
    const record = this.#context.peers.get(peerId)
    this.#inbound.add(running)
    try {
      const done = await answerSync(link, this.#parts, this.#context.ended, () => {
        running.heardAt = clock.monotonic()
      })
      if (running.displaced) return
      this.#context.counters.streamBytesIn += done.bytes
      this.#context.heard()
      if (record !== null) this.#done(record)
    } finally {
      this.#inbound.delete(running)
      this.#context.used(peerId)
    }
  }

  /** What is wrong with it. */
  check(): string[] {
    const wrong: string[] = []
    for (const record of this.#queued.values())
      if (!this.#context.peers.isCurrent(record)) wrong.push(`a sync with ${record.peerId} is queued, and it is gone`)
    if (this.#queued.size !== this.#context.work.waiting('sync')) wrong.push('syncs wait for nobody')
    if (this.#inbound.size > MAX_INBOUND) wrong.push(`${this.#inbound.size} inbound syncs`)
    return wrong
  }

  /**
   * Who dialed begins. Where there is no connection the smaller id does: it would dial. Both may have dialed at once; then
   * rule SY6 lets one of the two syncs go on.
   */
  #shouldYield({ peerId }: PeerRecord): boolean {
    const connection = this.#context.connectionOf(peerId)
    return connection === null ? this.#context.self > peerId : connection.direction === 'inbound'
  }

  /** Rule WK12: all hear of a newcomer at once; asked by all at once, it would have to refuse most. Milliseconds. */
  #crowdDelay({ peerId }: PeerRecord): number {
    const { catalog, ports } = this.#context
    if (catalog.size <= FEW || this.#context.connectionOf(peerId) !== null) return 0
    return (ports.random.number() * catalog.size * 1000) / LANES.sync.rate.perSecond
  }

  #wait(record: PeerRecord, ms: number): void {
    const dueAt = this.#context.ports.clock.monotonic() + ms
    record.sync.phase = 'waiting'
    record.sync.dueAt = dueAt
    this.#context.peers.syncsDue.push(record, dueAt)
    this.#look()
  }

  /** Sets the timer for the one that is due first. */
  #look(): void {
    const { peers, ports } = this.#context
    const dueAt = peers.syncsDue.bound()
    if (dueAt === null || dueAt >= this.#lookAt) return
    this.#cancelLook()
    this.#lookAt = dueAt
    this.#cancelLook = this.#context.later(Math.max(0, dueAt - ports.clock.monotonic()), () => {
      this.#lookAt = Infinity
      this.#enqueueDue()
      this.#look()
    })
  }

  #enqueueDue(): void {
    const { peers, ports } = this.#context
    const now = ports.clock.monotonic()
    for (;;) {
      const record = peers.syncsDue.popBefore(now + 1, 1000)
      if (record === null) return
      record.sync.dueAt = null
      record.sync.phase = 'unseen'
      this.#enqueue(record)
    }
  }

  #enqueue(record: PeerRecord): void {
    // One a peer at a time: an earlier one, of another incarnation of the peer, or what the user asked for, or its own.
    if (this.busy(record.peerId)) return this.#wait(record, YIELD_MS)
    const work = this.#context.work.add('sync', 'automatic')
    if (work === null) return
    record.sync.phase = 'queued'
    record.sync.work = work
    this.#queued.set(work.id, record)
    this.#startQueued()
  }

  #startQueued(): void {
    const { work, ports } = this.#context
    const now = ports.clock.monotonic()
    for (const begun of work.begin('sync', now)) {
      const record = this.#queued.get(begun.id)
      this.#queued.delete(begun.id)
      if (record === undefined) continue
      record.sync.work = null
      record.sync.phase = 'running'
      const sync = this.#outbound.get(record.peerId) ?? this.#start(record.peerId, 'automatic')
      sync.result
        .catch(() => undefined)
        .finally(() => {
          work.end(begun)
          this.#context.queue.submit(() => this.#startQueued())
        })
    }
    const nextAt = work.nextAt('sync', now)
    if (nextAt === null || this.#paced) return
    this.#paced = true
    this.#context.later(nextAt - now, () => {
      this.#paced = false
      this.#startQueued()
    })
  }

  async #joined(peerId: PeerId, signal: AbortSignal): Promise<SyncResult> {
    const record = this.#context.peers.get(peerId)
    if (record !== null && record.sync.phase !== 'running') {
      this.gone(record)
      this.#leaveQueue(record)
    }
    const sync = this.#outbound.get(peerId) ?? this.#start(peerId, 'user')
    sync.waiting += 1
    try {
      return await untilAborted(sync.result, signal)
    } finally {
      sync.waiting -= 1
      if (signal.aborted && sync.waiting === 0 && !sync.automatic)
        sync.control.abort(new Cancelled('the sync was cancelled'))
    }
  }

  /** It is not due by itself any more: what comes of the one that begins now says how it goes on. */
  #leaveQueue(record: PeerRecord): void {
    this.#context.peers.syncsDue.delete(record)
    record.sync.dueAt = null
    if (record.sync.phase !== 'done') record.sync.phase = 'running'
  }

  #start(peerId: PeerId, priority: Priority): Outbound {
    const { promise, resolve, reject } = Promise.withResolvers<SyncResult>()
    promise.catch(() => undefined)
    const control = new AbortController()
    const sync: Outbound = { result: promise, opened: false, waiting: 0, automatic: priority === 'automatic', control }
    this.#outbound.set(peerId, sync)
    const record = this.#context.peers.get(peerId)
    const signal = AbortSignal.any([control.signal, this.#context.ended])
    const run = async (): Promise<SyncResult> => {
      try {
        const result = await this.#run(peerId, sync, signal, priority)
        this.#outbound.delete(peerId)
        this.#context.queue.submit(() => this.#succeeded(peerId, record, result))
        return result
      } catch (error) {
        this.#outbound.delete(peerId)
        const typed = error instanceof PeerscopeError ? error : new SyncFailed(String(error))
        this.#context.queue.submit(() => this.#failed(peerId, record, typed))
        throw typed
      }
    }
    void run().then(resolve, reject)
    return sync
  }

  async #run(peerId: PeerId, sync: Outbound, signal: AbortSignal, priority: Priority): Promise<SyncResult> {
    const { ids, ports, counters } = this.#context
    await this.#connect(peerId, signal, priority)
    // It began while we dialed: the one who was faster goes on.
    if (sync.automatic && sync.waiting === 0 && this.#isAnswering(peerId)) throw new StreamFailed('the peer was faster')
    sync.opened = true
    const link = await ports.streams.open(peerId, ids.sync, SYNC_LIMITS, signal)
    counters.streamsOut += 1
    const result = await runSync(link, this.#parts, signal)
    counters.streamBytesOut += result.bytes
    return result
  }

  #succeeded(peerId: PeerId, record: PeerRecord | null, result: SyncResult): void {
    this.#context.used(peerId)
    this.#context.heard()
    const current = record ?? this.#context.peers.get(peerId)
    if (current !== null) this.#done(current)
    this.#context.emit({ kind: 'SyncCompleted', peerId, ...result })
  }

  /** A sync with this incarnation of the peer went well. For another one that means nothing (rule WK3). */
  #done(record: PeerRecord): void {
    this.gone(record)
    record.sync.phase = 'done'
    record.sync.failures = 0
    record.sync.dueAt = null
    this.#context.peers.syncsDue.delete(record)
  }

  /** Rule SY8. */
  #failed(peerId: PeerId, record: PeerRecord | null, error: PeerscopeError): void {
    const { peers, ports } = this.#context
    if (this.#context.ended.aborted) return
    if (record === null || !peers.isCurrent(record)) {
      // Of a peer that is gone; its next incarnation has a sync of its own.
      if (error.code !== 'Cancelled')
        this.#context.emit({ kind: 'SyncFailed', peerId, reason: `${error.code}: ${error.message}`, retryInMs: null })
      return
    }
    if (record.sync.phase === 'done') return
    // It was refused because the peer's own sync with us goes on: what comes of that counts.
    if (error.code === 'StreamFailed' && this.#isAnswering(peerId)) return this.#wait(record, YIELD_MS)
    if (error.code === 'Cancelled') {
      record.sync.phase = 'unseen'
      return this.firstSight(record)
    }
    record.sync.failures += 1
    const known = record.entry !== null
    const retryInMs = known ? backoffDelay(record.sync.failures, ports.random.number()) : null
    this.#context.emit({ kind: 'SyncFailed', peerId, reason: `${error.code}: ${error.message}`, retryInMs })
    if (retryInMs === null) record.sync.phase = 'unseen'
    else this.#wait(record, retryInMs)
  }

  #isAnswering(peerId: PeerId): boolean {
    for (const { link, displaced } of this.#inbound) if (link.remote === peerId && !displaced) return true
    return false
  }

  /** Whether one more may run; at the bound the one of another peer that is silent for longest makes room (rule BD7). */
  #hasRoom(peerId: PeerId): boolean {
    if (this.#inbound.size < MAX_INBOUND) return true
    const before = this.#context.ports.clock.monotonic() - PATIENCE_MS
    let silent: Inbound | null = null
    for (const one of this.#inbound) {
      if (one.link.remote !== peerId && one.heardAt <= (silent?.heardAt ?? before)) silent = one
    }
    if (silent === null) return false
    silent.displaced = true
    this.#inbound.delete(silent)
    this.#context.counters.refuse('SyncDisplaced')
    silent.link.abort(new SyncFailed('it made room for another sync'))
    return true
  }
}

/** The promise's outcome, or the signal's reason when that fires first; the work itself goes on for others. */
function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) return Promise.reject(reasonOf(signal))
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(reasonOf(signal))
    signal.addEventListener('abort', onAbort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}
