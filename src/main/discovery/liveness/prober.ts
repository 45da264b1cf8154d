/** Rules RT: the round-trip time to every known peer, measured at a bounded rate; and the probes of rule WK11. */
import type { PeerId } from '../../../shared/ids.ts'
import type { Context } from '../context.ts'
import type { SignedPeerEntry } from '../entry/entry.ts'
import { probeDelay } from '../base/jitter.ts'
import type { PeerRecord } from '../core/peers.ts'
import { LANES } from '../core/work.ts'
import type { Work } from '../core/work.ts'
import type { Pong } from './ping-exchange.ts'
import { smoothRtt } from './rtt.ts'

/** How often due probes are looked for, milliseconds. */
const LOOK_MS = 100
/** The first probe of a peer comes within so many milliseconds, where no more than so many peers are known. */
const SOON_MS = 2000
const FEW = 32

/** Asks the peers in turn. */
export class Prober {
  readonly #context: Context
  readonly #ping: (peerId: PeerId, signal: AbortSignal) => Promise<Pong>
  /** Whether there may be peers whose first probe is still to come soon, as they were few. */
  #mayBeEarly = false
  /** When due probes are looked for next, by the monotonic clock; infinite where that is not planned. */
  #lookAt = Infinity
  #cancelLook: () => void = () => undefined

  /** @param ping pings and offers the answer to the catalog */
  constructor(context: Context, ping: (peerId: PeerId, signal: AbortSignal) => Promise<Pong>) {
    this.#context = context
    this.#ping = ping
  }

  /**
   * A peer is known from now on. Among few its first probe comes soon, among many in its turn: a newcomer that asked many at
   * once would get a new version of each, which its first syncs would then carry everywhere.
   */
  add(record: PeerRecord): void {
    if (record.probeAt !== null) return
    const { rttProbeInterval } = this.#context.config
    // Ourselves and this one are not counted.
    const few = this.#context.catalog.size - 2 < FEW
    if (few) record.probeEarly = true
    else this.#putOff()
    this.#mayBeEarly = few
    const within = few ? Math.min(SOON_MS, rttProbeInterval) : rttProbeInterval
    this.#schedule(record, this.#context.ports.random.number() * within)
  }

  /** Rule WK11: all peers are to be asked now, as fast as the rate allows. */
  probeAll(): void {
    const now = this.#context.ports.clock.monotonic()
    for (const record of this.#context.peers.values()) {
      record.probeEarly = false
      if (record.probeAt === null) continue
      record.probeAt = now
      this.#context.peers.probesDue.push(record, now)
    }
    this.#look()
  }

  /** How long a round of all peers takes at the most, milliseconds. */
  roundMs(): number {
    return 5000 + (this.#context.catalog.size * 1000) / LANES.probe.rate.perSecond
  }

  /** Rule RT1: takes a measurement over. Inside a command. */
  measured(peerId: PeerId, signed: SignedPeerEntry, rttMs: number): void {
    const { catalog, ports } = this.#context
    const peer = catalog.get(peerId)
    if (peer === null || peer.entry.peerId !== signed.entry.peerId) return
    catalog.setRtt(peerId, smoothRtt(peer.rtt, rttMs, ports.clock.now()))
    this.#context.changed()
  }

  /** The early probes of peers that are not connected come in their turn instead: there are many now. */
  #putOff(): void {
    const { config, ports } = this.#context
    if (!this.#mayBeEarly) return
    const now = ports.clock.monotonic()
    for (const record of this.#context.peers.values()) {
      if (!record.probeEarly) continue
      record.probeEarly = false
      if (record.probeAt !== null && this.#context.connectionOf(record.peerId) === null)
        record.probeAt = now + ports.random.number() * config.rttProbeInterval
    }
  }

  #schedule(record: PeerRecord, delayMs: number): void {
    const at = this.#context.ports.clock.monotonic() + delayMs
    record.probeAt = at
    this.#context.peers.probesDue.push(record, at)
    this.#look()
  }

  #look(): void {
    const soonest = this.#context.peers.probesDue.bound()
    if (soonest === null) return
    const now = this.#context.ports.clock.monotonic()
    const at = Math.max(now + LOOK_MS, soonest)
    if (at >= this.#lookAt) return
    this.#cancelLook()
    this.#lookAt = at
    this.#cancelLook = this.#context.later(at - now, () => {
      this.#lookAt = Infinity
      this.#startDue()
      this.#look()
    })
  }

  #startDue(): void {
    const now = this.#context.ports.clock.monotonic()
    const { peers, work } = this.#context
    for (;;) {
      peers.probesDue.settle(1000)
      const due = peers.probesDue.bound()
      if (due === null || due > now) return
      const begun = work.beginNow('probe', now)
      if (begun === null) return
      const record = peers.probesDue.popBefore(now + 1, 1000)
      if (record === null) return work.end(begun)
      void this.#probe(record, begun)
    }
  }

  async #probe(record: PeerRecord, work: Work<'probe'>): Promise<void> {
    record.probeEarly = false
    try {
      await this.#ping(record.peerId, this.#context.ended)
    } catch {
      // No answer: the peer is asked again in its turn, and purged when it stays silent.
    } finally {
      this.#context.work.end(work)
      this.#context.queue.submit(() => {
        // A peer that went and came back meanwhile has a turn of its own.
        if (this.#context.peers.isCurrent(record) && record.entry !== null) {
          this.#schedule(record, probeDelay(this.#context.config.rttProbeInterval, this.#context.ports.random.number()))
        }
      })
    }
  }
}
