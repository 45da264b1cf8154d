import type { NotedPeer } from '../../shared/contract-history.ts'
import { MAX_NOTES } from '../../shared/contract-history.ts'
import type { NetworkKey } from '../../shared/network-kind.ts'
import type { StoreReader } from '../store/types.ts'

/** All that the user wrote about peers of the network, as it crosses to a window. */
export function notedPeers(store: Pick<StoreReader, 'notes'>, networkKey: NetworkKey): readonly NotedPeer[] {
  return [...store.notes(networkKey)].slice(0, MAX_NOTES).map(([peerId, note]) => ({ peerId, ...note }))
}
