import type { Clock } from './clock.ts'

/** A line is said at least this often, milliseconds. */
const SAY_MS = 2500

/** Says what is being done, and says it again while it takes long: never silent for more than 3 s. */
export class Progress {
  readonly #say: (line: string) => void
  readonly #stop: () => void
  #step = ''
  #seconds = 0
  #said = 0
  #bytes: { received: number; total: number | null } | null = null

  constructor(say: (line: string) => void, clock: Clock) {
    this.#say = say
    this.#stop = clock.every(SAY_MS, () => {
      this.#seconds += SAY_MS / 1000
      if (this.#bytes === null) this.#say(`${this.#step} … ${Math.round(this.#seconds)} s`)
      else this.#say(`${sizes(this.#bytes)}${this.#bytes.received === this.#said ? ', nothing more arrives' : ''}`)
      this.#said = this.#bytes?.received ?? 0
    })
  }

  /** Begins a step, like `Unpacking Electron`, and says so. */
  begin(step: string): void {
    this.#step = step
    this.#seconds = 0
    this.#bytes = null
    this.#say(`${step} …`)
  }

  /** What has arrived so far, in bytes; `total` is null where the server does not tell. */
  received(received: number, total: number | null): void {
    this.#bytes = { received, total }
  }

  /** Says nothing from now on. */
  end(): void {
    this.#stop()
  }
}

function sizes({ received, total }: { received: number; total: number | null }): string {
  const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)
  if (total === null || total === 0) return `  ${megabytes(received)} MB`
  return `  ${megabytes(received)} of ${megabytes(total)} MB (${Math.floor((received / total) * 100)}%)`
}
