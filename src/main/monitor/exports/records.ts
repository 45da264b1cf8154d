/** What exports are made of: the stored catalog, events and sessions as plain records, filtered. */
import type { NetworkRef } from '../../../shared/contract.ts'
import { Cancelled } from '../../../shared/errors.ts'
import type { LoggedEvent } from '../../../shared/events.ts'
import { parseFilter } from '../../../shared/filter.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { LinksInput } from '../../../shared/links.ts'
import type { Loss } from '../../../shared/loss.ts'
import { rowInLoss } from '../../../shared/loss.ts'
import type { NetworkKey } from '../../../shared/network-kind.ts'
import { ABILITIES, networkKeyOf } from '../../../shared/network-kind.ts'
import type { Names } from '../../../shared/names.ts'
import { NO_NAMES } from '../../../shared/names.ts'
import { nickname } from '../../../shared/nickname.ts'
import type { DepartureReason, PeerRow, PeerState } from '../../../shared/peer.ts'
import { compareVersions } from '../../../shared/peer.ts'
import { endpointIdOf } from '../../../shared/peer-form.ts'
import { stateWord } from '../../../shared/state-words.ts'
import type { PeersPage, PeerSession, StoredPeer, StoreReader } from '../../store/types.ts'
import { storedNames } from '../names/name-book.ts'
import { SpanRows } from '../span-rows.ts'
import { turn } from '../turns.ts'
import { eventFieldsOf, peerFieldsOf, peersPassing, lastKnownRow } from './fields.ts'
import type { KnownPeers } from './fields.ts'

/** Where the records come from. */
export interface ExportSource {
  readonly network: NetworkRef
  readonly store: StoreReader
  /** Rows that are known better than the store does, by id: those of the running app. */
  readonly live: ReadonlyMap<string, PeerRow>
  /** Links for the graph formats: newest knowledge, or those of the moment; null where none are known. */
  readonly links: LinksInput | null
  /** The loss of the network that lasts; null while we are in it. */
  readonly loss: Loss | null
  /** Milliseconds since the epoch. */
  readonly now: number
  /** Where no app watches the network: when it was shown last, milliseconds since the epoch. Presences went on until then. */
  readonly endedAt?: number
  /** The past moment that is written, as `sourceAt` gives it; the present where left out. */
  readonly moment?: ExportMoment
}

/** A past moment: its time, milliseconds since the epoch, the last event until then, all that was shown, and whether we had lost the network. */
export interface ExportMoment {
  readonly at: number
  readonly seq: number
  readonly rows: readonly PeerRow[]
  readonly loss: Loss | null
}

