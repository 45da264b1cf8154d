import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { IDENTITY_FILE } from '../../../src/main/store/identity-file.ts'
import { FileWatch } from '../../../src/main/store/file-watch.ts'
import type { StoreOptions } from '../../../src/main/store/types.ts'
import { idOf } from '../../support/discovery/entries.ts'
import { DataFolder, joinedOf, NETWORK, peerOf, slotOf, START } from './data-folder.ts'

const SECRET = new Uint8Array(32).fill(3)
const NOTE = { name: 'mine', note: 'by the window' }

/** A store in use, as a host opens it, with a bit of everything; the newest is not committed yet. */
function inUse(data: DataFolder, changes: Partial<StoreOptions> = {}) {
  const store = data.open({ checkAside: true, ...changes })
  store.saveSecret(SECRET)
  store.setSetting('a', { b: 1 })
  store.networkJoined(joinedOf())
  for (let n = 0; n < 300; n += 1) store.putPeer(NETWORK, peerOf(`p${n}`))
  store.setNote(NETWORK, idOf('p1'), NOTE)
  for (let n = 0; n < 100; n += 1) store.append(NETWORK, START, slotOf(n))
  store.flush()
  store.append(NETWORK, START, slotOf(100))
  return store
}

/** Everything that `inUse` wrote. */
function expectAll(store: ReturnType<typeof inUse>, { history = true } = {}): void {
  expect(store.loadSecret()).toEqual(SECRET)
  expect(store.getSetting('a')).toEqual({ b: 1 })
  expect(store.recentNetworks()).toMatchObject([{ id: NETWORK }])
  expect(store.note(NETWORK, idOf('p1'))).toEqual(NOTE)
  if (!history) return
  expect(store.peers(NETWORK)).toHaveLength(300)
  expect(store.eventsPage({ networkKey: NETWORK, limit: 1000 }).events.map(({ seq }) => seq)[0]).toBe(101)
}

const LOOK = 2500

/** Damages pages that no read or write needs for now: the second half of the file. */
function spoil({ path }: DataFolder): void {
  const file = openSync(path, 'r+')
  const half = Math.floor(statSync(path).size / 8192) * 4096
  writeSync(file, Buffer.alloc(half, 'x'), 0, null, half)
  closeSync(file)
}

