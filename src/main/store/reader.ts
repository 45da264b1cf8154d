import type Database from 'better-sqlite3'
import type { RecentNetwork } from '../../shared/contract.ts'
import type { NetworkId, PeerId } from '../../shared/ids.ts'
import type { Source } from '../../shared/peer.ts'
import { EventLog, EVENT_QUERIES } from './event-log.ts'
import { NUMBER_QUERIES, NumberReader } from './numbers.ts'
import { PAST_QUERIES, PastReader } from './past.ts'
import type { PeerRecord } from './rows.ts'
import { peerFromRow, textsFrom } from './rows.ts'
import { SEARCH_QUERIES, SearchReader } from './search.ts'
import { SESSION_QUERIES, SessionReader } from './sessions.ts'
import { STATS_QUERIES, StatsReader } from './stats.ts'
import { TOPOLOGY_QUERIES, TopologyReader } from './topologies.ts'
import type { PeerNote, PeersPage, RttSample, StoredPeer, VersionRecord } from './types.ts'

const PEER = `
  SELECT p.peer, i.id AS peerId, p.state, p.departure_reason, p.protocol_version, p.started_at, p.updated_at,
    p.addresses, p.tags, p.streams, p.groups, p.ticket_count, p.source, p.first_seen, p.last_seen,
    p.rtt_srtt, p.rtt_var, p.rtt_last, p.rtt_at, p.entry, p.signature
  FROM peers p CROSS JOIN peer_ids i ON i.num = p.peer`

/** The queries, by name; test/unit/store asserts the plan of each. */
export const QUERIES = {
  ...NUMBER_QUERIES,
  ...EVENT_QUERIES,
  ...SESSION_QUERIES,
  ...PAST_QUERIES,
  ...TOPOLOGY_QUERIES,
  ...SEARCH_QUERIES,
  ...STATS_QUERIES,
  secret: 'SELECT secret FROM identity WHERE one = 1',
  setting: 'SELECT value FROM settings WHERE key = ?',
  networks: `
    SELECT id, name, last_joined_at AS lastJoinedAt, bootstrap, tags,
      (SELECT count(*) FROM peers p WHERE p.network = n.num) AS knownPeers
    FROM networks n WHERE forgotten = 0 AND last_joined_at IS NOT NULL`,
  peersAfter: `${PEER} WHERE p.network = ? AND p.peer > ? ORDER BY p.peer LIMIT ?`,
  peer: `${PEER} WHERE p.network = ? AND p.peer = ?`,
  versions: `
    SELECT started_at AS startedAt, updated_at AS updatedAt, at, source FROM peer_versions
    WHERE network = ? AND peer = ? ORDER BY started_at DESC, updated_at DESC`,
  rtts: 'SELECT at, ms FROM rtt_samples WHERE network = ? AND peer = ? ORDER BY at',
  note: 'SELECT name, note FROM notes WHERE network = ? AND peer = ?',
  notes: `
    SELECT i.id AS peerId, o.name, o.note FROM notes o CROSS JOIN peer_ids i ON i.num = o.peer WHERE o.network = ?`,
} as const

interface NetworkRecord {
  readonly id: string
  readonly name: string | null
  readonly lastJoinedAt: number
  readonly bootstrap: string
  readonly tags: string
  readonly knownPeers: number
}

/** All reads, on a database of the newest schema. Throws what SQLite throws. */
export class Reader {
  readonly numbers: NumberReader
  readonly log: EventLog
  readonly sessions: SessionReader
  readonly past: PastReader
  readonly topologies: TopologyReader
  readonly search: SearchReader
  readonly stats: StatsReader
  readonly #statements

  constructor(db: Database.Database) {
    this.numbers = new NumberReader(db)
    this.log = new EventLog(db, this.numbers)
    this.sessions = new SessionReader(db, this.numbers)
    this.past = new PastReader(db, this.numbers, this.log)
    this.topologies = new TopologyReader(db, this.numbers)
    this.search = new SearchReader(db, this.numbers, this.log)
    this.stats = new StatsReader(db)
    this.#statements = {
      secret: db.prepare<[], Uint8Array>(QUERIES.secret).pluck(),
      setting: db.prepare<[string], string>(QUERIES.setting).pluck(),
      networks: db.prepare<[], NetworkRecord>(QUERIES.networks),
      peersAfter: db.prepare<[number, number, number], PeerRecord>(QUERIES.peersAfter),
      peer: db.prepare<[number, number], PeerRecord>(QUERIES.peer),
      versions: db.prepare<[number, number], VersionRow>(QUERIES.versions),
      rtts: db.prepare<[number, number], RttSample>(QUERIES.rtts),
      note: db.prepare<[number, number], PeerNote>(QUERIES.note),
      notes: db.prepare<[number], PeerNote & { readonly peerId: string }>(QUERIES.notes),
    }
  }

  secret(): Uint8Array | null {
    const secret = this.#statements.secret.get()
    return secret === undefined ? null : Uint8Array.from(secret)
  }

  setting(key: string): unknown {
    const json = this.#statements.setting.get(key)
    return json === undefined ? undefined : JSON.parse(json)
  }

  /** In no particular order. */
  networks(): RecentNetwork[] {
    return this.#statements.networks.all().map((row) => ({
      id: row.id as NetworkId,
      name: row.name,
      lastJoinedAt: row.lastJoinedAt,
      bootstrap: textsFrom(row.bootstrap),
      tags: textsFrom(row.tags),
      knownPeers: row.knownPeers,
    }))
  }

  /** A page of a network's peers by the store's own numbers. */
  peersPage(networkId: NetworkId, after: number | null, limit: number): PeersPage {
    const network = this.numbers.network(networkId)
    const rows = network === null ? [] : this.#statements.peersAfter.all(network, after ?? 0, limit)
    const last = rows.length < limit ? undefined : rows.at(-1)
    return { peers: rows.map(peerFromRow), next: last?.peer ?? null }
  }

  peer(networkId: NetworkId, peerId: PeerId): StoredPeer | null {
    const key = this.numbers.both(networkId, peerId)
    const row = key === null ? undefined : this.#statements.peer.get(...key)
    return row === undefined ? null : peerFromRow(row)
  }

  /** Newest first. */
  versions(networkId: NetworkId, peerId: PeerId): VersionRecord[] {
    const key = this.numbers.both(networkId, peerId)
    if (key === null) return []
    return this.#statements.versions.all(...key).map(({ startedAt, updatedAt, at, source }) => ({
      version: { startedAt, updatedAt },
      at,
      source: source as Source,
    }))
  }

  /** Newest last. */
  rtts(networkId: NetworkId, peerId: PeerId): RttSample[] {
    const key = this.numbers.both(networkId, peerId)
    return key === null ? [] : this.#statements.rtts.all(...key)
  }

  note(networkId: NetworkId, peerId: PeerId): PeerNote | null {
    const key = this.numbers.both(networkId, peerId)
    return key === null ? null : (this.#statements.note.get(...key) ?? null)
  }

  notes(networkId: NetworkId): Map<PeerId, PeerNote> {
    const network = this.numbers.network(networkId)
    const rows = network === null ? [] : this.#statements.notes.all(network)
    return new Map(rows.map(({ peerId, name, note }) => [peerId as PeerId, { name, note }]))
  }
}

interface VersionRow {
  readonly startedAt: number
  readonly updatedAt: number
  readonly at: number
  readonly source: string
}
