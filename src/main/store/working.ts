import type Database from 'better-sqlite3'
import { Reader } from './reader.ts'
import { isDiskTrouble, troubleOf } from './sqlite-errors.ts'
import type { Retention, Schedule, StoreOptions } from './types.ts'
import { Upkeep } from './upkeep/upkeep.ts'
import { Writer } from './writer.ts'
import type { Write } from './writes.ts'

/** How databases are opened. */
export interface DatabasesOptions extends StoreOptions {
  /** A lost database was started again: what else was in its folder may be gone too. */
  readonly onRescue?: () => void
}

/** A database with all that reads and writes it. */
export interface Working {
  readonly db: Database.Database
  readonly reader: Reader
  readonly writer: Writer
}

/** Prepares what reads and writes an open database. */
export function working(db: Database.Database): Working {
  return { db, reader: new Reader(db), writer: new Writer(db) }
}

/** Starts the work on a database that is done in the background. */
export function startUpkeep(
  { db, reader, writer }: Working,
  { now, logger }: Pick<StoreOptions, 'now' | 'logger'>,
  schedule: Schedule,
  retention: Retention | null,
): Upkeep {
  const upkeep = new Upkeep({
    db,
    reader,
    schedule,
    now: () => now(),
    onIdsDeleted: () => writer.forgetNumbers(),
    onError: (error) => logger?.warn({ error }, 'work on the database in the background stopped'),
  })
  if (retention === null) upkeep.start()
  else upkeep.keep(retention)
  return upkeep
}

/** Writes all. One record that the schema refuses is dropped and logged. @throws SQLite's error for all else */
export function writeAll({ writer }: Working, writes: Iterable<Write>, logger: StoreOptions['logger']): void {
  for (const write of writes) {
    try {
      writer.write(write)
    } catch (error) {
      if (!isRefused(writer, write, error, logger)) throw error
    }
  }
}

/** Whether the schema refused the record, and not the disk; that is logged. */
export function isRefused(writer: Writer, { kind }: Write, error: unknown, logger: StoreOptions['logger']): boolean {
  if (troubleOf(error) !== 'other' || writer.lost || isDiskTrouble(error)) return false
  logger?.error({ error, kind }, 'a record could not be written and was dropped')
  return true
}
