import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { END_SIGNALS, EXIT_AT_ONCE, takeEndRequests } from '../../shared/end-requests.ts'
import { followLauncher } from '../../shared/launcher-channel.ts'

/** What a command-line run may touch of its surroundings. Tests give their own. */
export interface Io {
  /** Writes to standard output, as it is. */
  out(text: string): void
  /** Writes to standard error, as it is. */
  err(text: string): void
  /** Lines of standard input; ends at its end. Null where there is none to read. */
  lines(): AsyncIterable<string> | null
  /** Standard input is not read from now on, so that it does not keep the process alive. */
  endInput(): void
  readonly env: Readonly<Record<string, string | undefined>>
  /** Whether standard output is a terminal. */
  readonly interactive: boolean
  /** Fires when the user or the system asks the run to end (SIGINT, SIGTERM, SIGHUP), or its launcher is gone. */
  readonly stop: AbortSignal
}

/**
 * The real surroundings: the process's streams and signals. SIGINT, SIGTERM, SIGHUP and the end of the launcher each mean
 * one graceful end; a second Ctrl-C ends the run at once.
 */
export function processIo(): Io {
  const stop = new AbortController()
  const take = takeEndRequests(
    () => performance.now(),
    () => stop.abort(),
    () => process.exit(EXIT_AT_ONCE),
  )
  for (const signal of END_SIGNALS) process.on(signal, () => take(signal))
  // A run that is done does not wait for its launcher.
  if (followLauncher(process, () => take('launcher'))) process.channel?.unref()
  // A closed pipe (`| head`) is the reader's way to say enough.
  process.stdout.on('error', () => stop.abort())
  // Without a reader there is no log; the run goes on.
  process.stderr.on('error', () => undefined)
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
