/** Keys that are remembered; the one that came first goes first. */
const MAX_KEYS = 1024

/** How often something may happen. */
export interface Rate {
  /** At once. */
  readonly burst: number
  readonly perSecond: number
}

/** Lets so much through for each key (a token bucket). */
export class RateLimit {
  readonly #rate: Rate
  readonly #now: () => number
  readonly #buckets = new Map<string, { left: number; at: number }>()

  /** @param now milliseconds of a clock that only goes forward */
  constructor(rate: Rate, now: () => number) {
    this.#rate = rate
    this.#now = now
  }

  /** Whether one more is let through. */
  take(key: string): boolean {
    const { burst, perSecond } = this.#rate
    const now = this.#now()
    const known = this.#buckets.get(key) ?? { left: burst, at: now }
    const left = Math.min(burst, known.left + ((now - known.at) / 1000) * perSecond)
    const ok = left >= 1
    this.#buckets.set(key, { left: ok ? left - 1 : left, at: now })
    const [oldest] = this.#buckets.keys()
    if (this.#buckets.size > MAX_KEYS && oldest !== undefined) this.#buckets.delete(oldest)
    return ok
  }
}
