import Database from 'better-sqlite3'
import { PeerscopeError, StoreCorrupt } from '../../shared/errors.ts'

/** What an error of SQLite means for the store. */
export type Trouble = 'damaged' | 'full' | 'read-only' | 'io' | 'other'

/** Sorts any thrown value. `other` is a defect or a record that the schema refuses, not the disk. */
export function troubleOf(error: unknown): Trouble {
  if (error instanceof StoreCorrupt) return 'damaged'
  const code = codeOf(error)
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB') return 'damaged'
  if (code === 'SQLITE_FULL' || code === 'ENOSPC' || code === 'EDQUOT') return 'full'
  if (code.startsWith('SQLITE_READONLY') || code.startsWith('SQLITE_PERM') || code.startsWith('SQLITE_AUTH')) {
    return 'read-only'
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return 'read-only'
  if (code.startsWith('SQLITE_CANTOPEN')) return 'read-only'
  if (/^SQLITE_(IOERR|BUSY|LOCKED|NOMEM|PROTOCOL|NOLFS)/.test(code) || /^E[A-Z]+$/.test(code)) return 'io'
  return 'other'
}

/** Whether the disk could not be read or written, and not just because somebody else was at it. */
export function isDiskTrouble(error: unknown): boolean {
  return /^SQLITE_(IOERR|CANTOPEN|READONLY_DBMOVED)/.test(codeOf(error))
}

/** What happened, for people. */
export function describeTrouble(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  switch (troubleOf(error)) {
    case 'damaged':
      return `the database is damaged (${message})`
    case 'full':
      return 'the disk is full'
    case 'read-only':
      return `the data folder cannot be written (${message})`
    case 'io':
    case 'other':
      return message
  }
}

function codeOf(error: unknown): string {
  if (error instanceof Database.SqliteError) return error.code
  // Our own errors have codes of their own; what the disk said is their cause.
  if (error instanceof PeerscopeError) return codeOf(error.cause)
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code
  return error instanceof Error && error.cause !== undefined ? codeOf(error.cause) : ''
}
