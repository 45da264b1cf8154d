/** Which peers restarted: their entries have a later start than before. No I/O, no clock of its own. */
import type { DiscoveryEvent } from '../../shared/events.ts'
import type { PeerId } from '../../shared/ids.ts'
import { isSameStart } from '../../shared/peer.ts'
import type { DepartureReason } from '../../shared/peer.ts'

/** Peers that departed and are remembered, those that departed last. Of those that are here the catalog bounds the number. */
const MAX_DEPARTED = 20_000

/** When a peer started last, by its own clock, and how it departed since; null where we heard of no departure. */
interface Known {
  readonly startedAt: number
  readonly departed: DepartureReason | null
}

/** What is known of the starts of peers in one run. What earlier runs stored is not looked at: we were not there meanwhile. */
export class Restarts {
  readonly #here = new Map<PeerId, Known>()
  /** Who departed last is last. */
  readonly #departed = new Map<PeerId, Known>()

  /** Takes each event. @returns what it tells besides: that its peer restarted; else null */
  take(event: DiscoveryEvent): Extract<DiscoveryEvent, { kind: 'PeerRestarted' }> | null {
    switch (event.kind) {
      case 'PeerDiscovered':
      case 'PeerUpdated': {
        const { peerId } = event
        const before = this.#here.get(peerId) ?? this.#departed.get(peerId)
        // Others may bring back an entry from before a restart that is known.
        const startedAt = Math.max(event.version.startedAt, before?.startedAt ?? -Infinity)
        this.#here.set(peerId, { startedAt, departed: null })
        this.#departed.delete(peerId)
        if (before === undefined || isSameStart(before, { startedAt })) return null
        return { kind: 'PeerRestarted', peerId, startedAt, after: before.departed }
      }
      case 'PeerDeparted':
        this.#depart(event.peerId, event.version.startedAt, event.reason)
        return null
      case 'EventsMissed':
        // A goodbye may be among them: of who is told of next it is not known how it came back.
        this.#here.clear()
        this.#departed.clear()
        return null
      default:
        return null
    }
  }

  /** How many peers are remembered. */
  get size(): number {
    return this.#here.size + this.#departed.size
  }

  #depart(peerId: PeerId, startedAt: number, departed: DepartureReason): void {
    const before = this.#here.get(peerId) ?? this.#departed.get(peerId)
    this.#here.delete(peerId)
    this.#departed.delete(peerId)
    this.#departed.set(peerId, { startedAt: Math.max(startedAt, before?.startedAt ?? -Infinity), departed })
    const oldest = this.#departed.keys().next()
    if (this.#departed.size > MAX_DEPARTED && !oldest.done) this.#departed.delete(oldest.value)
  }
}
