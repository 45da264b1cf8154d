import type Database from 'better-sqlite3'
import type { Chore } from './sweeper.ts'

/** How often samples are thinned, milliseconds. */
export const THIN_EVERY_MS = 600_000
/** Up to this age all are kept, milliseconds. */
export const ALL_MS = 3_600_000
/** Up to this age one a minute, beyond it one an hour, milliseconds. */
export const MINUTES_MS = 24 * 3_600_000
const MINUTE = 60_000
const HOUR = 3_600_000
/** How long a step may take before it ends, milliseconds. */
const STEP_MS = 2
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

/** Thins round-trip samples with their age, and deletes those that are too old. */
export class ThinSamples implements Chore {
  readonly #cutoff: (now: number) => number
  readonly #statements
  readonly #transaction
  #doneAt = -Infinity
  #pass: { readonly now: number; readonly since: number; at: SampledPeer } | null = null

  /** @param cutoff samples before what it gives are deleted, milliseconds since the epoch */
  constructor(db: Database.Database, cutoff: (now: number) => number) {
    this.#cutoff = cutoff
    this.#statements = {
      next: db.prepare<[number, number], SampledPeer>(SAMPLE_QUERIES.nextSampled),
      delete: db.prepare<[SampledPeer & { cutoff: number }]>(SAMPLE_QUERIES.deleteSamples),
      thin: db.prepare<[SampledPeer & { from: number; to: number; span: bigint }]>(SAMPLE_QUERIES.thinSamples),
      mark: db.prepare<[string], number>('SELECT value FROM counters WHERE name = ?').pluck(),
      setMark: db.prepare<[string, number]>(
        'INSERT INTO counters (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
      ),
    }
    this.#transaction = db.transaction(() => this.#work())
  }

  /** Everything is looked through anew. */
  due(): void {
    this.#doneAt = -Infinity
  }

  step(now: number): boolean {
    if (this.#pass === null) {
      if (now - this.#doneAt < THIN_EVERY_MS && now >= this.#doneAt) return false
      this.#doneAt = now
      // What was thinned before is not read again. A clock that was set back begins anew.
      const mark = this.#statements.mark.get(MARK) ?? 0
      this.#pass = { now, since: mark > now ? 0 : mark, at: { network: 0, peer: 0 } }
    }
    this.#transaction()
    return this.#pass !== null
  }

  #work(): void {
    const until = performance.now() + STEP_MS
    while (this.#pass !== null && performance.now() < until) {
      const { now, since, at } = this.#pass
      const peer = this.#statements.next.get(at.network, at.peer)
      if (peer === undefined) {
        this.#statements.setMark.run(MARK, Math.round(now))
        this.#pass = null
        return
      }
      this.#statements.delete.run({ ...peer, cutoff: Math.max(this.#cutoff(now), Number.MIN_SAFE_INTEGER) })
      this.#thin(peer, since - ALL_MS, now - ALL_MS, MINUTE)
      this.#thin(peer, since - MINUTES_MS, now - MINUTES_MS, HOUR)
      this.#pass.at = peer
    }
  }

  #thin(peer: SampledPeer, since: number, to: number, span: number): void {
    const from = Math.floor(since / span) * span
    // A whole number: the statement divides by it without a remainder.
    this.#statements.thin.run({ ...peer, from, to, span: BigInt(span) })
  }
}
