/** A process that belongs to the start: the desktop app or the browser host. It ends with us, however we end. */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { END_MESSAGE, LAUNCHED } from '../../src/shared/launcher-channel.ts'

/** How long a graceful end may take, milliseconds. */
export const END_MS = 10_000
/** How long its last output may take after its end: its own children may hold the pipe. Milliseconds. */
const DRAIN_MS = 1000

/** How it ended. */
export interface ChildEnd {
  /** Why it did not even start; else null. */
  readonly startError: string | null
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  /** Whether it had to be killed. */
  readonly killed: boolean
}

/** What is done with what it says. */
export interface ChildListeners {
  readonly stdout: (text: string) => void
  readonly stderr: (text: string) => void
  readonly message?: (message: unknown) => void
}

/** One running process. */
export class Child {
  /** Resolves when it has ended and all that it wrote was passed on; never rejects. */
  readonly ended: Promise<ChildEnd>
  readonly #process: ChildProcess
  #talks = false
  #over = false
  #killed = false
  #limit: NodeJS.Timeout | null = null

  constructor(command: string, args: readonly string[], env: NodeJS.ProcessEnv, listeners: ChildListeners) {
    this.#process = spawn(command, [...args], {
      // A group of its own: a terminal's Ctrl-C reaches us only, and we pass it on once.
      detached: process.platform !== 'win32',
      windowsHide: false,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { ...env, [LAUNCHED]: '1' },
    })
    const { stdout, stderr } = this.#process
    stdout?.setEncoding('utf8').on('data', listeners.stdout)
    stderr?.setEncoding('utf8').on('data', listeners.stderr)
    this.#process.on('message', (message) => {
      this.#talks = true
      listeners.message?.(message)
    })
    this.ended = new Promise((resolve) => {
      const settle = (end: Omit<ChildEnd, 'killed'>): void => {
        this.#over = true
        if (this.#limit !== null) clearTimeout(this.#limit)
        resolve({ ...end, killed: this.#killed })
      }
      this.#process.once('error', (error) => {
        if (this.#process.pid === undefined) settle({ startError: error.message, code: null, signal: null })
      })
      this.#process.once('exit', (code, signal) => {
        const drained = (): void => {
          clearTimeout(timer)
          settle({ startError: null, code, signal })
        }
        const timer = setTimeout(drained, DRAIN_MS)
        this.#process.once('close', drained)
      })
    })
  }

  /** Asks it to end gracefully, and kills it when that takes too long. Idempotent. */
  end(limitMs: number = END_MS): void {
    if (this.#over || this.#limit !== null) return
    // What has not spoken yet might not listen either. On Windows a signal would kill at once.
    if (this.#process.connected && (this.#talks || process.platform === 'win32'))
      this.#process.send(END_MESSAGE, () => undefined)
    else this.#process.kill('SIGTERM')
    this.#limit = setTimeout(() => this.kill(), limitMs)
  }

  /** Ends it and all that it started. Idempotent. */
  kill(): void {
    const { pid } = this.#process
    if (this.#over || pid === undefined) return
    this.#killed = true
    try {
      // On Windows its children end with it: they are Chromium's, which watch for that.
      if (process.platform === 'win32') this.#process.kill('SIGKILL')
      else process.kill(-pid, 'SIGKILL')
    } catch {
      // It has ended meanwhile.
    }
  }

  /** Ends what it left behind, once it has ended. */
  sweep(): void {
    const { pid } = this.#process
    if (pid === undefined || process.platform === 'win32') return
    try {
      process.kill(-pid, 'SIGKILL')
    } catch {
      // Nothing is left.
    }
  }
}
