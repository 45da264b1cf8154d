import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { Databases, SAVE_AT_ONCE } from '../../../src/main/store/databases.ts'
import { openPlace } from '../../../src/main/store/open.ts'
import type { Store } from '../../../src/main/store/types.ts'
import { idOf } from '../../support/discovery/entries.ts'
import { DataFolder, NETWORK, NETWORK_ID, OTHER, START, finished, joinedOf, peerOf, slotOf } from './data-folder.ts'

const X = idOf('x')
const Y = idOf('y')
const VERSION = { startedAt: 1, updatedAt: 2 }
const SECRET = new Uint8Array(32).fill(6)
const NEWER = { startedAt: 1, updatedAt: 9 }

/** What is in the file before writing fails. */
function first(store: Store): void {
  store.networkJoined(joinedOf())
  store.append(NETWORK, START, { kind: 'NetworkJoined', peerId: idOf('self'), networkId: NETWORK_ID, addresses: [] })
  store.putPeer(NETWORK, peerOf('x', { tags: ['early'] }))
  store.sessionStarted(NETWORK, X, START, VERSION, 'gossip')
  store.sessionStarted(NETWORK, idOf('gone'), START, VERSION, 'gossip')
  store.append(NETWORK, START + 1, { ...discovered(), peerId: X })
  store.setNote(NETWORK, X, { name: 'a', note: 'cellar' })
  store.setNote(NETWORK, idOf('gone'), { name: 'b', note: '' })
  store.putTopology(NETWORK, { at: START, edges: [] })
  store.flush()
}

/** What is written while that fails. */
function second(store: Store): void {
  store.putPeer(NETWORK, peerOf('x', { tags: ['early'], ticketCount: 7 }))
  store.putPeer(NETWORK, peerOf('y', { tags: ['late'] }))
  store.sessionEnded(NETWORK, idOf('gone'), START + 5, 'purged')
  store.sessionStarted(NETWORK, Y, START + 6, VERSION, 'sync')
  store.recordVersion(NETWORK, Y, { version: NEWER, at: START + 7, source: 'gossip' })
  store.append(NETWORK, START + 8, { ...discovered(), peerId: Y })
  store.append(NETWORK, START + 9, { kind: 'PeerDeparted', peerId: X, reason: 'graceful', version: VERSION })
  store.sessionEnded(NETWORK, X, START + 9, 'graceful')
  store.sessionStarted(NETWORK, X, START + 10, NEWER, 'sync')
  store.append(OTHER, START + 11, slotOf(1))
  store.setNote(NETWORK, Y, { name: 'c', note: 'attic' })
  store.setNote(NETWORK, idOf('gone'), null)
  const edge = { a: X, b: Y, kind: 'holds', saidBy: X, at: START + 3 } as const
  store.putTopology(NETWORK, { at: START + 12, edges: [edge] })
}

function discovered() {
  return { kind: 'PeerDiscovered', source: 'sync', version: VERSION, tags: ['t'], addresses: [] } as const
}

/** Everything that reading gives, in an order that does not depend on where it is. */
function readAll(store: Store): object {
  const byId = <T extends { readonly peerId: string }>(list: readonly T[]): T[] =>
    list.toSorted((a, b) => (a.peerId < b.peerId ? -1 : 1))
  const sessions = []
  for (let before: number | undefined, more = true; more; before = sessions.at(-1)?.id) {
    const page = store.sessionsPage({ networkKey: NETWORK, limit: 2, before })
    sessions.push(...page.sessions)
    more = page.more
  }
  const search = (text: string): object => {
    const { peers, events, more } = store.search(NETWORK, text, { limit: 10 })
    return { peers: peers.toSorted(), events, more }
  }
  return {
    peers: byId(store.peers(NETWORK)),
    page: byId(store.peersPage(NETWORK, null, 100).peers),
    after: store.eventsAfter({ networkKey: NETWORK, after: 1, limit: 2 }),
    rest: store.eventsAfter({ networkKey: NETWORK, from: START + 8, limit: 2 }),
    sessions,
    ofPeer: store.sessionsPage({ networkKey: NETWORK, peerId: X, limit: 10 }),
    inSpan: store.sessionsPage({ networkKey: NETWORK, from: START + 6, to: START + 7, limit: 10 }),
    catalogs: [0, 1, 8, 9, 99].map((after) => byId(finished(store.catalogAt(NETWORK, START + after)))),
    notes: byId([...store.notes(NETWORK)].map(([peerId, note]) => ({ peerId, ...note }))),
    note: [X, Y, idOf('gone')].map((peerId) => store.note(NETWORK, peerId)),
    topologies: store.topologies(NETWORK),
    edges: store.topology(NETWORK, 2),
    found: ['early', 'late', 'attic', 'cellar', 'departed', 'peerdisc', X].map(search),
  }
}

