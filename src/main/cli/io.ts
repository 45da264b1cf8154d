import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'

/** What a command-line run may touch of its surroundings. Tests give their own. */
export interface Io {
  /** Writes to standard output, as it is. */
  out(text: string): void
  /** Writes to standard error, as it is. */
  err(text: string): void
  /** Lines of standard input; ends at its end. Null where there is none to read. */
  lines(): AsyncIterable<string> | null
  /** Standard input is not read any more, so that it does not keep the process alive. */
  endInput(): void
  readonly env: Readonly<Record<string, string | undefined>>
  /** Whether standard output is a terminal. */
  readonly interactive: boolean
  /** Fires when the user or the system asks the run to end (SIGINT, SIGTERM). */
  readonly stop: AbortSignal
}

/** The real surroundings: the process's streams and signals. A second SIGINT ends it at once. */
export function processIo(): Io {
  const stop = new AbortController()
  let asked = 0
  const onSignal = (): void => {
    asked += 1
    if (asked > 1) process.exit(130)
    stop.abort()
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  // A closed pipe (`| head`) is the reader's way to say enough.
  process.stdout.on('error', () => stop.abort())
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    lines: () => linesOf(process.stdin),
    endInput: () => void process.stdin.destroy(),
    env: process.env,
    interactive: process.stdout.isTTY,
    stop: stop.signal,
  }
}

/** Longest line of input that is taken, in characters. */
const MAX_LINE = 8192

async function* linesOf(stream: Readable): AsyncGenerator<string> {
  try {
    for await (const line of createInterface({ input: stream, crlfDelay: Infinity })) {
      yield line.slice(0, MAX_LINE)
    }
  } finally {
    stream.destroy()
  }
}

/** Resolves when the signal fires. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
