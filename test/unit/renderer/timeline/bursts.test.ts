import { expect, test } from 'vitest'
import { foldBursts, lineKey, newestSeq } from '../../../../src/renderer/src/timeline/bursts.ts'
import type { EventKind, LoggedEvent } from '../../../../src/shared/events.ts'
import { peerIdAt } from '../../../support/renderer/fake-network.ts'

/** Newest first: the later in `times`, the older. */
function events(kind: 'NeighborUp' | 'NeighborDown', firstSeq: number, times: readonly number[]): LoggedEvent[] {
  return times.map((at, index) => ({
    seq: firstSeq - index,
    at,
    event: { kind, peerId: peerIdAt(index % 3) },
  }))
}

test('many of one kind within seconds become one line, with who they are about', () => {
  const burst = events('NeighborUp', 100, [9000, 8000, 7000, 5000, 3000, 1000])
  const [line, ...rest] = foldBursts(burst, new Set())
  expect(rest).toEqual([])
  expect(line).toMatchObject({ type: 'burst', key: 95, kind: 'NeighborUp' satisfies EventKind, count: 6, open: false })
  expect(line?.type === 'burst' ? line.peers.length : 0).toBe(3)
})

test('few, far apart or of other kinds stay apart', () => {
  const few = events('NeighborUp', 100, [4000, 3000, 2000, 1000])
  expect(foldBursts(few, new Set()).map(({ type }) => type)).toEqual(['event', 'event', 'event', 'event'])
  const apart = events('NeighborUp', 100, [90_000, 80_000, 70_000, 60_000, 50_000, 40_000])
  expect(foldBursts(apart, new Set()).every(({ type }) => type === 'event')).toBe(true)
  const ups = events('NeighborUp', 100, [9, 8, 7, 6, 5])
  const downs = events('NeighborDown', 95, [4, 3, 2, 1, 0])
  expect(foldBursts([...ups, ...downs], new Set()).map(({ type }) => type)).toEqual(['burst', 'burst'])
})

test('an opened burst shows each event, and is the same burst when newer ones come', () => {
  const burst = events('NeighborUp', 100, [9000, 8000, 7000, 5000, 3000])
  const opened = foldBursts(burst, new Set([96]))
  expect(opened.map(({ type }) => type)).toEqual(['burst', 'event', 'event', 'event', 'event', 'event'])
  expect(opened.slice(1).every((line) => line.type === 'event' && line.within)).toBe(true)
  const newer = foldBursts([...events('NeighborUp', 101, [9500]), ...burst], new Set([96]))
  expect([newer.length, lineKey(newer[0]), newest(newer)]).toEqual([7, lineKey(opened[0]), 101])
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
