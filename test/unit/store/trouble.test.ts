import Database from 'better-sqlite3'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { StoreCorrupt, StoreFailed } from '../../../src/shared/errors.ts'
import { openStoreReadOnly } from '../../../src/main/store/read-only.ts'
import { describeTrouble, troubleOf } from '../../../src/main/store/sqlite-errors.ts'
import type { Store } from '../../../src/main/store/types.ts'
import { idOf } from '../../support/discovery/entries.ts'
import { DataFolder, joinedOf, NETWORK, OTHER, OTHER_ID, peerOf, slotOf, START } from './data-folder.ts'

const SMALL_DISK = 512 * 1024

/** Appends long events, writing each, until the disk is full. Gives how many there are. */
function fillUp(store: Store): number {
  for (let n = 1; n < 10_000; n++) {
    store.append(NETWORK, START, { kind: 'DhtFailed', reason: 'x'.repeat(2000) })
    if (n % 5 === 0) store.flush()
    if (store.status().state !== 'ok') return n
  }
  throw new Error('the disk never got full')
}

describe('a full disk', () => {
  it('is said in the status, and everything goes on in memory', () => {
    using data = new DataFolder()
    const store = data.open({ maxBytes: SMALL_DISK })
    store.putPeer(NETWORK, peerOf('before'))
    const events = fillUp(store)
    expect(store.status()).toMatchObject({ state: 'memory-only', path: data.path })
    expect(store.status().reason).toMatch(
      /^the disk is full: what is new is kept in memory, and writing is tried again/,
    )
    expect(data.statuses).toEqual([store.status()])

    const logged = store.append(NETWORK, START, slotOf(1))
    expect(logged.seq).toBe(events + 1)
    store.putPeer(NETWORK, peerOf('after'))
    store.putPeer(NETWORK, peerOf('before', { firstSeen: START + 5, ticketCount: 9 }))
    store.recordRtt(NETWORK, idOf('after'), { at: 1, ms: 1 })
    store.recordVersion(NETWORK, idOf('after'), { version: { startedAt: 1, updatedAt: 1 }, at: 1, source: 'sync' })
    store.setSetting('a', 1)
    store.networkJoined(joinedOf({ id: OTHER_ID, name: 'b' }))
    expect(store.peers(NETWORK)).toHaveLength(2)
    expect(store.peer(NETWORK, idOf('before'))).toMatchObject({ firstSeen: START, ticketCount: 9 })
    expect(store.rttSamplesOf(NETWORK, idOf('after'))).toHaveLength(1)
    expect(store.versionsOf(NETWORK, idOf('after'))).toHaveLength(1)
    expect(store.getSetting('a')).toBe(1)
    expect(store.recentNetworks().map(({ name }) => name)).toContain('b')
    store.setSetting('a', undefined)
    expect(store.getSetting('a')).toBeUndefined()
  })

  it('pages over the file and over what waits give each event once', () => {
    using data = new DataFolder()
    const store = data.open({ maxBytes: SMALL_DISK })
    const last = fillUp(store) + 20
    while (store.append(NETWORK, START, slotOf(1)).seq < last);
    const inFile = Number(data.value('SELECT count(*) FROM events'))
    expect(inFile).toBeGreaterThan(0)
    expect(inFile).toBeLessThan(last - 20)
    for (const limit of [1, 4, 20, 21, 1000]) {
      const seqs: number[] = []
      for (let before: number | undefined = undefined, more = true; more; before = seqs.at(-1)) {
        const page = store.eventsPage({ networkKey: NETWORK, limit, before })
        seqs.push(...page.events.map(({ seq }) => seq))
        more = page.more
      }
      expect(seqs).toEqual(Array.from({ length: last }, (_, n) => last - n))
    }
  })

  it('that gets room again is used again, and nothing of what waited is lost', async () => {
    using data = new DataFolder()
    const store = data.open({ maxBytes: SMALL_DISK })
    const events = fillUp(store)
    store.saveSecret(new Uint8Array(32).fill(1))
    store.append(OTHER, START, slotOf(7))
    expect(store.status().state).toBe('memory-only')
    store.forgetNetwork(NETWORK)
    await data.scheduler.run(120_000)
    expect(store.status()).toEqual({ state: 'ok', reason: '', path: data.path })
    expect(data.statuses.map(({ state }) => state)).toEqual(['memory-only', 'ok'])
    store.append(OTHER, START, slotOf(8))
    await data.scheduler.run(250)
    expect(data.value("SELECT group_concat(seq, ' ') FROM events")).toBe(`${events + 1} ${events + 2}`)
    expect(data.value('SELECT count(*) FROM identity')).toBe(1)
  })
})

