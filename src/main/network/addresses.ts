import type { AddressClass } from '../../shared/reachability.ts'
import { addressClass } from '../../shared/reachability.ts'

const ORDER: Readonly<Record<AddressClass, number>> = { public: 0, private: 1, relayed: 2, loopback: 3, reserved: 4 }

/** Without duplicates; public ones first, then those of the local network, relayed ones, and loopback. */
export function sortAddresses(addresses: readonly string[]): readonly string[] {
  return [...new Set(addresses)].sort((a, b) => ORDER[addressClass(a)] - ORDER[addressClass(b)] || (a < b ? -1 : 1))
}
