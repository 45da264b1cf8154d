/** Rules CT: this node's view of all entries. The core owns it. Nothing here costs O(n) for one entry. */
import type { DiscoveryConfig } from '../../../shared/config.ts'
import type { NetworkId, PeerId } from '../../../shared/ids.ts'
import type { PeerEntry, Rtt, Source, Version } from '../../../shared/peer.ts'
import { compareVersions } from '../../../shared/peer.ts'
import type { SignedPeerEntry } from '../entry/entry.ts'
import type { CatalogPeer, CatalogSnapshot, ChangesSince, Numbering, UpsertOutcome } from '../handle.ts'
import type { PeerRecord } from '../core/peers.ts'
import { PeerTable } from '../core/peers.ts'
import { LazyHeap } from '../base/lazy-heap.ts'
import type { AnswerKind } from './answered.ts'
import { isOfKnownRun, lastAlive, lastKept, noteAnswer, noteKept } from './answered.ts'
import { ChangeLog } from './change-log.ts'
import { costOf, LEAST_COST } from '../entry/cost.ts'
import { newer } from '../entry/version.ts'
import type { Aging } from './purge.ts'
import { expiryOf, HEAP_STEPS, isStale, longestOf, PURGED_AT_ONCE } from './purge.ts'
import { Room } from './room.ts'
import { ReconcileIndex } from '../sync/reconcile.ts'
import { isFastEnough } from '../liveness/rtt.ts'
import { Tombstones } from './tombstones.ts'
import { upsertOutcome } from './upsert.ts'

/** Nobody has to go for most entries. */
const NOBODY: readonly GonePeer[] = []

/** A peer that left the catalog, with all that was known of it. */
export interface GonePeer extends CatalogPeer {
  readonly record: PeerRecord
}

/** What an offered entry came to, and whom it displaced (rule CT8). */
export interface Upsert {
  readonly outcome: UpsertOutcome
  /** What was known of the peer before. */
  readonly before: CatalogPeer | null
  /** The record of the peer; null where it is not in the catalog and was refused. */
  readonly record: PeerRecord | null
  readonly displaced: readonly GonePeer[]
}

/** All entries of one network. */
export class Catalog {
  /** Signed entries by version, for sync (rule SY9). */
  readonly index = new ReconcileIndex()
  readonly #networkId: NetworkId
  readonly #config: DiscoveryConfig
  readonly #self: PeerId
  /** All records; those with an entry are the catalog. */
  readonly #peers: PeerTable
  #size = 0
  readonly #tombstones: Tombstones
  readonly #expiry = new LazyHeap<PeerId>((peerId) => this.#expiryOf(peerId))
  readonly #room: Room
  readonly #numbering: Numbering
  readonly #changes = new ChangeLog((peerId) => this.get(peerId))
  #snapshot: CatalogSnapshot | null = null
  #snapshotFrom = 0
  #snapshotUntil = 0

  /** @param numbering numbers the changes among all that is told (rule CT11) */
  constructor(
    local: SignedPeerEntry,
    config: DiscoveryConfig,
    now: number,
    numbering: Numbering,
    peers: PeerTable = new PeerTable(),
  ) {
    this.#numbering = numbering
    this.#peers = peers
    this.#room = new Room(peers)
    this.#tombstones = new Tombstones(config)
    this.#networkId = local.entry.networkId
    this.#self = local.entry.peerId
    this.#config = config
    this.setLocal(local, now)
  }

  /** Entries held, ourselves included. */
  get size(): number {
    return this.#size
  }

  /** Rule CT8: estimated bytes of the entries held, our own left aside. */
  get bytes(): number {
    return this.#room.cost
  }

  get tombstones(): number {
    return this.#tombstones.size
  }

  /** Rule CT1: the local entry is there from the start; this is the only way to change it. */
  setLocal(signed: SignedPeerEntry, now: number): void {
    const before = this.get(this.#self)
    // Set first: a version that is signed to answer a ping is told at once, not after a command.
    this.index.set(this.#self, signed.entry.version)
    this.#put(this.#peers.ensure(this.#self), {
      entry: signed.entry,
      signed,
      self: true,
      source: 'self',
      firstSeen: before?.firstSeen ?? now,
      lastSeen: now,
      rtt: null,
    })
  }

  get(peerId: PeerId): CatalogPeer | null {
    return this.#peers.get(peerId)?.entry ?? null
  }

  has(peerId: PeerId): boolean {
    return this.get(peerId) !== null
  }

