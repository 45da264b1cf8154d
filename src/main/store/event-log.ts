import type Database from 'better-sqlite3'
import type { ClockStretches } from '../../shared/clock-stretches.ts'
import type { LoggedEvent } from '../../shared/events.ts'
import { LOG_CLOCK_QUERIES, LogClock } from './log-clock.ts'
import type { NumberReader } from './numbers.ts'
import type { EventRecord } from './rows.ts'
import { eventFromRow } from './rows.ts'
import type { EventsAfterQuery, EventsPage, EventsQuery } from './types.ts'

/** Numbers of the log that one row of `event_blocks` tells of. */
export const BLOCK = 4096

// The ids by queries of their own: to start a join takes ten times longer, and most events are read one by one.
const EVENT = `
  SELECT e.seq, e.at, (SELECT k.id FROM event_kinds k WHERE k.num = e.kind) AS kind,
    (SELECT i.id FROM peer_ids i WHERE i.num = e.peer) AS peerId, e.detail,
    e.times, e.last_at AS lastAt, e.earlier
  FROM events e`

/** The queries, by name; test/unit/store asserts the plan of each. */
export const EVENT_QUERIES = {
  ...LOG_CLOCK_QUERIES,
  lastSeq: `SELECT max(
    (SELECT value FROM counters WHERE name = 'last_seq'), coalesce((SELECT max(seq) FROM events), 0))`,
  openedAfter: "SELECT value FROM counters WHERE name = 'opened_after'",
  kinds: 'SELECT num, id FROM event_kinds',
  seqsOfKind: 'SELECT seq FROM events WHERE network = ? AND kind = ? AND seq < ? ORDER BY seq DESC LIMIT ?',
  seqsOfPeer: `
    SELECT seq FROM events WHERE network = ? AND peer = ? AND kind = ? AND seq < ? ORDER BY seq DESC LIMIT ?`,
  event: `${EVENT} WHERE e.seq = ?`,
  countOfKind: 'SELECT count(*) FROM events WHERE network = ? AND kind = ? AND seq > ? AND seq <= ?',
  blockAfter: `
    SELECT block FROM event_blocks WHERE network = ? AND block >= ? AND min_at <= ? AND max_at >= ?
    ORDER BY block LIMIT 1`,
  blockBefore: `
    SELECT block FROM event_blocks WHERE network = ? AND block <= ? AND min_at <= ? ORDER BY block DESC LIMIT 1`,
  // The unary plus keeps SQLite from the index by kind, which has no order of numbers.
  eventsIn: `
    ${EVENT} WHERE e.seq BETWEEN ? AND ? AND +e.network = ? AND e.at BETWEEN ? AND ? ORDER BY e.seq LIMIT ?`,
  lastIn: `
    SELECT seq, coalesce(last_at, at) AS at FROM events WHERE seq BETWEEN ? AND ? AND +network = ? AND at <= ?
    ORDER BY seq DESC LIMIT 1`,
} as const

/** Reads of the event log. Throws what SQLite throws. */
export class EventLog {
  readonly #numbers: NumberReader
  readonly #clock: LogClock
  readonly #statements

