import { expect, it } from 'vitest'
import { storedHealth, storedNetworkWhy, storedPeerWhy } from '../../../../src/main/monitor/insight/offline.ts'
import { networkWhyThen, storedThen } from '../../../../src/main/monitor/insight/why-then.ts'
import { withLastShown } from '../../../../src/main/monitor/exports/moment.ts'
import { linksOf } from '../../../../src/main/monitor/exports/graphs.ts'
import { selectPeers } from '../../../../src/main/monitor/exports/records.ts'
import { joinedAgain } from '../../../../src/main/monitor/history-end.ts'
import { lastLook, watched } from '../../../../src/main/monitor/journal/last-shown.ts'
import { LinesThen } from '../../../../src/main/monitor/journal/lines-of-loss.ts'
import { pastPicture } from '../../../../src/main/monitor/past.ts'
import { StoredNetworks } from '../../../../src/main/monitor/stored.ts'
import { openStoreReadOnly } from '../../../../src/main/store/read-only.ts'
import type { Store, StoreReader } from '../../../../src/main/store/types.ts'
import { idOf } from '../../../support/discovery/entries.ts'
import { cli, jsonLines, stored } from '../../../support/cli-archive.ts'
import { fileAt, opened } from '../exports/moment-rig.ts'
import { DataFolder, NETWORK, NETWORK_ID, START } from '../../store/data-folder.ts'
import { catalogOf, edge, ME, NAMES, row, rtt, running } from './running-network.ts'

/** What is left of a run whose process ended. */
function ended(data: DataFolder, store: Store): StoreReader {
  store.close()
  return data.keep(openStoreReadOnly(data.path))
}

/** The same, and dan no longer names a link to us or ann: it names another one. */
async function speaking(data: DataFolder): ReturnType<typeof running> {
  const run = await running(data)
  const { store, view, now } = run
  await data.scheduler.run(10_000)
  view.putEdge(edge('dan', 'nobody', now()))
  await data.scheduler.run(10_000)
  store.append(NETWORK, now(), { kind: 'NeighborUp', peerId: idOf('ann') })
  return run
}

it('the islands are those of the links that are shown now, not of those that were stored last', async () => {
  using data = new DataFolder()
  const { store, now } = await running(data)
  const health = await storedHealth(catalogOf(store), now())
  expect(health).toMatchObject({ state: 'online', here: 4, islands: { count: 1, sizes: [5], withSelf: true } })
})

it('a peer is explained as it is shown: with its links, and as our neighbor', async () => {
  using data = new DataFolder()
  const { store, now } = await running(data)
  for (const name of NAMES) expect((await storedPeerWhy(catalogOf(store), idOf(name), now())).matter).toBe('fine')
})

it('a peer whose links were all taken back is lonely, also where somebody still claims one', async () => {
  using data = new DataFolder()
  const { store, now } = await speaking(data)
  expect((await storedPeerWhy(catalogOf(store), idOf('dan'), now())).matter).toBe('lonely')
  expect((await storedPeerWhy(catalogOf(store), idOf('cat'), now())).matter).toBe('fine')
})

it('an app that runs is known to, however long it has written nothing; what is told is as of then', async () => {
  using data = new DataFolder()
  const { store, now } = await running(data)
  const wroteAt = now()
  const look = async (ms: number, from: StoreReader = store) => ({
    ...(await lastLook(from, NETWORK, wroteAt + ms)),
    silent: watched(from, NETWORK, wroteAt + ms).silent,
  })
  expect(await look(59_999)).toEqual({ live: true, at: wroteAt + 59_999, silent: null })
  expect(await look(180_000)).toEqual({ live: true, at: wroteAt, silent: { pid: process.pid, since: wroteAt } })
  expect(await storedHealth(catalogOf(store), wroteAt + 180_000)).toMatchObject({ state: 'online', at: wroteAt })
  // A network that is lost logs nothing for minutes; how late our event loop was is written all the time.
  store.recordLoopDelay(NETWORK, { at: wroteAt + 170_000, ms: 3 })
  expect(await look(180_000)).toEqual({ live: true, at: wroteAt + 180_000, silent: null })
  store.flush()
  expect(await look(180_000, data.keep(openStoreReadOnly(data.path)))).toMatchObject({ live: true, silent: null })
  expect(await look(10, ended(data, store))).toEqual({ live: false, at: wroteAt, silent: null })
  // Another process has the folder since, and joined nothing.
  await data.scheduler.run(60_000)
  expect(await look(60_000, data.open())).toMatchObject({ live: false })
})

