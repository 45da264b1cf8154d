import type Database from 'better-sqlite3'
import { Pace } from './pace.ts'
import type { Chore } from './sweeper.ts'

/**
 * Merges what many small writes left in the search tables, and gives the space of deleted texts free. SQLite would do it
 * while it writes, now and then much at once.
 */
export class MergeTexts implements Chore {
  readonly #tables
  readonly #changes
  readonly #due = new Set<number>()
  /** In pages. */
  readonly #pace = new Pace(1, 6)

  constructor(db: Database.Database) {
    this.#tables = ['peer_text', 'event_text'].map((table) =>
      db.prepare<[number]>(`INSERT INTO ${table} (${table}, rank) VALUES ('merge', ?)`),
    )
    this.#changes = db.prepare<[], number>('SELECT total_changes()').pluck()
    this.due()
  }

  /** The tables were written. */
  due(): void {
    for (const index of this.#tables.keys()) this.#due.add(index)
  }

  step(): boolean {
    for (const index of this.#due) {
      const before = this.#changes.get() ?? 0
      this.#pace.run((pages) => this.#tables[index]?.run(pages))
      // As SQLite documents: fewer than two changes mean that there was nothing to merge.
      if ((this.#changes.get() ?? 0) - before >= 2) return true
      this.#due.delete(index)
    }
    return false
  }
}
