import type Database from 'better-sqlite3'
import { peerOf } from '../../shared/events.ts'
import type { NetworkId, PeerId } from '../../shared/ids.ts'
import { nickname } from '../../shared/nickname.ts'
import { blockOf } from './event-log.ts'
import { eventDetail, kindWords, peerToRow, whole } from './rows.ts'
import { troubleOf } from './sqlite-errors.ts'
import { encodeEdges } from './topologies.ts'
import type { SessionWrite, Write } from './writes.ts'

/** Versions kept of a peer. */
export const VERSIONS_KEPT = 32
/** Ids whose numbers are remembered; beyond that they are looked up again. */
const MAX_REMEMBERED = 100_000

/** The numbers of a network and a peer. */
interface PeerKey {
  readonly network: number
  readonly peer: number
}

/** What a batch adds to a block of events. */
interface BlockRow {
  readonly network: number
  readonly block: number
  readonly min: number
  readonly max: number
  readonly count: number
}

/** Told of a record that was not written, and why. */
export type Refused = (write: Write, error: unknown) => void

const UPSERT_PEER = `
  INSERT INTO peers (network, peer, state, departure_reason, protocol_version, started_at, updated_at, addresses, tags,
    streams, groups, ticket_count, source, first_seen, last_seen, rtt_srtt, rtt_var, rtt_last, rtt_at, entry, signature)
  VALUES (@network, @peer, @state, @departureReason, @protocolVersion, @startedAt, @updatedAt, @addresses, @tags,
    @streams, @groups, @ticketCount, @source, @firstSeen, @lastSeen, @rttSrtt, @rttVar, @rttLast, @rttAt, @entry,
    @signature)
  ON CONFLICT (network, peer) DO UPDATE SET state = excluded.state, departure_reason = excluded.departure_reason,
    protocol_version = excluded.protocol_version, started_at = excluded.started_at, updated_at = excluded.updated_at,
    addresses = excluded.addresses, tags = excluded.tags, streams = excluded.streams, groups = excluded.groups,
    ticket_count = excluded.ticket_count, source = excluded.source,
    first_seen = min(first_seen, excluded.first_seen), last_seen = excluded.last_seen, rtt_srtt = excluded.rtt_srtt,
    rtt_var = excluded.rtt_var, rtt_last = excluded.rtt_last, rtt_at = excluded.rtt_at, entry = excluded.entry,
    signature = excluded.signature`

/** Deletes the oldest versions of a peer; test/unit/store asserts the plan. */
export const TRIM_VERSIONS = `
  DELETE FROM peer_versions WHERE network = @network AND peer = @peer AND (started_at, updated_at) < (
    SELECT started_at, updated_at FROM peer_versions WHERE network = @network AND peer = @peer
    ORDER BY started_at DESC, updated_at DESC LIMIT 1 OFFSET ${VERSIONS_KEPT - 1})`

/** Ends open sessions with the newest version that was recorded of each peer; test/unit/store asserts the plans. */
const END_SESSIONS = `
  UPDATE sessions SET ended_at = max(started_at, coalesce(@at, started_at)), reason = @reason,
    (last_started_at, last_updated_at) = (SELECT v.started_at, v.updated_at FROM peer_versions v
      WHERE v.network = sessions.network AND v.peer = sessions.peer
      ORDER BY v.started_at DESC, v.updated_at DESC LIMIT 1)
  WHERE network = @network AND ended_at IS NULL`

/** Ends a peer's open session. */
export const END_SESSION = `${END_SESSIONS} AND peer = @peer`

/** Ends what was left open by an earlier run. */
export const CLOSE_SESSIONS = `${END_SESSIONS} AND id < @before`

/** Ends a part of what was left open by an earlier run. */
export const CLOSE_SOME_SESSIONS = `${END_SESSIONS} AND peer IN (
  SELECT o.peer FROM sessions o WHERE o.network = @network AND o.ended_at IS NULL ORDER BY o.peer LIMIT @limit)`

