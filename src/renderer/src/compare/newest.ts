/** Of work that takes its time, lets through what belongs to the newest choice, and nothing that is older than what was let through. */
export class Newest {
  #choice: string | null = null
  #begun = 0
  #shown = 0

  /** @returns whether it is another choice than before */
  choose(choice: string): boolean {
    const other = choice !== this.#choice
    this.#choice = choice
    return other
  }

  /** Begins. Call what it gives once when the work is done: whether its result is to be shown. Late ones are better than none. */
  begin(): () => boolean {
    const choice = this.#choice
    const mine = ++this.#begun
    return () => {
      if (choice !== this.#choice || mine < this.#shown) return false
      this.#shown = mine
      return true
    }
  }
}
