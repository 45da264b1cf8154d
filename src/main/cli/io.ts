import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import type { EndRequest } from '../../shared/end-requests.ts'
import { EndRequests } from '../../shared/end-requests.ts'
import { isEndMessage, LAUNCHED } from '../../shared/launcher-channel.ts'

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
  const requests = new EndRequests(() => performance.now())
  const take = (request: EndRequest): void => {
    const answer = requests.ask(request)
    if (answer === 'begin') stop.abort()
    else if (answer === 'now') process.exit(130)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => take(signal))
  followLauncher(() => take('launcher'))
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

/** Where a launcher started this process, it ends when the launcher asks or is gone. */
function followLauncher(onEnd: () => void): void {
  const launched = process.env[LAUNCHED] === '1'
  // Our own children have other parents.
  delete process.env[LAUNCHED]
  if (!launched || process.send === undefined) return
  if (!process.connected) return onEnd()
  process.on('message', (message) => {
    if (isEndMessage(message)) onEnd()
  })
  process.on('disconnect', onEnd)
  // A run that is done does not wait for its launcher.
  process.channel?.unref()
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
