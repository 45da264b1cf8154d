import type { Schedule } from './types.ts'

/** By the system's timers, which keep no process alive. */
export const scheduleTimer: Schedule = (delayMs, fn) => {
  const timer = setTimeout(fn, delayMs)
  timer.unref()
  return () => {
    clearTimeout(timer)
  }
}
