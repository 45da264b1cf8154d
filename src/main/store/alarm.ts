import type { Schedule } from './types.ts'

/** One timer at a time. */
export class Alarm {
  readonly #schedule: Schedule
  readonly #ring: () => void
  #cancel: (() => void) | null = null

  constructor(schedule: Schedule, ring: () => void) {
    this.#schedule = schedule
    this.#ring = ring
  }

  /** Rings so many milliseconds from now, unless it is set already. */
  set(delayMs: number): void {
    this.#cancel ??= this.#schedule(delayMs, () => {
      this.#cancel = null
      this.#ring()
    })
  }

  stop(): void {
    this.#cancel?.()
    this.#cancel = null
  }
}
