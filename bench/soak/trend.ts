/** Whether something that is measured again and again grows. */

/** One measurement. */
export interface Point {
  readonly minute: number
  readonly value: number
}

/** A straight line through points. */
export interface Trend {
  /** Growth a minute. */
  readonly slope: number
  /** Half the width of the interval in which the true slope lies in 95 of 100 cases, by the scatter of the points. */
  readonly noise: number
  /** The mean of the values. */
  readonly mean: number
}

/** Two standard errors: about the 95 % interval for more than ten points. */
const ERRORS = 2

/** Least squares. Three points are the fewest that tell anything of their scatter. */
export function trendOf(points: readonly Point[]): Trend {
  const count = points.length
  const mean = sum(points, ({ value }) => value) / count
  const middle = sum(points, ({ minute }) => minute) / count
  const spread = sum(points, ({ minute }) => (minute - middle) ** 2)
  if (count < 3 || spread === 0) return { slope: 0, noise: Infinity, mean }
  const slope = sum(points, ({ minute, value }) => (minute - middle) * (value - mean)) / spread
  const rest = sum(points, ({ minute, value }) => (value - mean - slope * (minute - middle)) ** 2)
  return { slope, noise: ERRORS * Math.sqrt(rest / (count - 2) / spread), mean }
}

/**
 * Whether it grows: more than its scatter explains, and by more in the whole time than `allowed` of its mean. What creeps by
 * less than that cannot be told from caches that fill.
 */
export function grows({ slope, noise, mean }: Trend, minutes: number, allowed: number): boolean {
  return slope > noise && slope * minutes > allowed * mean
}

function sum(points: readonly Point[], pick: (point: Point) => number): number {
  return points.reduce((total, point) => total + pick(point), 0)
}
