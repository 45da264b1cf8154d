/** What is asked of peers, by the user and by discovery itself: to dial, to reach and to ping them. */
import { errorShape, Timeout, UnknownPeer } from '../../../shared/errors.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { Source } from '../../../shared/peer.ts'
import { withDeadline } from '../base/deadline.ts'
import type { Places } from '../bootstrap/places.ts'
import type { Presence } from '../catalog/presence.ts'
import type { Connections } from '../connections/connections.ts'
import { targetOf } from '../connections/connections.ts'
import type { Dialer } from '../connections/dialer.ts'
import type { Context } from '../context.ts'
import type { Priority } from '../core/work.ts'
import type { DialResult } from '../handle.ts'
import type { ClockWatch } from '../liveness/clock-watch.ts'
import type { Pong } from '../liveness/ping-exchange.ts'
import { ping } from '../liveness/ping.ts'
import type { Prober } from '../liveness/prober.ts'
import type { DialTarget } from '../ports.ts'
import { REQUEST_TIMEOUT } from '../protocols.ts'

/** Whom requests concern. */
export interface RequestParts {
  readonly dialer: Dialer
  readonly places: Places
  readonly connections: Connections
  readonly clockWatch: ClockWatch
  readonly prober: () => Prober
  readonly presence: () => Presence
}

/** Makes requests. What comes of them goes through the worker's queue. */
export class Requests {
  readonly #context: Context
  readonly #parts: RequestParts

  constructor(context: Context, parts: RequestParts) {
    this.#context = context
    this.#parts = parts
  }

  /** Rules WK4, AD2: whatever the user gave is dialed. What came of each target, in their order. */
  async dial(targets: readonly DialTarget[], signal: AbortSignal): Promise<DialResult[]> {
    await this.#context.queue.call(() => {
      for (const target of targets) this.#parts.places.give(target)
    })
    return await Promise.all(
      targets.map(async (target) => {
        try {
          const given = { ...target, given: true }
          const peerId = await this.#parts.dialer.connect(given, signal, { way: { path: 'given' }, priority: 'user' })
          this.#context.queue.submit(() => this.#parts.places.answered(target, peerId))
          return { target, peerId, error: null }
        } catch (error) {
          return { target, peerId: null, error: errorShape(error) }
        }
      }),
    )
  }

  /** Makes sure that there is a connection to a peer of the catalog. @throws UnknownPeer, DialFailed */
  async reach(peerId: PeerId, signal: AbortSignal, priority: Priority): Promise<void> {
    if (this.#context.connectionOf(peerId) !== null) return
    const peer = this.#context.catalog.get(peerId)
    if (peer === null) throw new UnknownPeer(`${peerId} is not in the catalog, and there is no connection to it`)
    await this.#parts.dialer.connect(targetOf(peer), signal, { priority })
  }

  /** Rule PG2: fails after 5 s, the dial included. The answer goes through the catalog's rules. */
  async ping(
    peerId: PeerId,
    signal: AbortSignal,
    { source = 'ping', priority = 'user' }: { readonly source?: Source; readonly priority?: Priority } = {},
  ): Promise<Pong> {
    const { clock } = this.#context.ports
    const pong = await withDeadline(clock, REQUEST_TIMEOUT, signal, `the ping to ${peerId}`, async (inner) => {
      await this.reach(peerId, inner, priority)
      return await ping(this.#context, peerId, inner).catch((error: unknown) => {
        if (error instanceof Timeout) this.#context.queue.submit(() => this.#parts.connections.unanswered(peerId))
        throw error
      })
    })
    await this.#context.queue.call(() => {
      this.#context.used(peerId)
      this.#context.heard()
      this.#parts.clockWatch.noteClock(peerId, this.#context.ports.clock.now() - pong.signed.entry.version.updatedAt)
      this.#parts.presence().offer(pong.signed, source, peerId)
      this.#context.catalog.markReached(peerId)
      this.#parts.prober().measured(peerId, pong.signed, pong.rttMs)
    })
    return pong
  }
}