/** The moment that is written, milliseconds since the epoch. */
export function asOf({ moment, now }: Pick<ExportSource, 'moment' | 'now'>): number {
  return moment?.at ?? now
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
  /** What people call its state: the same as in the window, also in a loss. */
  readonly word: string
  readonly nickname: string
  /** Its id as 64 hex digits, where the network's people know it so. */
  readonly endpointId: string | null
  /** The words behind its tags, streams, functions and groups, as far as the name book has them, by id. */
  readonly names: Names
  readonly stored: StoredPeer
  /** The newest entry that is kept of the peer, with its signature: of a past moment it may be a later one. */
  readonly proof: StoredPeer['signed']
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

type Known = Pick<PeerRecord, 'row' | 'stored' | 'proof'>

async function* nowPages({ store, network, live }: ExportSource, ours: boolean): AsyncGenerator<readonly Known[]> {
  for await (const page of storedPages(store, networkKeyOf(network)))
    yield page.map((stored) => ({
      row: live.get(stored.peerId) ?? lastKnownRow(stored),
      stored,
      proof: stored.signed,
    }))
  const self = ours ? [...live.values()].find((row) => row.self) : undefined
  if (self !== undefined) yield [ourselves(self)]
}

/** Our own row: it is not among what is stored of others. */
function ourselves(row: PeerRow): Known {
  return { row, stored: storedThen(row, null), proof: null }
}

/** Those that were shown at the moment, without ourselves unless `ours`: we are not among what is stored either. */
async function* thenPages(
  { store, network }: ExportSource,
  { rows }: ExportMoment,
  ours: boolean,
): AsyncGenerator<readonly Known[]> {
  const networkKey = networkKeyOf(network)
  for (let from = 0; from < rows.length; from += PAGE) {
    yield rows.slice(from, from + PAGE).flatMap((row) => {
      if (row.self) return ours ? [ourselves(row)] : []
      const known = store.peer(networkKey, row.peerId)
      return { row, stored: storedThen(row, known), proof: known?.signed ?? null }
    })
    await turn()
  }
}

/** Why a peer in that state is gone. */
const REASONS: Readonly<Record<PeerState, DepartureReason | null>> = {
  online: null,
  stored: null,
  departed: 'graceful',
  purged: 'purged',
  lost: 'lost',
  removed: 'removed',
  displaced: 'displaced',
}

/** A row of a past moment as the store would have had it; signed where the entry of that version is still kept. */
function storedThen(row: PeerRow, known: StoredPeer | null): StoredPeer {
  const { self: _self, neighbor: _neighbor, connected: _connected, signed: _signed, backAt: _backAt, ...rest } = row
  const same = known !== null && compareVersions(known.version, row.version) === 0
  return { ...rest, departureReason: REASONS[row.state], signed: same ? known.signed : null }
}

/**
 * The catalog's peers that match, by id.
 * @param ours whether we are among them, where we are known: a graph without us lacks our links
 * @throws FilterError, Cancelled
 */
export async function selectPeers(
  source: ExportSource,
  selection: Selection,
  signal?: AbortSignal,
  ours = false,
): Promise<PeerRecord[]> {
  const known = knownTo(source)
  const passes = parseFilter(selection.filter, peerFieldsOf(known))
  const chosen = selection.peerIds === undefined ? null : new Set(selection.peerIds)
  const from = selection.from ?? -Infinity
  const to = selection.to ?? Infinity
  const records: PeerRecord[] = []
  const names = storedNames(source.store, networkKeyOf(source.network))
  const pages = source.moment === undefined ? nowPages(source, ours) : thenPages(source, source.moment, ours)
  for await (const page of pages) {
    if (signal?.aborted === true) throw new Cancelled('stopped before the end')
    for (const { row, stored, proof } of page) {
      if (chosen?.has(row.peerId) === false) continue
      if (stored.lastSeen < from || stored.firstSeen > to) continue
      // The same filter finds the same peers as in the table; what is written of them is what the catalog has.
      const shown = rowInLoss(row, known.loss)
      if (!passes(shown, asOf(source))) continue
      const endpointId = ABILITIES[source.network.kind].relayUrls ? endpointIdOf(row.peerId) : null
      records.push({
        row,
        word: stateWord(shown),
        nickname: nickname(row.peerId),
        endpointId,
        names: namesOf(row, names),
        stored,
        proof,
      })
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
  const { moment, store } = source
  const networkKey = networkKeyOf(source.network)
  const rows = new SpanRows({ store, networkKey }, selection.from, lastOf(source, selection))
  let after = 0
  for (;;) {
    const page = store.eventsAfter({ networkKey, limit: PAGE, ...rows.query(after, { grown: true }) })
    const found = page.events.filter((logged) => rows.happened(logged) !== null && passes(logged, asOf(source)))
    yield moment === undefined ? found : found.map((logged) => rows.asOf(logged, moment.at))
    const last = page.events.at(-1)
    if (!page.more || last === undefined || rows.isLast(last)) return
    after = last.seq
  }
}

/**
 * The sessions that overlap the span and whose peer matches, those that began last first.
 * @throws FilterError
 */
export function* selectSessions(source: ExportSource, selection: Selection): Generator<PeerSession[]> {
  const passes = peersPassing(knownTo(source), selection.filter, asOf(source))
  const chosen = selection.peerIds === undefined ? null : new Set(selection.peerIds)
  const matches = (peerId: PeerId): boolean => chosen?.has(peerId) !== false && passes?.(peerId) !== false
  const to = lastOf(source, selection)
  let before: number | undefined
  for (;;) {
    const page = source.store.sessionsPage({
      networkKey: networkKeyOf(source.network),
      limit: PAGE,
      before,
      ...(selection.from === null ? {} : { from: selection.from }),
      ...(to === null ? {} : { to }),
    })
    yield page.sessions.filter(({ peerId }) => matches(peerId)).map((session) => sessionThen(session, source))
    const last = page.sessions.at(-1)
    if (!page.more || last === undefined) return
    before = last.id
  }
}

/** The end of the span; nothing that came after a past moment is part of it. */
function lastOf({ moment }: ExportSource, { to }: Selection): number | null {
  if (moment === undefined) return to
  return Math.min(moment.at, to ?? moment.at)
}

/**
 * A session as it was at a past moment: what ended later lasted then. One that was open when a run ended is closed in the store by the next
 * run only.
 */
function sessionThen(session: PeerSession, { moment, endedAt }: ExportSource): PeerSession {
  if (moment === undefined && endedAt !== undefined && session.to === null)
    return { ...session, to: Math.max(session.from, endedAt), reason: 'unknown' }
  const lasted = moment !== undefined && session.to !== null && session.to > moment.at
  return lasted ? { ...session, to: null, reason: null } : session
}

/** The names of a row's ids. */
export function namesOf(row: PeerRow, names: Names): Names {
  if (names.size === 0) return NO_NAMES
  const ids = [row.tags, row.streams, row.functions, row.groups].flat()
  return new Map(ids.flatMap((id) => (names.has(id) ? [[id, names.get(id) ?? '']] : [])))
}

/** What is known of peers where exports are made. */
export function knownTo({ store, network, live, loss, moment }: ExportSource): KnownPeers {
  const known = { store, networkKey: networkKeyOf(network), live: (peerId: PeerId) => live.get(peerId) }
  return { ...known, loss: moment === undefined ? loss : moment.loss }
}