it('a run that was killed ends everywhere with what was written of it last, a change of what was shown or an event', async () => {
  using data = new DataFolder()
  const { store, view, now } = await running(data)
  store.networkJoined({ kind: 'peerscope', id: NETWORK_ID, name: 'tnet', bootstrap: [], tags: [], at: START })
  store.sessionStarted(NETWORK, idOf('ann'), START, { startedAt: 1, updatedAt: START }, 'gossip')
  await data.scheduler.run(60_000)
  const changedAt = now()
  view.putRow(row('ann', { rtt: { ...rtt, srtt: 900 } }))
  await data.scheduler.run(60_000)
  const left = ended(data, store)
  const { at, rtt: figures } = await storedHealth(catalogOf(left), now() + 3_600_000)
  expect([at >= changedAt, figures?.p95]).toEqual([true, 900])
  const which = { network: NETWORK_ID, kind: 'peerscope' } as const
  const next = data.open()
  const history = new StoredNetworks(next, new LinesThen(data.scheduler))
  expect((await history.open(which)).moment.to).toBe(at)
  // Charts reach as far.
  const { here } = await history.series({ ...which, query: { from: at - 20_000, to: at, points: 20 } })
  expect(here.every((count) => count !== null)).toBe(true)
  // So do presences, once the next run closes them, and what that run says of when it broke off.
  const joined = { kind: 'NetworkJoined', networkId: NETWORK_ID, peerId: ME, addresses: [] } as const
  expect(joinedAgain(next, NETWORK, joined)).toEqual({ ...joined, brokeOffAt: at })
  next.append(NETWORK, now() + 3_600_000, joined)
  next.flush()
  expect(next.sessionsPage({ networkKey: NETWORK, limit: 1 }).sessions).toMatchObject([{ to: at, reason: 'unknown' }])
  const charted = await history.series({ ...which, query: { from: at - 9, to: at + 11, points: 20 } })
  expect(charted.here.map((count) => count !== null)).toEqual(charted.at.map((start) => start <= at))
  // Nor does Why know of anything later.
  expect((await history.whyNetwork({ ...which, at })).at).toBe(at)
  await expect(history.whyNetwork({ ...which, at: at + 1 })).rejects.toThrow('nothing is known of')
  const after = await pastPicture({ store: next, networkKey: NETWORK, self: undefined }, at + 1)
  expect(after.nearest?.before).toBe(at)
})

it.each([-3_600_000, 3_600_000])(
  'which run is of the app that has the folder does not go by the clock, which was set by %i ms before it joined',
  async (byMs) => {
    using data = new DataFolder()
    const { store, now } = await running(data)
    const joined = { kind: 'NetworkJoined', networkId: NETWORK_ID, peerId: ME, addresses: [] } as const
    await data.scheduler.run(10_000)
    // Nobody was there to log that it was set.
    const at = now() + byMs
    store.append(NETWORK, at, { kind: 'NetworkLeft', networkId: NETWORK_ID, how: 'left' })
    store.append(NETWORK, at + 20, joined)
    expect(watched(store, NETWORK, at + 30)).toMatchObject({ live: true, silent: null })
    store.close()
    // The run of a process that was killed is not one of the process that has the folder now, from the future or not.
    const next = data.open()
    expect(watched(next, NETWORK, now())).toMatchObject({ live: false })
    expect(watched(data.keep(openStoreReadOnly(data.path)), NETWORK, now())).toMatchObject({ live: false })
    // One of this process is, however old or new it looks.
    next.append(NETWORK, now() - byMs, joined)
    next.flush()
    expect(watched(data.keep(openStoreReadOnly(data.path)), NETWORK, now() - byMs + 10)).toMatchObject({ live: true })
  },
)

it('a run of which nothing shown is written yet is told from the store, not from the run before', async () => {
  using data = new DataFolder()
  const { store, now } = await running(data)
  await data.scheduler.run(60_000)
  store.append(NETWORK, now(), { kind: 'NetworkJoined', networkId: NETWORK_ID, peerId: ME, addresses: [] })
  const { islands } = await storedHealth(catalogOf(store), now() + 10)
  expect(islands).toMatchObject({ sizes: [2] })
})

