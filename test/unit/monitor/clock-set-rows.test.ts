/** Rows of a span where our clock was set: list, bars, exports, shared moments and causes go by one rule. */
import { describe, expect, it } from 'vitest'
import { eventCounts } from '../../../src/main/monitor/event-counts.ts'
import { eventsPage } from '../../../src/main/monitor/events-page.ts'
import { PlayedFile } from '../../../src/main/monitor/exports/played-file.ts'
import { selectEvents } from '../../../src/main/monitor/exports/records.ts'
import { eventsIn } from '../../../src/main/monitor/insight/logged.ts'
import type { Store } from '../../../src/main/store/types.ts'
import type { DiscoveryEvent, EventKind, LoggedEvent } from '../../../src/shared/events.ts'
import { idOf } from '../../support/discovery/entries.ts'
import { MINUTE, Watched } from '../../support/watched.ts'
import { fileAt, opened } from './exports/moment-rig.ts'
import { eachWithStore, NETWORK, NETWORK_ID, START } from '../store/data-folder.ts'

let store: Store
eachWithStore((opened) => {
  store = opened
})

const FAILS: DiscoveryEvent = { kind: 'DialFailed', target: idOf('a'), reason: 'connection refused' }
const minutes = (at: number): number => Math.round((at - START) / 6000) / 10
const all = (): readonly LoggedEvent[] => store.eventsAfter({ networkKey: NETWORK, limit: 1000 }).events
const live = () => ({ store, networkKey: NETWORK, live: () => undefined, loss: null, now: START + 1000 * MINUTE })

/** When the rows of a kind that are of a span began, as each reader finds them, in the order of their numbers. */
async function found(kind: EventKind, from: number, to: number): Promise<Readonly<Record<string, readonly number[]>>> {
  const span = { from: START + from * MINUTE, to: START + to * MINUTE }
  const kinds = [kind]
  const source = live()
  const times = (events: readonly LoggedEvent[]): readonly number[] => events.map(({ at }) => minutes(at))
  const list = await eventsPage(source, { ...span, kinds })
  const { bins } = await eventCounts(source, { from: span.from, to: span.to + 1, bins: 3, kinds })
  const network = { kind: 'peerscope', id: NETWORK_ID, name: 'n' } as const
  const parts = { network, store, live: new Map(), links: null, loss: null, now: source.now }
  const exported = [...selectEvents(parts, { ...span, filter: `kind:${kind}` })].flat()
  const file = new PlayedFile()
  file.take({ kind: 'events', events: all() })
  file.end()
  const moment = { asOf: source.now, from: START, to: source.now }
  const played = await file.page({ ...span, kinds, filter: '' }, moment)
  const counts = file.counts({ from: span.from, to: span.to + 1, bins: 3, kinds, filter: '' }, moment)
  const sum = (all: typeof bins): number => all.flatMap((lanes) => Object.values(lanes)).reduce((a, b) => a + b, 0)
  return {
    list: times(list.events.toReversed()),
    exported: times(exported),
    causes: times((await eventsIn(source, kinds, span.from, span.to)).told),
    played: times(played.events.toReversed()),
    bars: [sum(bins)],
    playedBars: [sum(counts.bins)],
  }
}

/** That all of them find the same. */
async function same(kind: EventKind, from: number, to: number): Promise<readonly number[]> {
  const { list = [], bars, playedBars, ...others } = await found(kind, from, to)
  for (const [reader, rows] of Object.entries(others)) expect([reader, rows]).toEqual([reader, list])
  expect([bars, playedBars]).toEqual([[list.length], [list.length]])
  return list
}

/** Which rows that began in a span are found oldest first, in the window and in an opened file. */
async function forth(kind: EventKind, from: number, to: number): Promise<readonly number[]> {
  const span = { from: START + from * MINUTE, to: START + to * MINUTE, kinds: [kind], after: 0 }
  const file = new PlayedFile()
  file.take({ kind: 'events', events: all() })
  file.end()
  const { events } = await eventsPage(live(), span)
  const played = await file.page({ ...span, filter: '' }, { asOf: START, from: START, to: START })
  expect(played.events).toEqual(events)
  return events.map(({ at }) => minutes(at))
}

function failAt(watched: Watched, ...when: readonly number[]): void {
  for (const minute of when) {
    watched.ran = minute
    watched.tell(FAILS)
  }
}

