/** Virtual time: events in the order of their time, and of their making where times are equal. */

interface Entry {
  readonly at: number
  readonly order: number
  readonly run: () => void
  /** Hardly anything waits for it: no need to let all promises settle before the next event. */
  readonly prompt: boolean
  cancelled: boolean
}

/** A discrete-event scheduler. Time stands still while something runs. */
export class Scheduler {
  #now = 0
  #order = 0
  #heap: Entry[] = []
  #cancelled = 0
  #unsettled = false
  /** Events run since the start. */
  events = 0

  /** Virtual milliseconds since the start. */
  get now(): number {
    return this.#now
  }

  /** Events that are still to come. */
  get waiting(): number {
    return this.#heap.length - this.#cancelled
  }

  /** Runs `run` after `delayMs`. Gives what cancels it. `prompt`: all that it does is done when it returns. */
  schedule(delayMs: number, run: () => void, prompt = false): () => void {
    const entry = this.#add(delayMs, run, prompt)
    return () => {
      if (entry.cancelled) return
      entry.cancelled = true
      this.#cancelled += 1
      this.#tidy()
    }
  }

  /** The same, for what nobody cancels. */
  post(delayMs: number, run: () => void, prompt = false): void {
    this.#add(delayMs, run, prompt)
  }

  #add(delayMs: number, run: () => void, prompt: boolean): Entry {
    const at = this.#now + Math.max(0, delayMs)
    const entry: Entry = { at, order: (this.#order += 1), run, prompt, cancelled: false }
    this.#push(entry)
    return entry
  }

  /** What runs now was to be prompt, and left promises to settle after all. */
  unsettle(): void {
    this.#unsettled = true
  }

  /** Lets virtual time pass. All promises that can settle do so before the next event. */
  async run(ms: number, afterEach?: () => void): Promise<void> {
    const end = this.#now + ms
    await settle()
    for (let next = this.#heap[0]; next !== undefined && next.at <= end; next = this.#heap[0]) {
      this.#pop()
      if (next.cancelled) {
        this.#cancelled -= 1
        continue
      }
      // What is over cannot be cancelled any more.
      next.cancelled = true
      this.#now = next.at
      this.events += 1
      this.#unsettled = !next.prompt
      next.run()
      if (this.#unsettled) await settle()
      afterEach?.()
    }
    this.#now = end
  }

  /** Lets time pass until the condition holds, at most `limitMs`. Whether it came to hold. */
  async until(condition: () => boolean, limitMs: number, stepMs = 50): Promise<boolean> {
    for (let passed = 0; passed < limitMs && !condition(); passed += stepMs) await this.run(stepMs)
    return condition()
  }

  /** Most deadlines are cancelled long before their time: they would fill the heap. */
  #tidy(): void {
    if (this.#cancelled < 10_000 || this.#cancelled < this.#heap.length / 2) return
    // An array in order is a heap.
    this.#heap = this.#heap.filter((entry) => !entry.cancelled).sort((a, b) => a.at - b.at || a.order - b.order)
    this.#cancelled = 0
  }

  #push(entry: Entry): void {
    const heap = this.#heap
    let index = heap.length
    heap.push(entry)
    while (index > 0) {
      const above = (index - 1) >> 1
      const parent = heap[above]
      if (parent === undefined || !before(entry, parent)) break
      heap[index] = parent
      index = above
    }
    heap[index] = entry
  }

  #pop(): void {
    const heap = this.#heap
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return
    let index = 0
    for (;;) {
      let below = 2 * index + 1
      let child = heap[below]
      const right = heap[below + 1]
      if (child !== undefined && right !== undefined && before(right, child)) {
        below += 1
        child = right
      }
      if (child === undefined || !before(child, last)) break
      heap[index] = child
      index = below
    }
    heap[index] = last
  }
}

function before(a: Entry, b: Entry): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order)
}

/** Resolves after all microtasks that are waiting, and those that they make. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
