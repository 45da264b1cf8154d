import type Database from 'better-sqlite3'
import type { RecentNetwork } from '../../shared/contract.ts'
import type { EventKind, LoggedEvent } from '../../shared/events.ts'
import type { PeerId } from '../../shared/ids.ts'
import type { ClockStretches } from '../../shared/clock-stretches.ts'
import { STEADY } from '../../shared/clock-stretches.ts'
import type { KindAndId, NetworkKey } from '../../shared/network-kind.ts'
import type { Source } from '../../shared/peer.ts'
import type { RelayMode } from '../../shared/relay-mode.ts'
import { EventLog, EVENT_QUERIES } from './event-log.ts'
import { HEALTH_QUERIES, HealthReader } from './health-reads.ts'
import { JOURNAL_QUERIES, JournalReader } from './journal.ts'
import { NUMBER_QUERIES, NumberReader } from './numbers.ts'
import { PAST_QUERIES, PastReader } from './past.ts'
import type { PeerRecord } from './rows.ts'
import { peerFromRow, textsFrom, valueFrom } from './rows.ts'
import type { NamingQuery, SearchOptions, SearchResult } from './search-options.ts'
import type { SearchFound, SearchValues } from './search.ts'
import { SEARCH_QUERIES, SearchReader } from './search.ts'
import { SESSION_QUERIES, SessionReader } from './sessions.ts'
import { STATS_QUERIES, StatsReader } from './stats.ts'
import { TOPOLOGY_QUERIES, TopologyReader } from './topologies.ts'
import type {
  EventsAfterQuery,
  EventsPage,
  EventsQuery,
  PastPeer,
  PeerNote,
  PeersPage,
  RttSample,
  SessionsPage,
  SessionsQuery,
  StoredPeer,
  StoreReader,
  StoreStats,
  TopologyInfo,
  TopologySnapshot,
  VersionRecord,
} from './types.ts'

/** Newest versions kept of a peer. */
export const VERSIONS_KEPT = 32
/** Newest starts of which a version is kept beside those. */
export const STARTS_KEPT = 32
/** Peers read at once. */
const PEERS_PAGE = 500
/** Most records of a page. */
const MAX_PAGE = 1000

// The id by a query of its own: to start a join takes ten times longer.
const PEER = `
  SELECT p.peer, (SELECT i.id FROM peer_ids i WHERE i.num = p.peer) AS peerId, p.state, p.departure_reason,
    p.protocol_version, p.started_at, p.updated_at, p.addresses, p.tags, p.streams, p.functions, p.groups,
    p.ticket_count, p.source, p.first_seen, p.last_seen, p.rtt_srtt, p.rtt_var, p.rtt_last, p.rtt_at, p.entry, p.signature
  FROM peers p`

/** The queries, by name; test/unit/store asserts the plan of each. */
export const QUERIES = {
  ...NUMBER_QUERIES,
  ...EVENT_QUERIES,
  ...SESSION_QUERIES,
  ...PAST_QUERIES,
  ...HEALTH_QUERIES,
  ...TOPOLOGY_QUERIES,
  ...JOURNAL_QUERIES,
  ...SEARCH_QUERIES,
  ...STATS_QUERIES,
  secret: 'SELECT secret FROM identity WHERE one = 1',
  setting: 'SELECT value FROM settings WHERE key = ?',
  networks: `
    SELECT kind, id, name, last_joined_at AS lastJoinedAt, bootstrap, tags, relay, entry_version AS entryVersion,
      (SELECT count(*) FROM peers p WHERE p.network = n.num) AS knownPeers
    FROM networks n WHERE forgotten = 0 AND last_joined_at IS NOT NULL`,
  peersAfter: `${PEER} WHERE p.network = ? AND p.peer > ? ORDER BY p.peer LIMIT ?`,
  peer: `${PEER} WHERE p.network = ? AND p.peer = ?`,
  versions: `
    SELECT started_at AS startedAt, updated_at AS updatedAt, at, source FROM peer_versions
    WHERE network = ? AND peer = ? ORDER BY started_at DESC, updated_at DESC LIMIT ${VERSIONS_KEPT + STARTS_KEPT}`,
  rtts: 'SELECT at, ms FROM rtt_samples WHERE network = ? AND peer = ? ORDER BY at DESC LIMIT ?',
  note: 'SELECT name, note FROM notes WHERE network = ? AND peer = ?',
  notes: `
    SELECT i.id AS peerId, o.name, o.note FROM notes o CROSS JOIN peer_ids i ON i.num = o.peer WHERE o.network = ?`,
} as const

