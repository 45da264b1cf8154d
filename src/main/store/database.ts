import Database from 'better-sqlite3'
import { chmodSync, closeSync, openSync, statSync } from 'node:fs'
import { StoreCorrupt } from '../../shared/errors.ts'
import { formatUtc } from '../../shared/time.ts'
import { faultOf } from './faults.ts'
import { checkVersion, migrate } from './migrate.ts'
import type { Migration } from './migrations/all.ts'
import { MIGRATIONS } from './migrations/all.ts'
import { troubleOf } from './sqlite-errors.ts'

/** Databases up to this size, in bytes, are checked whole when they are opened (about 5 ms for each MiB). */
const CHECKED_WHOLE = 32 * 1024 * 1024
/** Those above this size, in bytes, only once they are open, where that is wanted. */
const CHECKED_AT_ONCE = 2 * 1024 * 1024
/** Largest database that is kept in memory only, in bytes. */
const MEMORY_BYTES = 256 * 1024 * 1024
/**
 * How long to wait for a program that is not Peerscope and uses the file, milliseconds: when it is opened, and later,
 * when everything else waits with us and writing is tried again anyway.
 */
const BUSY_OPEN_MS = 2000
const BUSY_MS = 100

/** Pages of the log after which they are written into the file. */
const CHECKPOINT_PAGES = 200
/** Bytes of the log's file that stay when it is empty. */
const MAX_IDLE_WAL = 8 * 1024 * 1024
/** SQLite's number for a file that shrinks when it is told to. */
const INCREMENTAL = 2
/** Largest file, in bytes, that is written again so that it can shrink. */
const REWRITTEN = 512 * 1024 * 1024

/** How to open the file. */
export interface OpenDatabase {
  readonly path: string
  /** Milliseconds since the epoch. */
  readonly now: number
  /** Largest size in bytes. */
  readonly maxBytes?: number | undefined
  /** By default those of this version of Peerscope. */
  readonly migrations?: readonly Migration[]
  /**
   * Called for a file whose check takes long, instead of the check; without it the file is checked here. A file whose
   * schema is about to change is always checked before.
   */
  onUnchecked?(): void
}

/**
 * Opens, or makes, the database file with mode 0600 and brings it to the newest schema. Before a schema change a copy is
 * put beside it.
 * @throws StoreCorrupt, StoreFromNewerVersion, StoreFailed, or the error of SQLite or the file system
 */
export function openDatabase(open: OpenDatabase): Database.Database {
  const { path, now, maxBytes, migrations = MIGRATIONS } = open
  closeSync(openSync(path, 'a', 0o600))
  chmodSync(path, 0o600)
  const db = new Database(path, { timeout: BUSY_OPEN_MS })
  try {
    configure(db)
    // Before the first change: a database that is refused stays as it is.
    const version = checkVersion(db, migrations.length)
    // Only a file without tables can take this on; one of the first schema is written again below.
    if (version === 0) db.pragma('auto_vacuum = INCREMENTAL')
    db.pragma('journal_mode = WAL')
    const { size } = statSync(path)
    const later = open.onUnchecked !== undefined && version === migrations.length && size > CHECKED_AT_ONCE
    if (size <= CHECKED_WHOLE) {
      if (later) open.onUnchecked?.()
      else checkContent(db)
    }
    migrate(db, {
      migrations,
      backup: (version) => {
        copyBeforeMigration(db, `${path}.before-v${version + 1}-${fileTime(now)}`)
      },
    })
    letShrink(db, path)
    if (maxBytes !== undefined) limitSize(db, maxBytes)
    db.pragma(`busy_timeout = ${BUSY_MS}`)
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

/** A database that nothing is kept of. */
export function openMemory(content?: Buffer, maxBytes: number = MEMORY_BYTES): Database.Database {
  const db = content === undefined ? new Database(':memory:') : new Database(content)
  configure(db)
  migrate(db)
  limitSize(db, maxBytes)
  return db
}

/**
 * The committed content of an open database, in one block of work. It is a database that has no write-ahead log, since one
 * in memory cannot have one.
 */
export function contentOf(db: Database.Database): Buffer {
  const content = db.serialize()
  // "File format write version" and "read version": 1 for a rollback journal.
  content[18] = 1
  content[19] = 1
  return content
}

/** A time as a part of a file name: `2026-11-23T02-57-00-123Z`. */
export function fileTime(now: number): string {
  return formatUtc(now).replaceAll(/[:.]/g, '-')
}

/** Settings of every connection. `NORMAL` in WAL: a killed process loses nothing, a power cut the newest commits. */
function configure(db: Database.Database): void {
  db.pragma('foreign_keys = ON')
  db.pragma('synchronous = NORMAL')
  db.pragma('trusted_schema = OFF')
  // The step from the log into the file, which everything waits for, is small and often: with 1000 pages, which SQLite
  // has by default, it takes 30 ms and more.
  db.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`)
  db.pragma(`journal_size_limit = ${MAX_IDLE_WAL}`)
}

function checkContent(db: Database.Database): void {
  const fault = faultOf(db)
  if (fault !== null) throw new StoreCorrupt(fault)
}

/** Files of the first schema cannot give space back until they are written again, once. Large ones stay as they are. */
function letShrink(db: Database.Database, path: string): void {
  if (Number(db.pragma('auto_vacuum', { simple: true })) === INCREMENTAL || statSync(path).size > REWRITTEN) return
  try {
    db.pragma('auto_vacuum = INCREMENTAL')
    db.exec('VACUUM')
  } catch (error) {
    // Without the room for it the file works as before.
    if (troubleOf(error) === 'damaged') throw error
  }
}

function copyBeforeMigration(db: Database.Database, to: string): void {
  closeSync(openSync(to, 'wx', 0o600))
  db.prepare('VACUUM INTO ?').run(to)
}

function limitSize(db: Database.Database, bytes: number): void {
  const pageSize = Number(db.pragma('page_size', { simple: true }))
  db.pragma(`max_page_count = ${Math.max(1, Math.floor(bytes / pageSize))}`)
}
