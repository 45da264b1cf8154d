import Database from 'better-sqlite3'
import type { LoggedEvent } from '../../shared/events.ts'
import { peerOf } from '../../shared/events.ts'
import type { PeerId } from '../../shared/ids.ts'
import type { NetworkKey } from '../../shared/network-kind.ts'
import { kindAndIdOf, networkKeyOf } from '../../shared/network-kind.ts'
import { nicknameOnce } from '../../shared/nickname.ts'
import { endpointIdOf, peerIdFromAnyForm } from '../../shared/peer-form.ts'
import { blockOf } from './event-log.ts'
import { INDEX_EVENTS } from './event-text.ts'
import { STARTS_KEPT, VERSIONS_KEPT } from './reader.ts'
import { GivenNumbers } from './given-numbers.ts'
import { eventDetail, kindWords, peerToRow, whole } from './rows.ts'
import type { SessionWrite, Write } from './writes.ts'

/** The numbers of a network and a peer. */
interface PeerKey {
  readonly network: number
  readonly peer: number
}

const UPSERT_PEER = `
  INSERT INTO peers (network, peer, state, departure_reason, protocol_version, started_at, updated_at, addresses, tags,
    streams, functions, groups, ticket_count, source, first_seen, last_seen, rtt_srtt, rtt_var, rtt_last, rtt_at, entry, signature)
  VALUES (@network, @peer, @state, @departureReason, @protocolVersion, @startedAt, @updatedAt, @addresses, @tags,
    @streams, @functions, @groups, @ticketCount, @source, @firstSeen, @lastSeen, @rttSrtt, @rttVar, @rttLast, @rttAt, @entry,
    @signature)
  ON CONFLICT (network, peer) DO UPDATE SET state = excluded.state, departure_reason = excluded.departure_reason,
    protocol_version = excluded.protocol_version, started_at = excluded.started_at, updated_at = excluded.updated_at,
    addresses = excluded.addresses, tags = excluded.tags, streams = excluded.streams,
    functions = excluded.functions, groups = excluded.groups,
    ticket_count = excluded.ticket_count, source = excluded.source,
    first_seen = min(first_seen, excluded.first_seen), last_seen = excluded.last_seen, rtt_srtt = excluded.rtt_srtt,
    rtt_var = excluded.rtt_var, rtt_last = excluded.rtt_last, rtt_at = excluded.rtt_at, entry = excluded.entry,
    signature = excluded.signature`

/** Changes a peer's state; test/unit/store asserts the plan. */
export const PEER_GONE = 'UPDATE peers SET state = ?, departure_reason = ? WHERE network = ? AND peer = ?'

/**
 * Deletes the oldest versions of a peer, but of each of its last starts the newest one: a peer that runs for long was restarted all the
 * same. test/unit/store asserts the plan.
 */
export const TRIM_VERSIONS = `
  DELETE FROM peer_versions AS v WHERE network = @network AND peer = @peer AND (started_at, updated_at) < (
    SELECT started_at, updated_at FROM peer_versions WHERE network = @network AND peer = @peer
    ORDER BY started_at DESC, updated_at DESC LIMIT 1 OFFSET ${VERSIONS_KEPT - 1})
  AND (
    EXISTS (SELECT 1 FROM peer_versions n WHERE n.network = v.network AND n.peer = v.peer
      AND n.started_at = v.started_at AND n.updated_at > v.updated_at)
    OR started_at < (SELECT DISTINCT started_at FROM peer_versions WHERE network = @network AND peer = @peer
      ORDER BY started_at DESC LIMIT 1 OFFSET ${STARTS_KEPT - 1}))`

/** Ends open sessions with the newest version that was recorded of each peer; test/unit/store asserts the plans. */
const END_SESSIONS = `
  UPDATE sessions SET ended_at = max(started_at, coalesce(@at, started_at)), reason = @reason,
    (last_started_at, last_updated_at) = (SELECT v.started_at, v.updated_at FROM peer_versions v
      WHERE v.network = sessions.network AND v.peer = sessions.peer
      ORDER BY v.started_at DESC, v.updated_at DESC LIMIT 1)
  WHERE network = @network AND ended_at IS NULL`

/** Moves the beginnings of open sessions; test/unit/store asserts the plan. */
export const MOVE_SESSIONS = `
  UPDATE sessions SET started_at = max(0, started_at + @byMs) WHERE network = @network AND ended_at IS NULL`

/** Ends a peer's open session. */
export const END_SESSION = `${END_SESSIONS} AND peer = @peer`

/** Ends what was left open by an earlier run. */
export const CLOSE_SESSIONS = `${END_SESSIONS} AND id < @before`

