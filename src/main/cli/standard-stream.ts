/** Standard output and standard error, written whole: a short write is continued, and a failed one is known of. */
import { write } from 'node:fs'
import { Socket } from 'node:net'
import { isatty } from 'node:tty'
import { reasonOf } from '../monitor/file-trouble.ts'

/** Bytes that may wait for a slow reader before those who write much are to wait too. */
const HIGH = 1024 * 1024
/** Pause before a descriptor that takes nothing at the moment is tried again, milliseconds. */
const AGAIN_MS = 10

/** Why a stream takes no more. */
export interface WriteFailure {
  /**
   * `closed`: its reader went away, as `head` does when it has enough. `hangup`: its terminal was closed. `failed`: the
   * disk is full, or something else broke.
   */
  readonly kind: 'closed' | 'hangup' | 'failed'
  /** For people. */
  readonly reason: string
}

/** The place that a stream writes to. */
export interface Sink {
  /** Writes all of it; `done` gets what went wrong. Called again only when `done` was called. */
  write(bytes: Buffer, done: (error: NodeJS.ErrnoException | null) => void): void
  /** Calls back when it breaks between two writes. */
  onError(listener: (error: NodeJS.ErrnoException) => void): void
}

/** One of the two streams. */
export class StandardStream {
  readonly #sink: Sink
  readonly #isTerminal: boolean
  readonly #onFailure: (failure: WriteFailure) => void
  #waiting: Buffer[] = []
  #bytes = 0
  #writing = false
  #failure: WriteFailure | null = null
  /** Each looks whether its wait is over. */
  readonly #listeners = new Set<() => void>()

  /** @param onFailure called once, at the first write that fails */
  constructor(sink: Sink, isTerminal: boolean, onFailure: (failure: WriteFailure) => void) {
    this.#sink = sink
    this.#isTerminal = isTerminal
    this.#onFailure = onFailure
    sink.onError((error) => this.#fails(error))
  }

  /** Null as long as everything was taken. */
  get failure(): WriteFailure | null {
    return this.#failure
  }

  /** How many bytes wait for the reader. */
  get waiting(): number {
    return this.#bytes
  }

  /** Takes the text; never throws. After a failure it is dropped. */
  write(text: string): void {
    if (this.#failure !== null || text === '') return
    const bytes = Buffer.from(text)
    this.#waiting.push(bytes)
    this.#bytes += bytes.length
    this.#next()
  }

  /** Resolves when more may be written: little waits, or nothing is taken any longer. */
  async drained(): Promise<void> {
    await this.#below(HIGH)
  }

  /** Resolves when everything was written, or something failed. */
  async flushed(): Promise<void> {
    await this.#below(1)
  }

  #below(bytes: number): Promise<void> {
    const isDone = (): boolean => this.#bytes < bytes || this.#failure !== null
    if (isDone()) return Promise.resolve()
    return new Promise((resolve) => {
      const look = (): void => {
        if (!isDone()) return
        this.#listeners.delete(look)
        resolve()
      }
      this.#listeners.add(look)
    })
  }

  #next(): void {
    if (this.#writing || this.#waiting.length === 0) return
    const bytes = this.#waiting.length === 1 ? (this.#waiting[0] ?? Buffer.alloc(0)) : Buffer.concat(this.#waiting)
    this.#waiting = []
    this.#writing = true
    this.#sink.write(bytes, (error) => {
      this.#writing = false
      if (this.#failure !== null) return
      this.#bytes -= bytes.length
      if (error !== null) this.#fails(error)
      else this.#next()
      this.#tell()
    })
  }

  #fails(error: NodeJS.ErrnoException): void {
    if (this.#failure !== null) return
    this.#failure = failureOf(error, this.#isTerminal)
    this.#waiting = []
    this.#bytes = 0
    this.#onFailure(this.#failure)
    this.#tell()
  }

  #tell(): void {
    for (const look of this.#listeners) look()
  }
}

/**
 * The sink of one of the process's own streams. Pipes and sockets are Node's. Files and terminals are written here: Node
 * takes a write that a full disk cut short for a whole one, and waits for a stopped terminal with the whole process.
 */
export function sinkOf(stream: NodeJS.WriteStream & { readonly fd: number }): Sink {
  const piped = stream instanceof Socket && !isatty(stream.fd)
  if (!piped && !(process.platform === 'win32' && isatty(stream.fd))) {
    stream.on('error', () => undefined)
    return descriptorSink(stream.fd)
  }
  return {
    write: (bytes, done) => void stream.write(bytes, (error) => done(error ?? null)),
    onError: (listener) => void stream.on('error', listener),
  }
}

/** Writes to an open descriptor of a file, terminal or device, without holding up the process. */
export function descriptorSink(fd: number, writeTo: typeof write = write): Sink {
  const writeRest = (bytes: Buffer, done: (error: NodeJS.ErrnoException | null) => void): void => {
    writeTo(fd, bytes, 0, bytes.length, null, (error, written) => {
      // `written` is missing where it failed.
      const rest = error === null ? bytes.subarray(written) : bytes
      if (error === null && rest.length === 0) done(null)
      else if (error === null && written > 0) writeRest(rest, done)
      else if (error?.code === 'EINTR') writeRest(rest, done)
      else if (error === null || error.code === 'EAGAIN') setTimeout(writeRest, AGAIN_MS, rest, done)
      else done(error)
    })
  }
  return { write: writeRest, onError: () => undefined }
}

/** Codes of a pipe or socket whose other end is gone. */
const CLOSED = new Set(['EPIPE', 'ECONNRESET', 'EOF', 'ERR_STREAM_DESTROYED', 'ERR_STREAM_WRITE_AFTER_END'])

function failureOf(error: NodeJS.ErrnoException, isTerminal: boolean): WriteFailure {
  const { code = '' } = error
  if (CLOSED.has(code)) return { kind: 'closed', reason: 'nobody reads it' }
  if (isTerminal && (code === 'EIO' || code === 'ENXIO')) return { kind: 'hangup', reason: 'the terminal was closed' }
  return { kind: 'failed', reason: reasonOf(error) }
}
