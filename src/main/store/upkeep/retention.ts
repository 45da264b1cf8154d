import type Database from 'better-sqlite3'
import { BLOCK } from '../event-log.ts'
import type { Retention } from '../types.ts'
import { Pace } from './pace.ts'
import { ForgetPassers } from './passers.ts'
import type { Chore } from './sweeper.ts'

/** How long history is kept unless somebody says otherwise. */
export const DEFAULT_RETENTION: Retention = { maxAgeMs: 30 * 24 * 3_600_000, maxBytes: 2 * 1024 ** 3 }
/** How often it is looked for what is too old, milliseconds. */
export const SWEEP_EVERY_MS = 60_000
/** How often peers, which is more work, are looked through, milliseconds. */
export const PEERS_EVERY_MS = 3_600_000
/** What is deleted beyond the size, as a part of all, so that it is not to be done again at once. */
const MARGIN = 0.05
/** Passers-by that are forgotten before it is looked what that gave free. */
const PASSERS_AT_ONCE = 100

/** The statements, by name; test/unit/store asserts the plan of each. */
export const RETENTION_QUERIES = {
  oldBlock: 'SELECT network, block FROM event_blocks WHERE min_at < ? ORDER BY min_at LIMIT 1',
  deleteEvents: `
    DELETE FROM events WHERE seq IN (
      SELECT seq FROM events WHERE seq BETWEEN @first AND @last AND +network = @network AND at < @cutoff
      ORDER BY seq LIMIT @rows)`,
  blockAges:
    'SELECT min(at) AS min, max(at) AS max FROM events WHERE seq BETWEEN @first AND @last AND +network = @network',
  deleteSessions: `
    DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE ended_at < @cutoff ORDER BY ended_at LIMIT @rows)`,
  deleteTopologies: `
    DELETE FROM topologies WHERE id IN (SELECT id FROM topologies WHERE at < @cutoff ORDER BY at LIMIT @few)`,
  // The last group that began before stays: later moments follow from it. A run that ended before has none.
  deleteJournal: `
    DELETE FROM journal WHERE id IN (
      SELECT j.id FROM journal j WHERE j.at < @cutoff AND (
        j.id < (SELECT max(g.id) FROM journal g WHERE g.network = j.network AND g.part = 0 AND g.at < @cutoff)
        OR NOT EXISTS (SELECT 1 FROM journal l WHERE l.network = j.network AND l.at >= @cutoff))
      ORDER BY j.at LIMIT @few)`,
  // The newest one before the oldest event stays: moments after that event are rebuilt from it.
  deleteCheckpoints: `
    DELETE FROM checkpoints WHERE num IN (
      SELECT c.num FROM checkpoints c WHERE EXISTS (
        SELECT 1 FROM checkpoints l WHERE l.network = c.network AND l.seq > c.seq AND l.seq < (
          SELECT coalesce(min(b.block) * ${BLOCK}, 9e18) FROM event_blocks b WHERE b.network = c.network))
      LIMIT @few)`,
  peersAfterNum: `
    SELECT p.num, p.network, p.peer, p.last_seen < @cutoff
      AND (p.state <> 'online' OR max(coalesce(n.last_joined_at, 0), coalesce(
        (SELECT b.max_at FROM event_blocks b WHERE b.network = p.network ORDER BY b.block DESC LIMIT 1), 0)) < @cutoff)
      AND NOT EXISTS (SELECT 1 FROM notes o WHERE o.network = p.network AND o.peer = p.peer)
      AND NOT EXISTS (SELECT 1 FROM sessions s WHERE s.network = p.network AND s.peer = p.peer AND s.ended_at IS NULL)
      AS old
    FROM peers p CROSS JOIN networks n ON n.num = p.network WHERE p.num > @after ORDER BY p.num LIMIT @rows`,
  deletePeer: 'DELETE FROM peers WHERE num = ?',
  deleteVersions: 'DELETE FROM peer_versions WHERE network = ? AND peer = ?',
  idsAfter: `
    SELECT i.num, NOT EXISTS (
      SELECT 1 FROM networks n WHERE EXISTS (SELECT 1 FROM peers t WHERE t.network = n.num AND t.peer = i.num)
      OR EXISTS (SELECT 1 FROM events t WHERE t.network = n.num AND t.peer = i.num)
      OR EXISTS (SELECT 1 FROM sessions t WHERE t.network = n.num AND t.peer = i.num)
      OR EXISTS (SELECT 1 FROM rtt_samples t WHERE t.network = n.num AND t.peer = i.num)
      OR EXISTS (SELECT 1 FROM peer_versions t WHERE t.network = n.num AND t.peer = i.num)
      OR EXISTS (SELECT 1 FROM notes t WHERE t.network = n.num AND t.peer = i.num)) AS unused
    FROM peer_ids i WHERE i.num > @after ORDER BY i.num LIMIT @rows`,
  deleteId: 'DELETE FROM peer_ids WHERE num = ?',
} as const

