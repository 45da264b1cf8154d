import Database from 'better-sqlite3'
import { troubleOf } from './sqlite-errors.ts'

/** What is wrong with the content of an open database; null where nothing is. Reads all of it. */
export function faultOf(db: Database.Database): string | null {
  const result = db.pragma('quick_check(1)', { simple: true })
  return result === 'ok' ? null : String(result)
}

/**
 * The same for a file that others may write meanwhile.
 * @throws SQLite's error when it cannot be read for other reasons
 */
export function faultOfFile(path: string): string | null {
  const db = new Database(path, { readonly: true, fileMustExist: true })
  try {
    return faultOf(db)
  } catch (error) {
    if (troubleOf(error) !== 'damaged') throw error
    return error instanceof Error ? error.message : String(error)
  } finally {
    db.close()
  }
}
