import type Database from 'better-sqlite3'
import { closeSync, existsSync, openSync, readdirSync, readFileSync, statSync, truncateSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Store } from '../../../src/main/store/types.ts'
import { idOf } from '../../support/discovery/entries.ts'
import { DataFolder, joinedOf, NETWORK, OTHER, OTHER_ID, peerOf, slotOf, START } from './data-folder.ts'

const SECRET = new Uint8Array(32).fill(3)

function fill(store: Store): void {
  store.saveSecret(SECRET)
  store.setSetting('a', { b: 1 })
  store.networkJoined(joinedOf())
  store.networkJoined(joinedOf({ id: OTHER_ID, name: 'gone' }))
  store.forgetNetwork(OTHER)
  for (let n = 0; n < 200; n++) store.putPeer(NETWORK, peerOf(`p${n}`))
  for (let n = 0; n < 200; n++) store.append(NETWORK, START, slotOf(n))
  store.flush()
}

function filled(): DataFolder {
  const data = new DataFolder()
  const store = data.open()
  fill(store)
  store.close()
  return data
}

/** The databases that were set aside. */
function asideIn(data: DataFolder): string[] {
  return readdirSync(data.folder).filter((name) => /damaged-[^/]*Z(-\d+)?$/.test(name))
}

/** The path of the only one. */
function asideOf(data: DataFolder): string {
  const [name, ...more] = asideIn(data)
  if (name === undefined || more.length > 0) throw new Error('not exactly one database was set aside')
  return join(data.folder, name)
}

/** Overwrites the first page of a table or index, as a dying disk would. */
function ruin(data: DataFolder, db: Database.Database, table: string): void {
  const page = db.prepare<[string], number>('SELECT rootpage FROM sqlite_schema WHERE name = ?').pluck().get(table) ?? 0
  const pageSize = Number(db.pragma('page_size', { simple: true }))
  // Through a connection of its own, so that what others keep in memory is no longer true.
  db.exec("INSERT INTO counters VALUES ('ruin', 1) ON CONFLICT DO UPDATE SET value = value + 1")
  db.pragma('wal_checkpoint(TRUNCATE)')
  const file = openSync(data.path, 'r+')
  writeSync(file, new Uint8Array(pageSize).fill(0xa5), 0, pageSize, (page - 1) * pageSize)
  closeSync(file)
}

