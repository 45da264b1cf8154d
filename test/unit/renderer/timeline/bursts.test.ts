import { expect, test } from 'vitest'
import { foldBursts, lineKey, newestSeq } from '../../../../src/renderer/src/timeline/bursts.ts'
import type { LoggedEvent } from '../../../../src/shared/events.ts'
import { peerIdAt } from '../../../support/renderer/fake-network.ts'

/** Newest first: the later in `times`, the older. */
function events(kind: 'NeighborUp' | 'NeighborDown', firstSeq: number, times: readonly number[]): LoggedEvent[] {
  return times.map((at, index) => ({
    seq: firstSeq - index,
    at,
    event: { kind, peerId: peerIdAt(index % 3) },
  }))
}

/** Newest first, a second apart, each about another peer. */
function gone(reason: 'graceful' | 'purged', firstSeq: number, count: number, newest: number): LoggedEvent[] {
  return Array.from({ length: count }, (_, index) => ({
    seq: firstSeq - index,
    at: newest - index * 1000,
    event: { kind: 'PeerDeparted', peerId: peerIdAt(index), reason, version: { startedAt: 0, updatedAt: 0 } },
  }))
}

test('many of one kind within seconds become one line, with who they are about', () => {
  const burst = events('NeighborUp', 100, [9000, 8000, 7000, 5000, 3000, 1000])
  const [line, ...rest] = foldBursts(burst, new Set())
  expect(rest).toEqual([])
  expect(line).toMatchObject({ type: 'burst', key: 95, count: 6, times: 6, lasting: false, open: false })
  expect(line?.type === 'burst' ? line.peers.length : 0).toBe(3)
})

test('few, far apart or of other kinds stay apart', () => {
  const few = events('NeighborUp', 100, [2000, 1000])
  expect(foldBursts(few, new Set()).map(({ type }) => type)).toEqual(['event', 'event'])
  const left = gone('graceful', 100, 4, 59_000)
  expect(foldBursts(left, new Set()).map(({ type }) => type)).toEqual(['event', 'event', 'event', 'event'])
  const apart = events('NeighborUp', 100, [90_000, 80_000, 70_000, 60_000, 50_000, 40_000])
  expect(foldBursts(apart, new Set()).every(({ type }) => type === 'event')).toBe(true)
  const ups = events('NeighborUp', 100, [9, 8, 7, 6, 5])
  const downs = events('NeighborDown', 95, [4, 3, 2, 1, 0])
  expect(foldBursts([...ups, ...downs], new Set()).map(({ type }) => type)).toEqual(['burst', 'burst'])
})

test('some of one kind are one line sooner where they tell nothing of who came and went', () => {
  const [line, ...rest] = foldBursts(events('NeighborDown', 100, [4000, 3000, 2000, 1000]), new Set())
  expect([line?.type, rest.length]).toEqual(['burst', 0])
})

test('restarts fold from five on', () => {
  const restarts = (count: number): LoggedEvent[] =>
    Array.from({ length: count }, (_, index) => ({
      seq: 100 - index,
      at: 59_000 - index * 1000,
      event: { kind: 'PeerRestarted', peerId: peerIdAt(index), startedAt: 1, after: null },
    }))
  expect(foldBursts(restarts(4), new Set()).map(({ type }) => type)).toEqual(['event', 'event', 'event', 'event'])
  expect(foldBursts(restarts(5), new Set())).toMatchObject([{ type: 'burst', count: 5 }])
})

test('an opened burst shows each event, and is the same burst when newer ones come', () => {
  const burst = events('NeighborUp', 100, [9000, 8000, 7000, 5000, 3000])
  const opened = foldBursts(burst, new Set([96]))
  expect(opened.map(({ type }) => type)).toEqual(['burst', 'event', 'event', 'event', 'event', 'event'])
  expect(opened.slice(1).every((line) => line.type === 'event' && line.within)).toBe(true)
  const newer = foldBursts([...events('NeighborUp', 101, [9500]), ...burst], new Set([96]))
  expect([newer.length, lineKey(newer[0]), newest(newer)]).toEqual([7, lineKey(opened[0]), 101])
})

test('goodbyes and silences never share a burst, however they are mixed', () => {
  const mixed = [...gone('graceful', 100, 6, 60_000 - 1), ...gone('purged', 90, 6, 60_000 - 400)]
  const list = mixed.toSorted((a, b) => b.at - a.at).map((logged, index) => ({ ...logged, seq: 200 - index }))
  const lines = foldBursts(list, new Set())
  expect(lines).toHaveLength(2)
  for (const [index, reason] of ['graceful', 'purged'].entries()) {
    const line = lines[index]
    expect(line).toMatchObject({
      type: 'burst',
      count: 6,
      newest: { event: { reason } },
      oldest: { event: { reason } },
    })
  }
  const [first] = lines
  const opened = foldBursts(list, new Set([first?.type === 'burst' ? first.key : 0]))
  expect(
    opened.filter((line) => line.type === 'event').map(({ logged: { event } }) => 'reason' in event && event.reason),
  ).toEqual(Array.from({ length: 6 }, () => 'graceful'))
})

