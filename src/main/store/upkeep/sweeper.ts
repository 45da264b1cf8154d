import type { Schedule } from '../types.ts'

/** Pause between two steps, milliseconds. */
const PAUSE_MS = 20

/** Work in the background. */
export interface Chore {
  /**
   * Does a few milliseconds of work.
   * @param now milliseconds since the epoch
   * @returns whether there may be more; false at once when there is nothing to do
   */
  step(now: number): boolean
}

/** What a sweeper works with. */
export interface SweeperParts {
  /** The first that has work does a step, then all are asked again. */
  readonly chores: readonly Chore[]
  readonly schedule: Schedule
  now(): number
  /** Told once, then the sweeper rests until it is started again. */
  onError(error: unknown): void
}

/** Does chores in small steps with pauses between them, so that nothing waits for it. */
export class Sweeper {
  readonly #parts: SweeperParts
  #cancel: (() => void) | null = null
  #stopped = false

  constructor(parts: SweeperParts) {
    this.#parts = parts
  }

  /** Begins, unless it runs already. */
  start(): void {
    if (this.#stopped || this.#cancel !== null) return
    this.#cancel = this.#parts.schedule(PAUSE_MS, () => {
      this.#cancel = null
      try {
        const now = this.#parts.now()
        if (this.#parts.chores.some((chore) => chore.step(now))) this.start()
      } catch (error) {
        this.#parts.onError(error)
      }
    })
  }

  stop(): void {
    this.#stopped = true
    this.#cancel?.()
    this.#cancel = null
  }
}
