import Database from 'better-sqlite3'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Cancelled } from '../../../src/shared/errors.ts'
import { openStoreReadOnly } from '../../../src/main/store/read-only.ts'
import type { BackupProgress, Store } from '../../../src/main/store/types.ts'
import { idOf } from '../../support/discovery/entries.ts'
import { DataFolder, joinedOf, NETWORK, OTHER, peerOf, slotOf, START } from './data-folder.ts'

const X = idOf('x')
const NONE = {
  events: 0,
  peers: 0,
  versions: 0,
  rttSamples: 0,
  sessions: 0,
  notes: 0,
  topologies: 0,
  checkpoints: 0,
  journal: 0,
  loopDelays: 0,
}
const code = (code: string): unknown => expect.objectContaining({ code })

function fill(store: Store): void {
  store.networkJoined(joinedOf())
  store.saveSecret(new Uint8Array(32).fill(4))
  store.putPeer(NETWORK, peerOf('x'))
  store.recordVersion(NETWORK, X, { version: { startedAt: 1, updatedAt: 1 }, at: 1, source: 'sync' })
  store.recordRtt(NETWORK, X, { at: START, ms: 1 })
  store.recordRtt(NETWORK, X, { at: START + 1, ms: 1 })
  store.sessionStarted(NETWORK, X, START, { startedAt: 1, updatedAt: 1 }, 'sync')
  store.setNote(NETWORK, X, { name: 'a', note: 'b' })
  store.putTopology(NETWORK, { at: START, edges: [] })
  store.recordLoopDelay(NETWORK, { at: START, ms: 4 })
  for (let n = 0; n < 3; n++) store.append(NETWORK, START + n, slotOf(n))
  store.append(OTHER, START - 9, slotOf(7))
}

describe('statistics', () => {
  it('count the rows of all networks and of one, and the bytes', () => {
    using data = new DataFolder()
    const store = data.open()
    fill(store)
    store.flush()
    const stats = store.stats(null)
    const rows = {
      ...NONE,
      events: 3,
      peers: 1,
      versions: 1,
      rttSamples: 2,
      sessions: 1,
      notes: 1,
      topologies: 1,
      loopDelays: 1,
    }
    const one = { id: NETWORK, name: 'a', rows, oldestEvent: START, newestEvent: START + 2 }
    const other = {
      id: OTHER,
      name: null,
      rows: { ...NONE, events: 1 },
      oldestEvent: START - 9,
      newestEvent: START - 9,
    }
    expect(stats).toMatchObject({ rows: { ...rows, events: 4 }, oldestEvent: START - 9, networks: [one, other] })
    expect(stats.walBytes).toBe(statSync(`${data.path}-wal`).size)
    expect(stats.fileBytes).toBeGreaterThan(50_000)
    expect(store.stats(NETWORK)).toMatchObject({ rows, oldestEvent: START, networks: [one] })
    const reader = data.keep(openStoreReadOnly(data.path))
    expect(reader.stats(null)).toEqual(stats)
    reader.close()
    store.close()
    expect(data.open().stats(null)).toMatchObject({ fileBytes: statSync(data.path).size })
  })

  it('are counted one table a step', () => {
    using data = new DataFolder()
    const store = data.open()
    fill(store)
    const steps = store.statsSteps(NETWORK)
    let count = 0
    let step = steps.next()
    for (; step.done !== true; step = steps.next()) count += 1
    expect(count).toBe(Object.keys(NONE).length)
    expect(step.value).toEqual(store.stats(NETWORK))
  })

  it('of nothing are zero, of a database in memory too', () => {
    using data = new DataFolder()
    const none = { rows: NONE, oldestEvent: null, networks: [] }
    expect(data.open().stats(null)).toMatchObject(none)
    const memory = data.open({ path: ':memory:' })
    expect(memory.stats(OTHER)).toMatchObject({ ...none, walBytes: 0 })
    expect(memory.stats(null).fileBytes).toBeGreaterThan(0)
  })
})

