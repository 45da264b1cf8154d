import Database from 'better-sqlite3'
import { accessSync, chmodSync, constants, existsSync, statSync, truncateSync } from 'node:fs'
import { dirname } from 'node:path'
import { StoreInUse } from '../../shared/errors.ts'
import { troubleOf } from './sqlite-errors.ts'

/** How long to wait for a holder that is just writing its process id, milliseconds. */
const WAIT_MS = 200

/** The same for one who only asks whether it is held, and lets go of it at once. */
const ASK_MS = 50

/** Which process writes a data folder: none, or that cannot be told, as of a folder that only others may write. */
export type Holder =
  | { readonly kind: 'none' | 'unknown' }
  /** Null where it is just about to say so. */
  | { readonly kind: 'process'; readonly pid: number | null }

/** A held lock. */
export interface Lock {
  /** Whether the file that says so is still the one beside the database: its folder may be gone. */
  isInPlace(): boolean
  /** Idempotent. */
  release(): void
}

/**
 * Makes this process the only one that writes next to `path`. The lock is an open write transaction on a small database:
 * the system ends it with the process, however that dies, and others can still read who holds it.
 * @throws StoreInUse when another process, or another store of this one, holds it; SQLite's error when the file cannot
 * be made
 */
export function acquireLock(path: string): Lock {
  try {
    return lockFile(path)
  } catch (error) {
    if (troubleOf(error) !== 'damaged') throw error
    // It says nothing but who holds it. Emptied, not replaced: a lock that someone holds is on this very file.
    truncateSync(`${path}.lock`)
    return lockFile(path)
  }
}

function lockFile(path: string): Lock {
  const lockPath = `${path}.lock`
  const db = new Database(lockPath, { timeout: WAIT_MS })
  try {
    db.exec('BEGIN IMMEDIATE')
    // No time is told: the clock may be set.
    db.exec('CREATE TABLE IF NOT EXISTS holder (one INTEGER PRIMARY KEY CHECK (one = 1), pid INTEGER) STRICT')
    db.prepare('INSERT OR REPLACE INTO holder (one, pid) VALUES (1, ?)').run(process.pid)
    db.exec('COMMIT')
    chmodSync(lockPath, 0o600)
    // Whoever came in between holds it now, and this fails.
    db.exec('BEGIN IMMEDIATE')
  } catch (error) {
    const busy = isBusy(error)
    const pid = busy ? readHolder(db).pid : null
    db.close()
    if (!busy) throw error
    throw new StoreInUse(inUse(dirname(path), pid), { cause: error })
  }
  const { dev, ino } = statSync(lockPath)
  return {
    isInPlace() {
      try {
        const now = statSync(lockPath)
        return now.dev === dev && now.ino === ino
      } catch {
        return false
      }
    },
    release() {
      db.close()
    },
  }
}

function inUse(folder: string, pid: number | null): string {
  if (pid === process.pid) return `the data folder ${folder} is open in this process already`
  const who = pid === null ? 'another process' : `process ${pid}`
  return `the data folder ${folder} is in use by ${who}: quit that Peerscope first, or use another data folder`
}

interface HolderRow {
  readonly pid: number | null
}

function readHolder(db: Database.Database): HolderRow {
  const unknown = { pid: null }
  try {
    return db.prepare<[], HolderRow>('SELECT pid FROM holder').get() ?? unknown
  } catch {
    // It is being written at this moment; the message does without.
    return unknown
  }
}

/** Which process holds the lock next to `path`, however long it has written nothing. Never throws. */
export function holderOf(path: string): Holder {
  const lockPath = `${path}.lock`
  if (!existsSync(lockPath)) return { kind: 'none' }
  let db: Database.Database | null = null
  try {
    // Where it cannot be written SQLite would not try to lock it.
    accessSync(lockPath, constants.W_OK)
    db = new Database(lockPath, { fileMustExist: true, timeout: ASK_MS })
    db.exec('BEGIN IMMEDIATE')
    db.exec('ROLLBACK')
    return { kind: 'none' }
  } catch (error) {
    return db !== null && isBusy(error) ? { kind: 'process', ...readHolder(db) } : { kind: 'unknown' }
  } finally {
    db?.close()
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')
}
