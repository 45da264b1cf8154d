import type { NetworkStatus } from './contract.ts'
import type { NetworkKey } from './network-kind.ts'
import { networkKeyOf } from './network-kind.ts'

/** The network that is joined, is being joined or left, or failed; null where there is none. */
export function networkOf(status: NetworkStatus): NetworkKey | null {
  return 'network' in status ? networkKeyOf(status.network) : null
}
