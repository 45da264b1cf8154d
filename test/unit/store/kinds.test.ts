import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { preciousOf } from '../../../src/main/store/damaged.ts'
import { migrate } from '../../../src/main/store/migrate.ts'
import { MIGRATIONS } from '../../../src/main/store/migrations/all.ts'
import { openStoreReadOnly } from '../../../src/main/store/read-only.ts'
import { networkKeyOf } from '../../../src/shared/network-kind.ts'
import { idOf } from '../../support/discovery/entries.ts'
import { DataFolder, finished, joinedOf, NETWORK, NETWORK_ID, peerOf, START } from './data-folder.ts'

const MOSAIK = networkKeyOf({ kind: 'mosaik', id: NETWORK_ID })
const X = idOf('x')

describe('two networks of one id and different kinds', () => {
  it('live side by side, also after a restart', () => {
    using data = new DataFolder()
    const store = data.open()
    store.networkJoined(joinedOf({ at: START + 1 }))
    store.networkJoined(
      joinedOf({ kind: 'mosaik', relay: 'https://relay.example/', entryVersion: '0.3.19', at: START + 2, tags: ['w'] }),
    )
    for (const [key, ticketCount] of [[NETWORK, 1] as const, [MOSAIK, 2] as const]) {
      store.putPeer(key, peerOf('x', { ticketCount }))
      store.append(key, START + ticketCount, { kind: 'NeighborUp', peerId: X })
      store.recordVersion(key, X, { version: { startedAt: 1, updatedAt: ticketCount }, at: 1, source: 'sync' })
      store.setNote(key, X, { name: `note ${ticketCount}`, note: '' })
      store.putTopology(key, { at: START + ticketCount, edges: [] })
    }
    store.append(MOSAIK, START + 9, { kind: 'NeighborDown', peerId: X })
    store.close()

    const again = data.open()
    expect(again.recentNetworks()).toMatchObject([
      {
        kind: 'mosaik',
        id: NETWORK_ID,
        relay: 'https://relay.example/',
        entryVersion: '0.3.19',
        tags: ['w'],
        knownPeers: 1,
      },
      { kind: 'peerscope', id: NETWORK_ID, relay: 'off', entryVersion: null, knownPeers: 1 },
    ])
    for (const [key, ticketCount, events] of [[NETWORK, 1, 1] as const, [MOSAIK, 2, 2] as const]) {
      expect(again.peer(key, X)).toMatchObject({ ticketCount })
      expect(again.eventsPage({ networkKey: key, limit: 9 }).events).toHaveLength(events)
      expect(again.versionsOf(key, X)).toMatchObject([{ version: { updatedAt: ticketCount } }])
      expect(again.note(key, X)?.name).toBe(`note ${ticketCount}`)
      expect(again.topologies(key)).toMatchObject([{ at: START + ticketCount }])
      expect(again.stats(key).networks).toHaveLength(1)
    }
    expect(again.stats(null).networks.map(({ kind }) => kind)).toEqual(['peerscope', 'mosaik'])
  })

  it('are forgotten one by one', async () => {
    using data = new DataFolder()
    const store = data.open()
    for (const kind of ['peerscope', 'mosaik'] as const) store.networkJoined(joinedOf({ kind }))
    for (const key of [NETWORK, MOSAIK]) store.putPeer(key, peerOf('x'))
    store.forgetNetwork(NETWORK)
    expect(store.peer(NETWORK, X)).toBeNull()
    expect(store.recentNetworks().map(({ kind }) => kind)).toEqual(['mosaik'])
    store.putPeer(NETWORK, peerOf('y'))
    expect(store.peer(MOSAIK, X)).not.toBeNull()
    expect(store.peer(MOSAIK, idOf('y'))).toBeNull()
  })

  it('are among what is saved of a damaged database, with their notes', () => {
    using data = new DataFolder()
    const store = data.open()
    store.networkJoined(joinedOf({ kind: 'mosaik', relay: 'default', entryVersion: '0.4.2' }))
    store.putPeer(MOSAIK, peerOf('x'))
    store.setNote(MOSAIK, X, { name: 'n', note: '' })
    store.close()
    const db = new Database(data.path)
    const writes = preciousOf(db)
    db.close()
    expect(writes).toContainEqual(
      expect.objectContaining({
        kind: 'network',
        network: expect.objectContaining({ kind: 'mosaik', relay: 'default', entryVersion: '0.4.2' }),
      }),
    )
    expect(writes).toContainEqual(expect.objectContaining({ kind: 'note', networkKey: MOSAIK }))
  })
})

describe('a database of the schema before there were kinds', () => {
  const before = (data: DataFolder): void => {
    const db = new Database(data.path)
    db.pragma('journal_mode = WAL')
    migrate(db, { migrations: MIGRATIONS.slice(0, 4) })
    db.exec(`INSERT INTO networks (num, id, name, last_joined_at) VALUES (7, '${NETWORK_ID}', 'a', ${START})`)
    db.exec(`INSERT INTO peer_ids (num, id, nickname) VALUES (1, '${X}', 'n')`)
    db.exec(`INSERT INTO peers (network, peer, state, protocol_version, started_at, updated_at, addresses, tags, streams, groups,
      ticket_count, source, first_seen, last_seen) VALUES (7, 1, 'online', '1.0.0', 1, 2, '[]', '["t"]', '[]', '[]', 0, 'sync', 3, 4)`)
    db.exec(`INSERT INTO notes (network, peer, name, note) VALUES (7, 1, 'mine', '')`)
    db.close()
  }

  it('has Peerscope networks, and goes on with all of them', () => {
    using data = new DataFolder()
    before(data)
    const store = data.open()
    expect(store.recentNetworks()).toMatchObject([{ kind: 'peerscope', id: NETWORK_ID, relay: 'off', knownPeers: 1 }])
    expect(store.peer(NETWORK, X)).toMatchObject({ tags: ['t'], functions: [] })
    expect(store.peer(MOSAIK, X)).toBeNull()
    store.putPeer(MOSAIK, peerOf('x', { ticketCount: 5 }))
    expect(store.peer(NETWORK, X)).toMatchObject({ ticketCount: 0 })
  })

  it('can be read while it is as it was, and what is precious in it is saved', () => {
    using data = new DataFolder()
    before(data)
    const db = new Database(data.path)
    expect(preciousOf(db)).toMatchObject([
      { kind: 'network', network: { kind: 'peerscope', id: NETWORK_ID, relay: 'off', entryVersion: null } },
      { kind: 'note', networkKey: NETWORK, note: { name: 'mine' } },
    ])
    db.close()
    const reader = openStoreReadOnly(data.path)
    expect(reader.recentNetworks()).toMatchObject([{ kind: 'peerscope', name: 'a' }])
    expect(reader.note(NETWORK, X)).toEqual({ name: 'mine', note: '' })
    expect(finished(reader.statsSteps(NETWORK)).networks).toHaveLength(1)
    reader.close()
  })
})
