import { describe, expect, it } from 'vitest'
import { eventCounts } from '../../../src/main/monitor/event-counts.ts'
import { PlayedFile } from '../../../src/main/monitor/exports/played-file.ts'
import { selectEvents } from '../../../src/main/monitor/exports/records.ts'
import { eventsPage } from '../../../src/main/monitor/events-page.ts'
import type { DiscoveryEvent, LoggedEvent } from '../../../src/shared/events.ts'
import { eventAsOf } from '../../../src/shared/events.ts'
import { FilterError } from '../../../src/shared/filter.ts'
import { binOf, countByLane } from '../../../src/shared/lanes.ts'
import type { EventCounts, Lane } from '../../../src/shared/lanes.ts'
import { ALL_EVENTS, createEventStore } from '../../../src/renderer/src/stores/event-store.ts'
import { barOf, binEvents, binsOf, binsUntil, endOf, totalsOf } from '../../../src/renderer/src/timeline/bins.ts'
import { idOf } from '../../support/discovery/entries.ts'
import { createFakeApi } from '../../support/renderer/fake-api.ts'
import { fakeSnapshot } from '../../support/renderer/fake-network.ts'
import { countTurns } from '../../support/turns.ts'
import { DataFolder, NETWORK, NETWORK_ID, peerOf, START } from '../store/data-folder.ts'

const [X, Y] = [idOf('x'), idOf('y')]
const version = { startedAt: 1, updatedAt: 1 }
const again = (peerId: typeof X, changed: readonly 'tags'[] = []): DiscoveryEvent => ({
  kind: 'PeerUpdated',
  peerId,
  source: 'gossip',
  version,
  tags: [],
  addresses: [],
  changed,
})
const gone = (peerId: typeof X, reason: 'graceful' | 'purged'): DiscoveryEvent => ({
  kind: 'PeerDeparted',
  peerId,
  reason,
  version,
})
const joined: DiscoveryEvent = { kind: 'NetworkJoined', networkId: NETWORK_ID, peerId: X, addresses: [] }

function sourceOf(data: DataFolder) {
  return { store: data.open(), networkKey: NETWORK, live: () => undefined, loss: null, now: START + 1_000_000 }
}

const total = ({ bins }: EventCounts, lane: Lane): number => bins.reduce((sum, bin) => sum + (bin[lane] ?? 0), 0)

it.each([true, false])('events are counted by bin and lane, each once (written: %s)', async (written) => {
  using data = new DataFolder()
  const source = sourceOf(data)
  const cycle = [joined, again(X), gone(X, 'graceful'), gone(Y, 'purged'), { ...again(Y), changed: ['tags'] } as const]
  const events = Array.from({ length: 50 }, (_, n) => ({ at: START + n * 10, event: cycle[n % 5] ?? joined }))
  for (const { at, event } of events) source.store.append(NETWORK, at, event)
  if (written) source.store.flush()
  const span = { from: START, to: START + 490, bins: 7 }
  const counts = await eventCounts(source, { ...span, filter: '' })
  // The last event is at the end of the span, which is not part of it.
  expect(counts).toEqual(
    countByLane(
      events.map((one, seq) => ({ ...one, seq })),
      span,
    ),
  )
  expect([total(counts, 'goodbye'), total(counts, 'silent'), total(counts, 'again'), total(counts, 'other')]).toEqual([
    10, 10, 10, 19,
  ])
  expect(await eventCounts(source, { from: START + 900, to: START + 990, bins: 2, filter: '' })).toEqual({
    bins: [{}, {}],
    exact: true,
  })
})

