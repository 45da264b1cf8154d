import { beforeEach, describe, expect, it } from 'vitest'
import { healthSeries, storedSeries } from '../../../../src/main/monitor/insight/series.ts'
import { healthNow } from '../../../../src/main/monitor/insight/health-now.ts'
import { eventCounts } from '../../../../src/main/monitor/event-counts.ts'
import { eventsPage } from '../../../../src/main/monitor/events-page.ts'
import { shownAt } from '../../../../src/main/monitor/journal/shown.ts'
import { shownChanges } from '../../../../src/main/monitor/journal/span.ts'
import { lossAt } from '../../../../src/main/monitor/loss.ts'
import { pastPicture } from '../../../../src/main/monitor/past.ts'
import type { Store } from '../../../../src/main/store/types.ts'
import type { HealthSeries } from '../../../../src/shared/health.ts'
import { idOf } from '../../../support/discovery/entries.ts'
import { MINUTE, Watched } from '../../../support/watched.ts'
import { eachWithStore, NETWORK, NETWORK_ID, START } from '../../store/data-folder.ts'

const { peers } = Watched

let store: Store
eachWithStore((opened) => {
  store = opened
})

let watched: Watched

/** What pages and bars of events are read from. */
const eventsSource = () => ({ store, networkKey: NETWORK, live: () => undefined, loss: null, now: watched.clock.now() })

const picture = async (minute: number) =>
  (await pastPicture({ store, networkKey: NETWORK, self: undefined }, START + minute * MINUTE)).peers.filter(
    ({ state }) => state === 'online',
  ).length

const series = (from: number, to: number, points: number): Promise<HealthSeries> =>
  healthSeries(
    storedSeries({
      store,
      networkKey: NETWORK,
      purgeAfterMs: 20_000,
      joined: true,
      among: null,
      crawls: () => false,
      now: watched.clock.now(),
    }),
    { from: START + from * MINUTE, to: START + to * MINUTE, points },
  )

/** All came after a minute, and were purged while our clock was 3 min ahead; a minute later it may be put back. */
function purgedAhead(): void {
  watched = new Watched(store)
  watched.join()
  watched.ran = 1
  watched.come()
  watched.ran = 5
  watched.set(3)
  watched.ran = 5.5
  watched.purge()
  watched.journal.flush()
  watched.ran = 6
}

describe('our clock was ahead for a minute, and put back', () => {
  beforeEach(() => {
    purgedAhead()
    // One comes back before the jump is told.
    watched.set(0, () => watched.come())
    watched.journal.flush()
    watched.ran = 8.6
  })

  it('a moment that our clock showed twice is the last one of both', async () => {
    for (const minute of [2, 4.9, 6.1, 7.9, 8.55, 8.6, 9.5])
      expect([minute, await picture(minute)]).toEqual([minute, 3])
    // Nobody was here before they came.
    expect(await picture(0.5)).toBe(0)
    expect(store.lastSeqAt(NETWORK, START + 8.6 * MINUTE)).toBe(store.lastSeqAt(NETWORK, START + 60 * MINUTE))
  })

  it('charts draw who was here as it went on, and each event once', async () => {
    const { here, joined, silent, ownClock, p50 } = await series(0, 8.6, 86)
    expect(new Set(here.slice(11))).toEqual(new Set([3]))
    expect(here.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 0))
    expect(joined.flatMap((count, at) => (count === 0 ? [] : [[at, count]]))).toEqual([
      [10, 3],
      [60, 3],
    ])
    // Who went silent by the clock that was ahead did so before it was put back.
    expect(ownClock.flatMap((count, at) => (count === 0 ? [] : [[at, count]]))).toEqual([[60, 3]])
    expect(new Set(silent)).toEqual(new Set([0]))
    expect(new Set(p50.slice(11))).toEqual(new Set([20]))
  })

  it('who left is told as soon as the clock is right', async () => {
    const { left } = await healthNow({
      store,
      networkKey: NETWORK,
      network: { kind: 'peerscope', id: NETWORK_ID, name: 'n' },
      status: null,
      state: 'online',
      storeStatus: null,
      rows: () => peers,
      islands: null,
      apart: new Set(),
      told: true,
      purgeAfterMs: 20_000,
      now: START + 7 * MINUTE,
    })
    expect(left).toMatchObject({ silent: 0, ownClock: 3 })
  })

  it('events of a span are those that count for it, in pages and in bars, and once', async () => {
    const source = eventsSource()
    const told = async (from: number, to: number) => {
      const span = { from: START + from * MINUTE, to: START + to * MINUTE }
      const page = await eventsPage(source, { ...span, kinds: ['PeerDeparted'] })
      const { bins } = await eventCounts(source, { ...span, bins: 1, kinds: ['PeerDeparted'] })
      return [page.events.length, bins[0]?.silent ?? 0]
    }
    // They were purged at 8.5 by a clock that was put back to 6.
    expect(await told(1, 8.4)).toEqual([3, 3])
    expect(await told(5.5, 7)).toEqual([3, 3])
    expect(await told(8.45, 8.6)).toEqual([0, 0])
    // Before what our clock showed too early there are events of the span.
    const found = await eventsPage(source, { from: START, to: START + 1.5 * MINUTE, kinds: ['PeerDiscovered'] })
    expect(found.events).toHaveLength(3)
  })

  it('what changed over a span is what our clock showed last', async () => {
    const times: number[] = []
    const wish = { from: START + 2 * MINUTE, to: START + 8.6 * MINUTE, stepMs: 0 }
    for await (const change of shownChanges(store, NETWORK, wish, { peers, edges: [] }))
      times.push((change.at - START) / MINUTE)
    expect(times.every((minute) => minute < 8)).toBe(true)
  })

  it('a loss that began while the clock was ahead lasts', () => {
    const since = START + 8.4 * MINUTE
    store.append(NETWORK, START + 6.2 * MINUTE, {
      kind: 'NetworkLost',
      since,
      judgedAt: since,
      heardAt: null,
      purgeAfterMs: 1,
    })
    expect(lossAt(store, NETWORK, START + 7 * MINUTE)).toMatchObject({ purgeAfterMs: 1 })
  })
})

