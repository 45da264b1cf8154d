import type Database from 'better-sqlite3'
import { StoreCorrupt, StoreFailed, StoreFromNewerVersion } from '../../shared/errors.ts'
import type { Migration } from './migrations/all.ts'
import { MIGRATIONS } from './migrations/all.ts'

/** "Peer" in ASCII: marks the file as ours (`PRAGMA application_id`). */
export const APPLICATION_ID = 0x50656572

/** How `migrate` treats a database. */
export interface MigrateOptions {
  /** By default those of this version of Peerscope. */
  readonly migrations?: readonly Migration[]
  /** Called before a database with content is changed; a throw stops the migration. */
  backup?(fromVersion: number): void
}

/** The schema version of a database; 0 when it is empty. */
export function schemaVersion(db: Database.Database): number {
  return Number(db.pragma('user_version', { simple: true }))
}

/**
 * Brings a database to the newest schema. Each step runs in a transaction of its own and is checked before it commits:
 * a step that fails leaves the database as it was after the step before.
 * @returns the version that the database had
 * @throws StoreFromNewerVersion, StoreCorrupt when the file is not one of ours, StoreFailed when a step fails
 */
export function migrate(db: Database.Database, options: MigrateOptions = {}): number {
  const migrations = options.migrations ?? MIGRATIONS
  const newest = checkNumbers(migrations)
  const from = checkVersion(db, newest)
  if (from === newest) return from
  if (from > 0) options.backup?.(from)
  for (const migration of migrations.slice(from)) runStep(db, migration)
  return from
}

/**
 * The version of a database that this Peerscope can work with.
 * @throws StoreFromNewerVersion, StoreCorrupt
 */
export function checkVersion(db: Database.Database, newest: number = MIGRATIONS.length): number {
  const version = schemaVersion(db)
  if (version === 0) {
    const tables = db.prepare<[], number>('SELECT count(*) FROM sqlite_schema').pluck().get()
    if (tables !== 0) throw new StoreCorrupt(`${db.name} is a database, but not one of Peerscope`)
    return 0
  }
  if (Number(db.pragma('application_id', { simple: true })) !== APPLICATION_ID) {
    throw new StoreCorrupt(`${db.name} is a database, but not one of Peerscope`)
  }
  if (version > newest) {
    throw new StoreFromNewerVersion(
      `${db.name} was written by a newer Peerscope (schema ${version}; this one knows up to ${newest}): ` +
        'update Peerscope, or use another data folder',
    )
  }
  return version
}

function runStep(db: Database.Database, migration: Migration): void {
  try {
    db.transaction(() => {
      db.exec(migration.sql)
      migration.fill?.(db)
      const broken = db.pragma('foreign_key_check')
      if (Array.isArray(broken) && broken.length > 0) throw new StoreFailed(`${broken.length} rows lost their owner`)
      db.pragma(`application_id = ${APPLICATION_ID}`)
      db.pragma(`user_version = ${migration.version}`)
    }).exclusive()
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new StoreFailed(`schema step ${migration.version} (${migration.name}) failed: ${reason}`, { cause: error })
  }
}

function checkNumbers(migrations: readonly Migration[]): number {
  for (const [index, migration] of migrations.entries()) {
    if (migration.version !== index + 1) throw new StoreFailed(`schema step ${index + 1} is missing`)
  }
  return migrations.length
}