it.each(['killed', 'closed'] as const)('of a run that was %s in a loss the loss is told', async (how) => {
  using data = new DataFolder()
  const { store, view, now } = await running(data)
  const since = now()
  store.append(NETWORK, since, { kind: 'NeighborDown', peerId: idOf('ann') })
  await data.scheduler.run(15_000)
  store.append(NETWORK, now(), {
    kind: 'NetworkLost',
    heardAt: null,
    since,
    judgedAt: since,
    purgeAfterMs: 300_000,
  })
  await data.scheduler.run(30_000)
  for (const name of NAMES) {
    view.putRow(row(name, { state: 'lost', version: { startedAt: 1, updatedAt: since } }))
    store.append(NETWORK, now(), {
      kind: 'PeerDeparted',
      peerId: idOf(name),
      reason: 'lost',
      version: row(name).version,
    })
  }
  await data.scheduler.run(10_000)
  store.append(NETWORK, now(), { kind: 'NeighborUp', peerId: idOf('nobody of ours') })
  if (how === 'closed') store.append(NETWORK, now() + 5, { kind: 'NetworkLeft', networkId: NETWORK_ID, how: 'closed' })
  const later = now() + 3_600_000
  const left = ended(data, store)
  expect(await storedHealth(catalogOf(left), later)).toMatchObject({ state: 'lost', here: 4 })
  expect((await storedNetworkWhy(catalogOf(left), later)).matter).toBe('lost')
})

it('of links that were stored long ago a peer is not lonely: they are judged by the moment that they were stored', async () => {
  using data = new DataFolder()
  const store = data.open()
  const at = START + 2 * 3_600_000
  store.append(NETWORK, START, { kind: 'NetworkJoined', networkId: NETWORK_ID, peerId: ME, addresses: [] })
  for (const name of NAMES) store.putPeer(NETWORK, stored(name, START, { rtt }))
  store.putTopology(NETWORK, { at: START, edges: [edge('me', 'ann', START), edge('ben', 'cat', START)] })
  store.append(NETWORK, at, { kind: 'NeighborUp', peerId: idOf('ann') })
  const matters = NAMES.map(async (name) => (await storedPeerWhy(catalogOf(store), idOf(name), at)).matter)
  expect(await Promise.all(matters)).toEqual(['fine', 'fine', 'fine', 'lonely'])
})

it('peers are filtered by what the app that runs shows, as who its neighbors are', async () => {
  using data = new DataFolder()
  const { store, now } = await running(data)
  const neighborsAt = async (clock: number, from: StoreReader = store) => {
    const source = await withLastShown(catalogOf(from, clock).source)
    const found = await selectPeers(source, { filter: 'state:neighbor', from: null, to: null })
    return found.map((peer) => peer.row.peerId)
  }
  expect(await neighborsAt(now())).toEqual([idOf('ann')])
  // However long nothing was written: the app runs. Once it ended nobody is a neighbor.
  expect(await neighborsAt(now() + 600_000)).toEqual([idOf('ann')])
  expect(await neighborsAt(now(), ended(data, store))).toEqual([])
})

it('where no app watches the network the command line says why nobody is a neighbor, and how to ask for the last moment', async () => {
  using data = new DataFolder()
  const { store } = await running(data)
  store.networkJoined({ kind: 'peerscope', id: NETWORK_ID, name: 'tnet', bootstrap: [], tags: [], at: START })
  store.close()
  const of = ['--data', data.folder, '--json']
  for (const [command, flag] of [
    [['export', '--format', 'ndjson'], '--at'],
    [['peers'], '--as-of'],
  ] as const) {
    const asked = await cli(...command, ...of, '--filter', 'state:neighbor')
    expect(asked).toMatchObject({ code: 0, out: '' })
    const [, at = ''] = new RegExp(`no Peerscope watches this network now.* add ${flag} "(.*)"`).exec(asked.err) ?? []
    const then = await cli(...command, ...of, '--filter', 'state:neighbor', flag, at)
    expect(then).toMatchObject({ code: 0, err: '' })
    expect(jsonLines(then.out).map(({ peerId }) => peerId)).toEqual([idOf('ann')])
  }
  expect((await cli('events', ...of, '--filter', 'connected:yes')).err).toMatch(/nobody is a neighbor or connected\n/)
  for (const filter of ['state:here', 'neighbor', 'kind:neighbor'])
    expect((await cli('peers', ...of, '--filter', filter)).err).not.toContain('no Peerscope watches')
})

