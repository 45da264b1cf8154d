import { expect, test } from 'vitest'
import type { DiscoveryEvent } from '../../../src/shared/events.ts'
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

test('a row counts once, where it happened first in the span, however often it happened', () => {
  const span = { from: 1000, to: 2000, bins: 5 }
  const row = { seq: 1, at: 1250, times: 9, lastAt: 1900 }
  for (const event of [{ ...updated, changed: [] }, { kind: 'DialFailed', target: 'x', reason: 'refused' } as const]) {
    const counts = (at: number): readonly unknown[] => countByLane([{ ...row, at, event }], span).bins
    expect(counts(1250)).toEqual([{}, { [laneOf(event)]: 1 }, {}, {}, {}])
    // When an announcement of a row came is not kept.
    const grown = event.kind === 'DialFailed' ? { failed: 1 } : {}
    expect(counts(900)).toEqual([{}, {}, {}, {}, grown])
  }
  const earlier = [900, 950, 1300, 1500].map((lastAt, index) => ({ times: index + 1, lastAt }))
  const failed = { ...row, at: 900, event: { kind: 'DialFailed', target: 'x', reason: 'refused' } as const, earlier }
  expect(countByLane([failed], span).bins).toEqual([{}, { failed: 1 }, {}, {}, {}])
  expect(
    countByLane([{ ...failed, lastAt: 2500, earlier: earlier.slice(0, 2) }], span).bins.flatMap(Object.keys),
  ).toEqual([])
})
