/** Runs something soon, in a task of its own: once, however often it is asked for until then. */
export class Later {
  #timer: ReturnType<typeof setTimeout> | null = null

  /** Whether it was asked for and did not run yet. */
  get waits(): boolean {
    return this.#timer !== null
  }

  /** Runs `run` soon, unless something waits already. */
  soon(run: () => void): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null
      run()
    })
  }

  /** What waits does not run. */
  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
  }
}
