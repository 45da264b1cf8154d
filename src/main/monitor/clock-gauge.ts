import { uptime } from 'node:os'
import type { Clock } from '../discovery/ports.ts'

/** Less is how exactly clocks are read, and the slow steering of the wall clock by the network's time. Milliseconds. */
const LEAST_MS = 2000

/** How long the machine is up, milliseconds; on Linux and Windows with the time in which it slept. */
export function machineUptime(): number {
  return uptime() * 1000
}

/**
 * Tells a wall clock that was set from a machine that slept. Both move the wall clock against the monotonic one, where that
 * stands still in sleep; but only in sleep the time goes on too for which the machine is up.
 */
export class ClockGauge {
  readonly #clock: Pick<Clock, 'now' | 'monotonic'>
  readonly #uptime: () => number
  #ahead: number
  #asleep: number

  /** @param uptimeMs see `machineUptime` */
  constructor(clock: Pick<Clock, 'now' | 'monotonic'>, uptimeMs: () => number) {
    this.#clock = clock
    this.#uptime = uptimeMs
    this.#ahead = clock.now() - clock.monotonic()
    this.#asleep = uptimeMs() - clock.monotonic()
  }

  /** By how much the wall clock was set since the last call, milliseconds; 0 where it was not. */
  setBy(): number {
    const ahead = this.#clock.now() - this.#clock.monotonic()
    const asleep = this.#uptime() - this.#clock.monotonic()
    const byMs = ahead - this.#ahead - Math.max(0, asleep - this.#asleep)
    this.#ahead = ahead
    this.#asleep = asleep
    return Math.abs(byMs) < LEAST_MS ? 0 : byMs
  }
}
