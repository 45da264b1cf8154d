/** The events of an opened file, as those of a store are asked for. */
import type { ClockStretches } from '../../../shared/clock-stretches.ts'
import type { LoggedEvent } from '../../../shared/events.ts'
import { peerOf } from '../../../shared/events.ts'
import type { NetworkKey } from '../../../shared/network-kind.ts'
import type { MomentSpan } from '../../../shared/reports.ts'
import type { EventsPage, EventsQuery } from '../../store/types.ts'
import type { LogSource } from '../insight/logged.ts'

/** A file holds one network, however it is called. */
export const THIS_NETWORK = 'this network' as NetworkKey

/**
 * What it holds of the log, in the order of their numbers: also what is from before its span.
 * @param clock as all that it holds tells
 */
export function logOf(told: readonly LoggedEvent[], moment: MomentSpan, clock: ClockStretches): LogSource['store'] {
  return {
    clockOf: () => clock,
    eventsPage: (query) => pageOf(told, query),
    lastSeqAt: (_, at) => {
      const last = Math.min(lastAt(moment, at), clock.at(at).last)
      return told.findLast((logged) => logged.at <= at && logged.seq <= last)?.seq ?? 0
    },
  }
}

/** A page of some events, which are in the order of their numbers, as that of a store. */
export function pageOf(
  events: readonly LoggedEvent[],
  { kinds, peerId, before = Infinity, limit }: Omit<EventsQuery, 'networkKey'>,
): EventsPage {
  const found: LoggedEvent[] = []
  for (let place = events.length - 1; place >= 0; place -= 1) {
    const logged = events[place]
    if (logged === undefined || logged.seq >= before || kinds?.includes(logged.event.kind) === false) continue
    if (peerId !== undefined && peerOf(logged.event) !== peerId) continue
    if (found.length === limit) return { events: found, more: true }
    found.push(logged)
  }
  return { events: found, more: false }
}

/** The number that no event until then is above: at the moment that was shared, that of the last event which its sender saw. */
export function lastAt({ asOf, seq }: MomentSpan, at: number): number {
  return at === asOf ? (seq ?? Infinity) : Infinity
}
