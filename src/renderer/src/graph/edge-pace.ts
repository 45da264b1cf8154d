/** Least time between two pictures of all lines, while the view moves and while it rests, milliseconds. */
const MOVING_MS = 450
const RESTING_MS = 1000
/** The view rests when it did not move for this long, milliseconds. */
export const REST_MS = 160
/** Time that a frame should take while lines are drawn step by step, milliseconds, and pairs of one step. */
const FRAME_MS = 40
const STEP = { first: 3000, least: 1500, most: 12_000 } as const

/** What is to be done for the lines in a frame: draw these pairs into the next picture of them, and when to come back. */
export interface EdgeStep {
  readonly start: number
  readonly pairs: number
  /** Milliseconds until another frame is needed for the lines: 0 for the next one; null for none. */
  readonly again: number | null
}

/**
 * When, and how many at once, thousands of lines are drawn where the processor draws: never so many that a frame takes long,
 * not again for each change, and anew as soon as the view comes to rest. Times in milliseconds on any one clock.
 */
export class EdgePace {
  #due = true
  #madeAt = -Infinity
  #movedAt = -Infinity
  #lastAt = -Infinity
  /** The next pair of the picture that is being made; -1 while none is. */
  #next = -1
  #step: number = STEP.first

  /** The lines look different now. */
  change(): void {
    this.#due = true
  }

  /** The view moved. */
  move(now: number): void {
    this.#movedAt = now
    this.#due = true
  }

  /** Begins anew: the picture that is being made is of no use. */
  restart(): void {
    this.#next = -1
    this.#due = true
    this.#madeAt = -Infinity
  }

  /** To be asked in each frame. */
  frame(now: number, pairs: number): EdgeStep {
    const moving = now - this.#movedAt < REST_MS
    if (this.#next < 0 && this.#due) {
      const wait = this.#madeAt + (moving ? MOVING_MS : RESTING_MS) - now
      const settled = !moving && this.#movedAt > this.#madeAt
      if (wait > 0 && !settled) return { start: 0, pairs: 0, again: moving ? REST_MS : wait }
      this.#next = 0
      // What changes from here on is for the next picture; one made while moving is followed by one at rest.
      this.#due = moving
      this.#madeAt = now
    }
    if (this.#next < 0) return { start: 0, pairs: 0, again: null }
    const start = this.#next
    if (start > 0) this.#adapt(now - this.#lastAt)
    this.#lastAt = now
    const count = Math.min(this.#step, pairs - start)
    const done = start + count >= pairs
    this.#next = done ? -1 : start + count
    return { start, pairs: count, again: done ? (this.#due ? REST_MS : null) : 0 }
  }

  #adapt(took: number): void {
    const share = Math.min(1.4, Math.max(0.6, FRAME_MS / Math.max(took, 1)))
    this.#step = Math.round(Math.min(STEP.most, Math.max(STEP.least, this.#step * share)))
  }
}
