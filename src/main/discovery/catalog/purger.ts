/** Rules WK6 and WK11: when stale peers go, and when they must not. */
import type { Env } from '../core/env.ts'
import type { Presence } from './presence.ts'
import type { Aging } from './purge.ts'
import { expiryOf, purgeDelay } from './purge.ts'

/** Least time between two purges, milliseconds. */
const LEAST_MS = 50

/** Purges at the soonest expiry. */
export class Purger {
  readonly #env: Env
  readonly #presence: Presence
  /** When the timer is due (monotonic): each entry that comes asks. */
  #dueAt = Infinity

  constructor(env: Env, presence: Presence) {
    this.#env = env
    this.#presence = presence
  }

  /** Rule WK11: the clock jumped by so much. For `forMs` staleness is judged as before the jump. */
  hold(byMs: number, forMs: number): void {
    const now = this.#env.clock.monotonic()
    if (now >= this.#env.holdUntil) this.#env.trustedNow = this.#env.clock.now() - Math.max(0, byMs)
    this.#env.holdUntil = now + forMs
    this.schedule()
  }

  /**
   * Rule WK6: sees to it that the timer is due by the soonest expiry of the catalog. One that is due earlier stays: it finds
   * nothing to do, which costs less than a new timer with each entry that was refreshed.
   */
  schedule(): void {
    const { catalog, config, clock, timers } = this.#env
    const delay = Math.max(
      LEAST_MS,
      purgeDelay(catalog.soonestExpiry(), this.#env.judgingNow(clock.now()), config.purgeAfter),
    )
    const due = clock.monotonic() + delay
    if (this.#dueAt <= due) return
    this.#dueAt = due
    timers.set('purge', due)
  }

  /** An entry came: only one that expires before the timer is due moves it, and hardly any does. */
  expects(entry: Aging): void {
    const { config, clock } = this.#env
    const due = clock.monotonic() + expiryOf(entry, config) - this.#env.judgingNow(clock.now())
    if (this.#dueAt > due) this.schedule()
  }

  /** The timer is due. Others have looked for a jump of the clock before. */
  purge(): void {
    const { catalog, clock } = this.#env
    this.#dueAt = Infinity
    if (clock.monotonic() >= this.#env.holdUntil)
      for (const peer of catalog.purgeStale(clock.now())) this.#presence.gone(peer, 'purged')
    this.schedule()
  }
}
