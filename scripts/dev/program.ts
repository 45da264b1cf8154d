/** The program that is developed: one at a time, started again when its sources change. */
import type { Child, ChildEnd } from '../start/child.ts'

/** What runs, and who hears of it. */
export interface ProgramOptions {
  /** Starts it. */
  readonly spawn: () => Child
  /** It is asked to end: its port and token are of no use from now on. */
  readonly onEnding?: () => void
  /** It ended by itself. */
  readonly onEnded: (end: ChildEnd) => void
}

/** Runs one program. Two of them never run at once: they share a data folder. */
export class Program {
  readonly #options: ProgramOptions
  #running: { readonly child: Child; readonly ended: Promise<void> } | null = null
  #stopping = false
  #restarts = Promise.resolve()
  #waiting = false
  #closed = false

  constructor(options: ProgramOptions) {
    this.#options = options
  }

  /** Starts it where it does not run. */
  start(): void {
    if (this.#running !== null || this.#closed) return
    const child = this.#options.spawn()
    this.#running = { child, ended: this.#untilEnd(child) }
  }

  /** Ends it and starts it again. Calls that come meanwhile are one. */
  restart(): void {
    if (this.#waiting) return
    this.#waiting = true
    this.#restarts = this.#restartAfter(this.#restarts)
  }

  /** Ends it for good. Idempotent. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#stop()
  }

  /** Ends it at once. */
  kill(): void {
    this.#running?.child.kill()
  }

  async #restartAfter(before: Promise<void>): Promise<void> {
    await before
    this.#waiting = false
    await this.#stop()
    this.start()
  }

  async #untilEnd(child: Child): Promise<void> {
    const end = await child.ended
    child.sweep()
    this.#running = null
    if (!this.#stopping) this.#options.onEnded(end)
    this.#stopping = false
  }

  async #stop(): Promise<void> {
    if (this.#running === null) return
    if (!this.#stopping) this.#options.onEnding?.()
    this.#stopping = true
    this.#running.child.end()
    await this.#running.ended
  }
}