it('while we have lost the network, links of those that were here count: no peer is lonely for it, and exports have them', async () => {
  using data = new DataFolder()
  const { store, view, now } = await running(data)
  const lostAt = now()
  store.append(NETWORK, lostAt, { kind: 'NetworkLost', heardAt: null, since: lostAt })
  view.putRow(row('ann', { state: 'lost', version: { startedAt: 1, updatedAt: lostAt } }))
  await data.scheduler.run(10_000)
  store.append(NETWORK, now(), { kind: 'NeighborDown', peerId: idOf('ann') })
  expect((await storedPeerWhy(catalogOf(store), idOf('dan'), now())).matter).not.toBe('lonely')
  expect((await storedHealth(catalogOf(store), now())).islands).toMatchObject({ sizes: [5] })
  const loss = { at: lostAt, judgedAt: lostAt, heardAt: null, purgeAfterMs: 60_000 }
  const { links } = await withLastShown({ ...catalogOf(store, now()).source, loss })
  expect(links?.here(idOf('ann'))).toBe(true)
})

it('where everybody said goodbye nobody is left, and no connection is told to be lost', async () => {
  using data = new DataFolder()
  const { store, view, now } = await running(data)
  const version = { startedAt: 1, updatedAt: 1 }
  const leave = (name: string, reason: 'graceful' | 'purged'): void => {
    view.putRow(row(name, { state: reason === 'graceful' ? 'departed' : reason }))
    store.append(NETWORK, now(), { kind: 'PeerDeparted', peerId: idOf(name), reason, version })
  }
  for (const name of NAMES.slice(1)) leave(name, 'graceful')
  leave('ann', 'purged')
  store.append(NETWORK, now(), { kind: 'NeighborDown', peerId: idOf('ann') })
  await data.scheduler.run(500)
  // The last one went without a goodbye.
  expect(await storedHealth(catalogOf(store), now())).toMatchObject({ state: 'lost' })
  leave('ann', 'graceful')
  await data.scheduler.run(2000)
  expect(await storedHealth(catalogOf(store), now())).toMatchObject({ state: 'deserted', here: 0 })
  expect(await storedNetworkWhy(catalogOf(store), now())).toMatchObject({
    sentence: 'Nobody is left here: 4 peers said goodbye.',
  })
  const then = storedThen(store, catalogOf(store).network, async () => [])
  expect(await networkWhyThen(then, now())).toMatchObject({
    matter: 'deserted',
    sentence: 'Nobody is left here: 4 peers said goodbye.',
    causes: [{ kind: 'left one by one', evidence: { to: now() } }],
  })
  // The picture of the moment says it, as a file with it does; not that of one before.
  const leftAt = now()
  const pictures = async (at: number) => {
    const { content } = await opened(await fileAt(catalogOf(store, now()).source, at, 60_000))
    const past = await pastPicture({ store, networkKey: NETWORK, self: undefined }, at)
    return [past, await content.at(at, { asOf: at, from: 0, to: at })].map(({ deserted }) => deserted)
  }
  await data.scheduler.run(10_000)
  expect([await pictures(leftAt), await pictures(leftAt - 2200)]).toEqual([
    [true, true],
    [false, false],
  ])
  // Nobody watches it since: folder, history and shared moment say the same.
  store.networkJoined({ kind: 'peerscope', id: NETWORK_ID, name: 'tnet', bootstrap: [], tags: [], at: START })
  const left = ended(data, store)
  const later = now() + 3_600_000
  const history = new StoredNetworks(data.open(), new LinesThen(data.scheduler))
  const health = await storedHealth(catalogOf(left), later)
  const why = await storedNetworkWhy(catalogOf(left), later)
  expect(health).toMatchObject({ state: 'deserted', here: 0, at: why.at, asOf: why.at })
  expect(why).toMatchObject({ sentence: 'Nobody is left here: 4 peers said goodbye.' })
  const which = { network: NETWORK_ID, kind: 'peerscope', at: why.at } as const
  expect({ ...(await history.whyNetwork(which)), asOf: why.at }).toEqual(why)
})

