import Database from 'better-sqlite3'
import { troubleOf } from './sqlite-errors.ts'

/** What is wrong with the content of an open database; null where nothing is. Reads all of it. */
export function faultOf(db: Database.Database): string | null {
  const result = db.pragma('quick_check(1)', { simple: true })
  return result === 'ok' ? null : String(result)
}

/**
 * The same for a file that others may write meanwhile.
 * @param mark what the store wrote into it (`markOf`): a file without it is another one
 * @throws SQLite's error when it cannot be read for other reasons
 */
export function faultOfFile(path: string, mark: number | null = null): string | null {
  const db = new Database(path, { readonly: true, fileMustExist: true })
  try {
    const fault = faultOf(db)
    if (fault !== null || mark === null) return fault
    return markOf(db) === mark ? null : 'its content was replaced by another'
  } catch (error) {
    // Read from a file that ended too early.
    const short = error instanceof Database.SqliteError && error.code === 'SQLITE_IOERR_SHORT_READ'
    if (troubleOf(error) !== 'damaged' && !short) throw error
    return error instanceof Error ? error.message : String(error)
  } finally {
    db.close()
  }
}

/** Marks the file as the one that this store uses. @returns the mark; null where it cannot be written */
export function markFile(db: Database.Database): number | null {
  const mark = Math.floor(Math.random() * Number.MAX_SAFE_INTEGER)
  try {
    db.prepare(
      "INSERT INTO counters (name, value) VALUES ('mark', ?) ON CONFLICT DO UPDATE SET value = excluded.value",
    ).run(mark)
    return mark
  } catch {
    return null
  }
}

/** The mark in a database; null where it has none. */
export function markOf(db: Database.Database): number | null {
  try {
    return db.prepare<[], number>("SELECT value FROM counters WHERE name = 'mark'").pluck().get() ?? null
  } catch (error) {
    // Without the table: the file was emptied.
    if (troubleOf(error) === 'other') return null
    throw error
  }
}
