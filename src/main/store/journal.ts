import type Database from 'better-sqlite3'
import { ClockStretches, STEADY } from '../../shared/clock-stretches.ts'
import type { ClockTurn } from '../../shared/clock-stretches.ts'
import type { NetworkKey } from '../../shared/network-kind.ts'
import type { NumberReader } from './numbers.ts'
import type { EventLog } from './event-log.ts'
import type { JournalPart, JournalPlace } from './journal-types.ts'

/** The queries, by name; test/unit/store asserts the plan of each. */
export const JOURNAL_QUERIES = {
  lastJournalId: 'SELECT max(id) FROM journal',
  journalAt: `
    SELECT id FROM journal WHERE network = ? AND at <= ? AND id BETWEEN ? AND ? ORDER BY at DESC, id DESC LIMIT 1`,
  journalHeads: 'SELECT id, at FROM journal WHERE network = ? AND part = 0 AND id > ? ORDER BY id',
  journalBefore: 'SELECT until FROM journal WHERE id < ? AND +network = ? ORDER BY id DESC LIMIT 1',
  journalGroup: 'SELECT max(id) FROM journal WHERE network = ? AND part = 0 AND id <= ?',
  // The unary plus keeps SQLite from the index by time, which has no order of ids.
  journalPart: `
    SELECT id, part, run, at, until, bytes FROM journal WHERE id BETWEEN ? AND ? AND +network = ? ORDER BY id LIMIT 1`,
  journalNext: 'SELECT id, part, run, at, until FROM journal WHERE id >= ? AND +network = ? ORDER BY id LIMIT 1',
} as const

/** A group begins at once where the one before it ended; later only where our clock was set, or nobody looked. Milliseconds. */
const AT_ONCE_MS = 10_000

type Row = Omit<JournalPart, 'run'> & { readonly run: number }

interface Known {
  readonly until: number
  readonly turns: readonly ClockTurn[]
  readonly stretches: ClockStretches
}

/** Reads of the journal of what was shown. Throws what SQLite throws. */
export class JournalReader {
  readonly #numbers: NumberReader
  readonly #log: EventLog
  readonly #known = new Map<number, Known>()
  readonly #statements

  constructor(db: Database.Database, numbers: NumberReader, log: EventLog) {
    this.#numbers = numbers
    this.#log = log
    this.#statements = {
      lastId: db.prepare<[], number | null>(JOURNAL_QUERIES.lastJournalId).pluck(),
      at: db.prepare<[number, number, number, number], number>(JOURNAL_QUERIES.journalAt).pluck(),
      heads: db.prepare<[number, number], Pick<JournalPart, 'id' | 'at'>>(JOURNAL_QUERIES.journalHeads),
      before: db.prepare<[number, number], number>(JOURNAL_QUERIES.journalBefore).pluck(),
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
    const to = network === null ? undefined : this.#idAt(network, at)
    if (network === null || to === undefined) return null
    const from = this.#statements.group.get(network, to) ?? null
    const here = this.#statements.next.get(to, network)
    const next = this.#statements.next.get(to + 1, network)
    if (from === null || here === undefined) return null
    return { from, to, until: here.until, last: next === undefined || next.run === 1 }
  }

  /** What our clock showed when, by the ids of the network's parts. */
  clock(networkKey: NetworkKey): ClockStretches {
    const network = this.#numbers.network(networkKey)
    return network === null ? STEADY : this.#stretches(network)
  }

  part(networkKey: NetworkKey, from: number, to: number): JournalPart | null {
    const network = this.#numbers.network(networkKey)
    const row = network === null ? undefined : this.#statements.part.get(from, to, network)
    return row === undefined ? null : { ...row, run: row.run === 1 }
  }

  /** The last part that is not later than the moment, which is the last one at which our clock showed that time. */
  #idAt(network: number, at: number): number | undefined {
    const stretches = this.#stretches(network)
    const { first, last } = stretches.repeats ? stretches.at(at) : { first: 0, last: Infinity }
    const [from, to] = [Math.max(0, first), Math.min(Number.MAX_SAFE_INTEGER, last)]
    return this.#statements.at.get(network, at, from, to) ?? this.#statements.at.get(network, Number.MAX_SAFE_INTEGER, 0, from - 1)
  }

  #stretches(network: number): ClockStretches {
    const known = this.#known.get(network) ?? { until: 0, turns: [], stretches: STEADY }
    const heads = this.#statements.heads.all(network, known.until)
    const until = heads.at(-1)?.id
    const { ended } = this.#log.clock(network)
    if (until === undefined && ended === known.stretches.ended) return known.stretches
    const news = heads.flatMap(({ id, at }): readonly ClockTurn[] => {
      const before = this.#statements.before.get(id, network)
      const ranOn = before === undefined || (at >= before && at - before <= AT_ONCE_MS)
      return ranOn ? [] : [{ first: id, from: at, before }]
    })
    const turns = [...known.turns, ...news]
    const end = ended ? this.#statements.before.get(Number.MAX_SAFE_INTEGER, network) : undefined
    const stretches = new ClockStretches(turns, end)
    this.#known.set(network, { until: until ?? known.until, turns, stretches })
    return stretches
  }
}
