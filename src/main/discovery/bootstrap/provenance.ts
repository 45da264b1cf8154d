/** By which path each peer of the catalog was first learned (rule BS4). */
import type { BootstrapPath, Learned } from '../../../shared/bootstrap.ts'
import { NO_BOOTSTRAP } from '../../../shared/bootstrap.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { Source } from '../../../shared/peer.ts'
import type { Attempts, Way } from './attempts.ts'
import type { PeerRecord, PeerTable } from '../core/peers.ts'
import type { Clock, Connection } from '../ports.ts'

const PATHS: Readonly<Record<Source, BootstrapPath>> = {
  gossip: 'gossip',
  sync: 'sync',
  ping: 'sync',
  dht: 'dht',
  manual: 'manual',
  self: 'manual',
}

/** Keeps the first path of each peer, in its record. */
export class Provenance {
  readonly #clock: Pick<Clock, 'now' | 'monotonic'>
  readonly #attempts: Attempts
  readonly #peers: PeerTable

  constructor(clock: Pick<Clock, 'now' | 'monotonic'>, attempts: Attempts, peers: PeerTable) {
    this.#clock = clock
    this.#attempts = attempts
    this.#peers = peers
  }

  /** We dialed a peer and it answered. What counts is the first time. */
  reached(record: PeerRecord, way: Way): void {
    if (record.learned === null) record.reachedBy ??= way
  }

  /** A peer is in the catalog from now on. `from` is who sent its entry, where that is known. */
  learned(record: PeerRecord, source: Source, from: PeerId | null, connection: Connection | null): void {
    this.#attempts.isOurs(record.peerId)
    if (record.learned !== null) return
    const { peerId } = record
    const way = record.reachedBy ?? this.#dialed(peerId, connection)
    const itself = connection !== null && source !== 'manual' && (from === null || from === peerId)
    const path = way?.path ?? (itself && connection.direction === 'inbound' ? 'incoming' : PATHS[source])
    const told = path === 'gossip' || path === 'sync'
    record.reachedBy = null
    record.learned = {
      path,
      from: told && from !== peerId ? from : null,
      slot: way?.slot ?? null,
      at: this.#clock.now(),
    }
  }

  of(peerId: PeerId): Learned | null {
    return this.#peers.get(peerId)?.learned ?? null
  }

  /** Peers of the catalog by their path. */
  counts(): Readonly<Record<BootstrapPath, number>> {
    const counts = { ...NO_BOOTSTRAP.learned }
    for (const { learned } of this.#peers.values()) if (learned !== null) counts[learned.path] += 1
    return counts
  }

  #dialed(peerId: PeerId, connection: Connection | null): Way | null {
    if (connection === null || connection.direction === 'inbound') return null
    return this.#attempts.wayTo(peerId, connection.remoteAddress)
  }
}

/** By which path a peer is dialed. */
export function wayOf({ learned }: PeerRecord): Way {
  const { path, slot } = learned ?? { path: 'gossip', slot: null }
  return slot === null ? { path } : { path, slot }
}
