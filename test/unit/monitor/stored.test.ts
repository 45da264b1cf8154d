import { createRouterClient } from '@orpc/server'
import { describe, expect, it } from 'vitest'
import { DEMOS_KEPT, demoJoined, forgetStored, recentNetworks } from '../../../src/main/monitor/demos.ts'
import { Journal } from '../../../src/main/monitor/journal/journal.ts'
import { LinesThen } from '../../../src/main/monitor/journal/lines-of-loss.ts'
import { StoredNetworks } from '../../../src/main/monitor/stored.ts'
import { View } from '../../../src/main/monitor/view.ts'
import type { Store, StoredPeer } from '../../../src/main/store/types.ts'
import type { DiscoveryEvent } from '../../../src/shared/events.ts'
import { networkIdFrom } from '../../../src/shared/ids.ts'
import type { PeerId } from '../../../src/shared/ids.ts'
import { networkKeyOf } from '../../../src/shared/network-kind.ts'
import type { PeerRow } from '../../../src/shared/peer.ts'
import { idOf } from '../../support/discovery/entries.ts'
import { testMonitor } from '../../support/monitor.ts'
import { peerRow } from '../../support/renderer/fake-network.ts'
import { DataFolder, NETWORK, NETWORK_ID, START } from '../store/data-folder.ts'

const WHICH = { network: 'a', kind: 'peerscope' } as const
const SELF = idOf('me')

function joined(store: Store, at: number): void {
  store.networkJoined({ kind: 'peerscope', id: NETWORK_ID, name: 'a', bootstrap: [], tags: [], at })
  log(store, at, { kind: 'NetworkJoined', networkId: NETWORK_ID, peerId: SELF, addresses: [] })
}

function log(store: Store, at: number, event: DiscoveryEvent): void {
  store.append(NETWORK, at, event)
}

function came(peerId: PeerId, tags: readonly string[] = []): DiscoveryEvent {
  const version = { startedAt: START, updatedAt: START }
  return { kind: 'PeerDiscovered', peerId, source: 'gossip', version, tags, addresses: [] }
}

function left(peerId: PeerId): DiscoveryEvent {
  return { kind: 'PeerDeparted', peerId, reason: 'graceful', version: { startedAt: START, updatedAt: START } }
}

function row(index: number, changes: Partial<PeerRow> = {}): PeerRow {
  return { ...peerRow(index), firstSeen: START, lastSeen: START, rtt: null, ...changes }
}

function storedPeer(peer: PeerRow, changes: Partial<StoredPeer> = {}): StoredPeer {
  const { self: _self, neighbor: _neighbor, connected: _connected, signed: _signed, ...rest } = peer
  return { ...rest, departureReason: null, signed: null, ...changes }
}

/** A network that was joined for three seconds: two peers, one of which left before we did. */
async function history(data: DataFolder) {
  const store = data.open()
  const { clock } = data
  const view = new View(clock, store.status())
  const journal = new Journal({ store, networkKey: NETWORK, view, clock })
  const [one, two] = [row(1, { tags: ['role:seed'] }), row(2)]
  joined(store, START)
  view.putRow(row(0, { peerId: SELF, self: true }))
  journal.start()
  await data.scheduler.run(1000)
  for (const peer of [one, two]) {
    log(store, clock.now(), came(peer.peerId, peer.tags))
    store.putPeer(NETWORK, storedPeer(peer))
    store.sessionStarted(NETWORK, peer.peerId, clock.now(), peer.version, 'gossip')
    view.putRow(peer)
  }
  view.putEdge({ a: SELF, b: one.peerId, kind: 'neighbor', saidBy: SELF, at: clock.now() })
  await data.scheduler.run(1000)
  log(store, clock.now(), left(two.peerId))
  store.sessionEnded(NETWORK, two.peerId, clock.now(), 'graceful')
  view.putRow({ ...two, state: 'departed' })
  await data.scheduler.run(1000)
  journal.end()
  await journal.settled
  await data.scheduler.run(5)
  log(store, clock.now(), { kind: 'NetworkLeft', networkId: NETWORK_ID, how: 'closed' })
  return { store, view, one, two, end: clock.now(), stored: new StoredNetworks(store, new LinesThen(data.scheduler)) }
}

const statesOf = (rows: readonly PeerRow[]): Record<string, string> =>
  Object.fromEntries(rows.map(({ peerId, state }) => [peerId, state]))

