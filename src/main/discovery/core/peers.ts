/**
 * All that is known of peers: one record for each, in one map. A record is there while the peer is in the catalog or
 * connected. A peer that goes and comes back has another record, with another incarnation: what was begun for the one
 * before comes too late, and is recognized by that.
 */
import type { Learned } from '../../../shared/bootstrap.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { Version } from '../../../shared/peer.ts'
import { LazyHeap } from '../base/lazy-heap.ts'
import type { CatalogPeer } from '../handle.ts'
import type { Bucket } from '../base/rates.ts'
import type { Way } from '../bootstrap/attempts.ts'
import type { Connection } from '../ports.ts'
import type { Work } from './work.ts'

/**
 * Where the automatic sync with a peer stands (rules WK3, SY8).
 * - `unseen`: it is due at first sight; - `left`: it was left to others (rule WK12); - `waiting`: it begins at `dueAt`;
 * - `queued`: it waits for its turn; - `running`; - `done`: one went well since the peer was seen first, ours or its own.
 */
export interface SyncState {
  phase: 'unseen' | 'left' | 'waiting' | 'queued' | 'running' | 'done'
  /** When it came into our mesh last and was synced with for that, by the monotonic clock (rule SY11). */
  neighborAt: number | null
  /** When it came into our mesh last, by the monotonic clock. */
  upAt: number | null
  /** When the last one that went well began, ours or its own, by the monotonic clock. */
  beganAt: number | null
  /** Failures in a row. */
  failures: number
  /** By the monotonic clock; null where nothing is due. */
  dueAt: number | null
  /** Its place in the queue; null where it has none. */
  work: Work<'sync'> | null
}

/** Whether its entry may make room for others at any time (rule CT8). */
export type Standing = 'passing' | 'settled'

/** Whatever brought entries: what they cost, and whose peer was silent for longest. */
export interface PlaceSource {
  readonly key: string
  readonly cost: Record<Standing, number>
  readonly silent: Readonly<Record<Standing, LazyHeap<PeerRecord>>>
}

/** What an entry costs, and against whom that counts (catalog/room.ts). */
export interface Place {
  readonly source: PlaceSource
  /** Estimated bytes. */
  cost: number
  standing: Standing
}

/** What the versions of one peer have used of their rates (rule BD3). */
export interface Origin {
  versions: Bucket
  bytes: Bucket
}

/** From when on a peer is known for long, milliseconds. */
export const LONG_KNOWN_MS = 10 * 60_000

/** An answer to a ping whose version its peer does not keep (rule PG4). */
export interface Answered {
  /** Of the run that the entry in the catalog is of. */
  readonly version: Version
  /** It is the entry in the catalog, for nothing else is known of that run. */
  readonly isEntry: boolean
}

/** One peer. */
export interface PeerRecord {
  readonly peerId: PeerId
  /** Never the same for two records. */
  readonly incarnation: number
  /** When it was made, by the monotonic clock. */
  readonly madeAt: number
  /** Whether it still is the record of its peer. */
  current: boolean
  /** What the catalog has of it; null where it only is connected. */
  entry: CatalogPeer | null
  /** The newest answer to a ping; null where none came, and where peers keep the versions of their answers. */
  answered: Answered | null
  /** Null while it has no entry, and for our own. */
  place: Place | null
  /** We had to do with it ourselves (rule CT8). */
  reached: boolean
  /** Null where there is none. */
  connection: Connection | null
  /** When the connection served something last, by the monotonic clock; null where it did not yet. */
  usedAt: number | null
  /** Pings in a row over the connection that got no answer (rule AN11). */
  unanswered: number
  readonly sync: SyncState
  /** When it is to be probed next, by the monotonic clock; null where it is not (rule RT2). */
  probeAt: number | null
  /** How far its clock is behind ours, milliseconds, as its own fresh entries tell; null where none came. */
  clockBehindMs: number | null
  /** When its clock may be asked for, by the monotonic clock; null before it was looked at (rule WK13). */
  clockAskAt: number | null
  /** How it was first learned; null before it is in the catalog (rule BS4). */
  learned: Learned | null
  /** By which dial it was reached before it showed an entry. */
  reachedBy: Way | null
  /** It was in our mesh in this run (rule AN10). */
  wasNeighbor: boolean
  /** What its announcements have used; null before the first one. */
  announced: Origin | null
  /** When the last of its entries that stated an interval is stale, milliseconds since the epoch (rules AN14, CT7). */
  replayable: number
  /** The newest version of it that gossip brought, and we passed on; null before the first. */
  passedOn: Version | null
}

/** The one map. */
export class PeerTable {
  readonly #records = new Map<PeerId, PeerRecord>()
  /** The one that was asked for last: what came of a message asks for the same record several times. */
  #latest: PeerRecord | null = null
  readonly #connected = new Set<PeerRecord>()
  readonly #clocks = new Set<PeerRecord>()
  /** Records whose sync waits for a time. */
  readonly syncsDue = new LazyHeap<PeerRecord>((record) => record.sync.dueAt)
  /** Records that are probed. */
  readonly probesDue = new LazyHeap<PeerRecord>((record) => record.probeAt)
  readonly #now: () => number
  #incarnations = 0
  #clockChanges = 0

  /** @param now the monotonic clock */
  constructor(now: () => number = () => 0) {
    this.#now = now
  }

  get size(): number {
    return this.#records.size
  }

