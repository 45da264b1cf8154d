/** Random delays, as pure functions of a uniform `u` in [0, 1). Milliseconds. */

/** Rule WK5: `interval + U(0, 2·j) − j` with `j = interval · jitter`. */
export function announceDelay(interval: number, jitter: number, u: number): number {
  const j = interval * jitter
  return interval + u * 2 * j - j
}

/** The interval, more or less by up to half. */
export function around(interval: number, u: number): number {
  return interval * (0.5 + u)
}

/** First delay of a retry (rule SY8). */
export const BACKOFF_FIRST = 1000

/** Longest delay of a retry (rule SY8). */
export const BACKOFF_LAST = 60_000

/**
 * Rule SY8: doubles with each failure from 1 s on, up to `last`, by default 60 s; the upper half of it is random. `failures` is
 * from 1.
 */
export function backoffDelay(failures: number, u: number, last: number = BACKOFF_LAST): number {
  const full = Math.min(last, BACKOFF_FIRST * 2 ** Math.min(failures, 16))
  return full * (0.5 + u / 2)
}
