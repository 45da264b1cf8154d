/** Which span of time the charts show. Pure. */
import type { HealthSeries } from '../../../shared/health.ts'
import { RANGE_MS } from '../stores/range-store.ts'
import type { Range } from '../stores/range-store.ts'
import { TIME_STEPS } from '../ui/time-steps.ts'

/** A span, cut into so many points. Milliseconds since the epoch. */
export interface Span {
  readonly from: number
  readonly to: number
  readonly points: number
}

const DAY = RANGE_MS.day
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
  // What was counted stays in its bar while time goes on.
  const step = TIME_STEPS.find((one) => one >= least) ?? Math.ceil(least / DAY) * DAY
  const begin = Math.max(0, Math.floor(from / step) * step)
  const points = Math.max(1, Math.ceil((from + length - begin) / step))
  return { from: begin, to: begin + points * step, points }
}

function named(range: Exclude<Range, object>, now: number, oldest: number | null): readonly [number, number] {
  const length = RANGE_MS[range]
  return [length === null ? Math.min(oldest ?? now, now - RANGE_MS.recent) : now - length, now]
}

/** Pause between two looks at a span, milliseconds: long spans change slowly. */
export function pauseOf({ from, to, points }: Span): number {
  return Math.min(30_000, Math.max(3000, (to - from) / points))
}

/** For so long after we joined figures come in all the time, milliseconds. */
const YOUNG_MS = 60_000
/** Pause between two looks in that time, milliseconds. */
const YOUNG_PAUSE_MS = 1000

/** The same where hardly anything is known of the span yet: we have just joined. */
export function pauseAfter(span: Span, { joined, stepMs }: Pick<HealthSeries, 'joined' | 'stepMs'>): number {
  // Also while we have lost the network it is known who joined: nobody.
  const known = joined.filter((value) => value !== null).length
  return known * stepMs < YOUNG_MS ? YOUNG_PAUSE_MS : pauseOf(span)
}

/** Whether the span ends now, so that it has to be asked for again. */
export function isOpen({ to }: Pick<Span, 'to'>, now: number): boolean {
  return to >= now
}
