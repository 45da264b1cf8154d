/** Which span of time the charts show. Pure. */
import { HEALTH_SPAN_MS } from '../../../shared/health.ts'
import type { Range } from '../stores/range-store.ts'

/** A span, cut into so many points. Milliseconds since the epoch. */
export interface Span {
  readonly from: number
  readonly to: number
  readonly points: number
}

const HOUR = 3_600_000
/** Steps in which time is cut, milliseconds: so that what was counted stays in its bar while time goes on. */
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400].map(
  (seconds) => seconds * 1000,
)
/** Fewest milliseconds that a chart shows. */
const LEAST_MS = 10_000

/**
 * The span of a range as it is now.
 * @param oldest when the oldest stored event happened; null where nothing is stored
 * @param most points at most
 */
export function spanOf(range: Range, now: number, oldest: number | null, most: number): Span {
  const [from, to] = typeof range === 'string' ? named(range, now, oldest) : [range.from, range.to]
  const length = Math.max(to - from, LEAST_MS)
  // The last step has begun, and one more may be cut off at the beginning.
  const least = length / Math.max(1, most - 2)
  const day = 24 * HOUR
  const step = STEPS.find((one) => one >= least) ?? Math.ceil(least / day) * day
  const begin = Math.max(0, Math.floor(from / step) * step)
  const points = Math.max(1, Math.ceil((from + length - begin) / step))
  return { from: begin, to: begin + points * step, points }
}

function named(range: Exclude<Range, object>, now: number, oldest: number | null): readonly [number, number] {
  switch (range) {
    case 'recent':
      return [now - HEALTH_SPAN_MS, now]
    case 'hour':
      return [now - HOUR, now]
    case 'day':
      return [now - 24 * HOUR, now]
    case 'all':
      return [Math.min(oldest ?? now, now - HEALTH_SPAN_MS), now]
  }
}

/** Pause between two looks at a span, milliseconds: long spans change slowly. */
export function pauseOf({ from, to, points }: Span): number {
  return Math.min(30_000, Math.max(3000, (to - from) / points))
}

/** Whether the span ends now, so that it has to be asked for again. */
export function isOpen({ to }: Pick<Span, 'to'>, now: number): boolean {
  return to >= now
}
