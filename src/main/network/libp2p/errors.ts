import { NO_SUCH_NAME } from '../dial-policy.ts'
import {
  Cancelled,
  DialFailed,
  LimitExceeded,
  ListenFailed,
  NotDialed,
  PeerscopeError,
  StreamFailed,
} from '../../../shared/errors.ts'

/** What went wrong with a dial, in words that say what to do. */
export function dialError(target: string, thrown: unknown, signal: AbortSignal): PeerscopeError {
  if (thrown instanceof PeerscopeError) return thrown
  if (signal.aborted) return new Cancelled(`dialing ${target} was cancelled`)
  const reason = dialReason(thrown)
  if (reason === null) return new NotDialed(target, 'rests')
  return new DialFailed(`${target} could not be reached: ${reason}`, { cause: thrown })
}

/** Null where all rested. */
function dialReason(thrown: unknown): string | null {
  const errors = errorsIn(thrown)
  const dialed = errors.filter((error) => !(error instanceof NotDialed))
  const messages = dialed.map(messageOf)
  const all = messages.join(' ')
  if (all.includes('ECONNREFUSED')) return 'connection refused; is a peer listening there?'
  if (all.includes('ENOTFOUND') || all.includes('EAI_AGAIN')) return NO_SUCH_NAME
  if (/UnexpectedPeer|does not match expected/i.test(all))
    return 'another peer answered there than the one in the address'
  if (/Timeout|timed ?out|aborted/i.test(all)) return 'no answer in time; does a libp2p peer listen there?'
  // Of several addresses one may have no route from here, as those of IPv6 often have: one that did not answer says more.
  if (/EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN/.test(all))
    return 'no route to it; check the address and your network'
  if (/EACCES|EPERM/.test(all)) return 'this machine does not allow the connection; check its firewall'
  if (/NoValidAddresses|no valid addresses|no transport/i.test(all)) return 'no address that can be dialed'
  if (/dial.*self/i.test(all)) return 'that is our own address'
  const handshake = handshakeReason(all)
  if (handshake !== null) return handshake
  // Last: of several addresses some may have been dialed.
  if (dialed.length < errors.length) return null
  return messages[0] ?? 'for an unknown reason'
}

/**
 * What went wrong in a handshake; null where nothing did. A connection that breaks off tells nothing of who is there: a peer that is
 * just being killed does so, and one that has connections enough.
 */
function handshakeReason(all: string): string | null {
  if (/Unsupported|protocol selection/i.test(all)) return 'what answers there speaks no protocol of ours (noise, yamux)'
  const [, read = '0', awaited = '0'] = /while reading (\d+)\/(\d+) bytes/.exec(all) ?? []
  // Lengths come first: other services begin with a line of text, whose first letter is taken for one.
  const isText = Number(read) > 0 && Number(awaited) >= 0x20 && Number(awaited) < 0x7f
  if (!isText && /Unexpected ?EOF|ECONNRESET|EPIPE|closed|reset/i.test(all))
    return 'the connection broke off in the handshake; the peer may have ended just then, or takes no connections now'
  return isText || /encrypt/i.test(all) ? 'what answers there is not a libp2p peer' : null
}

/** Why we cannot listen, in words that say what to do. */
export function listenError(thrown: unknown): ListenFailed {
  const all = errorsIn(thrown).map(messageOf).join(' ')
  const where = /\/(?:ip4|ip6|dns\d?)\/[^\s:]+(?::[^\s:]*)*\/tcp\/\d+/.exec(all)?.[0]
  return new ListenFailed(`cannot listen${where === undefined ? '' : ` on ${where}`}: ${listenReason(all)}`, {
    cause: thrown,
  })
}

function listenReason(all: string): string {
  if (all.includes('EADDRINUSE')) return 'the port is taken; end the program that has it, or take another port'
  if (/EADDRNOTAVAIL|ENOTFOUND/.test(all)) return 'the address is not of this machine'
  if (/EACCES|EPERM/.test(all)) return 'the port is not for us; take one above 1023'
  return all.split('\n')[0] ?? 'for an unknown reason'
}

/** Characters of a message that are looked at: it may quote what others sent. */
const MAX_MESSAGE = 1000

/** What is inside a thrown value, then itself; libp2p wraps the cause in AggregateErrors. */
function errorsIn(thrown: unknown, depth = 0): unknown[] {
  if (!(thrown instanceof Error) || depth > 3) return [thrown]
  const inner: unknown[] =
    thrown instanceof AggregateError ? thrown.errors : thrown.cause === undefined ? [] : [thrown.cause]
  return [...inner.slice(0, 8).flatMap((one) => errorsIn(one, depth + 1)), thrown]
}

function messageOf(thrown: unknown): string {
  return (thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown)).slice(0, MAX_MESSAGE)
}

/** What went wrong on a stream. libp2p also rejects with events that are not errors. */
export function streamError(what: string, thrown: unknown, signal?: AbortSignal): PeerscopeError {
  if (thrown instanceof PeerscopeError) return thrown
  if (signal?.aborted === true) {
    return signal.reason instanceof PeerscopeError ? signal.reason : new Cancelled(`${what} was cancelled`)
  }
  if (thrown instanceof Error && /^InvalidData|InvalidMessageLength|StreamBuffer/.test(thrown.name)) {
    return new LimitExceeded('bytes a message', 0)
  }
  // The names of our protocols carry the network (rule BD2).
  if (thrown instanceof Error && thrown.name === 'UnsupportedProtocolError')
    return new StreamFailed(`${what}: it is not in this network, or answers no such request`, { cause: thrown })
  const reason = thrown instanceof Error ? thrown.message : 'the stream was reset'
  return new StreamFailed(`${what}: ${reason}`, thrown instanceof Error ? { cause: thrown } : undefined)
}
