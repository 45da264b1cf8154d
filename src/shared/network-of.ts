import type { NetworkStatus } from './contract.ts'
import type { NetworkKey } from './network-kind.ts'
import { networkKeyOf } from './network-kind.ts'

/** The network that is joined, is being joined or left, or failed; null where there is none. */
export function networkOf(status: NetworkStatus): NetworkKey | null {
  return 'network' in status ? networkKeyOf(status.network) : null
}

/** The network that is joined, or is being joined or left: one that failed is no longer shown. Null where there is none. */
export function joinedKey(status: NetworkStatus): NetworkKey | null {
  return status.state === 'failed' ? null : networkOf(status)
}
