/**
 * Exchanges of several messages with one peer, as machines without I/O: each takes what happened and says what to do next.
 * They read what they are given to read (a catalog, our own entry) and change nothing but themselves. `Exchanges` in
 * core/exchanges.ts runs them.
 */
import { PeerscopeError } from '../../../shared/errors.ts'
import type { SignedPeerEntry, UnverifiedEntry } from '../entry/entry.ts'

/** What happened. */
export type ExchangeInput =
  /** The stream is open. */
  | { readonly kind: 'begin' }
  /** A message of the other side came. */
  | { readonly kind: 'message'; readonly bytes: Uint8Array }
  /** The other side closed the stream after its last message. A stream that breaks never gets as far as the machine. */
  | { readonly kind: 'ended' }
  /** The verdicts on entries that were to be verified, in their order; null where a signature does not hold. */
  | { readonly kind: 'verified'; readonly entries: readonly (SignedPeerEntry | null)[] }
  /** The entries of a `store` were offered to the catalog; so many changed it. */
  | { readonly kind: 'stored'; readonly changed: number }
  /** Others had their turn after a `yield` or `verifyAhead`; or what a `sendAhead` sends is on its way, or the stream is being closed. */
  | { readonly kind: 'resumed' }

/** What to do next. */
export type ExchangeAction<Result> =
  /** Send this and wait for the next message. */
  | { readonly kind: 'send'; readonly message: Uint8Array }
  /** Send this and go on at once: its answer is read later. */
  | { readonly kind: 'sendAhead'; readonly message: Uint8Array }
  /** Wait for the next message. */
  | { readonly kind: 'read' }
  /** Verify these, and wait for the oldest verdicts that are pending. */
  | { readonly kind: 'verify'; readonly entries: readonly UnverifiedEntry[] }
  /** Begin to verify these, and let others have a turn. Verdicts come in the order in which they were asked for. */
  | { readonly kind: 'verifyAhead'; readonly entries: readonly UnverifiedEntry[] }
  /** Wait for the oldest verdicts that are pending. */
  | { readonly kind: 'awaitVerdicts' }
  /** Many entries will have to be verified soon. */
  | { readonly kind: 'expectMany' }
  | { readonly kind: 'store'; readonly entries: readonly SignedPeerEntry[] }
  /** Let others have a turn: there is more work than should be done at once. */
  | { readonly kind: 'yield' }
  /** All is said: close the stream. The machine goes on with what it has, and holds up nobody at the other end. */
  | { readonly kind: 'close' }
  /** It is over: send `last`, where there is one, and close the stream. */
  | { readonly kind: 'done'; readonly result: Result; readonly last?: Uint8Array }
  /** It failed: reset the stream. */
  | { readonly kind: 'fail'; readonly error: PeerscopeError }

/** One side of an exchange. After `done` and `fail` it is not asked again. */
export interface Exchange<Result> {
  /** @param now milliseconds of a monotonic clock */
  step(input: ExchangeInput, now: number): ExchangeAction<Result>
}

/** Makes a `fail` of an error of ours that `step` throws; a defect goes on. */
export function failing<Result>(step: () => ExchangeAction<Result>): ExchangeAction<Result> {
  try {
    return step()
  } catch (error) {
    if (error instanceof PeerscopeError) return { kind: 'fail', error }
    throw error
  }
}

/** What a machine says to an input that its state has no place for: a defect of the runner, never of the peer. */
export function unexpected(machine: string, input: ExchangeInput): Error {
  return new Error(`${machine} got '${input.kind}' out of turn`)
}
