/** Rules RT: the round-trip time to every known peer, measured at a bounded rate; and the probes of rule WK11. */
import type { PeerId } from '../../../shared/ids.ts'
import type { Context } from '../context.ts'
import type { SignedPeerEntry } from '../entry/entry.ts'
import { probeDelay } from '../base/jitter.ts'
import { LazyHeap } from '../base/lazy-heap.ts'
import type { Pong } from './ping.ts'
import { takeToken } from '../base/rates.ts'
import type { Bucket } from '../base/rates.ts'
import { smoothRtt } from './rtt.ts'

/** Rule RT2. */
const AT_ONCE = 16
const RATE = { perSecond: 10, burst: 10 }
/** How often due probes are looked for, milliseconds. */
const LOOK_MS = 100
/** The first probe of a peer comes within so many milliseconds, where no more than so many peers are known. */
const SOON_MS = 2000
const FEW = 32

/** Asks the peers in turn. */
export class Prober {
  readonly #context: Context
  readonly #ping: (peerId: PeerId, signal: AbortSignal) => Promise<Pong>
  readonly #dueAt = new Map<PeerId, number>()
  readonly #heap = new LazyHeap<PeerId>((peerId) => this.#dueAt.get(peerId) ?? null)
  /** Peers whose first probe is still to come soon, as long as they are few. */
  readonly #early = new Set<PeerId>()
  #running = 0
  #bucket: Bucket | undefined
  #looking = false

  /** @param ping pings and offers the answer to the catalog */
  constructor(context: Context, ping: (peerId: PeerId, signal: AbortSignal) => Promise<Pong>) {
    this.#context = context
    this.#ping = ping
  }

  /**
   * A peer is known from now on. Among few its first probe comes soon, among many in its turn: a newcomer that asked many at
   * once would get a new version of each, which its first syncs would then carry everywhere.
   */
  add(peerId: PeerId): void {
    if (this.#dueAt.has(peerId)) return
    const { rttProbeInterval } = this.#context.config
    const few = this.#dueAt.size < FEW
    if (few) this.#early.add(peerId)
    else this.#putOff()
    const within = few ? Math.min(SOON_MS, rttProbeInterval) : rttProbeInterval
    this.#schedule(peerId, this.#context.ports.random.number() * within)
  }

  remove(peerId: PeerId): void {
    this.#dueAt.delete(peerId)
    this.#early.delete(peerId)
  }

  /** Rule WK11: all peers are to be asked now, as fast as the rate allows. */
  probeAll(): void {
    const now = this.#context.ports.clock.monotonic()
    this.#early.clear()
    for (const peerId of this.#dueAt.keys()) {
      this.#dueAt.set(peerId, now)
      this.#heap.push(peerId, now)
    }
    this.#look()
  }

  /** How long a round of all peers takes at the most, milliseconds. */
  roundMs(): number {
    return 5000 + (this.#dueAt.size * 1000) / RATE.perSecond
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
    const now = ports.clock.monotonic()
    for (const peerId of this.#early) {
      if (this.#context.connectionOf(peerId) === null)
        this.#dueAt.set(peerId, now + ports.random.number() * config.rttProbeInterval)
    }
    this.#early.clear()
  }

  #schedule(peerId: PeerId, delayMs: number): void {
    const at = this.#context.ports.clock.monotonic() + delayMs
    this.#dueAt.set(peerId, at)
    this.#heap.push(peerId, at)
    this.#look()
  }

  #look(): void {
    if (this.#looking) return
    const soonest = this.#heap.bound()
    if (soonest === null) return
    this.#looking = true
    const wait = Math.max(LOOK_MS, soonest - this.#context.ports.clock.monotonic())
    this.#context.later(wait, () => {
      this.#looking = false
      this.#startDue()
      this.#look()
    })
  }

  #startDue(): void {
    const now = this.#context.ports.clock.monotonic()
    while (this.#running < AT_ONCE) {
      this.#heap.settle(1000)
      const due = this.#heap.bound()
      if (due === null || due > now) return
      const { bucket, allowed } = takeToken(this.#bucket, now, RATE)
      this.#bucket = bucket
      if (!allowed) return
      const peerId = this.#heap.popBefore(now + 1, 1000)
      if (peerId === null) return
      void this.#probe(peerId)
    }
  }

  async #probe(peerId: PeerId): Promise<void> {
    this.#running += 1
    this.#early.delete(peerId)
    try {
      await this.#ping(peerId, this.#context.ended)
    } catch {
      // No answer: the peer is asked again in its turn, and purged when it stays silent.
    } finally {
      this.#running -= 1
      this.#context.queue.submit(() => {
        if (this.#dueAt.has(peerId)) {
          this.#schedule(peerId, probeDelay(this.#context.config.rttProbeInterval, this.#context.ports.random.number()))
        }
      })
    }
  }
}