describe('while the file cannot be written', () => {
  it('everything reads as if it could', async () => {
    using data = new DataFolder()
    const good = data.open()
    first(good)
    second(good)
    const expected = readAll(good)
    good.close()

    using folder = new DataFolder()
    const store = folder.open()
    first(store)
    const other = folder.raw({ write: true })
    other.exec('BEGIN IMMEDIATE')
    store.append(OTHER, START, slotOf(0))
    await folder.scheduler.run(250)
    expect(store.status().state).toBe('memory-only')
    const before = folder.value('SELECT count(*) FROM events')
    second(store)
    expect(stripped(readAll(store))).toEqual(stripped(expected))
    expect(folder.value('SELECT count(*) FROM events')).toBe(before)
    other.exec('ROLLBACK')
    await folder.scheduler.run(31_000)
    expect(store.status().state).toBe('ok')
    expect(stripped(readAll(store))).toEqual(stripped(expected))
  })

  it('sessions of an earlier run are closed, and a forgotten network has nothing', async () => {
    using data = new DataFolder()
    const before = data.open()
    first(before)
    before.close()
    const store = data.open()
    const other = data.raw({ write: true })
    other.exec('BEGIN IMMEDIATE')
    store.networkJoined(joinedOf({ at: START + 50 }))
    expect(store.status().state).toBe('memory-only')
    const reasons = store.sessionsPage({ networkKey: NETWORK, limit: 9 }).sessions.map(({ to, reason }) => [to, reason])
    expect(reasons).toEqual([
      [START + 1, 'unknown'],
      [START + 1, 'unknown'],
    ])
    store.forgetNetwork(NETWORK)
    expect(store.sessionsPage({ networkKey: NETWORK, limit: 9 }).sessions).toEqual([])
    expect(store.peersPage(NETWORK, null, 9)).toEqual({ peers: [], next: null })
    expect(store.eventsAfter({ networkKey: NETWORK, limit: 9 }).events).toEqual([])
    expect(finished(store.catalogAt(NETWORK, START + 1))).toEqual([])
    expect(store.search(NETWORK, 'early', { limit: 9 }).peers).toEqual([])
    expect([store.notes(NETWORK).size, store.topologies(NETWORK), store.topology(NETWORK, 1)]).toEqual([0, [], null])
    store.append(NETWORK, START + 60, { ...discovered(), peerId: Y })
    expect(finished(store.catalogAt(NETWORK, START + 60))).toHaveLength(1)
    store.close()
    other.exec('ROLLBACK')
  })

  it('what is new goes into the file in small parts, in order, once that works again', async () => {
    using data = new DataFolder()
    const store = data.open()
    const other = data.raw({ write: true })
    other.exec('BEGIN IMMEDIATE')
    const many = 3 * SAVE_AT_ONCE
    for (let n = 1; n <= many; n++) store.append(NETWORK, START, slotOf(n))
    store.putPeer(NETWORK, peerOf('x'))
    store.putPeer(NETWORK, peerOf('x', { firstSeen: START + 7, ticketCount: 5 }))
    store.recordRtt(NETWORK, X, { at: 1, ms: Number.NaN })
    other.exec('ROLLBACK')
    const rows: number[] = []
    while (store.status().state !== 'ok') {
      await data.scheduler.run(5)
      rows.push(Number(data.value('SELECT count(*) FROM events')))
    }
    const parts = [...new Set(rows)].filter((count) => count > 0)
    expect(parts.length).toBeGreaterThan(3)
    expect(parts.every((count, index) => count - (parts[index - 1] ?? 0) <= SAVE_AT_ONCE)).toBe(true)
    expect(parts.at(-1)).toBe(many)
    expect(store.peers(NETWORK)).toEqual([peerOf('x', { ticketCount: 5 })])
    expect(data.log.filter(({ level }) => level === 'error')).toHaveLength(1)
    expect(data.statuses.map(({ state }) => state)).toEqual(['memory-only', 'ok'])
    store.append(NETWORK, START, slotOf(0))
    store.close()
    expect(data.value('SELECT count(*) FROM events')).toBe(many + 1)
  })

  it('closing writes what is new, as long as that works', () => {
    using data = new DataFolder()
    const store = data.open()
    const other = data.raw({ write: true })
    other.exec('BEGIN IMMEDIATE')
    for (let n = 1; n <= 2 * SAVE_AT_ONCE + 1; n++) store.append(NETWORK, START, slotOf(n))
    expect(store.status().state).toBe('memory-only')
    other.exec('ROLLBACK')
    store.close()
    expect(data.value('SELECT count(*) FROM events')).toBe(2 * SAVE_AT_ONCE + 1)
    expect(data.log.filter(({ level }) => level === 'error')).toEqual([])
  })

  it('a peer that is gone is gone in the file too, and one that came back is back', async () => {
    using data = new DataFolder()
    const before = data.open()
    for (const name of ['x', 'y', 'z']) before.putPeer(NETWORK, peerOf(name))
    before.close()
    const store = data.open()
    const other = data.raw({ write: true })
    other.exec('BEGIN IMMEDIATE')
    for (const name of ['x', 'y']) store.peerGone(NETWORK, idOf(name), 'purged', 'purged')
    store.putPeer(NETWORK, peerOf('y', { ticketCount: 9 }))
    store.putPeer(NETWORK, peerOf('z', { ticketCount: 9 }))
    store.peerGone(NETWORK, idOf('z'), 'departed', 'graceful')
    const read = (): unknown => ['x', 'y', 'z'].map((name) => store.peer(NETWORK, idOf(name)))
    const expected = [
      peerOf('x', { state: 'purged', departureReason: 'purged' }),
      peerOf('y', { ticketCount: 9 }),
      peerOf('z', { ticketCount: 9, state: 'departed', departureReason: 'graceful' }),
    ]
    expect(store.status().state).toBe('memory-only')
    expect(read()).toEqual(expected)
    other.exec('ROLLBACK')
    await data.scheduler.run(31_000)
    expect(store.status().state).toBe('ok')
    expect(read()).toEqual(expected)
  })

  it('of a large database what matters most can be read, and the rest again afterwards', async () => {
    using data = new DataFolder()
    const store = data.open()
    store.saveSecret(SECRET)
    first(store)
    const other = data.raw({ write: true })
    other.exec('INSERT INTO topologies SELECT 99, num, 1, 0, zeroblob(33 << 20) FROM networks')
    other.exec('BEGIN IMMEDIATE')
    const logged = store.append(NETWORK, START + 90, slotOf(1))
    expect(store.status().reason).toMatch(
      /kept in memory, and writing is tried again; older history is shown again then$/,
    )
    expect(store.eventsPage({ networkKey: NETWORK, limit: 9 }).events).toEqual([logged])
    expect(store.loadSecret()).toEqual(SECRET)
    expect(store.note(NETWORK, X)).toEqual({ name: 'a', note: 'cellar' })
    expect(store.recentNetworks()).toHaveLength(1)
    other.exec('ROLLBACK')
    await data.scheduler.run(31_000)
    expect(store.status().state).toBe('ok')
    expect(store.eventsPage({ networkKey: NETWORK, limit: 9 }).events).toHaveLength(3)
  })

  it('an identity that is only in the file is not taken for none', () => {
    using data = new DataFolder()
    const store = data.open()
    store.saveSecret(SECRET)
    first(store)
    const other = data.raw({ write: true })
    other.exec('INSERT INTO topologies SELECT 99, num, 1, 0, zeroblob(33 << 20) FROM networks')
    other.exec('DROP TABLE identity')
    other.exec('BEGIN IMMEDIATE')
    store.append(NETWORK, START + 90, slotOf(1))
    expect(store.status().state).toBe('memory-only')
    expect(() => store.loadSecret()).toThrow(expect.objectContaining({ code: 'StoreFailed' }))
  })

  it('a past moment whose steps were under way is rebuilt from the other database', () => {
    using data = new DataFolder()
    const store = data.open()
    first(store)
    const steps = store.catalogAt(NETWORK, START + 99)
    expect(steps.next().done).toBe(false)
    const other = data.raw({ write: true })
    other.exec('BEGIN IMMEDIATE')
    store.append(NETWORK, START + 2, { kind: 'PeerDeparted', peerId: X, reason: 'purged', version: VERSION })
    expect(store.status().state).toBe('memory-only')
    expect(finished(steps)).toEqual([])
  })

  it('statistics whose steps were under way are those of the other database', () => {
    using data = new DataFolder()
    const store = data.open()
    first(store)
    const steps = store.statsSteps(NETWORK)
    expect(steps.next().done).toBe(false)
    const other = data.raw({ write: true })
    other.exec('BEGIN IMMEDIATE')
    second(store)
    expect(store.status().state).toBe('memory-only')
    const stats = store.stats(NETWORK)
    expect(stats.rows.peers).toBe(2)
    expect(finished(steps)).toEqual(stats)
  })
})