describe('a backup', () => {
  const signal = new AbortController().signal

  it('is the whole database in one file for its owner, made while the store is written', async () => {
    using data = new DataFolder()
    const store = data.open()
    fill(store)
    for (let n = 0; n < 3000; n++) store.append(NETWORK, START, { kind: 'DhtFailed', reason: 'x'.repeat(900) })
    const to = join(data.folder, 'copy.db')
    const told: BackupProgress[] = []
    const done = store.backup(
      to,
      (progress) => {
        told.push(progress)
        store.append(NETWORK, START, slotOf(told.length))
        store.flush()
      },
      signal,
    )
    await done
    expect(readdirSync(data.folder).filter((name) => name.startsWith('copy'))).toEqual(['copy.db'])
    expect(statSync(to).mode & 0o777).toBe(0o600)
    expect(told.length).toBeGreaterThan(2)
    expect(told.at(-1)?.done).toBe(told.at(-1)?.total)
    expect(told.map((progress) => progress.done)).toEqual(
      told.map((progress) => progress.done).toSorted((a, b) => a - b),
    )
    const copy = data.raw({ path: to })
    expect(copy.pragma('integrity_check', { simple: true })).toBe('ok')
    expect(copy.pragma('journal_mode', { simple: true })).toBe('delete')
    const reader = data.keep(openStoreReadOnly(to))
    expect(reader.stats(NETWORK).rows.events).toBeGreaterThanOrEqual(3003)
    expect(reader.peers(NETWORK)).toEqual([peerOf('x')])
    expect(data.open({ path: to }).loadSecret()).toEqual(new Uint8Array(32).fill(4))
  })

  it('by a second process ends, however much is written meanwhile, and holds one moment', async () => {
    using data = new DataFolder()
    const store = data.open()
    fill(store)
    for (let n = 0; n < 3000; n++) store.append(NETWORK, START, { kind: 'DhtFailed', reason: 'x'.repeat(900) })
    store.flush()
    const reader = data.keep(openStoreReadOnly(data.path))
    const to = join(data.folder, 'copy.db')
    let turns = 0
    await reader.backup(
      to,
      () => {
        turns += 1
        store.append(NETWORK, START, slotOf(turns))
        store.flush()
      },
      signal,
    )
    expect(turns).toBeLessThan(20)
    expect(data.keep(openStoreReadOnly(to)).stats(NETWORK).rows.events).toBe(3003)
    reader.close()
    await expect(reader.backup(join(data.folder, 'other.db'), () => undefined, signal)).rejects.toEqual(
      code('StoreFailed'),
    )
  })

  it('overwrites nothing', async () => {
    using data = new DataFolder()
    const store = data.open()
    const to = join(data.folder, 'copy.db')
    writeFileSync(to, 'mine')
    await expect(store.backup(to, () => undefined, signal)).rejects.toEqual(code('InvalidArgument'))
    await expect(store.backup(data.path, () => undefined, signal)).rejects.toEqual(code('InvalidArgument'))
    expect(readFileSync(to, 'utf8')).toBe('mine')
    const nowhere = join(data.folder, 'no', 'such', 'copy.db')
    await expect(store.backup(nowhere, () => undefined, signal)).rejects.toEqual(code('StoreFailed'))
  })

  it('that is cancelled leaves no file', async () => {
    using data = new DataFolder()
    const store = data.open()
    for (let n = 0; n < 3000; n++) store.append(NETWORK, START, { kind: 'DhtFailed', reason: 'x'.repeat(900) })
    const to = join(data.folder, 'copy.db')
    const cancel = new AbortController()
    const reason = new Cancelled('enough')
    const run = store.backup(to, () => cancel.abort(reason), cancel.signal)
    await expect(run).rejects.toBe(reason)
    await expect(store.backup(to, () => undefined, AbortSignal.abort())).rejects.toEqual(code('Cancelled'))
    expect(readdirSync(data.folder).filter((name) => name.startsWith('copy'))).toEqual([])
    expect(store.status().state).toBe('ok')
  })

  it('of a store that is closed meanwhile fails, and leaves no file', async () => {
    using data = new DataFolder()
    const store = data.open()
    for (let n = 0; n < 3000; n++) store.append(NETWORK, START, { kind: 'DhtFailed', reason: 'x'.repeat(900) })
    const to = join(data.folder, 'copy.db')
    await expect(store.backup(to, () => store.close(), signal)).rejects.toEqual(code('StoreFailed'))
    expect(existsSync(to)).toBe(false)
  })

  it('of a store without a file is one', async () => {
    using data = new DataFolder()
    const store = data.open({ path: ':memory:' })
    store.append(NETWORK, START, slotOf(1))
    const to = join(data.folder, 'copy.db')
    await store.backup(to, () => undefined, signal)
    const copy = data.keep(new Database(to, { readonly: true }))
    expect(copy.prepare('SELECT count(*) FROM events').pluck().get()).toBe(1)
  })
})
