import { expect, test, vi } from 'vitest'
import { ALL_EVENTS, createEventStore, listsEndAt } from '../../../../src/renderer/src/stores/event-store.ts'
import { createPeerStore } from '../../../../src/renderer/src/stores/peer-store.ts'
import { createPictureStore } from '../../../../src/renderer/src/stores/picture-store.ts'
import type { LoggedEvent } from '../../../../src/shared/events.ts'
import { eventFields } from '../../../../src/shared/filter-events.ts'
import { createFakeApi } from '../../../support/renderer/fake-api.ts'
import { fakeSnapshot, peerIdAt, peerRow } from '../../../support/renderer/fake-network.ts'

const up = (seq: number, peer = 1): LoggedEvent => ({
  seq,
  at: seq,
  event: { kind: 'NeighborUp', peerId: peerIdAt(peer) },
})
const down = (seq: number): LoggedEvent => ({ seq, at: seq, event: { kind: 'NeighborDown', peerId: peerIdAt(2) } })
const snapshot = { ...fakeSnapshot(0, 1000), events: [up(10), down(9)] }
const seqs = (list: readonly LoggedEvent[]) => list.map(({ seq }) => seq)

test('new events go on top, and none is listed twice', () => {
  const store = createEventStore(createFakeApi(() => snapshot).client)
  store.apply(snapshot)
  store.apply({ type: 'batch', seq: 2, events: [up(10), down(11), up(12)] })
  expect(seqs(store.getState().list)).toEqual([12, 11, 10, 9])
})

test('what happened again stays where it is, and tells how often', () => {
  const store = createEventStore(createFakeApi(() => snapshot).client)
  store.apply(snapshot)
  const again = { ...down(9), times: 7, lastAt: 50 }
  store.apply({ type: 'batch', seq: 2, events: [{ ...down(9), times: 3, lastAt: 20 }, up(11), again] })
  expect(seqs(store.getState().list)).toEqual([11, 10, 9])
  expect(store.getState().list[2]).toEqual(again)
  expect(store.getState().recent[2]).toEqual(again)
  store.apply({ type: 'batch', seq: 3, events: [up(12), { ...up(12), times: 2, lastAt: 60 }] })
  expect(store.getState().list[0]).toEqual({ ...up(12), times: 2, lastAt: 60 })
})

test('what happened again comes into a listed span that it began before, once, and where it is looked through already', () => {
  const store = createEventStore(createFakeApi(() => snapshot).client)
  store.begin([up(12), up(10), down(9), down(8)])
  store.setFilter({ ...ALL_EVENTS, from: 10, to: 100 })
  expect(seqs(store.getState().list)).toEqual([12, 10])
  const again = (lastAt: number) => ({ ...down(9), times: 2, lastAt })
  for (const lastAt of [20, 30]) store.apply({ type: 'batch', seq: 2, events: [again(lastAt)] })
  expect(seqs(store.getState().list)).toEqual([12, 10, 9])
  expect(store.getState().list[2]).toEqual(again(30))
  // That is loaded with the others of its time.
  store.apply({ type: 'batch', seq: 3, events: [{ ...up(7), times: 2, lastAt: 40 }] })
  // Outside of the span, the kinds and the lanes.
  store.apply({ type: 'batch', seq: 4, events: [{ ...down(8), times: 2, lastAt: 9 }] })
  expect(seqs(store.getState().list)).toEqual([12, 10, 9])
})

test('what a clock that was ahead showed is listed in the span of when that was put back', () => {
  const store = createEventStore(createFakeApi(() => snapshot).client)
  const ahead = (seq: number): LoggedEvent => ({ ...up(seq), at: seq + 60_000 })
  const right: LoggedEvent = { seq: 5, at: 5000, event: { kind: 'ClockJumped', byMs: -60_000 } }
  store.begin([])
  store.setFilter({ ...ALL_EVENTS, from: 1000, to: 10_000 })
  store.apply({ type: 'batch', seq: 2, events: [ahead(3), ahead(4)] })
  expect(seqs(store.getState().list), 'until that is known').toEqual([])
  store.apply({ type: 'batch', seq: 3, events: [right] })
  expect(seqs(store.getState().list)).toEqual([5, 4, 3])
  expect(store.counted(ahead(3)).at).toBe(5000)
  expect(store.counted(up(6)).at).toBe(6)
})

test('a filter by kind and peer holds for old and new events', () => {
  const store = createEventStore(createFakeApi(() => snapshot).client)
  store.apply(snapshot)
  store.setFilter({ ...ALL_EVENTS, kinds: ['NeighborUp'], peerId: peerIdAt(1) })
  store.apply({ type: 'batch', seq: 2, events: [down(11), up(12), up(13, 3)] })
  expect(seqs(store.getState().list)).toEqual([12, 10])
  expect(seqs(store.getState().recent)).toEqual([13, 12, 11, 10, 9])
})

