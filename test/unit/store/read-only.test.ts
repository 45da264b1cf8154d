import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readIdentity } from '../../../src/main/store/identity-file.ts'
import { openStoreReadOnly } from '../../../src/main/store/read-only.ts'
import type { StoreReader } from '../../../src/main/store/types.ts'
import { idOf } from '../../support/discovery/entries.ts'
import { DataFolder, joinedOf, NETWORK, OTHER, OTHER_ID, peerOf, slotOf, START } from './data-folder.ts'

const code = (code: string): unknown => expect.objectContaining({ code })
const VERSION = { version: { startedAt: 1, updatedAt: 1 }, at: 1, source: 'sync' } as const

function filled(peers = 3): DataFolder {
  const data = new DataFolder()
  const store = data.open()
  store.setSetting('a', [1])
  store.networkJoined(joinedOf({ at: 1 }))
  store.networkJoined(joinedOf({ id: OTHER_ID, name: 'b', at: 2 }))
  for (let n = 0; n < peers; n++) store.putPeer(NETWORK, peerOf(`p${n}`))
  store.recordVersion(NETWORK, idOf('p0'), VERSION)
  store.recordRtt(NETWORK, idOf('p0'), { at: 1, ms: 2 })
  for (let n = 0; n < 5; n++) store.append(NETWORK, START, slotOf(n))
  store.close()
  return data
}

function read(data: DataFolder): StoreReader {
  return data.keep(openStoreReadOnly(data.path))
}

describe('a database that is only read', () => {
  it('gives what was stored, and stays as it was to the byte', () => {
    using data = filled(703)
    const before = readFileSync(data.path)
    const reader = read(data)
    expect(reader.getSetting('a')).toEqual([1])
    expect(reader.getSetting('b')).toBeUndefined()
    expect(reader.recentNetworks().map(({ name, knownPeers }) => [name, knownPeers])).toEqual([
      ['b', 0],
      ['a', 703],
    ])
    expect(new Set(reader.peers(NETWORK).map(({ peerId }) => peerId)).size).toBe(703)
    expect(reader.peer(NETWORK, idOf('p1'))).toEqual(peerOf('p1'))
    expect(reader.peer(OTHER, idOf('p1'))).toBeNull()
    expect(reader.versionsOf(NETWORK, idOf('p0'))).toEqual([VERSION])
    expect(reader.rttSamplesOf(NETWORK, idOf('p0'))).toEqual([{ at: 1, ms: 2 }])
    const page = reader.eventsPage({ networkKey: NETWORK, limit: 2, before: 4 })
    expect(page.events.map(({ seq }) => seq)).toEqual([3, 2])
    expect(page.more).toBe(true)
    reader.close()
    expect(readFileSync(data.path).equals(before)).toBe(true)
  })

  it('shows what the writing process writes meanwhile', () => {
    using data = filled()
    const store = data.open()
    const reader = read(data)
    const logged = store.append(NETWORK, START, slotOf(9))
    expect(reader.eventsPage({ networkKey: NETWORK, limit: 1 }).events).not.toEqual([logged])
    store.flush()
    expect(reader.eventsPage({ networkKey: NETWORK, limit: 1 }).events).toEqual([logged])
  })

  it('may be closed twice, and then says that it is', () => {
    using data = filled()
    const reader = read(data)
    reader.close()
    reader.close()
    expect(() => reader.peers(NETWORK)).toThrow(code('StoreFailed'))
  })
})

describe('a database where nothing can be made beside it', () => {
  /** A link in the way of the file that SQLite makes: as on a read-only mount, which a test cannot make. */
  const shut = (data: DataFolder): void => symlinkSync('nowhere', `${data.path}-shm`)

  it('is read from a copy in memory, and copied from there', async () => {
    using data = filled(20)
    shut(data)
    expect(() => data.raw().prepare('SELECT 1 FROM peers').get()).toThrow(code('SQLITE_CANTOPEN'))
    const reader = read(data)
    expect(reader.peers(NETWORK)).toHaveLength(20)
    const copy = join(data.folder, 'copy.db')
    await reader.backup(copy, () => undefined, new AbortController().signal)
    expect(data.keep(openStoreReadOnly(copy)).peers(NETWORK)).toHaveLength(20)
    reader.close()
    expect(() => reader.peers(NETWORK)).toThrow(code('StoreFailed'))
  })

  it('is read with what a killed process left in its log', () => {
    using data = filled(20)
    const store = data.open()
    const logged = store.append(NETWORK, START, slotOf(9))
    store.flush()
    const killed = join(data.folder, 'killed')
    mkdirSync(killed)
    const path = join(killed, 'peerscope.db')
    for (const end of ['', '-wal']) copyFileSync(data.path + end, path + end)
    symlinkSync('nowhere', `${path}-shm`)
    const before = readdirSync(tmpdir()).filter((name) => name.startsWith('peerscope-'))
    const reader = data.keep(openStoreReadOnly(path))
    expect(reader.eventsPage({ networkKey: NETWORK, limit: 1 }).events).toEqual([logged])
    expect(readdirSync(killed).sort()).toEqual(['peerscope.db', 'peerscope.db-shm', 'peerscope.db-wal'])
    const left = readdirSync(tmpdir()).filter(
      (name) => name.startsWith('peerscope-') && existsSync(join(tmpdir(), name, 'copy.db')),
    )
    expect(left.filter((name) => !before.includes(name))).toEqual([])
  })

  it('gives its identity', () => {
    using data = filled()
    const store = data.open()
    store.saveSecret(new Uint8Array(32).fill(7))
    store.close()
    shut(data)
    expect(readIdentity(data.path)).toEqual(new Uint8Array(32).fill(7))
  })

  it('is damaged all the same where it is', () => {
    using data = filled(300)
    writeFileSync(data.path, 'no database '.repeat(500))
    shut(data)
    expect(() => openStoreReadOnly(data.path)).toThrow(code('StoreCorrupt'))
  })
})

describe('reading only', () => {
  it('makes nothing where nothing is', () => {
    using data = new DataFolder()
    expect(() => openStoreReadOnly(data.path)).toThrow(code('StoreFailed'))
    expect(readdirSync(data.folder)).toEqual([])
  })

  it('wants the schema of this version', () => {
    using data = new DataFolder()
    writeFileSync(data.path, '')
    expect(() => openStoreReadOnly(data.path)).toThrow(code('StoreFailed'))
  })

  it('tells a damaged file from others, when it is opened and later', () => {
    using data = filled(300)
    const broken = Buffer.from(readFileSync(data.path))
    broken.fill(0xff, 4096)
    const reader = read(data)
    writeFileSync(data.path, broken)
    expect(() => reader.peers(NETWORK)).toThrow(code('StoreCorrupt'))
    reader.close()
    writeFileSync(data.path, 'no database '.repeat(500))
    expect(() => openStoreReadOnly(data.path)).toThrow(code('StoreCorrupt'))
    expect(() => openStoreReadOnly(data.path)).toThrow(/is damaged .*start Peerscope on this folder/)
  })

  it('does not take the database of another program for ours', () => {
    using data = new DataFolder()
    data.raw({ write: true }).exec('CREATE TABLE theirs (a)')
    expect(() => openStoreReadOnly(data.path)).toThrow(code('StoreCorrupt'))
  })
})
