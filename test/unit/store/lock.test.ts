import Database from 'better-sqlite3'
import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { acquireLock, holderOf } from '../../../src/main/store/lock.ts'
import { openStoreReadOnly } from '../../../src/main/store/read-only.ts'
import { DataFolder, NETWORK, slotOf, START } from './data-folder.ts'

const inUse = (message: string): unknown =>
  expect.objectContaining({ code: 'StoreInUse', message: expect.stringContaining(message) })

/** Opens the store in a process of its own, which says how it went and ends. */
function openElsewhere(path: string): { readonly text: string; readonly pid: number } {
  const store = new URL('../../../src/main/store/store.ts', import.meta.url).href
  const program = `
    import { openStore } from ${JSON.stringify(store)}
    try {
      openStore({ path: process.argv[1], now: () => Date.now() })
      console.log('opened')
    } catch (error) {
      console.log(error.code + ' ' + error.message)
    }
    process.kill(process.pid, 'SIGKILL')`
  const ended = spawnSync(process.execPath, ['--input-type=module', '--eval', program, path], { encoding: 'utf8' })
  return { text: ended.stdout.trim(), pid: ended.pid }
}

describe('one data folder', () => {
  it('is not opened twice by one process, and the first one works on', () => {
    using data = new DataFolder()
    const first = data.open()
    expect(() => data.open()).toThrow(inUse('open in this process already'))
    first.append(NETWORK, START, slotOf(1))
    first.flush()
    first.close()
    expect(data.open().eventsPage({ networkKey: NETWORK, limit: 5 }).events).toHaveLength(1)
  })

  it('is not opened by a second process, which is told who holds it', () => {
    using data = new DataFolder()
    const first = data.open()
    const { text } = openElsewhere(data.path)
    expect(text).toContain('StoreInUse')
    expect(text).toContain(data.folder)
    expect(text).toContain(`process ${process.pid}:`)
    first.append(NETWORK, START, slotOf(1))
    first.flush()
    expect(first.status().state).toBe('ok')
  })

  it('is free again at once after a process that held it was killed', () => {
    using data = new DataFolder()
    expect(openElsewhere(data.path).text).toBe('opened')
    expect(data.open().status().state).toBe('ok')
  })

  it('can be read by others while it is held', () => {
    using data = new DataFolder()
    const store = data.open()
    const logged = store.append(NETWORK, START, slotOf(1))
    store.flush()
    const reader = data.keep(openStoreReadOnly(data.path))
    expect(reader.eventsPage({ networkKey: NETWORK, limit: 5 }).events).toEqual([logged])
  })

  it('names nobody when the holder left no name', () => {
    using data = new DataFolder()
    const holder = data.keep(new Database(`${data.path}.lock`))
    holder.exec('BEGIN IMMEDIATE')
    expect(() => data.open()).toThrow(inUse('in use by another process'))
  })
})

describe('the lock', () => {
  it('is released once, and readable only by its owner', () => {
    using data = new DataFolder()
    const lock = acquireLock(data.path)
    expect(statSync(`${data.path}.lock`).mode & 0o777).toBe(0o600)
    lock.release()
    const second = acquireLock(data.path)
    lock.release()
    expect(() => acquireLock(data.path)).toThrow(inUse('already'))
    second.release()
  })

  it.each([
    ['text', 'not a database at all, '.repeat(200)],
    ['nothing', ''],
  ])('whose file holds %s is made anew', (_what, content) => {
    using data = new DataFolder()
    writeFileSync(`${data.path}.lock`, content)
    const store = data.open()
    expect(store.status().state).toBe('ok')
    expect(() => data.open()).toThrow(inUse('already'))
  })

  it('that cannot be made does not stop the store, which then does not write', () => {
    using data = new DataFolder()
    const before = data.open()
    const logged = before.append(NETWORK, START, slotOf(1))
    before.close()
    rmSync(`${data.path}.lock`)
    // A folder in its place cannot be opened by anyone, not even by root.
    mkdirSync(`${data.path}.lock`)
    const store = data.open()
    expect(store.status()).toMatchObject({ state: 'read-only', path: data.path })
    expect(store.eventsPage({ networkKey: NETWORK, limit: 5 }).events).toEqual([logged])
  })
})

describe('who holds a folder', () => {
  it('is none where it was never opened, and once it was closed', () => {
    using data = new DataFolder()
    expect(holderOf(data.path)).toEqual({ kind: 'none' })
    const lock = acquireLock(data.path)
    expect(holderOf(data.path)).toEqual({ kind: 'process', pid: process.pid })
    lock.release()
    expect(holderOf(data.path)).toEqual({ kind: 'none' })
  })

  it('is a process without a name while it is just writing its own', () => {
    using data = new DataFolder()
    const holder = data.keep(new Database(`${data.path}.lock`))
    holder.exec('BEGIN IMMEDIATE')
    expect(holderOf(data.path)).toEqual({ kind: 'process', pid: null })
    holder.exec('ROLLBACK')
    expect(holderOf(data.path)).toEqual({ kind: 'none' })
  })

  it('is not known where the lock is no database, or cannot be opened', () => {
    using data = new DataFolder()
    writeFileSync(`${data.path}.lock`, 'not a database at all, '.repeat(200))
    expect(holderOf(data.path)).toEqual({ kind: 'unknown' })
    rmSync(`${data.path}.lock`)
    mkdirSync(`${data.path}.lock`)
    expect(holderOf(data.path)).toEqual({ kind: 'unknown' })
  })
})
