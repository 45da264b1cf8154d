import { chmodSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { kindAndIdOf } from '../../../src/shared/network-kind.ts'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { DiscoveryEvent } from '../../../src/shared/events.ts'
import { EVENT_KINDS } from '../../../src/shared/events.ts'
import { STARTS_KEPT, VERSIONS_KEPT } from '../../../src/main/store/reader.ts'
import { idOf } from '../../support/discovery/entries.ts'
import { DataFolder, joinedOf, NETWORK, NETWORK_ID, OTHER, OTHER_ID, peerOf, slotOf, START } from './data-folder.ts'

const SECRET = new Uint8Array(32).fill(9)
const VERSION = { startedAt: 1, updatedAt: 2 }
const PEER = idOf('x')

/** One of every kind. */
const EVENTS: { readonly [Kind in DiscoveryEvent['kind']]: Extract<DiscoveryEvent, { kind: Kind }> } = {
  PeerDiscovered: {
    kind: 'PeerDiscovered',
    peerId: PEER,
    source: 'sync',
    version: VERSION,
    tags: ['ä'],
    addresses: ['/ip4/127.0.0.1/tcp/1'],
  },
  PeerRestarted: { kind: 'PeerRestarted', peerId: PEER, startedAt: 3, after: null },
  PeerUpdated: {
    kind: 'PeerUpdated',
    peerId: PEER,
    source: 'gossip',
    version: VERSION,
    tags: [],
    addresses: [],
    changed: ['tags'],
  },
  PeerDeparted: { kind: 'PeerDeparted', peerId: PEER, reason: 'graceful', version: VERSION },
  NeighborUp: { kind: 'NeighborUp', peerId: PEER },
  NeighborDown: { kind: 'NeighborDown', peerId: PEER },
  SyncCompleted: { kind: 'SyncCompleted', peerId: PEER, received: 1, sent: 2, bytes: 3, durationMs: 4.5 },
  SyncFailed: { kind: 'SyncFailed', peerId: PEER, reason: "it's\nover", retryInMs: null },
  DialFailed: { kind: 'DialFailed', target: '/ip4/127.0.0.1/tcp/1', reason: 'no' },
  EntryRejected: { kind: 'EntryRejected', peerId: null, reason: 'Malformed', source: 'sync', detail: '' },
  DhtSlotClaimed: { kind: 'DhtSlotClaimed', slot: 0 },
  DhtFailed: { kind: 'DhtFailed', reason: 'no' },
  IdentityClash: { kind: 'IdentityClash', peerId: PEER, startedAt: 5 },
  LocalEntryUpdated: { kind: 'LocalEntryUpdated', version: VERSION, tags: [], addresses: [] },
  NetworkJoined: { kind: 'NetworkJoined', peerId: PEER, networkId: NETWORK_ID, addresses: [] },
  NetworkLeft: { kind: 'NetworkLeft', networkId: NETWORK_ID },
  NetworkFailed: { kind: 'NetworkFailed', networkId: NETWORK_ID, reason: 'no' },
  ClockJumped: { kind: 'ClockJumped', byMs: -3 },
  ClockCompared: { kind: 'ClockCompared', byMs: null, peers: 2 },
  Stalled: { kind: 'Stalled', ms: 4100 },
  Islands: { kind: 'Islands', count: 2, sizes: [18, 6] },
  NetworkLost: { kind: 'NetworkLost', heardAt: 1000 },
  NetworkBack: { kind: 'NetworkBack' },
  EventsMissed: { kind: 'EventsMissed', count: 7 },
}

describe('what is stored', () => {
  it('is there again after closing and opening', () => {
    const plain = { kind: 'peerscope', relay: 'off', entryVersion: null }
    using data = new DataFolder()
    const full = peerOf('full')
    const bare = peerOf('bare', { state: 'departed', departureReason: 'graceful', rtt: null, signed: null, tags: [] })
    const before = data.open()
    before.saveSecret(SECRET)
    before.setSetting('settings', { theme: 'dark', list: [1, null, 'ü'] })
    before.networkJoined(joinedOf())
    before.networkJoined(joinedOf({ id: OTHER_ID, name: null, bootstrap: [], tags: [], at: START + 1 }))
    before.putPeer(NETWORK, full)
    before.putPeer(NETWORK, bare)
    before.putPeer(OTHER, full)
    before.recordVersion(NETWORK, full.peerId, { version: VERSION, at: START, source: 'sync' })
    before.recordRtt(NETWORK, full.peerId, { at: START, ms: 0.75 })
    const logged = before.append(NETWORK, START, slotOf(1))
    before.close()

    const after = data.open()
    expect(after.status()).toEqual({ state: 'ok', reason: '', path: data.path })
    expect(after.loadSecret()).toEqual(SECRET)
    expect(after.getSetting('settings')).toEqual({ theme: 'dark', list: [1, null, 'ü'] })
    expect(after.recentNetworks()).toEqual([
      { ...plain, id: OTHER, name: null, lastJoinedAt: START + 1, bootstrap: [], tags: [], knownPeers: 1 },
      {
        ...plain,
        id: NETWORK,
        name: 'a',
        lastJoinedAt: START,
        bootstrap: ['/ip4/127.0.0.1/tcp/1'],
        tags: ['t'],
        knownPeers: 2,
      },
    ])
    expect(after.peers(NETWORK)).toHaveLength(2)
    expect(after.peer(NETWORK, full.peerId)).toEqual(full)
    expect(after.peer(NETWORK, bare.peerId)).toEqual(bare)
    expect(after.peer(OTHER, bare.peerId)).toBeNull()
    expect(after.versionsOf(NETWORK, full.peerId)).toEqual([{ version: VERSION, at: START, source: 'sync' }])
    expect(after.rttSamplesOf(NETWORK, full.peerId)).toEqual([{ at: START, ms: 0.75 }])
    expect(after.eventsPage({ networkKey: NETWORK, limit: 10 })).toEqual({ events: [logged], more: false })
    expect(data.log).toEqual([])
  })

  it.each(EVENT_KINDS)('keeps a %s as it was', (kind) => {
    using data = new DataFolder()
    const before = data.open()
    before.append(NETWORK, START, EVENTS[kind])
    before.close()
    const { events } = data.open().eventsPage({ networkKey: NETWORK, limit: 1 })
    expect(events).toEqual([{ seq: 1, at: START, event: EVENTS[kind] }])
  })

  it('is readable only by its owner, in every file of the folder', () => {
    using data = new DataFolder()
    const store = data.open()
    store.saveSecret(SECRET)
    const modes = readdirSync(data.folder).map((name) => [name, statSync(join(data.folder, name)).mode & 0o777])
    expect(modes).toHaveLength(4)
    expect(Object.fromEntries(modes)).toEqual({
      'peerscope.db': 0o600,
      'peerscope.db-shm': 0o600,
      'peerscope.db-wal': 0o600,
      'peerscope.db.lock': 0o600,
    })
  })

  it('is closed to others again when its mode was opened up, and a missing folder is made for the owner only', () => {
    using data = new DataFolder()
    data.open().close()
    chmodSync(data.path, 0o644)
    data.open()
    expect(statSync(data.path).mode & 0o777).toBe(0o600)
    data.open({ path: join(data.folder, 'deep', 'down', 'peerscope.db') })
    expect(statSync(join(data.folder, 'deep', 'down')).mode & 0o777).toBe(0o700)
  })

  it('is written ahead into a log, into strict tables, with foreign keys', () => {
    using data = new DataFolder()
    data.open()
    expect(data.value('PRAGMA journal_mode')).toBe('wal')
    // Search keeps tables of its own kind.
    const tables = data.raw().prepare("SELECT name, strict FROM pragma_table_list WHERE type = 'table'").all()
    const ours = tables.filter((row) => !String(Object(row).name).startsWith('sqlite_'))
    expect(ours.length).toBeGreaterThan(8)
    for (const table of ours) expect(table).toMatchObject({ strict: 1 })
    expect(() => data.raw({ write: true }).exec("INSERT INTO counters VALUES ('x', 'not a number')")).toThrow('INTEGER')
  })
})

describe('identity and settings', () => {
  it('are written at once', () => {
    using data = new DataFolder()
    const store = data.open()
    store.saveSecret(SECRET)
    expect(data.value('SELECT hex(secret) FROM identity')).toBe('09'.repeat(32))
    store.setSetting('a', 1)
    expect(data.value("SELECT value FROM settings WHERE key = 'a'")).toBe('1')
    store.networkJoined(joinedOf())
    expect(data.value('SELECT name FROM networks')).toBe('a')
  })

  it('are replaced, and a setting is removed by undefined', () => {
    using data = new DataFolder()
    const store = data.open()
    expect(store.loadSecret()).toBeNull()
    expect(store.getSetting('a')).toBeUndefined()
    store.saveSecret(SECRET)
    store.saveSecret(new Uint8Array(32).fill(1))
    expect(store.loadSecret()).toEqual(new Uint8Array(32).fill(1))
    store.setSetting('a', null)
    expect(store.getSetting('a')).toBeNull()
    store.setSetting('a', undefined)
    expect(store.getSetting('a')).toBeUndefined()
    expect(data.value('SELECT count(*) FROM identity')).toBe(1)
  })

  it('keeps a secret of its own: what the caller does with the bytes later changes nothing', () => {
    using data = new DataFolder()
    const store = data.open()
    const bytes = Uint8Array.from(SECRET)
    store.saveSecret(bytes)
    bytes.fill(0)
    store.loadSecret()?.fill(0)
    expect(store.loadSecret()).toEqual(SECRET)
  })
})

describe('peers and their history', () => {
  it('keeps the earliest first sight, committed or not', () => {
    using data = new DataFolder()
    const store = data.open()
    const { peerId } = peerOf('x')
    store.putPeer(NETWORK, peerOf('x', { firstSeen: 5, lastSeen: 5 }))
    store.flush()
    store.putPeer(NETWORK, peerOf('x', { firstSeen: 9, lastSeen: 9 }))
    store.putPeer(NETWORK, peerOf('x', { firstSeen: 12, lastSeen: 12 }))
    expect(store.peer(NETWORK, peerId)).toMatchObject({ firstSeen: 5, lastSeen: 12 })
    store.flush()
    expect(store.peer(NETWORK, peerId)).toMatchObject({ firstSeen: 5, lastSeen: 12 })
  })

  it('only changes the state of one that is gone', () => {
    using data = new DataFolder()
    const store = data.open()
    store.putPeer(NETWORK, peerOf('x'))
    store.peerGone(NETWORK, PEER, 'purged', 'purged')
    expect(store.peer(NETWORK, PEER)).toEqual(peerOf('x', { state: 'purged', departureReason: 'purged' }))
    store.peerGone(NETWORK, idOf('unknown'), 'purged', 'purged')
    expect(store.peers(NETWORK)).toHaveLength(1)
  })

  it('reads more peers than a page of them', () => {
    using data = new DataFolder()
    const store = data.open()
    for (let n = 0; n < 1203; n++) store.putPeer(NETWORK, peerOf(`p${n}`))
    const ids = new Set(store.peers(NETWORK).map(({ peerId }) => peerId))
    expect(ids.size).toBe(1203)
  })

  it('keeps the newest versions of each peer only', () => {
    using data = new DataFolder()
    const store = data.open()
    const versions = VERSIONS_KEPT + 5
    for (let n = 1; n <= versions; n++) {
      const version = { startedAt: 1, updatedAt: n }
      store.recordVersion(NETWORK, PEER, { version, at: n, source: 'gossip' })
      store.recordVersion(NETWORK, PEER, { version, at: n + 1000, source: 'sync' })
    }
    store.flush()
    const kept = store.versionsOf(NETWORK, PEER)
    expect(kept).toHaveLength(VERSIONS_KEPT)
    expect(data.value('SELECT count(*) FROM peer_versions')).toBe(VERSIONS_KEPT)
    expect(kept[0]).toEqual({ version: { startedAt: 1, updatedAt: versions }, at: versions, source: 'gossip' })
  })

  it('keeps a version of each of the last starts: a restart is known however often the peer announced itself since', () => {
    using data = new DataFolder()
    const store = data.open()
    const record = (startedAt: number, updatedAt: number): void =>
      store.recordVersion(NETWORK, PEER, { version: { startedAt, updatedAt }, at: updatedAt, source: 'gossip' })
    for (let n = 1; n <= 3; n++) record(1, n)
    for (let n = 10; n < 10 + 2 * VERSIONS_KEPT; n++) record(2, n)
    store.flush()
    const kept = store.versionsOf(NETWORK, PEER)
    expect(kept).toHaveLength(VERSIONS_KEPT + 1)
    expect(kept.at(-1)?.version).toEqual({ startedAt: 1, updatedAt: 3 })
    // Who starts again and again takes no more room for it.
    for (let n = 1000; n < 1200; n++) for (const updatedAt of [n, n + 1]) record(n, updatedAt)
    store.flush()
    const starts = new Set(store.versionsOf(NETWORK, PEER).map(({ version }) => version.startedAt))
    expect(starts.size).toBe(STARTS_KEPT)
    expect(data.value('SELECT count(*) FROM peer_versions')).toBeLessThanOrEqual(VERSIONS_KEPT + STARTS_KEPT)
  })

  it('stores what peers claim about themselves, however large the number', () => {
    using data = new DataFolder()
    const store = data.open()
    const version = { startedAt: Number.MAX_VALUE, updatedAt: Number.NaN }
    store.putPeer(NETWORK, peerOf('x', { version, ticketCount: 1.4 }))
    store.flush()
    expect(store.peer(NETWORK, idOf('x'))).toMatchObject({
      version: { startedAt: Number.MAX_SAFE_INTEGER, updatedAt: 0 },
      ticketCount: 1,
    })
  })
})

describe('networks', () => {
  it('are listed last joined first, and a null name keeps the known one', () => {
    using data = new DataFolder()
    const store = data.open()
    store.networkJoined(joinedOf({ at: 1 }))
    store.networkJoined(joinedOf({ id: OTHER_ID, name: 'b', at: 2 }))
    expect(store.recentNetworks().map(({ name }) => name)).toEqual(['b', 'a'])
    store.networkJoined(joinedOf({ name: null, at: 3, tags: [] }))
    expect(store.recentNetworks()[0]).toMatchObject({ name: 'a', lastJoinedAt: 3, tags: [] })
    expect(data.value('SELECT count(*) FROM networks')).toBe(2)
  })

  it('are forgotten at once and deleted in steps, and nothing of others goes with them', async () => {
    using data = new DataFolder()
    const store = data.open()
    for (const id of [NETWORK, OTHER]) {
      store.networkJoined(joinedOf(kindAndIdOf(id)))
      store.putPeer(id, peerOf('x'))
      store.recordVersion(id, PEER, { version: VERSION, at: 1, source: 'sync' })
      store.recordRtt(id, PEER, { at: START, ms: 1 })
      for (let n = 0; n < 1200; n++) store.append(id, START, slotOf(n))
    }
    store.forgetNetwork(NETWORK)
    expect(store.recentNetworks().map(({ id }) => id)).toEqual([OTHER])
    expect(store.peers(NETWORK)).toEqual([])
    expect(store.peer(NETWORK, PEER)).toBeNull()
    expect(store.versionsOf(NETWORK, PEER)).toEqual([])
    expect(store.eventsPage({ networkKey: NETWORK, limit: 5 })).toEqual({ events: [], more: false })
    expect(data.value('SELECT count(*) FROM events')).toBe(2400)

    // Joined again while the old rows are still there.
    store.networkJoined(joinedOf({ name: 'again' }))
    const logged = store.append(NETWORK, START, slotOf(0))
    await data.scheduler.run(2000)
    for (const [table, rows] of [
      ['events', 1201],
      ['peers', 1],
      ['rtt_samples', 1],
      ['peer_versions', 1],
      ['networks', 2],
    ]) {
      expect([table, data.value(`SELECT count(*) FROM ${String(table)}`)]).toEqual([table, rows])
    }
    expect(store.eventsPage({ networkKey: NETWORK, limit: 5 }).events).toEqual([logged])
    expect(store.recentNetworks()).toHaveLength(2)
  })

  it('goes on deleting after a restart, and forgetting an unknown one is fine', async () => {
    using data = new DataFolder()
    const first = data.open()
    first.append(NETWORK, START, slotOf(1))
    first.forgetNetwork(NETWORK)
    first.forgetNetwork(OTHER)
    first.close()
    expect(data.value('SELECT count(*) FROM events')).toBe(1)
    const second = data.open()
    second.append(NETWORK, START, slotOf(2))
    second.flush()
    second.forgetNetwork(NETWORK)
    second.close()
    expect(data.value('SELECT count(*) FROM events')).toBe(2)
    data.open()
    await data.scheduler.run(1000)
    expect(data.value('SELECT count(*) FROM events')).toBe(0)
    expect(data.value('SELECT count(*) FROM networks')).toBe(0)
  })
})

describe('closing', () => {
  it('writes what waits, may be done twice, and ends every other call', () => {
    using data = new DataFolder()
    const store = data.open()
    store.append(NETWORK, START, slotOf(1))
    store.close()
    store.close()
    expect(data.value('SELECT count(*) FROM events')).toBe(1)
    const closed = expect.objectContaining({ code: 'StoreFailed' })
    for (const call of [
      () => store.append(NETWORK, START, slotOf(2)),
      () => store.flush(),
      () => store.peers(NETWORK),
      () => store.putPeer(NETWORK, peerOf('x')),
      () => store.getSetting('a'),
      () => store.eventsPage({ networkKey: NETWORK, limit: 1 }),
    ]) {
      expect(call).toThrow(closed)
    }
    expect(store.status().state).toBe('ok')
  })

  it('leaves nothing beside the database but the lock', () => {
    using data = new DataFolder()
    const store = data.open()
    store.append(NETWORK, START, slotOf(1))
    store.close()
    expect(readdirSync(data.folder).sort()).toEqual(['peerscope.db', 'peerscope.db.lock'])
  })

  it('keeps nothing of a run without a data folder, and says so', () => {
    using data = new DataFolder()
    const store = data.open({ path: ':memory:' })
    store.saveSecret(SECRET)
    store.append(NETWORK, START, slotOf(1))
    expect(store.loadSecret()).toEqual(SECRET)
    expect(store.status()).toEqual({
      state: 'memory-only',
      reason: 'nothing is kept: this run was started without a data folder',
      path: null,
    })
    store.close()
    expect(readdirSync(data.folder)).toEqual([])
    writeFileSync(join(data.folder, 'x'), '')
    expect(data.open({ path: ':memory:' }).loadSecret()).toBeNull()
  })
})
