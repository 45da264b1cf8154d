import { expect, test } from 'vitest'
import type { EventCounts } from '../../../../src/shared/lanes.ts'
import {
  barAt,
  barByKey,
  barWords,
  mostBars,
  ROOM,
  shareOf,
  spanOf,
  timeAt,
} from '../../../../src/renderer/src/timeline/bar-places.ts'
import {
  binEvents,
  binsOf,
  binsUntil,
  countAxis,
  countOf,
  endOf,
  highestOf,
  planBins,
  ticksOf,
  totalsOf,
} from '../../../../src/renderer/src/timeline/bins.ts'
import type { DiscoveryEvent, LoggedEvent } from '../../../../src/shared/events.ts'
import { LANES } from '../../../../src/shared/lanes.ts'
import { peerIdAt } from '../../../support/renderer/fake-network.ts'

const peerId = peerIdAt(1)
const version = { startedAt: 0, updatedAt: 0 }
const HOUR = 3_600_000
const event = (at: number, what: DiscoveryEvent): LoggedEvent => ({ seq: at, at, event: what })
const up = (at: number): LoggedEvent => event(at, { kind: 'NeighborUp', peerId })
const gone = (at: number, reason: 'graceful' | 'purged' | 'lost'): LoggedEvent =>
  event(at, { kind: 'PeerDeparted', peerId, reason, version })

test.each([
  [60_000, 120],
  [HOUR, 100],
  [HOUR, 15],
  [24 * HOUR, 130],
  [30 * 24 * HOUR, 40],
  [4000 * 24 * HOUR, 400],
])('a span of %d ms has round bars, at most %d of them, that hold its ends', (span, most) => {
  const to = Date.UTC(2026, 10, 23, 10, 11, 12, 345)
  const plan = planBins(to - span, to, most)
  expect(plan.count).toBeLessThanOrEqual(most)
  expect(plan.from).toBeLessThanOrEqual(to - span)
  expect(endOf(plan)).toBeGreaterThan(to)
  expect(plan.width % 1000).toBe(0)
  // No bar is wider than it must be: half as many would not do.
  expect(plan.count).toBeGreaterThan(most / 8)
  const zone = new Date(plan.from).getTimezoneOffset() * 60_000
  expect((plan.from - zone) % plan.width).toBe(0)
})

test('bars hold every event once, by lane; goodbyes and silences apart', () => {
  const plan = planBins(90_000, 99_900, 10)
  const bins = binEvents([up(99_500), gone(99_400, 'graceful'), gone(99_300, 'purged'), up(95_000), up(1)], plan)
  expect([bins.width, bins.from, bins.count, bins.exact]).toEqual([1000, 90_000, 10, true])
  expect([countOf(bins, 9, 'goodbye'), countOf(bins, 9, 'silent'), countOf(bins, 5, 'other')]).toEqual([1, 1, 1])
  expect(totalsOf(bins)).toEqual({
    joined: 0,
    goodbye: 1,
    silent: 1,
    lost: 0,
    restarted: 0,
    failed: 0,
    islands: 0,
    own: 0,
    other: 2,
    again: 0,
  })
  expect([highestOf(bins, LANES), highestOf(bins, ['silent']), highestOf(bins, [])]).toEqual([3, 1, 0])
})

test('counts of the engine become the same bars, with what they are worth', () => {
  const plan = planBins(0, 3000, 10)
  const bins = binsOf(plan, { bins: [{ joined: 4 }, {}, { silent: 2, again: 9 }], exact: false })
  expect([countOf(bins, 0, 'joined'), countOf(bins, 2, 'again'), bins.exact]).toEqual([4, 9, false])
  expect(barWords(bins, 2, ['silent'])).toMatch(/: ≈ 2 went silent$/)
  expect(barWords(bins, 1, LANES)).toMatch(/ to .*: nothing$/)
})

test('the axis of times has labels at round times, no closer than asked', () => {
  const { step, ticks } = ticksOf({ from: 0, width: 1000, count: 200 }, 13)
  expect(step).toBe(15_000)
  expect(ticks.every((at) => at % 15_000 === 0)).toBe(true)
  expect(ticks).toHaveLength(14)
  // Labels have no place in a picture that is narrower than its margins, and take no time either.
  expect(ticksOf({ from: 0, width: 86_400_000, count: 200 }, -540).ticks).toHaveLength(200)
})

test.each([
  [0, 4, 1, 1],
  [1, 4, 1, 1],
  [3, 2, 4, 2],
  [7, 4, 8, 2],
  [93, 4, 100, 50],
  [1204, 3, 1500, 500],
  [5, 0, 5, 5],
])('the axis of counts up to %d in %d lines ends at %d, by steps of %d', (highest, lines, top, step) => {
  expect(countAxis(highest, lines)).toEqual({ top, step })
})

test('places and moments lead to each other, and stay within the bars', () => {
  const plan = { from: 100_000, width: 1000, count: 50 }
  const width = 550
  const x = ROOM.left + shareOf(plan, 120_000) * (width - ROOM.left - ROOM.right)
  expect(timeAt(plan, x, width)).toBe(120_000)
  expect([timeAt(plan, -5, width), timeAt(plan, 9999, width)]).toEqual([100_000, 150_000])
  expect([barAt(plan, 120_999), barAt(plan, 0), barAt(plan, 999_999)]).toEqual([20, 0, 49])
  expect(spanOf(plan, 20)).toEqual({ from: 120_000, to: 120_999 })
  expect(mostBars(0)).toBe(10)
})

test('keys move from bar to bar and stop at the ends; without a bar they begin at the newest', () => {
  expect(['ArrowLeft', 'PageDown', 'End', 'ArrowRight'].map((key) => barByKey(key, null, 50))).toEqual([49, 49, 49, 49])
  expect(barByKey('Home', null, 50)).toBe(0)
  expect(['ArrowLeft', 'ArrowRight', 'PageUp', 'PageDown'].map((key) => barByKey(key, 20, 50))).toEqual([
    19, 21, 30, 10,
  ])
  expect([barByKey('PageDown', 3, 50), barByKey('ArrowRight', 49, 50), barByKey('x', 3, 50)]).toEqual([0, 49, null])
})

test('of a past moment bars count what had happened by then, of its own bar what the engine says', () => {
  const plan = planBins(90_000, 99_900, 10)
  const bins = binEvents([gone(99_400, 'purged'), up(95_700), up(95_100), gone(93_000, 'lost')], plan)
  const totals = (at: number, part: EventCounts | null) => {
    const { other, lost, silent } = totalsOf(binsUntil(bins, at, part))
    return { other, lost, silent }
  }
  const part = { bins: [{ other: 1 }], exact: true }
  expect(totals(95_500, part)).toEqual({ other: 1, lost: 1, silent: 0 })
  // Not yet known: no more than what is sure.
  expect(totals(95_500, null)).toEqual({ other: 0, lost: 1, silent: 0 })
  expect(totals(89_000, null)).toEqual({ other: 0, lost: 0, silent: 0 })
  expect(totals(200_000, null)).toEqual({ other: 2, lost: 1, silent: 1 })
  expect([part, { ...part, exact: false }].map((one) => binsUntil(bins, 95_500, one).exact)).toEqual([true, false])
})
