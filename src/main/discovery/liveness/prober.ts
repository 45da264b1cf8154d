/** Rules RT: the round-trip time to every known peer, measured at a bounded rate; and the probes of rule WK11. */
import { probeDelay } from '../base/jitter.ts'
import type { Env } from '../core/env.ts'
import type { PeerRecord } from '../core/peers.ts'
import { LANES } from '../core/work.ts'
import type { Work } from '../core/work.ts'
import type { Requests } from '../core/requests.ts'

/** How often due probes are looked for at the most, milliseconds. */
const LOOK_MS = 100
/** The first probe of a connected peer, or of a neighbor, comes within so many milliseconds. */
const SOON_MS = 5000
/** Heap steps that one look may make. */
const STEPS = 1000

/** Asks the peers in turn. */
export class Prober {
  readonly #env: Env
  readonly #requests: Requests

  constructor(env: Env, requests: Requests) {
    this.#env = env
    this.#requests = requests
  }

  /**
   * A peer is known from now on. One that is connected is measured soon, others in their turn: a newcomer that asked many at
   * once would dial them all, and get a new version of each, which its first syncs would then carry everywhere.
   */
  add(record: PeerRecord): void {
    if (record.probeAt !== null) return
    const { rttProbeInterval } = this.#env.config
    const within = record.connection === null ? rttProbeInterval : Math.min(SOON_MS, rttProbeInterval)
    this.#schedule(record, this.#env.random.number() * within)
  }

  /** The peer is in our mesh: one that was not measured yet is measured soon. */
  neighborUp(record: PeerRecord): void {
    const soon = this.#env.clock.monotonic() + SOON_MS
    if (record.entry?.rtt !== null || record.probeAt === null || record.probeAt <= soon) return
    this.#schedule(record, this.#env.random.number() * SOON_MS)
  }

  /** Rule WK11: all peers are to be asked now, as fast as the rate allows. */
  probeAll(): void {
    const now = this.#env.clock.monotonic()
    for (const record of this.#env.peers.values()) {
      if (record.probeAt === null) continue
      record.probeAt = now
      this.#env.peers.probesDue.push(record, now)
    }
    this.look()
  }

  /** How long a round of all peers takes at the most, milliseconds. */
  roundMs(): number {
    return 5000 + (this.#env.catalog.size * 1000) / LANES.probe.rate.perSecond
  }

  /** A probe is over, whatever came of it. A peer that stays silent is asked again in its turn, and purged at last. */
  ended(record: PeerRecord, work: Work<'probe'>): void {
    const { peers, config, random } = this.#env
    this.#env.work.end(work)
    // A peer that went and came back meanwhile has a turn of its own.
    if (peers.isCurrent(record) && record.entry !== null)
      this.#schedule(record, probeDelay(config.rttProbeInterval, random.number()))
  }

  /** The timer is due. */
  probe(): void {
    const now = this.#env.clock.monotonic()
    const { peers, work } = this.#env
    for (;;) {
      peers.probesDue.settle(STEPS)
      const due = peers.probesDue.bound()
      if (due === null || due > now) break
      const begun = work.beginNow('probe', now)
      if (begun === null) break
      const record = peers.probesDue.popBefore(now + 1, STEPS)
      if (record === null) {
        work.end(begun)
        break
      }
      this.#requests.begin('ping', record.peerId, 'automatic', { for: 'probe', record, work: begun })
    }
    this.look()
  }

  /** Sets the timer, where none is set that is due sooner. */
  look(): void {
    const { timers, peers, clock } = this.#env
    const soonest = peers.probesDue.bound()
    if (soonest === null) return
    const at = Math.max(clock.monotonic() + LOOK_MS, soonest)
    if (at < (timers.at('probes') ?? Infinity)) timers.set('probes', at)
  }

  #schedule(record: PeerRecord, delayMs: number): void {
    const at = this.#env.clock.monotonic() + delayMs
    record.probeAt = at
    this.#env.peers.probesDue.push(record, at)
    this.look()
  }
}
