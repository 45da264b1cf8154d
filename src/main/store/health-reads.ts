/** What health is told from: when presences began and ended, round-trip times, and our own delays of a span of time. */
import type Database from 'better-sqlite3'
import type { NetworkKey } from '../../shared/network-kind.ts'
import type { Among, PresenceSpan } from './health-types.ts'
import type { NumberReader } from './numbers.ts'
import { CHOSEN_AT_ONCE } from './numbers.ts'
import { whole } from './rows.ts'
import type { EventLog } from './event-log.ts'
import { LOGGED_PRESENCES_QUERIES, LoggedPresences } from './logged-presences.ts'
import type {
  DelayFold,
  LoopDelay,
  Presence,
  PresenceFold,
  RttSample,
  SampleFold,
  SessionEnd,
  TimeSpan,
} from './types.ts'

/** The queries, by name; test/unit/store asserts the plan of each. */
export const HEALTH_QUERIES = {
  ...LOGGED_PRESENCES_QUERIES,
  presencesBegan: `
    SELECT started_at AS at, id FROM sessions WHERE network = @network AND (started_at, id) > (@at, @id)
      AND started_at <= @to ORDER BY started_at, id LIMIT @limit`,
  // The index alone does not tell whose they are.
  presencesBeganOf: `
    SELECT started_at AS at, id, peer FROM sessions WHERE network = @network AND (started_at, id) > (@at, @id)
      AND started_at <= @to ORDER BY started_at, id LIMIT @limit`,
  // Of all networks: the index has no order within one.
  presencesEnded: `
    SELECT ended_at AS at, id, peer, reason, network FROM sessions
    WHERE ended_at IS NOT NULL AND (ended_at, id) > (@at, @id) AND ended_at <= @to
    ORDER BY ended_at, id LIMIT @limit`,
  nextMeasured: 'SELECT peer FROM rtt_samples WHERE network = ? AND peer > ? ORDER BY peer LIMIT 1',
  samplesIn: 'SELECT at, ms FROM rtt_samples WHERE network = ? AND peer = ? AND at BETWEEN ? AND ? ORDER BY at',
  presencesOf: `
    SELECT started_at AS "from", ended_at AS "to" FROM sessions WHERE network = ? AND peer = ? AND started_at <= ?
    AND (ended_at IS NULL OR ended_at >= ?) ORDER BY started_at DESC, id DESC LIMIT ?`,
  lastDelay: 'SELECT max(at) FROM loop_delays WHERE network = ? AND at <= ?',
  delaysAfter: `
    SELECT at, ms FROM loop_delays WHERE network = @network AND at > @at AND at <= @to ORDER BY at LIMIT @limit`,
} as const

/** Rows that are read in one step. */
const AT_ONCE = 1000
/** Peers whose samples are read in one step. */
const READ_AT_ONCE = 10

/** Presences of one peer that are read. */
const MOST_PRESENCES = 200

interface Page {
  readonly network: number
  readonly at: number
  readonly id: number
  readonly to: number
  readonly limit: number
}

interface Began {
  readonly at: number
  readonly id: number
  /** Where it is asked for. */
  readonly peer?: number
}

interface Ended extends Began {
  readonly peer: number
  readonly reason: string
  readonly network: number
}

/** Reads for health, in steps of some milliseconds. Throws what SQLite throws. */
export class HealthReader {
  readonly #numbers: NumberReader
  readonly #logged: LoggedPresences
  readonly #began
  readonly #beganOf
  readonly #ended
  readonly #nextMeasured
  readonly #samples
  readonly #presences
  readonly #delays
  readonly #lastDelay

  constructor(db: Database.Database, numbers: NumberReader, log: EventLog) {
    this.#numbers = numbers
    this.#logged = new LoggedPresences(db, log)
    this.#began = db.prepare<[Page], Began>(HEALTH_QUERIES.presencesBegan)
    this.#beganOf = db.prepare<[Page], Began>(HEALTH_QUERIES.presencesBeganOf)
    this.#ended = db.prepare<[Omit<Page, 'network'>], Ended>(HEALTH_QUERIES.presencesEnded)
    this.#nextMeasured = db.prepare<[number, number], number>(HEALTH_QUERIES.nextMeasured).pluck()
    this.#samples = db.prepare<[number, number, number, number], RttSample>(HEALTH_QUERIES.samplesIn)
    this.#presences = db.prepare<[number, number, number, number, number], Presence>(HEALTH_QUERIES.presencesOf)
    this.#lastDelay = db.prepare<[number, number], number | null>(HEALTH_QUERIES.lastDelay).pluck()
    this.#delays = db.prepare<[Omit<Page, 'id'>], LoopDelay>(HEALTH_QUERIES.delaysAfter)
  }

