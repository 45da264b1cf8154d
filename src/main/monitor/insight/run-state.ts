/** How a run is, as its log tells. */
import type { LoggedEvent } from '../../../shared/events.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { NetworkKey } from '../../../shared/network-kind.ts'
import type { StoreReader } from '../../store/types.ts'

/** Changes of neighbors that are looked at, the newest. */
const NEIGHBORS = 1000

/** Whether there is a neighbor, as far as the log of the run that goes on tells. */
export function stateOf(store: Pick<StoreReader, 'eventsPage'>, networkKey: NetworkKey): 'online' | 'alone' | 'lost' {
  const last = new Map<PeerId, LoggedEvent>()
  const kinds = ['NetworkJoined', 'NeighborUp', 'NeighborDown'] as const
  const { events } = store.eventsPage({ networkKey, kinds, limit: NEIGHBORS })
  for (const logged of events.toReversed()) {
    const { event } = logged
    if (event.kind === 'NetworkJoined') last.clear()
    else if (event.kind === 'NeighborUp' || event.kind === 'NeighborDown') {
      const before = last.get(event.peerId)
      if (before === undefined || !isLater(before, logged)) last.set(event.peerId, logged)
    }
  }
  // With more changes than were read, somebody was met before them.
  const up = [...last.values()].some(({ event }) => event.kind === 'NeighborUp')
  return up || events.length === NEIGHBORS ? 'online' : last.size > 0 ? 'lost' : 'alone'
}

/** Whether a row tells of something later than one with a higher number: a neighbor that comes and goes all the time shares rows. */
function isLater(row: LoggedEvent, next: LoggedEvent): boolean {
  return row.lastAt !== undefined && row.lastAt > (next.lastAt ?? next.at)
}
