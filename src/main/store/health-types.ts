/** What health is told from, as the store gives it. */
import type { PeerId } from '../../shared/ids.ts'
import type { NetworkKey } from '../../shared/network-kind.ts'
import type { DepartureReason } from '../../shared/peer.ts'

/** One round-trip measurement. */
export interface RttSample {
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly ms: number
}

/** How late our own event loop ran. */
export interface LoopDelay {
  /** When it was written down, milliseconds since the epoch. */
  readonly at: number
  /** The largest delay since the one before, or since the network was joined, milliseconds. */
  readonly ms: number
}

/** Why a presence ended; `unknown` when Peerscope stopped before the peer left. */
export type SessionEnd = DepartureReason | 'unknown'

/** A span of time of one network, both ends included, milliseconds since the epoch. */
export interface TimeSpan {
  readonly networkKey: NetworkKey
  readonly from: number
  readonly to: number
}

/** Whether a peer is among those that are looked at; it may be asked of each many times, so it keeps its answers. Null for all. */
export type Among = ((peerId: PeerId) => boolean) | null

/** Which presences are told. */
export interface PresenceSpan extends TimeSpan {
  readonly among?: Among
  /** Peers whose departures are told apart; null or left out for none. */
  readonly marks?: Among
}

/**
 * Collects presences of a span: all beginnings in the order of time, then all ends in theirs. Where our clock was set since the
 * span began, they are those of the event log, in its order and at the moments that its events count for.
 */
export interface PresenceFold<T> {
  began(at: number): void
  /** @param marked whether `marks` holds of its peer; false where nobody is marked */
  ended(at: number, reason: SessionEnd, marked: boolean): void
  result(): T
}

/** When a peer was here, milliseconds since the epoch. */
export interface Presence {
  readonly from: number
  /** Null while it is here. */
  readonly to: number | null
}

/** Collects round-trip times, peer by peer. */
export interface SampleFold<T> {
  /** Oldest first, at least one; and the presences that touch the span, oldest first, the newest where they are very many. */
  peer(samples: readonly RttSample[], presences: readonly Presence[]): void
  /** How many peers were looked at, and how many have samples of any time. */
  result(peers: { readonly read: number; readonly all: number }): T
}

/** Collects how late our own event loop ran, oldest first. */
export interface DelayFold<T> {
  delay(delay: LoopDelay): void
  result(): T
}

/** Reads for health. */
export interface HealthReads {
  /**
   * When our event loop was measured last, milliseconds since the epoch: every 15 s while the network is joined.
   * @param by what was measured by a clock that was ahead, and set back since, is later and does not count
   */
  lastDelayAt(networkKey: NetworkKey, by?: number): number | null
  /** How many peers, of some or all, were present at a past moment: as `catalogAt`, without who. In steps of some milliseconds. */
  presentAt(networkKey: NetworkKey, at: number, among?: Among): Generator<void, number>
  /** The same of several moments, in any order. */
  countSteps(networkKey: NetworkKey, moments: readonly number[], among?: Among): Generator<void, readonly number[]>
  /**
   * Presences of some peers or all that began or ended in a span, given to what `make` makes. In steps of some
   * milliseconds; they start over, with a new fold, where the database is replaced between two of them.
   */
  presenceSteps<T>(span: PresenceSpan, make: () => PresenceFold<T>): Generator<void, T>
  /** Round-trip times of a span, of at most `most` peers, evenly taken from some or all. In steps, as `presenceSteps`. */
  sampleSteps<T>(
    span: TimeSpan & { readonly most: number; readonly among?: Among },
    make: () => SampleFold<T>,
  ): Generator<void, T>
  /** How late our own event loop ran in a span. In steps, as `presenceSteps`. */
  delaySteps<T>(span: TimeSpan, make: () => DelayFold<T>): Generator<void, T>
}
