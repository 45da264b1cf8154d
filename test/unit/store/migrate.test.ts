import Database from 'better-sqlite3'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openDatabase } from '../../../src/main/store/database.ts'
import { APPLICATION_ID, migrate, schemaVersion } from '../../../src/main/store/migrate.ts'
import type { Migration } from '../../../src/main/store/migrations/all.ts'
import { MIGRATIONS } from '../../../src/main/store/migrations/all.ts'
import { openStoreReadOnly } from '../../../src/main/store/read-only.ts'
import { DataFolder, joinedOf, NETWORK, peerOf, slotOf, START } from './data-folder.ts'

const NEWEST = MIGRATIONS.length
const NEXT: Migration = {
  version: NEWEST + 1,
  name: 'next',
  sql: `ALTER TABLE networks ADD COLUMN colour TEXT NOT NULL DEFAULT 'none';
        CREATE TABLE extra (num INTEGER PRIMARY KEY REFERENCES networks (num)) STRICT;`,
}
const LATER: Migration = { version: NEWEST + 2, name: 'later', sql: 'CREATE INDEX extra_by_num ON extra (num);' }

function inMemory(data: DataFolder): Database.Database {
  const db = data.keep(new Database(':memory:'))
  db.pragma('foreign_keys = ON')
  return db
}

/** Everything that makes the schema, in an order that does not depend on how it came about. */
function schemaOf(db: Database.Database): unknown {
  const tables = db.prepare('SELECT name, strict, wr FROM pragma_table_list ORDER BY name').all()
  const columns = db
    .prepare(
      `SELECT t.name, c.name AS column, c.type, c."notnull", c.dflt_value, c.pk FROM pragma_table_list t
       JOIN pragma_table_xinfo(t.name) c ORDER BY 1, 2`,
    )
    .all()
  const indexes = db.prepare("SELECT name, sql FROM sqlite_schema WHERE type <> 'table' ORDER BY name").all()
  const marks = ['user_version', 'application_id'].map((name) => db.pragma(name, { simple: true }))
  return { tables, columns, indexes, marks }
}

/** A data folder with content in every table. */
function filled(): DataFolder {
  const data = new DataFolder()
  const store = data.open()
  store.saveSecret(new Uint8Array(32).fill(5))
  store.setSetting('a', 1)
  store.networkJoined(joinedOf())
  store.putPeer(NETWORK, peerOf('x'))
  store.recordRtt(NETWORK, peerOf('x').peerId, { at: 1, ms: 1 })
  store.append(NETWORK, START, slotOf(1))
  store.close()
  return data
}

/** The files but those that SQLite keeps beside an open database; a mere reader cannot take them away. */
function namesOf(data: DataFolder): string[] {
  return readdirSync(data.folder).filter((name) => !/\.lock$|-wal$|-shm$/.test(name))
}

describe('schema steps', () => {
  it('are numbered from 1 without gaps', () => {
    expect(MIGRATIONS.map(({ version }) => version)).toEqual(MIGRATIONS.map((_, index) => index + 1))
    using data = new DataFolder()
    const wrong = () => migrate(inMemory(data), { migrations: [NEXT] })
    expect(wrong).toThrow(expect.objectContaining({ code: 'StoreFailed' }))
  })

  it.each(Array.from({ length: NEWEST + 2 }, (_, version) => version))(
    'from version %i lead to the schema of a fresh database',
    (from) => {
      using data = new DataFolder()
      const all = [...MIGRATIONS, NEXT, LATER]
      const fresh = inMemory(data)
      migrate(fresh, { migrations: all })
      const old = inMemory(data)
      migrate(old, { migrations: all.slice(0, from) })
      expect(schemaVersion(old)).toBe(from)
      expect(migrate(old, { migrations: all })).toBe(from)
      expect(schemaOf(old)).toEqual(schemaOf(fresh))
      expect(schemaVersion(old)).toBe(NEWEST + 2)
      expect(old.pragma('application_id', { simple: true })).toBe(APPLICATION_ID)
    },
  )

  it('leave a database of the newest schema alone', () => {
    using data = filled()
    // The first one says from which event on the log is of another process.
    data.open().close()
    const before = readFileSync(data.path)
    data.open().close()
    expect(readFileSync(data.path).equals(before)).toBe(true)
    expect(namesOf(data)).toEqual(['peerscope.db'])
  })

  it('keep the content, and a copy of the database as it was, readable only by its owner', () => {
    using data = filled()
    openDatabase({ path: data.path, now: START, migrations: [...MIGRATIONS, NEXT] }).close()
    expect(data.value('SELECT name || colour FROM networks')).toBe('anone')
    expect(data.value('SELECT count(*) FROM events')).toBe(1)
    const copy = `peerscope.db.before-v${NEWEST + 1}-2026-01-01T00-00-00-000Z`
    expect(namesOf(data).sort()).toEqual(['peerscope.db', copy])
    expect(statSync(join(data.folder, copy)).mode & 0o777).toBe(0o600)
    const reader = data.keep(openStoreReadOnly(join(data.folder, copy)))
    expect(reader.peers(NETWORK)).toEqual([peerOf('x')])
    expect(reader.recentNetworks()).toHaveLength(1)
  })

  it('make no copy of a new database', () => {
    using data = new DataFolder()
    openDatabase({ path: data.path, now: START }).close()
    expect(namesOf(data)).toEqual(['peerscope.db'])
  })

  it.each([
    ['is not SQL', 'CREATE TABLE extra (num INTEGER PRIMARY KEY) STRICT; CREATE NONSENSE;'],
    ['takes the owner of rows away', 'CREATE TABLE extra (a) ; PRAGMA defer_foreign_keys = ON; DELETE FROM networks;'],
  ])('that fail since the step %s change nothing', (_why, sql) => {
    using data = filled()
    const broken = { ...LATER, sql }
    const open = () => openDatabase({ path: data.path, now: START, migrations: [...MIGRATIONS, NEXT, broken] })
    expect(open).toThrow(expect.objectContaining({ code: 'StoreFailed' }))
    expect(data.value('PRAGMA user_version')).toBe(NEWEST + 1)
    expect(data.value("SELECT count(*) FROM sqlite_schema WHERE name = 'extra' AND sql LIKE '%REFERENCES%'")).toBe(1)
    expect(data.value('SELECT count(*) FROM networks')).toBe(1)
  })

  it('do not begin when the copy cannot be made', () => {
    using data = filled()
    const db = data.raw({ write: true })
    const backup = (): never => {
      throw new Error('no room')
    }
    expect(() => migrate(db, { migrations: [...MIGRATIONS, NEXT], backup })).toThrow('no room')
    expect(schemaVersion(db)).toBe(NEWEST)
  })
})

describe('a database from a newer version', () => {
  it.each(['wal', 'delete'])('is refused and left as it was (journal mode %s)', (mode) => {
    using data = filled()
    const newer = data.raw({ write: true })
    newer.exec(NEXT.sql)
    newer.pragma(`user_version = ${NEWEST + 1}`)
    newer.pragma(`journal_mode = ${mode}`)
    newer.close()
    const before = readFileSync(data.path)
    const refused = expect.objectContaining({
      code: 'StoreFromNewerVersion',
      message: expect.stringContaining('newer'),
    })
    expect(() => data.open()).toThrow(refused)
    expect(() => openStoreReadOnly(data.path)).toThrow(refused)
    expect(readFileSync(data.path).equals(before)).toBe(true)
    expect(namesOf(data)).toEqual(['peerscope.db'])
    // The folder is not held after that.
    expect(() => data.open()).toThrow(refused)
  })
})
