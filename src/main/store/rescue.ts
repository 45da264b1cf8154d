/** Saves what an open database holds when its file is lost: deleted, moved, replaced by another, on a disk that is gone. */
import Database from 'better-sqlite3'
import { closeSync, existsSync, openSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { makeFolder } from '../make-folder.ts'
import { freeName } from './damaged.ts'
import { contentOf, fileTime } from './database.ts'
import { faultOf, markOf } from './faults.ts'
import type { StoreStatus } from '../../shared/contract.ts'
import type { FileWatch, Loss } from './file-watch.ts'
import { describeTrouble } from './sqlite-errors.ts'
import { sizesOf } from './stats.ts'

/** Largest database, in bytes, that is looked through in memory for whether all of it can still be read. */
const MAX_LOOKED_THROUGH = 64 * 1024 * 1024
/** The setting by which the next start learns that the database was saved. */
export const RESCUED = 'rescued'

/**
 * Writes all of an open database, whose file may be gone, into a new file beside where it was. The folder is made again
 * where it is gone too. Nothing may be uncommitted.
 * @returns the new file
 * @throws the error of SQLite or the file system; then there is none
 */
export function saveWhole(db: Database.Database, path: string, now: number): string {
  makeFolder(dirname(path))
  const to = freeName(`${path}.saved-${fileTime(now)}`)
  closeSync(openSync(to, 'wx', 0o600))
  try {
    db.prepare('VACUUM INTO ?').run(to)
    return to
  } catch (error) {
    rmSync(to, { force: true })
    throw error
  }
}

/** Ends the connection to a lost file, and touches nothing that has its name by now. */
export function endConnection(db: Database.Database, path: string, watch: FileWatch | null): void {
  // SQLite removes the log by its name when the last connection ends: it may be another one's.
  const others = (['-wal', '-shm'] as const).filter((end) => existsSync(path + end) && watch?.isOwn(end) !== true)
  const waiting = freeName(`${path}.waits`)
  for (const end of others) renameSync(path + end, waiting + end)
  try {
    db.close()
  } finally {
    for (const end of others) renameSync(waiting + end, path + end)
  }
  // It leaves its log where the database is another one, into which that would be written when somebody opens it. All that
  // is in it was saved.
  if (watch?.isOwn('') !== false) return
  for (const end of ['-wal', '-shm'] as const) if (watch.isOwn(end) === true) rmSync(path + end)
}

/**
 * Gives a saved database the name of the lost one where that is free and can be had; a file of somebody else that has it stays
 * as it is.
 * @param end ends the connection to the lost file
 * @returns where the saved one is
 */
export function takePlace(saved: string, path: string, end: () => void): string {
  end()
  if (existsSync(path)) return saved
  try {
    setLogsAside(path, saved)
    renameSync(saved, path)
    return path
  } catch {
    // The connection to the lost file has ended: without this one nothing would be left to go on with.
    return saved
  }
}

/** What people are told while a lost database could not be saved. */
export function notSaved(path: string, loss: Loss, error: unknown): StoreStatus {
  const reason = `${path} ${LOSSES[loss]}, and what it held could not be saved elsewhere yet (${describeTrouble(error)})`
  return { state: 'memory-only', reason: `${reason}: it is tried again`, path }
}

/** What became of the file, for people. */
export const LOSSES: Readonly<Record<Loss, string>> = {
  gone: 'was deleted or moved',
  replaced: 'was replaced by another file',
  log: 'lost its log (the files beside it that end in -wal and -shm)',
}

/** The content of an open database where all of it can still be read, though its file is damaged; null where not. */
export function readableContent(db: Database.Database, mark: number | null): Buffer | null {
  try {
    if (db.memory || sizesOf(db).fileBytes > MAX_LOOKED_THROUGH) return null
    const content = contentOf(db)
    const copy = new Database(content)
    try {
      return faultOf(copy) === null && (mark === null || markOf(copy) === mark) ? content : null
    } finally {
      copy.close()
    }
  } catch {
    return null
  }
}

/** The newest file that an earlier run saved beside the database; null where there is none. */
export function savedBeside(path: string): string | null {
  const start = `${basename(path)}.saved-`
  try {
    const names = readdirSync(dirname(path)).filter((name) => name.startsWith(start) && /Z(-\d+)?$/.test(name))
    const newest = names.sort().at(-1)
    return newest === undefined ? null : join(dirname(path), newest)
  } catch {
    return null
  }
}

/** Takes a saved database into use where there is no other, or an empty file. @returns whether it did */
export function takeSaved(path: string, saved: string): boolean {
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > 0) return false
  setLogsAside(path, saved)
  renameSync(saved, path)
  return true
}

/** Without the database that it is of, a log would be taken for the new one's. */
function setLogsAside(path: string, saved: string): void {
  for (const end of ['-wal', '-shm'])
    if (existsSync(path + end)) renameSync(path + end, freeName(`${saved}.other${end}`))
}
