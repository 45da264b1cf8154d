/** Who is in the catalog: every change of that is told by exactly one event (rules CT, WK3, WK7, EV1). */
import type { PeerId } from '../../../shared/ids.ts'
import type { DepartureReason, PeerEntry, Source } from '../../../shared/peer.ts'
import type { Departure } from '../announce/heard.ts'
import { addressGroup, RateLimiter } from '../base/rates.ts'
import type { Provenance } from '../bootstrap/provenance.ts'
import type { Env } from '../core/env.ts'
import type { SignedPeerEntry } from '../entry/entry.ts'
import { changedFields } from '../entry/local-entry.ts'
import type { OwnEntry } from '../entry/own-entry.ts'
import type { UpsertOutcome } from '../handle.ts'
import { markAnswer } from './answered.ts'
import type { GonePeer } from './catalog.ts'

/** Rule BD3: bytes of entries that one source may bring by sync. 50,000 usual entries come at once, as in a first sync. */
const SYNC_BYTES = { perSecond: 256 * 1024, burst: 64 * 1024 * 1024 }

/** The only way for other peers into the catalog and out of it. */
export class Presence {
  readonly #env: Env
  readonly #own: OwnEntry
  readonly #provenance: Provenance
  readonly #synced = new RateLimiter(SYNC_BYTES)

  constructor(env: Env, own: OwnEntry, provenance: Provenance) {
    this.#env = env
    this.#own = own
    this.#provenance = provenance
  }

  /**
   * Offers a verified entry.
   * @param from who sent it, where that is known
   * @param judged what the catalog's `outcomeOf` gave for it in this step, where that was asked already
   */
  offer(signed: SignedPeerEntry, source: Source, from: PeerId | null = null, judged?: UpsertOutcome): UpsertOutcome {
    // Only who brings a peer first answers for it; to look that up costs more than the rest of an update.
    return this.#offer(signed, source, from, judged === 'Updated' ? '' : bringerOf(this.#env, from), judged)
  }

