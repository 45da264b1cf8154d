import type Database from 'better-sqlite3'
import type { StoreStatus } from '../../shared/contract.ts'
import { StoreCorrupt, StoreFailed } from '../../shared/errors.ts'
import type { NetworkId } from '../../shared/ids.ts'
import { backupFile, backupTo } from './backup.ts'
import { FileCheck } from './file-check.ts'
import type { Opened } from './open.ts'
import { openAfterDamage, openStandIn } from './open.ts'
import { Reader } from './reader.ts'
import { scheduleTimer } from './schedule.ts'
import { searchAside } from './search-aside.ts'
import { describeTrouble, troubleOf } from './sqlite-errors.ts'
import type { BackupProgress, Retention, Schedule, SearchOptions, SearchResult, StoreOptions } from './types.ts'
import { Unsaved } from './unsaved.ts'
import { Upkeep } from './upkeep/upkeep.ts'
import { Writer } from './writer.ts'
import type { Write } from './writes.ts'

/** How long a write may be uncommitted, milliseconds; below the promised 250 ms, since timers are late and commits take time. */
export const COMMIT_AFTER_MS = 150
/** How many writes may be uncommitted; more are committed at once. */
export const COMMIT_AT = 200
/** Pause before a failed database is tried again, milliseconds; doubled up to the second figure. */
const RETRY_MS = 1000
const RETRY_MAX_MS = 30_000
/** Pause between two parts of what is saved after a failure, milliseconds. */
const SAVE_PAUSE_MS = 20

/** A database with all that reads and writes it. */
interface Working {
  readonly db: Database.Database
  readonly reader: Reader
  readonly writer: Writer
}

/**
 * The database of the store. Each write goes into it at once, into a transaction that is committed at most 150 ms later:
 * reads through the same connection see it, and nothing has to be written for them.
 *
 * A database that cannot be written ("home") is left as it was at its last commit, and another one in memory is used in its
 * place ("live"). What is written meanwhile is kept as a list too, and goes home in small parts once that works again.
 */
export class Databases {
  readonly #options: StoreOptions
  readonly #schedule: Schedule
  readonly #unsaved = new Unsaved()
  #opened: Opened
  #home: Working
  #live: Working
  #upkeep: Upkeep
  #check: FileCheck | null = null
  #retention: Retention | null = null
  #status: StoreStatus
  #cancelTimer: (() => void) | null = null
  #retryMs = RETRY_MS
  /** What cannot be read while the live one stands in. */
  #missing = ''
  /** Until the constructor is through, nobody can know what a status is about. */
  #started = false
  #closed = false

