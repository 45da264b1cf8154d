/** One queued key. */
interface Item<K> {
  readonly key: K
  at: number
  /** Its place in the heap. */
  index: number
}

/**
 * Keys by a time that only ever moves later without notice: nothing is done when it moves, the true time is asked for when
 * a key comes to the front. So an update costs nothing, and each key costs O(log n) once in a while. A key is queued once,
 * and one that is gone is deleted at once: a heap never holds more than there are keys.
 */
export class LazyHeap<K> {
  readonly #items: Item<K>[] = []
  readonly #byKey = new Map<K, Item<K>>()
  /** The true time of a key, or null when it is gone. */
  readonly #actual: (key: K) => number | null

  constructor(actual: (key: K) => number | null) {
    this.#actual = actual
  }

  /** Queued keys. */
  get size(): number {
    return this.#items.length
  }

  /** Whether the key is queued. */
  has(key: K): boolean {
    return this.#byKey.has(key)
  }

  /** How many keys come later than their true times: those moved earlier, and were not queued again. */
  late(): number {
    let late = 0
    for (const { key, at } of this.#items) {
      const actual = this.#actual(key)
      // NaN never comes due.
      if (actual !== null && !(at <= actual)) late += 1
    }
    return late
  }

  /** Queues a key, or moves it. Needed for a new key, and where its time moved earlier. */
  push(key: K, at: number): void {
    const known = this.#byKey.get(key)
    if (known !== undefined) {
      known.at = at
      this.#up(known.index)
      this.#down(known.index)
      return
    }
    const item = { key, at, index: this.#items.length }
    this.#items.push(item)
    this.#byKey.set(key, item)
    this.#up(item.index)
  }

  /** Fine when the key is not queued. */
  delete(key: K): void {
    const item = this.#byKey.get(key)
    if (item !== undefined) this.#remove(item)
  }

  /** The soonest time, or one before it; null when empty. */
  bound(): number | null {
    return this.#items[0]?.at ?? null
  }

  /**
   * Brings the front up to date in at most `steps` steps.
   * @returns whether the front is now true (or the heap empty)
   */
  settle(steps: number): boolean {
    for (let step = 0; step < steps; step++) {
      const front = this.#items[0]
      if (front === undefined) return true
      const actual = this.#actual(front.key)
      if (actual === front.at) return true
      if (actual === null) this.#remove(front)
      else {
        front.at = actual
        this.#down(front.index)
      }
    }
    return this.#items.length === 0
  }

  /** Takes the front off, if it is due before `time` and true; null else. Bounded by `steps`, as `settle`. */
  popBefore(time: number, steps: number): K | null {
    if (!this.settle(steps)) return null
    const front = this.#items[0]
    if (front === undefined || front.at >= time) return null
    this.#remove(front)
    return front.key
  }

  #remove(item: Item<K>): void {
    this.#byKey.delete(item.key)
    const last = this.#items.pop()
    if (last === undefined || last === item) return
    this.#place(last, item.index)
    this.#up(last.index)
    this.#down(last.index)
  }

  #place(item: Item<K>, index: number): void {
    this.#items[index] = item
    item.index = index
  }

  #up(from: number): void {
    let index = from
    const item = this.#items[index]
    if (item === undefined) return
    while (index > 0) {
      const above = (index - 1) >> 1
      const parent = this.#items[above]
      if (parent === undefined || parent.at <= item.at) break
      this.#place(parent, index)
      index = above
    }
    this.#place(item, index)
  }

  #down(from: number): void {
    let index = from
    const item = this.#items[index]
    if (item === undefined) return
    for (;;) {
      let below = 2 * index + 1
      let child = this.#items[below]
      const right = this.#items[below + 1]
      if (child !== undefined && right !== undefined && right.at < child.at) {
        below++
        child = right
      }
      if (child === undefined || child.at >= item.at) break
      this.#place(child, index)
      index = below
    }
    this.#place(item, index)
  }
}
