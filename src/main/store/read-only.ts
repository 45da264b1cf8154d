import Database from 'better-sqlite3'
import { existsSync } from 'node:fs'
import { StoreCorrupt, StoreFailed } from '../../shared/errors.ts'
import { backupFile, backupTo } from './backup.ts'
import { guardReads } from './guard-reads.ts'
import type { Readable } from './readable.ts'
import { openReadable } from './readable.ts'
import { holderOf } from './lock.ts'
import { Reader } from './reader.ts'
import { describeTrouble, troubleOf } from './sqlite-errors.ts'
import type { StoreReader } from './types.ts'

/**
 * Opens a database for reading only, also while a Peerscope writes it; what that one has not yet written is not seen. Also
 * on media that cannot be written, and one of an older Peerscope.
 * @throws StoreFailed when there is none or it is empty, StoreFromNewerVersion, StoreCorrupt; the reader's calls throw
 * StoreFailed and StoreCorrupt
 */
export function openStoreReadOnly(path: string): StoreReader {
  if (!existsSync(path)) throw new StoreFailed(`there is no database ${path}: join a network first, or name its folder`)
  let readable: Readable | null = null
  try {
    readable = openReadable(path)
    return readerOver(path, readable, new Reader(readable.db))
  } catch (error) {
    readable?.close()
    throw typed(error, path)
  }
}

function readerOver(path: string, readable: Readable, reader: Reader): StoreReader {
  const { db } = readable
  return {
    ...guardReads((what) => {
      try {
        return what(reader)
      } catch (error) {
        throw db.open ? typed(error, path) : new StoreFailed('the store is closed', { cause: error })
      }
    }),
    async backup(to, onProgress, signal) {
      if (!db.open) throw new StoreFailed('the store is closed')
      await (db.memory ? backupTo(db, to, onProgress, signal) : backupFile(db.name, to, onProgress, signal))
    },
    holder: () => holderOf(path),
    close() {
      readable.close()
    },
  }
}

function typed(error: unknown, path: string): unknown {
  if (troubleOf(error) === 'damaged')
    return new StoreCorrupt(
      `${path}: ${describeTrouble(error)}; start Peerscope on this folder, which sets it aside and saves what it can`,
      { cause: error },
    )
  // SQLite, or the file system where a copy is made.
  const ofDisk = error instanceof Database.SqliteError || (error instanceof Error && 'syscall' in error)
  return ofDisk ? new StoreFailed(`${path} cannot be read: ${error.message}`, { cause: error }) : error
}