test('a burst ends with its minute: newer events change nothing of it', () => {
  const older = gone('purged', 50, 6, 59_000)
  const newer = gone('purged', 90, 6, 65_000)
  const [, before] = foldBursts([...newer.slice(1), ...older], new Set())
  const [, after] = foldBursts([...newer, ...older], new Set())
  expect(lineKey(after)).toBe(lineKey(before))
  expect(foldBursts([...newer, ...older], new Set())).toHaveLength(2)
})

test('what goes on failing is one line for each peer, with how often and when last', () => {
  const dead = [1, 2].map((index) => `/ip4/10.0.0.${index}/tcp/1/p2p/${peerIdAt(index)}`)
  const hour = 3_600_000
  const list = Array.from({ length: 8 }, (_, index): LoggedEvent => {
    const at = (20 - index) * hour
    const event = { kind: 'DialFailed', target: dead[index % 2] ?? '', reason: 'refused', since: hour } as const
    return { seq: 100 - index, at, event, times: 30, lastAt: at + hour / 2 }
  })
  const joins = events('NeighborUp', 50, [900])
  const lines = foldBursts([...list, ...joins], new Set())
  expect(lines).toHaveLength(3)
  expect(lines[0]).toMatchObject({ lasting: true, count: 4, times: 120, lastAt: 20.5 * hour, peers: [peerIdAt(1)] })
  expect(lines[1]).toMatchObject({ lasting: true, count: 4, times: 120, lastAt: 19.5 * hour, peers: [peerIdAt(2)] })
})

test('a line of what fails counts one outage: not over a time in which the peer was here, also where the list does not tell of that', () => {
  const minute = 60_000
  const peerId = peerIdAt(1)
  const row = (
    seq: number,
    at: number,
    times: number,
    more: { reason?: string; since?: number } = {},
  ): LoggedEvent => ({
    seq,
    at,
    event: { kind: 'DialFailed', target: `/ip4/10.0.0.1/tcp/${seq}/p2p/${peerId}`, reason: 'refused', ...more },
    times,
    lastAt: at + minute,
  })
  const joined: LoggedEvent = {
    seq: 40,
    at: 54 * minute,
    event: {
      kind: 'PeerDiscovered',
      peerId,
      source: 'sync',
      version: { startedAt: 0, updatedAt: 0 },
      tags: [],
      addresses: [],
    },
  }
  const sync: LoggedEvent = {
    seq: 41,
    at: 54.5 * minute,
    event: { kind: 'SyncCompleted', peerId, received: 0, sent: 0, bytes: 0, durationMs: 1 },
  }
  const timesOf = (list: readonly LoggedEvent[]) =>
    foldBursts(list, new Set())
      .filter((line) => line.type === 'burst' || line.logged.event.kind === 'DialFailed')
      .map((line) => (line.type === 'burst' ? line.times : (line.logged.times ?? 1)))
  const now = [row(60, 68 * minute, 6, { since: 58 * minute }), row(50, 58 * minute, 6)]
  const before = [row(30, 52 * minute, 2), row(20, 11 * minute, 4, { since: minute }), row(10, minute, 8)]
  expect(timesOf([...now, joined, ...before])).toEqual([12, 2, 12])
  // Without its joining the rows tell themselves: since when, and, long after others, that they began.
  expect(timesOf([...now, ...before.slice(1)])).toEqual([12, 12])
  // An address that refuses while its peer is well is one failure.
  expect(timesOf([row(50, 58 * minute, 6), sync, row(30, 52 * minute, 2)])).toEqual([8])
  expect(timesOf([row(50, 58 * minute, 6, { reason: 'no answer' }), sync, row(30, 52 * minute, 2)])).toEqual([6, 2])
})

test('nothing is lost in folding', () => {
  const list = [
    ...events('NeighborUp', 100, [900, 800, 700, 600, 500, 400]),
    ...events('NeighborDown', 94, [300]),
    ...events('NeighborUp', 93, [200, 100]),
  ]
  const counted = foldBursts(list, new Set()).map((line) => (line.type === 'event' ? 1 : line.count))
  expect(counted.reduce((sum, count) => sum + count, 0)).toBe(list.length)
})

function newest(lines: readonly Parameters<typeof newestSeq>[0][]): number | null {
  return lines[0] === undefined ? null : newestSeq(lines[0])
}
