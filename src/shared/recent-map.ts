/** Everywhere the same, and in the types of no platform alone. */
declare const performance: { now: () => number }

/** Keys that are kept at least where nothing else is said. */
const LEAST_KEYS = 2048
/** Uses from one look at the clock to the next: there may be thousands a second. */
const LOOK_EVERY = 32

/**
 * A map that is bounded no matter which keys come: the ones that were not used for the longest time go first. Two maps of which
 * the older is dropped cost less for each use than one that is kept in order.
 */
export class RecentMap<K, V> {
  readonly #least: number
  readonly #ageMs: number
  readonly #now: () => number
  #recent = new Map<K, V>()
  #older = new Map<K, V>()
  #used = 0
  #turnedAt: number

  /**
   * @param least how many keys are kept at least where so many are in use; twice as many at most
   * @param ageMs for how long a key that is not used stays at least, milliseconds; after twice as long it goes with the next
   *   uses of the map, however few are kept: a cache that is large enough for large networks stays small in small ones, where
   *   strangers come and go for days. Default: for ever
   * @param now the monotonic clock
   */
  constructor(least = LEAST_KEYS, ageMs = Infinity, now = (): number => performance.now()) {
    this.#least = least
    this.#ageMs = ageMs
    this.#now = now
    this.#turnedAt = ageMs === Infinity ? 0 : now()
  }

  get(key: K): V | undefined {
    if (this.#ageMs !== Infinity && ++this.#used >= LOOK_EVERY) this.#look()
    const known = this.#recent.get(key)
    if (known !== undefined) return known
    const older = this.#older.get(key)
    if (older !== undefined) this.set(key, older)
    return older
  }

  set(key: K, value: V): void {
    this.#recent.set(key, value)
    if (this.#recent.size >= this.#least) this.#turn()
  }

  clear(): void {
    this.#recent.clear()
    this.#older.clear()
  }

  #look(): void {
    this.#used = 0
    const now = this.#now()
    if (now - this.#turnedAt < this.#ageMs) return
    this.#turnedAt = now
    this.#turn()
  }

  /** What was used since the turn before is kept until the next one; what was not goes. */
  #turn(): void {
    this.#older = this.#recent
    this.#recent = new Map()
  }
}
