import type { ClockStretches } from '../../shared/clock-stretches.ts'
import type { NetworkKey } from '../../shared/network-kind.ts'

/** What our clock showed when. Where it showed a time twice, a moment is the last one of both: so all reads of a moment have it. */
export interface ClockReads {
  /** By the numbers of events. */
  clockOf(networkKey: NetworkKey): ClockStretches
  /** By the ids of the journal's parts. */
  journalClock(networkKey: NetworkKey): ClockStretches
}
