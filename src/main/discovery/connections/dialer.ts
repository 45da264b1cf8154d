/** Dials: a bounded number at once, with a pause for addresses that failed (rules WK4, AN7, AN8, BD8). */
import { DialFailed, errorShape } from '../../../shared/errors.ts'
import type { PeerId } from '../../../shared/ids.ts'
import { BoundedMap } from '../base/bounded-map.ts'
import { reasonOf, withDeadline } from '../base/deadline.ts'
import { backoffDelay } from '../base/jitter.ts'
import type { Attempts, Way } from '../bootstrap/attempts.ts'
import { keyOf } from '../bootstrap/attempts.ts'
import type { Context } from '../context.ts'
import type { Priority, Work } from '../core/work.ts'
import type { DialTarget } from '../ports.ts'

/** How long one dial may take, milliseconds. */
const DIAL_MS = 10_000
/** Targets whose failures are remembered. */
const MAX_FAILED = 4096

/** How a target is dialed. */
export interface DialOptions {
  /** Listed among the attempts where it is given. */
  readonly way?: Way
  /** Default: automatic. */
  readonly priority?: Priority
}

/** Connects to targets and tells of failures. */
export class Dialer {
  readonly #context: Pick<Context, 'ports' | 'queue' | 'counters' | 'work' | 'ended' | 'emit'>
  readonly #attempts: Attempts
  readonly #onConnected: (peerId: PeerId, way: Way | null) => void
  /** Those that wait for their turn, by the id of their work. */
  readonly #waiting = new Map<number, () => void>()
  /** By target: of many it is not known which peer is there. */
  readonly #failed = new BoundedMap<string, { readonly failures: number; readonly until: number }>(MAX_FAILED)

  constructor(
    context: Pick<Context, 'ports' | 'queue' | 'counters' | 'work' | 'ended' | 'emit'>,
    attempts: Attempts,
    onConnected: (peerId: PeerId, way: Way | null) => void,
  ) {
    this.#context = context
    this.#attempts = attempts
    this.#onConnected = onConnected
  }

  /** Whether the target failed lately and rests. */
  rests(target: DialTarget): boolean {
    const failed = this.#failed.get(keyOf(target))
    return failed !== undefined && failed.until > this.#context.ports.clock.monotonic()
  }

  /** Dials in its turn. Never rejects; null where it failed, which is told. */
  async dial(target: DialTarget, way: Way): Promise<PeerId | null> {
    try {
      return await this.connect(target, this.#context.ended, { way })
    } catch {
      return null
    }
  }

  /** Dials in its turn; the signal ends the wait for it too. @throws DialFailed, Timeout, Cancelled */
  async connect(target: DialTarget, signal: AbortSignal, { way, priority }: DialOptions = {}): Promise<PeerId> {
    const { clock, node, random } = this.#context.ports
    const trial = way === undefined ? null : this.#attempts.begin(target, way)
    const work = await this.#turn(priority ?? 'automatic', signal).catch((error: unknown) => {
      trial?.failed(errorShape(error).message)
      throw error
    })
    this.#context.counters.dials += 1
    trial?.dialing()
    const key = keyOf(target)
    try {
      const peerId = await withDeadline(clock, DIAL_MS, signal, `dialing ${nameOf(target)}`, (inner) =>
        node.connect(target, inner),
      )
      this.#failed.delete(key)
      trial?.connected(peerId)
      this.#context.queue.submit(() => this.#onConnected(peerId, way ?? null))
      return peerId
    } catch (error) {
      const { code, message } = errorShape(error)
      trial?.failed(message)
      if (code !== 'Cancelled') {
        const failures = (this.#failed.get(key)?.failures ?? 0) + 1
        this.#failed.set(key, { failures, until: clock.monotonic() + backoffDelay(failures, random.number()) })
        this.#context.queue.submit(() =>
          this.#context.emit({ kind: 'DialFailed', target: nameOf(target), reason: message }),
        )
      }
      throw error
    } finally {
      this.#context.work.end(work)
      this.#next()
    }
  }

  async #turn(priority: Priority, signal: AbortSignal): Promise<Work<'dial'>> {
    const { work: queue, counters } = this.#context
    if (signal.aborted) throw reasonOf(signal)
    const work = queue.add('dial', priority)
    if (work === null) {
      counters.refuse('Dials')
      throw new DialFailed('too many dials wait already')
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const onAbort = (): void => {
      // Once it has begun the dial itself watches the signal.
      if (!this.#waiting.delete(work.id)) return
      queue.end(work)
      reject(reasonOf(signal))
    }
    this.#waiting.set(work.id, resolve)
    signal.addEventListener('abort', onAbort, { once: true })
    this.#next()
    try {
      await promise
    } finally {
      signal.removeEventListener('abort', onAbort)
    }
    return work
  }

  #next(): void {
    for (const { id } of this.#context.work.begin('dial', this.#context.ports.clock.monotonic())) {
      this.#waiting.get(id)?.()
      this.#waiting.delete(id)
    }
  }
}

function nameOf(target: DialTarget): string {
  const [address = ''] = target.addresses
  return target.peerId === undefined ? address : `${address}/p2p/${target.peerId}`
}