interface Step {
  readonly cutoff: number
  readonly rows: number
  /** For rows that are large. */
  readonly few: number
}

/** When the oldest and the newest of some rows were. */
interface Span {
  readonly min: number
  readonly max: number
}

interface Walk {
  readonly cutoff: number
  readonly after: number
  readonly rows: number
}

/** What retention tells others. */
export interface RetentionParts {
  /** More than what is too old has to go. */
  onTooLarge(): void
  /** Events were deleted. */
  onDeleted(): void
  /** Ids were deleted: what is remembered of their numbers no longer holds. */
  onIdsDeleted(): void
}

/** What is left of a pass: passers-by, where it is too much; tables by age, then peers, then ids that nothing refers to. */
type Phase = 'passers' | 'history' | 'peers' | 'ids'

/** Deletes history that is too old or too much: then passers-by go first, and what is still too much from the oldest on. */
export class Retain implements Chore {
  readonly #parts: RetentionParts
  readonly #db: Database.Database
  readonly #statements
  readonly #pace = new Pace(10, 100)
  readonly #walkPace = new Pace(20, 500)
  readonly #passers: ForgetPassers
  #retention = DEFAULT_RETENTION
  #phase: Phase | null = null
  #cutoff = -Infinity
  #after = 0
  #deletedInPass = false
  #sweptAt = -Infinity
  #peersAt = -Infinity

