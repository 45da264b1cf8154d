/** A run of numbers, `end` not among them. */
export interface Range {
  readonly start: number
  readonly end: number
}

/** Numbers nearer than this are taken as one range: a few unchanged ones cost less than another upload. */
const GAP = 24

/** Which slots changed since a renderer took note of it. */
export class Dirty {
  #marks = new Uint8Array(64)
  #list: number[] = []
  #all = true

  /** Whether everything is to be taken again. */
  get all(): boolean {
    return this.#all
  }

  get empty(): boolean {
    return !this.#all && this.#list.length === 0
  }

  /** What changed, each once, in no order; of no use when `all`. */
  get list(): readonly number[] {
    return this.#list
  }

  add(index: number): void {
    if (this.#all) return
    if (index >= this.#marks.length) {
      const larger = new Uint8Array(Math.max(index + 1, this.#marks.length * 2))
      larger.set(this.#marks)
      this.#marks = larger
    }
    if (this.#marks[index] === 1) return
    this.#marks[index] = 1
    this.#list.push(index)
  }

  addAll(): void {
    this.clear()
    this.#all = true
  }

  clear(): void {
    for (const index of this.#list) this.#marks[index] = 0
    this.#list = []
    this.#all = false
  }

  /** The ranges below `limit` that hold all that changed. */
  ranges(limit: number): Range[] {
    if (this.#all) return limit > 0 ? [{ start: 0, end: limit }] : []
    const ranges: Range[] = []
    let start = -1
    let end = -1
    for (const index of this.#list.toSorted((a, b) => a - b)) {
      if (index >= limit) break
      if (start >= 0 && index - end < GAP) end = index + 1
      else {
        if (start >= 0) ranges.push({ start, end })
        start = index
        end = index + 1
      }
    }
    if (start >= 0) ranges.push({ start, end })
    return ranges
  }
}
