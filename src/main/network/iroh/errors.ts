/** What goes wrong in iroh, in words that say what to do. */
import {
  BadSignature,
  Cancelled,
  DialFailed,
  LimitExceeded,
  ListenFailed,
  MalformedMessage,
  NotDialed,
  PeerscopeError,
  StreamFailed,
  Timeout,
} from '../../../shared/errors.ts'

/** Why a connection is closed, as mosaik says it: a code and a name. */
export interface CloseReason {
  readonly code: number
  readonly reason: string
}

/** An exchange is over. Who began it says so at once, however it went: mosaik's worker stands still until then. */
export const SUCCESS: CloseReason = { code: 200, reason: 'Success' }
export const GRACEFUL_SHUTDOWN: CloseReason = { code: 204, reason: 'GracefulShutdown' }
export const INVALID_ALPN: CloseReason = { code: 100, reason: 'InvalidAlpn' }
export const CANCELLED: CloseReason = { code: 102, reason: 'Cancelled' }
export const UNEXPECTED_CLOSE: CloseReason = { code: 103, reason: 'UnexpectedClose' }
export const PROTOCOL_VIOLATION: CloseReason = { code: 400, reason: 'ProtocolViolation' }

/** What the side that answers says of the error that ended its stream. */
export function closeReasonOf(error: Error): CloseReason {
  if (error instanceof LimitExceeded || error instanceof MalformedMessage || error instanceof BadSignature)
    return PROTOCOL_VIOLATION
  return error instanceof Cancelled ? CANCELLED : UNEXPECTED_CLOSE
}

/** Characters of a message that are looked at: it may quote what others sent. */
const MAX_MESSAGE = 1000

/** iroh's words without the places in its source and the list of calls. */
export function wordsOf(thrown: unknown): string {
  const text = (thrown instanceof Error ? thrown.message : String(thrown)).slice(0, MAX_MESSAGE)
  return (text.split(/\n\s*Stack backtrace/)[0] ?? '')
    .replace(/ \(\/[^)\n]*\)/g, '')
    .replace(/\s*\n\s*/g, ' ')
    .trim()
}

/** The code with which the other side closed the connection, by iroh's words; null where it did not. */
export function closeCodeOf(thrown: unknown): number | null {
  const words = wordsOf(thrown)
  const code =
    /ApplicationClose \{ error_code: (\d+)/.exec(words)?.[1] ?? /closed by peer: .*\(code (\d+)\)/.exec(words)?.[1]
  return code === undefined ? null : Number(code)
}

/** What went wrong with a dial. */
export function dialError(target: string, thrown: unknown, signal: AbortSignal): PeerscopeError {
  if (thrown instanceof PeerscopeError && (signal.aborted || !(thrown instanceof Timeout))) return thrown
  if (signal.aborted) return signal.reason instanceof PeerscopeError ? signal.reason : cancelled(target)
  return new DialFailed(`${target} could not be reached: ${dialReason(wordsOf(thrown))}`, { cause: thrown })
}

function cancelled(target: string): Cancelled {
  return new Cancelled(`dialing ${target} was cancelled`)
}

function dialReason(words: string): string {
  if (/timed out|took longer/i.test(words)) return 'no answer in time; does a node of a mosaik network listen there?'
  if (/peer certificate|UnknownIssuer/i.test(words))
    return 'another peer answered there than the one that is named; check the id'
  if (/known protocol|NoApplicationProtocol/i.test(words))
    return 'what answers there does not speak this protocol; is it a node of a mosaik network?'
  if (/ourself/i.test(words)) return 'that is our own address'
  if (/no (?:addressing|address)|NoAddress/i.test(words)) return 'no address of it is known'
  return words === '' ? 'for an unknown reason' : words
}

/** Why we cannot listen. */
export function listenError(where: readonly string[], thrown: unknown): ListenFailed {
  const words = wordsOf(thrown)
  const place = where.length === 0 ? '' : ` on ${where.join(', ')}`
  return new ListenFailed(`cannot listen${place}: ${listenReason(words)}`, { cause: thrown })
}

function listenReason(words: string): string {
  if (/in use|os error (?:98|48|10048)\b/.test(words))
    return 'the port is taken; end the program that has it, or take another port'
  if (/assign requested|os error (?:99|49|10049)\b/.test(words)) return 'the address is not of this machine'
  if (/denied|permitted|os error (?:13|1|10013)\b/.test(words)) return 'the port is not for us; take one above 1023'
  return words === '' ? 'for an unknown reason' : words
}

/** What went wrong on a stream. */
export function streamError(what: string, thrown: unknown, signal?: AbortSignal): PeerscopeError {
  // Where a stream is a connection of its own, its dial is the stream's affair.
  if (thrown instanceof DialFailed || thrown instanceof NotDialed)
    return new StreamFailed(`${what}: ${thrown.message}`, { cause: thrown })
  if (thrown instanceof PeerscopeError) return thrown
  if (signal?.aborted === true)
    return signal.reason instanceof PeerscopeError ? signal.reason : new Cancelled(`${what} was cancelled`)
  const words = wordsOf(thrown)
  if (/known protocol|NoApplicationProtocol/i.test(words))
    return new StreamFailed(`${what}: it is not in this network, or answers no such request`, { cause: thrown })
  return new StreamFailed(`${what}: ${words === '' ? 'the stream was reset' : words}`, { cause: thrown })
}