describe('a stored network', () => {
  it('is opened at the last moment at which it was shown, with links, and at any other', async () => {
    using data = new DataFolder()
    const { stored, one, two } = await history(data)
    const opened = await stored.open(WHICH)
    expect(opened).toMatchObject({ network: { kind: 'peerscope', id: NETWORK_ID, name: 'a' }, demo: false })
    expect(opened.moment).toEqual({ asOf: START + 2999, from: START, to: START + 2999 })
    expect(opened.end).toEqual({ how: 'closed' })
    const last = await stored.at({ ...WHICH, at: opened.moment.asOf })
    expect(statesOf(last.peers)).toEqual({ [SELF]: 'online', [one.peerId]: 'online', [two.peerId]: 'departed' })
    expect(last.edges).toHaveLength(1)
    expect(statesOf((await stored.at({ ...WHICH, at: START + 1500 })).peers)).toMatchObject({ [two.peerId]: 'online' })
    expect((await stored.at({ ...WHICH, at: START + 500 })).peers.map(({ peerId }) => peerId)).toEqual([SELF])
  })

  it('of which a process was killed ends with its last event', async () => {
    using data = new DataFolder()
    const store = data.open()
    joined(store, START)
    log(store, START + 70, came(idOf('x')))
    const stored = new StoredNetworks(store, new LinesThen(data.scheduler))
    const { moment, end } = await stored.open(WHICH)
    // It begins with the first moment at which anything was shown, as that of the network does.
    expect(moment).toEqual({ asOf: START + 70, from: START + 70, to: START + 70 })
    expect((await stored.at({ ...WHICH, at: START })).nearest).toEqual({ before: null, after: moment.from })
    expect(end).toEqual({ how: 'killed' })
    expect((await stored.at({ ...WHICH, at: START + 70 })).peers.map(({ peerId }) => peerId)).toEqual([idOf('x')])
  })

  it('of which a process was killed in a loss is not lost for ever, while one that is watched still is', async () => {
    using data = new DataFolder()
    const store = data.open()
    joined(store, START)
    log(store, START + 70, { kind: 'NetworkLost', heardAt: null, since: START + 60 })
    const version = { startedAt: START, updatedAt: START }
    const gone = row(1, { state: 'lost', version })
    store.putPeer(NETWORK, storedPeer(gone))
    log(store, START + 80, { kind: 'PeerDeparted', peerId: gone.peerId, reason: 'lost', version })
    const stored = new StoredNetworks(store, new LinesThen(data.scheduler))
    const events = async (filter: string) => (await stored.events({ ...WHICH, query: { limit: 9, filter } })).events
    expect([await events('state:here'), (await events('state:"not known"')).length]).toEqual([[], 1])
    expect((await stored.exported(WHICH, null, START + 1000)).loss).toMatchObject({ at: START + 60 })
    store.close()
    await data.scheduler.run(3_600_000)
    // The process that has the folder now did not join the network.
    const again = new StoredNetworks(data.open(), new LinesThen(data.scheduler))
    expect((await again.exported(WHICH, null, START + 3_600_000)).loss).toBeNull()
  })

  it('of an earlier version, without a journal, is shown as it was before it was left', async () => {
    using data = new DataFolder()
    const store = data.open()
    joined(store, START)
    log(store, START + 10, came(idOf('x')))
    log(store, START + 90, { kind: 'NetworkLeft', networkId: NETWORK_ID })
    const stored = new StoredNetworks(store, new LinesThen(data.scheduler))
    const { moment } = await stored.open(WHICH)
    expect(moment.asOf).toBe(START + 89)
    expect((await stored.at({ ...WHICH, at: moment.asOf })).peers.map(({ peerId }) => peerId)).toEqual([idOf('x')])
  })

  it('without any history shows its catalog as it is stored', async () => {
    using data = new DataFolder()
    const store = data.open()
    store.networkJoined({ kind: 'peerscope', id: NETWORK_ID, name: 'a', bootstrap: [], tags: [], at: START + 5 })
    for (let index = 0; index < 450; index += 1) store.putPeer(NETWORK, storedPeer(row(index)))
    const stored = new StoredNetworks(store, new LinesThen(data.scheduler))
    const { moment } = await stored.open(WHICH)
    expect(moment).toEqual({ asOf: START + 5, from: START + 5, to: START + 5 })
    const { peers, edgesAt } = await stored.at({ ...WHICH, at: moment.asOf })
    expect([peers.length, new Set(peers.map(({ state }) => state)), edgesAt]).toEqual([450, new Set(['stored']), null])
    expect((await stored.open(WHICH)).end).toBeNull()
  })

  it('that ended by itself says why, and that we had lost it', async () => {
    using data = new DataFolder()
    const store = data.open()
    joined(store, START)
    log(store, START + 10, came(idOf('x')))
    log(store, START + 60, { kind: 'NetworkLost', heardAt: START + 40, since: START + 50, purgeAfterMs: 1000 })
    log(store, START + 90, { kind: 'NetworkFailed', networkId: NETWORK_ID, reason: 'the demo swarm ended' })
    const stored = new StoredNetworks(store, new LinesThen(data.scheduler))
    const { moment, end } = await stored.open(WHICH)
    expect(end).toEqual({ how: 'failed', reason: 'the demo swarm ended' })
    expect((await stored.at({ ...WHICH, at: moment.asOf })).loss).toMatchObject({ at: START + 50 })
  })

  it('gives its events, bars, presences, charts and breakdowns', async () => {
    using data = new DataFolder()
    const { store, stored, one, two } = await history(data)
    const page = await stored.events({ ...WHICH, query: { limit: 2, filter: '' } })
    expect(page.events.map(({ event }) => event.kind)).toEqual(['NetworkLeft', 'PeerDeparted'])
    const before = page.next ?? 0
    const older = await stored.events({ ...WHICH, query: { limit: 9, before, filter: 'tag:role:seed' } })
    expect(older.events.map(({ event }) => event)).toMatchObject([{ kind: 'PeerDiscovered', peerId: one.peerId }])
    const counts = await stored.counts({ ...WHICH, query: { from: START, to: START + 4000, bins: 4, filter: '' } })
    expect(counts.bins.map((bin) => Object.values(bin).reduce((sum, count) => sum + count, 0))).toEqual([1, 2, 1, 1])
    const { sessions } = stored.sessions({ ...WHICH, peerId: two.peerId, limit: 10 })
    expect(sessions).toMatchObject([{ from: START + 1000, to: START + 2000, reason: 'graceful' }])
    const series = await stored.series({ ...WHICH, query: { from: START, to: START + 3000, points: 3 } })
    expect(series.here).toEqual([0, 2, 1])
    const query = { from: START, to: START + 3000, points: 3, filter: '-tag:role:seed' }
    expect((await stored.series({ ...WHICH, query })).here).toEqual([0, 1, 0])
    const whoLeft = async () => {
      const asked = { from: START, to: START + 3000, points: 1, left: true }
      return (await stored.series({ ...WHICH, query: asked })).left
    }
    expect(await whoLeft()).toMatchObject({ goodbye: 1, crawls: 0 })
    store.putPeer(NETWORK, storedPeer(row(2, { tags: ['peerscope-crawl'] })))
    expect(await whoLeft()).toMatchObject({ goodbye: 0, crawls: 1 })
    expect(series.left).toBeNull()
    expect(await stored.breakdown({ ...WHICH, query: { by: 'tag:role', at: START + 1500 } })).toMatchObject({
      peers: 2,
      slices: [{ value: 'seed', count: 1 }],
    })
  })

  it('is not changed by looking at it', async () => {
    using data = new DataFolder()
    const { store, stored, one } = await history(data)
    store.flush()
    const content = (): unknown => {
      const db = data.raw()
      const tables = ['events', 'peers', 'sessions', 'journal', 'networks', 'settings', 'event_blocks', 'notes']
      return tables.map((table) => db.prepare(`SELECT * FROM ${table}`).raw().all())
    }
    const before = content()
    const { moment } = await stored.open(WHICH)
    for (let at = moment.from; at <= moment.to; at += 500) await stored.at({ ...WHICH, at })
    await stored.events({ ...WHICH, query: { limit: 200, filter: 'tag:role:seed' } })
    await stored.counts({ ...WHICH, query: { from: 0, to: START * 2, bins: 3, filter: 'x' } })
    stored.sessions({ ...WHICH, peerId: one.peerId, limit: 10 })
    await stored.exported(WHICH, moment.asOf, START + 9000)
    store.flush()
    expect(content()).toEqual(before)
  })

  it('keeps the words of the user', async () => {
    using data = new DataFolder()
    const { store, stored, one } = await history(data)
    store.setNote(NETWORK, one.peerId, { name: 'the seed', note: '' })
    expect((await stored.open(WHICH)).notes).toEqual([{ peerId: one.peerId, name: 'the seed', note: '' }])
  })

  it.each([
    ['b', 'peerscope'],
    ['a', 'mosaik'],
  ] as const)('%s of kind %s was not joined, and is refused', async (network, kind) => {
    using data = new DataFolder()
    const { stored } = await history(data)
    const refused = { code: 'InvalidArgument' }
    await expect(stored.open({ network, kind })).rejects.toMatchObject(refused)
    await expect(stored.at({ network, kind, at: START })).rejects.toMatchObject(refused)
    await expect(stored.events({ network, kind, query: { limit: 1, filter: '' } })).rejects.toMatchObject(refused)
  })

  it('is exported as of its moment', async () => {
    const { monitor, router } = testMonitor()
    try {
      joined(monitor.store, START)
      const peer = row(1)
      monitor.store.putPeer(NETWORK, storedPeer(peer))
      log(monitor.store, START + 10, came(peer.peerId))
      log(monitor.store, START + 20, came(idOf('later')))
      const client = createRouterClient(router)
      const query = { what: 'catalog', format: 'json', filter: '', from: null, to: null, at: START + 15 } as const
      let text = ''
      for await (const chunk of await client.stored.file({ ...WHICH, query })) text += chunk.text ?? ''
      expect(JSON.parse(text)).toMatchObject({ peers: [{ peerId: peer.peerId }] })
      expect((JSON.parse(text) as { readonly peers: readonly unknown[] }).peers).toHaveLength(1)
    } finally {
      await monitor.close()
    }
  })
})

