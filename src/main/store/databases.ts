import { counted } from '../../shared/counted.ts'
import type { StoreStatus } from '../../shared/contract.ts'
import { StoreCorrupt, StoreFailed } from '../../shared/errors.ts'
import { Alarm } from './alarm.ts'
import { preciousOf } from './damaged.ts'
import { FileGuard } from './file-guard.ts'
import type { Loss } from './file-watch.ts'
import { Keepsakes } from './keepsakes.ts'
import type { Opened } from './open.ts'
import { openAfterDamage, openSaved, openStandIn } from './open.ts'
import type { Reader } from './reader.ts'
import { scheduleTimer } from './schedule.ts'
import { endConnection, notSaved, readableContent, RESCUED, saveWhole, takePlace } from './rescue.ts'
import { asideNotice, asideWrites, settingText, unreadableSettings } from './set-aside-settings.ts'
import { describeTrouble, isDiskTrouble, troubleOf } from './sqlite-errors.ts'
import { StatusKeeper } from './status.ts'
import type { Retention, Schedule } from './types.ts'
import { Unsaved } from './unsaved.ts'
import type { Upkeep } from './upkeep/upkeep.ts'
import type { DatabasesOptions, Working } from './working.ts'
import { isRefused, startUpkeep, working, writeAll } from './working.ts'
import type { Write } from './writes.ts'

/** How long a write may be uncommitted, milliseconds; below the promised 250 ms, since timers are late and commits take time. */
export const COMMIT_AFTER_MS = 150
/** How many writes may be uncommitted: a commit costs something, whatever is in it. How many are saved at once after a failure. */
export const [COMMIT_AT, SAVE_AT_ONCE] = [1000, 200] as const
/** Pause before a failed database is tried again, milliseconds; doubled up to the second figure. */
const RETRY_MS = 1000
const RETRY_MAX_MS = 30_000
/** Pause between two parts of what is saved after a failure, milliseconds. */
const SAVE_PAUSE_MS = 20

/**
 * The database of the store. Each write goes into it at once, into a transaction that is committed at most 150 ms later:
 * reads through the same connection see it, and nothing has to be written for them.
 *
 * A database that cannot be written ("home") is left as it was at its last commit, and another one in memory is used in its
 * place ("live"). What is written meanwhile is kept as a list too, and goes home in small parts once that works again.
 */
export class Databases {
  readonly #options: DatabasesOptions
  readonly #schedule: Schedule
  readonly #unsaved = new Unsaved()
  #opened: Opened
  #home: Working
  #live: Working
  #upkeep: Upkeep
  #guard: FileGuard | null = null
  #retention: Retention | null = null
  readonly #status: StatusKeeper
  readonly #keepsakes: Keepsakes
  readonly #timer: Alarm
  #retryMs = RETRY_MS
  /** What cannot be read while the live one stands in. */
  #missing = ''
  #closed = false

  constructor(options: DatabasesOptions, opened: Opened) {
    this.#options = options
    this.#schedule = options.schedule ?? scheduleTimer
    this.#timer = new Alarm(this.#schedule, () => this.flush())
    this.#opened = opened
    this.#status = new StatusKeeper(options, opened.status)
    this.#home = working(opened.db)
    this.#live = this.#home
    this.#upkeep = startUpkeep(this.#live, this.#options, this.#schedule, this.#retention)
    this.#keepsakes = new Keepsakes(preciousOf(opened.db))
    for (const write of opened.salvaged) this.write(write)
    this.#tellRescued()
    for (const { key } of unreadableSettings(opened.db)) this.setSettingAside(key, 'is not JSON')
    this.flush()
    this.#guardFile()
    this.#status.start()
  }

  get status(): StoreStatus {
    return this.#status.value
  }

  /** Whether what is written reaches the database that was opened. */
  get isHome(): boolean {
    return this.#live === this.#home
  }

  /** The one that is in use. */
  get live(): Working {
    return this.#live
  }

  /** The one that was opened. */
  get home(): Working {
    return this.#home
  }

