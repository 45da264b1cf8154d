import type Database from 'better-sqlite3'
import { existsSync, statSync } from 'node:fs'
import { networkKeyOf } from '../../shared/network-kind.ts'
import type { KindAndId, NetworkKey } from '../../shared/network-kind.ts'
import type { NetworkStats, StoreStats, StoreTable } from './types.ts'

/** The tables that are counted, by the name that the counts have. */
const TABLES: Readonly<Record<StoreTable, string>> = {
  events: 'events',
  peers: 'peers',
  versions: 'peer_versions',
  rttSamples: 'rtt_samples',
  sessions: 'sessions',
  notes: 'notes',
  topologies: 'topologies',
  checkpoints: 'checkpoints',
  journal: 'journal',
  loopDelays: 'loop_delays',
}

/** Counts the rows of a network; those of the log, which are most, are counted as they are written. */
function countOf(table: StoreTable): string {
  if (table === 'events') return 'SELECT coalesce(sum(count), 0) FROM event_blocks WHERE network = ?'
  return `SELECT count(*) FROM ${TABLES[table]} WHERE network = ?`
}

/** The queries, by name; test/unit/store asserts the plan of each. */
export const STATS_QUERIES = {
  networkNames: 'SELECT n.num, n.kind, n.id, n.name FROM networks n WHERE n.forgotten = 0',
  ages: 'SELECT min(min_at) AS oldest, max(max_at) AS newest FROM event_blocks WHERE network = ?',
  ...Object.fromEntries(names().map((table) => [`count ${table}`, countOf(table)])),
} as const

/** Counts what is stored. Throws what SQLite throws. */
export class StatsReader {
  readonly #db: Database.Database
  readonly #names
  readonly #ages
  readonly #counts

  constructor(db: Database.Database) {
    this.#db = db
    this.#names = db.prepare<[], KindAndId & { readonly num: number; readonly name: string | null }>(
      STATS_QUERIES.networkNames,
    )
    this.#ages = db.prepare<[number], { readonly oldest: number | null; readonly newest: number | null }>(
      STATS_QUERIES.ages,
    )
    this.#counts = names().map((table) => ({ table, statement: db.prepare<[number], number>(countOf(table)).pluck() }))
  }

  /** In steps: counting the rows of one table takes some milliseconds. */
  *stats(networkKey: NetworkKey | null): Generator<void, StoreStats> {
    const wanted = this.#names.all().filter((one) => networkKey === null || networkKeyOf(one) === networkKey)
    const networks: NetworkStats[] = []
    for (const { num, kind, id, name } of wanted.sort((a, b) => a.num - b.num)) {
      const rows: [StoreTable, number][] = []
      for (const { table, statement } of this.#counts) {
        rows.push([table, statement.get(num) ?? 0])
        yield
      }
      const { oldest = null, newest = null } = this.#ages.get(num) ?? {}
      networks.push({ kind, id, name, rows: recordOf(rows), oldestEvent: oldest, newestEvent: newest })
    }
    const oldest = networks.flatMap(({ oldestEvent }) => oldestEvent ?? [])
    return {
      rows: recordOf(names().map((table) => [table, networks.reduce((sum, { rows }) => sum + rows[table], 0)])),
      ...sizesOf(this.#db),
      oldestEvent: oldest.length === 0 ? null : Math.min(...oldest),
      networks,
    }
  }
}

/** Sizes of a database in bytes; of one in memory that of its pages. */
export function sizesOf(db: Database.Database): Pick<StoreStats, 'fileBytes' | 'freeBytes' | 'walBytes'> {
  const [pages, free, pageSize] = ['page_count', 'freelist_count', 'page_size'].map((name) =>
    Number(db.pragma(name, { simple: true })),
  )
  const page = pageSize ?? 0
  const wal = `${db.name}-wal`
  return {
    fileBytes: (pages ?? 0) * page,
    freeBytes: (free ?? 0) * page,
    walBytes: !db.memory && existsSync(wal) ? statSync(wal).size : 0,
  }
}

function names(): StoreTable[] {
  return Object.keys(TABLES) as StoreTable[]
}

function recordOf(counts: readonly (readonly [StoreTable, number])[]): Readonly<Record<StoreTable, number>> {
  return Object.fromEntries(counts) as Record<StoreTable, number>
}
