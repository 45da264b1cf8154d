import type { ContractInputs, EventsFound } from '../../../src/shared/contract.ts'
import type { LoggedEvent } from '../../../src/shared/events.ts'
import { peerOf } from '../../../src/shared/events.ts'
import { countByLane, laneOf } from '../../../src/shared/lanes.ts'
import type { EventCounts } from '../../../src/shared/lanes.ts'

/** A page of the events, newest first, as the engine gives it without a filter. */
export function fakePage(
  events: readonly LoggedEvent[],
  { before = Infinity, limit = 200, lanes }: ContractInputs['events']['page'],
): EventsFound {
  const older = events.filter(({ seq, event }) => seq < before && lanes?.includes(laneOf(event)) !== false)
  return { events: older.slice(0, limit), next: older.length > limit ? (older[limit - 1]?.seq ?? null) : null }
}

/** The counts of the events, as the engine gives them without a filter. */
export function fakeCounts(
  events: readonly LoggedEvent[],
  { kinds, peerId, ...span }: ContractInputs['history']['counts'],
): EventCounts {
  const counted = events.filter(
    ({ event }) => kinds?.includes(event.kind) !== false && (peerId === undefined || peerOf(event) === peerId),
  )
  return countByLane(counted, span)
}
