import type { Rtt } from '../../../shared/peer.ts'

/** Rule RT1: the measurements after one more sample. All in milliseconds; `at` since the epoch. */
export function smoothRtt(before: Rtt | null, sample: number, at: number): Rtt {
  if (before === null) return { srtt: sample, rttvar: sample / 2, last: sample, at }
  return {
    rttvar: 0.75 * before.rttvar + 0.25 * Math.abs(before.srtt - sample),
    srtt: 0.875 * before.srtt + 0.125 * sample,
    last: sample,
    at,
  }
}

/** Rule RT3: whether a peer with these measurements is shown. */
export function isFastEnough(rtt: Rtt | null, maxRtt: number | null): boolean {
  return maxRtt === null || rtt === null || rtt.srtt <= maxRtt
}
