import type { LeftCounts } from '../../src/shared/health.ts'

/** Nobody left in a span. Milliseconds since the epoch. */
export function nobodyLeft(from: number, to: number): LeftCounts {
  return { from, to, goodbye: 0, silent: 0, ownStall: 0, ownClock: 0, ownLoss: 0, removed: 0, displaced: 0, crawls: 0 }
}
