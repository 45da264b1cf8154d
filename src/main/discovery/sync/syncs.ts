/** When syncs run: rules WK3, WK12, SY6, SY7, SY8. The exchange itself is in sync.ts and sync-answer.ts. */
import { Cancelled, PeerscopeError, RateLimited, StreamFailed, SyncFailed } from '../../../shared/errors.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { Context } from '../context.ts'
import { reasonOf as abortReason, sleep } from '../base/deadline.ts'
import type { SyncResult } from '../handle.ts'
import { backoffDelay } from '../base/jitter.ts'
import type { Clock, Link } from '../ports.ts'
import { SYNC_LIMITS } from '../protocols.ts'
import { RateLimiter, takeToken } from '../base/rates.ts'
import type { Bucket } from '../base/rates.ts'
import { answerSync } from './run.ts'
import type { SyncCatalog, SyncParts } from './run.ts'
import { runSync } from './run.ts'

/** Rule WK12. */
const MAX_RUNNING = 8
const START_RATE = { perSecond: 10, burst: 10 }
/** Syncs that peers begin with us, each and in all. */
const INBOUND_RATE = { perSecond: 1, burst: 10 }
const MAX_INBOUND = 32
/** A sync that waited this long for its peer makes room for another peer's at the bound, milliseconds. */
const PATIENCE_MS = 2000
/** How long the larger id waits for the smaller one to begin, milliseconds. */
const YIELD_MS = 1000
/** Known peers up to which a first-sight sync does not wait (rule WK12). */
const FEW = 32

/** Runs, joins, bounds and retries syncs. */
export class Syncs {
  readonly #context: Context
  readonly #parts: SyncParts
  readonly #connect: (peerId: PeerId, signal: AbortSignal) => Promise<unknown>
  readonly #seen = new Set<PeerId>()
  readonly #queue = new Set<PeerId>()
  /** Peers with which a sync went well since they were seen first, whoever began it. */
  readonly #done = new Set<PeerId>()
  readonly #running = new Map<PeerId, Promise<SyncResult>>()
  readonly #inbound = new Set<Inbound>()
  readonly #failures = new Map<PeerId, number>()
  readonly #rates = new RateLimiter(INBOUND_RATE)
  #automatic = 0
  #bucket: Bucket | undefined
  #waiting = false

  /** @param connect makes sure that there is a connection to the peer */
  constructor(
    context: Context,
    catalog: SyncCatalog,
    connect: (peerId: PeerId, signal: AbortSignal) => Promise<unknown>,
  ) {
    this.#context = context
    this.#connect = connect
    this.#parts = { catalog, signatures: context.ports.signatures, clock: context.ports.clock }
  }

  get running(): number {
    return this.#running.size
  }

  /** Whether a sync with the peer runs, whoever began it. */
  busy(peerId: PeerId): boolean {
    return this.#running.has(peerId) || [...this.#inbound].some(({ link }) => link.remote === peerId)
  }

