/** Virtual time: events in the order of their time, and of their making where times are equal. */
import { EventHeap } from './event-heap.ts'

/** Something that is to happen. */
export interface Entry {
  run(): void
  /** Hardly anything waits for it: no need to let all promises settle before the next event. */
  readonly prompt: boolean
  cancelled: boolean
}

/** A discrete-event scheduler. Time stands still while something runs. */
export class Scheduler {
  #now = 0
  #heap = new EventHeap<Entry>()
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
    return this.#heap.size - this.#cancelled
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

  /** The same, for what is its own entry: of most kinds of things there are millions. */
  postEntry(delayMs: number, entry: Entry): void {
    this.#heap.push(this.#now + Math.max(0, delayMs), entry)
  }

  #add(delayMs: number, run: () => void, prompt: boolean): Entry {
    const entry: Entry = { run, prompt, cancelled: false }
    this.postEntry(delayMs, entry)
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
    while (this.#heap.soonest <= end) {
      const at = this.#heap.soonest
      const next = this.#heap.pop()
      if (next === undefined) break
      if (next.cancelled) {
        this.#cancelled -= 1
        continue
      }
      // What is over cannot be cancelled any more.
      next.cancelled = true
      this.#now = at
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
    if (this.#cancelled < 10_000 || this.#cancelled < this.#heap.size / 2) return
    const all = this.#heap
    this.#heap = new EventHeap()
    for (let at = all.soonest, next = all.pop(); next !== undefined; at = all.soonest, next = all.pop())
      if (!next.cancelled) this.#heap.push(at, next)
    this.#cancelled = 0
  }
}

/** Resolves after all microtasks that are waiting, and those that they make. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
