import type Database from 'better-sqlite3'
import { Pace } from './pace.ts'
import type { Chore } from './sweeper.ts'

/** Statements that delete a part of what is stored of a network; test/unit/store asserts their plans. */
export const SWEEPS = [
  'DELETE FROM events WHERE seq IN (SELECT seq FROM events WHERE network = ? LIMIT ?)',
  'DELETE FROM notes WHERE (network, peer) IN (SELECT network, peer FROM notes WHERE network = ? LIMIT ?)',
  'DELETE FROM peers WHERE num IN (SELECT num FROM peers WHERE network = ? LIMIT ?)',
  `DELETE FROM rtt_samples WHERE (network, peer, at) IN (
    SELECT network, peer, at FROM rtt_samples WHERE network = ? LIMIT ?)`,
  `DELETE FROM peer_versions WHERE (network, peer, started_at, updated_at) IN (
    SELECT network, peer, started_at, updated_at FROM peer_versions WHERE network = ? LIMIT ?)`,
  'DELETE FROM event_blocks WHERE (network, block) IN (SELECT network, block FROM event_blocks WHERE network = ? LIMIT ?)',
  'DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE network = ? LIMIT ?)',
  'DELETE FROM topologies WHERE id IN (SELECT id FROM topologies WHERE network = ? LIMIT ?)',
  'DELETE FROM journal WHERE id IN (SELECT id FROM journal WHERE network = ? LIMIT ?)',
  'DELETE FROM loop_delays WHERE (network, at) IN (SELECT network, at FROM loop_delays WHERE network = ? LIMIT ?)',
  'DELETE FROM checkpoints WHERE num IN (SELECT num FROM checkpoints WHERE network = ? LIMIT ?)',
] as const

/** Deletes the rows of forgotten networks. */
export class Forget implements Chore {
  readonly #next: Database.Statement<[], number>
  readonly #sweeps: readonly Database.Statement<[number, number]>[]
  readonly #remove: Database.Statement<[number]>
  readonly #pace = new Pace(20, 200)

  constructor(db: Database.Database) {
    this.#next = db.prepare<[], number>('SELECT num FROM networks WHERE forgotten = 1 LIMIT 1').pluck()
    this.#sweeps = SWEEPS.map((sql) => db.prepare<[number, number]>(sql))
    this.#remove = db.prepare<[number]>('DELETE FROM networks WHERE num = ?')
  }

  step(): boolean {
    const network = this.#next.get()
    if (network === undefined) return false
    const deleted = this.#pace.run((rows) => this.#sweeps.some((sweep) => sweep.run(network, rows).changes > 0))
    if (!deleted) this.#remove.run(network)
    return true
  }
}
