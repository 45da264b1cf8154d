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
  journalTurns: 'SELECT id FROM journal WHERE network = ? AND part = 0 AND turned IS NOT 0 AND id > ?',
  journalLast: 'SELECT id FROM journal WHERE id <= ? AND +network = ? ORDER BY id DESC LIMIT 1',
  journalHas: 'SELECT 1 FROM journal WHERE id = ? AND network = ?',
  journalBefore: 'SELECT until FROM journal WHERE id < ? AND +network = ? ORDER BY id DESC LIMIT 1',
  journalGroup: 'SELECT max(id) FROM journal WHERE network = ? AND part = 0 AND id <= ?',
  // The unary plus keeps SQLite from the index by time, which has no order of ids.
  journalPart: `
    SELECT id, part, run, at, until, bytes FROM journal WHERE id BETWEEN ? AND ? AND +network = ? ORDER BY id LIMIT 1`,
  journalNext: 'SELECT id, part, run, at, until FROM journal WHERE id >= ? AND +network = ? ORDER BY id LIMIT 1',
} as const

type Row = Omit<JournalPart, 'run'> & { readonly run: number }

/** The first part of a group, and when the last change before it was. */
interface Head extends Pick<JournalPart, 'id' | 'at'> {
  readonly before: number | null
  /** Whether it begins a run, or was begun because our clock was set; of groups of earlier versions it may have been. */
  readonly turned: boolean
}

interface Known {
  readonly heads: readonly Head[]
  readonly log: ClockStretches | null
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
      turns: db.prepare<[number, number], number>(JOURNAL_QUERIES.journalTurns).pluck(),
      last: db.prepare<[number, number], number>(JOURNAL_QUERIES.journalLast).pluck(),
      has: db.prepare<[number, number], number>(JOURNAL_QUERIES.journalHas).pluck(),
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
    // Where nothing was written in its stretch by then, what was written last before that goes on.
    return this.#statements.at.get(network, at, from, to) ?? this.#statements.last.get(from - 1, network)
  }

  #stretches(network: number): ClockStretches {
    const log = this.#log.clock(network)
    const known = this.#knownOf(network)
    const last = known.heads.at(-1)?.id ?? 0
    const news = this.#statements.heads.all(network, last)
    if (news.length === 0 && known.log === log) return known.stretches
    const turned = new Set(this.#statements.turns.all(network, last))
    const heads = [
      ...known.heads,
      ...news.map((head) => ({
        ...head,
        before: this.#statements.before.get(head.id, network) ?? null,
        turned: turned.has(head.id),
      })),
    ]
    const end = log.ended ? this.#statements.before.get(Number.MAX_SAFE_INTEGER, network) : undefined
    const stretches = new ClockStretches(turnsOfGroups(heads, log.turns), end)
    this.#known.set(network, { heads, log, stretches })
    return stretches
  }

  /** What was read before, unless that is gone: the network was forgotten, and another one may have its number. */
  #knownOf(network: number): Known {
    const known = this.#known.get(network)
    const last = known?.heads.at(-1)
    const isKept = last === undefined || this.#statements.has.get(last.id, network) !== undefined
    return known !== undefined && isKept ? known : { heads: [], log: null, stretches: STEADY }
  }
}

/**
 * Where groups begin another stretch of our clock. The last change before may be long ago: the log has when the clock was set.
 * A set that the log does not tell of shows where times go back.
 */
function turnsOfGroups(heads: readonly Head[], log: readonly ClockTurn[]): readonly ClockTurn[] {
  let next = 0
  return heads.flatMap(({ id, at, before, turned }): readonly ClockTurn[] => {
    if (before === null) return []
    const isOf = (turn: ClockTurn): boolean => turned && turn.from <= at && turn.before >= before
    const place = log.findIndex((turn, index) => index >= next && isOf(turn))
    const told = log[place]
    if (told === undefined) return at < before ? [{ first: id, from: at, before }] : []
    next = place + 1
    return [{ first: id, from: told.from, before: told.before }]
  })
}
