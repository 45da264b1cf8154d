import Database from 'better-sqlite3'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { DiscoveryEvent } from '../../../src/shared/events.ts'
import { peerOf as subjectOf } from '../../../src/shared/events.ts'
import type { PeerId } from '../../../src/shared/ids.ts'
import { nickname } from '../../../src/shared/nickname.ts'
import { openDatabase } from '../../../src/main/store/database.ts'
import { migrate } from '../../../src/main/store/migrate.ts'
import { MIGRATIONS } from '../../../src/main/store/migrations/all.ts'
import { openStoreReadOnly } from '../../../src/main/store/read-only.ts'
import { eventDetail, peerToRow } from '../../../src/main/store/rows.ts'
import { idOf } from '../../support/discovery/entries.ts'
import { DataFolder, NETWORK, NETWORK_ID, START, finished, peerOf } from './data-folder.ts'

const [X, Y, Z] = [idOf('x'), idOf('y'), idOf('z')]
const version = (updatedAt: number) => ({ startedAt: 1, updatedAt })

function came(peerId: PeerId, n: number): DiscoveryEvent {
  return { kind: 'PeerDiscovered', peerId, source: 'sync', version: version(n), tags: [`tag${n}`], addresses: [] }
}

const EVENTS: readonly DiscoveryEvent[] = [
  { kind: 'NetworkJoined', peerId: idOf('self'), networkId: NETWORK_ID, addresses: [] },
  came(X, 1),
  came(Y, 2),
  { ...came(X, 3), kind: 'PeerUpdated', changed: [] } as DiscoveryEvent,
  { kind: 'PeerDeparted', peerId: X, reason: 'purged', version: version(3) },
  { kind: 'DialFailed', target: '/dns4/far.example/tcp/1', reason: 'refused' },
  came(X, 5),
  // Killed, and started again: nobody said that Y left.
  { kind: 'NetworkJoined', peerId: idOf('self'), networkId: NETWORK_ID, addresses: [] },
  came(Y, 6),
  { kind: 'EntryRejected', peerId: null, reason: 'Malformed', source: 'sync', detail: 'short' },
  came(Z, 7),
  { kind: 'PeerDeparted', peerId: Z, reason: 'graceful', version: version(7) },
]

/** A database as the first version wrote it. */
function firstVersion(data: DataFolder): void {
  const db = new Database(data.path)
  db.pragma('journal_mode = WAL')
  migrate(db, { migrations: MIGRATIONS.slice(0, 1) })
  db.exec(`INSERT INTO identity VALUES (1, x'${'05'.repeat(32)}')`)
  db.prepare("INSERT INTO networks VALUES (7, ?, 'a', ?, '[]', '[]', 0)").run(NETWORK, START)
  const idNumbers = new Map<string, number>()
  const kinds = new Map<string, number>()
  const numberOf = (known: Map<string, number>, table: string, id: string): number => {
    const num = known.get(id) ?? known.size + 1
    if (!known.has(id)) db.prepare(`INSERT INTO ${table} VALUES (?, ?)`).run(num, id)
    known.set(id, num)
    return num
  }
  for (const [index, event] of EVENTS.entries()) {
    const peerId = subjectOf(event)
    db.prepare('INSERT INTO events VALUES (?, 7, ?, ?, ?, ?)').run(
      index + 1,
      START + index,
      numberOf(kinds, 'event_kinds', event.kind),
      peerId === null ? null : numberOf(idNumbers, 'peer_ids', peerId),
      eventDetail(event),
    )
  }
  db.exec("UPDATE counters SET value = 12 WHERE name = 'last_seq'")
  for (const name of ['x', 'y']) {
    const row = peerToRow(7, numberOf(idNumbers, 'peer_ids', idOf(name)), peerOf(name, { tags: [`tagged ${name}`] }))
    const columns = db
      .prepare("SELECT name FROM pragma_table_info('peers') WHERE name <> 'num' ORDER BY cid")
      .pluck()
      .all()
    const camel = (name: unknown): string =>
      String(name).replaceAll(/_(.)/g, (_, letter: string) => letter.toUpperCase())
    const names = columns.map((name) => `@${camel(name)}`)
    db.prepare(`INSERT INTO peers (${columns.join(', ')}) VALUES (${names.join(', ')})`).run(row)
  }
  db.prepare("INSERT INTO peer_versions VALUES (7, ?, 1, 3, ?, 'sync')").run(idNumbers.get(X), START)
  db.prepare('INSERT INTO rtt_samples VALUES (7, ?, ?, 1.5)').run(idNumbers.get(X), START)
  db.close()
}

