import type { Clock } from '../discovery/ports.ts'

/** Longest delay that the runtime's timers keep, milliseconds. */
const MAX_DELAY = 2 ** 31 - 1

/** The system's clock. Its timers do not keep the process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  schedule: (delayMs, fn) => {
    const timer = setTimeout(fn, Math.min(Math.max(0, delayMs), MAX_DELAY))
    timer.unref()
    return () => clearTimeout(timer)
  },
}
