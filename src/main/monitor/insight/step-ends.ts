/** What is known of the ends of a span's steps, and how fast peers were then. Pure. */
import type { HealthSeries } from '../../../shared/health.ts'
import type { Rtt } from '../../../shared/peer.ts'
import { smoothRtt } from '../../discovery/liveness/rtt.ts'
import type { Presence, SampleFold } from '../../store/types.ts'

/** A span in steps: when each ends. Milliseconds since the epoch. */
export interface StepEnds {
  readonly from: number
  readonly to: number
  readonly ends: readonly number[]
}

/** What is known of the end of each step: the round-trip times of who was here, in milliseconds, and of how many peers they are. */
export interface EndsOfSteps {
  readonly bins: readonly (readonly number[])[]
  readonly peers: HealthSeries['rttPeers']
  /** How many were here; left out where that follows from who came and went. */
  readonly here?: readonly number[]
  /** The same of all peers, where only some are counted. */
  readonly all?: readonly number[]
}

/** The smoothed round-trip times as of some moments, as the catalog had them then: a peer that comes back is measured from the start. */
export function smoothed(ends: readonly number[]): SampleFold<EndsOfSteps> {
  const bins = ends.map((): number[] => [])
  return {
    peer: (taken, presences) => {
      let rtt: Rtt | null = null
      let presence: Presence | undefined
      let next = 0
      for (const [bin, end] of ends.entries()) {
        const own = presences.findLast(({ from, to }) => from < end && (to === null || to >= end))
        if (own !== presence) rtt = null
        presence = own
        for (let sample = taken[next]; sample !== undefined && sample.at < end; sample = taken[(next += 1)])
          if (own !== undefined && sample.at >= own.from) rtt = smoothRtt(rtt, sample.ms, sample.at)
        if (rtt !== null) bins[bin]?.push(rtt.srtt)
      }
    },
    result: (peers) => ({ bins, peers }),
  }
}
