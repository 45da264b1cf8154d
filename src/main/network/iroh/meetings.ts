/** Connections for announcements: those that count as connections of the node, and that gossip goes over. */
import type { PeerId } from '../../../shared/ids.ts'
import type { Unsubscribe } from '../../discovery/ports.ts'
import { SUCCESS } from './errors.ts'
import type { Wire } from './wire.ts'

/** Connections that one peer may have at once: both sides may have dialed, and one may be about to end. */
const A_PEER = 4

/** What is told of them. */
export interface MeetingListener {
  /** One more connection with a peer; `first` where there was none. */
  opened(wire: Wire, first: boolean): void
  /** A connection is gone; `last` where none is left. */
  closed(wire: Wire, last: boolean): void
}

/** All of them, by peer. */
export class Meetings {
  readonly #wires = new Map<PeerId, Wire[]>()
  readonly #listeners = new Set<MeetingListener>()

  add(wire: Wire): void {
    const { remote } = wire
    const wires = this.#wires.get(remote) ?? []
    this.#wires.set(remote, wires)
    wires.push(wire)
    for (const listener of this.#listeners) listener.opened(wire, wires.length === 1)
    // One that was closed just now stands here for a moment more.
    const open = wires.filter(({ isOpen }) => isOpen)
    if (open.length > A_PEER) open[0]?.close(SUCCESS)
    void wire.closed.then(() => this.#remove(wire, wires))
  }

  #remove(wire: Wire, wires: Wire[]): void {
    wires.splice(wires.indexOf(wire), 1)
    if (wires.length === 0) this.#wires.delete(wire.remote)
    for (const listener of this.#listeners) listener.closed(wire, wires.length === 0)
  }

  /** The newest open connection with a peer: both sides send over that one. */
  of(peerId: PeerId): Wire | null {
    return this.#wires.get(peerId)?.findLast(({ isOpen }) => isOpen) ?? null
  }

  /** Whether this connection is open, and the only one with its peer that is. */
  isOnly(wire: Wire): boolean {
    return this.#wires.get(wire.remote)?.every((one) => one.isOpen === (one === wire)) === true
  }

  peers(): readonly PeerId[] {
    return [...this.#wires.keys()]
  }

  subscribe(listener: MeetingListener): Unsubscribe {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }
}
