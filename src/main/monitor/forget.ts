import type { NetworkKey } from '../../shared/network-kind.ts'
import type { Store } from '../store/types.ts'
import { forgetContacts } from './contacts.ts'
import { forgetNames } from './names/name-book.ts'

/** Forgets a network and all that is stored of it. */
export function forgetNetwork(store: Store, key: NetworkKey): void {
  store.forgetNetwork(key)
  forgetContacts(store, key)
  forgetNames(store, key)
}