  constructor(db: Database.Database, numbers: NumberReader) {
    this.#numbers = numbers
    this.#clock = new LogClock(db, {
      event: (seq) => this.event(seq),
      before: (network, seq) => this.#eventBefore(network, seq),
    })
    this.#statements = {
      lastSeq: db.prepare<[], number>(EVENT_QUERIES.lastSeq).pluck(),
      openedAfter: db.prepare<[], number>(EVENT_QUERIES.openedAfter).pluck(),
      kinds: db.prepare<[], { readonly num: number; readonly id: string }>(EVENT_QUERIES.kinds),
      seqsOfKind: db.prepare<[number, number, number, number], number>(EVENT_QUERIES.seqsOfKind).pluck(),
      seqsOfPeer: db.prepare<[number, number, number, number, number], number>(EVENT_QUERIES.seqsOfPeer).pluck(),
      event: db.prepare<[number], EventRecord>(EVENT_QUERIES.event),
      countOfKind: db.prepare<[number, number, number, number], number>(EVENT_QUERIES.countOfKind).pluck(),
      blockAfter: db.prepare<[number, number, number, number], number>(EVENT_QUERIES.blockAfter).pluck(),
      blockBefore: db.prepare<[number, number, number], number>(EVENT_QUERIES.blockBefore).pluck(),
      eventsIn: db.prepare<number[], EventRecord>(EVENT_QUERIES.eventsIn),
      lastIn: db.prepare<[number, number, number, number], { readonly seq: number; readonly at: number }>(
        EVENT_QUERIES.lastIn,
      ),
    }
  }

  /** The highest sequence number that was ever given and written. */
  lastSeq(): number {
    return this.#statements.lastSeq.get() ?? 0
  }

  /** The number of the last event when the database was opened last to be written; 0 for one that was empty. */
  openedAfter(): number {
    return this.#statements.openedAfter.get() ?? 0
  }

  /** The numbers of kinds of events, by name. */
  kinds(): Map<string, number> {
    return new Map(this.#statements.kinds.all().map(({ num, id }) => [id, num]))
  }

  event(seq: number): LoggedEvent | null {
    const row = this.#statements.event.get(seq)
    return row === undefined ? null : eventFromRow(row)
  }

  /**
   * Newest first. Each kind is one short walk down an index that holds all it needs; the walks are merged here, since
   * SQLite would sort all matching rows for several kinds at once.
   */
  page(query: EventsQuery): EventsPage {
    const seqs = this.#seqs(query).sort((a, b) => b - a)
    const events = seqs.slice(0, query.limit).flatMap((seq) => this.event(seq) ?? [])
    return { events, more: seqs.length > query.limit }
  }

  /** Oldest first. Blocks without an event of the network and the span are skipped. */
  after({ networkKey, after = 0, from = -Infinity, to = Infinity, limit }: EventsAfterQuery): EventsPage {
    const network = this.#numbers.network(networkKey)
    const events: LoggedEvent[] = []
    if (network === null) return { events, more: false }
    for (const [first, last] of this.blocks(network, after + 1, from, to)) {
      const room = limit + 1 - events.length
      const rows = this.#statements.eventsIn.all(first, last, network, from, to, room)
      events.push(...rows.flatMap((row) => eventFromRow(row) ?? []))
      if (events.length > limit) return { events: events.slice(0, limit), more: true }
    }
    return { events, more: false }
  }

  /** How many events of each kind have a number above `after` and not above `until`; kinds without any are left out. */
  counts(network: number, after: number, until: number): Map<string, number> {
    const counts = new Map<string, number>()
    for (const [id, kind] of this.kinds()) {
      const count = this.#statements.countOfKind.get(network, kind, after, until) ?? 0
      if (count > 0) counts.set(id, count)
    }
    return counts
  }

  /** Spans of numbers, ascending, that hold all events of the network from a number on that are of the span of time. */
  *blocks(
    network: number,
    firstSeq: number,
    from = -Infinity,
    to = Infinity,
  ): Generator<[first: number, last: number]> {
    let block: number | undefined = blockOf(firstSeq)
    for (;;) {
      block = this.#statements.blockAfter.get(network, block, to, from)
      if (block === undefined) return
      yield [Math.max(firstSeq, block * BLOCK), (block + 1) * BLOCK - 1]
      block += 1
    }
  }

  /** What our clock showed when, by the numbers of the network's events. */
  clock(network: number): ClockStretches {
    return this.#clock.stretches(network)
  }

  /**
   * The last event of the network, by number, that is not later than a moment; `at` is when it happened last. Where our clock was put
   * back from 12:03 to 12:00, 12:02 is two minutes after that.
   */
  lastAt(network: number, at: number): { readonly seq: number; readonly at: number } | null {
    const clock = this.clock(network)
    if (!clock.repeats) return this.#lastIn(network, 0, Number.MAX_SAFE_INTEGER, at)
    const { first, last } = clock.at(at)
    const [from, to] = [Math.max(0, first), Math.min(Number.MAX_SAFE_INTEGER, last)]
    return (
      this.#lastIn(network, from, to, at) ?? this.#lastIn(network, 0, Math.max(0, from - 1), Number.MAX_SAFE_INTEGER)
    )
  }

  /** The same among some numbers. */
  #lastIn(
    network: number,
    first: number,
    last: number,
    at: number,
  ): { readonly seq: number; readonly at: number } | null {
    let block = this.#statements.blockBefore.get(network, blockOf(last), at)
    while (block !== undefined && block >= blockOf(first)) {
      const [from, to] = [Math.max(first, block * BLOCK), Math.min(last, (block + 1) * BLOCK - 1)]
      const found = this.#statements.lastIn.get(from, to, network, at)
      if (found !== undefined) return found
      block = this.#statements.blockBefore.get(network, block - 1, at)
    }
    return null
  }

  #eventBefore(network: number, seq: number): LoggedEvent | null {
    const found = this.#lastIn(network, 0, seq - 1, Number.MAX_SAFE_INTEGER)
    return found === null ? null : this.event(found.seq)
  }

  #seqs(query: EventsQuery): number[] {
    const network = this.#numbers.network(query.networkKey)
    if (network === null) return []
    const peer = query.peerId === undefined ? undefined : this.#numbers.peer(query.peerId)
    if (peer === null) return []
    const before = query.before ?? Number.MAX_SAFE_INTEGER
    const wanted = query.kinds === undefined ? null : new Set<string>(query.kinds)
    const seqs: number[] = []
    for (const [id, kind] of this.kinds()) {
      if (wanted !== null && !wanted.has(id)) continue
      seqs.push(
        ...(peer === undefined
          ? this.#statements.seqsOfKind.all(network, kind, before, query.limit + 1)
          : this.#statements.seqsOfPeer.all(network, peer, kind, before, query.limit + 1)),
      )
    }
    return seqs
  }
}

/** The block that an event's row belongs to. */
export function blockOf(seq: number): number {
  return Math.floor(seq / BLOCK)
}
