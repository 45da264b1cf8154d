/** Rules WK11, WK13: how we are ourselves, and whether our clock can be trusted. */
import type { PeerId } from '../../../shared/ids.ts'
import type { Clock } from '../ports.ts'
import type { PeerEntry } from '../../../shared/peer.ts'
import type { PeerTable } from '../core/peers.ts'
import { suspectSkew } from './skew.ts'

/** How often the clocks are compared, milliseconds. */
export const WATCH_MS = 1000
/** A smaller difference between the two clocks is no jump, milliseconds. */
const JUMP_MS = 5000
/** Peers whose clocks are compared with ours. */
const MAX_CLOCKS = 256
/** An answer that was under way for longer, here or there, may be nearly as much too late: it tells nothing of a clock. */
const MAX_RTT_MS = 2000

/** Our clock against those of our peers. */
export interface Comparison {
  /** By how much ours is ahead of them, milliseconds (`suspectSkew`); null where it agrees with them, or none was asked. */
  readonly byMs: number | null
  /** How many were asked. */
  readonly peers: number
}

/** A gap in time in which we did not run. */
export interface Leap {
  /** How much, milliseconds; negative where the clock went back. */
  readonly byMs: number
  /** Whether our clock jumped; else both clocks agree that nothing ran for so long: we stood still, or slept. */
  readonly jumped: boolean
}

/** Watches the clock and the event loop. */
export class ClockWatch {
  readonly #clock: Pick<Clock, 'now' | 'monotonic'>
  readonly #peers: PeerTable
  #lastNow: number
  #lastMonotonic: number
  #loopDelayMs = 0
  #compared: Comparison = { byMs: null, peers: 0 }
  /** What the table's `clockChanges` was then. */
  #comparedAs = 0

  constructor(clock: Pick<Clock, 'now' | 'monotonic'>, peers: PeerTable) {
    this.#peers = peers
    this.#clock = clock
    this.#lastNow = clock.now()
    this.#lastMonotonic = clock.monotonic()
  }

  /** How late our timers run, milliseconds, smoothed. */
  get loopDelayMs(): number {
    return this.#loopDelayMs
  }

  /** What the clocks of the peers that were asked say of ours, now. Each look asks, and hardly ever one of them was heard since. */
  compare(): Comparison {
    if (this.#comparedAs === this.#peers.clockChanges) return this.#compared
    this.#comparedAs = this.#peers.clockChanges
    const samples: number[] = []
    for (const { clockBehindMs } of this.#peers.clocks) {
      if (clockBehindMs !== null) samples.push(clockBehindMs)
      if (samples.length === MAX_CLOCKS) break
    }
    this.#compared = { byMs: suspectSkew(samples), peers: samples.length }
    return this.#compared
  }

  /**
   * An entry came, announced or in a sync. It may have waited, for us or for the machine of its peer, so its time is only a bound:
   * the clock of the peer that sent it shows that time or a later one. It corrects what an answer told of that clock. By itself it
   * tells nothing: only clocks that are ahead would show.
   */
  heardEntry({ peerId, version }: PeerEntry, from: PeerId): void {
    const before = this.#peers.get(peerId)?.clockBehindMs ?? null
    const behindMs = this.#clock.now() - version.updatedAt
    if (from === peerId && before !== null && behindMs < before) this.noteClock(peerId, behindMs)
  }

  /** A peer answered a ping, and its clock was this far behind ours. */
  heardAnswer(peerId: PeerId, behindMs: number, rttMs: number): void {
    if (rttMs <= MAX_RTT_MS) this.noteClock(peerId, behindMs)
  }

  /** How far a peer's clock is behind ours, milliseconds. */
  noteClock(peerId: PeerId, behindMs: number): void {
    const record = this.#peers.get(peerId)
    if (record !== null) this.#peers.setClock(record, behindMs)
  }

  /** The time, without a jump that happened since the last look. */
  steadyNow(): number {
    const now = this.#clock.now()
    const expected = this.#lastNow + this.#clock.monotonic() - this.#lastMonotonic
    return Math.abs(now - expected) >= JUMP_MS ? expected : now
  }

  /**
   * To be called every `WATCH_MS`, before a purge, and when the host knows of a sleep.
   * @param late milliseconds by which this call is late, null when it was not timed
   * @returns null where no time was missed
   */
  watch(late: number | null): Leap | null {
    const now = this.#clock.now()
    const monotonic = this.#clock.monotonic()
    const elapsed = monotonic - this.#lastMonotonic
    const drift = now - this.#lastNow - elapsed
    this.#lastNow = now
    this.#lastMonotonic = monotonic
    if (late !== null) this.#loopDelayMs = 0.8 * this.#loopDelayMs + 0.2 * Math.max(0, late)
    if (Math.abs(drift) >= JUMP_MS) {
      // What was measured by the clock as it was says nothing of it as it is.
      for (const record of this.#peers.clocks) this.#peers.setClock(record, null)
      return { byMs: drift, jumped: true }
    }
    // The monotonic clock may count while the machine sleeps: then only our lateness tells, once for each sleep or stall.
    const asleep = Math.min(late ?? 0, elapsed)
    return asleep >= JUMP_MS ? { byMs: asleep, jumped: false } : null
  }
}
