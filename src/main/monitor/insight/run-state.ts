/** How a run is, as its log tells. */
import type { PeerId } from '../../../shared/ids.ts'
import type { NetworkKey } from '../../../shared/network-kind.ts'
import type { StoreReader } from '../../store/types.ts'

/** Changes of neighbors that are looked at, the newest. */
const NEIGHBORS = 1000

/** Whether there is a neighbor, as far as the log of the run that goes on tells. */
export function stateOf(store: Pick<StoreReader, 'eventsPage'>, networkKey: NetworkKey): 'online' | 'alone' | 'lost' {
  const neighbors = new Set<PeerId>()
  let met = false
  const kinds = ['NetworkJoined', 'NeighborUp', 'NeighborDown'] as const
  const { events } = store.eventsPage({ networkKey, kinds, limit: NEIGHBORS })
  for (const { event } of events.toReversed()) {
    if (event.kind === 'NetworkJoined') {
      neighbors.clear()
      met = false
    } else if (event.kind === 'NeighborUp') {
      neighbors.add(event.peerId)
      met = true
    } else if (event.kind === 'NeighborDown') neighbors.delete(event.peerId)
  }
  // With more changes than were read, somebody was met before them.
  return neighbors.size > 0 || events.length === NEIGHBORS ? 'online' : met ? 'lost' : 'alone'
}
