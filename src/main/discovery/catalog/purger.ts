/** Rules WK6 and WK11: when stale peers go, and when they must not. */
import type { Context } from '../context.ts'
import type { GonePeer } from './catalog.ts'
import { purgeDelay } from './purge.ts'

/** Least time between two purges, milliseconds. */
const LEAST_MS = 50

/** Purges at the soonest expiry. All methods run inside commands. */
export class Purger {
  readonly #context: Context
  readonly #lookAtClock: (late: number) => void
  readonly #gone: (peer: GonePeer) => void
  /** Until then (monotonic) nobody is purged, and staleness is judged as of `#trustedNow`. */
  #holdUntil = -Infinity
  #trustedNow = 0
  /** When the timer is due (monotonic); infinite where none is set. */
  #due = Infinity
  #cancel: () => void = () => undefined

  /**
   * @param lookAtClock looks for a jump, given by how much the timer is late, milliseconds: the purge may be the first to
   *   run after a sleep
   * @param gone is told of each purged peer
   */
  constructor(context: Context, lookAtClock: (late: number) => void, gone: (peer: GonePeer) => void) {
    this.#context = context
    this.#lookAtClock = lookAtClock
    this.#gone = gone
  }

  /** The time by which staleness is judged; `now` is the clock's, as far as it can be trusted. */
  judgingNow(now: number = this.#context.ports.clock.now()): number {
    return this.#context.ports.clock.monotonic() < this.#holdUntil ? this.#trustedNow : now
  }

  /** Rule WK11: the clock jumped by so much. For `forMs` staleness is judged as before the jump. */
  hold(byMs: number, forMs: number): void {
    const { clock } = this.#context.ports
    if (clock.monotonic() >= this.#holdUntil) this.#trustedNow = clock.now() - Math.max(0, byMs)
    this.#holdUntil = clock.monotonic() + forMs
    this.schedule()
  }

  /**
   * Rule WK6: sees to it that the timer is due by the soonest expiry of the catalog. One that is due earlier stays: it finds
   * nothing to do, which costs less than a new timer with each entry that was refreshed.
   */
  schedule(): void {
    const { catalog, config } = this.#context
    const { clock } = this.#context.ports
    const delay = Math.max(LEAST_MS, purgeDelay(catalog.soonestExpiry(), this.judgingNow(), config.purgeAfter))
    const due = clock.monotonic() + delay
    if (this.#due <= due) return
    this.#cancel()
    this.#due = due
    this.#cancel = this.#context.later(delay, () => {
      this.#due = Infinity
      this.#lookAtClock(clock.monotonic() - due)
      this.#purge()
    })
  }

  #purge(): void {
    const { catalog, ports } = this.#context
    if (ports.clock.monotonic() >= this.#holdUntil) {
      for (const peer of catalog.purgeStale(ports.clock.now())) this.#gone(peer)
    }
    this.schedule()
  }
}
