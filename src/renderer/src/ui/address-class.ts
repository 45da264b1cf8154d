import { addressClass } from '../../../shared/reachability.ts'
import type { AddressClass } from '../../../shared/reachability.ts'

/** An address of an entry, or as somebody else needs it, that leads through a relay first. */
const BY_RELAY = /^(?:\/iroh-relay\/|[0-9a-f]{64}@https?:)/i

/** The class that an address is shown under: one at a relay is relayed, wherever the relay is. */
export function shownClass(address: string): AddressClass {
  return BY_RELAY.test(address) ? 'relayed' : addressClass(address)
}
