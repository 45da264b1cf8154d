import type Database from 'better-sqlite3'
import { Passes } from './passes.ts'
import { ALL_MS } from './samples.ts'
import type { Chore } from './sweeper.ts'

const MINUTE = 60_000
/** How much of the time of one network is thinned at once, milliseconds: some thousand rows at most. */
const AT_ONCE_MS = 12 * 3_600_000
/** How many that are too old are deleted at once. */
const AT_ONCE = 1000
/** Where it is kept up to when they were thinned. */
const MARK = 'loop_delays_thinned_at'

/** The statements, by name; test/unit/store asserts the plan of each. */
export const DELAY_QUERIES = {
  nextDelayed: 'SELECT network FROM loop_delays WHERE network > ? ORDER BY network LIMIT 1',
  nextDelay: 'SELECT at FROM loop_delays WHERE network = ? AND at >= ? ORDER BY at LIMIT 1',
  deleteDelays: `
    DELETE FROM loop_delays WHERE network = @network AND at < @cutoff AND at <= coalesce((
      SELECT o.at FROM loop_delays o WHERE o.network = @network ORDER BY o.at LIMIT 1 OFFSET ${AT_ONCE}), @cutoff)`,
  // The largest one of each span stays, of equal ones the first.
  thinDelays: `
    DELETE FROM loop_delays WHERE network = @network AND at >= @from AND at < @to AND EXISTS (
      SELECT 1 FROM loop_delays o WHERE o.network = @network
      AND o.at >= loop_delays.at / @span * @span AND o.at < (loop_delays.at / @span + 1) * @span
      AND (o.ms > loop_delays.ms OR (o.ms = loop_delays.ms AND o.at < loop_delays.at)))`,
} as const

interface Pass {
  readonly now: number
  /** Up to when all were thinned before. */
  readonly since: number
  readonly network: number
  /** From when on those of the network are looked at; null where all of it is done. */
  readonly from: number | null
}

/**
 * Thins what is kept of our own event-loop delays, and deletes what is too old. All are kept for as long as round-trip samples are,
 * then the largest one of each minute: a peak must not be lost, and a chart of a past day shows it where it was.
 */
export class ThinDelays implements Chore {
  readonly #cutoff: (now: number) => number
  readonly #statements
  readonly #passes: Passes<Pass>

  /** @param cutoff what is older than what it gives is deleted, milliseconds since the epoch */
  constructor(db: Database.Database, cutoff: (now: number) => number) {
    this.#cutoff = cutoff
    this.#statements = {
      network: db.prepare<[number], number>(DELAY_QUERIES.nextDelayed).pluck(),
      next: db.prepare<[number, number], number>(DELAY_QUERIES.nextDelay).pluck(),
      delete: db.prepare<[{ network: number; cutoff: number }]>(DELAY_QUERIES.deleteDelays),
      thin: db.prepare<[{ network: number; from: number; to: number; span: bigint }]>(DELAY_QUERIES.thinDelays),
    }
    this.#passes = new Passes<Pass>(db, {
      mark: MARK,
      begin: (now, since) => ({ now, since, network: -1, from: null }),
      next: (pass) => this.#next(pass),
    })
  }

  /** They are looked through again. */
  due(): void {
    this.#passes.due()
  }

  step(now: number): boolean {
    return this.#passes.step(now)
  }

  /** Does a part of a pass. @returns what is left of it */
  #next(pass: Pass): Pass | null {
    const { now, since } = pass
    if (pass.from === null) {
      const network = this.#statements.network.get(pass.network)
      if (network === undefined) return null
      return { ...pass, network, from: floor(since - ALL_MS) }
    }
    const { network } = pass
    const cutoff = Math.max(this.#cutoff(now), Number.MIN_SAFE_INTEGER)
    if (this.#statements.delete.run({ network, cutoff }).changes > 0) return pass
    const end = floor(now - ALL_MS)
    const first = this.#statements.next.get(network, pass.from)
    if (first === undefined || first >= end) return { ...pass, from: null }
    const from = floor(first)
    const to = Math.min(from + AT_ONCE_MS, end)
    // A whole number: the statement divides by it without a remainder.
    this.#statements.thin.run({ network, from, to, span: BigInt(MINUTE) })
    return { ...pass, from: to }
  }
}

/** The beginning of its minute. */
function floor(at: number): number {
  return Math.floor(at / MINUTE) * MINUTE
}