test('of events at the end of the span those above a number are left out: they came after a shared moment', () => {
  const store = createEventStore(createFakeApi(() => snapshot).client)
  store.begin([{ ...up(12), at: 11 }, up(11), up(10)])
  store.setFilter({ ...ALL_EVENTS, to: 11, lastSeq: 11 })
  expect(seqs(store.getState().list)).toEqual([11, 10])
  store.setFilter({ ...ALL_EVENTS, to: 12, lastSeq: 11 })
  expect(seqs(store.getState().list)).toEqual([12, 11, 10])
})

test('older events are loaded from the oldest listed one on, until there are no more', async () => {
  const older = { ...snapshot, events: [up(10), down(9), up(8), up(7)] }
  const api = createFakeApi(() => older)
  const store = createEventStore(api.client)
  store.apply(snapshot)
  await Promise.all([store.loadOlder(), store.loadOlder()])
  expect(api.calls).toEqual(['page 9'])
  expect(seqs(store.getState().list)).toEqual([10, 9, 8, 7])
  expect(store.getState().more).toBe(false)
})

test('an answer to an earlier filter is dropped', async () => {
  const store = createEventStore(createFakeApi(() => ({ ...snapshot, events: [up(3)] })).client)
  store.apply(snapshot)
  const loading = store.loadOlder()
  store.setFilter({ ...ALL_EVENTS, kinds: ['NeighborDown'], peerId: null })
  await loading
  expect(seqs(store.getState().list)).toEqual([9])
})

test('a failure is told, and not tried again and again', async () => {
  const api = createFakeApi(() => snapshot)
  api.client.events.page = async () => {
    throw Object.assign(new Error('disk full'), { code: 'StoreFailed' })
  }
  const store = createEventStore(api.client)
  store.apply(snapshot)
  await store.loadOlder()
  expect(store.getState().failure).toMatchObject({ code: 'StoreFailed', message: 'disk full' })
  expect(store.getState().more).toBe(false)
})

test('the filter language holds for new and old events; what is typed wrong leaves nothing out', async () => {
  const older = { ...snapshot, events: [up(10), down(9), up(8), down(7)] }
  const api = createFakeApi(() => older)
  const asked: unknown[] = []
  const { page } = api.client.events
  api.client.events.page = (input, ...rest) => {
    asked.push(input?.filter)
    return page(input, ...rest)
  }
  const store = createEventStore(api.client)
  store.apply(snapshot)
  store.setFilter({ ...ALL_EVENTS, text: 'kind:NeighborUp' })
  store.apply({ type: 'batch', seq: 2, events: [down(11), up(12)] })
  expect(seqs(store.getState().list)).toEqual([12, 10])
  await store.loadOlder()
  store.setFilter({ ...ALL_EVENTS, text: 'kind:' })
  expect(seqs(store.getState().list)).toEqual([12, 11, 10, 9])
  await store.loadOlder()
  expect(asked).toEqual(['kind:NeighborUp', undefined])
})

test('older events are looked for until one passes; then the search goes on from where it ended', async () => {
  const api = createFakeApi(() => snapshot)
  const befores: unknown[] = []
  const pages = [
    { events: [], next: 700 },
    { events: [], next: 400 },
    { events: [up(390)], next: 380 },
    { events: [], next: null },
  ]
  api.client.events.page = async (input) => {
    befores.push(input?.before)
    return pages.shift() ?? { events: [], next: null }
  }
  const store = createEventStore(api.client)
  store.apply(snapshot)
  store.setFilter({ ...ALL_EVENTS, text: 'reason:never' })
  await store.loadOlder()
  expect(seqs(store.getState().list)).toEqual([390])
  expect(store.getState().more).toBe(true)
  await store.loadOlder()
  expect(befores).toEqual([9, 700, 400, 380])
  expect(store.getState()).toMatchObject({ more: false, loading: false })
})

test('what became known since is taken in, and what is too old goes, when it is looked at anew', () => {
  const seeds = new Set<string>()
  const fields = eventFields((peerId) => (seeds.has(peerId) ? peerRow(1, { peerId, tags: ['role:seed'] }) : undefined))
  const store = createEventStore(createFakeApi(() => snapshot).client, fields)
  store.apply(snapshot)
  store.setFilter({ ...ALL_EVENTS, text: 'tag:role:seed' })
  expect(seqs(store.getState().list)).toEqual([])
  seeds.add(peerIdAt(1))
  store.refilter()
  expect(seqs(store.getState().list)).toEqual([10])
  const { list } = store.getState()
  store.refilter()
  expect(store.getState().list).toBe(list)
  seeds.clear()
  store.refilter()
  expect(seqs(store.getState().list)).toEqual([])
})

test('a search that another filter takes the place of is called off', async () => {
  const api = createFakeApi(() => snapshot)
  const signals: (AbortSignal | undefined)[] = []
  api.client.events.page = (_input, options) => {
    signals.push(options?.signal)
    return new Promise(() => undefined)
  }
  const store = createEventStore(api.client)
  store.apply(snapshot)
  void store.loadOlder()
  store.setFilter({ ...ALL_EVENTS, text: 'reason:never' })
  void store.loadOlder()
  expect(signals.map((signal) => signal?.aborted)).toEqual([true, false])
})