  constructor(options: StoreOptions, opened: Opened) {
    this.#options = options
    this.#schedule = options.schedule ?? scheduleTimer
    this.#opened = opened
    this.#status = opened.status
    this.#home = working(opened.db)
    this.#live = this.#home
    this.#upkeep = this.#startUpkeep()
    for (const write of opened.salvaged) this.write(write)
    this.flush()
    if (opened.unchecked) {
      const onFault = (fault: string): void => this.#fails(new StoreCorrupt(fault))
      const { logger } = options
      this.#check = new FileCheck({ path: opened.db.name, schedule: this.#schedule, logger, onFault })
    }
    if (this.#status.state !== 'ok' || this.#status.notice !== undefined) {
      options.logger?.warn({ status: this.#status }, 'the store does not work as it should')
    }
    this.#started = true
  }

  get status(): StoreStatus {
    return this.#status
  }

  /** Whether what is written reaches the database that was opened. */
  get isHome(): boolean {
    return this.#live === this.#home
  }

  /** The one that is in use. */
  get db(): Database.Database {
    return this.#live.db
  }

  /** @throws StoreFailed */
  read<T>(what: (reader: Reader) => T): T {
    this.#assertOpen()
    const live = this.#live
    try {
      try {
        return what(live.reader)
      } catch (error) {
        // Some errors of the disk end the open transaction.
        if (!live.writer.lost && !this.#isDamage(error)) throw error
        this.#fails(error)
        return what(this.#live.reader)
      }
    } catch (error) {
      throw new StoreFailed(describeTrouble(error), { cause: error })
    }
  }

  /** The identity. One that the live database lacks may be in the other one, which must not get a second one then. */
  secret(): Uint8Array | null {
    return this.read((reader) => reader.secret() ?? (this.isHome ? null : this.#home.reader.secret()))
  }

  /** Never throws because of the disk. One record that the schema refuses is dropped and logged. */
  write(write: Write): void {
    this.#assertOpen()
    const { writer } = this.#live
    try {
      writer.write(write)
    } catch (error) {
      if (this.#isRefused(writer, write, error)) return
      this.#unsaved.add(write)
      this.#fails(error)
      return
    }
    this.#unsaved.add(write)
    if (writer.uncommitted >= COMMIT_AT) this.#commit()
    else this.#startTimer(COMMIT_AFTER_MS)
  }

  /** Commits what was written; where that failed before, tries again. */
  flush(): void {
    this.#assertOpen()
    if (this.isHome) this.#commit()
    else this.#save()
  }

  /** Ends at most so many sessions that an earlier run left open. @returns whether there may be more */
  closeSome(networkId: NetworkId, at: number | null, limit: number): boolean {
    this.flush()
    if (!this.isHome) return false
    try {
      return this.#home.writer.closeSome(networkId, at, limit)
    } catch (error) {
      // Joining closes those that are left, and tells what is wrong with the disk.
      this.#options.logger?.warn({ error }, 'sessions of an earlier run could not be closed one by one')
      return false
    }
  }

  keep(retention: Retention): void {
    this.#assertOpen()
    this.#retention = retention
    this.#upkeep.keep(retention)
  }

  /** Looks at once for work in the background. */
  sweep(): void {
    this.#upkeep.start()
  }

  /** @throws StoreFailed */
  search(networkId: NetworkId, text: string, options: SearchOptions): SearchResult {
    this.read(() => this.#live.writer.makeSearchable())
    return this.read((reader) => reader.search(networkId, text, options))
  }

  /** A database in memory is searched here: no other connection can open it. */
  async searchAside(networkId: NetworkId, text: string, options: SearchOptions): Promise<SearchResult> {
    this.#assertOpen()
    // What is written since the last commit is not searchable, and the connection of the thread doesn't see it.
    this.#commit()
    const [asked, values] = this.read((reader) => [reader, reader.searchValues(networkId, text, options)] as const)
    const { db } = this.#live
    const found = values === null || db.memory ? null : await searchAside(db.name, values, this.#options.logger)
    // Another database that is in use by then has other numbers.
    return this.read((reader) => reader.search(networkId, text, options, reader === asked ? found : null))
  }

  async backup(path: string, onProgress: (progress: BackupProgress) => void, signal: AbortSignal): Promise<void> {
    this.flush()
    const { db } = this.#home
    const told = (progress: BackupProgress): void => {
      this.#assertOpen()
      onProgress(progress)
    }
    await (db.memory ? backupTo(db, path, told, signal) : backupFile(db.name, path, told, signal))
  }

  /** Leaves nothing in the log's file. While that is being read elsewhere, it is done right after. */
  emptyLog(): void {
    const { db } = this.#live
    const empty = (): void => void db.pragma('wal_checkpoint(TRUNCATE)')
    if (this.#check === null) empty()
    else this.#check.afterwards(empty)
  }

  /** Idempotent. */
  close(): void {
    if (this.#closed) return
    this.#commit()
    for (let left = Infinity; !this.isHome && this.#unsaved.size < left;) {
      left = this.#unsaved.size
      this.#save()
    }
    this.#closed = true
    this.#cancelTimer?.()
    this.#upkeep.stop()
    this.#check?.end()
    if (this.#unsaved.size > 0) {
      this.#options.logger?.error({ records: this.#unsaved.size }, 'closed with records that could not be written')
    }
    for (const { db } of new Set([this.#live, this.#home])) db.close()
    this.#opened.lock?.release()
  }

  #startTimer(delayMs: number): void {
    if (this.#closed || this.#cancelTimer !== null) return
    this.#cancelTimer = this.#schedule(delayMs, () => {
      this.#cancelTimer = null
      this.flush()
    })
  }

  #stopTimer(): void {
    this.#cancelTimer?.()
    this.#cancelTimer = null
  }

  #commit(): void {
    const { writer } = this.#live
    if (this.isHome) this.#stopTimer()
    if (writer.uncommitted === 0) return
    try {
      writer.commit()
    } catch (error) {
      this.#fails(error)
      return
    }
    if (this.isHome) {
      this.#check?.committed(this.#unsaved.writes())
      this.#unsaved.clear()
    }
    this.#upkeep.wrote()
  }

  /** Writes what is in the list of unsaved records already. */
  #writeInto({ writer }: Working, writes: Iterable<Write>): void {
    for (const write of writes) {
      try {
        writer.write(write)
      } catch (error) {
        if (!this.#isRefused(writer, write, error)) throw error
      }
    }
  }

  #isRefused(writer: Writer, { kind }: Write, error: unknown): boolean {
    if (troubleOf(error) !== 'other' || writer.lost) return false
    this.#options.logger?.error({ error, kind }, 'a record could not be written and was dropped')
    return true
  }

  /** The live database cannot be written. */
  #fails(error: unknown): void {
    this.#live.writer.rollback()
    if (this.#isDamage(error)) this.#replaceHome(error)
    else this.#standIn(error)
  }

  #standIn(error: unknown): void {
    if (this.isHome) this.#retryMs = RETRY_MS
    const { db, whole, precious } = openStandIn(this.#home.db)
    this.#use(working(db))
    this.#missing = whole ? '' : '; older history is shown again then'
    try {
      this.#writeInto(this.#live, precious)
      this.#writeInto(this.#live, this.#unsaved.writes())
      this.#live.writer.commit()
    } catch (failure) {
      this.#options.logger?.error({ error: failure }, 'records cannot be read until the database can be written')
    }
    this.#tryLater(error)
  }

  #tryLater(error: unknown): void {
    const { dropped } = this.#unsaved
    const lost = dropped === 0 ? '' : ` (${dropped} records were dropped, the oldest first)`
    this.#setStatus({
      ...this.#opened.status,
      state: troubleOf(error) === 'read-only' ? 'read-only' : 'memory-only',
      reason: `${describeTrouble(error)}: what is new is kept in memory, and writing is tried again${this.#missing}${lost}`,
    })
    this.#stopTimer()
    this.#startTimer(this.#retryMs)
    this.#retryMs = Math.min(this.#retryMs * 2, RETRY_MAX_MS)
  }

  /** Brings a part of what is unsaved home, and goes home with the last part. */
  #save(): void {
    this.#stopTimer()
    const writes = this.#unsaved.first(COMMIT_AT)
    try {
      this.#writeInto(this.#home, writes)
      this.#home.writer.commit()
    } catch (error) {
      this.#home.writer.rollback()
      if (this.#isDamage(error)) this.#replaceHome(error)
      else this.#tryLater(error)
      return
    }
    this.#check?.committed(writes)
    this.#unsaved.remove(writes)
    this.#retryMs = RETRY_MS
    if (this.#unsaved.size > 0) {
      this.#startTimer(SAVE_PAUSE_MS)
      return
    }
    this.#use(this.#home)
    const { dropped } = this.#unsaved
    this.#setStatus(
      dropped === 0
        ? this.#opened.status
        : { ...this.#opened.status, notice: `${dropped} records were lost while the database could not be written` },
    )
  }

  #isDamage(error: unknown): boolean {
    return troubleOf(error) === 'damaged' && this.#opened.status.state === 'ok'
  }

  /** Goes on in a new database, with what could be saved of the damaged one and then what is newer. */
  #replaceHome(error: unknown): void {
    this.#stopTimer()
    this.#upkeep.stop()
    this.#home.db.close()
    this.#opened = openAfterDamage(this.#options, this.#opened.lock, error)
    this.#home = working(this.#opened.db)
    this.#use(this.#home)
    this.#setStatus(this.#opened.status)
    const newer = [...(this.#check?.end() ?? []), ...this.#unsaved.writes()]
    this.#check = null
    this.#unsaved.clear()
    for (const write of [...this.#opened.salvaged, ...newer]) this.#unsaved.add(write)
    try {
      this.#writeInto(this.#home, this.#unsaved.writes())
      this.#home.writer.commit()
      this.#unsaved.clear()
    } catch (failure) {
      this.#home.writer.rollback()
      this.#standIn(failure)
    }
  }

  /** Everything is read from and written into this one from now on. */
  #use(next: Working): void {
    this.#upkeep.stop()
    if (!this.isHome && this.#live.db.open) this.#live.db.close()
    this.#live = next
    this.#upkeep = this.#startUpkeep()
  }

  #startUpkeep(): Upkeep {
    const { db, reader, writer } = this.#live
    const upkeep = new Upkeep({
      db,
      reader,
      schedule: this.#schedule,
      now: () => this.#options.now(),
      onIdsDeleted: () => writer.forgetNumbers(),
      onError: (error) => this.#options.logger?.warn({ error }, 'work on the database in the background stopped'),
    })
    if (this.#retention === null) upkeep.start()
    else upkeep.keep(this.#retention)
    return upkeep
  }

  #setStatus(status: StoreStatus): void {
    const before = this.#status
    if (before.state === status.state && before.reason === status.reason && before.notice === status.notice) return
    this.#status = status
    if (!this.#started) return
    this.#options.logger?.warn({ status }, 'the state of the store changed')
    this.#options.onStatus?.(status)
  }

  #assertOpen(): void {
    if (this.#closed) throw new StoreFailed('the store is closed')
  }
}

function working(db: Database.Database): Working {
  return { db, reader: new Reader(db), writer: new Writer(db) }
}
