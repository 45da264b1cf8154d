import Database from 'better-sqlite3'

/** Takes the identity key out of a copy of a database, so that no trace of it stays in the file. */
export function forgetIdentity(path: string): void {
  const db = new Database(path, { fileMustExist: true })
  try {
    db.pragma('secure_delete = ON')
    db.exec('DELETE FROM identity')
    db.exec('VACUUM')
    db.pragma('journal_mode = DELETE')
  } finally {
    db.close()
  }
}
