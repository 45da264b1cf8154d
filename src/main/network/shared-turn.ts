import { setImmediate } from 'node:timers/promises'

/** Work that many do in one thread, so much of it in a turn of the event loop, all together. */
export class SharedTurn {
  readonly #most: number
  #done = 0
  #next: Promise<void> | null = null

  /** @param most pieces of work a turn */
  constructor(most: number) {
    this.#most = most
  }

  /** Before each piece. @returns null where it may be done now, else what to wait for before this is asked again */
  take(): Promise<void> | null {
    if (this.#done < this.#most) {
      this.#done += 1
      return null
    }
    this.#next ??= this.#wait()
    return this.#next
  }

  async #wait(): Promise<void> {
    await setImmediate()
    this.#done = 0
    this.#next = null
  }
}
