/** Who is in the catalog: every change of that is told by exactly one event (rules CT, WK3, WK7, EV1). */
import type { DepartureReason, PeerEntry, Source } from '../../../shared/peer.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { Places } from '../bootstrap/places.ts'
import { targetOf } from '../connections/connections.ts'
import type { Context } from '../context.ts'
import type { ParsedDeparture } from '../announce/departure.ts'
import type { SignedPeerEntry } from '../entry/entry.ts'
import type { Provenance } from '../bootstrap/provenance.ts'
import { wayOf } from '../bootstrap/provenance.ts'
import type { GonePeer } from './catalog.ts'
import type { UpsertOutcome } from '../handle.ts'
import { changedFields } from '../entry/local-entry.ts'
import type { Prober } from '../liveness/prober.ts'
import type { Syncs } from '../sync/syncs.ts'

/** Whom presence concerns. */
export interface PresenceParts {
  readonly places: Places
  readonly provenance: Provenance
  readonly prober: Prober
  readonly syncs: Syncs
  /** The soonest expiry may have changed. */
  readonly expiryChanged: () => void
}

/** The only way for other peers into the catalog and out of it. All methods run inside commands. */
export class Presence {
  readonly #context: Context
  readonly #parts: PresenceParts

  constructor(context: Context, parts: PresenceParts) {
    this.#context = context
    this.#parts = parts
  }

  /** Offers a verified entry. `from` is who sent it, where that is known. */
  offer(signed: SignedPeerEntry, source: Source, from: PeerId | null = null): UpsertOutcome {
    const { catalog, counters, ports } = this.#context
    const { peerId, version, tags, addresses } = signed.entry
    const { outcome, before, displaced } = catalog.upsertSigned(signed, source, ports.clock.now())
    if (displaced !== null) {
      counters.refuse('Displaced')
      this.gone(displaced, 'displaced')
    }
    if (outcome !== 'New' && outcome !== 'Updated') {
      if (outcome !== 'Rejected')
        this.#context.reject(peerId, outcome, source, `version ${version.startedAt}.${version.updatedAt}`)
      return outcome
    }
    if (before === null) {
      this.#present(signed.entry, source, from)
    } else {
      const changed = changedFields(before.entry, signed.entry)
      this.#context.emit({ kind: 'PeerUpdated', peerId, source, version, tags, addresses, changed })
      const record = this.#context.peers.ensure(peerId)
      this.#parts.syncs.firstSight(record)
      this.#parts.prober.add(record)
    }
    this.#parts.expiryChanged()
    this.#context.changed()
    return outcome
  }

  /** Offers an unsigned entry (rule CT9). */
  insert(entry: PeerEntry): boolean {
    const { catalog, ports } = this.#context
    const isNew = !catalog.has(entry.peerId)
    if (!catalog.insertUnsigned(entry, ports.clock.now())) return false
    if (isNew) this.#present(entry, 'manual', null)
    this.#parts.expiryChanged()
    this.#context.changed()
    return true
  }

  remove(peerId: PeerId): boolean {
    const peer = this.#context.catalog.remove(peerId)
    if (peer !== null) this.gone(peer, 'removed')
    return peer !== null
  }

  clearUnsigned(): number {
    const removed = this.#context.catalog.clearUnsigned()
    for (const peer of removed) this.gone(peer, 'removed')
    return removed.length
  }

  /** Rule WK7. */
  depart(departure: ParsedDeparture): void {
    const { catalog, ports } = this.#context
    const peer = catalog.depart(departure.peerId, departure.lastVersion, ports.clock.now())
    if (peer !== null) this.gone(peer, 'graceful')
  }

  /** A peer is not in the catalog any more (rules RT4, WK3). */
  gone(peer: GonePeer, reason: DepartureReason): void {
    const { places, syncs } = this.#parts
    const { record } = peer
    const { peerId, version } = peer.entry
    // Its record is not in the table any more; what is left of it is its place in the queue.
    syncs.gone(record)
    if (reason === 'purged' || reason === 'displaced')
      places.remember(targetOf(peer), wayOf(record), record.wasNeighbor)
    else places.forget(peerId)
    this.#context.emit({ kind: 'PeerDeparted', peerId, reason, version })
    this.#context.changed()
  }

  /** A peer is in the catalog from now on. */
  #present(entry: PeerEntry, source: Source, from: PeerId | null): void {
    const context = this.#context
    const { peerId, version, tags, addresses } = entry
    const record = context.peers.ensure(peerId)
    this.#parts.provenance.learned(record, source, from, context.connectionOf(peerId))
    context.emit({ kind: 'PeerDiscovered', peerId, source, version, tags, addresses })
    if (context.connectionOf(peerId) !== null) context.catalog.markReached(peerId)
    this.#parts.syncs.firstSight(record)
    this.#parts.prober.add(record)
    context.observe({ peerId, addresses }, wayOf(record))
  }
}
