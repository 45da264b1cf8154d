import Database from 'better-sqlite3'
import { chmodSync, closeSync, fdatasync, openSync, rmSync } from 'node:fs'
import { Cancelled, InvalidArgument, StoreFailed } from '../../shared/errors.ts'
import { describeTrouble } from './sqlite-errors.ts'
import type { BackupProgress } from './types.ts'

/** Pages copied between two turns of the event loop: about 2 ms of work. */
const PAGES_AT_ONCE = 256
/** Bytes after which the disk is told to begin, so that the end does not wait for all of them. */
const SYNC_EVERY = 16 * 1024 * 1024

/**
 * Copies an open database into a new file of mode 0600 while it is used. What the same connection writes meanwhile is
 * copied too.
 * @throws InvalidArgument, Cancelled, StoreFailed; then there is no file
 */
export async function backupTo(
  db: Database.Database,
  path: string,
  onProgress: (progress: BackupProgress) => void,
  signal: AbortSignal,
): Promise<void> {
  if (signal.aborted) throw cancelled(signal)
  let file
  try {
    file = openSync(path, 'wx', 0o600)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') {
      throw new InvalidArgument(`${path} exists already: name another file, or remove it`, { cause: error })
    }
    throw failed(path, error)
  }
  const syncing = file
  try {
    chmodSync(path, 0o600)
    const pageSize = Number(db.pragma('page_size', { simple: true }))
    let synced = 0
    const { totalPages } = await db.backup(path, {
      progress: ({ totalPages: total, remainingPages: left }) => {
        if (signal.aborted) throw cancelled(signal)
        const done = (total - left) * pageSize
        if (done - synced > SYNC_EVERY) {
          synced = done
          fdatasync(syncing, () => undefined)
        }
        onProgress({ done, total: total * pageSize })
        return PAGES_AT_ONCE
      },
    })
    finish(path)
    onProgress({ done: totalPages * pageSize, total: totalPages * pageSize })
  } catch (error) {
    for (const end of ['', '-journal', '-wal', '-shm']) rmSync(path + end, { force: true })
    throw error instanceof Cancelled ? error : failed(path, error)
  } finally {
    closeSync(syncing)
  }
}

/**
 * The same for a database file that others, or another connection of this process, may write meanwhile: the copy holds
 * one moment of it, else it would begin again with each commit.
 */
export async function backupFile(
  from: string,
  path: string,
  onProgress: (progress: BackupProgress) => void,
  signal: AbortSignal,
): Promise<void> {
  const source = new Database(from, { readonly: true, fileMustExist: true })
  try {
    source.exec('BEGIN')
    source.prepare('SELECT count(*) FROM sqlite_schema').get()
    await backupTo(source, path, onProgress, signal)
  } finally {
    source.close()
  }
}

/** One file that needs no other beside it: without a log that is written ahead. */
function finish(path: string): void {
  const copy = new Database(path)
  try {
    copy.pragma('journal_mode = DELETE')
  } finally {
    copy.close()
  }
}

function cancelled(signal: AbortSignal): Cancelled {
  return signal.reason instanceof Cancelled
    ? signal.reason
    : new Cancelled('the copy was cancelled', { cause: signal.reason })
}

function failed(path: string, error: unknown): StoreFailed {
  return new StoreFailed(`${path} could not be written: ${describeTrouble(error)}`, { cause: error })
}
