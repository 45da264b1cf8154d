import { expect, it, vi } from 'vitest'
import type { EventsSource } from '../../../src/main/monitor/events-page.ts'
import { eventsPage } from '../../../src/main/monitor/events-page.ts'
import { EventsThen } from '../../../src/main/monitor/events-then.ts'
import { recordingFrom } from '../../../src/main/monitor/journal/beginning.ts'
import { Journal } from '../../../src/main/monitor/journal/journal.ts'
import { withinRecording } from '../../../src/main/monitor/exports/moment.ts'
import { shownChanges } from '../../../src/main/monitor/journal/span.ts'
import { historySpan, pastParts, pastPicture } from '../../../src/main/monitor/past.ts'
import { View } from '../../../src/main/monitor/view.ts'
import type { DiscoveryEvent } from '../../../src/shared/events.ts'
import { idOf } from '../../support/discovery/entries.ts'
import { peerRow } from '../../support/renderer/fake-network.ts'
import { DataFolder, NETWORK, NETWORK_ID, START } from '../store/data-folder.ts'

const [X, Y, Z] = [idOf('x'), idOf('y'), idOf('z')]

function came(peerId: typeof X): DiscoveryEvent {
  return {
    kind: 'PeerDiscovered',
    peerId,
    source: 'gossip',
    version: { startedAt: 1, updatedAt: 1 },
    tags: ['a'],
    addresses: [],
  }
}

async function all<T>(parts: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const part of parts) found.push(part)
  return found
}

const joined: DiscoveryEvent = { kind: 'NetworkJoined', networkId: NETWORK_ID, peerId: Z, addresses: [] }

it('a past picture has the links that were stored last before, of those who were there', async () => {
  using data = new DataFolder()
  const store = data.open()
  const parts = { store, networkKey: NETWORK, self: undefined }
  store.append(NETWORK, START, joined)
  store.append(NETWORK, START + 10, came(X))
  store.append(NETWORK, START + 20, came(Y))
  const edge = (a: typeof X, b: typeof X) => ({ a, b, kind: 'neighbor', saidBy: a, at: START + 15 }) as const
  store.putTopology(NETWORK, { at: START + 25, edges: [edge(X, Y), edge(X, Z)] })
  store.putTopology(NETWORK, { at: START + 90, edges: [] })
  expect(await pastPicture(parts, START + 15)).toMatchObject({ seq: 2, edges: [], edgesAt: null })
  const picture = await pastPicture(parts, START + 30)
  expect(new Set(picture.peers.map(({ peerId }) => peerId))).toEqual(new Set([X, Y]))
  expect(picture).toMatchObject({ seq: 3, edges: [edge(X, Y)], edgesAt: START + 25 })
  expect(picture.peers.every((row) => row.state === 'online' && row.rtt === null && !row.connected)).toBe(true)
})

it('the span of history is that of its events', () => {
  using data = new DataFolder()
  const store = data.open()
  for (let n = 0; n < 50; n += 1) store.append(NETWORK, START + n * 10, joined)
  expect(historySpan(store, NETWORK)).toEqual({ from: START, to: START + 490 })
})

it('a picture is told in parts of a thousand, with the moment last', async () => {
  const peers = Array.from({ length: 2500 }, (_, index) => peerRow(index))
  const edges = Array.from({ length: 3001 }, (_, n) => ({ a: X, b: Y, kind: 'holds', saidBy: X, at: n }) as const)
  const moment = {
    at: START,
    seq: 7,
    edgesAt: 5,
    loss: null,
    deserted: false,
    alone: false,
    stall: null,
    parted: null,
    nearest: null,
  }
  const parts = await all(pastParts({ ...moment, peers, edges }))
  expect(parts.length).toBe(5)
  expect(parts.flatMap((part) => (part.kind === 'rows' ? part.peers : []))).toEqual(peers)
  expect(parts.flatMap((part) => (part.kind === 'rows' ? part.edges : []))).toEqual(edges)
  expect(parts.every((part) => part.kind === 'done' || Math.max(part.peers.length, part.edges.length) <= 1000)).toBe(
    true,
  )
  expect(parts.at(-1)).toEqual({ kind: 'done', ...moment })
  const none = {
    at: START,
    seq: 0,
    edgesAt: null,
    loss: null,
    deserted: false,
    alone: false,
    stall: null,
    parted: null,
    nearest: null,
    peers: [],
    edges: [],
  }
  expect(await all(pastParts(none))).toHaveLength(1)
})