it('kinds, peer and filter hold for the counts as for the list', async () => {
  using data = new DataFolder()
  const source = sourceOf(data)
  source.store.putPeer(NETWORK, peerOf('x', { tags: ['role:seed'] }))
  source.store.putPeer(NETWORK, peerOf('y', { tags: ['role:light'] }))
  for (let n = 0; n < 40; n += 1)
    source.store.append(NETWORK, START + n, [again(X), gone(Y, 'purged')][n % 2] ?? joined)
  const span = { from: START, to: START + 40, bins: 4 }
  for (const asked of [
    { filter: 'tag:role:seed' },
    { filter: '', peerId: Y },
    { filter: '', kinds: ['PeerDeparted' as const] },
    { filter: 'reason:purged', peerId: Y, kinds: ['PeerDeparted' as const] },
    { filter: 'tag:role:seed', peerId: Y },
  ]) {
    const counts = await eventCounts(source, { ...span, ...asked })
    const page = await eventsPage(source, { ...asked, from: START, to: START + 39, limit: 1000 })
    expect(counts).toEqual(countByLane(page.events, span))
  }
  await expect(eventCounts(source, { ...span, filter: 'colour:red' })).rejects.toBeInstanceOf(FilterError)
})

it.each([{}, { peerId: X }, { filter: 'id:*' }])(
  'window, engine and a shared moment count the same rows, of those that grow too (%o)',
  async (asked) => {
    using data = new DataFolder()
    const source = sourceOf(data)
    const SPAN = { from: START + 300_000, to: START + 900_000, bins: 10 }
    // Rows of ten minutes, every two minutes one, from before the span on: each holds 300 announcements.
    for (let at = START; at < START + 1_000_000; at += 120_000) {
      const row = source.store.append(NETWORK, at, again(X))
      source.store.appendAgain(NETWORK, { ...row, times: 300, lastAt: at + 598_000 })
      source.store.append(NETWORK, at + 1, again(X, ['tags']))
    }
    const all = (await eventsPage(source, { ...asked, limit: 1000 })).events
    const plan = { from: SPAN.from, width: 60_000, count: 10 }
    const drawn = binEvents(all, plan)
    const engine = await eventCounts(source, { filter: '', ...asked, ...SPAN })
    expect(engine).toEqual(countByLane(all, SPAN))
    expect(binsOf(plan, engine)).toEqual(drawn)
    expect([totalsOf(drawn).again, totalsOf(drawn).other]).toEqual([5, 5])
    // As of a moment: the window counts what began by then, the engine adds a part of one bar, the list has as many rows.
    const moment = START + 790_000
    const bar = START + 780_000
    const part = await eventCounts(source, { filter: '', ...asked, from: bar, to: moment + 1, bins: 1 })
    const until = binEvents(
      all.filter(({ at }) => at <= moment),
      plan,
    )
    expect(binsUntil(binsOf(plan, engine), moment, part)).toEqual(until)
    const listed = await eventsPage(source, { ...asked, from: SPAN.from, to: moment, lanes: ['again'], limit: 1000 })
    expect([listed.events.length, totalsOf(until).again]).toEqual([4, 4])
    // A shared moment of the span also holds what began before it.
    const file = new PlayedFile()
    file.take({ kind: 'events', events: all.map((logged) => eventAsOf(logged, moment)) })
    file.end({ from: SPAN.from, to: moment })
    const counts = file.counts({ ...SPAN, filter: '' }, { asOf: moment, from: SPAN.from, to: moment })
    expect(binsOf(plan, counts)).toEqual(until)
  },
)

const MINUTE = 60_000
/** When each of the rows below happened, in minutes. */
const HAPPENED: Readonly<Record<string, readonly number[]>> = {
  'before all spans': [-30, -25, -21],
  'on and on': [0, 3, 6, 9],
  once: [5],
  'again late': [7, 16],
  'on and on after that': [10, 13, 16, 19],
}
const failed = (target: string): DiscoveryEvent => ({ kind: 'DialFailed', target, reason: 'refused' })