/** Ends a part of what was left open by an earlier run. */
export const CLOSE_SOME_SESSIONS = `${END_SESSIONS} AND peer IN (
  SELECT o.peer FROM sessions o WHERE o.network = @network AND o.ended_at IS NULL ORDER BY o.peer LIMIT @limit)`

/**
 * All writes, on a database of the newest schema. What is written is read through the same connection at once, and by
 * others after `commit`. Throws what SQLite throws: after an error of the disk nothing since the last commit may be
 * there, so roll back and write it again.
 */
export class Writer {
  readonly #db: Database.Database
  readonly #statements
  readonly #networks
  readonly #peers
  readonly #kinds
  /** In memory there is nothing to batch. */
  readonly #batches: boolean
  #uncommitted = 0
  #lastSeq = 0
  /** Peers that have a new version, by their numbers: what is too much of their versions goes with the commit. */
  readonly #versioned = new Map<string, PeerKey>()
  /** Events that are not searchable yet, by their numbers. */
  #unsearched: number[] = []

  constructor(db: Database.Database) {
    this.#db = db
    this.#batches = !db.memory
    this.#networks = new GivenNumbers<NetworkKey>(
      db
        .prepare<[string, string], number>('SELECT num FROM networks WHERE id = ? AND kind = ? AND forgotten = 0')
        .pluck(),
      db.prepare<[string, string]>('INSERT INTO networks (id, kind) VALUES (?, ?)'),
      (key) => {
        const { kind, id } = kindAndIdOf(key)
        return { found: [id, kind], added: [id, kind] }
      },
    )
    this.#peers = new GivenNumbers<string>(
      db.prepare<[string], number>('SELECT num FROM peer_ids WHERE id = ?').pluck(),
      db.prepare<[string, string]>('INSERT INTO peer_ids (id, nickname) VALUES (?, ?)'),
      (id) => ({ found: [id], added: [id, searchedNames(id)] }),
    )
    this.#kinds = new GivenNumbers<string>(
      db.prepare<[string], number>('SELECT num FROM event_kinds WHERE id = ?').pluck(),
      db.prepare<[string, string]>('INSERT INTO event_kinds (id, words) VALUES (?, ?)'),
      (kind) => ({ found: [kind], added: [kind, kindWords(kind)] }),
    )
    this.#statements = {
      begin: db.prepare<[]>('BEGIN IMMEDIATE'),
      commit: db.prepare<[]>('COMMIT'),
      rollback: db.prepare<[]>('ROLLBACK'),
      secret: db.prepare<[Uint8Array]>(
        'INSERT INTO identity (one, secret) VALUES (1, ?) ON CONFLICT DO UPDATE SET secret = excluded.secret',
      ),
      forgetSecret: db.prepare<[]>('DELETE FROM identity'),
      setting: db.prepare<[string, string]>(
        'INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
      ),
      unset: db.prepare<[string]>('DELETE FROM settings WHERE key = ?'),
      network: db.prepare<[string | null, number, string, string, string, string | null, number]>(
        `UPDATE networks SET name = coalesce(?, name), last_joined_at = ?, bootstrap = ?, tags = ?, relay = ?,
           entry_version = ? WHERE num = ?`,
      ),
      forget: db.prepare<[string, string]>(
        'UPDATE networks SET forgotten = 1 WHERE id = ? AND kind = ? AND forgotten = 0',
      ),
      peer: db.prepare<[Record<string, unknown>]>(UPSERT_PEER),
      gone: db.prepare<[string, string, number, number]>(PEER_GONE),
      version: db.prepare<[number, number, number, number, number, string]>(
        `INSERT INTO peer_versions (network, peer, started_at, updated_at, at, source) VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT DO NOTHING`,
      ),
      rtt: db.prepare<[number, number, number, number]>(
        'INSERT INTO rtt_samples (network, peer, at, ms) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET ms = excluded.ms',
      ),
      loopDelay: db.prepare<[number, number, number]>(
        `INSERT INTO loop_delays (network, at, ms) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET ms = max(ms, excluded.ms)`,
      ),
      trimVersions: db.prepare<[PeerKey]>(TRIM_VERSIONS),
      event: db.prepare<[number, number, number, number, number | null, string]>(
        'INSERT OR REPLACE INTO events (seq, network, at, kind, peer, detail) VALUES (?, ?, ?, ?, ?, ?)',
      ),
      // Most events: to set what an index is over, even to what it was, would write the index too.
      blockMore: db.prepare<[number, number, number, number]>(
        `UPDATE event_blocks SET max_at = max(max_at, ?), count = count + 1
         WHERE network = ? AND block = ? AND min_at <= ?`,
      ),
      block: db.prepare<[number, number, number, number]>(
        `INSERT INTO event_blocks (network, block, min_at, max_at, count) VALUES (?, ?, ?, ?, 1)
         ON CONFLICT DO UPDATE SET min_at = min(min_at, excluded.min_at), max_at = max(max_at, excluded.max_at),
           count = count + 1`,
      ),
      eventAgain: db.prepare<[string, number, number, string | null, number]>(
        'UPDATE events SET detail = ?, times = ?, last_at = ?, earlier = ? WHERE seq = ?',
      ),
      blockAgain: db.prepare<[number, number, number]>(
        'UPDATE event_blocks SET max_at = max(max_at, ?) WHERE network = ? AND block = ?',
      ),
      indexEvents: db.prepare<[string]>(INDEX_EVENTS),
      startSession: db.prepare<[number, number, number, number, string, number, number]>(
        `INSERT INTO sessions (id, network, peer, started_at, source, first_started_at, first_updated_at)
         VALUES (?, ?, ?, ?, ?, ?, ?)`,
      ),
      endSession: db.prepare<[PeerKey & { at: number; reason: string }]>(END_SESSION),
      moveSessions: db.prepare<[{ network: number; byMs: number }]>(MOVE_SESSIONS),
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
      journal: db.prepare<[number, number, number, number, number, number, Uint8Array, number]>(
        'INSERT OR REPLACE INTO journal (id, network, part, run, at, until, bytes, turned) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      ),
      lastSeq: db.prepare<[number]>("UPDATE counters SET value = max(value, ?) WHERE name = 'last_seq'"),
    }
  }

  /** How many records were written since the last commit. */
  get uncommitted(): number {
    return this.#uncommitted
  }

  /** Whether SQLite has rolled back by itself, as it does after some errors of the disk. */
  get lost(): boolean {
    return this.#batches && this.#uncommitted > 0 && !this.#db.inTransaction
  }

  write(write: Write): void {
    const begins = this.#batches && !this.#db.inTransaction
    if (begins) {
      this.#assertKept()
      this.#statements.begin.run()
    }
    try {
      this.#writeOne(write)
      this.#uncommitted += 1
    } catch (error) {
      if (begins) this.rollback()
      throw error
    }
  }

  commit(): void {
    this.#assertKept()
    for (const key of this.#versioned.values()) this.#statements.trimVersions.run(key)
    this.makeSearchable()
    if (this.#lastSeq > 0) this.#statements.lastSeq.run(this.#lastSeq)
    if (this.#db.inTransaction) this.#statements.commit.run()
    this.#settle()
  }

  /** Search finds the events that were written since the last commit, which does this too. */
  makeSearchable(): void {
    if (this.#unsearched.length === 0) return
    this.#statements.indexEvents.run(JSON.stringify(this.#unsearched))
    this.#unsearched = []
  }

  /** Undoes what was not committed. Fine when SQLite has done so already. */
  rollback(): void {
    if (this.#db.inTransaction) this.#statements.rollback.run()
    this.forgetNumbers()
    this.#settle()
  }

  /** Ends at most so many sessions that an earlier run left open. @returns whether there may be more */
  closeSome(networkKey: NetworkKey, at: number | null, limit: number): boolean {
    const network = this.#networks.known(networkKey)
    if (network === null) return false
    const values = { network, at: at === null ? null : whole(at), reason: 'unknown', limit }
    return this.#statements.closeSome.run(values).changes === limit
  }

  /** Numbers given inside a transaction that failed are gone with it, others when what they stood for is deleted. */
  forgetNumbers(): void {
    for (const numbers of [this.#networks, this.#peers, this.#kinds]) numbers.clear()
  }

  #assertKept(): void {
    if (this.lost) throw new Database.SqliteError('the disk failed before a commit', 'SQLITE_IOERR')
  }

  #settle(): void {
    this.#uncommitted = 0
    this.#lastSeq = 0
    this.#versioned.clear()
    this.#unsearched = []
  }

  #writeOne(write: Write): void {
    const statements = this.#statements
    switch (write.kind) {
      case 'secret':
        if (write.secret === null) statements.forgetSecret.run()
        else statements.secret.run(write.secret)
        break
      case 'setting':
        if (write.json === null) statements.unset.run(write.key)
        else statements.setting.run(write.key, write.json)
        break
      case 'network': {
        const { name, at, bootstrap, tags, relay = 'off', entryVersion = null } = write.network
        const network = this.#networks.of(networkKeyOf(write.network))
        const lists = [JSON.stringify(bootstrap), JSON.stringify(tags)] as const
        statements.network.run(name, whole(at), ...lists, relay, entryVersion, network)
        break
      }
      case 'forget': {
        const { kind, id } = kindAndIdOf(write.networkKey)
        statements.forget.run(id, kind)
        this.#networks.clear()
        break
      }
      case 'peer': {
        const { network, peer } = this.#key(write.networkKey, write.peer.peerId)
        statements.peer.run(peerToRow(network, peer, write.peer))
        break
      }
      case 'peer-gone': {
        const { network, peer } = this.#key(write.networkKey, write.peerId)
        statements.gone.run(write.state, write.reason, network, peer)
        break
      }
      case 'version': {
        const key = this.#key(write.networkKey, write.peerId)
        const { network, peer } = key
        const { version, at, source } = write.record
        statements.version.run(network, peer, whole(version.startedAt), whole(version.updatedAt), whole(at), source)
        this.#versioned.set(`${network} ${peer}`, key)
        break
      }
      case 'rtt': {
        const { network, peer } = this.#key(write.networkKey, write.peerId)
        statements.rtt.run(network, peer, whole(write.sample.at), write.sample.ms)
        break
      }
      case 'loop-delay':
        statements.loopDelay.run(this.#networks.of(write.networkKey), whole(write.delay.at), write.delay.ms)
        break
      case 'event':
        this.#writeEvent(write.networkKey, write.event)
        break
      case 'event-again': {
        const { seq, at, event, times = 1, lastAt = at, earlier } = write.event
        const last = whole(lastAt)
        const states = earlier === undefined ? null : JSON.stringify(earlier)
        statements.eventAgain.run(eventDetail(event), times, last, states, seq)
        statements.blockAgain.run(last, this.#networks.of(write.networkKey), blockOf(seq))
        break
      }
      case 'session-started':
      case 'session-ended':
      case 'sessions-closed':
      case 'sessions-moved':
        this.#writeSession(write)
        break
      case 'note': {
        const { network, peer } = this.#key(write.networkKey, write.peerId)
        const { note } = write
        if (note === null) statements.removeNote.run(network, peer)
        else statements.note.run(network, peer, note.name, note.note)
        break
      }
      case 'topology': {
        const network = this.#networks.of(write.networkKey)
        statements.topology.run(write.id, network, write.at, write.edgeCount, write.edges)
        break
      }
      case 'journal': {
        const { id, part, run, at, until, bytes, turned = run } = write.part
        const network = this.#networks.of(write.networkKey)
        statements.journal.run(id, network, part, run ? 1 : 0, whole(at), whole(until), bytes, turned ? 1 : 0)
      }
    }
  }

  #writeEvent(networkKey: NetworkKey, { seq, at, event }: LoggedEvent): void {
    const network = this.#networks.of(networkKey)
    const peerId = peerOf(event)
    const peer = peerId === null ? null : this.#peers.of(peerId)
    const time = whole(at)
    this.#statements.event.run(seq, network, time, this.#kinds.of(event.kind), peer, eventDetail(event))
    const { block, blockMore } = this.#statements
    if (blockMore.run(time, network, blockOf(seq), time).changes === 0) block.run(network, blockOf(seq), time, time)
    this.#unsearched.push(seq)
    this.#lastSeq = Math.max(this.#lastSeq, seq)
  }

  #writeSession(write: SessionWrite): void {
    const network = this.#networks.of(write.networkKey)
    if (write.kind === 'sessions-closed') {
      const at = write.at === null ? null : whole(write.at)
      this.#statements.closeSessions.run({ network, before: write.before, at, reason: 'unknown' })
      return
    }
    if (write.kind === 'sessions-moved') {
      this.#statements.moveSessions.run({ network, byMs: Math.round(write.byMs) })
      return
    }
    const peer = this.#peers.of(write.peerId)
    const at = whole(write.at)
    const reason = write.kind === 'session-ended' ? write.reason : 'unknown'
    this.#statements.endSession.run({ network, peer, at, reason })
    if (write.kind === 'session-started') {
      const { startedAt, updatedAt } = write.version
      this.#statements.startSession.run(write.id, network, peer, at, write.source, whole(startedAt), whole(updatedAt))
    }
  }

  #key(networkKey: NetworkKey, peerId: PeerId): PeerKey {
    return { network: this.#networks.of(networkKey), peer: this.#peers.of(peerId) }
  }
}

/** What a peer is found by beside its id as it is stored: its nickname, and its id as mosaik networks show it. */
function searchedNames(id: string): string {
  const peerId = peerIdFromAnyForm(id)
  const name = nicknameOnce(id)
  return peerId === null ? name : `${name} ${endpointIdOf(peerId)}`
}
