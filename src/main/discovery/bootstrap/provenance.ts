/** By which path each peer of the catalog was first learned (rule BS4). */
import type { BootstrapPath, Learned } from '../../../shared/bootstrap.ts'
import { NO_BOOTSTRAP } from '../../../shared/bootstrap.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { Source } from '../../../shared/peer.ts'
import type { Attempts, Way } from './attempts.ts'
import type { Clock, Connection } from '../ports.ts'

/** Peers that were reached and did not show their entry yet: as many are remembered. */
const REACHED = 256

const PATHS: Readonly<Record<Source, BootstrapPath>> = {
  gossip: 'gossip',
  sync: 'sync',
  ping: 'sync',
  dial: 'given',
  dht: 'dht',
  mdns: 'lan',
  stored: 'store',
  manual: 'manual',
  self: 'manual',
}

/** Keeps the first path of each peer while it is in the catalog. */
export class Origins {
  readonly #clock: Clock
  readonly #attempts: Attempts
  readonly #learned = new Map<PeerId, Learned>()
  readonly #reached = new Map<PeerId, Way>()
  readonly #counts = { ...NO_BOOTSTRAP.learned }

  constructor(clock: Clock, attempts: Attempts) {
    this.#clock = clock
    this.#attempts = attempts
  }

  /** We dialed a peer and it answered. What counts is the first time. */
  reached(peerId: PeerId, way: Way): void {
    if (this.#learned.has(peerId) || this.#reached.has(peerId)) return
    this.#reached.set(peerId, way)
    if (this.#reached.size > REACHED) this.#reached.delete(this.#reached.keys().next().value ?? peerId)
  }

  /** A peer is in the catalog from now on. `from` is who sent its entry, where that is known. */
  learned(peerId: PeerId, source: Source, from: PeerId | null, connection: Connection | null): void {
    if (this.#learned.has(peerId)) return
    const way = this.#reached.get(peerId) ?? this.#dialed(peerId, connection)
    this.#reached.delete(peerId)
    const itself = connection !== null && source !== 'manual' && (from === null || from === peerId)
    const path = way?.path ?? (itself && connection.direction === 'inbound' ? 'incoming' : PATHS[source])
    const told = path === 'gossip' || path === 'sync'
    this.#learned.set(peerId, {
      path,
      from: told && from !== peerId ? from : null,
      slot: way?.slot ?? null,
      at: this.#clock.now(),
    })
    this.#counts[path] += 1
  }

  /** A peer is not in the catalog any more. */
  forget(peerId: PeerId): void {
    const learned = this.#learned.get(peerId)
    if (learned === undefined) return
    this.#learned.delete(peerId)
    this.#counts[learned.path] -= 1
  }

  of(peerId: PeerId): Learned | null {
    return this.#learned.get(peerId) ?? null
  }

  /** By which path a peer of the catalog is dialed: the one on which it was learned. */
  wayOf(peerId: PeerId): Way {
    const { path, slot } = this.#learned.get(peerId) ?? { path: 'gossip', slot: null }
    return slot === null ? { path } : { path, slot }
  }

  counts(): Readonly<Record<BootstrapPath, number>> {
    return { ...this.#counts }
  }

  #dialed(peerId: PeerId, connection: Connection | null): Way | null {
    if (connection === null || connection.direction === 'inbound') return null
    return this.#attempts.wayTo(peerId, connection.remoteAddress)
  }
}
