/** Keys that are kept at least, and half of the most that are kept. */
const LEAST_KEYS = 2048

/**
 * A map that is bounded whatever keys come: the ones that were not used for the longest time go first. Two maps of which the
 * older is dropped cost less for each use than one that is kept in order.
 */
export class RecentMap<K, V> {
  #recent = new Map<K, V>()
  #older = new Map<K, V>()

  get(key: K): V | undefined {
    const known = this.#recent.get(key)
    if (known !== undefined) return known
    const older = this.#older.get(key)
    if (older !== undefined) this.set(key, older)
    return older
  }

  set(key: K, value: V): void {
    this.#recent.set(key, value)
    if (this.#recent.size < LEAST_KEYS) return
    this.#older = this.#recent
    this.#recent = new Map()
  }
}