it('a moment at which nothing was shown says when something was', async () => {
  using data = new DataFolder()
  const store = data.open()
  const parts = { store, networkKey: NETWORK, self: undefined }
  const { clock } = data
  const run = async (): Promise<void> => {
    const view = new View(clock, store.status())
    const journal = new Journal({ store, networkKey: NETWORK, view, clock })
    store.append(NETWORK, clock.now(), joined)
    await data.scheduler.run(5)
    view.putRow(peerRow(0))
    journal.start()
    await data.scheduler.run(1000)
    view.putRow(peerRow(1))
    await data.scheduler.run(1000)
    journal.end()
    await journal.settled
    store.append(NETWORK, clock.now(), { kind: 'NetworkLeft', networkId: NETWORK_ID })
  }
  await data.scheduler.run(100)
  await run()
  await data.scheduler.run(10_000)
  await run()
  const near = async (at: number) => (await pastPicture(parts, START + at)).nearest
  expect(await near(50)).toEqual({ before: null, after: START + 105 })
  expect(await near(500)).toBeNull()
  expect(await near(5000)).toEqual({ before: START + 2104, after: START + 12_110 })
  // What it names is shown.
  for (const at of [105, 2104, 12_110]) expect((await pastPicture(parts, START + at)).peers.length).toBeGreaterThan(0)
  expect(await near(60_000)).toEqual({ before: START + 14_109, after: null })
})

it('history without a journal has one beginning too, and says between two runs when something was shown', async () => {
  using data = new DataFolder()
  const store = data.open()
  const parts = { store, networkKey: NETWORK, self: undefined }
  const left = { kind: 'NetworkLeft', networkId: NETWORK_ID } as const
  store.append(NETWORK, START + 10, joined)
  store.append(NETWORK, START + 20, came(X))
  store.append(NETWORK, START + 30, left)
  store.append(NETWORK, START + 50, joined)
  store.append(NETWORK, START + 60, came(Y))
  // That run was killed; the next one kept a journal.
  store.append(NETWORK, START + 80, joined)
  await data.scheduler.run(90)
  const { clock } = data
  const view = new View(clock, store.status())
  view.putRow(peerRow(0))
  const journal = new Journal({ store, networkKey: NETWORK, view, clock })
  journal.start()
  journal.flush()
  const near = async (at: number) => (await pastPicture(parts, START + at)).nearest
  const begins = { before: null, after: START + 20 }
  expect([await near(5), await near(10), await near(19)]).toEqual([begins, begins, begins])
  expect(await recordingFrom(store, NETWORK)).toBe(START + 20)
  expect([await near(20), await near(29)]).toEqual([null, null])
  expect(await near(40)).toEqual({ before: START + 29, after: START + 60 })
  expect(await near(70)).toEqual({ before: START + 60, after: START + 90 })
  // While the next one joins too.
  expect(await near(85)).toEqual({ before: START + 60, after: START + 90 })
  expect(await near(90)).toBeNull()
  journal.end()
  await journal.settled
})

it('a past picture says that we had lost the network, from when that began until we were back', async () => {
  using data = new DataFolder()
  const store = data.open()
  const parts = { store, networkKey: NETWORK, self: undefined }
  store.append(NETWORK, START, joined)
  store.append(NETWORK, START + 5, came(X))
  // Each is told once it has lasted.
  const lost = { kind: 'NetworkLost', heardAt: START + 8, since: START + 10, purgeAfterMs: 60_000 } as const
  store.append(NETWORK, START + 15, lost)
  store.append(NETWORK, START + 25, { kind: 'NetworkBack', since: START + 20 })
  // Earlier versions said less.
  store.append(NETWORK, START + 30, { kind: 'NetworkLost', heardAt: null })
  const version = { startedAt: 1, updatedAt: 1 }
  store.append(NETWORK, START + 37, { kind: 'PeerDeparted', peerId: X, reason: 'purged', version })
  store.append(NETWORK, START + 40, joined)
  const loss = async (at: number) => (await pastPicture(parts, START + at)).loss
  const first = { at: START + 10, judgedAt: START + 10, heardAt: START + 8, purgeAfterMs: 60_000 }
  expect(await loss(9)).toBeNull()
  expect([await loss(10), await loss(15), await loss(19)]).toEqual([first, first, first])
  expect([await loss(20), await loss(25)]).toEqual([null, null])
  expect(await loss(35)).toEqual({ at: START + 30, judgedAt: START + 30, heardAt: null, purgeAfterMs: 300_000 })
  // Where nobody is shown it is not known how we were.
  expect(await loss(38)).toBeNull()
  // Of a run that was killed while it was lost, the next one begins with the network.
  expect(await loss(40)).toBeNull()
})

