import type { Clock } from '../discovery/ports.ts'

/** Longest delay that the runtime's timers keep, milliseconds. */
const MAX_DELAY = 2 ** 31 - 1

/** The system's clock. Its timers do not keep the process alive, but for the turn that is next. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  schedule: (delayMs, fn) => {
    if (delayMs <= 0) {
      // A timer would take a millisecond, hundreds of times in a sync of a large catalog. An immediate that does not keep the
      // process alive would wait for something else to happen.
      const immediate = setImmediate(fn)
      return () => clearImmediate(immediate)
    }
    // Node rounds down, and counts from its last whole millisecond. What comes too early is set again, and wakes the process twice.
    const timer = setTimeout(fn, Math.min(Math.ceil(delayMs) + 1, MAX_DELAY))
    timer.unref()
    return () => clearTimeout(timer)
  },
}
