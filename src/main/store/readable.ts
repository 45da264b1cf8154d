/** Opens a database to be read, wherever it lies: beside a running Peerscope, on read-only media, of an older schema. */
import Database from 'better-sqlite3'
import { chmodSync, copyFileSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { StoreFailed } from '../../shared/errors.ts'
import { openMemory } from './database.ts'
import { checkVersion, migrate } from './migrate.ts'
import { MIGRATIONS } from './migrations/all.ts'
import { troubleOf } from './sqlite-errors.ts'

/** Largest database, in bytes, that is read into memory; a larger one is copied into the folder for temporary files. */
const MAX_IN_MEMORY = 256 * 1024 * 1024
/** Room beside such a copy for what a change of its schema adds, in bytes. */
const ROOM = 256 * 1024 * 1024
/** How often a file that is written meanwhile is copied again. */
const COPIES = 5
/** How the file begins, and which two of its bytes say that it has a write-ahead log. */
const MAGIC = 'SQLite format 3\0'
const FORMAT = 18

/** An open database, and what ends it. */
export interface Readable {
  readonly db: Database.Database
  /** Idempotent. */
  close(): void
}

/**
 * Opens the file itself where that can be. SQLite cannot read a database with a write-ahead log where it cannot make files
 * beside it (a read-only mount, a folder of somebody else): then a copy is read, and so is one of an older schema, which is
 * brought up to date.
 * @throws StoreFailed for an empty file, StoreFromNewerVersion, StoreCorrupt, the error of SQLite or the file system
 */
export function openReadable(path: string): Readable {
  const itself = openItself(path)
  if (itself !== null) return { db: itself, close: () => void itself.close() }
  if (statSync(path).size > MAX_IN_MEMORY) return openCopyOf(path)
  const content = contentOfFile(path)
  const db = openMemory(content, content.length + ROOM)
  return { db, close: () => void db.close() }
}

/** The content of a database file that cannot be written, with what a killed process left in its write-ahead log. */
export function contentOfFile(path: string): Buffer {
  if (sizeOf(`${path}-wal`) === 0) {
    const content = stable(path, () => readFileSync(path))
    if (content.subarray(0, MAGIC.length).toString('latin1') === MAGIC) content.fill(1, FORMAT, FORMAT + 2)
    return content
  }
  const copy = openCopyOf(path, false)
  try {
    return copy.db.serialize()
  } finally {
    copy.close()
  }
}

function openItself(path: string): Database.Database | null {
  let db: Database.Database | null = null
  try {
    db = new Database(path, { readonly: true, fileMustExist: true })
    const version = checkVersion(db)
    if (version === 0) throw new StoreFailed(`${path} is empty: nothing is stored in it yet`)
    if (version === MIGRATIONS.length) return db
    db.close()
    return null
  } catch (error) {
    db?.close()
    if (troubleOf(error) === 'read-only') return null
    throw error
  }
}

/** A copy in a folder of its own, which goes when it is closed. */
function openCopyOf(path: string, bringUpToDate = true): Readable {
  const folder = mkdtempSync(join(tmpdir(), 'peerscope-'))
  let db: Database.Database | null = null
  const close = (): void => {
    db?.close()
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    const copy = join(folder, 'copy.db')
    stable(path, () => {
      copyFileSync(path, copy)
      rmSync(`${copy}-wal`, { force: true })
      if (sizeOf(`${path}-wal`) > 0) copyFileSync(`${path}-wal`, `${copy}-wal`)
    })
    chmodSync(copy, 0o600)
    db = new Database(copy)
    // A write-ahead log cannot be part of a database in memory.
    db.pragma('journal_mode = DELETE')
    if (bringUpToDate) migrate(db)
    return { db, close }
  } catch (error) {
    close()
    throw error
  }
}

/** Reads again while somebody else writes: half of one state and half of the next is no database. */
function stable<T>(path: string, read: () => T): T {
  for (let left = COPIES; ; left -= 1) {
    const before = stamp(path)
    const result = read()
    if (stamp(path) === before || left === 1) return result
  }
}

function stamp(path: string): string {
  return [path, `${path}-wal`]
    .map((file) => {
      const found = statSync(file, { throwIfNoEntry: false })
      return found === undefined ? '' : `${found.ino} ${found.size} ${found.mtimeMs}`
    })
    .join()
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}
