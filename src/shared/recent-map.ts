/** Keys that are kept at least where nothing else is said. */
const LEAST_KEYS = 2048

/**
 * A map that is bounded no matter which keys come: the ones that were not used for the longest time go first. Two maps of which
 * the older is dropped cost less for each use than one that is kept in order.
 */
export class RecentMap<K, V> {
  readonly #least: number
  readonly #uses: number
  #recent = new Map<K, V>()
  #older = new Map<K, V>()
  #used = 0

  /**
   * @param least how many keys are kept at least where so many are in use; twice as many at most
   * @param uses after how many uses of the map a key that was not among them may go, however few are kept: a cache that is large
   *   enough for large networks stays small in small ones, where strangers come and go for days. Default: never
   */
  constructor(least = LEAST_KEYS, uses = Infinity) {
    this.#least = least
    this.#uses = uses
  }

  get(key: K): V | undefined {
    if (++this.#used >= this.#uses) this.#turn()
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
    this.#used = 0
  }

  /** What was used since the turn before is kept until the next one; what was not goes. */
  #turn(): void {
    this.#older = this.#recent
    this.#recent = new Map()
    this.#used = 0
  }
}
