import type Database from 'better-sqlite3'
import { Pace } from './pace.ts'
import type { Chore } from './sweeper.ts'

/** Free pages that are worth the work, at least and as a part of all; and how many stay for what is written next. */
const WORTH = 512
const WORTH_PART = 0.05
const LEFT = 256

/** Gives free space of the file back to the disk. */
export class Vacuum implements Chore {
  readonly #db: Database.Database
  readonly #pace = new Pace(8, 256)
  readonly #canShrink: boolean
  #running = false

  constructor(db: Database.Database) {
    this.#db = db
    this.#canShrink = Number(db.pragma('auto_vacuum', { simple: true })) === 2
  }

  step(): boolean {
    if (!this.#canShrink) return false
    const free = Number(this.#db.pragma('freelist_count', { simple: true }))
    if (!this.#running) {
      const pages = Number(this.#db.pragma('page_count', { simple: true }))
      this.#running = free > Math.max(WORTH, pages * WORTH_PART)
      if (!this.#running) return false
    }
    const wanted = free - LEFT
    this.#running = wanted > 0
    if (this.#running) this.#pace.run((amount) => this.#db.pragma(`incremental_vacuum(${Math.min(amount, wanted)})`))
    return this.#running
  }
}
