/** What exports are made of: the stored catalog, events and sessions as plain records, filtered. */
import type { NetworkRef } from '../../../shared/contract.ts'
import { Cancelled } from '../../../shared/errors.ts'
import type { LoggedEvent } from '../../../shared/events.ts'
import { parseFilter } from '../../../shared/filter.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { NetworkKey } from '../../../shared/network-kind.ts'
import { ABILITIES, networkKeyOf } from '../../../shared/network-kind.ts'
import type { Names } from '../../../shared/names.ts'
import { NO_NAMES } from '../../../shared/names.ts'
import { nickname } from '../../../shared/nickname.ts'
import type { Edge, PeerRow } from '../../../shared/peer.ts'
import { endpointIdOf } from '../../../shared/peer-form.ts'
import type { PeersPage, PeerSession, StoredPeer, StoreReader } from '../../store/types.ts'
import { storedNames } from '../names/name-book.ts'
import { turn } from '../turns.ts'
import { eventFieldsOf, peerFieldsOf, rowLookup, rowOfStored } from './fields.ts'
import type { KnownPeers } from './fields.ts'

/** Where the records come from. */
export interface ExportSource {
  readonly network: NetworkRef
  readonly store: StoreReader
  /** Rows that are known better than the store does, by id: those of the running app. */
  readonly live: ReadonlyMap<string, PeerRow>
  /** Edges for the graph formats, newest knowledge. */
  readonly edges: readonly Edge[]
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** Which records: those that pass the filter and fall into the span, both ends included, milliseconds since the epoch. */
export interface Selection {
  readonly filter: string
  /** Only these peers; all when left out. */
  readonly peerIds?: readonly PeerId[] | undefined
  readonly from: number | null
  readonly to: number | null
}

/** A peer of the catalog as exports write it. */
export interface PeerRecord {
  readonly row: PeerRow
  readonly nickname: string
  /** Its id as 64 hex digits, where the network's people know it so. */
  readonly endpointId: string | null
  /** The words behind its tags, streams, functions and groups, as far as the name book has them, by id. */
  readonly names: Names
  readonly stored: StoredPeer
}

/** Records of one page of reading: a few milliseconds of work, the writing of the page included. */
export const PAGE = 200

/** All stored peers, page by page; others get a turn after each. */
export async function* storedPages(store: StoreReader, networkKey: NetworkKey): AsyncGenerator<readonly StoredPeer[]> {
  let after: number | null = null
  do {
    const page: PeersPage = store.peersPage(networkKey, after, PAGE)
    yield page.peers
    after = page.next
    await turn()
  } while (after !== null)
}

/**
 * The catalog's peers that match, by id.
 * @throws FilterError, Cancelled
 */
export async function selectPeers(
  source: ExportSource,
  selection: Selection,
  signal?: AbortSignal,
): Promise<PeerRecord[]> {
  const passes = parseFilter(selection.filter, peerFieldsOf(knownTo(source)))
  const chosen = selection.peerIds === undefined ? null : new Set(selection.peerIds)
  const from = selection.from ?? -Infinity
  const to = selection.to ?? Infinity
  const records: PeerRecord[] = []
  const names = storedNames(source.store, networkKeyOf(source.network))
  for await (const page of storedPages(source.store, networkKeyOf(source.network))) {
    if (signal?.aborted === true) throw new Cancelled('stopped before the end')
    for (const stored of page) {
      if (chosen?.has(stored.peerId) === false) continue
      if (stored.lastSeen < from || stored.firstSeen > to) continue
      const row = source.live.get(stored.peerId) ?? rowOfStored(stored)
      if (!passes(row, source.now)) continue
      const endpointId = ABILITIES[source.network.kind].relayUrls ? endpointIdOf(row.peerId) : null
      records.push({ row, nickname: nickname(row.peerId), endpointId, names: namesOf(row, names), stored })
    }
  }
  return records.sort((a, b) => (a.row.peerId < b.row.peerId ? -1 : 1))
}

/**
 * The events that match, oldest first, page by page.
 * @throws FilterError
 */
export function* selectEvents(source: ExportSource, selection: Selection): Generator<LoggedEvent[]> {
  const passes = parseFilter(selection.filter, eventFieldsOf(knownTo(source)))
  let after = 0
  for (;;) {
    const page = source.store.eventsAfter({
      networkKey: networkKeyOf(source.network),
      after,
      limit: PAGE,
      ...(selection.from === null ? {} : { from: selection.from }),
      ...(selection.to === null ? {} : { to: selection.to }),
    })
    yield page.events.filter((event) => passes(event, source.now))
    const last = page.events.at(-1)
    if (!page.more || last === undefined) return
    after = last.seq
  }
}

/**
 * The sessions that overlap the span and whose peer matches, those that began last first.
 * @throws FilterError
 */
export function* selectSessions(source: ExportSource, selection: Selection): Generator<PeerSession[]> {
  const passes = parseFilter(selection.filter, peerFieldsOf(knownTo(source)))
  const chosen = selection.peerIds === undefined ? null : new Set(selection.peerIds)
  const rowOf = rowLookup(knownTo(source))
  const matching = new Map<string, boolean>()
  const matches = (peerId: PeerId): boolean => {
    const known = matching.get(peerId)
    if (known !== undefined) return known
    if (chosen?.has(peerId) === false) return false
    const row = rowOf(peerId)
    const result = row === undefined ? selection.filter.trim() === '' : passes(row, source.now)
    matching.set(peerId, result)
    return result
  }
  let before: number | undefined
  for (;;) {
    const page = source.store.sessionsPage({
      networkKey: networkKeyOf(source.network),
      limit: PAGE,
      before,
      ...(selection.from === null ? {} : { from: selection.from }),
      ...(selection.to === null ? {} : { to: selection.to }),
    })
    yield page.sessions.filter(({ peerId }) => matches(peerId))
    const last = page.sessions.at(-1)
    if (!page.more || last === undefined) return
    before = last.id
  }
}

/** The names of a row's ids. */
export function namesOf(row: PeerRow, names: Names): Names {
  if (names.size === 0) return NO_NAMES
  const ids = [row.tags, row.streams, row.functions, row.groups].flat()
  return new Map(ids.flatMap((id) => (names.has(id) ? [[id, names.get(id) ?? '']] : [])))
}

/** What is known of peers where exports are made. */
export function knownTo({ store, network, live }: ExportSource): KnownPeers {
  return { store, networkKey: networkKeyOf(network), live: (peerId) => live.get(peerId) }
}
