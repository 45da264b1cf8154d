import type { ContractInputs, EventsFound } from '../../../src/shared/contract.ts'
import type { LoggedEvent } from '../../../src/shared/events.ts'
import { peerOf } from '../../../src/shared/events.ts'
import { happenedIn } from '../../../src/shared/growing.ts'
import { countByLane, laneOf } from '../../../src/shared/lanes.ts'
import type { EventCounts } from '../../../src/shared/lanes.ts'

/** A page of the events, newest first, or oldest first where `after` is given, as the engine gives it without a filter. */
export function fakePage(
  events: readonly LoggedEvent[],
  { before = Infinity, after, limit = 200, lanes, from = -Infinity, to = Infinity }: ContractInputs['events']['page'],
): EventsFound {
  const found = events.filter(
    (logged) =>
      logged.seq < before &&
      logged.seq > (after ?? -Infinity) &&
      (after === undefined ? happenedIn(logged, from, to) !== null : logged.at >= from && logged.at <= to) &&
      lanes?.includes(laneOf(logged.event)) !== false,
  )
  if (after !== undefined) found.reverse()
  return { events: found.slice(0, limit), next: found.length > limit ? (found[limit - 1]?.seq ?? null) : null }
}

/** The counts of the events, as the engine gives them without a filter. */
export function fakeCounts(
  events: readonly LoggedEvent[],
  { kinds, peerId, barsFrom, ...span }: ContractInputs['history']['counts'],
): EventCounts {
  const counted = events.filter(
    ({ event }) => kinds?.includes(event.kind) !== false && (peerId === undefined || peerOf(event) === peerId),
  )
  return countByLane(counted, span, barsFrom)
}