/** All writes, on a database of the newest schema. Throws what SQLite throws; then nothing of the batch was written. */
export class Writer {
  readonly #statements
  readonly #batch: Database.Transaction<(writes: Iterable<Write>) => void>
  readonly #each: Database.Transaction<(writes: Iterable<Write>, refused: Refused) => void>
  readonly #networks
  readonly #peers
  readonly #kinds

  constructor(db: Database.Database) {
    this.#networks = new Numbers(
      db.prepare<[string], number>('SELECT num FROM networks WHERE id = ? AND forgotten = 0').pluck(),
      db.prepare<[string]>('INSERT INTO networks (id) VALUES (?)'),
    )
    this.#peers = new Numbers(
      db.prepare<[string], number>('SELECT num FROM peer_ids WHERE id = ?').pluck(),
      db.prepare<[string, string]>('INSERT INTO peer_ids (id, nickname) VALUES (?, ?)'),
      nickname,
    )
    this.#kinds = new Numbers(
      db.prepare<[string], number>('SELECT num FROM event_kinds WHERE id = ?').pluck(),
      db.prepare<[string, string]>('INSERT INTO event_kinds (id, words) VALUES (?, ?)'),
      kindWords,
    )
    this.#statements = {
      secret: db.prepare<[Uint8Array]>(
        'INSERT INTO identity (one, secret) VALUES (1, ?) ON CONFLICT DO UPDATE SET secret = excluded.secret',
      ),
      forgetSecret: db.prepare<[]>('DELETE FROM identity'),
      setting: db.prepare<[string, string]>(
        'INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
      ),
      unset: db.prepare<[string]>('DELETE FROM settings WHERE key = ?'),
      network: db.prepare<[string | null, number, string, string, number]>(
        'UPDATE networks SET name = coalesce(?, name), last_joined_at = ?, bootstrap = ?, tags = ? WHERE num = ?',
      ),
      forget: db.prepare<[string]>('UPDATE networks SET forgotten = 1 WHERE id = ? AND forgotten = 0'),
      peer: db.prepare<[Record<string, unknown>]>(UPSERT_PEER),
      version: db.prepare<[number, number, number, number, number, string]>(
        `INSERT INTO peer_versions (network, peer, started_at, updated_at, at, source) VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT DO NOTHING`,
      ),
      rtt: db.prepare<[number, number, number, number]>(
        'INSERT INTO rtt_samples (network, peer, at, ms) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET ms = excluded.ms',
      ),
      trimVersions: db.prepare<[PeerKey]>(TRIM_VERSIONS),
      event: db.prepare<[number, number, number, number, number | null, string]>(
        'INSERT OR REPLACE INTO events (seq, network, at, kind, peer, detail) VALUES (?, ?, ?, ?, ?, ?)',
      ),
      block: db.prepare<[BlockRow]>(
        `INSERT INTO event_blocks (network, block, min_at, max_at, count) VALUES (@network, @block, @min, @max, @count)
         ON CONFLICT DO UPDATE SET min_at = min(min_at, excluded.min_at), max_at = max(max_at, excluded.max_at),
           count = count + excluded.count`,
      ),
      startSession: db.prepare<[number, number, number, number, string, number, number]>(
        `INSERT INTO sessions (id, network, peer, started_at, source, first_started_at, first_updated_at)
         VALUES (?, ?, ?, ?, ?, ?, ?)`,
      ),
      endSession: db.prepare<[PeerKey & { at: number; reason: string }]>(END_SESSION),
      closeSessions:
        db.prepare<[{ network: number; before: number; at: number | null; reason: string }]>(CLOSE_SESSIONS),
      closeSome:
        db.prepare<[{ network: number; at: number | null; reason: string; limit: number }]>(CLOSE_SOME_SESSIONS),
      note: db.prepare<[number, number, string, string]>(
        `INSERT INTO notes (network, peer, name, note) VALUES (?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET name = excluded.name, note = excluded.note`,
      ),
      removeNote: db.prepare<[number, number]>('DELETE FROM notes WHERE network = ? AND peer = ?'),
      topology: db.prepare<[number, number, number, number, Uint8Array]>(
        'INSERT INTO topologies (id, network, at, edge_count, edges) VALUES (?, ?, ?, ?, ?)',
      ),
      lastSeq: db.prepare<[number]>("UPDATE counters SET value = max(value, ?) WHERE name = 'last_seq'"),
    }
    this.#batch = db.transaction((writes: Iterable<Write>) => {
      this.#writeAll(writes)
    })
    this.#each = db.transaction((writes: Iterable<Write>, refused: Refused) => {
      for (const write of writes) {
        try {
          this.#batch([write])
        } catch (error) {
          this.forgetNumbers()
          if (troubleOf(error) !== 'other') throw error
          refused(write, error)
        }
      }
    })
  }

  /** Writes all or nothing. */
  write(writes: Iterable<Write>): void {
    try {
      this.#batch.immediate(writes)
    } catch (error) {
      this.forgetNumbers()
      throw error
    }
  }

  /** Writes all but the records that the schema refuses, which are told; nothing when the disk fails. */
  writeAccepted(writes: Iterable<Write>, refused: Refused): void {
    try {
      this.#each.immediate(writes, refused)
    } catch (error) {
      this.forgetNumbers()
      throw error
    }
  }

  /** Ends at most so many sessions that an earlier run left open. @returns whether there may be more */
  closeSome(networkId: NetworkId, at: number | null, limit: number): boolean {
    const network = this.#networks.known(networkId)
    if (network === null) return false
    const values = { network, at: at === null ? null : whole(at), reason: 'unknown', limit }
    return this.#statements.closeSome.run(values).changes === limit
  }

  /** Numbers given inside a transaction that failed are gone with it, others when what they stood for is deleted. */
  forgetNumbers(): void {
    for (const numbers of [this.#networks, this.#peers, this.#kinds]) numbers.clear()
  }

  #writeAll(writes: Iterable<Write>): void {
    let lastSeq = 0
    const versionsOf = new Map<string, PeerKey>()
    const blocks = new Map<string, BlockRow>()
    for (const write of writes) {
      const [network, peer] = this.#writeOne(write)
      if (write.kind === 'version') versionsOf.set(`${network} ${peer}`, { network, peer })
      if (write.kind !== 'event') continue
      lastSeq = Math.max(lastSeq, write.event.seq)
      const at = whole(write.event.at)
      const block = blockOf(write.event.seq)
      const key = `${network} ${block}`
      const { min, max, count } = blocks.get(key) ?? { min: at, max: at, count: 0 }
      blocks.set(key, { network, block, min: Math.min(min, at), max: Math.max(max, at), count: count + 1 })
    }
    for (const key of versionsOf.values()) this.#statements.trimVersions.run(key)
    for (const row of blocks.values()) this.#statements.block.run(row)
    if (lastSeq > 0) this.#statements.lastSeq.run(lastSeq)
  }

  /** The numbers of the network and the peer that were written about; 0 where there is none. */
  #writeOne(write: Write): [network: number, peer: number] {
    switch (write.kind) {
      case 'secret':
        if (write.secret === null) this.#statements.forgetSecret.run()
        else this.#statements.secret.run(write.secret)
        return [0, 0]
      case 'setting':
        if (write.json === null) this.#statements.unset.run(write.key)
        else this.#statements.setting.run(write.key, write.json)
        return [0, 0]
      case 'network': {
        const { id, name, at, bootstrap, tags } = write.network
        const network = this.#networks.of(id)
        this.#statements.network.run(name, whole(at), JSON.stringify(bootstrap), JSON.stringify(tags), network)
        return [network, 0]
      }
      case 'forget':
        this.#statements.forget.run(write.networkId)
        this.#networks.clear()
        return [0, 0]
      case 'peer': {
        const [network, peer] = this.#key(write.networkId, write.peer.peerId)
        this.#statements.peer.run(peerToRow(network, peer, write.peer))
        return [network, peer]
      }
      case 'version': {
        const [network, peer] = this.#key(write.networkId, write.peerId)
        const { version, at, source } = write.record
        this.#statements.version.run(
          network,
          peer,
          whole(version.startedAt),
          whole(version.updatedAt),
          whole(at),
          source,
        )
        return [network, peer]
      }
      case 'rtt': {
        const [network, peer] = this.#key(write.networkId, write.peerId)
        this.#statements.rtt.run(network, peer, whole(write.sample.at), write.sample.ms)
        return [network, peer]
      }
      case 'event': {
        const { seq, at, event } = write.event
        const network = this.#networks.of(write.networkId)
        const peerId = peerOf(event)
        const peer = peerId === null ? null : this.#peers.of(peerId)
        this.#statements.event.run(seq, network, whole(at), this.#kinds.of(event.kind), peer, eventDetail(event))
        return [network, peer ?? 0]
      }
      case 'session-started':
      case 'session-ended':
      case 'sessions-closed':
        return [this.#writeSession(write), 0]
      case 'note': {
        const [network, peer] = this.#key(write.networkId, write.peerId)
        const { note } = write
        if (note === null) this.#statements.removeNote.run(network, peer)
        else this.#statements.note.run(network, peer, note.name, note.note)
        return [network, peer]
      }
      case 'topology': {
        const network = this.#networks.of(write.networkId)
        const { snapshot } = write
        const at = whole(snapshot.at)
        // The ages of edges are told from the moment that is kept.
        const edges = encodeEdges({ ...snapshot, at })
        this.#statements.topology.run(write.id, network, at, snapshot.edges.length, edges)
        return [network, 0]
      }
    }
  }

  #writeSession(write: SessionWrite): number {
    const network = this.#networks.of(write.networkId)
    if (write.kind === 'sessions-closed') {
      const at = write.at === null ? null : whole(write.at)
      this.#statements.closeSessions.run({ network, before: write.before, at, reason: 'unknown' })
      return network
    }
    const peer = this.#peers.of(write.peerId)
    const at = whole(write.at)
    const reason = write.kind === 'session-ended' ? write.reason : 'unknown'
    this.#statements.endSession.run({ network, peer, at, reason })
    if (write.kind === 'session-started') {
      const { startedAt, updatedAt } = write.version
      this.#statements.startSession.run(write.id, network, peer, at, write.source, whole(startedAt), whole(updatedAt))
    }
    return network
  }

  #key(networkId: NetworkId, peerId: PeerId): [network: number, peer: number] {
    return [this.#networks.of(networkId), this.#peers.of(peerId)]
  }
}

/** The numbers of ids, made at first use. */
class Numbers {
  readonly #find: Database.Statement<[string], number>
  readonly #add: Database.Statement<[string, ...string[]]>
  readonly #beside: ((id: string) => string) | null
  readonly #known = new Map<string, number>()

  /** @param beside gives a second value that is added with an id */
  constructor(
    find: Database.Statement<[string], number>,
    add: Database.Statement<[string, ...string[]]>,
    beside: ((id: string) => string) | null = null,
  ) {
    this.#find = find
    this.#add = add
    this.#beside = beside
  }

  /** Null for an id that has none. */
  known(id: string): number | null {
    return this.#known.get(id) ?? this.#find.get(id) ?? null
  }

  of(id: string): number {
    const known = this.#known.get(id)
    if (known !== undefined) return known
    const num = this.#find.get(id) ?? this.#insert(id)
    if (this.#known.size >= MAX_REMEMBERED) this.#known.clear()
    this.#known.set(id, num)
    return num
  }

  clear(): void {
    this.#known.clear()
  }

  #insert(id: string): number {
    const { lastInsertRowid } = this.#beside === null ? this.#add.run(id) : this.#add.run(id, this.#beside(id))
    return Number(lastInsertRowid)
  }
}
