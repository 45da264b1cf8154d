/** Whether everybody left a network that we are in: we have no neighbor, and lost nothing. Pure. */
import type { PeerId } from '../../shared/ids.ts'
import type { NetworkKey } from '../../shared/network-kind.ts'
import type { PeerRow } from '../../shared/peer.ts'
import type { StoreReader } from '../store/types.ts'

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

/** The neighbor that went last, as the log tells; null for none. */
export function lastNeighbor(store: Pick<StoreReader, 'eventsPage'>, networkKey: NetworkKey): PeerId | null {
  const { events } = store.eventsPage({ networkKey, kinds: ['NeighborDown'], limit: NEIGHBORS })
  // Of one that comes and goes all the time rows are shared.
  const [last] = events.toSorted((a, b) => (b.lastAt ?? b.at) - (a.lastAt ?? a.at))
  return last?.event.kind === 'NeighborDown' ? last.event.peerId : null
}