test('re-announcements are left out unless asked for, of new, old and counted events as well', async () => {
  const version = { startedAt: 0, updatedAt: 0 }
  const again = (seq: number): LoggedEvent => ({
    seq,
    at: seq,
    event: {
      kind: 'PeerUpdated',
      peerId: peerIdAt(1),
      source: 'gossip',
      version,
      tags: [],
      addresses: [],
      changed: [],
    },
  })
  const gone = (seq: number, reason: 'graceful' | 'purged'): LoggedEvent => ({
    seq,
    at: seq,
    event: { kind: 'PeerDeparted', peerId: peerIdAt(2), reason, version },
  })
  const all = [again(10), gone(9, 'purged'), again(8), gone(7, 'graceful'), again(6)]
  const api = createFakeApi(() => ({ ...snapshot, events: all }))
  const asked: unknown[] = []
  const { page } = api.client.events
  api.client.events.page = (input, ...rest) => {
    asked.push(input?.lanes)
    return page(input, ...rest)
  }
  const store = createEventStore(api.client)
  store.apply({ ...snapshot, events: all.slice(0, 2) })
  store.apply({ type: 'batch', seq: 2, events: [again(11), up(12)] })
  expect(seqs(store.getState().list)).toEqual([12, 9])
  await store.loadOlder()
  expect(seqs(store.getState().list)).toEqual([12, 9, 7])
  store.setFilter({ ...ALL_EVENTS, lanes: ['silent'] })
  expect(seqs(store.getState().list)).toEqual([9])
  expect(store.getState().recent.filter((logged) => store.counts(logged))).toHaveLength(4)
  store.setFilter({ ...ALL_EVENTS, lanes: ['silent'], again: true })
  expect(seqs(store.getState().list)).toEqual([11, 10, 9])
  store.setFilter({ ...ALL_EVENTS, again: true })
  await store.loadOlder()
  expect(seqs(store.getState().list)).toEqual([12, 11, 10, 9, 8, 7, 6])
  expect(asked).toEqual([
    ['joined', 'goodbye', 'silent', 'lost', 'restarted', 'failed', 'islands', 'own', 'other'],
    undefined,
  ])
})

test('in a past, ages count from its moment, here and where the engine is asked', () => {
  let then: number | null = null
  const fields = eventFields((peerId) => peerRow(1, { peerId, lastSeen: 0 }))
  const store = createEventStore(createFakeApi(() => snapshot).client, fields, () => then)
  store.begin([up(9000), up(4000)])
  store.setFilter({ ...ALL_EVENTS, text: 'age<5s silent<15s' })
  expect([seqs(store.getState().list), store.asked().asOf]).toEqual([[], undefined])
  then = 12_000.5
  store.refilter()
  expect([seqs(store.getState().list), store.asked().asOf]).toEqual([[9000], 12_000])
  then = 20_000
  store.refilter()
  expect(seqs(store.getState().list)).toEqual([])
  // Without a filter nothing asks for ages.
  store.setFilter(ALL_EVENTS)
  expect(store.asked().asOf).toBeUndefined()
})

test('many events are drawn a few times a second, and another filter at once', () => {
  vi.useFakeTimers()
  try {
    const store = createEventStore(createFakeApi(() => snapshot).client)
    const drawn: number[][] = []
    const stop = store.drawn.subscribe(({ list }) => void drawn.push(seqs(list)))
    store.apply(snapshot)
    for (const seq of [11, 12, 13]) store.apply({ type: 'batch', seq, events: [up(seq)] })
    expect(drawn).toEqual([[10, 9]])
    vi.advanceTimersByTime(250)
    expect(drawn.at(-1)).toEqual([13, 12, 11, 10, 9])
    store.apply({ type: 'batch', seq: 14, events: [down(14)] })
    store.setFilter({ ...ALL_EVENTS, kinds: ['NeighborDown'] })
    expect(drawn.at(-1)).toEqual([14, 9])
    expect(drawn).toHaveLength(3)
    stop()
  } finally {
    vi.useRealTimers()
  }
})

test('a filter of peers is held against the events again once the peers of a past moment are there', async () => {
  const [peers, other] = [createPeerStore(), createPeerStore()]
  const { client } = createFakeApi(() => fakeSnapshot(3, 1000))
  peers.apply(fakeSnapshot(3, 1000))
  const turn = (): Promise<void> => Promise.resolve()
  const every = () => () => undefined
  const picture = createPictureStore({ client, live: peers, other, now: () => 1000, turn, every })
  const fields = eventFields((peerId) => other.getState().peers.get(peerId))
  const store = createEventStore(client, fields, () => picture.getState().picture?.at ?? null)
  store.apply(snapshot)
  store.setFilter({ ...ALL_EVENTS, text: 'state:here' })
  listsEndAt(picture, store)
  picture.goTo(500)
  expect([seqs(store.getState().list), store.getState().filter.to]).toEqual([[], 500])
  await vi.waitFor(() => expect(picture.getState().picture?.at).toBe(500))
  expect([seqs(store.getState().list), store.getState().filter.to]).toEqual([[10, 9], 500])
})