describe('rows of what failed again', () => {
  const filled = (data: DataFolder) => {
    const source = sourceOf(data)
    const { store } = source
    for (const [target, minutes] of Object.entries(HAPPENED)) {
      const [at = START, ...later] = minutes.map((minute) => START + minute * MINUTE)
      const row = store.append(NETWORK, at, failed(target))
      const times = [at, ...later]
      const earlier = times.slice(0, -1).map((lastAt, index) => ({ times: index + 1, lastAt }))
      if (later.length > 0)
        store.appendAgain(NETWORK, { ...row, times: times.length, lastAt: times.at(-1) ?? at, earlier })
    }
    return { source, rows: store.eventsPage({ networkKey: NETWORK, limit: 100 }).events }
  }
  const targets = (list: readonly LoggedEvent[]): string[] =>
    list.flatMap(({ event }) => (event.kind === 'DialFailed' ? event.target : [])).toSorted()

  it.each([
    [0, 10],
    [1, 2.5],
    [1, 3.5],
    [4, 8],
    [8, 9],
    [9.5, 12],
    [11, 15],
    [15, 30],
    [25, 40],
  ])(
    'are in list, bars, counts, exports and shared moments of a span that has one of their times: %f to %f',
    async (one, other) => {
      using data = new DataFolder()
      const { source, rows } = filled(data)
      const [from, to] = [START + one * MINUTE, START + other * MINUTE]
      const within = (minute: number): boolean => minute >= one && minute <= other
      const expected = Object.entries(HAPPENED)
        .filter(([, minutes]) => minutes.some(within))
        .map(([target]) => target)
        .toSorted()
      const page = await eventsPage(source, { from, to, limit: 3 })
      const next =
        page.next === null ? [] : (await eventsPage(source, { from, to, before: page.next, limit: 100 })).events
      expect(targets([...page.events, ...next])).toEqual(expected)
      // In the window, of those that are loaded.
      const window = createEventStore(createFakeApi(() => fakeSnapshot(0, 0)).client)
      window.begin(rows)
      window.setFilter({ ...ALL_EVENTS, from, to })
      expect(targets(window.getState().list)).toEqual(expected)
      // In a shared moment, and a file.
      const file = new PlayedFile()
      const then = rows.filter(({ at }) => at <= to).map((logged) => eventAsOf(logged, to))
      file.take({ kind: 'events', events: then })
      const moment = { asOf: to, from: START - 60 * MINUTE, to }
      file.end(moment)
      expect(targets((await file.page({ from, to, limit: 100, filter: '' }, moment)).events)).toEqual(expected)
      const network = { kind: 'peerscope', id: NETWORK_ID, name: null } as const
      const exported = { network, store: source.store, live: new Map(), links: null, now: to, loss: null }
      expect(targets([...selectEvents(exported, { filter: '', from, to })].flat())).toEqual(expected)
      // Each in the bar in which it happened first in the span.
      const bars = { from, to: to + 1, bins: 8 }
      const first = Object.values(HAPPENED).flatMap((minutes) => minutes.find(within) ?? [])
      const drawn = Array.from({ length: 8 }, (_, bin) => {
        const count = first.filter((minute) => binOf(START + minute * MINUTE, bars) === bin).length
        return count === 0 ? {} : { failed: count }
      })
      for (const query of [{}, { filter: 'kind:DialFailed' }, { kinds: ['DialFailed' as const] }]) {
        expect((await eventCounts(source, { filter: '', ...bars, ...query })).bins).toEqual(drawn)
        expect(file.counts({ filter: '', ...bars, ...query }, moment).bins).toEqual(drawn)
      }
      expect(countByLane(rows, bars).bins).toEqual(drawn)
      expect(await eventCounts(source, { filter: 'target:nobody', ...bars })).toMatchObject({
        bins: drawn.map(() => ({})),
      })
      // The bars up to a moment and the part of the one in which it lies are as many as until then.
      const plan = { from, width: Math.ceil((to + 1 - from) / 8), count: 8 }
      const whole = binsOf(plan, await eventCounts(source, { filter: '', from, to: endOf(plan), bins: 8 }))
      for (let moment = from; moment <= to; moment += Math.floor((to - from) / 7)) {
        const bar = barOf(plan, moment)
        const span = { from: from + bar * plan.width, to: moment + 1, bins: 1, barsFrom: from }
        const part = await eventCounts(source, { filter: '', ...span })
        expect(file.counts({ filter: '', ...span }, { asOf: to, from, to })).toEqual(part)
        const until = totalsOf(binsUntil(whole, moment, part)).failed
        expect(until).toBe(first.filter((minute) => START + minute * MINUTE <= moment).length)
      }
    },
  )

  it('are found behind many that began later and did not happen in the span', async () => {
    using data = new DataFolder()
    const source = sourceOf(data)
    const row = source.store.append(NETWORK, START, failed('first'))
    source.store.appendAgain(NETWORK, { ...row, times: 2, lastAt: START + 9 * MINUTE })
    for (let n = 0; n < 450; n += 1) source.store.append(NETWORK, START + MINUTE, failed(`${n}`))
    const span = { from: START + 8 * MINUTE, to: START + 10 * MINUTE }
    let before: number | undefined
    const found: LoggedEvent[] = []
    for (;;) {
      const page = await eventsPage(source, { ...span, limit: 100, ...(before === undefined ? {} : { before }) })
      found.push(...page.events)
      if (page.next === null) break
      before = page.next
    }
    expect(targets(found)).toEqual(['first'])
    expect(total(await eventCounts(source, { filter: '', ...span, bins: 4 }), 'failed')).toBe(1)
  })

  it('are where they began as the user goes from one to the next', async () => {
    using data = new DataFolder()
    const { source } = filled(data)
    const page = await eventsPage(source, { after: 0, from: START + MINUTE, limit: 1 })
    expect(targets(page.events)).toEqual(['once'])
  })
})

