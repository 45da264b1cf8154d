import { closeSync, openSync, readdirSync, readFileSync, statSync, writeSync } from 'node:fs'
import { describe, expect, it, vi } from 'vitest'
import type { Store } from '../../../src/main/store/types.ts'
import { idOf } from '../../support/discovery/entries.ts'
import { DataFolder, joinedOf, NETWORK, peerOf, slotOf, START } from './data-folder.ts'

const SECRET = new Uint8Array(32).fill(3)
/** More than is checked before the store is open. */
const LARGE = 'x'.repeat(3_000_000)

/** A large database whose table of peers is damaged, which nothing reads when the store opens. */
function damaged(): DataFolder {
  const data = new DataFolder()
  const store = data.open()
  store.saveSecret(SECRET)
  store.networkJoined(joinedOf())
  store.setSetting('large', LARGE)
  for (let n = 0; n < 200; n += 1) store.putPeer(NETWORK, peerOf(`p${n}`))
  store.close()
  const raw = data.raw({ write: true })
  const page = Number(raw.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'peers'").pluck().get())
  const size = Number(raw.pragma('page_size', { simple: true }))
  raw.close()
  const file = openSync(data.path, 'r+')
  writeSync(file, new Uint8Array(size).fill(0xa5), 0, size, (page - 1) * size)
  closeSync(file)
  return data
}

function asideIn(data: DataFolder): string[] {
  return readdirSync(data.folder).filter((name) => name.includes('damaged-') && name.endsWith('Z'))
}

async function replaced(data: DataFolder, store: Store): Promise<void> {
  await data.scheduler.run(0)
  await vi.waitFor(
    () => expect(store.status().notice).toMatch(/damaged.*set aside as .*with the old identity/s),
    10_000,
  )
}

describe('a large database', () => {
  it('is checked before the store is open by default', () => {
    using data = damaged()
    const store = data.open()
    expect(store.status().notice).toMatch(/damaged.*set aside/s)
    expect(asideIn(data)).toHaveLength(1)
  })

  it('is checked after that where wanted; what was committed before the result is not lost', async () => {
    using data = damaged()
    const store = data.open({ checkAside: true })
    expect(store.status()).toMatchObject({ state: 'ok', reason: '' })
    expect(store.status().notice).toBeUndefined()
    store.setSetting('a', { b: 1 })
    const committed = store.append(NETWORK, START, slotOf(1))
    store.flush()
    const waiting = store.append(NETWORK, START, slotOf(2))
    expect(asideIn(data)).toEqual([])

    await replaced(data, store)
    expect(asideIn(data)).toHaveLength(1)
    expect(data.statuses).toHaveLength(1)
    expect(store.loadSecret()).toEqual(SECRET)
    expect(store.getSetting('a')).toEqual({ b: 1 })
    expect(store.eventsPage({ networkKey: NETWORK, limit: 5 }).events).toEqual([waiting, committed])
    store.flush()
    expect(data.value('SELECT count(*) FROM events')).toBe(2)
  })

  it('is replaced at once where a read finds the damage first', async () => {
    using data = damaged()
    const store = data.open({ checkAside: true })
    const event = store.append(NETWORK, START, slotOf(1))
    store.flush()
    expect(store.peer(NETWORK, idOf('p1'))).toBeNull()
    expect(store.status().notice).toMatch(/set aside/)
    expect(store.eventsPage({ networkKey: NETWORK, limit: 5 }).events).toEqual([event])
    await data.scheduler.run(1000)
    expect(asideIn(data)).toHaveLength(1)
  })

  it('that is sound is used on; nothing of an unencrypted identity stays in its log once it was checked', async () => {
    using data = new DataFolder()
    const plain = data.open()
    plain.setSetting('large', LARGE)
    plain.saveSecret(SECRET)
    plain.close()
    const cipher = {
      encrypt: (secret: Uint8Array) => secret.map((byte) => byte ^ 1),
      decrypt: (sealed: Uint8Array) => sealed.map((byte) => byte ^ 1),
    }
    const store = data.open({ checkAside: true, cipher })
    expect(store.loadSecret()).toEqual(SECRET)
    expect(data.value('SELECT count(*) FROM identity')).toBe(0)
    const log = `${data.path}-wal`
    expect(statSync(log).size).toBeGreaterThan(0)
    await data.scheduler.run(0)
    await vi.waitFor(() => expect(statSync(log).size).toBe(0), 10_000)
    expect(readFileSync(data.path).includes(Buffer.from(SECRET))).toBe(false)
    expect(store.status()).toMatchObject({ state: 'ok', reason: '' })
    expect(store.status().notice).toBeUndefined()
    expect(data.statuses).toEqual([])
  })

  it('may be closed while it is checked', async () => {
    using data = damaged()
    const store = data.open({ checkAside: true })
    const checking = data.scheduler.run(0)
    store.close()
    await checking
    expect(data.log).toEqual([])
    expect(asideIn(data)).toEqual([])
  })

  it('of an older schema is checked before that is changed', () => {
    using data = damaged()
    const raw = data.raw({ write: true })
    raw.pragma('user_version = 1')
    raw.close()
    const store = data.open({ checkAside: true })
    expect(store.status().notice).toMatch(/damaged.*set aside/s)
    expect(readdirSync(data.folder).filter((name) => name.includes('before-v'))).toEqual([])
  })
})
