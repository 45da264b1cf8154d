/** Rule MO31: connections that were made for a stream which is about to be opened. They never wait for long. */
import type { PeerId } from '../../../shared/ids.ts'
import type { Clock } from '../../discovery/ports.ts'
import { SUCCESS } from './errors.ts'
import type { Wire } from './wire.ts'

/** How long one waits, milliseconds: a peer of mosaik's serves nobody else until the connection is used or closed. */
const PARKED_MS = 500

/** Connections that wait for their stream. */
export class Parking {
  readonly #clock: Pick<Clock, 'schedule'>
  readonly #parked = new Map<string, { readonly wire: Wire; cancel(): void }[]>()

  constructor(clock: Pick<Clock, 'schedule'>) {
    this.#clock = clock
  }

  park(wire: Wire): void {
    const key = keyOf(wire.remote, wire.protocol)
    const spot = {
      wire,
      cancel: this.#clock.schedule(PARKED_MS, () => {
        this.#leave(key, spot)
        wire.close(SUCCESS)
      }),
    }
    this.#parked.set(key, [...(this.#parked.get(key) ?? []), spot])
    void wire.closed.then(() => this.#leave(key, spot))
  }

  /** The oldest open one for this peer and protocol. From now on it is the caller's to close. */
  take(peerId: PeerId, protocol: string): Wire | null {
    const key = keyOf(peerId, protocol)
    for (const spot of this.#parked.get(key) ?? []) {
      this.#leave(key, spot)
      if (spot.wire.isOpen) return spot.wire
    }
    return null
  }

  #leave(key: string, spot: { cancel(): void }): void {
    spot.cancel()
    const left = (this.#parked.get(key) ?? []).filter((one) => one !== spot)
    if (left.length === 0) this.#parked.delete(key)
    else this.#parked.set(key, left)
  }
}

function keyOf(peerId: PeerId, protocol: string): string {
  return `${peerId} ${protocol}`
}
