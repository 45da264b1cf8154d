import Database from 'better-sqlite3'
import { existsSync } from 'node:fs'
import { StoreCorrupt, StoreFailed } from '../../shared/errors.ts'
import { backupFile } from './backup.ts'
import { guardReads } from './guard-reads.ts'
import { checkVersion } from './migrate.ts'
import { MIGRATIONS } from './migrations/all.ts'
import { Reader } from './reader.ts'
import { describeTrouble, troubleOf } from './sqlite-errors.ts'
import type { StoreReader } from './types.ts'

/**
 * Opens a database for reading only, also while a Peerscope writes it; what that one has not yet written is not seen.
 * @throws StoreFailed when there is none or it has an older schema, StoreFromNewerVersion, StoreCorrupt; the reader's
 * calls throw StoreFailed and StoreCorrupt
 */
export function openStoreReadOnly(path: string): StoreReader {
  if (!existsSync(path)) throw new StoreFailed(`there is no database ${path}: join a network first, or name its folder`)
  let db: Database.Database | null = null
  try {
    db = new Database(path, { readonly: true, fileMustExist: true })
    if (checkVersion(db) < MIGRATIONS.length) {
      throw new StoreFailed(
        `${path} was written by an older Peerscope: start Peerscope once, which brings it up to date`,
      )
    }
    return readerOver(db, new Reader(db))
  } catch (error) {
    db?.close()
    throw typed(error, path)
  }
}

function readerOver(db: Database.Database, reader: Reader): StoreReader {
  return {
    ...guardReads((what) => {
      try {
        return what(reader)
      } catch (error) {
        throw db.open ? typed(error, db.name) : new StoreFailed('the store is closed', { cause: error })
      }
    }),
    async backup(path, onProgress, signal) {
      if (!db.open) throw new StoreFailed('the store is closed')
      await backupFile(db.name, path, onProgress, signal)
    },
    close() {
      db.close()
    },
  }
}

function typed(error: unknown, path: string): unknown {
  if (troubleOf(error) === 'damaged')
    return new StoreCorrupt(
      `${path}: ${describeTrouble(error)}; start Peerscope on this folder, which sets it aside and saves what it can`,
      { cause: error },
    )
  return error instanceof Database.SqliteError ? new StoreFailed(`${path}: ${error.message}`, { cause: error }) : error
}