  *presences<T>(
    { networkKey, from, to, among = null, marks = null }: PresenceSpan,
    make: () => PresenceFold<T>,
  ): Generator<void, T> {
    const fold = make()
    const network = this.#numbers.network(networkKey)
    if (network === null) return fold.result()
    const isAmong = this.#numbers.among(among)
    const isMarked = marks === null ? () => false : this.#numbers.among(marks)
    if (this.#logged.wasSet(network, from)) {
      yield* this.#logged.walk(network, { from, to }, (step) => {
        if (!isAmong(step.peer)) return
        if (step.reason === null) fold.began(step.at)
        else fold.ended(step.at, step.reason as SessionEnd, isMarked(step.peer))
      })
      return fold.result()
    }
    const limit = among === null && marks === null ? AT_ONCE : CHOSEN_AT_ONCE
    const first = { at: from, id: -1, to, limit }
    for (let next: Page | null = { ...first, network }; next !== null;) {
      const page: Began[] = among === null ? this.#began.all(next) : this.#beganOf.all(next)
      for (const { at, peer } of page) if (peer === undefined || isAmong(peer)) fold.began(at)
      const last: Began | undefined = page.length < limit ? undefined : page.at(-1)
      next = last === undefined ? null : { ...next, at: last.at, id: last.id }
      yield
    }
    for (let next: Omit<Page, 'network'> | null = first; next !== null;) {
      const page: Ended[] = this.#ended.all(next)
      for (const row of page)
        if (row.network === network && isAmong(row.peer))
          fold.ended(row.at, row.reason as SessionEnd, isMarked(row.peer))
      const last: Ended | undefined = page.length < limit ? undefined : page.at(-1)
      next = last === undefined ? null : { ...next, at: last.at, id: last.id }
      yield
    }
    return fold.result()
  }

  *samples<T>(
    { networkKey, from, to, most, among = null }: TimeSpan & { readonly most: number; readonly among?: Among },
    make: () => SampleFold<T>,
  ): Generator<void, T> {
    const fold = make()
    const network = this.#numbers.network(networkKey)
    const isAmong = this.#numbers.among(among)
    const peers: number[] = []
    let found = 0
    let peer = network === null ? undefined : this.#nextMeasured.get(network, -1)
    while (peer !== undefined) {
      if (isAmong(peer)) peers.push(peer)
      found += 1
      if (found % CHOSEN_AT_ONCE === 0) yield
      peer = this.#nextMeasured.get(network ?? 0, peer)
    }
    // Evenly among all, so that neither old nor new peers stand for the others.
    const stride = Math.max(1, Math.ceil(peers.length / most))
    const wasSet = network !== null && this.#logged.wasSet(network, from)
    let read = 0
    for (let index = 0; index < peers.length; index += stride) {
      const own = [network ?? 0, peers[index] ?? 0] as const
      const samples = this.#samples.all(...own, from, to)
      read += 1
      const presences = (): readonly Presence[] =>
        wasSet
          ? this.#logged.of(...own, MOST_PRESENCES)
          : this.#presences.all(...own, to, from, MOST_PRESENCES).reverse()
      if (samples.length > 0) fold.peer(samples, presences())
      if (read % READ_AT_ONCE === 0) yield
    }
    return fold.result({ read, all: peers.length })
  }

  lastDelayAt(networkKey: NetworkKey, by = Number.MAX_SAFE_INTEGER): number | null {
    const network = this.#numbers.network(networkKey)
    return network === null ? null : (this.#lastDelay.get(network, whole(by)) ?? null)
  }

  *delays<T>({ networkKey, from, to }: TimeSpan, make: () => DelayFold<T>): Generator<void, T> {
    const fold = make()
    const network = this.#numbers.network(networkKey)
    for (let at: number | undefined = network === null ? undefined : from - 1; at !== undefined;) {
      const page: LoopDelay[] = this.#delays.all({ network: network ?? 0, at, to, limit: AT_ONCE })
      for (const delay of page) fold.delay(delay)
      at = page.length < AT_ONCE ? undefined : page.at(-1)?.at
      yield
    }
    return fold.result()
  }
}
