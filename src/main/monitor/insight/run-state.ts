/** How a run is, as its log tells. */
import type { PeerId } from '../../../shared/ids.ts'
import type { Loss } from '../../../shared/loss.ts'
import type { NetworkKey } from '../../../shared/network-kind.ts'
import type { PeerRow } from '../../../shared/peer.ts'
import type { StoreReader } from '../../store/types.ts'
import { everybodyLeft, lastNeighbor } from '../deserted.ts'

/** Changes of neighbors that are looked at, the newest. */
const NEIGHBORS = 1000

/** How the run that goes on is, as its log tells. @param loss the loss that lasts @param rows who is known */
export function runState(
  store: Pick<StoreReader, 'eventsPage'>,
  networkKey: NetworkKey,
  loss: Loss | null,
  rows: Iterable<PeerRow>,
): 'online' | 'alone' | 'lost' | 'deserted' {
  const state = stateOf(store, networkKey)
  const deserted = state === 'lost' && loss === null && everybodyLeft(lastNeighbor(store, networkKey), rows)
  return deserted ? 'deserted' : state
}

/** Whether there is a neighbor. */
function stateOf(store: Pick<StoreReader, 'eventsPage'>, networkKey: NetworkKey): 'online' | 'alone' | 'lost' {
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
