/** What a start says: each step, and while it lasts, how long already. */

/** While a step lasts, something is said at least this often, milliseconds: never silent for 3 s, even on a busy machine. */
export const TICK_MS = 2500
/** A terminal shows the seconds as they pass, milliseconds. */
const TERMINAL_TICK_MS = 1000

/** Where lines go. */
export interface Screen {
  readonly isTTY?: boolean | undefined
  write(text: string): unknown
}

/** One step after the other. */
export class Progress {
  readonly #screen: Screen
  readonly #now: () => number
  #timer: NodeJS.Timeout | null = null
  #ticking: { readonly text: string; readonly from: number } | null = null
  /** Whether the last line of a terminal is ours, to be written over. */
  #open = false

  /** @param now milliseconds */
  constructor(screen: Screen, now: () => number = () => performance.now()) {
    this.#screen = screen
    this.#now = now
  }

  /** Begins a step that lasts, such as `Building Peerscope`; ends the one before. */
  step(text: string): void {
    this.done()
    this.#ticking = { text, from: this.#now() }
    this.#show()
    this.#timer = setInterval(() => this.#show(), this.#screen.isTTY === true ? TERMINAL_TICK_MS : TICK_MS)
    this.#timer.unref()
  }

  /** The step is over. Idempotent. */
  done(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
    this.#ticking = null
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
    if (this.#ticking === null) return
    const { text, from } = this.#ticking
    const seconds = Math.floor((this.#now() - from) / 1000)
    const line = `${text} …${seconds === 0 ? '' : ` ${seconds} s`}`
    if (this.#screen.isTTY === true) {
      this.#screen.write(`\r\u001B[K${line}`)
      this.#open = true
    } else this.#screen.write(`${line}\n`)
  }
}
