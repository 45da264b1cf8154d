import type Database from 'better-sqlite3'
import type { NetworkKey } from '../../shared/network-kind.ts'
import type { NumberReader } from './numbers.ts'
import type { JournalPart, JournalPlace } from './journal-types.ts'

/** The queries, by name; test/unit/store asserts the plan of each. */
export const JOURNAL_QUERIES = {
  lastJournalId: 'SELECT max(id) FROM journal',
  journalAt: 'SELECT id FROM journal WHERE network = ? AND at <= ? ORDER BY at DESC, id DESC LIMIT 1',
  journalGroup: 'SELECT max(id) FROM journal WHERE network = ? AND part = 0 AND id <= ?',
  // The unary plus keeps SQLite from the index by time, which has no order of ids.
  journalPart: `
    SELECT id, part, run, at, until, bytes FROM journal WHERE id BETWEEN ? AND ? AND +network = ? ORDER BY id LIMIT 1`,
  journalNext: 'SELECT id, part, run, at, until FROM journal WHERE id >= ? AND +network = ? ORDER BY id LIMIT 1',
} as const

type Row = Omit<JournalPart, 'run'> & { readonly run: number }

/** Reads of the journal of what was shown. Throws what SQLite throws. */
export class JournalReader {
  readonly #numbers: NumberReader
  readonly #statements

  constructor(db: Database.Database, numbers: NumberReader) {
    this.#numbers = numbers
    this.#statements = {
      lastId: db.prepare<[], number | null>(JOURNAL_QUERIES.lastJournalId).pluck(),
      at: db.prepare<[number, number], number>(JOURNAL_QUERIES.journalAt).pluck(),
      group: db.prepare<[number, number], number | null>(JOURNAL_QUERIES.journalGroup).pluck(),
      part: db.prepare<[number, number, number], Row>(JOURNAL_QUERIES.journalPart),
      next: db.prepare<[number, number], Omit<Row, 'bytes'>>(JOURNAL_QUERIES.journalNext),
    }
  }

  /** The highest id that is in use; 0 without parts. */
  lastId(): number {
    return this.#statements.lastId.get() ?? 0
  }

  place(networkKey: NetworkKey, at: number): JournalPlace | null {
    const network = this.#numbers.network(networkKey)
    const to = network === null ? undefined : this.#statements.at.get(network, at)
    if (network === null || to === undefined) return null
    const from = this.#statements.group.get(network, to) ?? null
    const here = this.#statements.next.get(to, network)
    const next = this.#statements.next.get(to + 1, network)
    if (from === null || here === undefined) return null
    return { from, to, until: here.until, last: next === undefined || next.run === 1 }
  }

  part(networkKey: NetworkKey, from: number, to: number): JournalPart | null {
    const network = this.#numbers.network(networkKey)
    const row = network === null ? undefined : this.#statements.part.get(from, to, network)
    return row === undefined ? null : { ...row, run: row.run === 1 }
  }
}
