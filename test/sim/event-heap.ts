/** Children of one place of the heap: their times lie in one line of the processor's cache. */
const CHILDREN = 4

/**
 * Things by their times, the soonest first, and in the order in which they came where times are equal. The times lie in an
 * array of numbers: to compare them touches none of the things, of which a large simulation has tens of thousands.
 */
export class EventHeap<T> {
  #times = new Float64Array(1024)
  #orders = new Float64Array(1024)
  readonly #things: T[] = []
  #pushed = 0

  get size(): number {
    return this.#things.length
  }

  /** The time of the first one; infinite where there is none. */
  get soonest(): number {
    return this.#things.length === 0 ? Infinity : (this.#times[0] ?? Infinity)
  }

  push(time: number, thing: T): void {
    const { length } = this.#things
    if (length === this.#times.length) {
      this.#times = twice(this.#times)
      this.#orders = twice(this.#orders)
    }
    this.#things.push(thing)
    this.#up(length, time, (this.#pushed += 1), thing)
  }

  /** Takes out the first one. */
  pop(): T | undefined {
    const first = this.#things[0]
    const last = this.#things.pop()
    const { length } = this.#things
    if (last !== undefined && length > 0)
      this.#down(0, this.#times[length] ?? Infinity, this.#orders[length] ?? Infinity, last)
    return first
  }

  #up(from: number, time: number, order: number, thing: T): void {
    let index = from
    while (index > 0) {
      const above = Math.floor((index - 1) / CHILDREN)
      // What came later is never before one of the same time.
      if ((this.#times[above] ?? 0) <= time) break
      this.#move(above, index)
      index = above
    }
    this.#put(index, time, order, thing)
  }

  #down(from: number, time: number, order: number, thing: T): void {
    const { length } = this.#things
    let index = from
    for (;;) {
      const child = this.#firstBelow(index, length)
      if (child >= length || !this.#isBefore(child, time, order)) break
      this.#move(child, index)
      index = child
    }
    this.#put(index, time, order, thing)
  }

  /** The first of the things right below a place. */
  #firstBelow(index: number, length: number): number {
    const from = CHILDREN * index + 1
    const to = Math.min(from + CHILDREN, length)
    let first = from
    for (let child = from + 1; child < to; child += 1)
      if (this.#isBefore(child, this.#times[first] ?? 0, this.#orders[first] ?? 0)) first = child
    return first
  }

  #isBefore(index: number, time: number, order: number): boolean {
    const own = this.#times[index] ?? 0
    return own < time || (own === time && (this.#orders[index] ?? 0) < order)
  }

  #move(from: number, to: number): void {
    this.#times[to] = this.#times[from] ?? 0
    this.#orders[to] = this.#orders[from] ?? 0
    const thing = this.#things[from]
    if (thing !== undefined) this.#things[to] = thing
  }

  #put(index: number, time: number, order: number, thing: T): void {
    this.#times[index] = time
    this.#orders[index] = order
    this.#things[index] = thing
  }
}

function twice(numbers: Float64Array): Float64Array<ArrayBuffer> {
  const more = new Float64Array(2 * numbers.length)
  more.set(numbers)
  return more
}
