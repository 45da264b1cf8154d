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

/** The identity key that a database keeps, also while an app runs on it; null where there is none. */
export function readIdentity(path: string): Uint8Array | null {
  const db = new Database(path, { readonly: true, fileMustExist: true })
  try {
    const secret = db.prepare<[], Uint8Array>('SELECT secret FROM identity WHERE one = 1').pluck().get()
    return secret === undefined ? null : Uint8Array.from(secret)
  } finally {
    db.close()
  }
}