describe('a database of the first version', () => {
  it('has all its rows, and history that is made of them', () => {
    using data = new DataFolder()
    firstVersion(data)
    const store = data.open()
    expect(store.status()).toEqual({ state: 'ok', reason: '', path: data.path })
    expect(store.loadSecret()).toEqual(new Uint8Array(32).fill(5))
    expect(store.recentNetworks()).toMatchObject([{ id: NETWORK, name: 'a', knownPeers: 2 }])
    expect(store.peer(NETWORK, X)).toEqual(peerOf('x', { tags: ['tagged x'] }))
    expect(store.versionsOf(NETWORK, X)).toHaveLength(1)
    expect(store.rttSamplesOf(NETWORK, X)).toEqual([{ at: START, ms: 1.5 }])
    const logged = EVENTS.map((event, index) => ({ seq: index + 1, at: START + index, event }))
    expect(store.eventsAfter({ networkKey: NETWORK, limit: 100 }).events).toEqual(logged)
    expect(store.eventsAfter({ networkKey: NETWORK, from: START + 10, limit: 100 }).events).toEqual(logged.slice(10))

    const sessions = store.sessionsPage({ networkKey: NETWORK, limit: 100 }).sessions
    expect(sessions.toReversed()).toEqual([
      session(1, X, 1, 4, 'purged', 1, 3),
      session(2, Y, 2, 8, 'unknown', 2, 2),
      // What was recorded of it last: the version that it still has.
      session(3, X, 6, null, null, 5, 5),
      session(4, Y, 8, null, null, 6, 6),
      session(5, Z, 10, 11, 'graceful', 7, 7),
    ])
    expect(new Set(finished(store.catalogAt(NETWORK, START + 3)).map(({ peerId }) => peerId))).toEqual(new Set([X, Y]))
    expect(finished(store.catalogAt(NETWORK, START + 99)).map(({ peerId }) => peerId)).toEqual([Y])

    const found = (text: string): unknown => {
      const { peers, events } = store.search(NETWORK, text, { limit: 10 })
      return [peers, events.map(({ seq }) => seq)]
    }
    expect(found('tagged')).toEqual([[Y, X], []])
    expect(found('refused far')).toEqual([[], [6]])
    expect(found(nickname(X))).toEqual([[X], [7, 5, 2]])
    expect(found('tag3')).toEqual([[], []])
    expect(store.stats(NETWORK)).toMatchObject({ oldestEvent: START, networks: [{ newestEvent: START + 11 }] })
    expect(store.append(NETWORK, START + 50, came(Z, 8)).seq).toBe(13)
    store.sessionStarted(NETWORK, Z, START + 50, version(8), 'sync')
    expect(store.sessionsPage({ networkKey: NETWORK, limit: 1 }).sessions).toEqual([
      session(6, Z, 50, null, null, 8, 8),
    ])
    expect(data.value('PRAGMA integrity_check')).toBe('ok')
    expect(data.value('SELECT count(*) FROM pragma_foreign_key_check')).toBe(0)
  })

  it('is kept as it was beside the new one, which can shrink as a fresh one does', () => {
    using data = new DataFolder()
    firstVersion(data)
    data.open().close()
    const copies = readdirSync(data.folder).filter((name) => name.includes('before-v2'))
    expect(copies).toHaveLength(1)
    const copy = join(data.folder, copies[0] ?? '')
    expect(statSync(copy).mode & 0o777).toBe(0o600)
    const old = data.raw({ path: copy })
    expect(old.pragma('user_version', { simple: true })).toBe(1)
    expect(old.prepare('SELECT count(*) FROM events').pluck().get()).toBe(EVENTS.length)
    using fresh = new DataFolder()
    fresh.open().close()
    for (const pragma of ['auto_vacuum', 'user_version', 'application_id', 'journal_mode', 'page_size']) {
      expect([pragma, data.value(`PRAGMA ${pragma}`)]).toEqual([pragma, fresh.value(`PRAGMA ${pragma}`)])
    }
    expect(data.value('PRAGMA auto_vacuum')).toBe(2)
    // Searching has its settings in rows.
    const settings = "SELECT group_concat(k || '=' || v, ' ') FROM event_text_config"
    expect(data.value(settings)).toBe(fresh.value(settings))
  })

  it('can be read without being changed, by those who only read', () => {
    using data = new DataFolder()
    firstVersion(data)
    const before = readFileSync(data.path)
    const reader = data.keep(openStoreReadOnly(data.path))
    expect(reader.peers(NETWORK)).toHaveLength(2)
    expect(reader.eventsPage({ networkKey: NETWORK, limit: 10 }).events.length).toBeGreaterThan(0)
    expect(readFileSync(data.path).equals(before)).toBe(true)
  })

  it('stays as it was when making history of it fails', () => {
    using data = new DataFolder()
    firstVersion(data)
    const raw = data.raw({ write: true })
    raw.exec("UPDATE events SET detail = '{' WHERE seq = 3")
    raw.close()
    const open = () => openDatabase({ path: data.path, now: START })
    expect(open).toThrow(expect.objectContaining({ code: 'StoreFailed' }))
    expect(data.value('PRAGMA user_version')).toBe(1)
    expect(data.value("SELECT count(*) FROM sqlite_schema WHERE name = 'sessions'")).toBe(0)
  })
})

function session(
  id: number,
  peerId: PeerId,
  from: number,
  to: number | null,
  reason: string | null,
  first: number,
  last: number,
): object {
  const end = to === null ? null : START + to
  return { id, peerId, from: START + from, to: end, reason, firstVersion: version(first), lastVersion: version(last) }
}
