import type Database from 'better-sqlite3'
import { BLOCK } from '../event-log.ts'

/** Who was there for less time than that is a passer-by, milliseconds. */
export const PASSING_MS = 10 * 60_000

/** The statements, by name; test/unit/store asserts the plan of each. */
export const PASSER_QUERIES = {
  // Whom we measured we had to do with.
  after: `
    SELECT p.num, p.network, p.peer, p.state <> 'online' AND p.rtt_at IS NULL AND p.last_seen - p.first_seen < ${PASSING_MS}
      AND NOT EXISTS (SELECT 1 FROM notes o WHERE o.network = p.network AND o.peer = p.peer)
      AND NOT EXISTS (SELECT 1 FROM sessions s WHERE s.network = p.network AND s.peer = p.peer AND s.ended_at IS NULL)
      AS passed
    FROM peers p WHERE p.num > @after ORDER BY p.num LIMIT @rows`,
  events: 'SELECT seq FROM events WHERE network = @network AND peer = @peer LIMIT @rows',
  deleteEvent: 'DELETE FROM events WHERE seq = ?',
  countDown: 'UPDATE event_blocks SET count = count - 1 WHERE network = ? AND block = ?',
  dropBlock: 'DELETE FROM event_blocks WHERE network = ? AND block = ? AND count <= 0',
  deleteSessions: 'DELETE FROM sessions WHERE network = ? AND peer = ?',
  deleteVersions: 'DELETE FROM peer_versions WHERE network = ? AND peer = ?',
  deletePeer: 'DELETE FROM peers WHERE num = ?',
} as const

interface Row {
  readonly num: number
  readonly network: number
  readonly peer: number
  readonly passed: number
}

/**
 * Forgets passers-by where the database is too large: peers that are not there, were there for a short time, were never
 * measured and have no note, with all that was logged of them. A flood of them must not take the place of long history.
 */
export class ForgetPassers {
  readonly #statements
  #after = 0
  #forgotten = 0

  constructor(db: Database.Database) {
    const { after, events, deleteEvent, countDown, dropBlock, deleteSessions, deleteVersions, deletePeer } =
      PASSER_QUERIES
    this.#statements = {
      after: db.prepare<[{ after: number; rows: number }], Row>(after),
      events: db.prepare<[{ network: number; peer: number; rows: number }], number>(events).pluck(),
      deleteEvent: db.prepare<[number]>(deleteEvent),
      countDown: db.prepare<[number, number]>(countDown),
      dropBlock: db.prepare<[number, number]>(dropBlock),
      ofPeer: [deleteSessions, deleteVersions].map((sql) => db.prepare<[number, number]>(sql)),
      deletePeer: db.prepare<[number]>(deletePeer),
    }
  }

  /** How many were forgotten since `begin`. */
  get forgotten(): number {
    return this.#forgotten
  }

  /** From the peer that was stored first. */
  begin(): void {
    this.#after = 0
    this.#forgotten = 0
  }

  /** Looks at so many peers and deletes about as many rows. @returns whether there may be more */
  step(rows: number): boolean {
    const found = this.#statements.after.all({ after: this.#after, rows })
    let left = rows
    for (const { num, network, peer, passed } of found) {
      if (passed === 1) {
        if (left <= 0) return true
        const events = this.#statements.events.all({ network, peer, rows: left })
        for (const seq of events) this.#deleteEvent(network, seq)
        left -= events.length + 1
        // It goes last: what is left of its events is found by it.
        if (left < 0) return true
        for (const statement of this.#statements.ofPeer) statement.run(network, peer)
        this.#statements.deletePeer.run(num)
        this.#forgotten += 1
      }
      this.#after = num
    }
    return found.length > 0
  }

  #deleteEvent(network: number, seq: number): void {
    const block = Math.floor(seq / BLOCK)
    this.#statements.deleteEvent.run(seq)
    this.#statements.countDown.run(network, block)
    this.#statements.dropBlock.run(network, block)
  }
}