interface NetworkRecord extends KindAndId {
  readonly name: string | null
  readonly lastJoinedAt: number
  readonly bootstrap: string
  readonly tags: string
  readonly relay: RelayMode
  readonly entryVersion: string | null
  readonly knownPeers: number
}

/** All reads of a store but those that have a life of their own. */
export type StoreReads = Omit<StoreReader, 'backup' | 'holder' | 'close'>

/** All reads, on a database of the newest schema, with what was written through the same connection. Throws what SQLite throws. */
export class Reader implements Omit<
  StoreReads,
  | 'topology'
  | 'stats'
  | 'presentAt'
  | 'presenceSteps'
  | 'sampleSteps'
  | 'delaySteps'
  | 'lastDelayAt'
  | 'journalPlace'
  | 'journalPart'
  | 'journalClock'
  | 'countSteps'
> {
  readonly past: PastReader
  readonly health: HealthReader
  readonly journal: JournalReader
  readonly #numbers: NumberReader
  readonly #log: EventLog
  readonly #sessions: SessionReader
  readonly #topologies: TopologyReader
  readonly #search: SearchReader
  readonly #stats: StatsReader
  readonly #statements

  constructor(db: Database.Database) {
    this.#numbers = new NumberReader(db)
    this.#log = new EventLog(db, this.#numbers)
    this.#sessions = new SessionReader(db, this.#numbers)
    this.past = new PastReader(db, this.#numbers, this.#log)
    this.health = new HealthReader(db, this.#numbers, this.#log)
    this.#topologies = new TopologyReader(db, this.#numbers)
    this.journal = new JournalReader(db, this.#numbers, this.#log)
    this.#search = new SearchReader(db, this.#numbers, this.#log)
    this.#stats = new StatsReader(db)
    this.#statements = {
      secret: db.prepare<[], Uint8Array>(QUERIES.secret).pluck(),
      setting: db.prepare<[string], string>(QUERIES.setting).pluck(),
      networks: db.prepare<[], NetworkRecord>(QUERIES.networks),
      peersAfter: db.prepare<[number, number, number], PeerRecord>(QUERIES.peersAfter),
      peer: db.prepare<[number, number], PeerRecord>(QUERIES.peer),
      versions: db.prepare<[number, number], VersionRow>(QUERIES.versions),
      rtts: db.prepare<[number, number, number], RttSample>(QUERIES.rtts),
      note: db.prepare<[number, number], PeerNote>(QUERIES.note),
      notes: db.prepare<[number], PeerNote & { readonly peerId: string }>(QUERIES.notes),
    }
  }

  secret(): Uint8Array | null {
    const secret = this.#statements.secret.get()
    return secret === undefined ? null : Uint8Array.from(secret)
  }

  getSetting(key: string): unknown {
    const json = this.#statements.setting.get(key)
    return json === undefined ? undefined : valueFrom(json)
  }

  recentNetworks(): RecentNetwork[] {
    const networks = this.#statements.networks.all().map((row) => ({
      ...row,
      bootstrap: textsFrom(row.bootstrap),
      tags: textsFrom(row.tags),
    }))
    return networks.sort((a, b) => b.lastJoinedAt - a.lastJoinedAt)
  }

  /** The highest number that an event ever had; 0 without events. */
  lastSeq(): number {
    return this.#log.lastSeq()
  }

  /** The highest id of a session that is in use; 0 without sessions. */
  lastSessionId(): number {
    return this.#sessions.lastId()
  }

  /** The highest id of a snapshot of the topology that is in use; 0 without snapshots. */
  lastTopologyId(): number {
    return this.#topologies.lastId()
  }

  peersPage(networkKey: NetworkKey, after: number | null, limit: number): PeersPage {
    const network = this.#numbers.network(networkKey)
    const most = bounded(limit)
    const rows = network === null ? [] : this.#statements.peersAfter.all(network, after ?? 0, most)
    const last = rows.length < most ? undefined : rows.at(-1)
    return { peers: rows.map(peerFromRow), next: last?.peer ?? null }
  }

  peers(networkKey: NetworkKey): StoredPeer[] {
    const result: StoredPeer[] = []
    let after: number | null = null
    do {
      const page = this.peersPage(networkKey, after, PEERS_PAGE)
      result.push(...page.peers)
      after = page.next
    } while (after !== null)
    return result
  }

  peer(networkKey: NetworkKey, peerId: PeerId): StoredPeer | null {
    const key = this.#numbers.both(networkKey, peerId)
    const row = key === null ? undefined : this.#statements.peer.get(...key)
    return row === undefined ? null : peerFromRow(row)
  }

  versionsOf(networkKey: NetworkKey, peerId: PeerId): VersionRecord[] {
    const key = this.#numbers.both(networkKey, peerId)
    if (key === null) return []
    return this.#statements.versions.all(...key).map(({ startedAt, updatedAt, at, source }) => ({
      version: { startedAt, updatedAt },
      at,
      source: source as Source,
    }))
  }

  rttSamplesOf(networkKey: NetworkKey, peerId: PeerId, newest = -1): RttSample[] {
    const key = this.#numbers.both(networkKey, peerId)
    return key === null ? [] : this.#statements.rtts.all(...key, newest).reverse()
  }

  eventsPage(query: EventsQuery): EventsPage {
    return this.#log.page({ ...query, limit: bounded(query.limit) })
  }

  eventsAfter(query: EventsAfterQuery): EventsPage {
    return this.#log.after({ ...query, limit: bounded(query.limit) })
  }

  sessionsPage(query: SessionsQuery): SessionsPage {
    return this.#sessions.page({ ...query, limit: bounded(query.limit) })
  }

  catalogAt(networkKey: NetworkKey, at: number): Generator<void, PastPeer[]> {
    return this.past.at(networkKey, at)
  }

  openedAfter(): number {
    return this.#log.openedAfter()
  }

  firstEventAt(networkKey: NetworkKey): number | null {
    return this.eventsAfter({ networkKey, limit: 1 }).events[0]?.at ?? null
  }

  lastWrittenAt(networkKey: NetworkKey): number | null {
    const at = this.lastEventAt(networkKey)
    return at === null ? null : Math.max(at, this.journal.place(networkKey, Number.MAX_SAFE_INTEGER)?.until ?? at)
  }

  lastEventAt(networkKey: NetworkKey): number | null {
    return this.#lastEvent(networkKey, Number.MAX_SAFE_INTEGER)?.at ?? null
  }

  lastSeqAt(networkKey: NetworkKey, at: number): number {
    return this.#lastEvent(networkKey, at)?.seq ?? 0
  }

  clockOf(networkKey: NetworkKey): ClockStretches {
    const network = this.#numbers.network(networkKey)
    return network === null ? STEADY : this.#log.clock(network)
  }

  eventCounts(networkKey: NetworkKey, after: number, until: number): ReadonlyMap<EventKind, number> {
    const network = this.#numbers.network(networkKey)
    const counts = network === null ? [] : this.#log.counts(network, after, until)
    return new Map(counts as Iterable<[EventKind, number]>)
  }

  topologies(networkKey: NetworkKey): TopologyInfo[] {
    return this.#topologies.list(networkKey)
  }

  topologySteps(networkKey: NetworkKey, id: number): Generator<void, TopologySnapshot | null> {
    return this.#topologies.snapshot(networkKey, id)
  }

  /** What a search looks for; null where nothing of it can be there. */
  searchValues(networkKey: NetworkKey, text: string, options: SearchOptions): SearchValues | null {
    return this.#search.values(networkKey, text, { ...options, limit: bounded(options.limit) })
  }

  /** @param found where this database was searched already */
  search(networkKey: NetworkKey, text: string, options: SearchOptions, found: SearchFound | null = null): SearchResult {
    return this.#search.find(this.searchValues(networkKey, text, options), found)
  }

  /** As `searchValues`, of events that name something. */
  namingValues(query: NamingQuery): SearchValues | null {
    return this.#search.namingValues({ ...query, limit: bounded(query.limit) })
  }

  /** @param found where this database was searched already */
  eventsNaming(query: NamingQuery, found: SearchFound | null = null): LoggedEvent[] {
    return this.#search.find(this.namingValues(query), found).events
  }

  statsSteps(networkKey: NetworkKey | null): Generator<void, StoreStats> {
    return this.#stats.stats(networkKey)
  }

  note(networkKey: NetworkKey, peerId: PeerId): PeerNote | null {
    const key = this.#numbers.both(networkKey, peerId)
    return key === null ? null : (this.#statements.note.get(...key) ?? null)
  }

  notes(networkKey: NetworkKey): Map<PeerId, PeerNote> {
    const network = this.#numbers.network(networkKey)
    const rows = network === null ? [] : this.#statements.notes.all(network)
    return new Map(rows.map(({ peerId, name, note }) => [peerId as PeerId, { name, note }]))
  }

  #lastEvent(networkKey: NetworkKey, at: number): { readonly seq: number; readonly at: number } | null {
    const network = this.#numbers.network(networkKey)
    return network === null ? null : this.#log.lastAt(network, at)
  }
}

function bounded(limit: number): number {
  return Math.min(Math.max(1, Math.floor(limit)), MAX_PAGE)
}

interface VersionRow {
  readonly startedAt: number
  readonly updatedAt: number
  readonly at: number
  readonly source: string
}