  #offer(
    signed: SignedPeerEntry,
    source: Source,
    from: PeerId | null,
    bringer: string,
    judged?: UpsertOutcome,
  ): UpsertOutcome {
    const { catalog, counters, clock } = this.#env
    const { peerId, version, tags, addresses } = signed.entry
    // By sync or from a program: gossip has looked at it already.
    if (peerId === this.#env.self && this.#own.isTwin(version)) this.#own.tellTwin(version)
    const { outcome, before, record, displaced } = catalog.upsertSigned(signed, source, clock.now(), bringer, judged)
    for (const peer of displaced) {
      counters.refuse('Displaced')
      this.gone(peer, 'displaced')
    }
    if (outcome !== 'New' && outcome !== 'Updated') {
      if (outcome !== 'Rejected')
        this.#env.reject(
          peerId,
          outcome,
          source,
          `version ${version.startedAt}.${version.updatedAt}`,
          outcome === 'Outdated' || outcome === 'FromTheFuture' ? version.updatedAt : undefined,
        )
      else if (this.#env.verbosity === 'trace') this.#env.trace('an entry is no news', peerId, { source, from })
      return outcome
    }
    if (before === null || record === null) {
      this.#present(signed.entry, source, from)
    } else {
      const changed = changedFields(before.entry, signed.entry)
      this.#env.emit({ kind: 'PeerUpdated', peerId, source, version, tags, addresses, changed })
      this.#env.post({ kind: 'present', record, isNew: false })
    }
    this.#env.changed()
    return outcome
  }

  /** Rule PG4: offers the verified entry that a peer answered a ping with. */
  offerAnswer(signed: SignedPeerEntry, source: Source, from: PeerId): void {
    const { catalog, clock, peers } = this.#env
    const { peerId } = signed.entry
    const kind = catalog.answered(signed.entry, clock.now())
    if (kind === 'known') return this.#env.changed()
    // It was on its way while the peer left.
    if (kind === 'left') return this.#env.debug('a peer that left answered a ping', peerId)
    const outcome = this.offer(signed, source, from)
    const record = peers.get(peerId)
    // What runs now answers: that of an earlier run is none that waited somewhere.
    const known = record?.entry?.entry.version
    if (outcome === 'Rejected' && known !== undefined && signed.entry.version.startedAt < known.startedAt)
      this.earlierStart(signed.entry, source)
    if (record === null || (outcome !== 'New' && outcome !== 'Updated')) return
    markAnswer(record, signed.entry)
    // It is not sent in a sync, so no sync may look for it.
    catalog.index.delete(peerId)
  }

  /** Rule ID5: a peer runs, and states an earlier start than the run that is known of it. */
  earlierStart({ peerId, version }: PeerEntry, source: Source): void {
    this.#env.reject(peerId, 'EarlierStart', source, `started ${version.startedAt}`, version.updatedAt)
  }

  /** Verified entries that came in a sync; the number of those that changed the catalog. */
  offerAll(entries: readonly SignedPeerEntry[], from: PeerId): number {
    const { counters, clock, clockWatch, dialect } = this.#env
    counters.signaturesVerified += entries.length
    let changed = 0
    const bringer = bringerOf(this.#env, from)
    for (const signed of entries) {
      if (!this.#synced.take(bringer, clock.monotonic(), signed.bytes.length)) {
        counters.refuse('SyncBytes')
        continue
      }
      const outcome = this.#offer(signed, 'sync', from, bringer)
      if (outcome === 'New' || outcome === 'Updated') changed += 1
      // What a peer says of itself tells of its clock (rule WK13).
      if (dialect.announcesFresh) clockWatch.heardEntry(signed.entry, from)
    }
    return changed
  }

  /** Offers an unsigned entry (rule CT9). */
  insert(entry: PeerEntry): boolean {
    const { catalog, clock } = this.#env
    const isNew = !catalog.has(entry.peerId)
    if (!catalog.insertUnsigned(entry, clock.now())) return false
    if (isNew) this.#present(entry, 'manual', null)
    this.#env.changed()
    return true
  }

  remove(peerId: PeerId): boolean {
    const peer = this.#env.catalog.remove(peerId)
    if (peer !== null) this.gone(peer, 'removed')
    return peer !== null
  }

  clearUnsigned(): number {
    const removed = this.#env.catalog.clearUnsigned()
    for (const peer of removed) this.gone(peer, 'removed')
    return removed.length
  }

  /** Rule WK7. */
  depart({ peerId, lastVersion }: Departure): void {
    const { catalog, clock } = this.#env
    const peer = catalog.depart(peerId, lastVersion, clock.now())
    if (peer !== null) this.gone(peer, 'graceful')
    else this.#env.debug('ignored a goodbye: the peer is not known, or with a newer version', peerId)
  }

  /** A peer is out of the catalog (rules RT4, WK3). */
  gone(peer: GonePeer, reason: DepartureReason): void {
    const { peerId, version } = peer.entry
    this.#env.debug('a peer departed', peerId, { reason })
    this.#env.emit({ kind: 'PeerDeparted', peerId, reason, version })
    this.#env.post({ kind: 'gone', peer, reason })
    this.#env.changed()
  }

  /** A peer is in the catalog from now on. */
  #present(entry: PeerEntry, source: Source, from: PeerId | null): void {
    const { peers, catalog } = this.#env
    const { peerId, version, tags, addresses } = entry
    const record = peers.ensure(peerId)
    this.#provenance.learned(record, source, from, record.connection)
    this.#env.debug('discovered a peer', peerId, { source, from })
    this.#env.emit({ kind: 'PeerDiscovered', peerId, source, version, tags, addresses })
    if (record.connection !== null) catalog.markReached(peerId)
    this.#env.post({ kind: 'present', record, isNew: true })
  }
}

/** Rule CT8: what an entry counts against. Many identities of one address group are one. */
export function bringerOf(env: Pick<Env, 'connectionOf'>, from: PeerId | null): string {
  if (from === null) return ''
  const connection = env.connectionOf(from)
  return (connection === null ? null : addressGroup(connection.remoteAddress)) ?? from
}
