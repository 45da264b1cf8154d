import type Database from 'better-sqlite3'
import type { RecentNetwork } from '../../shared/contract.ts'
import type { NetworkId, PeerId } from '../../shared/ids.ts'
import type { Source } from '../../shared/peer.ts'
import type { EventRecord, PeerRecord } from './rows.ts'
import { eventFromRow, peerFromRow, textsFrom } from './rows.ts'
import type { EventsPage, EventsQuery, RttSample, StoredPeer, VersionRecord } from './types.ts'

const PEER = `
  SELECT p.peer, i.id AS peerId, p.state, p.departure_reason, p.protocol_version, p.started_at, p.updated_at,
    p.addresses, p.tags, p.streams, p.groups, p.ticket_count, p.source, p.first_seen, p.last_seen,
    p.rtt_srtt, p.rtt_var, p.rtt_last, p.rtt_at, p.entry, p.signature
  FROM peers p CROSS JOIN peer_ids i ON i.num = p.peer`

/** The queries, by name; test/unit/store asserts the plan of each. */
export const QUERIES = {
  secret: 'SELECT secret FROM identity WHERE one = 1',
  setting: 'SELECT value FROM settings WHERE key = ?',
  lastSeq: `SELECT max(
    (SELECT value FROM counters WHERE name = 'last_seq'), coalesce((SELECT max(seq) FROM events), 0))`,
  network: 'SELECT num FROM networks WHERE id = ? AND forgotten = 0',
  networks: `
    SELECT id, name, last_joined_at AS lastJoinedAt, bootstrap, tags,
      (SELECT count(*) FROM peers p WHERE p.network = n.num) AS knownPeers
    FROM networks n WHERE forgotten = 0 AND last_joined_at IS NOT NULL`,
  peerId: 'SELECT num FROM peer_ids WHERE id = ?',
  kinds: 'SELECT num, id FROM event_kinds',
  peersAfter: `${PEER} WHERE p.network = ? AND p.peer > ? ORDER BY p.peer LIMIT ?`,
  peer: `${PEER} WHERE p.network = ? AND p.peer = ?`,
  peerCount: 'SELECT count(*) FROM peers WHERE network = ?',
  versions: `
    SELECT started_at AS startedAt, updated_at AS updatedAt, at, source FROM peer_versions
    WHERE network = ? AND peer = ? ORDER BY started_at DESC, updated_at DESC`,
  rtts: 'SELECT at, ms FROM rtt_samples WHERE network = ? AND peer = ? ORDER BY at',
  seqsOfKind: 'SELECT seq FROM events WHERE network = ? AND kind = ? AND seq < ? ORDER BY seq DESC LIMIT ?',
  seqsOfPeer: `
    SELECT seq FROM events WHERE network = ? AND peer = ? AND kind = ? AND seq < ? ORDER BY seq DESC LIMIT ?`,
  event: `
    SELECT e.seq, e.at, k.id AS kind, i.id AS peerId, e.detail
    FROM events e CROSS JOIN event_kinds k ON k.num = e.kind LEFT JOIN peer_ids i ON i.num = e.peer WHERE e.seq = ?`,
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
  readonly #statements

  constructor(db: Database.Database) {
    this.#statements = {
      secret: db.prepare<[], Uint8Array>(QUERIES.secret).pluck(),
      setting: db.prepare<[string], string>(QUERIES.setting).pluck(),
      lastSeq: db.prepare<[], number>(QUERIES.lastSeq).pluck(),
      network: db.prepare<[string], number>(QUERIES.network).pluck(),
      networks: db.prepare<[], NetworkRecord>(QUERIES.networks),
      peerId: db.prepare<[string], number>(QUERIES.peerId).pluck(),
      kinds: db.prepare<[], { readonly num: number; readonly id: string }>(QUERIES.kinds),
      peersAfter: db.prepare<[number, number, number], PeerRecord>(QUERIES.peersAfter),
      peer: db.prepare<[number, number], PeerRecord>(QUERIES.peer),
      peerCount: db.prepare<[number], number>(QUERIES.peerCount).pluck(),
      versions: db.prepare<[number, number], VersionRow>(QUERIES.versions),
      rtts: db.prepare<[number, number], RttSample>(QUERIES.rtts),
      seqsOfKind: db.prepare<[number, number, number, number], number>(QUERIES.seqsOfKind).pluck(),
      seqsOfPeer: db.prepare<[number, number, number, number, number], number>(QUERIES.seqsOfPeer).pluck(),
      event: db.prepare<[number], EventRecord>(QUERIES.event),
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

  /** The highest sequence number that was ever given and written. */
  lastSeq(): number {
    return this.#statements.lastSeq.get() ?? 0
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

  peerCount(networkId: NetworkId): number {
    const network = this.#statements.network.get(networkId)
    return network === undefined ? 0 : (this.#statements.peerCount.get(network) ?? 0)
  }

  /** A page of a network's peers by the store's own numbers; `after` is the `next` of the page before, at first 0. */
  peersPage(networkId: NetworkId, after: number, limit: number): { peers: StoredPeer[]; next: number | null } {
    const network = this.#statements.network.get(networkId)
    const rows = network === undefined ? [] : this.#statements.peersAfter.all(network, after, limit)
    const last = rows.length < limit ? undefined : rows.at(-1)
    return { peers: rows.map(peerFromRow), next: last?.peer ?? null }
  }

  peer(networkId: NetworkId, peerId: PeerId): StoredPeer | null {
    const key = this.#key(networkId, peerId)
    const row = key === null ? undefined : this.#statements.peer.get(...key)
    return row === undefined ? null : peerFromRow(row)
  }

  /** Newest first. */
  versions(networkId: NetworkId, peerId: PeerId): VersionRecord[] {
    const key = this.#key(networkId, peerId)
    if (key === null) return []
    return this.#statements.versions.all(...key).map(({ startedAt, updatedAt, at, source }) => ({
      version: { startedAt, updatedAt },
      at,
      source: source as Source,
    }))
  }

  /** Newest last. */
  rtts(networkId: NetworkId, peerId: PeerId): RttSample[] {
    const key = this.#key(networkId, peerId)
    return key === null ? [] : this.#statements.rtts.all(...key)
  }

  /**
   * Newest first. Each kind is one short walk down an index that holds all it needs; the walks are merged here, since
   * SQLite would sort all matching rows for several kinds at once.
   */
  eventsPage(query: EventsQuery): EventsPage {
    const seqs = this.#seqs(query).sort((a, b) => b - a)
    const events = []
    for (const seq of seqs.slice(0, query.limit)) {
      const row = this.#statements.event.get(seq)
      if (row !== undefined) events.push(eventFromRow(row))
    }
    return { events, more: seqs.length > query.limit }
  }

  #seqs(query: EventsQuery): number[] {
    const network = this.#statements.network.get(query.networkId)
    if (network === undefined) return []
    const peer = query.peerId === undefined ? undefined : this.#statements.peerId.get(query.peerId)
    if (query.peerId !== undefined && peer === undefined) return []
    const before = query.before ?? Number.MAX_SAFE_INTEGER
    const wanted = query.kinds === undefined ? null : new Set<string>(query.kinds)
    const seqs: number[] = []
    for (const kind of this.#statements.kinds.all()) {
      if (wanted !== null && !wanted.has(kind.id)) continue
      seqs.push(
        ...(peer === undefined
          ? this.#statements.seqsOfKind.all(network, kind.num, before, query.limit + 1)
          : this.#statements.seqsOfPeer.all(network, peer, kind.num, before, query.limit + 1)),
      )
    }
    return seqs
  }

  #key(networkId: NetworkId, peerId: PeerId): [network: number, peer: number] | null {
    const network = this.#statements.network.get(networkId)
    const peer = this.#statements.peerId.get(peerId)
    return network === undefined || peer === undefined ? null : [network, peer]
  }
}

interface VersionRow {
  readonly startedAt: number
  readonly updatedAt: number
  readonly at: number
  readonly source: string
}
