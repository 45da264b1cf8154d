/** Least time between two pictures of all lines, while the view moves and while it rests, milliseconds. */
const MOVING_MS = 450
const RESTING_MS = 1000
/** The view rests when it did not move for this long, milliseconds. */
export const REST_MS = 160
/** Time that a step should take to be drawn, as seen from frame to frame, milliseconds, and pairs of one step. */
const STEP_MS = 24
const STEP = { first: 1500, least: 500, most: 12_000 } as const

/** What is to be done for the lines: draw these pairs into the next picture of them, and when to come back. */
export interface EdgeStep {
  readonly start: number
  readonly pairs: number
  /** Whether the picture is whole with them. */
  readonly whole: boolean
  /** Milliseconds until another frame is needed for the lines: 0 for the next one; null for none. */
  readonly again: number | null
}

const NOTHING: EdgeStep = { start: 0, pairs: 0, whole: false, again: null }

/**
 * When, and how many at once, thousands of lines are drawn where the processor draws: never so many that a frame has to wait long,
 * not again for each change, and once more as soon as the view comes to rest. Times in milliseconds on any one clock.
 */
export class EdgePace {
  #due = true
  #madeAt = -Infinity
  #movedAt = -Infinity
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

  /** Starts over: the picture that is being made is of no use. */
  restart(): void {
    this.#next = -1
    this.#due = true
    this.#madeAt = -Infinity
  }

  /** Whether a picture of the lines was begun that is not whole yet. */
  get making(): boolean {
    return this.#next >= 0
  }

  /** Whether the view moves. */
  moving(now: number): boolean {
    return now - this.#movedAt < REST_MS
  }

  /** How long the last step took: the next ones get as many pairs as fit. */
  took(ms: number): void {
    const share = Math.min(1.4, Math.max(0.6, STEP_MS / Math.max(ms, 1)))
    this.#step = Math.round(Math.min(STEP.most, Math.max(STEP.least, this.#step * share)))
  }

  /** The next step, if there is one. While the view moves steps are half as large: each comes with a frame of its own. */
  next(now: number, pairs: number): EdgeStep {
    const moving = this.moving(now)
    // One that was begun where the view was before would be shown blown up, and keep the next one waiting.
    if (this.#next >= 0 && !moving && this.#movedAt > this.#madeAt) {
      this.#next = -1
      this.#due = true
    }
    if (this.#next < 0 && this.#due) {
      const wait = this.#madeAt + (moving ? MOVING_MS : RESTING_MS) - now
      const settled = !moving && this.#movedAt > this.#madeAt
      if (wait > 0 && !settled) return { ...NOTHING, again: moving ? REST_MS : wait }
      this.#next = 0
      // What changes from here on is for the next picture; one made while moving is followed by one at rest.
      this.#due = moving
      this.#madeAt = now
    }
    if (this.#next < 0) return NOTHING
    const start = this.#next
    const count = Math.min(moving ? Math.ceil(this.#step / 2) : this.#step, pairs - start)
    const whole = start + count >= pairs
    this.#next = whole ? -1 : start + count
    return { start, pairs: count, whole, again: whole ? (this.#due ? REST_MS : null) : 0 }
  }
}