  get(peerId: PeerId): PeerRecord | null {
    if (this.#latest !== null && this.#latest.peerId === peerId) return this.#latest
    const record = this.#records.get(peerId) ?? null
    this.#latest = record
    return record
  }

  /** The record, made where there is none. */
  ensure(peerId: PeerId): PeerRecord {
    const known = this.get(peerId)
    if (known !== null) return known
    this.#incarnations += 1
    const record: PeerRecord = {
      peerId,
      incarnation: this.#incarnations,
      madeAt: this.#now(),
      current: true,
      entry: null,
      answered: null,
      place: null,
      reached: false,
      connection: null,
      usedAt: null,
      unanswered: 0,
      sync: { phase: 'unseen', neighborAt: null, upAt: null, beganAt: null, failures: 0, dueAt: null, work: null },
      probeAt: null,
      clockBehindMs: null,
      clockAskAt: null,
      learned: null,
      reachedBy: null,
      wasNeighbor: false,
      announced: null,
      replayable: 0,
      passedOn: null,
    }
    this.#records.set(peerId, record)
    return record
  }

  /** Whether the peer is known for long (rules CT8, AN13): a newcomer may be one of a flood. */
  isLongKnown(record: PeerRecord): boolean {
    return this.#now() - record.madeAt >= LONG_KNOWN_MS
  }

  /** Whether it is still the record of its peer. */
  isCurrent(record: PeerRecord): boolean {
    return record.current
  }

  values(): MapIterator<PeerRecord> {
    return this.#records.values()
  }

  /** Those whose clocks were compared with ours: few of many are asked. */
  get clocks(): ReadonlySet<PeerRecord> {
    return this.#clocks
  }

  /** Grows with each change of them. */
  get clockChanges(): number {
    return this.#clockChanges
  }

  /** How far its clock is behind ours, milliseconds (rule WK13); null forgets that. */
  setClock(record: PeerRecord, behindMs: number | null): void {
    this.#clockChanges += 1
    record.clockBehindMs = behindMs
    if (behindMs === null || !record.current) this.#clocks.delete(record)
    else this.#clocks.add(record)
  }

  /** Those with a connection. */
  connected(): ReadonlySet<PeerRecord> {
    return this.#connected
  }

  connect(record: PeerRecord, connection: Connection): void {
    record.connection = connection
    this.#connected.add(record)
  }

  /** The connection closed: a peer that never showed an entry leaves nothing (rule BD9). */
  disconnect(peerId: PeerId): void {
    const record = this.#records.get(peerId)
    if (record === undefined) return
    record.connection = null
    record.usedAt = null
    record.unanswered = 0
    this.#connected.delete(record)
    if (record.entry === null) this.#drop(record)
  }

  /**
   * Forgets the peer: it is as one that was never seen (rules RT4, WK3). What is left of one that is still connected is the
   * connection.
   */
  forget(peerId: PeerId): void {
    const before = this.#records.get(peerId)
    if (before === undefined) return
    this.#drop(before)
    const { connection } = before
    if (!this.#connected.delete(before) || connection === null) return
    const record = this.ensure(peerId)
    record.usedAt = before.usedAt
    record.unanswered = before.unanswered
    this.setClock(record, before.clockBehindMs)
    record.clockAskAt = before.clockAskAt
    record.wasNeighbor = before.wasNeighbor
    record.announced = before.announced
    this.connect(record, connection)
  }

  #drop(record: PeerRecord): void {
    record.current = false
    this.#records.delete(record.peerId)
    if (this.#latest === record) this.#latest = null
    if (this.#clocks.delete(record)) this.#clockChanges += 1
    this.syncsDue.delete(record)
    this.probesDue.delete(record)
  }

  /** What is wrong with it. */
  check(): string[] {
    const wrong: string[] = []
    let [waiting, probed] = [0, 0]
    let newest = 0
    for (const record of this.#records.values()) {
      const { peerId, entry, connection, sync } = record
      // They are in the order in which they were made.
      if (record.incarnation <= newest) wrong.push(`${peerId} has the incarnation of another record`)
      newest = record.incarnation
      if (!record.current) wrong.push(`the record of ${peerId} counts as an earlier one`)
      if (entry === null && connection === null) wrong.push(`${peerId} is kept without entry and connection`)
      if (entry !== null && entry.entry.peerId !== peerId) wrong.push(`${peerId} has the entry of another peer`)
      if ((connection !== null) !== this.#connected.has(record))
        wrong.push(`the connection of ${peerId} is in one place only`)
      if ((record.clockBehindMs !== null) !== this.#clocks.has(record)) wrong.push(`the clock of ${peerId} is lost`)
      if (sync.dueAt !== null) waiting += 1
      if (record.probeAt !== null) probed += 1
      if ((sync.phase === 'waiting') !== (sync.dueAt !== null)) wrong.push(`the sync with ${peerId} waits for nothing`)
      if (entry === null && (record.probeAt !== null || record.learned !== null))
        wrong.push(`${peerId} is not in the catalog, and probed or learned`)
    }
    for (const record of this.#connected)
      if (this.#records.get(record.peerId) !== record)
        wrong.push(`${record.peerId} is connected under an earlier incarnation`)
    const latest = this.#latest
    if (latest !== null && this.#records.get(latest.peerId) !== latest)
      wrong.push(`${latest.peerId} was asked for last, and has another record now`)
    if (this.syncsDue.size !== waiting) wrong.push(`${this.syncsDue.size} syncs are due instead of ${waiting}`)
    // One that is probed just now is queued again afterwards.
    if (this.probesDue.size > probed) wrong.push(`${this.probesDue.size} probes are due instead of ${probed}`)
    if (this.syncsDue.late() > 0) wrong.push(`${this.syncsDue.late()} syncs come later than they are due`)
    return wrong
  }
}