it('a picture says that nobody had been met by then, as a file does that holds all of the run', async () => {
  using data = new DataFolder()
  const { store, view, now } = await running(data)
  for (const name of NAMES) view.putRow(row(name, { state: 'departed', neighbor: false }))
  store.append(NETWORK, now(), { kind: 'NetworkJoined', networkId: NETWORK_ID, peerId: ME, addresses: [] })
  await data.scheduler.run(30_000)
  const aloneAt = now()
  await data.scheduler.run(30_000)
  store.append(NETWORK, now(), { kind: 'NeighborUp', peerId: idOf('ann') })
  view.putRow(row('ann', { neighbor: true }))
  await data.scheduler.run(30_000)
  const metAt = now()
  store.append(NETWORK, now(), { kind: 'NeighborDown', peerId: idOf('ann') })
  view.putRow(row('ann', { state: 'departed', neighbor: false }))
  await data.scheduler.run(30_000)
  const pictures = async (at: number, spanMs = 300_000) => {
    const { content, verdict } = await opened(await fileAt(catalogOf(store, now()).source, at, spanMs))
    const moment = { asOf: at, from: 0, to: at, ...verdict.moment }
    const past = await pastPicture({ store, networkKey: NETWORK, self: undefined }, at)
    return [past, await content.at(at, moment)].map(({ alone }) => alone)
  }
  expect(await pictures(aloneAt)).toEqual([true, true])
  expect([await pictures(metAt), await pictures(now() - 10_000)]).toEqual([
    [false, false],
    [false, false],
  ])
  // Whom the sender had met before its span a file does not tell.
  expect(await pictures(aloneAt, 10_000)).toEqual([true, false])
})

it('of a past moment says who had left, and how, where nobody was left, and that all were lost with us', async () => {
  using data = new DataFolder()
  const { store, view, now } = await running(data)
  const version = { startedAt: 1, updatedAt: 1 }
  const then = storedThen(store, catalogOf(store).network, async () => [])
  const gone = (names: readonly string[], reason: 'graceful' | 'purged' | 'lost'): void => {
    for (const name of names) {
      view.putRow(row(name, { state: reason === 'graceful' ? 'departed' : reason }))
      store.append(NETWORK, now(), { kind: 'PeerDeparted', peerId: idOf(name), reason, version })
    }
  }
  gone(['ben'], 'purged')
  gone(['ann', 'cat', 'dan'], 'graceful')
  store.append(NETWORK, now(), { kind: 'NeighborDown', peerId: idOf('ann') })
  await data.scheduler.run(10_000)
  const leftAt = now()
  await data.scheduler.run(10_000)
  for (const name of NAMES) view.putRow(row(name, { neighbor: name === 'ann' }))
  store.append(NETWORK, now(), { kind: 'NeighborUp', peerId: idOf('ann') })
  await data.scheduler.run(120_000)
  store.append(NETWORK, now(), { kind: 'NeighborDown', peerId: idOf('ann') })
  store.append(NETWORK, now(), { kind: 'NetworkLost', since: now(), heardAt: null })
  gone(NAMES, 'lost')
  await data.scheduler.run(10_000)
  const lostAt = now()
  await data.scheduler.run(10_000)
  for (const name of NAMES) view.putRow(row(name, { neighbor: name === 'ann' }))
  store.append(NETWORK, now(), { kind: 'NeighborUp', peerId: idOf('ann') })
  store.append(NETWORK, now(), { kind: 'NetworkBack', since: now() })
  await data.scheduler.run(60_000)
  expect(await networkWhyThen(then, leftAt)).toMatchObject({
    matter: 'deserted',
    sentence: 'Nobody is left here: 3 peers said goodbye, 1 went silent.',
  })
  const lost = await networkWhyThen(then, lostAt)
  expect(lost.matter).toBe('lost')
  expect(lost.sentence).toMatch(/^We lost the network \(no neighbor is left\)/)
  expect((await networkWhyThen(then, now())).matter).toBe('had lost')
})

it('an export has the links that were shown last, but for one that was taken back', async () => {
  using data = new DataFolder()
  const { store, now } = await speaking(data)
  const links = async (from: StoreReader): Promise<number> => {
    const source = await withLastShown(catalogOf(from, now()).source)
    const peers = await selectPeers(source, { filter: '', from: null, to: null }, undefined, true)
    return (await linksOf(peers, source.links)).length
  }
  // Our own row is known where the app runs.
  expect(await links(store)).toBe(3)
  expect(await links(ended(data, store))).toBe(2)
})
