import { LazyHeap } from '../base/lazy-heap.ts'

/** What is done at a time of its own. */
export type TimerName =
  | 'announce'
  | 'broadcast'
  | 'greet'
  | 'twin'
  | 'version'
  | 'balance'
  | 'rejoin'
  | 'places'
  | 'warmStart'
  | 'watch'
  | 'purge'
  | 'syncsDue'
  | 'syncsPaced'
  | 'antiEntropy'
  | 'probes'
  | 'dhtPoll'
  | 'goodbye'

/** A name, or the id of what has a deadline. */
export type TimerKey = TimerName | number

/** All timers of the core; one real timer is enough for them. Times are of the monotonic clock, milliseconds. */
export class Timers {
  readonly #at = new Map<TimerKey, number>()
  readonly #heap = new LazyHeap<TimerKey>((key) => this.#at.get(key) ?? null)

  /** How many are set. */
  get size(): number {
    return this.#at.size
  }

  /** Sets it, or moves it. */
  set(key: TimerKey, at: number): void {
    this.#at.set(key, at)
    this.#heap.push(key, at)
  }

  /** Fine when it is not set. */
  clear(key: TimerKey): void {
    this.#at.delete(key)
    this.#heap.delete(key)
  }

  clearAll(): void {
    for (const key of this.#at.keys()) this.#heap.delete(key)
    this.#at.clear()
  }

  isSet(key: TimerKey): boolean {
    return this.#at.has(key)
  }

  /** When it is due; null where it is not set. */
  at(key: TimerKey): number | null {
    return this.#at.get(key) ?? null
  }

  /** Those of deadlines. */
  *ids(): Generator<number> {
    for (const key of this.#at.keys()) if (typeof key === 'number') yield key
  }

  /** When the first is due; null where none is set. */
  next(): number | null {
    return this.#heap.bound()
  }

  /** Takes one that is due, the soonest first. */
  take(now: number): { readonly key: TimerKey; readonly at: number } | null {
    const at = this.next()
    if (at === null || at > now) return null
    const key = this.#heap.popBefore(Infinity, 1)
    if (key === null) return null
    this.#at.delete(key)
    return { key, at }
  }
}