describe('a database that others write', () => {
  it('is tried again, less and less often, and written when it is free', async () => {
    using data = new DataFolder()
    const store = data.open()
    const other = data.raw({ write: true })
    other.exec('BEGIN IMMEDIATE')
    store.append(NETWORK, START, slotOf(1))
    await data.scheduler.run(250)
    expect(store.status().state).toBe('memory-only')
    const ran = data.scheduler.events
    await data.scheduler.run(60_000)
    const tries = data.scheduler.events - ran
    expect(tries).toBeGreaterThan(3)
    expect(tries).toBeLessThan(10)
    expect(data.statuses).toHaveLength(1)
    other.exec('ROLLBACK')
    await data.scheduler.run(31_000)
    expect(store.status().state).toBe('ok')
    expect(data.value('SELECT count(*) FROM events')).toBe(1)
  })
})

describe('a folder that cannot be used', () => {
  it('is done without: everything is in memory, and the status says why', () => {
    using data = new DataFolder()
    const file = join(data.folder, 'file')
    writeFileSync(file, '')
    const store = data.open({ path: join(file, 'peerscope.db') })
    expect(store.status()).toMatchObject({ state: 'memory-only', path: null })
    expect(store.status().reason).toMatch(/everything is kept in memory until Peerscope ends$/)
    store.append(NETWORK, START, slotOf(1))
    expect(store.eventsPage({ networkKey: NETWORK, limit: 5 }).events).toHaveLength(1)
  })

  it('whose database cannot be opened: the same', () => {
    using data = new DataFolder()
    mkdirSync(data.path)
    const store = data.open()
    expect(store.status().state).toBe('memory-only')
    store.saveSecret(new Uint8Array(32))
    expect(store.loadSecret()).toEqual(new Uint8Array(32))
  })

  it('that cannot be written is read, also what a killed process left in the log, and is not changed', () => {
    using data = new DataFolder()
    const before = data.open()
    const logged = before.append(NETWORK, START, slotOf(1))
    before.close()
    const raw = data.raw({ write: true })
    raw.exec("INSERT INTO settings VALUES ('late', '1')")
    rmSync(`${data.path}.lock`)
    mkdirSync(`${data.path}.lock`)
    const store = data.open()
    expect(store.status()).toMatchObject({ state: 'read-only', path: data.path })
    expect(store.status().reason).toMatch(/cannot be written .*what is new is kept in memory until Peerscope ends$/)
    expect(store.getSetting('late')).toBe(1)
    const next = store.append(NETWORK, START, slotOf(2))
    store.flush()
    expect(next.seq).toBe(logged.seq + 1)
    expect(store.eventsPage({ networkKey: NETWORK, limit: 5 }).events).toEqual([next, logged])
    store.close()
    expect(data.value('SELECT count(*) FROM events')).toBe(1)
    expect(data.keep(openStoreReadOnly(data.path)).getSetting('late')).toBe(1)
  })
})

describe('errors of the disk', () => {
  const sqlite = (code: string): Error => new Database.SqliteError('m', code)
  const system = (code: string): Error => Object.assign(new Error('m'), { code })
  it.each([
    [sqlite('SQLITE_CORRUPT_VTAB'), 'damaged'],
    [sqlite('SQLITE_NOTADB'), 'damaged'],
    [new StoreCorrupt('m'), 'damaged'],
    [sqlite('SQLITE_FULL'), 'full'],
    [system('ENOSPC'), 'full'],
    [sqlite('SQLITE_READONLY_DBMOVED'), 'read-only'],
    [system('EACCES'), 'read-only'],
    [system('EROFS'), 'read-only'],
    [sqlite('SQLITE_CANTOPEN'), 'read-only'],
    [sqlite('SQLITE_IOERR_WRITE'), 'io'],
    [sqlite('SQLITE_BUSY_SNAPSHOT'), 'io'],
    [system('EIO'), 'io'],
    [sqlite('SQLITE_CONSTRAINT_NOTNULL'), 'other'],
    [new StoreFailed('m', { cause: sqlite('SQLITE_FULL') }), 'full'],
    [new TypeError('m'), 'other'],
    ['text', 'other'],
    [null, 'other'],
  ])('%s is %s', (error, trouble) => {
    expect(troubleOf(error)).toBe(trouble)
    expect(describeTrouble(error)).not.toBe('')
  })
})
