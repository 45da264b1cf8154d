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
import { isCrawl } from '../../../shared/tags.ts'
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
  return eventFields(
    keeping((peerId) => rowOf(known, peerId)),
    peerFieldsOf(known),
  )
}

/**
 * Whether peers pass a filter, as they are known; of those that nobody knows none does. Each is looked up once. Null where all do.
 * @param now from which ages count, milliseconds since the epoch
 * @throws FilterError
 */
export function peersPassing(known: KnownPeers, filter: string, now: number): Among {
  if (filter.trim() === '') return null
  const passes = parseFilter(filter, peerFieldsOf(known))
  return keeping((peerId) => {
    const row = rowOf(known, peerId)
    return row !== undefined && passes(row, now)
  })
}

/** Whether peers are crawls, as they are known; of those that nobody knows none is. Each is looked up once. */
export function crawlsAmong(known: KnownPeers): (peerId: PeerId) => boolean {
  return keeping((peerId) => {
    const row = rowOf(known, peerId)
    return row !== undefined && isCrawl(row)
  })
}

/** Undefined for a peer that nobody knows. */
function rowOf({ store, networkKey, live, loss }: KnownPeers, peerId: PeerId): PeerRow | undefined {
  const found = live(peerId) ?? lastKnown(store.peer(networkKey, peerId))
  return found && rowInLoss(found, loss)
}

/** Finds something once for each peer. */
function keeping<T>(find: (peerId: PeerId) => T): (peerId: PeerId) => T {
  const kept = new Map<PeerId, { readonly found: T }>()
  return (peerId) => {
    const before = kept.get(peerId)
    if (before !== undefined) return before.found
    const found = find(peerId)
    kept.set(peerId, { found })
    return found
  }
}

function lastKnown(stored: StoredPeer | null): PeerRow | undefined {
  return stored === null ? undefined : lastKnownRow(stored)
}

/** A stored peer as a row, in the state in which it was written: nobody is connected to it as far as a store knows. */
export function lastKnownRow(peer: StoredPeer): PeerRow {
  const { signed, departureReason: _reason, ...rest } = peer
  const state: PeerState = peer.state
  return { ...rest, state, self: false, signed: signed !== null, neighbor: false, connected: false }
}
