import type { Painter } from './paint.ts'

/** Longest time for holding peers against a filter in one go, in milliseconds. */
const FILTER_MS = 8
/** Time after which a filter is looked up again, for it may ask for ages, in milliseconds. */
const REFILTER_MS = 5000

/** Looks filters up, a slice in each task. */
export class FilterTurns {
  readonly #painter: () => Painter
  readonly #onDone: () => void
  #timer: ReturnType<typeof setTimeout> | null = null
  #at = 0

  /** `onDone` is called when the result of a filter can be painted. */
  constructor(painter: () => Painter, onDone: () => void) {
    this.#painter = painter
    this.#onDone = onDone
  }

  /** Looks the filter up again where that is due. Milliseconds since the epoch. */
  renew(now: number): void {
    if (now - this.#at <= REFILTER_MS) return
    this.#at = now
    this.#painter().refilter()
  }

  /** Goes on with a filter that waits to be looked up, in a task of its own, until it is whole. */
  goOn(): void {
    if (!this.#painter().waiting) return
    this.#timer ??= setTimeout(() => {
      this.#timer = null
      const done = this.#painter().filterOn(Date.now(), FILTER_MS, () => performance.now())
      if (done) this.#onDone()
      else this.goOn()
    })
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
  }
}
