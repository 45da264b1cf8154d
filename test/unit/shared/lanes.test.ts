import { expect, test } from 'vitest'
import type { DiscoveryEvent, LoggedEvent } from '../../../src/shared/events.ts'
import { EVENT_KINDS } from '../../../src/shared/events.ts'
import { binOf, countByLane, kindsInLanes, laneOf, LANES, lanesOfKind } from '../../../src/shared/lanes.ts'
import { fakeEvent, peerIdAt, randomFrom } from '../../support/renderer/fake-network.ts'

const peerId = peerIdAt(1)
const version = { startedAt: 1, updatedAt: 1 }
const updated = { kind: 'PeerUpdated', peerId, source: 'gossip', version, tags: [], addresses: [] } as const

test.each<[DiscoveryEvent, string]>([
  [{ kind: 'PeerDeparted', peerId, reason: 'graceful', version }, 'goodbye'],
  [{ kind: 'PeerDeparted', peerId, reason: 'purged', version }, 'silent'],
  [{ kind: 'PeerDeparted', peerId, reason: 'lost', version }, 'lost'],
  [{ kind: 'PeerDeparted', peerId, reason: 'removed', version }, 'other'],
  [{ ...updated, changed: [] }, 'again'],
  [{ ...updated, changed: ['tags'] }, 'other'],
  [{ kind: 'PeerRestarted', peerId, startedAt: 2, after: null }, 'restarted'],
  [{ kind: 'DialFailed', target: 'x', reason: 'refused' }, 'failed'],
  [{ kind: 'ClockJumped', byMs: 3000 }, 'own'],
])('%o is in lane %s', (event, lane) => {
  expect(laneOf(event)).toBe(lane)
  expect(lanesOfKind(event.kind)).toContain(lane)
})

test('every kind has a lane, and the kinds of a lane are those that can be in it', () => {
  for (const kind of EVENT_KINDS) {
    expect(lanesOfKind(kind).length).toBeGreaterThan(0)
    for (const lane of LANES) expect(kindsInLanes([lane]).includes(kind)).toBe(lanesOfKind(kind).includes(lane))
  }
  expect(kindsInLanes(['silent', 'again'], ['PeerUpdated', 'DialFailed'])).toEqual(['PeerUpdated'])
  expect(kindsInLanes([])).toEqual([])
})

test('events are counted by lane in the bin of their time, those outside in none', () => {
  const random = randomFrom(3)
  const events = Array.from({ length: 300 }, (_, n) => fakeEvent(n, n * 10, peerId, random))
  const span = { from: 500, to: 2500, bins: 7 }
  const { bins, exact } = countByLane(events, span)
  expect(exact).toBe(true)
  const total = bins.flatMap((bin) => Object.values(bin)).reduce((sum, count) => sum + count, 0)
  expect(total).toBe(events.filter(({ at }) => at >= 500 && at < 2500).length)
  for (const lane of LANES) {
    const inLane = events.filter(({ at, event }) => binOf(at, span) === 3 && laneOf(event) === lane).length
    expect(bins[3]?.[lane] ?? 0).toBe(inLane)
  }
  expect([binOf(499, span), binOf(2500, span), binOf(500, span), binOf(2499, span)]).toEqual([null, null, 0, 6])
})

const announced = (seq: number, at: number, times: number, lastAt: number): LoggedEvent => ({
  seq,
  at,
  event: { ...updated, changed: [] },
  times,
  lastAt,
})

test('announcements are counted, not their rows, and lie evenly from the first to the last', () => {
  const span = { from: 1000, to: 2000, bins: 5 }
  const again = (events: readonly LoggedEvent[], until?: number): readonly number[] =>
    countByLane(events, span, until).bins.map((bin) => bin.again ?? 0)
  // 1000, 1100, … 1900.
  const row = announced(1, 1000, 10, 1900)
  expect(again([row])).toEqual([2, 2, 2, 2, 2])
  expect(again([row, announced(2, 1350, 1, 1350)])).toEqual([2, 3, 2, 2, 2])
  // What was before the span, and what comes after it or after a moment, is in no bar.
  expect(again([announced(1, 500, 20, 2400)])).toEqual([2, 2, 2, 2, 2])
  expect(again([row], 1350)).toEqual([2, 2, 0, 0, 0])
  expect(again([row], 1200)).toEqual([2, 1, 0, 0, 0])
  expect(again([row], 900)).toEqual([0, 0, 0, 0, 0])
  // All at one moment.
  expect(again([announced(1, 1500, 7, 1500)])).toEqual([0, 0, 7, 0, 0])
  // What fails again and again is one thing that fails.
  const failed: LoggedEvent = { ...row, event: { kind: 'DialFailed', target: 'x', reason: 'refused' } }
  expect(countByLane([failed], span).bins).toEqual([{ failed: 1 }, {}, {}, {}, {}])
})
