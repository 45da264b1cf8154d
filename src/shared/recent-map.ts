/** Keys that are kept at least where nothing else is said. */
const LEAST_KEYS = 2048

/**
 * A map that is bounded whatever keys come: the ones that were not used for the longest time go first. Two maps of which the
 * older is dropped cost less for each use than one that is kept in order.
 */
export class RecentMap<K, V> {
  readonly #least: number
  #recent = new Map<K, V>()
  #older = new Map<K, V>()

  /** @param least how many keys are kept at least; twice as many at most */
  constructor(least = LEAST_KEYS) {
    this.#least = least
  }

  get(key: K): V | undefined {
    const known = this.#recent.get(key)
    if (known !== undefined) return known
    const older = this.#older.get(key)
    if (older !== undefined) this.set(key, older)
    return older
  }

  set(key: K, value: V): void {
    this.#recent.set(key, value)
    if (this.#recent.size < this.#least) return
    this.#older = this.#recent
    this.#recent = new Map()
  }

  clear(): void {
    this.#recent.clear()
    this.#older.clear()
  }
}