it('of too many it counts a sample, in turns, and says so; rare ones beside them are counted exactly', async () => {
  using data = new DataFolder()
  const source = sourceOf(data)
  for (let n = 0; n < 24_000; n += 1)
    source.store.append(NETWORK, START + n, n % 1000 === 0 ? gone(Y, 'purged') : again(X))
  let read = 0
  const store = {
    ...source.store,
    eventsPage: (query: Parameters<typeof source.store.eventsPage>[0]) => {
      const page = source.store.eventsPage(query)
      read += page.events.length
      return page
    },
  }
  const turns = countTurns()
  const counts = await eventCounts({ ...source, store }, { from: START, to: START + 24_000, bins: 10, filter: '' })
  turns.stop()
  expect(counts.exact).toBe(false)
  expect(read).toBeLessThan(21_000)
  expect(turns.count).toBeGreaterThan(100)
  expect(total(counts, 'silent')).toBe(24)
  expect(Math.abs(total(counts, 'again') - 23_976)).toBeLessThan(50)
  const one = await eventCounts(source, { from: START, to: START + 24_000, bins: 10, filter: '', peerId: X })
  expect(one.exact).toBe(false)
  const signal = AbortSignal.abort()
  await expect(eventCounts(source, { from: START, to: START + 9, bins: 4, filter: '' }, signal)).rejects.toThrow(
    'waits',
  )
})

it('a page leaves out lanes that nobody asked for, and goes on where only those were', async () => {
  using data = new DataFolder()
  const source = sourceOf(data)
  source.store.append(NETWORK, START, gone(Y, 'graceful'))
  for (let n = 1; n < 700; n += 1) source.store.append(NETWORK, START + n, again(X))
  source.store.append(NETWORK, START + 700, gone(Y, 'purged'))
  const lanes: Lane[] = ['joined', 'goodbye', 'silent', 'failed', 'islands', 'own', 'other']
  const page = await eventsPage(source, { lanes, limit: 200 })
  expect([page.events.map(({ at }) => at - START), page.next]).toEqual([[700, 0], null])
  const silent = await eventsPage(source, { lanes: ['silent'], limit: 200 })
  expect(silent.events.map(({ at }) => at - START)).toEqual([700])
  expect((await eventsPage(source, { lanes: ['again'], limit: 1000 })).events).toHaveLength(699)
})
