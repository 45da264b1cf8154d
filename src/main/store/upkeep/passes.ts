import type Database from 'better-sqlite3'
import type { Chore } from './sweeper.ts'

/** How often it is gone through, milliseconds. */
export const THIN_EVERY_MS = 600_000
/** How long a step may take before it ends, milliseconds. */
const STEP_MS = 2

/** What is gone through. `P` says how far a pass is. */
export interface PassParts<P> {
  /** The counter that keeps when the last pass began. */
  readonly mark: string
  /**
   * The beginning of a pass.
   * @param since when the pass before began, milliseconds since the epoch; 0 for everything
   */
  readonly begin: (now: number, since: number) => P
  /** Does a part of a pass. @returns what is left of it; null where that is nothing */
  readonly next: (pass: P) => P | null
}

/** Goes through what grows old, again and again, in steps of a transaction each. */
export class Passes<P> implements Chore {
  readonly #parts: PassParts<P>
  readonly #mark
  readonly #setMark
  readonly #transaction
  #doneAt = -Infinity
  #pass: { readonly now: number; rest: P } | null = null

  constructor(db: Database.Database, parts: PassParts<P>) {
    this.#parts = parts
    this.#mark = db.prepare<[string], number>('SELECT value FROM counters WHERE name = ?').pluck()
    this.#setMark = db.prepare<[string, number]>(
      'INSERT INTO counters (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
    )
    this.#transaction = db.transaction(() => this.#work())
  }

  /** Everything is gone through again. */
  due(): void {
    this.#doneAt = -Infinity
  }

  step(now: number): boolean {
    if (this.#pass === null) {
      if (now - this.#doneAt < THIN_EVERY_MS && now >= this.#doneAt) return false
      this.#doneAt = now
      // What was done before is not read again, unless the clock was set back.
      const mark = this.#mark.get(this.#parts.mark) ?? 0
      this.#pass = { now, rest: this.#parts.begin(now, mark > now ? 0 : mark) }
    }
    this.#transaction()
    return this.#pass !== null
  }

  #work(): void {
    const until = performance.now() + STEP_MS
    while (this.#pass !== null && performance.now() < until) {
      const rest = this.#parts.next(this.#pass.rest)
      if (rest === null) this.#setMark.run(this.#parts.mark, Math.round(this.#pass.now))
      this.#pass = rest === null ? null : { ...this.#pass, rest }
    }
  }
}
