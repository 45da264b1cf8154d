import Database from 'better-sqlite3'
import { chmodSync, statSync, truncateSync } from 'node:fs'
import { dirname } from 'node:path'
import { StoreInUse } from '../../shared/errors.ts'
import { troubleOf } from './sqlite-errors.ts'

/** How long to wait for a holder that is just writing its process id, milliseconds. */
const WAIT_MS = 200

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
export function acquireLock(path: string, now: number): Lock {
  try {
    return lockFile(path, now)
  } catch (error) {
    if (troubleOf(error) !== 'damaged') throw error
    // It says nothing but who holds it. Emptied, not replaced: a lock that someone holds is on this very file.
    truncateSync(`${path}.lock`)
    return lockFile(path, now)
  }
}

function lockFile(path: string, now: number): Lock {
  const lockPath = `${path}.lock`
  const db = new Database(lockPath, { timeout: WAIT_MS })
  try {
    db.exec('BEGIN IMMEDIATE')
    db.exec(
      'CREATE TABLE IF NOT EXISTS holder (one INTEGER PRIMARY KEY CHECK (one = 1), pid INTEGER, since INTEGER) STRICT',
    )
    db.prepare('INSERT OR REPLACE INTO holder (one, pid, since) VALUES (1, ?, ?)').run(process.pid, Math.round(now))
    db.exec('COMMIT')
    chmodSync(lockPath, 0o600)
    // Whoever came in between holds it now, and this fails.
    db.exec('BEGIN IMMEDIATE')
  } catch (error) {
    const busy = isBusy(error)
    const pid = busy ? holder(db) : null
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

function holder(db: Database.Database): number | null {
  try {
    return db.prepare<[], number>('SELECT pid FROM holder').pluck().get() ?? null
  } catch {
    // It is being written at this moment; the message does without.
    return null
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')
}
