/** One direct measurement: our clock minus that of a peer, milliseconds, as far as its fresh entry tells. */
export type SkewSamples = readonly number[]

/** Of fewer peers all must agree: one of them that is wrong must not outvote one that is right. */
const MANY = 3

/** Smaller differences are travel time and waiting, not a wrong clock. Milliseconds. */
const MIN_SKEW = 5000

/** The share of many peers that must be off alike. */
const MOST = 0.75

/** Differences from their median, as a part of it, up to which they are alike; however small, `MIN_SKEW` is. */
const ALIKE = 0.1

/**
 * Rule WK13: our clock minus the median of our peers', if most of them, or all where they are few, are off by about as much;
 * else null: then it is not our clock in which they differ. Of a single peer it is as likely the peer's that is wrong.
 */
export function suspectSkew(samples: SkewSamples): number | null {
  if (samples.length === 0) return null
  const sorted = samples.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? 0
  const median = sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2
  if (Math.abs(median) < MIN_SKEW) return null
  const apart = Math.max(MIN_SKEW, Math.abs(median) * ALIKE)
  const agreeing = sorted.filter((skew) => Math.abs(skew) >= MIN_SKEW && Math.abs(skew - median) <= apart).length
  return agreeing / sorted.length >= (sorted.length < MANY ? 1 : MOST) ? median : null
}