describe('rows that grow where our clock was set', () => {
  it('end where it was put back: what happened then is of the minutes in which it happened', async () => {
    const watched = new Watched(store)
    watched.skew = 60
    watched.join()
    failAt(watched, 1)
    watched.ran = 2
    watched.set(0)
    failAt(watched, 3, 5, 7, 9, 10.5)
    const rows = all().filter(({ event }) => event.kind === 'DialFailed')
    expect(rows.map(({ at, times = 1, lastAt = at }) => [minutes(at), times, minutes(lastAt)])).toEqual([
      [61, 1, 61],
      [3, 5, 10.5],
    ])
    // Since when it fails is told by the clock as it was put back.
    expect(rows[1]?.event).toMatchObject({ since: START + MINUTE })
    expect(await same('DialFailed', 4, 10)).toEqual([3])
    expect(await same('DialFailed', 6, 8)).toEqual([3])
    // What a clock told that was ahead counts for the minute to which it was put back.
    expect(await same('DialFailed', 1.5, 2.5)).toEqual([61])
    expect(await same('DialFailed', 0, 60)).toEqual([61, 3])
  })

  it('end where it was set ahead, by less than they grow too, and where it was put back again', async () => {
    const watched = new Watched(store)
    watched.join()
    failAt(watched, 4)
    watched.ran = 5
    watched.set(3)
    failAt(watched, 6, 7)
    watched.ran = 8
    watched.set(0)
    failAt(watched, 9, 11)
    const rows = all().filter(({ event }) => event.kind === 'DialFailed')
    expect(rows.map(({ at, times = 1 }) => [minutes(at), times])).toEqual([
      [4, 1],
      [9, 2],
      [9, 2],
    ])
    expect(rows.map(({ event }) => ('since' in event ? minutes(event.since ?? 0) : null))).toEqual([null, 4, 4])
    expect(await same('DialFailed', 7.5, 8.5)).toEqual([9])
    expect(await same('DialFailed', 8.5, 10)).toEqual([9])
    expect(await same('DialFailed', 10, 13)).toEqual([9])
    expect(await same('DialFailed', 0, 8)).toEqual([4, 9])
    expect(await forth('DialFailed', 7.5, 8.5)).toEqual([9])
    expect(await forth('DialFailed', 8.5, 20)).toEqual([9])
  })

  it('tell since when they go on also where a machine slept', () => {
    const watched = new Watched(store)
    watched.join()
    failAt(watched, 1)
    // Its clock went on while the monotonic one stood still.
    watched.skew = 60
    failAt(watched, 2)
    expect(all().at(-1)).toMatchObject({ at: START + 62 * MINUTE, event: { since: START + MINUTE } })
  })

  it('have each time of a row in the minutes for which it counts', async () => {
    const watched = new Watched(store)
    watched.join()
    failAt(watched, 1, 5)
    watched.ran = 6
    watched.set(3)
    failAt(watched, 6.5, 8)
    watched.ran = 9
    watched.set(0)
    watched.ran = 10
    watched.log({ kind: 'NeighborUp', peerId: idOf('b') })
    // Told at 9.5 and 11.
    expect(await same('DialFailed', 9, 9)).toEqual([9.5])
    expect(await same('DialFailed', 9.1, 20)).toEqual([])
    expect(await same('DialFailed', 2, 3)).toEqual([])
    expect(await same('DialFailed', 4, 6)).toEqual([1])
  })
})

it('a row that was covered at first counts from when it was not', async () => {
  const watched = new Watched(store)
  watched.join()
  watched.ran = 5
  watched.set(3)
  failAt(watched, 6.5, 6.8, 8)
  watched.ran = 9
  watched.set(0)
  watched.ran = 10
  watched.set(10)
  // Told at 9.5, 9.8 and 11; nine to ten came again.
  expect(await same('DialFailed', 9, 10)).toEqual([9.5])
  expect(await same('DialFailed', 9.6, 10)).toEqual([])
  expect(await same('DialFailed', 9.2, 20)).toEqual([9.5])
})

it('pages of a span go on to rows that began before it', async () => {
  const watched = new Watched(store)
  watched.join()
  failAt(watched, 1)
  watched.ran = 2
  watched.tell({ kind: 'NeighborUp', peerId: idOf('b') })
  failAt(watched, 6)
  const kinds: EventKind[] = ['DialFailed', 'NeighborUp']
  const { events } = await eventsPage(live(), { from: START + 4 * MINUTE, to: START + 7 * MINUTE, kinds, limit: 1 })
  expect(events.map(({ at }) => minutes(at))).toEqual([1])
})

