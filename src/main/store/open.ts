import type Database from 'better-sqlite3'
import { statSync, writeFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import type { StoreStatus } from '../../shared/contract.ts'
import { StoreFailed, StoreFromNewerVersion, StoreInUse } from '../../shared/errors.ts'
import { makeFolder } from '../make-folder.ts'
import { preciousOf, salvage, setAside } from './damaged.ts'
import { contentOf, openDatabase, openMemory } from './database.ts'
import type { Lock } from './lock.ts'
import { EVENT_QUERIES } from './event-log.ts'
import { acquireLock } from './lock.ts'
import { contentOfFile } from './readable.ts'
import type { Loss } from './file-watch.ts'
import { LOSSES, savedBeside, takeSaved } from './rescue.ts'
import { describeTrouble, troubleOf } from './sqlite-errors.ts'
import { sizesOf } from './stats.ts'
import type { Write } from './writes.ts'

/** Largest database, in bytes, that is read into memory because it cannot be written. */
const MAX_COPIED = 512 * 1024 * 1024
/** Largest database, in bytes, that is copied into memory while the app runs (about 50 ms). */
const MAX_COPIED_RUNNING = 32 * 1024 * 1024
/** Room for new rows beside such a copy, in bytes. */
const ROOM = 256 * 1024 * 1024

/** A database to work with, in a file or in memory. */
export interface Opened {
  readonly db: Database.Database
  readonly status: StoreStatus
  readonly lock: Lock | null
  /** What was still readable of a damaged database; to be written into this one. */
  readonly salvaged: readonly Write[]
  /** Whether the file is still to be checked. */
  readonly unchecked: boolean
}

/** Where the database is to be. */
export interface Place {
  /** `:memory:` for nowhere. */
  readonly path: string
  now(): number
  readonly maxBytes?: number | undefined
  /** See `StoreOptions`. */
  readonly checkAside?: boolean
}

/**
 * Opens the database, or the next best thing: a damaged one is set aside and a new one made; one that cannot be written
 * is read into memory; where there is none to read, memory is all.
 * @throws StoreInUse, StoreFromNewerVersion
 */
export function openPlace(place: Place): Opened {
  if (place.path === ':memory:') return inMemory('nothing is kept: this run was started without a data folder')
  let lock: Lock | null = null
  try {
    makeFolder(dirname(place.path))
    lock = acquireLock(place.path)
    return openBesideSaved(place, lock)
  } catch (error) {
    if (error instanceof StoreInUse || error instanceof StoreFromNewerVersion) {
      lock?.release()
      throw error
    }
    if (troubleOf(error) === 'damaged' && lock !== null) return openAfterDamage(place, lock, error)
    return troubleOf(error) === 'read-only' ? openCopy(place, lock, error) : withLock(inMemory(kept(error)), lock)
  }
}

/**
 * Sets a damaged database aside and makes a new one in its place, with what could be saved. The damaged one must be
 * closed; where it cannot be moved, memory is all.
 */
export function openAfterDamage(place: Place, lock: Lock | null, cause: unknown, known: Known = NOTHING): Opened {
  try {
    const saved = savedBeside(place.path)
    const salvaged = [...(saved === null ? [] : salvage(saved)), ...salvage(place.path), ...known.precious]
    const aside = setAside(place.path, place.now())
    if (known.content !== null) writeFileSync(place.path, known.content, { mode: 0o600 })
    const opened = openFile(place, lock)
    const identity = salvaged.some(({ kind }) => kind === 'secret') ? ' with the old identity' : ''
    const next =
      known.content === null ? `a new one was started${identity}` : 'all of it could still be read and was saved'
    const notice = `${describeTrouble(cause)}. It was set aside as ${aside}, and ${next}`
    return { ...opened, status: { ...opened.status, notice }, salvaged }
  } catch (error) {
    return withLock(inMemory(kept(error)), lock)
  }
}

/** What is known of a damaged database that was in use. */
export interface Known {
  /** All of it, where that could be read. */
  readonly content: Buffer | null
  /** Its few precious things. */
  readonly precious: readonly Write[]
}

const NOTHING: Known = { content: null, precious: [] }

/**
 * Opens what was saved of a database whose file was lost, at the database's own place or beside it.
 * @param loss what became of the file
 */
export function openSaved(place: Place, lock: Lock | null, used: string, loss: Loss): Opened {
  try {
    // In a folder that was made again nobody is kept out by the old lock.
    let held = lock
    if (lock !== null && !lock.isInPlace()) {
      held = acquireLock(place.path)
      lock.release()
    }
    const opened = openFile({ ...place, path: used }, held)
    const where = used === place.path ? 'a new file in its place' : `${used}, which is used until Peerscope ends`
    const saved = loss === 'log' ? 'Nothing is lost: a new one was begun' : `All that it held was saved in ${where}`
    const notice = `${place.path} ${LOSSES[loss]} while Peerscope ran. ${saved}`
    return { ...opened, status: { ...opened.status, notice } }
  } catch (error) {
    return withLock(inMemory(kept(error)), lock)
  }
}

/** A database in memory to go on with, and what is to be written into it first. */
export interface StandIn {
  readonly db: Database.Database
  /** Whether it has all that is in the file. */
  readonly whole: boolean
  readonly precious: readonly Write[]
}

/**
 * Opens a database in memory for the time that the given one cannot be written: a copy of it, or of a large one and one
 * that cannot be read what matters most.
 */
export function openStandIn(db: Database.Database): StandIn {
  try {
    const { fileBytes } = sizesOf(db)
    if (!db.memory && fileBytes <= MAX_COPIED_RUNNING)
      return { db: openMemory(contentOf(db), fileBytes + ROOM), whole: true, precious: [] }
  } catch {
    // It cannot be read as a whole.
  }
  return { db: openMemory(), whole: false, precious: preciousOf(db) }
}

/** Opens the file; what an earlier run saved beside it is taken into use, or told of. */
function openBesideSaved(place: Place, lock: Lock): Opened {
  const { path } = place
  const saved = savedBeside(path)
  if (saved === null) {
    const opened = openFile(place, lock)
    markOpened(opened.db)
    return opened
  }
  const used = takeSaved(path, saved)
  const opened = openFile(place, lock)
  markOpened(opened.db)
  if (used) {
    const notice = `${path} was lost while Peerscope ran: what was saved then as ${saved} is used in its place`
    return { ...opened, status: { ...opened.status, notice } }
  }
  const notice =
    `${path} was replaced by another file while Peerscope ran. What it had held is in ${saved}: to use that, end ` +
    `Peerscope and give it the name ${basename(path)}; to be told no more, move it elsewhere`
  const isNew = opened.db.prepare<[], number>('SELECT count(*) FROM identity').pluck().get() === 0
  return { ...opened, status: { ...opened.status, notice }, salvaged: isNew ? salvage(saved) : [] }
}

/** Says from which event on the log is of this process: by their numbers, whatever the clock says. */
function markOpened(db: Database.Database): void {
  try {
    db.prepare(
      `INSERT INTO counters (name, value) VALUES ('opened_after', (${EVENT_QUERIES.lastSeq}))
       ON CONFLICT DO UPDATE SET value = excluded.value WHERE value <> excluded.value`,
    ).run()
  } catch (error) {
    // What follows cannot be written either, and then says what is wrong.
    if (troubleOf(error) === 'damaged') throw error
  }
}

function openFile(place: Place, lock: Lock | null): Opened {
  const { path, maxBytes, checkAside } = place
  let unchecked = false
  const onUnchecked = (): void => {
    unchecked = true
  }
  const db = openDatabase({ path, now: place.now(), maxBytes, ...(checkAside === true ? { onUnchecked } : {}) })
  return { db, status: { state: 'ok', reason: '', path }, lock, salvaged: [], unchecked }
}

function openCopy({ path }: Place, lock: Lock | null, cause: unknown): Opened {
  try {
    const { size } = statSync(path)
    if (size > MAX_COPIED) throw new StoreFailed(`${path} is too large to be read into memory`)
    const db = openMemory(contentOfFile(path), size + ROOM)
    const reason = `${describeTrouble(cause)}: what is new is kept in memory until Peerscope ends`
    return { db, status: { state: 'read-only', reason, path }, lock, salvaged: [], unchecked: false }
  } catch (error) {
    if (error instanceof StoreFromNewerVersion) {
      lock?.release()
      throw error
    }
    return withLock(inMemory(kept(cause)), lock)
  }
}

function inMemory(reason: string): Opened {
  const status = { state: 'memory-only', reason, path: null } as const
  return { db: openMemory(), status, lock: null, salvaged: [], unchecked: false }
}

function withLock(opened: Opened, lock: Lock | null): Opened {
  return { ...opened, lock }
}

function kept(error: unknown): string {
  return `${describeTrouble(error)}: everything is kept in memory until Peerscope ends`
}
