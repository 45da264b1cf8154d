import type Database from 'better-sqlite3'
import { mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import type { StoreStatus } from '../../shared/contract.ts'
import { StoreFailed, StoreFromNewerVersion, StoreInUse } from '../../shared/errors.ts'
import { preciousOf, salvage, setAside } from './damaged.ts'
import { contentOf, openDatabase, openMemory, readContent } from './database.ts'
import type { Lock } from './lock.ts'
import { acquireLock } from './lock.ts'
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
    mkdirSync(dirname(place.path), { recursive: true, mode: 0o700 })
    lock = acquireLock(place.path, place.now())
    return openFile(place, lock)
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
export function openAfterDamage(place: Place, lock: Lock | null, cause: unknown): Opened {
  try {
    const salvaged = salvage(place.path)
    const aside = setAside(place.path, place.now())
    const opened = openFile(place, lock)
    const identity = salvaged.some(({ kind }) => kind === 'secret') ? ' with the old identity' : ''
    const notice = `${describeTrouble(cause)}. It was set aside as ${aside}, and a new one was started${identity}`
    return { ...opened, status: { ...opened.status, notice }, salvaged }
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
    const db = openMemory(readContent(path), size + ROOM)
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
