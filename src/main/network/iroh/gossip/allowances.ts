import type { Bucket } from '../../../discovery/base/rates.ts'
import { spend } from '../../../discovery/base/rates.ts'
import { RATES } from './config.ts'
import type { Counters } from './io.ts'

/** What one neighbor may do, a bucket for each rate. */
export type OfNeighbor = Record<'renewals' | 'forwards' | 'shuffles', Bucket>
/** What all together may do. */
type OfAll = Record<'admissions' | 'turnedAway' | 'strangers', Bucket>

/** A neighbor that has done nothing yet. */
export function untouched(): OfNeighbor {
  return { renewals: 0, forwards: 0, shuffles: 0 }
}

/** How often things may be done (`RATES`). What is refused is counted. */
export class Allowances {
  readonly #counters: Counters
  readonly #all: OfAll = { admissions: 0, turnedAway: 0, strangers: 0 }

  constructor(counters: Counters) {
    this.#counters = counters
  }

  /** Whether it may be done once more now, by anybody. */
  take(what: keyof OfAll, now: number): boolean {
    return this.#spend(this.#all, what, now)
  }

  /** The same, by one neighbor. */
  takeOf(neighbor: OfNeighbor, what: keyof OfNeighbor, now: number): boolean {
    return this.#spend(neighbor, what, now)
  }

  #spend<Name extends keyof typeof RATES>(buckets: Record<Name, Bucket>, what: Name, now: number): boolean {
    const next = spend(buckets[what], now, RATES[what])
    if (next === null) this.#counters.limited += 1
    else buckets[what] = next
    return next !== null
  }
}