  constructor(db: Database.Database, parts: RetentionParts) {
    this.#db = db
    this.#parts = parts
    this.#passers = new ForgetPassers(db)
    const { deleteSessions, deleteTopologies, deleteJournal, deleteCheckpoints } = RETENTION_QUERIES
    this.#statements = {
      oldBlock: db.prepare<[number], { readonly network: number; readonly block: number }>(RETENTION_QUERIES.oldBlock),
      deleteEvents: db.prepare<[Record<string, number>]>(RETENTION_QUERIES.deleteEvents),
      blockAges: db.prepare<[Record<string, number>], { readonly min: number | null; readonly max: number | null }>(
        RETENTION_QUERIES.blockAges,
      ),
      dropBlock: db.prepare<[number, number]>('DELETE FROM event_blocks WHERE network = ? AND block = ?'),
      setBlock: db.prepare<[number | null, number | null, number, number]>(
        'UPDATE event_blocks SET min_at = ?, max_at = ? WHERE network = ? AND block = ?',
      ),
      countDown: db.prepare<[number, number, number]>(
        'UPDATE event_blocks SET count = count - ? WHERE network = ? AND block = ?',
      ),
      history: [deleteSessions, deleteTopologies, deleteJournal, deleteCheckpoints].map((sql) =>
        db.prepare<[Step]>(sql),
      ),
      peers: db.prepare<[Walk], { num: number; network: number; peer: number; old: number }>(
        RETENTION_QUERIES.peersAfterNum,
      ),
      deletePeer: db.prepare<[number]>(RETENTION_QUERIES.deletePeer),
      deleteVersions: db.prepare<[number, number]>(RETENTION_QUERIES.deleteVersions),
      ids: db.prepare<[Walk], { num: number; unused: number }>(RETENTION_QUERIES.idsAfter),
      deleteId: db.prepare<[number]>(RETENTION_QUERIES.deleteId),
      blockAgesAll: db.prepare<[], Span>('SELECT min_at AS min, max_at AS max FROM event_blocks ORDER BY min_at'),
      topologyAges: db.prepare<[], Span>('SELECT at AS min, at AS max FROM topologies ORDER BY at'),
    }
  }

  /** What is older than this is deleted; moves on while what is stored is too large. */
  cutoff(now: number): number {
    return Math.max(now - this.#retention.maxAgeMs, this.#cutoff)
  }

  keep(retention: Retention): void {
    this.#retention = retention
    this.#cutoff = -Infinity
    this.#phase = null
    this.#after = 0
    this.#sweptAt = -Infinity
    this.#peersAt = -Infinity
  }

  step(now: number): boolean {
    if (this.#phase === null) {
      if (now - this.#sweptAt < SWEEP_EVERY_MS && now >= this.#sweptAt) return false
      this.#begin(now)
      return true
    }
    const run = this.#db.transaction((phase: Phase) => this.#work(phase))
    if (run(this.#phase)) {
      this.#deletedInPass ||= this.#phase === 'history'
      return true
    }
    this.#phase = this.#next(this.#phase, now)
    this.#after = 0
    return true
  }

  #begin(now: number): void {
    this.#sweptAt = now
    this.#deletedInPass = false
    if (this.#used() <= this.#retention.maxBytes) return this.#beginHistory(now)
    this.#passers.begin()
    this.#phase = 'passers'
  }

  #beginHistory(now: number): void {
    const sizeCutoff = this.#sizeCutoff()
    const tooLarge = sizeCutoff > now - this.#retention.maxAgeMs
    this.#cutoff = tooLarge ? sizeCutoff : now - this.#retention.maxAgeMs
    if (tooLarge) {
      this.#peersAt = -Infinity
      this.#parts.onTooLarge()
    }
    this.#phase = 'history'
  }

  #next(phase: Phase, now: number): Phase | null {
    if (phase === 'passers') {
      if (this.#passers.forgotten === 0) {
        this.#beginHistory(now)
        return 'history'
      }
      // What they took is free once their texts are merged, which comes first; then it is looked again. Their ids go too.
      this.#parts.onDeleted()
      this.#peersAt = -Infinity
      this.#sweptAt = -Infinity
      return null
    }
    if (phase === 'history') {
      if (now - this.#peersAt >= PEERS_EVERY_MS || now < this.#peersAt) {
        this.#peersAt = now
        return 'peers'
      }
    } else if (phase === 'peers') return 'ids'
    // What is still too large is looked at again at once, as long as that helps.
    if (this.#deletedInPass && this.#used() > this.#retention.maxBytes) this.#sweptAt = -Infinity
    return null
  }

  /** Whether there was something to do. */
  #work(phase: Phase): boolean {
    if (phase === 'passers') {
      if (this.#passers.forgotten >= PASSERS_AT_ONCE || this.#used() <= this.#wanted()) return false
      return this.#pace.run((rows) => this.#passers.step(rows))
    }
    if (phase === 'history') return this.#pace.run((rows) => this.#deleteHistory(rows))
    return this.#walkPace.run((rows) => (phase === 'peers' ? this.#deletePeers(rows) : this.#deleteIds(rows)))
  }

  #deleteHistory(rows: number): boolean {
    const cutoff = this.#cutoff
    const block = this.#statements.oldBlock.get(cutoff)
    if (block !== undefined) {
      this.#deleteFromBlock(block.network, block.block, rows)
      this.#parts.onDeleted()
      return true
    }
    const step = { cutoff, rows, few: Math.ceil(rows / 20) }
    return this.#statements.history.some((statement) => statement.run(step).changes > 0)
  }

  #deleteFromBlock(network: number, block: number, rows: number): void {
    const span = { network, first: block * BLOCK, last: (block + 1) * BLOCK - 1 }
    const { changes } = this.#statements.deleteEvents.run({ ...span, cutoff: this.#cutoff, rows })
    this.#statements.countDown.run(changes, network, block)
    if (changes === rows) return
    const left = this.#statements.blockAges.get(span)
    if (left === undefined || left.min === null) this.#statements.dropBlock.run(network, block)
    else this.#statements.setBlock.run(left.min, left.max, network, block)
  }

  #deletePeers(rows: number): boolean {
    const found = this.#statements.peers.all({ cutoff: this.#cutoff, after: this.#after, rows })
    for (const { num, network, peer, old } of found) {
      if (old === 0) continue
      this.#statements.deletePeer.run(num)
      this.#statements.deleteVersions.run(network, peer)
    }
    this.#after = found.at(-1)?.num ?? 0
    return found.length > 0
  }

  #deleteIds(rows: number): boolean {
    const found = this.#statements.ids.all({ cutoff: this.#cutoff, after: this.#after, rows })
    const unused = found.filter((row) => row.unused === 1)
    for (const { num } of unused) this.#statements.deleteId.run(num)
    if (unused.length > 0) this.#parts.onIdsDeleted()
    this.#after = found.at(-1)?.num ?? 0
    return found.length > 0
  }

  /** So much is to go that what is left has the wanted size, if all ages are about equally large. */
  #sizeCutoff(): number {
    const used = this.#used()
    const { maxBytes } = this.#retention
    if (used <= maxBytes) return -Infinity
    const blocks = this.#statements.blockAgesAll.all()
    const spans = blocks.length > 0 ? blocks : this.#statements.topologyAges.all()
    const wanted = spans.length * Math.min(1, (used - maxBytes) / used + MARGIN)
    const last = spans[Math.ceil(wanted) - 1]
    if (last === undefined) return -Infinity
    return Math.ceil(last.min + (last.max - last.min) * (wanted - Math.ceil(wanted) + 1)) + 1
  }

  /** The size at which passers-by need not go any longer. */
  #wanted(): number {
    return this.#retention.maxBytes * (1 - MARGIN)
  }

  #used(): number {
    const [pages, free, size] = ['page_count', 'freelist_count', 'page_size'].map((name) =>
      Number(this.#db.pragma(name, { simple: true })),
    )
    return ((pages ?? 0) - (free ?? 0)) * (size ?? 0)
  }
}
