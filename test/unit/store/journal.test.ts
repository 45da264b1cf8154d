import Database from 'better-sqlite3'
import { expect, it } from 'vitest'
import { pastPicture } from '../../../src/main/monitor/past.ts'
import type { NewJournalPart } from '../../../src/main/store/journal-types.ts'
import { migrate } from '../../../src/main/store/migrate.ts'
import { MIGRATIONS } from '../../../src/main/store/migrations/all.ts'
import { openStoreReadOnly } from '../../../src/main/store/read-only.ts'
import { encodeEdges } from '../../../src/main/store/topologies.ts'
import { idOf } from '../../support/discovery/entries.ts'
import { DataFolder, finished, NETWORK, NETWORK_ID, OTHER, START } from './data-folder.ts'

const DAY = 24 * 3_600_000

function part(number: number, at: number, run = false): NewJournalPart {
  return { part: number, run, at, until: at + 500, bytes: Uint8Array.of(number, 1, 2) }
}

it('parts of a moment are found by its time: from the beginning of the group to the last part before', () => {
  using data = new DataFolder()
  const store = data.open()
  expect(store.journalPlace(NETWORK, START)).toBeNull()
  store.putJournal(NETWORK, [part(0, START, true), part(1, START)])
  store.putJournal(OTHER, [part(0, START + 50, true)])
  store.putJournal(NETWORK, [part(2, START + 1000)])
  store.putJournal(NETWORK, [part(0, START + 2000)])
  store.putJournal(NETWORK, [part(0, START + 3000, true)])
  store.close()
  for (const opened of [data.open(), data.keep(openStoreReadOnly(data.path))]) {
    expect(opened.journalPlace(NETWORK, START - 1)).toBeNull()
    expect(opened.journalPlace(NETWORK, START)).toEqual({ from: 1, to: 2, until: START + 500, last: false })
    expect(opened.journalPlace(NETWORK, START + 1999)).toEqual({ from: 1, to: 4, until: START + 1500, last: false })
    expect(opened.journalPlace(NETWORK, START + 2999)).toEqual({ from: 5, to: 5, until: START + 2500, last: true })
    expect(opened.journalPlace(NETWORK, Number.MAX_SAFE_INTEGER)).toMatchObject({ from: 6, to: 6, last: true })
    // Those of another network are passed over.
    expect(opened.journalPart(NETWORK, 3, 9)).toEqual({ ...part(2, START + 1000), id: 4, bytes: Buffer.of(2, 1, 2) })
    expect(opened.journalPart(NETWORK, 3, 3)).toBeNull()
  }
})

it('groups are of the stretch of our clock in which they began, however they began', () => {
  using data = new DataFolder()
  const store = data.open()
  const minute = (at: number): number => START + at * 60_000
  const write = (at: number, begin: Partial<NewJournalPart> = {}): void =>
    store.putJournal(NETWORK, [{ ...part(0, minute(at)), until: minute(at), turned: false, ...begin }])
  const joined = { kind: 'NetworkJoined', peerId: idOf('me'), networkId: NETWORK_ID, addresses: [] } as const
  store.append(NETWORK, minute(0), joined)
  write(0, { run: true, turned: true })
  // Begun for their size, by a clock that is ahead.
  write(10)
  write(20)
  write(29)
  store.append(NETWORK, minute(3), { kind: 'ClockJumped', byMs: -27 * 60_000 })
  write(5, { turned: true })
  expect(store.journalClock(NETWORK).turns).toEqual([{ first: 5, from: minute(3), before: minute(30) }])
  expect([2.9, 6, 9.8].map((at) => store.journalPlace(NETWORK, minute(at))?.to)).toEqual([1, 5, 5])
})

it('a moment before the first part of a stretch is as what was written last before it', () => {
  using data = new DataFolder()
  const store = data.open()
  const minute = (at: number): number => START + at * 60_000
  const write = (at: number, begin: Partial<NewJournalPart>): void =>
    store.putJournal(NETWORK, [{ ...part(0, minute(at)), until: minute(at), turned: true, ...begin }])
  const set = (to: number, by: number): void =>
    void store.append(NETWORK, minute(to), { kind: 'ClockJumped', byMs: by * 60_000 })
  store.append(NETWORK, minute(0), { kind: 'NetworkJoined', peerId: idOf('me'), networkId: NETWORK_ID, addresses: [] })
  write(0, { run: true })
  set(125, 120)
  write(129, {})
  set(10, -120)
  write(10, {})
  write(15, { turned: false })
  // The machine slept.
  set(30, 14)
  write(31, {})
  expect([30, 30.5, 31].map((at) => store.journalPlace(NETWORK, minute(at))?.to)).toEqual([4, 4, 5])
})