  /** All peers but ourselves, stale ones included. */
  *others(): Generator<CatalogPeer> {
    for (const { entry } of this.#peers.values()) if (entry !== null && !entry.self) yield entry
  }

  /** What would become of such an entry, room left aside. Nothing changes. */
  outcomeOf(peerId: PeerId, entry: Aging, networkId: NetworkId, now: number): UpsertOutcome {
    if (peerId === this.#self) return 'Rejected'
    const record = this.#peers.get(peerId)
    const known = record === null || record.entry === null || record.entry.signed === null ? null : lastKept(record)
    // A peer that is there with a signed entry has none.
    const tombstone = known === null ? this.#tombstones.of(peerId, now) : null
    return upsertOutcome({
      entry,
      networkId,
      ownNetworkId: this.#networkId,
      known,
      tombstone,
      now,
      config: this.#config,
    })
  }

  /** Whether such an entry may enter (rule SY5). That of a new peer does not where nobody makes room (rule CT8). */
  isNews(peerId: PeerId, entry: Aging, now: number, from = '', cost?: number): boolean {
    const outcome = this.outcomeOf(peerId, entry, this.#networkId, now)
    return outcome === 'New' ? this.hasRoom(from, cost, this.#peers.get(peerId)) : outcome === 'Updated'
  }

  /** Whether a new peer's entry may enter (rule CT8). What it costs is not known before it comes: as much as others do. */
  hasRoom(from = '', cost = this.bytes / Math.max(1, this.#size - 1), record: PeerRecord | null = null): boolean {
    return this.#lacks(record, Math.max(cost, LEAST_COST)) === null || this.#room.mayYield(from)
  }

  /** Whether an entry of this version may enter: by what it states it may be older than others (rule AN14). */
  mayBeNews(peerId: PeerId, version: Version, now: number, from = ''): boolean {
    return this.isNews(peerId, longestOf(version), now, from)
  }

  /**
   * Rules CT2 to CT8.
   * @param from what its cost counts against: a neighbor, or a group of addresses. Not used where its peer is there already
   * @param outcome what `outcomeOf` gives for it now, where that was asked already
   */
  upsertSigned(
    signed: SignedPeerEntry,
    source: Source,
    now: number,
    from = '',
    outcome: UpsertOutcome = this.outcomeOf(signed.entry.peerId, signed.entry, signed.entry.networkId, now),
  ): Upsert {
    const { peerId, version } = signed.entry
    let record = this.#peers.get(peerId)
    const before = record?.entry ?? null
    if (outcome !== 'New' && outcome !== 'Updated') return { outcome, before, record, displaced: NOBODY }
    const displaced = this.#makeRoom(record, signed.cost, from)
    if (displaced === null) return { outcome: 'Full', before, record, displaced: NOBODY }
    const isFirst = before === null || before.signed === null
    if (isFirst) this.#tombstones.delete(peerId)
    record ??= this.#peers.ensure(peerId)
    const expiryBefore = isFirst ? Infinity : (this.#expiryOf(peerId) ?? Infinity)
    noteKept(record, signed.entry)
    this.#put(record, {
      entry: signed.entry,
      signed,
      self: false,
      source,
      firstSeen: before?.firstSeen ?? now,
      lastSeen: now,
      rtt: before?.rtt ?? null,
    })
    this.#room.put(record, signed.cost, from)
    this.index.set(peerId, version)
    const expiry = expiryOf(signed.entry, this.#config)
    if (signed.entry.announcedEvery !== undefined) record.replayable = Math.max(record.replayable, expiry)
    // One that comes earlier is not found by itself: the peer announces itself more often again.
    if (expiry < expiryBefore) this.#expiry.push(peerId, expiry)
    return { outcome, before, record, displaced }
  }

  /** Rule PG4: a peer answered a ping. Of one of a known run it says that the peer was there then, and no more. */
  answered({ peerId, version }: PeerEntry, now: number): AnswerKind {
    const record = this.#peers.get(peerId)
    if (this.#tombstones.of(peerId, now)?.startedAt === version.startedAt) return 'left'
    const isNow = version.updatedAt <= now + this.#config.maxTimeDrift && !isStale({ version }, now, this.#config)
    if (record === null || record.entry === null || !isOfKnownRun(record, version) || !isNow) return 'entry'
    noteAnswer(record, version)
    this.#put(record, { ...record.entry, lastSeen: now })
    return 'known'
  }

  /** Rule CT9. False where it is refused. */
  insertUnsigned(entry: PeerEntry, now: number): boolean {
    const { peerId, networkId, version } = entry
    if (peerId === this.#self || networkId !== this.#networkId) return false
    if (version.updatedAt > now + this.#config.maxTimeDrift) return false
    const before = this.get(peerId)
    if (before !== null && before.signed !== null) return false
    const cost = costOf(entry, 0)
    if (this.#lacks(this.#peers.get(peerId), cost) !== null) return false
    const record = this.#peers.ensure(peerId)
    this.#put(record, {
      entry,
      signed: null,
      self: false,
      source: 'manual',
      firstSeen: before?.firstSeen ?? now,
      lastSeen: now,
      rtt: null,
    })
    this.#room.put(record, cost, '')
    this.#expiry.push(peerId, expiryOf(entry, this.#config))
    return true
  }

  /** Rules CT7, WK7: the peer left. Null where it is not known, or known with a newer version. */
  depart(peerId: PeerId, version: Version, now: number): GonePeer | null {
    const record = this.#peers.get(peerId)
    const known = record === null ? null : lastKept(record)
    if (record === null || record.entry === null || record.entry.self || known === null) return null
    if (compareVersions(known, version) > 0) return null
    const last = newer(record.entry.entry.version, version)
    // What it said last, and we may not have, was signed until now.
    const newest = { version: { ...last, updatedAt: now }, announcedEvery: record.entry.entry.announcedEvery }
    this.#tombstones.set(peerId, last, now, Math.max(record.replayable, expiryOf(newest, this.#config)))
    return this.#take(peerId)
  }

  /** Removes a peer; never the local one. */
  remove(peerId: PeerId): GonePeer | null {
    return peerId === this.#self ? null : this.#take(peerId)
  }

  /** Removes all unsigned entries and gives them back. */
  clearUnsigned(): GonePeer[] {
    const unsigned = [...this.others()].filter((peer) => peer.signed === null)
    return unsigned.map((peer) => this.#take(peer.entry.peerId)).filter((gone) => gone !== null)
  }

  /** Rule CT10: removes what is stale, a bounded number at a time, and gives it back; never the local entry. */
  purgeStale(now: number): GonePeer[] {
    const purged: GonePeer[] = []
    while (purged.length < PURGED_AT_ONCE) {
      const peerId = this.#expiry.popBefore(now, HEAP_STEPS)
      if (peerId === null) break
      const peer = this.#take(peerId)
      if (peer !== null) purged.push(peer)
    }
    return purged
  }

  /** The soonest expiry, or a time before it; null with nobody there. */
  soonestExpiry(): number | null {
    this.#expiry.settle(HEAP_STEPS)
    return this.#expiry.bound()
  }

  /** We had to do with the peer ourselves. */
  markReached(peerId: PeerId): void {
    const record = this.#peers.get(peerId)
    if (record === null) return
    record.reached = true
    this.#room.settle(record)
  }

  setRtt(peerId: PeerId, rtt: Rtt): void {
    const record = this.#peers.get(peerId)
    if (record === null || record.entry === null || record.entry.self) return
    this.#put(record, { ...record.entry, rtt })
  }

  /** Rules CT10, CT11, RT3. The same object until something changed. */
  snapshot(now: number): CatalogSnapshot {
    const cached = this.#snapshot
    // Between the two nothing goes stale; before, with a clock that was set back, some may not be stale yet.
    const holds = now >= this.#snapshotFrom && now <= this.#snapshotUntil
    if (cached !== null && cached.seq === this.#changes.seq && holds) return cached
    const peers = new Map<PeerId, CatalogPeer>()
    for (const { peerId, entry } of this.#peers.values())
      if (entry !== null && this.isShown(entry, now)) peers.set(peerId, entry)
    this.#snapshot = { seq: this.#changes.seq, peers }
    this.#snapshotFrom = now
    this.#snapshotUntil = this.#expiry.bound() ?? Infinity
    return this.#snapshot
  }

  /** Rules CT10, RT3: whether reads show the peer. */
  isShown(peer: CatalogPeer, now: number): boolean {
    return peer.self || (this.isFresh(peer, now) && isFastEnough(peer.rtt, this.#config.maxRtt))
  }

  /** Whether the peer is not stale. We never are. */
  isFresh(peer: CatalogPeer, now: number): boolean {
    if (peer.self || !isStale(peer.entry, now, this.#config)) return true
    const answered = this.#peers.get(peer.entry.peerId)?.answered ?? null
    return answered !== null && !isStale(answered, now, this.#config)
  }

  /** Rule CT11. */
  changesSince(seq: number): ChangesSince {
    return this.#changes.since(seq, this.#numbering.last)
  }

  /** What is wrong with it: it holds each peer once, in every place that it must be in, and nothing beside (rules CT). */
  check(): string[] {
    const wrong: string[] = []
    let [size, signed] = [0, 0]
    for (const { peerId, entry, answered } of this.#peers.values()) {
      if (entry === null) continue
      size += 1
      if (entry.signed !== null && answered?.isEntry !== true) signed += 1
      if (entry.signed !== null && this.#tombstones.has(peerId)) wrong.push(`${peerId} is there and has a tombstone`)
      if (entry.self !== (peerId === this.#self)) wrong.push(`${peerId} is taken for us, or we for another`)
      if (entry.entry.networkId !== this.#networkId) wrong.push(`${peerId} is of another network`)
    }
    const same = (what: string, is: number, due: number): void => {
      if (is !== due) wrong.push(`${what}: ${is} instead of ${due}`)
    }
    same('entries counted', this.#size, size)
    same('entries in the sync index', this.index.size, signed)
    same('entries in the expiry heap', this.#expiry.size, size - 1)
    wrong.push(...this.#room.check(size - 1))
    const { maxCatalogBytes } = this.#config
    if (this.bytes > maxCatalogBytes) wrong.push(`entries of ${this.bytes} bytes are more than maxCatalogBytes`)
    wrong.push(...this.#changes.check(this.#size))
    if (this.get(this.#self) === null) wrong.push('the local entry is missing')
    if (this.#size > this.#config.maxPeers + 1) wrong.push(`${this.#size} entries are more than maxPeers`)
    if (this.#tombstones.size > this.#config.maxPeers) wrong.push(`${this.#tombstones.size} tombstones`)
    return wrong
  }

  #put(record: PeerRecord, peer: CatalogPeer): void {
    const before = record.entry
    record.entry = peer
    if (before === null) this.#size += 1
    // Rule RT3: those who follow the changes see what a snapshot shows.
    const { maxRtt } = this.#config
    const [was, is] = [before !== null && isFastEnough(before.rtt, maxRtt), isFastEnough(peer.rtt, maxRtt)]
    if (is) this.#changes.note(this.#numbering.tell({ kind: 'put', peer }), this.#size)
    else if (was) this.#noteRemoval(peer, true)
  }

  #take(peerId: PeerId): GonePeer | null {
    const record = this.#peers.get(peerId)
    const peer = record?.entry ?? null
    if (record === null || peer === null) return null
    this.#peers.forget(peerId)
    this.#size -= 1
    this.#expiry.delete(peerId)
    this.#room.delete(record)
    this.index.delete(peerId)
    if (isFastEnough(peer.rtt, this.#config.maxRtt)) this.#noteRemoval(peer, false)
    return { ...peer, record }
  }

  #noteRemoval({ entry: { peerId, version } }: CatalogPeer, hidden: boolean): void {
    this.#changes.note(this.#numbering.tell({ kind: 'remove', peerId, version, hidden }), this.#size)
  }

  /** Rule CT8: what there is too little of for an entry of that cost; null where there is enough. */
  #lacks(record: PeerRecord | null, cost: number): { readonly bytes: number; readonly peers: number } | null {
    const { maxPeers, maxCatalogBytes } = this.#config
    const bytes = Math.max(0, this.bytes - (record?.place?.cost ?? 0) + cost - maxCatalogBytes)
    const isThere = record !== null && record.entry !== null
    const peers = isThere ? 0 : Math.max(0, this.#size - maxPeers)
    return bytes + peers > 0 ? { bytes, peers } : null
  }

  /** Rule CT8: takes out who has to go for the entry; null where it finds no room. */
  #makeRoom(record: PeerRecord | null, cost: number, from: string): readonly GonePeer[] | null {
    const lack = this.#lacks(record, cost)
    if (lack === null) return NOBODY
    const victims = this.#room.victims({ ...lack, from: record?.place?.source.key ?? from, except: record })
    return victims?.map((victim) => this.#take(victim.peerId)).filter((gone) => gone !== null) ?? null
  }

  #expiryOf(peerId: PeerId): number | null {
    const record = this.#peers.get(peerId)
    const peer = record?.entry ?? null
    const version = record === null || peer === null || peer.self ? null : lastAlive(record)
    if (peer === null || version === null) return null
    return expiryOf({ version, announcedEvery: peer.entry.announcedEvery }, this.#config)
  }
}