it('a shared moment holds what is of its span, as it was logged, and its reader counts the same', async () => {
  const watched = new Watched(store)
  watched.join()
  watched.come()
  watched.ran = 5
  watched.set(30)
  failAt(watched, 5.5)
  watched.purge()
  watched.tell({ kind: 'Stalled', ms: 20_000 })
  watched.ran = 6
  watched.set(0)
  watched.come()
  failAt(watched, 7)
  watched.journal.flush()
  watched.ran = 9
  const network = { kind: 'peerscope', id: NETWORK_ID, name: 'n' } as const
  const source = { network, store, live: new Map(), links: null, loss: null, now: watched.clock.now() }
  const read = async (minute: number, spanMs: number) => {
    const { verdict, content } = await opened(await fileAt(source, START + minute * MINUTE, spanMs))
    const moment = verdict.moment ?? { asOf: 0, from: 0, to: 0, events: 0 }
    const span = { from: moment.from, to: moment.to }
    const list = (await eventsPage(live(), span)).events
    expect((await content.page({ ...span, filter: '' }, moment)).events).toEqual(list)
    expect(content.events).toEqual(list.toReversed())
    expect([verdict.ok, moment.events]).toEqual([true, list.length])
    const logged = new Map(all().map((one) => [one.seq, one]))
    expect(content.told).toEqual(content.told.map(({ seq }) => logged.get(seq)))
    const query = { from: span.from, to: span.to + 1, bins: 3, filter: '' }
    expect(content.counts(query, moment)).toEqual(await eventCounts(live(), query))
    return { content, list: list.map(({ at, event }) => [minutes(at), event.kind]) }
  }
  const whole = await read(6, 1.5 * MINUTE)
  expect(whole.list.filter(([at]) => at === 35.5)).toHaveLength(5)
  // A stall just before the span may explain it.
  const after = await read(6.6, 0.4 * MINUTE)
  expect(after.list).toEqual([[7, 'DialFailed']])
  expect(after.content.told).toContainEqual(
    expect.objectContaining({ at: START + 35.5 * MINUTE, event: { kind: 'Stalled', ms: 20_000 } }),
  )
})

describe('a span, where our clock was put back', () => {
  it('has what was told ahead of time where it counts, forth and back, and in exports', async () => {
    const watched = new Watched(store)
    watched.skew = 30
    watched.join()
    watched.come()
    watched.ran = 1
    watched.purge()
    watched.ran = 3
    watched.set(0)
    watched.come()
    expect(await same('PeerDeparted', 2, 10)).toEqual([31, 31, 31])
    expect(await forth('PeerDeparted', 2, 10)).toEqual([31, 31, 31])
    expect(await same('PeerDeparted', 28, 32)).toEqual([])
    expect(await forth('PeerDeparted', 28, 32)).toEqual([])
    expect(await same('PeerDiscovered', 2, 10)).toEqual([30, 30, 30, 3, 3, 3])
    expect(await forth('PeerDiscovered', 3.5, 40)).toEqual([])
  })

  it('has what came before minutes that a wrong clock showed again', async () => {
    const watched = new Watched(store)
    watched.join()
    watched.ran = 59
    failAt(watched, 59)
    watched.ran = 60
    watched.set(-50)
    failAt(watched, 60.5)
    watched.ran = 61
    watched.set(0)
    failAt(watched, 61.5)
    expect(await same('DialFailed', 55, 62)).toEqual([59, 61.5])
    expect(await same('DialFailed', 10.4, 10.6)).toEqual([10.5])
    expect(await same('DialFailed', 10.6, 59)).toEqual([59])
    expect(await forth('DialFailed', 10, 62)).toEqual([59, 10.5, 61.5])
  })

  it('has what was told before it, and the last one before it, as causes read it', async () => {
    const watched = new Watched(store)
    watched.join()
    failAt(watched, 1)
    watched.ran = 2
    watched.tell({ kind: 'NeighborUp', peerId: idOf('b') })
    const read = async (kinds: readonly EventKind[], from: number, to: number) => {
      const { events, before } = await eventsIn(live(), kinds, START + from * MINUTE, START + to * MINUTE)
      return [events.map(({ at }) => minutes(at)), before === null ? null : minutes(before.at)]
    }
    failAt(watched, 6)
    // A row that began before another one grew after it.
    expect(await read(['DialFailed', 'NeighborUp'], 4, 7)).toEqual([[1], 2])
    expect(await read(['NeighborUp'], 4, 7)).toEqual([[], 2])
    expect(await read(['NeighborUp'], 1, 7)).toEqual([[2], null])
    watched.ran = 20
    watched.set(-10)
    watched.tell({ kind: 'NeighborUp', peerId: idOf('c') })
    watched.ran = 21
    watched.set(0)
    // The last one by number is of the minute 10, which a wrong clock showed again: it came later.
    expect(await read(['NeighborUp'], 15, 22)).toEqual([[], 2])
    expect(await read(['NeighborUp'], 9, 11)).toEqual([[10], 2])
  })
})
