/** The program that is developed: one at a time, started again when its sources change. */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { join } from 'node:path'

const KEEPER = join(import.meta.dirname, 'keeper.ts')

/** What runs, and who hears of it. */
export interface ChildOptions {
  readonly command: string
  readonly args: readonly string[]
  readonly env?: NodeJS.ProcessEnv
  /** Each chunk of its standard output; without it the output goes to ours. */
  readonly onOutput?: (chunk: Buffer) => void
  /** It is asked to end, and whoever has its port or token should forget them. */
  readonly onEnding?: () => void
  /** It ended by itself. */
  readonly onEnded: (code: number) => void
}

/** Runs one command through keeper.ts. Two of them never run at once: they share a data folder. */
export class Child {
  readonly #options: ChildOptions
  #running: { readonly keeper: ChildProcess; readonly ended: Promise<void> } | null = null
  #stopping: Promise<void> | null = null
  #restarts = Promise.resolve()
  #waiting = false
  #closed = false

  constructor(options: ChildOptions) {
    this.#options = options
  }

  /** Starts it where it does not run. */
  start(): void {
    if (this.#running !== null || this.#closed) return
    const { command, args, env, onOutput, onEnded } = this.#options
    const keeper = spawn(process.execPath, [KEEPER, command, ...args], {
      stdio: ['pipe', onOutput === undefined ? 'inherit' : 'pipe', 'inherit'],
      env: { ...process.env, ...env },
      // A group of its own: Ctrl-C in the terminal is for us alone, who pass it on once.
      detached: process.platform !== 'win32',
    })
    keeper.stdin?.on('error', () => undefined)
    keeper.stdout?.on('data', (chunk: Buffer) => onOutput?.(chunk))
    const ended = new Promise<void>((done) => {
      const over = (code: number): void => {
        this.#running = null
        done()
        if (this.#stopping === null) onEnded(code)
      }
      keeper.once('error', () => over(1))
      keeper.once('close', (code) => over(code ?? 1))
    })
    this.#running = { keeper, ended }
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

  async #restartAfter(before: Promise<void>): Promise<void> {
    await before
    this.#waiting = false
    await this.#stop()
    this.start()
  }

  #stop(): Promise<void> {
    const running = this.#running
    if (running === null) return Promise.resolve()
    this.#options.onEnding?.()
    this.#stopping ??= running.ended.finally(() => {
      this.#stopping = null
    })
    running.keeper.stdin?.end()
    return this.#stopping
  }
}
