/** What filters ask of peers and events in the main process: the running app knows best, else the store. */
import type { LoggedEvent } from '../../../shared/events.ts'
import { eventFields } from '../../../shared/filter-events.ts'
import { peerFields } from '../../../shared/filter-peers.ts'
import { parseFilter } from '../../../shared/filter.ts'
import type { FilterFields } from '../../../shared/filter.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { Loss } from '../../../shared/loss.ts'
import { rowInLoss } from '../../../shared/loss.ts'
import type { NetworkKey } from '../../../shared/network-kind.ts'
import type { PeerRow, PeerState } from '../../../shared/peer.ts'
import type { Among } from '../../store/health-types.ts'
import type { StoredPeer, StoreReader } from '../../store/types.ts'
import { storedNames } from '../names/name-book.ts'

/** Where it is known from. */
export interface KnownPeers {
  readonly store: StoreReader
  readonly networkKey: NetworkKey
  /** The row of the running app; undefined where it has none. */
  readonly live: (peerId: PeerId) => PeerRow | undefined
  /** The loss of the network that lasts, or lasted then: it is not known what became of those that were here. */
  readonly loss: Loss | null
}

/** What can be asked of peers, the user's own names, notes and words among it. */
export function peerFieldsOf({ store, networkKey }: Pick<KnownPeers, 'store' | 'networkKey'>): FilterFields<PeerRow> {
  const notes = store.notes(networkKey)
  const names = storedNames(store, networkKey)
  return peerFields(
    (peerId) => notes.get(peerId) ?? null,
    () => names,
  )
}

/** What can be asked of events. Each peer is looked up once. */
export function eventFieldsOf(known: KnownPeers): FilterFields<LoggedEvent> {
  return eventFields(rowLookup(known), peerFieldsOf(known))
}

/**
 * Whether peers pass a filter, as they are known; of those that nobody knows none does. Null where all do.
 * @param now from which ages count, milliseconds since the epoch
 * @throws FilterError
 */
export function peersPassing(known: KnownPeers, filter: string, now: number): Among {
  if (filter.trim() === '') return null
  const passes = parseFilter(filter, peerFieldsOf(known))
  const rowOf = rowLookup(known)
  return (peerId) => {
    const row = rowOf(peerId)
    return row !== undefined && passes(row, now)
  }
}

/** Finds rows of peers, each looked up once; undefined for those that nobody knows. */
export function rowLookup({ store, networkKey, live, loss }: KnownPeers): (peerId: PeerId) => PeerRow | undefined {
  const rows = new Map<PeerId, PeerRow | undefined>()
  return (peerId) => {
    if (rows.has(peerId)) return rows.get(peerId)
    const found = live(peerId) ?? storedRow(store.peer(networkKey, peerId))
    const row = found && rowInLoss(found, loss)
    rows.set(peerId, row)
    return row
  }
}

function storedRow(stored: StoredPeer | null): PeerRow | undefined {
  return stored === null ? undefined : rowOfStored(stored)
}

/** A stored peer as a row: nobody is connected to it as far as a store knows. */
export function rowOfStored(peer: StoredPeer): PeerRow {
  const { signed, departureReason: _reason, ...rest } = peer
  const state: PeerState = peer.state
  return { ...rest, state, self: false, signed: signed !== null, neighbor: false, connected: false }
}
