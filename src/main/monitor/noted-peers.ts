import type { NotedPeer } from '../../shared/contract-history.ts'
import { MAX_NOTES } from '../../shared/contract-history.ts'
import type { NetworkId } from '../../shared/ids.ts'
import type { StoreReader } from '../store/types.ts'

/** All that the user wrote about peers of the network, as it crosses to a window. */
export function notedPeers(store: Pick<StoreReader, 'notes'>, networkId: NetworkId): readonly NotedPeer[] {
  return [...store.notes(networkId)].slice(0, MAX_NOTES).map(([peerId, note]) => ({ peerId, ...note }))
}
