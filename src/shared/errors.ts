import type { NotDialedWhy } from './not-dialed.ts'
import { NOT_DIALED } from './not-dialed.ts'

/** Every kind of error that crosses a boundary of Peerscope. Compare by `code`, never by message. */
export type ErrorCode =
  | 'InvalidArgument'
  | 'InvalidSecretKey'
  | 'IdentityLocked'
  | 'PeerIdChanged'
  | 'LimitExceeded'
  | 'MalformedMessage'
  | 'BadSignature'
  | 'DifferentNetwork'
  | 'Cancelled'
  | 'Timeout'
  | 'DialFailed'
  | 'NotDialed'
  | 'StreamFailed'
  | 'SyncFailed'
  | 'RateLimited'
  | 'UnknownPeer'
  | 'UnknownFile'
  | 'ListenFailed'
  | 'DhtFailed'
  | 'NotJoined'
  | 'AlreadyJoined'
  | 'StoreFailed'
  | 'StoreCorrupt'
  | 'StoreFromNewerVersion'
  | 'StoreInUse'
  | 'Unavailable'
  | 'DemoFailed'
  | 'Internal'

/** An error as it crosses IPC, HTTP and the CLI's `--json`. */
export interface ErrorShape {
  /** The same as the code. */
  readonly name: string
  /** What kind of error it is: compare by this. */
  readonly code: ErrorCode
  /** What happened and, where something can be done, what to do; for people. */
  readonly message: string
}

/** Base of every error that Peerscope throws on purpose. The message says what to do where something can be done. */
export abstract class PeerscopeError extends Error {
  /** What kind of error it is: compare by this. */
  abstract readonly code: ErrorCode
  /** The same as the code. */
  override get name(): string {
    return this.code
  }
}

/** An argument, a flag, a setting or a typed-in text that cannot be meant. */
export class InvalidArgument extends PeerscopeError {
  readonly code = 'InvalidArgument'
}

/** Rule EN7: the key is not the entry's own, or not 32 bytes. */
export class InvalidSecretKey extends PeerscopeError {
  readonly code = 'InvalidSecretKey'
}

/** The kept identity is encrypted, and the key to it is not here or does not fit. It stays where it is. */
export class IdentityLocked extends PeerscopeError {
  readonly code = 'IdentityLocked'
}

/** Rule EN7: an update tried to change the id of the local entry. */
export class PeerIdChanged extends PeerscopeError {
  readonly code = 'PeerIdChanged'
}

/** Something is larger, longer or more than the named limit allows. */
export class LimitExceeded extends PeerscopeError {
  readonly code = 'LimitExceeded'
  readonly limit: string
  readonly allowed: number
  /** @param limit the limit's name, as docs/protocol.md writes it; `actual` is undefined where counting stopped early */
  constructor(limit: string, allowed: number, actual?: number) {
    super(`over the limit of ${allowed} ${limit}${actual === undefined ? '' : ` (${actual})`}`)
    this.limit = limit
    this.allowed = allowed
  }
}

/** Bytes that are not the message they should be. */
export class MalformedMessage extends PeerscopeError {
  readonly code = 'MalformedMessage'
}

/** A signature that does not hold for the bytes and the key. */
export class BadSignature extends PeerscopeError {
  readonly code = 'BadSignature'
}

/** Something of another network was offered to this one. */
export class DifferentNetwork extends PeerscopeError {
  readonly code = 'DifferentNetwork'
}

/** The work was ended from our side: by an AbortSignal, or since the network was left. */
export class Cancelled extends PeerscopeError {
  readonly code = 'Cancelled'
}

/** No answer within the time that was set for it. */
export class Timeout extends PeerscopeError {
  readonly code = 'Timeout'
}

/** No connection could be made to a peer or address. */
export class DialFailed extends PeerscopeError {
  readonly code = 'DialFailed'
}

/** Nobody was dialed: what is said of where the peer is leads nowhere from here, or rests (rules AD2, AD7). */
export class NotDialed extends PeerscopeError {
  readonly code = 'NotDialed'
  readonly why: NotDialedWhy
  constructor(target: string, why: NotDialedWhy, more = '') {
    super(`${target} was not dialed: ${NOT_DIALED[why]}${more}`)
    this.why = why
  }
}

/** A stream to a peer could not be opened or broke off. */
export class StreamFailed extends PeerscopeError {
  readonly code = 'StreamFailed'
}

/** The other side closed the stream after its last message: nothing is lost, and nothing more comes. */
export class StreamEnded extends StreamFailed {}

/** A catalog sync ended early. What was verified before stays. */
export class SyncFailed extends PeerscopeError {
  readonly code = 'SyncFailed'
}

/** More requests than the rate that is allowed. */
export class RateLimited extends PeerscopeError {
  readonly code = 'RateLimited'
}

/** No such peer in the catalog. */
export class UnknownPeer extends PeerscopeError {
  readonly code = 'UnknownPeer'
}

/** The file was never handed over, or the engine has dropped it. */
export class UnknownFile extends PeerscopeError {
  readonly code = 'UnknownFile'
}

/** A listen address could not be bound. */
export class ListenFailed extends PeerscopeError {
  readonly code = 'ListenFailed'
}

/** The DHT refused, or could not be reached. */
export class DhtFailed extends PeerscopeError {
  readonly code = 'DhtFailed'
}

/** The call needs a network, and none is joined. */
export class NotJoined extends PeerscopeError {
  readonly code = 'NotJoined'
}

/** A network is joined already; leave it first. */
export class AlreadyJoined extends PeerscopeError {
  readonly code = 'AlreadyJoined'
}

/** The store could not read or write (disk full, read-only folder, I/O error). */
export class StoreFailed extends PeerscopeError {
  readonly code = 'StoreFailed'
}

/** The database file is damaged. It is set aside, never deleted. */
export class StoreCorrupt extends PeerscopeError {
  readonly code = 'StoreCorrupt'
}

/** The database was written by a newer Peerscope than this one. */
export class StoreFromNewerVersion extends PeerscopeError {
  readonly code = 'StoreFromNewerVersion'
}

/** Another process holds the data folder. */
export class StoreInUse extends PeerscopeError {
  readonly code = 'StoreInUse'
}

/** This host or build does not offer the thing that was asked for. */
export class Unavailable extends PeerscopeError {
  readonly code = 'Unavailable'
}

/** The process of the local demo swarm did not start, or it ended. The message says why. */
export class DemoFailed extends PeerscopeError {
  readonly code = 'DemoFailed'
}

/** A defect of Peerscope itself; the cause is logged. */
export class Internal extends PeerscopeError {
  readonly code = 'Internal'
}

/** An error that was told as data, to be thrown. */
export function errorFrom(shape: ErrorShape): PeerscopeError {
  return new ToldError(shape)
}

class ToldError extends PeerscopeError {
  readonly code: ErrorCode

  constructor({ code, message }: ErrorShape) {
    super(message)
    this.code = code
  }
}

/** Any thrown value as `{name, code, message}`; what is not ours becomes `Internal`. */
export function errorShape(thrown: unknown): ErrorShape {
  if (thrown instanceof PeerscopeError) return { name: thrown.name, code: thrown.code, message: thrown.message }
  if (thrown instanceof Error && thrown.name === 'AbortError') {
    return { name: 'Cancelled', code: 'Cancelled', message: thrown.message }
  }
  return { name: 'Internal', code: 'Internal', message: thrown instanceof Error ? thrown.message : String(thrown) }
}
