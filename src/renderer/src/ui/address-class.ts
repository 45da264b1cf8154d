import { addressClass, isRelayed } from '../../../shared/reachability.ts'
import type { AddressClass } from '../../../shared/reachability.ts'

/** The class that an address is shown under: one at a relay is relayed, wherever the relay is. */
export function shownClass(address: string): AddressClass {
  return isRelayed(address) ? 'relayed' : addressClass(address)
}
