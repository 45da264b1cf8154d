/** Rules RT: the round-trip time to every known peer, measured at a bounded rate; and the probes of rule WK11. */
import type { DiscoveryConfig } from '../../../shared/config.ts'
import { around } from '../base/jitter.ts'
import type { Env } from '../core/env.ts'
import type { PeerRecord } from '../core/peers.ts'
import { LANES } from '../core/work.ts'
import type { Work } from '../core/work.ts'
import type { Requests } from '../core/requests.ts'

/** How often due probes are looked for at the most, milliseconds. */
const LOOK_MS = 100
/** A peer that connects and was not measured lately is probed within so many milliseconds. */
const SOON_MS = 5000
/** The first probe of a peer that has to be dialed for it comes after this part of the interval, and within the interval. */
const FIRST_AFTER = 1 / 3
/** Time between two dials for probes, about, where many have to be dialed, milliseconds. */
const DIAL_MS = 1000
/** From one probe of a peer that has to be dialed to the next: where it is longer, its connection is not kept. Milliseconds. */
const RARE_MS = 120_000
/** Heap steps that one look may make. */
const STEPS = 1000

/** How often a peer is probed that has to be dialed for it, one of so many, milliseconds. */
export function dialInterval({ rttDialInterval }: Pick<DiscoveryConfig, 'rttDialInterval'>, peers: number): number {
  return Math.max(rttDialInterval, peers * DIAL_MS)
}

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
   * once would dial them all.
   */
  add(record: PeerRecord): void {
    if (record.probeAt === null) this.#schedule(record, record.connection === null ? this.#far(record) : this.#soon())
  }

  /** The peer has a connection: it need not be dialed for a probe. */
  connected(record: PeerRecord): void {
    const { clock, config, random } = this.#env
    const { rttProbeInterval: interval } = config
    const { probeAt } = record
    const measured = record.entry?.rtt?.at ?? -Infinity
    const inMs = clock.now() - measured < interval ? around(interval, random.number()) : this.#soon()
    if (probeAt !== null && probeAt > clock.monotonic() + inMs) this.#schedule(record, inMs)
  }

  /** The connection to the peer closed: what was planned for it would dial the peer again. What is due is asked all the same. */
  disconnected(record: PeerRecord): void {
    if (record.probeAt !== null && record.probeAt > this.#env.clock.monotonic())
      this.#schedule(record, this.#far(record))
  }

  /** Whether those that have to be dialed are asked so rarely that a connection would cost more than it saves. */
  get dialsRarely(): boolean {
    return this.#dialInterval() > RARE_MS
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
    if (!peers.isCurrent(record) || record.entry === null) return
    const interval = record.connection === null ? this.#dialInterval() : config.rttProbeInterval
    this.#schedule(record, around(interval, random.number()))
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

  /** When a peer is probed that has to be dialed for it, milliseconds from now. */
  #far({ entry }: PeerRecord): number {
    const { random } = this.#env
    const interval = this.#dialInterval()
    const u = random.number()
    if (entry?.rtt !== null) return around(interval, u)
    return interval * (FIRST_AFTER + u * (1 - FIRST_AFTER))
  }

  #dialInterval(): number {
    const { config, catalog, peers } = this.#env
    return dialInterval(config, catalog.size - peers.connected().size)
  }

  #soon(): number {
    const { random, config } = this.#env
    return random.number() * Math.min(SOON_MS, config.rttProbeInterval)
  }

  #schedule(record: PeerRecord, delayMs: number): void {
    const at = this.#env.clock.monotonic() + delayMs
    record.probeAt = at
    this.#env.peers.probesDue.push(record, at)
    this.look()
  }
}
