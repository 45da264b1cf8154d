import type { NetworkId } from '../../src/shared/ids.ts'
import type { NetworkKey } from '../../src/shared/network-kind.ts'
import { networkKeyOf } from '../../src/shared/network-kind.ts'

/** The key in the store of a network of Peerscope's own kind. */
export function keyOf(id: NetworkId): NetworkKey {
  return networkKeyOf({ kind: 'peerscope', id })
}