it('a moment after the last that a killed run wrote of what it showed has who came and left since, from the log', async () => {
  using data = new DataFolder()
  const store = data.open()
  const parts = { store, networkKey: NETWORK, self: undefined }
  const { clock } = data
  const view = new View(clock, store.status())
  const journal = new Journal({ store, networkKey: NETWORK, view, clock })
  const version = { startedAt: 1, updatedAt: 1 }
  const left = (peerId: typeof X, reason: 'graceful' | 'purged'): void =>
    void store.append(NETWORK, clock.now(), { kind: 'PeerDeparted', peerId, reason, version })
  store.append(NETWORK, clock.now(), joined)
  for (const peerId of [X, Y]) {
    store.append(NETWORK, clock.now(), came(peerId))
    view.putRow(peerRow(0, { peerId }))
  }
  view.putEdge({ a: X, b: Y, kind: 'neighbor', saidBy: Y, at: START })
  journal.start()
  // The process is killed before the journal is written: nothing of this reaches the view.
  await data.scheduler.run(1000)
  left(X, 'graceful')
  await data.scheduler.run(500)
  left(Y, 'purged')
  store.append(NETWORK, clock.now(), came(Z))
  await data.scheduler.run(500)
  store.append(NETWORK, clock.now(), came(Y))
  const shown = async (at: number) => {
    const { peers, edges } = await pastPicture(parts, START + at)
    const states = Object.fromEntries(peers.map(({ peerId, state }) => [peerId, state]))
    return { states, edges: edges.length }
  }
  const expectShown = async (): Promise<void> => {
    expect(await shown(999)).toEqual({ states: { [X]: 'online', [Y]: 'online' }, edges: 1 })
    expect(await shown(1000)).toEqual({ states: { [X]: 'departed', [Y]: 'online' }, edges: 0 })
    expect(await shown(1500)).toEqual({ states: { [X]: 'departed', [Y]: 'purged', [Z]: 'online' }, edges: 0 })
    expect(await shown(2000)).toEqual({ states: { [X]: 'departed', [Y]: 'online', [Z]: 'online' }, edges: 0 })
  }
  await expectShown()
  const changes = await all(
    shownChanges(
      store,
      NETWORK,
      { from: START + 500, to: START + 2000, stepMs: 1 },
      await pastPicture(parts, START + 500),
    ),
  )
  expect(changes.map(({ at, rows }) => [at - START, rows.map(({ peerId, state }) => [peerId, state])])).toEqual([
    [1000, [[X, 'departed']]],
    [
      1500,
      [
        [Y, 'purged'],
        [Z, 'online'],
      ],
    ],
    [2000, [[Y, 'online']]],
  ])
  // What the next run tells is not of this one.
  await data.scheduler.run(1000)
  store.append(NETWORK, clock.now(), joined)
  left(Z, 'graceful')
  await expectShown()
  expect(await shown(3000)).toEqual({ states: {}, edges: 0 })
})

it('after a run that was killed nobody is shown until what the next one shows, and its last moment is the nearest before', async () => {
  using data = new DataFolder()
  const store = data.open()
  const parts = { store, networkKey: NETWORK, self: undefined }
  const { clock } = data
  const own = { kind: 'LocalEntryUpdated', version: { startedAt: 1, updatedAt: 1 }, tags: [], addresses: [] } as const
  const tell = (event: DiscoveryEvent): void => void store.append(NETWORK, clock.now(), event)
  /** Tells its entry and that it joined, and keeps what it shows from 100 ms after that. */
  const run = async (...rows: number[]): Promise<Journal> => {
    tell(own)
    await data.scheduler.run(3)
    tell(joined)
    await data.scheduler.run(50)
    tell({ kind: 'NeighborUp', peerId: X })
    await data.scheduler.run(50)
    const view = new View(clock, store.status())
    for (const row of rows) view.putRow(peerRow(row))
    const journal = new Journal({ store, networkKey: NETWORK, view, clock })
    journal.start()
    await data.scheduler.run(1000)
    return journal
  }
  const killed = await run(0, 1)
  killed.flush()
  await killed.settled
  tell({ kind: 'NeighborUp', peerId: X })
  const until = data.scheduler.now
  await data.scheduler.run(10_000)
  const next = data.scheduler.now
  const journal = await run(2)
  journal.end()
  await journal.settled
  const picture = async (at: number) => await pastPicture(parts, START + at)
  const count = async (at: number) => (await picture(at)).peers.length
  const begins = next + 103
  expect(await Promise.all([until, begins].map(count))).toEqual([2, 1])
  // Also between its own entry and that it joined, and before what it shows is kept.
  const between = [until + 1, next - 1, next, next + 2, next + 3, next + 13, next + 53, begins - 1]
  expect(await Promise.all(between.map(count))).toEqual(between.map(() => 0))
  const nearest = { before: START + until, after: START + begins }
  for (const at of between) expect((await picture(at)).nearest).toEqual(nearest)
  // A span that ends in between ends with the last moment of the run, and one that begins there with the next one.
  const source = {
    store,
    network: { kind: 'peerscope', id: NETWORK_ID, name: null },
    live: new Map(),
    loss: null,
    edges: [],
    now: 0,
  }
  const within = async (asOf: number, from: number, to: number) => {
    const span = { asOf: START + asOf, from: START + from, to: START + to }
    const { from: first, to: last } = await withinRecording(source as never, span)
    return [first - START, last - START]
  }
  expect(await within(1000, 900, next + 20)).toEqual([900, until])
  expect(await within(begins + 1, next + 20, begins + 2)).toEqual([begins, begins + 2])
  const changes = await all(
    shownChanges(store, NETWORK, { from: START + 900, to: START + begins, stepMs: 1 }, await picture(900)),
  )
  expect(changes.map(({ at, rows, gone }) => [at - START, rows.length, gone.length])).toEqual([
    [until + 1, 0, 2],
    [begins, 1, 0],
  ])
})

