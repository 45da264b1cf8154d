/** What of our own is behind a silence: a loss of the network, a stall of our machine, or a wrong clock. Peers that go so do it for one and the same cause. */
import { DEFAULT_CONFIG } from '../../../shared/config.ts'
import type { LoggedEvent } from '../../../shared/events.ts'
import type { PeerId } from '../../../shared/ids.ts'
import { stallOf } from '../insight/logged.ts'
import type { Stall } from '../insight/stalls.ts'
import { stallFigures, stallsBehind, worstOf } from '../insight/stalls.ts'
import { ClockFollower } from '../insight/wrong-clock.ts'
import { lossBegan } from '../loss.ts'
import type { Finding } from './cause.ts'

/** Our own stalls that are remembered. */
const MAX_STALLS = 100

/** A fault of our own; those of one `cause` are one. */
export interface OwnFault {
  readonly cause: string
  readonly finding: Finding
}

/** Remembers what is told of us. */
export class OwnFaults {
  /** The last loss of the network that was told. */
  #loss: { readonly seq: number; readonly at: number } | null = null
  #stalls: Stall[] = []
  #purgeAfterMs: number = DEFAULT_CONFIG.purgeAfter
  #clock = new ClockFollower(DEFAULT_CONFIG.purgeAfter)

  /** Another run begins. @param purgeAfterMs after which silence peers are purged in it, milliseconds */
  restart(purgeAfterMs: number): void {
    this.#loss = null
    this.#stalls = []
    this.#purgeAfterMs = purgeAfterMs
    this.#clock = new ClockFollower(purgeAfterMs)
  }

  /** Takes an event. What happened again comes by itself while it is live, and as one row where the log is read. */
  take(logged: LoggedEvent): void {
    const { kind } = logged.event
    this.#clock.take(logged)
    if (kind === 'Stalled') this.#stalls = [...this.#stalls, ...stallOf(logged)].slice(-MAX_STALLS)
    if (kind === 'NetworkLost') this.#loss = { seq: logged.seq, at: lossBegan(logged) }
  }

  /**
   * What is behind the silence of a peer; null where nothing of our own is.
   * @param lost whether it was purged while we had lost the network
   * @param at when it was purged, milliseconds since the epoch
   */
  behind(peerId: PeerId, lost: boolean, at: number): OwnFault | null {
    if (lost) {
      // Where the events begin within a loss it is not known since when it lasts.
      const loss = this.#loss ?? { seq: 0, at }
      return { cause: `lost ${loss.seq}`, finding: { kind: 'peers-lost', peerId, lostAt: loss.at } }
    }
    const behind = stallsBehind(at, this.#stalls, this.#purgeAfterMs)
    const [worst, stalls] = [worstOf(behind), stallFigures(behind, -Infinity, Infinity)]
    if (worst === null || stalls === null) return this.#wrongClock(peerId)
    return { cause: `stalled ${worst.seq}`, finding: { kind: 'peers-stalled', peerId, stalls } }
  }

  /** Our clock was found to be wrong, and not set right since. */
  #wrongClock(peerId: PeerId): OwnFault | null {
    const { wrong } = this.#clock
    if (wrong === null || wrong.peers === null) return null
    const { byMs, peers, events } = wrong
    return { cause: `clock ${events.at(-1) ?? 0}`, finding: { kind: 'peers-clock', peerId, byMs, peers } }
  }
}