describe('a database whose file is lost while it is used', () => {
  const losses: readonly (readonly [string, (data: DataFolder) => void])[] = [
    ['deleted', ({ path }) => rmSync(path)],
    ['deleted with all beside it', ({ path }) => ['', '-wal', '-shm'].forEach((end) => rmSync(path + end))],
    ['moved', ({ path }) => renameSync(path, `${path}.elsewhere`)],
    ['in a folder that is removed', ({ folder }) => rmSync(folder, { recursive: true })],
    ['in a folder that is renamed', ({ folder }) => renameSync(folder, `${folder}-renamed`)],
  ]
  for (const [what, lose] of losses) {
    it(`is saved in its place, ${what}; that is said now and by the next start`, async () => {
      using data = new DataFolder()
      const store = inUse(data)
      lose(data)
      await data.scheduler.run(LOOK)
      expect(store.status()).toMatchObject({ state: 'ok', notice: /was deleted or moved while Peerscope ran/ })
      expect(data.statuses).toHaveLength(1)
      expectAll(store)
      const later = store.append(NETWORK, START, slotOf(7))
      store.close()
      expect(statSync(data.path).mode & 0o777).toBe(0o600)

      const next = data.open()
      expect(next.status().notice).toMatch(/^The last time: .*was deleted or moved/)
      expect(next.eventsPage({ networkKey: NETWORK, limit: 1 }).events).toEqual([later])
      expect(next.loadSecret()).toEqual(SECRET)
      next.close()
      expect(data.open().status().notice).toBeUndefined()
      rmSync(`${data.folder}-renamed`, { recursive: true, force: true })
    })

    it(`is saved at the end, ${what} just before`, () => {
      using data = new DataFolder()
      const store = inUse(data, { checkAside: false })
      lose(data)
      store.close()
      const next = data.open()
      expect(next.status().notice).toMatch(/was deleted or moved/)
      expectAll(next)
      rmSync(`${data.folder}-renamed`, { recursive: true, force: true })
    })
  }

  it('has its encrypted identity again in a folder that was made again', async () => {
    using data = new DataFolder()
    const cipher = {
      encrypt: (secret: Uint8Array) => secret.toReversed(),
      decrypt: (sealed: Uint8Array) => sealed.toReversed(),
    }
    inUse(data, { cipher })
    const sealed = readFileSync(join(data.folder, IDENTITY_FILE))
    rmSync(data.folder, { recursive: true })
    await data.scheduler.run(LOOK)
    expect(readFileSync(join(data.folder, IDENTITY_FILE))).toEqual(sealed)
  })

  it('keeps its lock in a folder that was made again', async () => {
    using data = new DataFolder()
    inUse(data)
    rmSync(data.folder, { recursive: true })
    await data.scheduler.run(LOOK)
    expect(() => data.open()).toThrow(/is open in this process/)
  })

  it('is saved beside a file that took its place, which is left alone', async () => {
    using data = new DataFolder()
    const store = inUse(data)
    const other = new DataFolder()
    const theirs = other.open()
    theirs.setSetting('theirs', 1)
    theirs.close()
    copyFileSync(other.path, `${data.path}.new`)
    renameSync(`${data.path}.new`, data.path)
    const before = readFileSync(data.path)
    await data.scheduler.run(LOOK)
    expect(store.status()).toMatchObject({ state: 'ok', notice: /was replaced by another file.*\.saved-/s })
    expectAll(store)
    store.append(NETWORK, START, slotOf(7))
    store.close()
    expect(readFileSync(data.path).equals(before)).toBe(true)

    const next = data.open()
    expect(next.status().notice).toMatch(
      /was replaced.*What it had held is in .*\.saved-.*give it the name peerscope\.db/s,
    )
    expect(next.getSetting('theirs')).toBe(1)
    // Theirs has no identity: ours is used on.
    expect(next.loadSecret()).toEqual(SECRET)
    next.close()
    rmSync(data.path)
    const last = data.open()
    expect(last.status().notice).toMatch(/was lost while Peerscope ran.*is used in its place/s)
    expectAll(last, { history: false })
    expect(last.eventsPage({ networkKey: NETWORK, limit: 1000 }).events).toHaveLength(102)
    other[Symbol.dispose]()
  })

  it('that cannot be saved is told, and saved once that works', async () => {
    using data = new DataFolder()
    const store = inUse(data)
    rmSync(data.folder, { recursive: true })
    writeFileSync(data.folder, 'no folder')
    await data.scheduler.run(LOOK)
    expect(store.status()).toMatchObject({ state: 'memory-only', reason: /could not be saved elsewhere yet/ })
    expectAll(store)
    rmSync(data.folder)
    await data.scheduler.run(LOOK)
    expect(store.status()).toMatchObject({ state: 'ok', notice: /was deleted or moved/ })
    store.close()
    expectAll(data.open())
  })

  it('goes on where it was when the same file is back', async () => {
    using data = new DataFolder()
    const store = inUse(data)
    renameSync(data.folder, `${data.folder}-away`)
    writeFileSync(data.folder, 'no folder')
    await data.scheduler.run(LOOK)
    expect(store.status().state).toBe('memory-only')
    rmSync(data.folder)
    renameSync(`${data.folder}-away`, data.folder)
    await data.scheduler.run(LOOK)
    expect(store.status()).toEqual({ state: 'ok', reason: '', path: data.path })
    store.close()
    expectAll(data.open())
  })

  it('begins a new log where that is gone, and loses nothing', async () => {
    using data = new DataFolder()
    const store = inUse(data)
    rmSync(`${data.path}-wal`)
    rmSync(`${data.path}-shm`)
    await data.scheduler.run(LOOK)
    expect(store.status()).toMatchObject({ state: 'ok', notice: /lost its log.*Nothing is lost/s })
    expectAll(store)
    store.append(NETWORK, START, slotOf(7))
    store.flush()
    expect(data.value('SELECT count(*) FROM events')).toBe(102)
    store.close()
    expect(data.open().eventsPage({ networkKey: NETWORK, limit: 1000 }).events).toHaveLength(102)
  })
})

