/** Whether everybody left a network that we are in: we have no neighbor, and lost nothing. */
import type { PeerId } from '../../shared/ids.ts'
import type { Loss } from '../../shared/loss.ts'
import type { NetworkKey } from '../../shared/network-kind.ts'
import type { PeerRow } from '../../shared/peer.ts'
import type { StoreReader } from '../store/types.ts'
import { stateOf } from './insight/run-state.ts'

/** Neighbors that broke off that are looked at, the newest. */
const NEIGHBORS = 200

/** Nobody is here, and the last neighbor said goodbye: of those that went without one, somebody would count as here for minutes. */
export function everybodyLeft(
  lastNeighbor: PeerId | null,
  rows: Iterable<Pick<PeerRow, 'peerId' | 'self' | 'state'>>,
): boolean {
  let goodbye = false
  for (const { peerId, self, state } of rows) {
    if (!self && state === 'online') return false
    if (peerId === lastNeighbor) goodbye = state === 'departed'
  }
  return goodbye
}

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

/** The neighbor that went last, as the log tells; null for none. */
function lastNeighbor(store: Pick<StoreReader, 'eventsPage'>, networkKey: NetworkKey): PeerId | null {
  const { events } = store.eventsPage({ networkKey, kinds: ['NeighborDown'], limit: NEIGHBORS })
  // Of one that comes and goes all the time rows are shared.
  const [last] = events.toSorted((a, b) => (b.lastAt ?? b.at) - (a.lastAt ?? a.at))
  return last?.event.kind === 'NeighborDown' ? last.event.peerId : null
}
