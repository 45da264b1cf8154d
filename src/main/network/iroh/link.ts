/** One exchange: a connection with one stream of framed messages (rules MO30, MO32). */
import { LimitExceeded, StreamEnded, StreamFailed } from '../../../shared/errors.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { Clock, Link, StreamLimits } from '../../discovery/ports.ts'
import { FrameReader, writeFrame } from './bytes.ts'
import type { CloseReason } from './errors.ts'
import { closeCodeOf, closeReasonOf, streamError, SUCCESS, UNEXPECTED_CLOSE } from './errors.ts'
import type { Duplex, Wire } from './wire.ts'

/** How long the side that began waits until what it wrote last has come over, milliseconds. Then it closes in any case. */
const ARRIVE_MS = 500
/** How long the side that answers waits for the other one to close, milliseconds. */
const CLOSE_MS = 5000

/** The Link port on one connection of iroh's. */
export class IrohLink implements Link {
  readonly remote: PeerId
  readonly #wire: Wire
  readonly #stream: Duplex
  readonly #limits: StreamLimits
  readonly #clock: Pick<Clock, 'schedule'>
  readonly #reader: FrameReader
  readonly #broken = Promise.withResolvers<never>()
  #state: 'open' | 'closing' | 'over' = 'open'
  /** What the other side said at the end, where it said it. */
  #end: Error | null = null
  /** Whether something was written that the other side has not answered. */
  #isUnanswered = false

  constructor(wire: Wire, stream: Duplex, limits: StreamLimits, clock: Pick<Clock, 'schedule'>) {
    this.#wire = wire
    this.#stream = stream
    this.#limits = limits
    this.#clock = clock
    this.#reader = new FrameReader(stream.recv, limits.maxMessageBytes)
    this.remote = wire.remote
    this.#broken.promise.catch(() => undefined)
  }

  async read(signal: AbortSignal): Promise<Uint8Array> {
    const what = `reading from ${this.remote}`
    if (this.#end !== null) throw this.#end
    try {
      const message = await this.#wait(signal, () => this.#reader.next())
      if (message === null) throw this.#ended()
      this.#isUnanswered = false
      return message
    } catch (error) {
      // mosaik's side that begins says the end with the close of the connection alone.
      const isClosed = this.#wire.direction === 'inbound' && closeCodeOf(error) === SUCCESS.code
      if (isClosed && !this.#reader.isWithin && !signal.aborted) throw this.#ended({ cause: error })
      if (error instanceof StreamEnded) throw error
      throw this.#fail(what, error, signal)
    }
  }

  async write(message: Uint8Array, signal: AbortSignal): Promise<void> {
    const { maxMessageBytes } = this.#limits
    if (message.length > maxMessageBytes) throw new LimitExceeded('bytes a message', maxMessageBytes, message.length)
    const what = `writing to ${this.remote}`
    if (this.#state !== 'open') throw new StreamFailed(`${what}: it was ended`)
    try {
      this.#isUnanswered = true
      await this.#wait(signal, () => writeFrame(this.#stream.send, message))
    } catch (error) {
      throw this.#fail(what, error, signal)
    }
  }

  async close(): Promise<void> {
    if (this.#state !== 'open') return
    this.#state = 'closing'
    const { send } = this.#stream
    const isOurs = this.#wire.direction === 'outbound'
    if (!isOurs || this.#isUnanswered) {
      const arrived = send
        .finish()
        .then(async () => void (await (isOurs ? send.stopped() : this.#wire.closed)))
        .catch(noop)
      await Promise.race([arrived, this.#wire.closed, this.#after(isOurs ? ARRIVE_MS : CLOSE_MS)])
    }
    this.#over(SUCCESS, new StreamFailed('it was ended'))
  }

  abort(reason: Error): void {
    this.#over(closeReasonOf(reason), new StreamFailed('it was aborted', { cause: reason }))
  }

  /** @param reason what the side that answers says; the one that began always says the same */
  #over(reason: CloseReason, error: Error): void {
    if (this.#state === 'over') return
    this.#state = 'over'
    this.#end ??= error
    this.#broken.reject(error)
    this.#wire.close(this.#wire.direction === 'outbound' ? SUCCESS : reason)
  }

  /** The other side ended it in order. */
  #ended(options?: ErrorOptions): Error {
    return (this.#end = new StreamEnded(`${this.remote} closed the stream`, options))
  }

  /** What goes wrong ends the whole exchange: nothing more would be understood. */
  #fail(what: string, error: unknown, signal: AbortSignal): Error {
    const wasOver = this.#state === 'over'
    const typed = streamError(what, error, signal)
    const isOurs = typed instanceof LimitExceeded || signal.aborted
    this.#over(typed instanceof LimitExceeded ? closeReasonOf(typed) : UNEXPECTED_CLOSE, streamError(what, error))
    return wasOver && !isOurs ? new StreamFailed(`${what}: it was aborted`, { cause: error }) : typed
  }

  /** Runs one step until it is done, the signal fires or the link ends. */
  async #wait<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    signal.throwIfAborted()
    if (this.#state === 'over') throw this.#end ?? new StreamFailed('it was ended')
    const { promise: called, reject } = Promise.withResolvers<never>()
    const onAbort = (): void => reject(asError(signal.reason))
    signal.addEventListener('abort', onAbort, { once: true })
    try {
      return await Promise.race([called, this.#broken.promise, work()])
    } finally {
      signal.removeEventListener('abort', onAbort)
    }
  }

  #after(ms: number): Promise<void> {
    return new Promise((resolve) => this.#clock.schedule(ms, resolve))
  }
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason))
}

function noop(): void {
  // Whether it arrived or the connection is gone, it is over.
}