  /** Rule WK3: the first sight of a peer starts one sync with it. Inside a command. */
  firstSight(peerId: PeerId): void {
    if (peerId === this.#context.self || this.#seen.has(peerId)) return
    this.#seen.add(peerId)
    const enqueue = (): void => {
      if (!this.#seen.has(peerId) || this.#done.has(peerId)) return
      this.#queue.add(peerId)
      this.#startQueued()
    }
    // Two that meet would both begin: the larger id lets the smaller one, and begins when that did not.
    const wait = this.#crowdDelay(peerId) + (this.#context.self > peerId ? YIELD_MS : 0)
    if (wait > 0) this.#context.later(wait, enqueue)
    else enqueue()
  }

  /** Rule WK12: all hear of a newcomer at once; asked by all at once, it would have to refuse most. Milliseconds. */
  #crowdDelay(peerId: PeerId): number {
    const { catalog, ports } = this.#context
    if (catalog.size <= FEW || this.#context.connectionOf(peerId) !== null) return 0
    return (ports.random.number() * catalog.size * 1000) / START_RATE.perSecond
  }

  /** A peer that left is unseen again. */
  forget(peerId: PeerId): void {
    this.#seen.delete(peerId)
    this.#done.delete(peerId)
    this.#queue.delete(peerId)
    this.#failures.delete(peerId)
  }

  /** Rules SY6, SY7: joins the running sync with the peer, or starts one at once. */
  explicit(peerId: PeerId, signal: AbortSignal): Promise<SyncResult> {
    this.#seen.add(peerId)
    this.#queue.delete(peerId)
    return untilAborted(this.#insist(peerId), signal)
  }

  /** Rule SY6: the peer refuses ours while its own sync with us goes on; once that is over, ours costs next to nothing. */
  async #insist(peerId: PeerId): Promise<SyncResult> {
    const { ended, ports, self } = this.#context
    try {
      return await this.#start(peerId)
    } catch (error) {
      if (!(error instanceof StreamFailed) || self < peerId) throw error
      await sleep(ports.clock, YIELD_MS, ended)
      return await this.#start(peerId)
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
    if (this.#running.has(peerId) && this.#context.self < peerId)
      throw new SyncFailed('a sync with this peer runs already')
    const running: Inbound = { link, heardAt: clock.monotonic(), displaced: false }
    this.#inbound.add(running)
    try {
      const done = await answerSync(heedful(running, clock), this.#parts, this.#context.ended)
      if (running.displaced) return
      this.#context.counters.streamBytesIn += done.bytes
      this.#context.heard()
      this.#done.add(peerId)
      this.#queue.delete(peerId)
    } finally {
      this.#inbound.delete(running)
      this.#context.used(peerId)
    }
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

  #startQueued(): void {
    const { clock } = this.#context.ports
    for (const peerId of this.#queue) {
      if (this.#automatic >= MAX_RUNNING || this.#waiting) return
      const { bucket, allowed } = takeToken(this.#bucket, clock.monotonic(), START_RATE)
      this.#bucket = bucket
      if (!allowed) {
        this.#waiting = true
        this.#context.later(1000 / START_RATE.perSecond, () => {
          this.#waiting = false
          this.#startQueued()
        })
        return
      }
      this.#queue.delete(peerId)
      this.#automatic += 1
      this.#start(peerId)
        .catch(() => undefined)
        .finally(() => {
          this.#automatic -= 1
          this.#context.queue.submit(() => this.#startQueued())
        })
    }
  }

  #start(peerId: PeerId): Promise<SyncResult> {
    const running = this.#running.get(peerId)
    if (running !== undefined) return running
    const sync = this.#run(peerId).finally(() => this.#running.delete(peerId))
    this.#running.set(peerId, sync)
    return sync
  }

  async #run(peerId: PeerId): Promise<SyncResult> {
    const { ended, ids, ports, counters } = this.#context
    try {
      await this.#connect(peerId, ended)
      const link = await ports.streams.open(peerId, ids.sync, SYNC_LIMITS, ended)
      counters.streamsOut += 1
      let result: SyncResult
      try {
        result = await runSync(link, this.#parts, ended)
      } catch (error) {
        link.abort(error instanceof Error ? error : new SyncFailed(String(error)))
        throw error
      }
      counters.streamBytesOut += result.bytes
      this.#failures.delete(peerId)
      this.#done.add(peerId)
      this.#context.queue.submit(() => {
        this.#context.used(peerId)
        this.#context.heard()
        this.#context.emit({ kind: 'SyncCompleted', peerId, ...result })
      })
      return result
    } catch (error) {
      const typed = error instanceof PeerscopeError ? error : new SyncFailed(String(error))
      this.#context.queue.submit(() => this.#failed(peerId, typed))
      throw typed
    }
  }

  /** Rule SY8. */
  #failed(peerId: PeerId, error: PeerscopeError): void {
    const { catalog, ports } = this.#context
    if (error.code === 'Cancelled' || this.#done.has(peerId)) return
    const known = catalog.has(peerId)
    const failures = (this.#failures.get(peerId) ?? 0) + 1
    // It may have been refused because the peer's own sync with us was running: then all is well.
    if (known) this.#failures.set(peerId, failures)
    const retryInMs = known ? backoffDelay(failures, ports.random.number()) : null
    this.#context.emit({ kind: 'SyncFailed', peerId, reason: `${error.code}: ${error.message}`, retryInMs })
    if (retryInMs === null) {
      this.#seen.delete(peerId)
      return
    }
    this.#context.later(retryInMs, () => {
      if (!catalog.has(peerId) || this.#running.has(peerId) || this.#done.has(peerId)) return
      this.#queue.add(peerId)
      this.#startQueued()
    })
  }
}

/** A sync that a peer began. */
interface Inbound {
  readonly link: Link
  /** When the peer sent something last, by the monotonic clock. */
  heardAt: number
  displaced: boolean
}

/** The link of a sync, noting when something comes. */
function heedful(inbound: Inbound, clock: Clock): Link {
  const { link } = inbound
  return {
    remote: link.remote,
    read: async (signal) => {
      const message = await link.read(signal)
      inbound.heardAt = clock.monotonic()
      return message
    },
    write: (message, signal) => link.write(message, signal),
    close: () => link.close(),
    abort: (reason) => link.abort(reason),
  }
}

/** The promise's outcome, or `Cancelled` when the signal fires first; the work itself goes on for others. */
function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) return Promise.reject(new Cancelled('the sync was cancelled'))
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(abortReason(signal))
    signal.addEventListener('abort', onAbort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}
