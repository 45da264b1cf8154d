/** What a start says: each step, and while it lasts, how long already or how much has arrived. */
import { systemClock } from '../electron/clock.ts'
import type { Clock } from '../electron/clock.ts'

/** While a step lasts, something is said at least this often, milliseconds: never silent for 3 s, even on a busy machine. */
export const TICK_MS = 2500
/** A terminal shows the seconds as they pass, milliseconds. */
const TERMINAL_TICK_MS = 1000

/** Where lines go. */
export interface Screen {
  readonly isTTY?: boolean | undefined
  write(text: string): unknown
}

interface Step {
  readonly text: string
  readonly from: number
  /** In bytes, with when the last of them came; null where the step is no download, or nothing was answered so far. */
  bytes: { readonly received: number; readonly total: number | null; readonly at: number } | null
}

/** One step after the other. */
export class Progress {
  readonly #screen: Screen
  readonly #clock: Clock
  #stopTicking: (() => void) | null = null
  #step: Step | null = null
  /** Whether the last line of a terminal is ours, to be written over. */
  #open = false

  constructor(screen: Screen, clock: Clock = systemClock) {
    this.#screen = screen
    this.#clock = clock
  }

  /** Begins a step that lasts, such as `Building Peerscope`; ends the one before. */
  step(text: string): void {
    this.done()
    this.#step = { text, from: this.#clock.now(), bytes: null }
    this.#show()
    this.#stopTicking = this.#clock.every(this.#screen.isTTY === true ? TERMINAL_TICK_MS : TICK_MS, () => this.#show())
  }

  /** What has arrived of a download so far, in bytes; `total` is null where the server does not tell. Shown with the next tick. */
  received(received: number, total: number | null): void {
    if (this.#step === null) return
    const { bytes } = this.#step
    const at = bytes?.received === received ? bytes.at : this.#clock.now()
    this.#step.bytes = { received, total, at }
  }

  /** The step is over. Idempotent. */
  done(): void {
    this.#stopTicking?.()
    this.#stopTicking = null
    this.#step = null
    if (this.#open) this.#screen.write('\n')
    this.#open = false
  }

  /** A line of its own; a step that lasts goes on. */
  say(line: string): void {
    this.pass(`${line}\n`)
  }

  /** Output of a process that we started. */
  pass(text: string): void {
    this.#screen.write(this.#open ? `\r\u001B[K${text}` : text)
    this.#open = false
  }

  #show(): void {
    if (this.#step === null) return
    const line = lineOf(this.#step, this.#clock.now())
    if (this.#screen.isTTY === true) {
      this.#screen.write(`\r\u001B[K${line}`)
      this.#open = true
    } else this.#screen.write(`${line}\n`)
  }
}

function lineOf({ text, from, bytes }: Step, now: number): string {
  if (bytes !== null) return `${sizes(bytes)}${now - bytes.at >= TICK_MS ? ', nothing more arrives' : ''}`
  const seconds = Math.floor((now - from) / 1000)
  return `${text} …${seconds > 0 ? ` ${seconds} s` : ''}`
}

function sizes({ received, total }: { readonly received: number; readonly total: number | null }): string {
  const megabytes = (count: number): string => (count / 1e6).toFixed(count < 1e7 ? 1 : 0)
  if (total === null || total === 0) return `  ${megabytes(received)} MB`
  return `  ${megabytes(received)} of ${megabytes(total)} MB (${Math.floor((received / total) * 100)}%)`
}
