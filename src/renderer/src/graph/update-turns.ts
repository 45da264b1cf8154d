import type { Touched } from './edge-slots.ts'
import type { ModelChange } from './model.ts'
import { Pending } from './pending.ts'

/** Least time between two updates of the picture, in milliseconds. */
const UPDATE_MS = 250

/** What an update is made of. */
export interface UpdateParts {
  /** Takes in what was touched; null for everything. */
  readonly take: (touched: Touched | null) => ModelChange
  readonly update: () => void
  /** Makes ready for what comes. False where nothing is drawn: it stays pending. */
  readonly ready: () => boolean
}

/**
 * When the picture is brought up to date: with what comes from the stores a few times a second, in two tasks, for thousands take
 * some milliseconds to be taken in and as many to be drawn; with what the user does at once.
 */
export class UpdateTurns {
  readonly #parts: UpdateParts
  readonly #pending = new Pending()
  #timer: ReturnType<typeof setTimeout> | null = null
  /** What was taken in and is not drawn yet. */
  #taken: ModelChange | null = null

  constructor(parts: UpdateParts) {
    this.#parts = parts
  }

  /** More is to be taken in; null for everything. */
  add(touched: Touched | null): void {
    this.#pending.add(touched)
  }

  /** An update is due soon, if there is anything to be taken in. */
  soon(): void {
    if (!this.#pending.any) return
    this.#timer ??= setTimeout(() => {
      if (this.#parts.ready()) this.#takeIn()
      this.#timer = setTimeout(() => {
        this.#timer = null
        this.#parts.update()
      })
    }, UPDATE_MS)
  }

  /** Takes in what is pending. Gives what was taken in since this was asked last; null for nothing. */
  change(): ModelChange | null {
    this.#takeIn()
    const taken = this.#taken
    this.#taken = null
    return taken
  }

  /** Another model is drawn, which has nothing yet. */
  reset(): void {
    this.#pending.add(null)
    this.#taken = null
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
  }

  #takeIn(): void {
    if (!this.#pending.any) return
    const change = this.#parts.take(this.#pending.take())
    this.#taken = this.#taken === null ? change : both(this.#taken, change)
  }
}

/** Two changes as one. */
function both(one: ModelChange, other: ModelChange): ModelChange {
  return {
    slots: [...new Set([...one.slots, ...other.slots])],
    came: one.came + other.came,
    recalled: one.recalled + other.recalled,
    went: one.went + other.went,
    edges: one.edges || other.edges,
  }
}
