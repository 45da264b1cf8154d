import type Database from 'better-sqlite3'
import { ClockStretches, STEADY } from '../../shared/clock-stretches.ts'
import type { ClockTurn } from '../../shared/clock-stretches.ts'
import { endOfLog, turnsOfLog } from '../../shared/clock-turns.ts'
import type { LoggedEvent } from '../../shared/events.ts'

/** The queries, by name; test/unit/store asserts the plan of each. */
export const LOG_CLOCK_QUERIES = {
  kindNumber: 'SELECT num FROM event_kinds WHERE id = ?',
  isOf: 'SELECT 1 FROM events WHERE seq = ? AND network = ?',
  clockTurns: 'SELECT seq FROM events WHERE network = ? AND kind = ? AND seq > ? ORDER BY seq',
} as const

/** Events with which our clock may have begun to show other times, or nobody looks at it. */
const KINDS = ['NetworkJoined', 'ClockJumped', 'NetworkLeft', 'NetworkFailed'] as const

/** What is read of an event log. */
interface LogReads {
  readonly event: (seq: number) => LoggedEvent | null
  /** The last event of a network with a smaller number. */
  readonly before: (network: number, seq: number) => LoggedEvent | null
}

interface Known {
  readonly until: number
  readonly turns: readonly ClockTurn[]
  readonly end: number
  readonly stretches: ClockStretches
}

/** What our clock showed when, as the event log of each network tells. Throws what SQLite throws. */
export class LogClock {
  readonly #log: LogReads
  readonly #known = new Map<number, Known>()
  readonly #statements

  constructor(db: Database.Database, log: LogReads) {
    this.#log = log
    this.#statements = {
      kind: db.prepare<[string], number>(LOG_CLOCK_QUERIES.kindNumber).pluck(),
      isOf: db.prepare<[number, number], number>(LOG_CLOCK_QUERIES.isOf).pluck(),
      turns: db.prepare<[number, number, number], number>(LOG_CLOCK_QUERIES.clockTurns).pluck(),
    }
  }

  /** By the numbers of events. */
  stretches(network: number): ClockStretches {
    const known = this.#knownOf(network)
    const news = KINDS.flatMap((kind) => this.#after(network, kind, known.until)).sort((a, b) => a - b)
    const until = news.at(-1)
    if (until === undefined) return known.stretches
    const events = news.flatMap((seq) => this.#log.event(seq) ?? [])
    const turns = [...known.turns, ...turnsOfLog(events, (seq) => this.#log.before(network, seq))]
    const end = endOfLog(events, known.end)
    const stretches = new ClockStretches(turns, end)
    this.#known.set(network, { until, turns, end, stretches })
    return stretches
  }

  /** What was read before, unless that is gone: the network was forgotten, and another one may have its number. */
  #knownOf(network: number): Known {
    const known = this.#known.get(network)
    const isKept = known !== undefined && this.#statements.isOf.get(known.until, network) !== undefined
    return isKept ? known : { until: 0, turns: [], end: Infinity, stretches: STEADY }
  }

  #after(network: number, kind: string, seq: number): number[] {
    const number = this.#statements.kind.get(kind)
    return number === undefined ? [] : this.#statements.turns.all(network, number, seq)
  }
}
