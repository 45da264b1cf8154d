import type Database from 'better-sqlite3'
import type { PeerId } from '../../shared/ids.ts'
import type { Version } from '../../shared/peer.ts'
import { compareVersions } from '../../shared/peer.ts'
import type { NumberReader } from './numbers.ts'
import type { PeerSession, SessionEnd, SessionsPage, SessionsQuery } from './types.ts'

const COLUMNS = `
  s.id, i.id AS peerId, s.started_at, s.ended_at, s.reason, s.first_started_at, s.first_updated_at,
  coalesce(s.last_started_at, v.started_at) AS last_started_at,
  CASE WHEN s.last_started_at IS NULL THEN v.updated_at ELSE s.last_updated_at END AS last_updated_at`

// An open session's newest version is the newest one that was recorded of the peer.
const JOINS = `
  CROSS JOIN peer_ids i ON i.num = s.peer
  LEFT JOIN peer_versions v ON s.ended_at IS NULL AND v.network = s.network AND v.peer = s.peer
    AND (v.started_at, v.updated_at) = (SELECT started_at, updated_at FROM peer_versions
      WHERE network = s.network AND peer = s.peer ORDER BY started_at DESC, updated_at DESC LIMIT 1)`

const OVERLAPS = '(s.ended_at IS NULL OR s.ended_at >= @from) AND (s.started_at, s.id) < (@start, @id)'
const ORDER = 'ORDER BY s.started_at DESC, s.id DESC LIMIT @limit'

/** The queries, by name; test/unit/store asserts the plan of each. */
export const SESSION_QUERIES = {
  lastSessionId: 'SELECT max(id) FROM sessions',
  sessionStart: 'SELECT started_at FROM sessions WHERE id = @id AND network = @network',
  sessions: `SELECT ${COLUMNS} FROM sessions s ${JOINS} WHERE s.network = @network AND ${OVERLAPS} ${ORDER}`,
  sessionsOfPeer: `
    SELECT ${COLUMNS} FROM sessions s ${JOINS}
    WHERE s.network = @network AND s.peer = @peer AND ${OVERLAPS} ${ORDER}`,
} as const

interface SessionRecord {
  readonly id: number
  readonly peerId: string
  readonly started_at: number
  readonly ended_at: number | null
  readonly reason: string | null
  readonly first_started_at: number
  readonly first_updated_at: number
  readonly last_started_at: number | null
  readonly last_updated_at: number | null
}

interface Span {
  readonly network: number
  readonly peer: number | null
  readonly from: number
  /** Only sessions that began before this, or then with a smaller id. */
  readonly start: number
  readonly id: number
  readonly limit: number
}

/** Reads of sessions. Throws what SQLite throws. */
export class SessionReader {
  readonly #numbers: NumberReader
  readonly #statements

  constructor(db: Database.Database, numbers: NumberReader) {
    this.#numbers = numbers
    this.#statements = {
      lastId: db.prepare<[], number>(SESSION_QUERIES.lastSessionId).pluck(),
      start: db.prepare<[{ id: number; network: number }], number>(SESSION_QUERIES.sessionStart).pluck(),
      all: db.prepare<[Span], SessionRecord>(SESSION_QUERIES.sessions),
      ofPeer: db.prepare<[Span], SessionRecord>(SESSION_QUERIES.sessionsOfPeer),
    }
  }

  /** The highest id that is in use; 0 without sessions. */
  lastId(): number {
    return this.#statements.lastId.get() ?? 0
  }

  page(query: SessionsQuery): SessionsPage {
    const network = this.#numbers.network(query.networkKey)
    const peer = query.peerId === undefined ? null : this.#numbers.peer(query.peerId)
    if (network === null || (query.peerId !== undefined && peer === null)) return { sessions: [], more: false }
    let start = query.to ?? Number.MAX_SAFE_INTEGER
    let id = Number.MAX_SAFE_INTEGER
    if (query.before !== undefined) {
      const began = this.#statements.start.get({ id: query.before, network })
      // A session that is deleted by now was among the oldest: so is all that came after it.
      if (began === undefined) return { sessions: [], more: false }
      if (began <= start) [start, id] = [began, query.before]
    }
    const statement = peer === null ? this.#statements.all : this.#statements.ofPeer
    const rows = statement.all({ network, peer, from: query.from ?? -Infinity, start, id, limit: query.limit + 1 })
    return { sessions: rows.slice(0, query.limit).map(sessionFromRow), more: rows.length > query.limit }
  }
}

function sessionFromRow(row: SessionRecord): PeerSession {
  const firstVersion = { startedAt: row.first_started_at, updatedAt: row.first_updated_at }
  const last =
    row.last_started_at === null || row.last_updated_at === null
      ? firstVersion
      : { startedAt: row.last_started_at, updatedAt: row.last_updated_at }
  return {
    id: row.id,
    peerId: row.peerId as PeerId,
    from: row.started_at,
    to: row.ended_at,
    reason: row.reason as SessionEnd | null,
    firstVersion,
    lastVersion: newer(firstVersion, last),
  }
}

function newer(a: Version, b: Version): Version {
  return compareVersions(a, b) < 0 ? b : a
}