it('a network that is joined again after it was forgotten has a clock of its own', async () => {
  using data = new DataFolder()
  const store = data.open()
  const joined = { kind: 'NetworkJoined', peerId: idOf('me'), networkId: NETWORK_ID, addresses: [] } as const
  store.append(NETWORK, START, joined)
  store.putJournal(NETWORK, [part(0, START, true)])
  store.append(NETWORK, START - 60_000, { kind: 'ClockJumped', byMs: -60_000 })
  store.putJournal(NETWORK, [{ ...part(0, START - 60_000), turned: true }])
  expect([store.clockOf(NETWORK).repeats, store.journalClock(NETWORK).repeats]).toEqual([true, true])
  store.forgetNetwork(NETWORK)
  await data.scheduler.run(5000)
  store.append(NETWORK, START + 1000, joined)
  store.putJournal(NETWORK, [part(0, START + 1000, true)])
  for (const clock of [store.clockOf(NETWORK), store.journalClock(NETWORK)])
    expect([clock.repeats, clock.turns]).toEqual([false, []])
})

it('what is too old goes, but for the group that later moments are read from', async () => {
  using data = new DataFolder()
  const store = data.open()
  for (const age of [40, 35, 33, 31, 5]) {
    const at = START - age * DAY
    store.putJournal(NETWORK, [part(0, at), part(1, at + 1000), part(2, at + 2000)])
  }
  store.putJournal(OTHER, [part(0, START - 50 * DAY, true), part(1, START - 50 * DAY + 1)])
  store.flush()
  store.setRetention({ maxAgeMs: 32 * DAY, maxBytes: 2 ** 31 })
  await data.scheduler.run(70_000)
  expect(store.journalPlace(NETWORK, START - 34 * DAY)).toBeNull()
  expect(store.journalPlace(NETWORK, START - 32 * DAY)).toMatchObject({ from: 7, to: 9 })
  expect(store.stats(null).rows.journal).toBe(9)
  store.forgetNetwork(NETWORK)
  await data.scheduler.run(5000)
  expect(data.value('SELECT count(*) FROM journal')).toBe(0)
})

it('[schema 6] history from before is read as it was: who was logged, and the links that were stored last', async () => {
  using data = new DataFolder()
  const [x, y] = [idOf('x'), idOf('y')]
  const edge = { a: x, b: y, kind: 'neighbor', saidBy: x, at: START + 20 } as const
  const db = new Database(data.path)
  db.pragma('journal_mode = WAL')
  migrate(db, { migrations: MIGRATIONS.slice(0, 5) })
  db.prepare("INSERT INTO networks (num, id, kind, last_joined_at) VALUES (1, ?, 'peerscope', ?)").run(
    NETWORK_ID,
    START,
  )
  for (const [num, id] of [x, y].entries()) db.prepare('INSERT INTO peer_ids (num, id) VALUES (?, ?)').run(num + 1, id)
  for (const [num, kind] of ['NetworkJoined', 'PeerDiscovered'].entries())
    db.prepare('INSERT INTO event_kinds (num, id) VALUES (?, ?)').run(num + 1, kind)
  const came = JSON.stringify({ source: 'sync', version: { startedAt: 1, updatedAt: 2 }, tags: ['a'], addresses: [] })
  const add = db.prepare('INSERT INTO events (seq, network, at, kind, peer, detail) VALUES (?, 1, ?, ?, ?, ?)')
  add.run(1, START, 1, null, JSON.stringify({ peerId: y, networkId: NETWORK_ID, addresses: [] }))
  add.run(2, START + 10, 2, 1, came)
  add.run(3, START + 11, 2, 2, came)
  db.prepare('INSERT INTO event_blocks (network, block, min_at, max_at, count) VALUES (1, 0, ?, ?, 3)').run(
    START,
    START + 11,
  )
  const bytes = Buffer.concat([finished(encodeEdges({ at: START + 30, edges: [edge] }))])
  db.prepare('INSERT INTO topologies (id, network, at, edge_count, edges) VALUES (1, 1, ?, 1, ?)').run(
    START + 30,
    bytes,
  )
  db.close()
  const store = data.open()
  expect(data.value('PRAGMA user_version')).toBe(MIGRATIONS.length)
  const then = await pastPicture({ store, networkKey: NETWORK, self: undefined }, START + 40)
  expect(new Set(then.peers.map(({ peerId, tags }) => `${peerId} ${tags.join()}`))).toEqual(
    new Set([`${x} a`, `${y} a`]),
  )
  expect(then).toMatchObject({ edges: [edge], edgesAt: START + 30 })
})
