/** Longest time that a layout that moved waits for the picture of the lines, milliseconds. */
const HOLD_MS = 2500

/**
 * Whether a layout that moved has to wait for the picture of the lines that is being made. Else some of its lines would be drawn
 * where peers were, some where they are, and end at a straight edge where the graph has grown beyond what the picture shows.
 */
export class HoldBack {
  #since = Number.POSITIVE_INFINITY

  /** Whether something waits. */
  get waits(): boolean {
    return Number.isFinite(this.#since)
  }

  /** Whether it is to wait on; `making`: the layout moved while a picture is being made. Milliseconds on any one clock. */
  holds(making: boolean, now: number): boolean {
    if (!making || now - this.#since > HOLD_MS) {
      this.#since = Number.POSITIVE_INFINITY
      return false
    }
    this.#since = Math.min(this.#since, now)
    return true
  }
}