it('right after our clock was put back those are gone that it took for gone', async () => {
  purgedAhead()
  watched.set(0)
  // Something is shown again only then.
  watched.ran = 6.2
  watched.come()
  watched.journal.flush()
  watched.ran = 7
  for (const [minute, count] of [
    [5.9, 3],
    [6, 0],
    [6.1, 0],
    [6.3, 3],
  ] as const)
    expect([minute, await picture(minute)]).toEqual([minute, count])
  // The journal tells it: the log may reach less far back.
  expect((await shownAt(store, NETWORK, START + 6 * MINUTE))?.replay).toBeTruthy()
})

it('what changed over a span goes on after what a clock wrote that was ahead of all of it', async () => {
  watched = new Watched(store)
  watched.join()
  watched.ran = 5
  watched.set(30)
  for (const row of peers.slice(0, 1)) watched.view.putRow(row)
  watched.journal.flush()
  watched.ran = 6
  watched.set(0)
  watched.ran = 7
  watched.come()
  watched.journal.flush()
  watched.ran = 9
  const times: number[] = []
  const wish = { from: START + 2 * MINUTE, to: START + 8 * MINUTE, stepMs: 0 }
  for await (const change of shownChanges(store, NETWORK, wish, { peers: [], edges: [] }))
    times.push((change.at - START) / MINUTE)
  expect(new Set(times)).toEqual(new Set([7]))
})

it('history that a wrong clock repeats for a minute is not hidden behind it', async () => {
  watched = new Watched(store)
  watched.join()
  watched.ran = 1
  watched.come()
  watched.ran = 59
  watched.log({ kind: 'NeighborUp', peerId: idOf('a') })
  watched.ran = 60
  watched.set(-50)
  watched.purge()
  watched.journal.flush()
  watched.ran = 61
  watched.set(0)
  watched.come()
  watched.journal.flush()
  watched.ran = 62
  // Ten to eleven was shown again, when nobody was here.
  for (const [minute, count] of [
    [9, 3],
    [10.5, 0],
    [11.5, 3],
    [59, 3],
    [61.5, 3],
  ] as const)
    expect([minute, await picture(minute)]).toEqual([minute, count])
  const { here } = await series(0, 62, 62)
  // What our clock jumped over is as what was known last: that of the minute before.
  expect(here.flatMap((count, at) => (count === 3 ? [] : [at]))).toEqual([0, 10, 60])
  // Nor do pages end where the times of that minute are read.
  const source = eventsSource()
  const span = { from: START + 55 * MINUTE, to: START + 62 * MINUTE }
  const { events } = await eventsPage(source, { ...span, kinds: ['NeighborUp', 'PeerDeparted'], limit: 1 })
  expect(events.map(({ event }) => event.kind)).toEqual(['NeighborUp'])
})

it('a run that began while our clock was ahead is drawn from when that was put back', async () => {
  watched = new Watched(store)
  watched.skew = 3
  watched.join()
  watched.ran = 1
  watched.come()
  watched.log({ kind: 'Stalled', ms: 30_000 })
  watched.set(0)
  watched.ran = 3
  const { here, stallMs } = await series(0, 3, 3)
  expect(here).toEqual([null, 3, 3])
  expect(stallMs).toEqual([null, 0, 0])
})

it('what is shown is written down again where our clock was set, also ahead', () => {
  watched = new Watched(store)
  watched.join()
  watched.come()
  watched.ran = 1
  watched.set(10)
  for (const row of peers) watched.view.putRow({ ...row, rtt: null })
  watched.journal.flush()
  const groups: number[] = []
  for (
    let part = store.journalPart(NETWORK, 0, 1000);
    part !== null;
    part = store.journalPart(NETWORK, part.id + 1, 1000)
  )
    if (part.part === 0) groups.push((part.at - START) / MINUTE)
  expect(groups).toEqual([0, 11])
})
