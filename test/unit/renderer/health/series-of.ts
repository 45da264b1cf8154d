import type { HealthSeries } from '../../../../src/shared/health.ts'

/** Three spans of 10 s; the network was joined in the second. */
export function seriesOf(given: Partial<HealthSeries> = {}): HealthSeries {
  return {
    from: 1000,
    to: 31_000,
    stepMs: 10_000,
    at: [1000, 11_000, 21_000],
    here: [null, 4, 3],
    joined: [null, 4, 0],
    goodbye: [null, 0, 1],
    silent: [null, 0, 2],
    ownStall: [null, 0, 3],
    ownClock: [null, 0, 0],
    ownLoss: [null, 0, 4],
    removed: [null, 0, 0],
    p50: [null, null, 38],
    p95: [null, null, 81],
    islands: [null, null, 1],
    stallMs: [null, 0, 4200],
    loopDelayMs: [null, 12.4, 4200],
    rttPeers: { read: 3, all: 3 },
    lastLoss: null,
    losses: null,
    stalls: { from: 1000, to: 31_000, count: 1, totalMs: 4200, worstMs: 4200 },
    left: null,
    ...given,
  }
}
