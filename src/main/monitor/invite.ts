/** Addresses for an invitation, from what a data folder knows while nothing runs on it, or beside an app that does. */
import type { KindAndId, NetworkKind } from '../../shared/network-kind.ts'
import { networkKeyOf } from '../../shared/network-kind.ts'
import { invitedFirst } from '../../shared/invitation.ts'
import { nameOrId } from '../../shared/network-names.ts'
import { bestPlaces } from '../discovery/bootstrap/known-places.ts'
import type { StoreReader } from '../store/types.ts'
import { storedPlaces } from './contacts.ts'
import type { OfflineFrom } from './offline.ts'
import { openCatalog } from './offline.ts'
import { kindOf } from './kinds/kinds.ts'

/** Other peers that an invitation names. */
const OTHERS = 4

/** Whom to invite to, and where to start. */
export interface StoredInvitation {
  readonly network: string
  readonly kind: NetworkKind
  /** Our own as they were announced last, then those of the most promising peers. */
  readonly bootstrap: readonly string[]
  /** As in `OfflineCatalog`. */
  readonly notice: string | null
}

/**
 * What is stored of a network, or of the one that was joined last.
 * @throws StoreFailed, InvalidArgument for a network that is not stored
 */
export function storedInvitation(from: OfflineFrom, now: number): StoredInvitation {
  const catalog = openCatalog(from)
  const { network, store } = catalog
  try {
    const bootstrap = [...ownAddresses(store, network), ...otherAddresses(store, network, now)]
    return {
      network: nameOrId(network),
      kind: network.kind,
      bootstrap: invitedFirst(bootstrap),
      notice: catalog.notice,
    }
  } finally {
    catalog.close()
  }
}

function ownAddresses(store: StoreReader, network: KindAndId): readonly string[] {
  const networkKey = networkKeyOf(network)
  const last = (kind: 'NetworkJoined' | 'LocalEntryUpdated') =>
    store.eventsPage({ networkKey, limit: 1, kinds: [kind] }).events[0]?.event
  const joined = last('NetworkJoined')
  if (joined?.kind !== 'NetworkJoined') return []
  const updated = last('LocalEntryUpdated')
  const { addresses } = updated?.kind === 'LocalEntryUpdated' ? updated : joined
  return addresses.map((address) => kindOf(network.kind).ownAddress(address, joined.peerId))
}

function otherAddresses(store: StoreReader, network: KindAndId, now: number): readonly string[] {
  const networkKey = networkKeyOf(network)
  const known = storedPlaces(store, networkKey, now)
  const lasting = known.filter(({ connected, departed }) => connected && !departed)
  // One that went silent answers nobody, however long it was here.
  const answering = lasting.filter(({ peerId }) => store.peer(networkKey, peerId)?.state !== 'purged')
  return bestPlaces(answering.length > 0 ? answering : lasting, now, OTHERS).flatMap(
    ({ peerId, addresses: [first] }) => (first === undefined ? [] : [kindOf(network.kind).ownAddress(first, peerId)]),
  )
}
