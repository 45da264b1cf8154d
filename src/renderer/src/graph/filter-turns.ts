import type { Painter } from './paint.ts'
import { hostNow } from '../ui/host-time.ts'

/** Longest time for holding peers against a filter in one go, in milliseconds. */
const FILTER_MS = 8
/** Time after which a filter is looked up again, for it may ask for ages, in milliseconds. */
const REFILTER_MS = 5000

/** Looks filters up as of the moment that is drawn, a slice in each task. */
export class FilterTurns {
  readonly #painter: () => Painter
  readonly #onDone: () => void
  #timer: ReturnType<typeof setTimeout> | null = null
  #at = 0
  /** The moment that is drawn; null for now. */
  #moment: number | null = null

  /** `onDone` is called when there is another result, or another moment, to be painted. */
  constructor(painter: () => Painter, onDone: () => void) {
    this.#painter = painter
    this.#onDone = onDone
  }

  /** Whether a past moment is drawn. */
  get past(): boolean {
    return this.#moment !== null
  }

  /** The moment from which ages count, milliseconds since the epoch. */
  now(): number {
    return this.#moment ?? hostNow()
  }

  /** Draws that moment from now on; null for now. */
  setMoment(at: number | null): void {
    if (at === this.#moment) return
    this.#moment = at
    this.#onDone()
  }

  /** Looks the filter up again where that is due: as time goes on, and at another moment at once. */
  renew(): void {
    const now = this.now()
    if (this.past ? now === this.#at : now - this.#at <= REFILTER_MS && now >= this.#at) return
    this.#at = now
    this.#painter().refilter()
  }

  /** Goes on with a filter that waits to be looked up, in a task of its own, until it is whole. */
  goOn(): void {
    if (!this.#painter().waiting) return
    this.#timer ??= setTimeout(() => {
      this.#timer = null
      const done = this.#painter().filterOn(this.now(), FILTER_MS, () => performance.now())
      if (done) this.#onDone()
      else this.goOn()
    })
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
  }
}
