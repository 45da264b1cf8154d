import type Database from 'better-sqlite3'
import { Passes } from './passes.ts'
import type { Chore } from './sweeper.ts'

/** Up to this age all are kept, milliseconds. */
export const ALL_MS = 3_600_000
/** Up to this age one a minute, beyond it one an hour, milliseconds. */
export const MINUTES_MS = 24 * 3_600_000
const MINUTE = 60_000
const HOUR = 3_600_000
/** How far apart samples of an age are kept, milliseconds: all of the newest are. */
export function sampleSpan(age: number): number {
  return age > MINUTES_MS ? HOUR : age > ALL_MS ? MINUTE : 0
}

/** Where it is kept up to when samples were thinned. */
const MARK = 'rtt_thinned_at'

/** The statements, by name; test/unit/store asserts the plan of each. */
export const SAMPLE_QUERIES = {
  nextSampled: `
    SELECT network, peer FROM rtt_samples WHERE (network, peer) > (?, ?) ORDER BY network, peer LIMIT 1`,
  deleteSamples: 'DELETE FROM rtt_samples WHERE network = @network AND peer = @peer AND at < @cutoff',
  // The first sample of each span stays.
  thinSamples: `
    DELETE FROM rtt_samples WHERE network = @network AND peer = @peer AND at >= @from AND at < @to AND EXISTS (
      SELECT 1 FROM rtt_samples o WHERE o.network = @network AND o.peer = @peer
      AND o.at >= rtt_samples.at / @span * @span AND o.at < rtt_samples.at)`,
} as const

interface SampledPeer {
  readonly network: number
  readonly peer: number
}

/** How far a pass is. */
interface Pass {
  readonly now: number
  /** Up to when all were thinned before. */
  readonly since: number
  /** The peer that was done last. */
  readonly at: SampledPeer
}

/** Thins round-trip samples with their age, and deletes those that are too old. */
export class ThinSamples implements Chore {
  readonly #cutoff: (now: number) => number
  readonly #statements
  readonly #passes: Passes<Pass>

  /** @param cutoff samples before what it gives are deleted, milliseconds since the epoch */
  constructor(db: Database.Database, cutoff: (now: number) => number) {
    this.#cutoff = cutoff
    this.#statements = {
      next: db.prepare<[number, number], SampledPeer>(SAMPLE_QUERIES.nextSampled),
      delete: db.prepare<[SampledPeer & { cutoff: number }]>(SAMPLE_QUERIES.deleteSamples),
      thin: db.prepare<[SampledPeer & { from: number; to: number; span: bigint }]>(SAMPLE_QUERIES.thinSamples),
    }
    this.#passes = new Passes<Pass>(db, {
      mark: MARK,
      begin: (now, since) => ({ now, since, at: { network: 0, peer: 0 } }),
      next: (pass) => this.#next(pass),
    })
  }

  /** Everything is looked through again. */
  due(): void {
    this.#passes.due()
  }

  step(now: number): boolean {
    return this.#passes.step(now)
  }

  #next(pass: Pass): Pass | null {
    const { now, since, at } = pass
    const peer = this.#statements.next.get(at.network, at.peer)
    if (peer === undefined) return null
    this.#statements.delete.run({ ...peer, cutoff: Math.max(this.#cutoff(now), Number.MIN_SAFE_INTEGER) })
    this.#thin(peer, since - ALL_MS, now - ALL_MS, MINUTE)
    this.#thin(peer, since - MINUTES_MS, now - MINUTES_MS, HOUR)
    return { ...pass, at: peer }
  }

  #thin(peer: SampledPeer, since: number, to: number, span: number): void {
    const from = Math.floor(since / span) * span
    // A whole number: the statement divides by it without a remainder.
    this.#statements.thin.run({ ...peer, from, to, span: BigInt(span) })
  }
}
