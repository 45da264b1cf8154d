import type Database from 'better-sqlite3'
import type { Reader } from '../reader.ts'
import type { Retention, Schedule } from '../types.ts'
import { Checkpoints } from './checkpoints.ts'
import { ThinDelays } from './delays.ts'
import { Forget } from './forget.ts'
import { MergeTexts } from './merge-texts.ts'
import { Retain } from './retention.ts'
import { ThinSamples } from './samples.ts'
import { Sweeper } from './sweeper.ts'
import { Vacuum } from './vacuum.ts'

/** After so many writes, or so many milliseconds and one write, it is looked whether there is work. */
const FLUSHES = 16
const EVERY_MS = 10_000

/** What upkeep works with. */
export interface UpkeepParts {
  readonly db: Database.Database
  readonly reader: Reader
  readonly schedule: Schedule
  now(): number
  /** What is remembered of ids' numbers no longer holds. */
  onIdsDeleted(): void
  onError(error: unknown): void
}

/** The work on a database that is done in the background. */
export class Upkeep {
  readonly #parts: UpkeepParts
  readonly #texts: MergeTexts
  readonly #checkpoints: Checkpoints
  readonly #retain: Retain
  readonly #samples: ThinSamples
  readonly #delays: ThinDelays
  readonly #sweeper: Sweeper
  #flushes = 0
  #startedAt: number

  constructor(parts: UpkeepParts) {
    const { db, reader } = parts
    this.#parts = parts
    this.#texts = new MergeTexts(db)
    this.#checkpoints = new Checkpoints(db, reader.past)
    this.#retain = new Retain(db, {
      onTooLarge: () => this.#thinSoon(),
      onDeleted: () => this.#texts.due(),
      onIdsDeleted: () => parts.onIdsDeleted(),
    })
    this.#samples = new ThinSamples(db, (now) => this.#retain.cutoff(now))
    this.#delays = new ThinDelays(db, (now) => this.#retain.cutoff(now))
    this.#startedAt = parts.now()
    this.#sweeper = new Sweeper({
      // Samples before the rest: what they give free need not be taken from events.
      chores: [
        new Forget(db),
        this.#texts,
        this.#checkpoints,
        this.#samples,
        this.#delays,
        this.#retain,
        new Vacuum(db),
      ],
      schedule: parts.schedule,
      now: () => parts.now(),
      onError: (error) => parts.onError(error),
    })
  }

  start(): void {
    this.#flushes = 0
    this.#startedAt = this.#parts.now()
    this.#sweeper.start()
  }

  stop(): void {
    this.#sweeper.stop()
  }

  keep(retention: Retention): void {
    this.#retain.keep(retention)
    this.#thinSoon()
    this.start()
  }

  #thinSoon(): void {
    this.#samples.due()
    this.#delays.due()
  }

  /** Records reached the file. */
  wrote(): void {
    this.#texts.due()
    this.#checkpoints.due()
    this.#flushes += 1
    if (this.#flushes >= FLUSHES || Math.abs(this.#parts.now() - this.#startedAt) >= EVERY_MS) this.start()
  }
}
