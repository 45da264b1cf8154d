/** How long a step is meant to take, milliseconds; a slow disk may make one three times longer. */
const AIM_MS = 3

/** How much a step does: as much as fits its time on this machine. Only speed depends on it, never what is done. */
export class Pace {
  readonly #min: number
  readonly #max: number
  #amount: number

  constructor(min: number, max: number) {
    this.#min = min
    this.#max = max
    this.#amount = min
  }

  /** Does the work for the amount, and learns from the time that it took. */
  run<T>(work: (amount: number) => T): T {
    const from = performance.now()
    const result = work(Math.floor(this.#amount))
    const tookMs = performance.now() - from
    // Slower at once, faster by and by: the time of a step varies with what the disk does beside it.
    const factor = tookMs > AIM_MS ? AIM_MS / tookMs : 1.1
    this.#amount = Math.min(Math.max(this.#amount * factor, this.#min), this.#max)
    return result
  }
}
