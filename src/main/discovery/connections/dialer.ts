/** Dials: a bounded number at once, with a pause for addresses that failed (rules WK4, AN7, AN8). */
import { DialFailed, errorShape } from '../../../shared/errors.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { Attempts, Way } from '../bootstrap/attempts.ts'
import { keyOf } from '../bootstrap/attempts.ts'
import type { Context } from '../context.ts'
import { withDeadline } from '../base/deadline.ts'
import { backoffDelay } from '../base/jitter.ts'
import type { DialTarget } from '../ports.ts'

/** Dials under way at once. */
const AT_ONCE = 8
/** Dials that may wait. */
const MAX_WAITING = 256
/** How long one dial may take, milliseconds. */
const DIAL_MS = 10_000
/** Targets whose failures are remembered. */
const MAX_FAILED = 4096

/** Connects to targets and tells of failures. */
export class Dialer {
  readonly #context: Context
  readonly #attempts: Attempts
  readonly #waiting: (() => void)[] = []
  readonly #failed = new Map<string, { failures: number; until: number }>()
  readonly #onConnected: (peerId: PeerId, way: Way | null) => void
  #running = 0

  constructor(context: Context, attempts: Attempts, onConnected: (peerId: PeerId, way: Way | null) => void) {
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
      return await this.connect(target, this.#context.ended, way)
    } catch {
      return null
    }
  }

  /** Dials in its turn. With a way it is listed among the attempts. @throws DialFailed, Timeout, Cancelled */
  async connect(target: DialTarget, signal: AbortSignal, way: Way | null = null): Promise<PeerId> {
    const { clock, node, random } = this.#context.ports
    const trial = way === null ? null : this.#attempts.begin(target, way)
    await this.#turn().catch((error: unknown) => {
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
      this.#context.queue.submit(() => this.#onConnected(peerId, way))
      return peerId
    } catch (error) {
      const { code, message } = errorShape(error)
      trial?.failed(message)
      if (code !== 'Cancelled') {
        const failures = (this.#failed.get(key)?.failures ?? 0) + 1
        this.#failed.delete(key)
        this.#failed.set(key, { failures, until: clock.monotonic() + backoffDelay(failures, random.number()) })
        if (this.#failed.size > MAX_FAILED) this.#failed.delete(this.#failed.keys().next().value ?? key)
        this.#context.queue.submit(() =>
          this.#context.emit({ kind: 'DialFailed', target: nameOf(target), reason: message }),
        )
      }
      throw error
    } finally {
      this.#running -= 1
      this.#waiting.shift()?.()
    }
  }

  async #turn(): Promise<void> {
    if (this.#running >= AT_ONCE) {
      if (this.#waiting.length >= MAX_WAITING) {
        this.#context.counters.refuse('Dials')
        throw new DialFailed('too many dials wait already')
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
    this.#running += 1
  }
}

function nameOf(target: DialTarget): string {
  const [address = ''] = target.addresses
  return target.peerId === undefined ? address : `${address}/p2p/${target.peerId}`
}