  /** @throws StoreFailed */
  read<T>(what: (reader: Reader) => T): T {
    this.assertOpen()
    const live = this.#live
    try {
      try {
        return what(live.reader)
      } catch (error) {
        // Some errors of the disk end the open transaction.
        const ofHome = this.isHome && isDiskTrouble(error)
        if (!live.writer.lost && !this.#isDamage(error) && !ofHome) throw error
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
    this.assertOpen()
    const { writer } = this.#live
    this.#keepsakes.take(write)
    try {
      writer.write(write)
    } catch (error) {
      if (isRefused(writer, write, error, this.#options.logger)) return
      this.#unsaved.add(write)
      this.#fails(error)
      return
    }
    this.#unsaved.add(write)
    if (writer.uncommitted >= COMMIT_AT) this.commit()
    else this.#timer.set(COMMIT_AFTER_MS)
  }

  /** Commits what was written; where that failed before, tries again. */
  flush(): void {
    this.assertOpen()
    if (this.isHome) this.commit()
    else this.#save()
  }

  /** Keeps a setting that is of no use under another key, so that its default holds, and says so. */
  setSettingAside(key: string, why: string): void {
    const text = this.read(() => settingText(this.#live.db, key))
    if (text === undefined) return
    for (const write of asideWrites(key, text)) this.write(write)
    this.flush()
    this.#status.notice(asideNotice(key, why, this.#opened.status.path))
  }

  keep(retention: Retention): void {
    this.assertOpen()
    this.#retention = retention
    this.#upkeep.keep(retention)
  }

  /** Looks at once for work in the background. */
  sweep(): void {
    this.#upkeep.start()
  }

  /** Leaves nothing in the log's file. While that is being read elsewhere, it is done right after. */
  emptyLog(): void {
    const { db } = this.#live
    const empty = (): void => void db.pragma('wal_checkpoint(TRUNCATE)')
    if (this.#guard === null) empty()
    else this.#guard.afterwards(empty)
  }

  /** Idempotent. */
  close(): void {
    if (this.#closed) return
    this.commit()
    for (let left = Infinity; !this.isHome && this.#unsaved.size < left;) {
      left = this.#unsaved.size
      this.#save()
    }
    this.#guard?.lookAtEnd()
    this.#closed = true
    this.#timer.stop()
    this.#upkeep.stop()
    this.#guard?.end()
    if (this.#unsaved.size > 0) {
      this.#options.logger?.error({ records: this.#unsaved.size }, 'closed with records that could not be written')
    }
    for (const { db } of new Set([this.#live, this.#home])) db.close()
    this.#opened.lock?.release()
  }

  /** Commits what was written into the database that is in use. */
  commit(): void {
    this.assertOpen()
    const { writer } = this.#live
    if (this.isHome) this.#timer.stop()
    if (writer.uncommitted === 0) return
    try {
      writer.commit()
    } catch (error) {
      this.#fails(error)
      return
    }
    if (this.isHome) {
      this.#guard?.committed(this.#unsaved.writes())
      this.#unsaved.clear()
    }
    this.#upkeep.wrote()
    this.#guard?.lookSometimes()
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
      writeAll(this.#live, precious, this.#options.logger)
      writeAll(this.#live, this.#unsaved.writes(), this.#options.logger)
      this.#live.writer.commit()
    } catch (failure) {
      this.#options.logger?.error({ error: failure }, 'records cannot be read until the database can be written')
    }
    this.#tryLater(error)
  }

  #tryLater(error: unknown): void {
    const { dropped } = this.#unsaved
    const lost = dropped === 0 ? '' : ` (${counted(dropped, 'record was', 'records were')} dropped, the oldest first)`
    this.#status.set({
      ...this.#opened.status,
      state: troubleOf(error) === 'read-only' ? 'read-only' : 'memory-only',
      reason: `${describeTrouble(error)}: what is new is kept in memory, and writing is tried again${this.#missing}${lost}`,
    })
    this.#timer.stop()
    this.#timer.set(this.#retryMs)
    this.#retryMs = Math.min(this.#retryMs * 2, RETRY_MAX_MS)
  }

  /** Brings a part of what is unsaved home, and goes home with the last part. */
  #save(): void {
    this.#timer.stop()
    const writes = this.#unsaved.first(SAVE_AT_ONCE)
    try {
      writeAll(this.#home, writes, this.#options.logger)
      this.#home.writer.commit()
    } catch (error) {
      this.#home.writer.rollback()
      if (this.#isDamage(error)) this.#replaceHome(error)
      else this.#tryLater(error)
      return
    }
    this.#guard?.committed(writes)
    this.#unsaved.remove(writes)
    this.#retryMs = RETRY_MS
    if (this.#unsaved.size > 0) {
      this.#timer.set(SAVE_PAUSE_MS)
      return
    }
    this.#use(this.#home)
    const { dropped } = this.#unsaved
    const { status } = this.#opened
    const notice = `${counted(dropped, 'record was', 'records were')} lost while the database could not be written`
    this.#status.set(dropped === 0 ? status : { ...status, notice })
  }

  #isDamage(error: unknown): boolean {
    return troubleOf(error) === 'damaged' && this.#opened.status.state === 'ok'
  }

  /** Goes on in a new database, with what could be saved of the damaged one and then what is newer. */
  #replaceHome(error: unknown): void {
    this.#timer.stop()
    this.#upkeep.stop()
    const content = readableContent(this.#home.db, this.#guard?.mark ?? null)
    const committed = this.#guard?.end() ?? []
    this.#guard = null
    const precious = this.#keepsakes.writes()
    this.#home.db.close()
    this.#begin(openAfterDamage(this.#options, this.#opened.lock, error, { content, precious }))
    // What was committed is in the content already.
    const newer = [...(content === null ? committed : []), ...this.#unsaved.writes()]
    this.#unsaved.clear()
    for (const write of [...this.#opened.salvaged, ...newer]) this.#unsaved.add(write)
    this.#noteRescue()
  }

  /** The file at the database's path is another one, or none: goes on in a new file with all that can still be read. */
  #rescue(loss: Loss): void {
    if (this.isHome) this.commit()
    const { path } = this.#options
    try {
      // What was written since a failure is in the database that stands in, and nowhere else.
      if (!this.isHome) this.#live.writer.commit()
      const saved = saveWhole(this.#live.db, path, this.#options.now())
      const used = takePlace(saved, path, () => this.#endHome(path))
      this.#unsaved.clear()
      this.#begin(openSaved(this.#options, this.#opened.lock, used, loss))
      this.#options.onRescue?.()
    } catch (error) {
      this.#status.set(notSaved(path, loss, error))
      return
    }
    this.#noteRescue()
  }

  /** The log beside the file is gone: all goes into the file, and a new log is begun. */
  #renewLog(): void {
    if (!this.isHome) return
    this.commit()
    try {
      this.#home.db.pragma('wal_checkpoint(TRUNCATE)')
    } catch (error) {
      return this.#fails(error)
    }
    const { path } = this.#options
    this.#endHome(path)
    this.#begin(openSaved(this.#options, this.#opened.lock, path, 'log'))
    this.#noteRescue()
  }

  /** The connection to the database's file ends. */
  #endHome(path: string): void {
    this.#timer.stop()
    this.#upkeep.stop()
    if (!this.isHome && this.#live.db.open) this.#live.db.close()
    endConnection(this.#home.db, path, this.#guard?.watch ?? null)
    this.#guard?.end()
    this.#guard = null
  }

  #begin(opened: Opened): void {
    this.#opened = opened
    this.#home = working(opened.db)
    this.#live = this.#home
    this.#upkeep = startUpkeep(this.#live, this.#options, this.#schedule, this.#retention)
    this.#status.set(opened.status)
  }

  /** Writes what is unsaved into a database that was started again, with a word for the next start. */
  #noteRescue(): void {
    const { notice } = this.#opened.status
    if (notice !== undefined) this.#unsaved.add({ kind: 'setting', key: RESCUED, json: JSON.stringify(notice) })
    try {
      writeAll(this.#home, this.#unsaved.writes(), this.#options.logger)
      this.#home.writer.commit()
      this.#unsaved.clear()
    } catch (failure) {
      this.#home.writer.rollback()
      this.#standIn(failure)
    }
    this.#guardFile()
  }

  /** An earlier run had to save the database, and may not have been seen to say so. */
  #tellRescued(): void {
    const told = this.#live.reader.getSetting(RESCUED)
    if (typeof told !== 'string') return
    this.write({ kind: 'setting', key: RESCUED, json: null })
    this.#status.notice(`The last time: ${told}`)
  }

  #guardFile(): void {
    if (this.#opened.db.memory) return
    const { checkAside = false, logger } = this.#options
    this.#guard = new FileGuard({
      db: this.#opened.db,
      schedule: this.#schedule,
      logger,
      checks: checkAside,
      checkNow: this.#opened.unchecked,
      onFault: (fault) => this.#fails(new StoreCorrupt(fault)),
      onLost: (loss) => (loss === 'log' ? this.#renewLog() : this.#rescue(loss)),
      onBack: () => this.isHome && this.#status.set(this.#opened.status),
    })
  }

  /** Everything is read from and written into this one from now on. */
  #use(next: Working): void {
    this.#upkeep.stop()
    if (!this.isHome && this.#live.db.open) this.#live.db.close()
    this.#live = next
    this.#upkeep = startUpkeep(this.#live, this.#options, this.#schedule, this.#retention)
  }

  /** @throws StoreFailed once it is closed */
  assertOpen(): void {
    if (this.#closed) throw new StoreFailed('the store is closed')
  }
}