describe('a transaction that the disk ended', () => {
  const lose = (databases: Databases): void => {
    // As SQLite itself does after some errors.
    databases.live.db.exec('ROLLBACK')
  }
  const failing = new Database.SqliteError('disk I/O error', 'SQLITE_IOERR_READ')
  it.each<[string, (databases: Databases) => unknown]>([
    ['a write', (databases) => databases.write({ kind: 'setting', key: 'b', json: '2' })],
    ['a commit', (databases) => databases.flush()],
    [
      'a read that failed',
      (databases) => {
        let tries = 0
        return databases.read(() => {
          tries += 1
          if (tries === 1) throw failing
        })
      },
    ],
  ])('is noticed by %s, and nothing is lost', async (_what, act) => {
    using data = new DataFolder()
    const { path, scheduler } = data
    const options = {
      path,
      now: () => START,
      schedule: (delayMs: number, fn: () => void) => scheduler.schedule(delayMs, fn),
    }
    const databases = data.keep(new Databases(options, openPlace(options)))
    databases.write({ kind: 'setting', key: 'a', json: '1' })
    lose(databases)
    act(databases)
    expect(databases.status).toMatchObject({ state: 'memory-only' })
    expect(databases.read((reader) => reader.getSetting('a'))).toBe(1)
    await scheduler.run(5000)
    expect(databases.status.state).toBe('ok')
    expect(databases.read((reader) => reader.getSetting('a'))).toBe(1)
    databases.close()
    expect(data.value("SELECT value FROM settings WHERE key = 'a'")).toBe('1')
  })
})

/** Without the numbers of the log, which differ by one. */
function stripped(content: object): unknown {
  return JSON.parse(JSON.stringify(content, (key, value: unknown) => (key === 'seq' ? undefined : value)))
}
