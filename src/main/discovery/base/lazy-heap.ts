/** One queued key. */
interface Item<K> {
  readonly key: K
  at: number
}

/**
 * Keys by a time that only ever moves later without notice: nothing is done when it moves, the true time is asked for when
 * a key comes to the front. So an update costs nothing, and each key costs O(log n) once in a while.
 */
export class LazyHeap<K> {
  readonly #items: Item<K>[] = []
  /** The true time of a key, or null when it is gone. */
  readonly #actual: (key: K) => number | null

  constructor(actual: (key: K) => number | null) {
    this.#actual = actual
  }

  /** Queued keys, those that are gone and not yet noticed included. */
  get size(): number {
    return this.#items.length
  }

  /** Queues a key. Needed for a new key, and where its time moved earlier. */
  push(key: K, at: number): void {
    this.#items.push({ key, at })
    this.#up(this.#items.length - 1)
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
      if (actual === null || actual < front.at) this.#removeFront()
      else {
        front.at = actual
        this.#down(0)
      }
    }
    return this.#items.length === 0
  }

  /** Takes the front off, if it is due before `time` and true; null else. Bounded by `steps`, as `settle`. */
  popBefore(time: number, steps: number): K | null {
    if (!this.settle(steps)) return null
    const front = this.#items[0]
    if (front === undefined || front.at >= time) return null
    this.#removeFront()
    return front.key
  }

  #removeFront(): void {
    const last = this.#items.pop()
    if (last === undefined || this.#items.length === 0) return
    this.#items[0] = last
    this.#down(0)
  }

  #up(from: number): void {
    let index = from
    const item = this.#items[index]
    if (item === undefined) return
    while (index > 0) {
      const above = (index - 1) >> 1
      const parent = this.#items[above]
      if (parent === undefined || parent.at <= item.at) return
      this.#items[index] = parent
      this.#items[above] = item
      index = above
    }
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
      if (child === undefined || child.at >= item.at) return
      this.#items[index] = child
      this.#items[below] = item
      index = below
    }
  }
}
