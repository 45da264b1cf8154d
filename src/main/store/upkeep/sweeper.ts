import type Database from 'better-sqlite3'
import type { Retention, Schedule } from './types.ts'

/** Rows deleted in one step: about 5 ms of work. */
const STEP_ROWS = 500
/** Pause between two steps, milliseconds. */
const PAUSE_MS = 20

/** Statements that delete a part of what is stored of a network; test/unit/store asserts their plans. */
export const SWEEPS = [
  'DELETE FROM events WHERE seq IN (SELECT seq FROM events WHERE network = ? LIMIT ?)',
  'DELETE FROM peers WHERE num IN (SELECT num FROM peers WHERE network = ? LIMIT ?)',
  `DELETE FROM rtt_samples WHERE (network, peer, at) IN (
    SELECT network, peer, at FROM rtt_samples WHERE network = ? LIMIT ?)`,
  `DELETE FROM peer_versions WHERE (network, peer, started_at, updated_at) IN (
    SELECT network, peer, started_at, updated_at FROM peer_versions WHERE network = ? LIMIT ?)`,
  'DELETE FROM event_blocks WHERE (network, block) IN (SELECT network, block FROM event_blocks WHERE network = ? LIMIT ?)',
  'DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE network = ? LIMIT ?)',
  'DELETE FROM notes WHERE (network, peer) IN (SELECT network, peer FROM notes WHERE network = ? LIMIT ?)',
  'DELETE FROM topologies WHERE id IN (SELECT id FROM topologies WHERE network = ? LIMIT ?)',
  'DELETE FROM checkpoints WHERE num IN (SELECT num FROM checkpoints WHERE network = ? LIMIT ?)',
] as const

/** Deletes the rows of forgotten networks, a few at a time, so that nothing waits for it. */
export class Sweeper {
  readonly #next: Database.Statement<[], number>
  readonly #sweeps: readonly Database.Statement<[number, number]>[]
  readonly #remove: Database.Statement<[number]>
  readonly #schedule: Schedule
  readonly #onError: (error: unknown) => void
  #cancel: (() => void) | null = null
  #stopped = false

  /** @param onError told once, then the sweeper rests until it is started again */
  constructor(db: Database.Database, schedule: Schedule, onError: (error: unknown) => void) {
    this.#next = db.prepare<[], number>('SELECT num FROM networks WHERE forgotten = 1 LIMIT 1').pluck()
    this.#sweeps = SWEEPS.map((sql) => db.prepare<[number, number]>(sql))
    this.#remove = db.prepare<[number]>('DELETE FROM networks WHERE num = ?')
    this.#schedule = schedule
    this.#onError = onError
  }

  /** Begins, unless it runs already. */
  start(): void {
    if (this.#stopped || this.#cancel !== null) return
    this.#cancel = this.#schedule(PAUSE_MS, () => {
      this.#cancel = null
      try {
        if (this.#step()) this.start()
      } catch (error) {
        this.#onError(error)
      }
    })
  }

  keep(_retention: Retention): void {
    this.start()
  }

  stop(): void {
    this.#stopped = true
    this.#cancel?.()
    this.#cancel = null
  }

  /** Whether there may be more. */
  #step(): boolean {
    const network = this.#next.get()
    if (network === undefined) return false
    for (const sweep of this.#sweeps) if (sweep.run(network, STEP_ROWS).changes > 0) return true
    this.#remove.run(network)
    return true
  }
}