describe('a database whose file is damaged while it is used', () => {
  const damages: readonly (readonly [string, (data: DataFolder) => void])[] = [
    ['emptied', ({ path }) => truncateSync(path)],
    ['cut off', ({ path }) => truncateSync(path, 20_000)],
    ['overwritten with something else', ({ path }) => writeFileSync(path, 'no database '.repeat(9000), { flag: 'r+' })],
    [
      'overwritten with another database',
      ({ path }) => {
        using other = new DataFolder()
        other.open().close()
        writeFileSync(path, readFileSync(other.path))
      },
    ],
  ]
  for (const [what, damage] of damages) {
    it(`is set aside, ${what}; what is precious is kept, and the next start says so`, async () => {
      using data = new DataFolder()
      const store = inUse(data)
      await data.scheduler.run(LOOK)
      // What is in the log only would not be damaged.
      data.raw({ write: true }).pragma('wal_checkpoint(TRUNCATE)')
      await data.scheduler.run(LOOK)
      damage(data)
      // The check runs in a thread of its own, and rests for a multiple of what the one before took.
      await vi.waitFor(async () => {
        await data.scheduler.run(LOOK)
        expect(store.status().notice).toMatch(/damaged.*set aside/s)
      }, 10_000)
      expectAll(store, { history: false })
      store.close()
      expect(readdirSync(data.folder).some((name) => name.includes('.damaged-'))).toBe(true)
      const next = data.open()
      expect(next.status().notice).toMatch(/^The last time: .*damaged/s)
      expectAll(next, { history: false })
    })
  }

  it('is suspected though we write in the same moment', () => {
    using data = new DataFolder()
    data.open().close()
    const watch = new FileWatch(data.path)
    expect(watch.look(1)).toBe('same')
    utimesSync(data.path, 1, 1)
    expect(watch.look(2)).toBe('written')
    expect(watch.look(2)).toBe('same')
    utimesSync(data.path, 2, 2)
    expect(watch.look(2)).toBe('suspect')
  })

  it('is noticed at the end, damaged just before', async () => {
    using data = new DataFolder()
    const store = inUse(data)
    await data.scheduler.run(LOOK)
    data.raw({ write: true }).pragma('wal_checkpoint(TRUNCATE)')
    await data.scheduler.run(LOOK)
    spoil(data)
    store.close()
    const next = data.open()
    expect(next.status().notice).toMatch(/^The last time: .*damaged/s)
    expectAll(next, { history: false })
  })

  it('is noticed by a read or write that the disk refuses, and nothing precious is lost', () => {
    using data = new DataFolder()
    const store = inUse(data, { checkAside: false })
    store.flush()
    data.raw({ write: true }).pragma('wal_checkpoint(TRUNCATE)')
    truncateSync(data.path, 8192)
    store.setSetting('c', 1)
    store.close()
    const next = data.open()
    expect(next.getSetting('c')).toBe(1)
    expectAll(next, { history: false })
  })
})

describe('a folder of which a saved database is left', () => {
  it('uses it where the database is empty', () => {
    using data = new DataFolder()
    inUse(data, { checkAside: false }).close()
    renameSync(data.path, `${data.path}.saved-2026-01-01T00-00-00-000Z`)
    writeFileSync(data.path, '')
    const store = data.open()
    expect(store.status().notice).toMatch(/is used in its place/)
    expectAll(store)
    expect(existsSync(join(data.folder, 'peerscope.db.saved-2026-01-01T00-00-00-000Z'))).toBe(false)
  })

  it('is not taken in by other names', () => {
    using data = new DataFolder()
    mkdirSync(`${data.path}.saved-mine`)
    expect(data.open().status()).toEqual({ state: 'ok', reason: '', path: data.path })
  })
})
