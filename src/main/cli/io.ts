import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import type { EndRequest } from '../../shared/end-requests.ts'
import { END_SIGNALS, EXIT_AT_ONCE, takeEndRequests } from '../../shared/end-requests.ts'
import { followLauncher } from '../../shared/launcher-channel.ts'
import { goesOnAfterHangup } from './hangup.ts'
import { sinkOf, StandardStream } from './standard-stream.ts'

/** What a command-line run may touch of its surroundings. Tests give their own. */
export interface Io {
  /** Writes to standard output, as it is. */
  out(text: string): void
  /** Writes to standard error, as it is. */
  err(text: string): void
  /** Resolves when more may be written to standard output: for those that write much. Missing where nothing ever waits. */
  drained?(): Promise<void>
  /** Bytes that wait for the readers of standard output and standard error. Missing where nothing ever waits. */
  waiting?(): { readonly out: number; readonly err: number }
  /** Lines of standard input; ends at its end. Null where there is none to read. */
  lines(): AsyncIterable<string> | null
  /** Standard input is not read from now on, so that it does not keep the process alive. */
  endInput(): void
  readonly env: Readonly<Record<string, string | undefined>>
  /** Whether standard output is a terminal. */
  readonly interactive: boolean
  /**
   * Fires when the user or the system asks the run to end (SIGINT, SIGTERM, SIGQUIT, SIGHUP), its launcher is gone, or its
   * output can no longer be written.
   */
  readonly stop: AbortSignal
}

/** The surroundings of a process. */
export interface ProcessIo extends Io {
  /**
   * Waits until all output is written; where somebody asked the run to end, not for long.
   * @param code what the run ended with
   * @returns the exit code: 0 only where all output was written
   */
  finish(code: number): Promise<number>
}

/** What a run ends with when it was stopped before it was done; a shell says the same of a program that Ctrl-C ended. */
export const STOPPED = EXIT_AT_ONCE
/** What a shell says of a program whose reader went away (SIGPIPE). */
const READER_GONE = 141
/** How long a run that was asked to end may still write what it has to say, milliseconds. */
export const LAST_WORDS_MS = 1000
/** What a shell says of a program that a signal ended. */
const SIGNAL_CODES: Partial<Record<EndRequest, number>> = { SIGHUP: 129, SIGQUIT: 131, SIGTERM: 143 }

/**
 * The real surroundings: the process's streams and signals. Each signal and the end of the launcher mean one graceful end;
 * a second Ctrl-C ends the run at once. A run that nohup started goes on when its terminal is closed.
 */
export function processIo(): ProcessIo {
  const stop = new AbortController()
  let asked: EndRequest | null = null
  const take = takeEndRequests(
    () => performance.now(),
    (request) => {
      asked = request
      stop.abort()
    },
    () => process.exit(EXIT_AT_ONCE),
  )
  const stays = goesOnAfterHangup(process.env)
  for (const signal of END_SIGNALS) process.on(signal, () => (stays && signal === 'SIGHUP' ? undefined : take(signal)))
  // A run that is done does not wait for its launcher.
  if (followLauncher(process, () => take('launcher'))) process.channel?.unref()
  const out = new StandardStream(sinkOf(process.stdout), process.stdout.isTTY, ({ kind }) => {
    if (kind !== 'hangup' || !stays) stop.abort()
  })
  // Without a reader there is no log; the run goes on.
  const err = new StandardStream(sinkOf(process.stderr), process.stderr.isTTY, () => undefined)
  return {
    out: (text) => out.write(text),
    err: (text) => err.write(text),
    drained: () => out.drained(),
    waiting: () => ({ out: out.waiting, err: err.waiting }),
    lines: () => linesOf(process.stdin),
    endInput: () => void process.stdin.destroy(),
    env: process.env,
    interactive: process.stdout.isTTY,
    stop: stop.signal,
    finish: async (code) => {
      // The reader may be stopped, or gone slow: who asked for the end does not wait for it.
      const limit = aborted(stop.signal).then(() => new Promise((end) => setTimeout(end, LAST_WORDS_MS).unref()))
      await Promise.race([out.flushed(), limit])
      const ended = codeOf(code, out, asked)
      if (ended.message !== null) err.write(ended.message)
      await Promise.race([err.flushed(), limit])
      return ended.code
    },
  }
}

/** What the run ends with, in view of what became of its output. */
function codeOf(
  code: number,
  { failure, waiting }: StandardStream,
  asked: EndRequest | null,
): { readonly code: number; readonly message: string | null } {
  const stopped = code === 0 || code === STOPPED
  if (failure?.kind === 'failed')
    return { code: stopped ? 1 : code, message: `peerscope: cannot write to standard output: ${failure.reason}\n` }
  if (failure?.kind === 'closed') return { code: stopped ? READER_GONE : code, message: null }
  if (failure?.kind === 'hangup') return { code: stopped ? (SIGNAL_CODES.SIGHUP ?? 1) : code, message: null }
  if (code === STOPPED) return { code: asked === null ? code : (SIGNAL_CODES[asked] ?? code), message: null }
  if (code === 0 && waiting > 0)
    return { code: 1, message: 'peerscope: standard output was not read to the end; the rest is lost\n' }
  return { code, message: null }
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