describe('demos', () => {
  const demo = (name: string) => ({ kind: 'peerscope', id: networkIdFrom(name), name }) as const
  const begin = (store: Store, name: string, at: number): void => {
    const network = demo(name)
    store.append(networkKeyOf(network), at, came(idOf(name)))
    store.putPeer(networkKeyOf(network), storedPeer(row(3)))
    demoJoined(store, network, at)
  }

  it('are listed among the recent networks, the last of them, and can be looked at', async () => {
    using data = new DataFolder()
    const store = data.open()
    joined(store, START + 25)
    for (let n = 0; n < DEMOS_KEPT + 2; n += 1) begin(store, `demo-${n}`, START + n * 10)
    const recent = await recentNetworks(store, null)
    expect(recent.map(({ name, demo: isDemo }) => [name, isDemo])).toEqual([
      ['demo-4', true],
      ['demo-3', true],
      ['a', undefined],
      ['demo-2', true],
    ])
    expect(recent[0]).toMatchObject({ lastJoinedAt: START + 40, knownPeers: 1 })
    // What is too old is forgotten with all that is stored of it.
    expect(store.lastEventAt(networkKeyOf(demo('demo-1')))).toBeNull()
    const stored = new StoredNetworks(store, new LinesThen(data.scheduler))
    expect(await stored.open({ network: 'demo-4', kind: 'peerscope' })).toMatchObject({ demo: true })
    await expect(stored.open({ network: 'demo-1', kind: 'peerscope' })).rejects.toMatchObject({
      code: 'InvalidArgument',
    })
  })

  it('are forgotten one by one, too', async () => {
    using data = new DataFolder()
    const store = data.open()
    begin(store, 'demo-1', START)
    begin(store, 'demo-2', START + 10)
    forgetStored(store, networkKeyOf(demo('demo-1')))
    expect((await recentNetworks(store, null)).map(({ name }) => name)).toEqual(['demo-2'])
    expect(store.lastEventAt(networkKeyOf(demo('demo-1')))).toBeNull()
    forgetStored(store, networkKeyOf(demo('demo-2')))
    expect([await recentNetworks(store, null), store.getSetting('demos')]).toEqual([[], undefined])
  })

  it('whose list was damaged are no demos', async () => {
    using data = new DataFolder()
    const store = data.open()
    for (const value of ['x', [7], [{ id: 'x', name: 'a', at: 1 }], [{ id: NETWORK_ID, at: 1 }]]) {
      store.setSetting('demos', value)
      expect(await recentNetworks(store, null)).toEqual([])
    }
  })
})