it('what the log alone has of a killed run ends before the next one tells its own entry', async () => {
  using data = new DataFolder()
  const store = data.open()
  const own = { kind: 'LocalEntryUpdated', version: { startedAt: 1, updatedAt: 1 }, tags: [], addresses: [] } as const
  store.append(NETWORK, START, joined)
  store.append(NETWORK, START + 10, came(X))
  store.append(NETWORK, START + 50, own)
  store.append(NETWORK, START + 55, joined)
  const count = async (at: number) =>
    (await pastPicture({ store, networkKey: NETWORK, self: undefined }, START + at)).peers.length
  expect(await Promise.all([10, 11, 49, 50, 54, 55].map(count))).toEqual([1, 0, 0, 0, 0, 0])
})

it('a filter of events counts from the moment that is asked for, and of peers as they were shown then', async () => {
  using data = new DataFolder()
  const store = data.open()
  store.append(NETWORK, START, joined)
  store.append(NETWORK, START + 10_000, came(X))
  store.append(NETWORK, START + 20_000, came(Y))
  const row = peerRow(0, { peerId: X, tags: ['now'], lastSeen: START + 900_000 })
  const source = {
    store,
    networkKey: NETWORK,
    loss: null,
    live: (peerId: typeof X) => (peerId === X ? row : undefined),
    now: START + 1_000_000,
  }
  const then = new EventsThen()
  const found = async (query: { readonly filter: string; readonly asOf?: number }) =>
    (await eventsPage(await then.from(source, query), query)).events.map(({ at }) => at - START)
  expect(await found({ filter: 'age<15s' })).toEqual([])
  expect(await found({ filter: 'age<15s', asOf: START + 12_000 })).toEqual([20_000, 10_000, 0])
  expect(await found({ filter: 'age<15s', asOf: START + 22_000 })).toEqual([20_000, 10_000])
  // Who came later was not shown then.
  expect(await found({ filter: 'silent>2s kind:joined', asOf: START + 13_000 })).toEqual([10_000])
  expect(await then.from(source, { filter: ' ', asOf: START })).toBe(source)
})

it('the peers of a moment are looked up once for all that a filter asks of it, and that can be called off', async () => {
  using data = new DataFolder()
  const store = data.open()
  store.append(NETWORK, START, joined)
  store.append(NETWORK, START + 10, came(X))
  const source: EventsSource = { store, networkKey: NETWORK, live: () => undefined, loss: null, now: START + 100 }
  const look = vi.spyOn(store, 'journalPlace')
  const then = new EventsThen()
  const ask = { filter: 'tag:a', asOf: START + 20 }
  const stop = new AbortController()
  stop.abort()
  await expect(then.from(source, ask, stop.signal)).rejects.toBe(stop.signal.reason)
  look.mockClear()
  const [first, second] = [await then.from(source, ask), await then.from(source, ask)]
  expect([first.live(X)?.peerId, second.live(X)?.peerId]).toEqual([X, X])
  const once = look.mock.calls.length
  expect((await then.from(source, { ...ask, asOf: START + 5 })).live(X)).toBeUndefined()
  expect(look.mock.calls.length).toBeGreaterThan(once)
  look.mockClear()
  // What happens at the moment after all is seen.
  store.append(NETWORK, START + 5, came(Y))
  expect((await then.from(source, { ...ask, asOf: START + 5 })).live(Y)?.peerId).toBe(Y)
  look.mockClear()
  await then.from(source, { ...ask, asOf: START + 5 })
  expect(look).not.toHaveBeenCalled()
})
