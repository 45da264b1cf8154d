import type Database from 'better-sqlite3'
import { statSync } from 'node:fs'
import { faultOfFile, markFile } from './faults.ts'
import { FileCheck } from './file-check.ts'
import type { Loss } from './file-watch.ts'
import { FileWatch } from './file-watch.ts'
import type { Schedule, StoreOptions } from './types.ts'
import type { Write } from './writes.ts'

/** How often it is looked whether the file is there, milliseconds. */
const LOOK_MS = 2000
/** How often its content is checked at most, milliseconds; and how much of the time a check may run. */
const CHECK_MS = 60_000
const CHECK_PART = 1 / 200
/** How long it rests at least after a check, in times of what that took. */
const HURRY_REST = 20
/** Largest database, in bytes, that is checked before it is closed where somebody may have written it. */
const MAX_CHECKED_AT_END = 64 * 1024 * 1024
/** Looks that the disk may leave unanswered before that is logged. */
const UNANSWERED = 3

/** What a guard works with. */
export interface FileGuardParts {
  readonly db: Database.Database
  readonly schedule: Schedule
  readonly logger: StoreOptions['logger']
  /** Whether it looks and checks by itself, from time to time. Else it looks when something is committed. */
  readonly checks: boolean
  /** Whether the file was not checked when it was opened. */
  readonly checkNow: boolean
  onFault(fault: string): void
  /** Told with each look for as long as it holds. */
  onLost(loss: Loss): void
  /** The file that was told as lost is there again. */
  onBack(): void
}

/** Notices when the file of an open database is lost or damaged while it is used. */
export class FileGuard {
  readonly watch: FileWatch
  /** What the file was marked with; null where that was not possible. */
  readonly mark: number | null
  readonly #parts: FileGuardParts
  readonly #changes: Database.Statement<[], number>
  #check: FileCheck | null = null
  #cancel: (() => void) | null = null
  #lookedAt = performance.now()
  /** What the last check took, and for how long there has been none since, both in milliseconds; the rest is counted by looks. */
  #tookMs = 0
  #restedMs = Infinity
  /** What was seen since the last check began: a write of others, or one that may be ours. */
  #suspicion: 'suspect' | 'written' | null = null
  /** Whether a check runs because of what was seen. */
  #checksSuspicion = false
  #lost = false
  #unanswered = 0
  #over = false

  constructor(parts: FileGuardParts) {
    this.#parts = parts
    this.watch = new FileWatch(parts.db.name)
    this.mark = parts.checks ? markFile(parts.db) : null
    this.#changes = parts.db.prepare<[], number>('SELECT total_changes()').pluck()
    this.watch.look(this.#changes.get() ?? 0)
    if (parts.checkNow) this.#startCheck(0)
    else if (parts.checks) this.#startCheck(CHECK_MS)
    if (parts.checks) this.#lookLater()
  }

  /** Looks now. What is wrong is told before this returns. */
  look(): void {
    if (this.#over) return
    this.#lookedAt = performance.now()
    const state = this.watch.look(this.#parts.db.open ? (this.#changes.get() ?? 0) : 0)
    if (state === 'suspect' || (state === 'written' && this.#suspicion === null)) this.#suspicion = state
    this.#hurry()
    if (state !== 'unknown') this.#unanswered = 0
    else if (++this.#unanswered === UNANSWERED)
      this.#parts.logger?.warn({ path: this.#parts.db.name }, 'the disk does not say whether the database is there')
    if (state === 'gone' || state === 'replaced' || state === 'log gone') {
      this.#lost = true
      this.#parts.onLost(state === 'log gone' ? 'log' : state)
    } else if (this.#lost && state !== 'unknown') {
      this.#lost = false
      this.#parts.onBack()
    }
  }

  /** These records were committed into the file. */
  committed(writes: Iterable<Write>): void {
    this.#check?.committed(writes)
  }

  /** Looks, unless it did so a moment ago. */
  lookSometimes(): void {
    if (performance.now() - this.#lookedAt >= LOOK_MS) this.look()
  }

  /** Calls `fn` once no check reads the file, which may be at once. */
  afterwards(fn: () => void): void {
    if (this.#check === null) fn()
    else this.#check.afterwards(fn)
  }

  /** Looks a last time, and checks a file that somebody may have written. What is wrong is told before this returns. */
  lookAtEnd(): void {
    this.look()
    if (this.#over || this.#lost || !this.#parts.checks || (this.#suspicion === null && !this.#checksSuspicion)) return
    const { db, logger } = this.#parts
    let fault: string | null = null
    try {
      if (statSync(db.name).size <= MAX_CHECKED_AT_END) fault = faultOfFile(db.name, this.mark)
    } catch (error) {
      logger?.warn({ err: error }, 'the database could not be checked')
    }
    if (fault !== null) this.#parts.onFault(fault)
  }

  /** Idempotent. @returns what was committed since a check began that is not through */
  end(): Write[] {
    this.#over = true
    this.#cancel?.()
    return this.#check?.end() ?? []
  }

  /** Some of our own writes look like those of others: checks rest in between, longer where nothing else speaks for them. */
  #hurry(): void {
    if (this.#suspicion === null) return
    const rest = this.#tookMs * (this.#suspicion === 'suspect' ? HURRY_REST : 1 / CHECK_PART)
    if (this.#restedMs >= rest) this.#check?.hurry()
  }

  #lookLater(): void {
    this.#cancel = this.#parts.schedule(LOOK_MS, () => {
      this.#restedMs += LOOK_MS
      this.look()
      if (!this.#over) this.#lookLater()
    })
  }

  #startCheck(delayMs: number): void {
    const { db, schedule, logger, checks } = this.#parts
    this.#check = new FileCheck({
      path: db.name,
      mark: this.mark,
      delayMs,
      schedule,
      logger,
      onBegin: () => {
        this.#checksSuspicion = this.#suspicion !== null
        this.#suspicion = null
      },
      onFault: (fault) => this.#parts.onFault(fault),
      onEnd: (tookMs) => {
        this.#tookMs = tookMs
        this.#restedMs = 0
        this.#checksSuspicion = false
        if (checks && !this.#over) this.#startCheck(Math.max(CHECK_MS, tookMs / CHECK_PART))
      },
    })
  }
}