describe('a damaged database', () => {
  it('is set aside when it is opened, never deleted; a new one keeps identity, settings and networks', () => {
    using data = filled()
    const raw = data.raw({ write: true })
    ruin(data, raw, 'peers')
    raw.close()
    const damaged = readFileSync(data.path)

    const store = data.open()
    const aside = asideOf(data)
    expect(aside).toBe(join(data.folder, 'peerscope.db.damaged-2026-01-01T00-00-00-000Z'))
    expect(readFileSync(aside).equals(damaged)).toBe(true)
    expect(statSync(aside).mode & 0o777).toBe(0o600)
    expect(store.status()).toMatchObject({ state: 'ok', reason: '', path: data.path })
    expect(store.status().notice).toMatch(/damaged.*set aside as .*damaged-2026.*with the old identity/s)
    expect(store.loadSecret()).toEqual(SECRET)
    expect(store.getSetting('a')).toEqual({ b: 1 })
    expect(store.recentNetworks().map(({ id, name }) => [id, name])).toEqual([[NETWORK, 'a']])
    expect(store.peers(NETWORK)).toEqual([])
    expect(data.log.some(({ level }) => level === 'warn')).toBe(true)
    expect(data.statuses).toEqual([])
    store.close()

    const next = data.open()
    expect(next.loadSecret()).toEqual(SECRET)
    expect(next.status().notice).toBeUndefined()
  })

  it('loses only what cannot be read: settings are saved though the identity is not', () => {
    using data = filled()
    const raw = data.raw({ write: true })
    ruin(data, raw, 'identity')
    raw.close()
    const store = data.open()
    expect(store.loadSecret()).toBeNull()
    expect(store.getSetting('a')).toEqual({ b: 1 })
    expect(store.status().notice).not.toContain('identity')
  })

  it.each([
    ['is not a database', (path: string) => truncateAnd(path, 'just some text. '.repeat(1000))],
    ['was cut short', (path: string) => truncateSync(path, statSync(path).size - 4096 * 3)],
  ])('is set aside when it %s', (_what, damage) => {
    using data = filled()
    damage(data.path)
    const damaged = readFileSync(data.path)
    const store = data.open()
    expect(readFileSync(asideOf(data)).equals(damaged)).toBe(true)
    expect(store.status().state).toBe('ok')
    store.saveSecret(SECRET)
    expect(data.value('SELECT count(*) FROM identity')).toBe(1)
  })

  it('of another program is set aside too, untouched', () => {
    using data = new DataFolder()
    const theirs = data.raw({ write: true })
    theirs.exec('CREATE TABLE theirs (a); INSERT INTO theirs VALUES (1)')
    theirs.close()
    const before = readFileSync(data.path)
    data.open()
    expect(readFileSync(asideOf(data)).equals(before)).toBe(true)
  })

  it('takes its log along, and a second one in the same moment gets a name of its own', () => {
    using data = filled()
    const raw = data.raw({ write: true })
    ruin(data, raw, 'peers')
    raw.exec("INSERT INTO settings VALUES ('late', '1')")
    const log = readFileSync(`${data.path}-wal`)
    expect(log.length).toBeGreaterThan(0)
    // `raw` stays open, so that the log stays: as after a crash.
    const first = data.open()
    const aside = join(data.folder, 'peerscope.db.damaged-2026-01-01T00-00-00-000Z')
    expect(readFileSync(`${aside}-wal`).equals(log)).toBe(true)
    expect(first.getSetting('late')).toBe(1)
    first.close()
    truncateAnd(data.path, 'text '.repeat(1000))
    data.open()
    expect(asideIn(data)).toHaveLength(2)
    expect(existsSync(`${aside}-2`)).toBe(true)
  })
})

describe('damage that shows while Peerscope runs', () => {
  it.each([
    ['a read', (store: Store) => void store.peers(NETWORK)],
    ['a write', (store: Store) => store.flush()],
  ])('at %s: the store goes on in a new file with what waits and what could be saved', async (_what, act) => {
    using data = new DataFolder()
    const store = data.open()
    fill(store)
    const raw = data.raw({ write: true })
    ruin(data, raw, 'peers')
    raw.close()
    store.putPeer(NETWORK, peerOf('new'))
    const logged = store.append(NETWORK, START, slotOf(1))
    act(store)
    expect(data.statuses.at(-1)?.notice).toMatch(/set aside .*with the old identity/s)
    expect(store.status().state).toBe('ok')
    expect(asideIn(data)).toHaveLength(1)
    expect(store.peers(NETWORK)).toEqual([peerOf('new')])
    expect(store.peer(NETWORK, idOf('p1'))).toBeNull()
    expect(store.loadSecret()).toEqual(SECRET)
    expect(store.recentNetworks()).toHaveLength(1)
    expect(store.eventsPage({ networkKey: NETWORK, limit: 5 }).events).toEqual([logged])
    expect(logged.seq).toBe(201)
    store.flush()
    // The file is the new one, and is still held by this store.
    expect(data.value('SELECT count(*) FROM events')).toBe(1)
    expect(() => data.open()).toThrow(expect.objectContaining({ code: 'StoreInUse' }))
    await data.scheduler.run(1000)
    expect(store.append(NETWORK, START, slotOf(2)).seq).toBe(202)
  })
})

function truncateAnd(path: string, text: string): void {
  truncateSync(path, 0)
  const file = openSync(path, 'r+')
  writeSync(file, text)
  closeSync(file)
}
