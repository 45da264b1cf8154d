import { expect, test } from 'vitest'
import { arrangementOf, circlesFor, guidesOf } from '../../../../src/renderer/src/graph/arrange.ts'
import { placeClusters, SPACING } from '../../../../src/renderer/src/graph/clusters.ts'
import { groupsOf, NONE, OTHER, splitTag, tagKeys, valuesOf } from '../../../../src/renderer/src/graph/grouping.ts'
import type { ArrangeBy } from '../../../../src/renderer/src/graph/look.ts'
import { circlesUnderway, createPlacedLayout } from '../../../../src/renderer/src/graph/placed.ts'
import { parkOutliers } from '../../../../src/renderer/src/graph/rim.ts'
import { placeRings, ringOf, RINGS } from '../../../../src/renderer/src/graph/rings.ts'
import { rttColour, rttShare } from '../../../../src/renderer/src/graph/rtt-scale.ts'
import { uniqueIdFrom } from '../../../../src/shared/ids.ts'
import { peerRow } from '../../../support/renderer/fake-network.ts'

function placing(of: readonly number[], count: number) {
  const hashes = Uint32Array.from(of, (_, node) => Math.imul(node + 1, 0x9e3779b1) >>> 0)
  return { of: Int32Array.from(of), count, weights: new Uint32Array(of.length), hashes }
}

test('clusters by an id are called by its word', () => {
  const [named, other] = [uniqueIdFrom('shard-1'), uniqueIdFrom('shard-2')]
  const rows = [named, named, other].map((group, index) => peerRow(index, { groups: [group] }))
  const wordOf = (id: string): string => (id === named ? 'shard-1' : id)
  const { names } = arrangementOf('group', { slots: rows.length, rows }, () => 0, wordOf)
  expect(names.slice(0, 2)).toEqual(['shard-1', other])
})

test('clusters and rings are counted without us, and the cluster that we are in says so', () => {
  const rtt = { srtt: 5, rttvar: 1, last: 5, at: 0 }
  const rows = [
    peerRow(0, { self: true, tags: ['role:seed'] }),
    peerRow(1, { tags: ['role:seed'], rtt }),
    peerRow(2, { tags: ['role:light'], rtt }),
  ]
  const labels = (by: ArrangeBy) => {
    const arrangement = arrangementOf(by, { slots: rows.length, rows }, () => 0, String)
    return guidesOf(arrangement, Float32Array.from(arrangement.names.flatMap(() => [0, 0, 10])))
      .map(({ label }) => label)
      .filter((label) => !label.endsWith('· 0'))
  }
  expect(labels('key:role')).toEqual(['seed · 1 + us', 'light · 1'])
  expect(labels('rings')).toEqual(['< 10 ms · 2'])
})

test('clusters lie apart, each around its own peers, the best connected in the middle', () => {
  const of = Array.from({ length: 300 }, (_, node) => node % 7)
  const given = placing(of, 7)
  given.weights[14] = 50
  const { positions, circles } = placeClusters(given)
  const circle = (at: number) => [circles[at * 3] ?? 0, circles[at * 3 + 1] ?? 0, circles[at * 3 + 2] ?? 0] as const
  of.forEach((cluster, node) => {
    const [x, y, radius] = circle(cluster)
    expect(Math.hypot((positions[node * 2] ?? 0) - x, (positions[node * 2 + 1] ?? 0) - y)).toBeLessThan(radius)
  })
  for (let a = 0; a < 7; a++)
    for (let b = 0; b < a; b++) {
      const [one, other] = [circle(a), circle(b)]
      expect(Math.hypot(one[0] - other[0], one[1] - other[1])).toBeGreaterThan(one[2] + other[2])
    }
  const [x, y] = circle(0)
  expect(Math.hypot((positions[28] ?? 0) - x, (positions[29] ?? 0) - y)).toBeLessThan(SPACING)
})

test('rings: slower peers are farther away, ourselves in the middle, no two in one place', () => {
  const times = [null, 5, 20, 40, 80, 200, 400, 900]
  const of = [-1, ...Array.from({ length: 160 }, (_, node) => ringOf(times[node % times.length] ?? null))]
  const { positions } = placeRings(placing(of, RINGS))
  const away = of.map((_, node) => Math.hypot(positions[node * 2] ?? 0, positions[node * 2 + 1] ?? 0))
  expect(away[0]).toBe(0)
  const wrong = of.filter((ring, a) => of.some((other, b) => ring < other && (away[a] ?? 0) >= (away[b] ?? 0)))
  expect(wrong).toEqual([])
  const places = of.map((_, node) => `${positions[node * 2]?.toFixed(1)} ${positions[node * 2 + 1]?.toFixed(1)}`)
  expect(new Set(places).size).toBe(of.length)
  // We are drawn the largest: between us and the nearest there is more room than between two rings.
  const few = placeRings(placing([-1, 0, 1], RINGS)).positions
  const [first = 0, second = 0] = [1, 2].map((node) => Math.hypot(few[node * 2] ?? 0, few[node * 2 + 1] ?? 0))
  expect(first).toBeGreaterThan(second - first + 1)
  expect(ringOf(10)).toBe(1)
})

test('what lies far outside is parked at the rim, what the user put there is not', () => {
  const nodes = Array.from({ length: 100 }, (_, node) => [Math.cos(node) * (node % 10), Math.sin(node) * (node % 10)])
  const positions = Float32Array.from([...nodes, [900, 0], [901, 0], [0, 800]].flat())
  const fixed = new Uint8Array(103)
  fixed[102] = 1
  expect(parkOutliers(positions, fixed)).toBe(2)
  expect(Math.hypot(positions[200] ?? 0, positions[201] ?? 0)).toBeLessThan(15)
  expect(positions[203]).not.toBe(positions[201])
  expect(positions[205]).toBe(800)
  const half = Float32Array.from([...nodes, ...nodes.map(([x = 0, y = 0]) => [x + 500, y])].flat())
  expect(parkOutliers(half)).toBe(0)
})

test('a placed layout ends where it is led to, and what is fixed stays', () => {
  const layout = createPlacedLayout(
    Float32Array.from([0, 0, 5, 5]),
    Float32Array.from([10, 20, 30, 40]),
    Uint8Array.from([0, 1]),
  )
  while (!layout.step());
  expect([...layout.positions()]).toEqual([10, 20, 5, 5])
  expect(layout.share).toBe(1)
})

test('keys of tags, and the groups that their values make', () => {
  expect([splitTag('role:a:b'), splitTag('fast'), splitTag(':x')]).toEqual([
    { key: 'role', value: 'a:b' },
    { key: 'fast', value: 'yes' },
    { key: ':x', value: 'yes' },
  ])
  const rows = [['role:a', 'v:1'], ['role:a', 'v:1', 'own'], ['role:b'], []].map((tags, at) => peerRow(at, { tags }))
  expect(tagKeys(rows)).toEqual([
    { key: 'role', peers: 3 },
    { key: 'v', peers: 2 },
  ])
  const groups = groupsOf(
    rows,
    valuesOf('key:role', () => -1),
    1,
  )
  expect(rows.map((row) => groups.groupOf(row))).toEqual(['#a', '#a', OTHER, NONE])
})

test('the scale of round-trip times goes from end to end, even in how many times as long', () => {
  expect([rttShare(1), rttShare(5), rttShare(500), rttShare(9000)]).toEqual([0, 0, 1, 1])
  expect(rttShare(50)).toBeCloseTo(0.5)
  for (const scheme of ['dark', 'light'] as const) {
    expect(new Set([5, 20, 50, 150, 500].map((ms) => rttColour(ms, scheme))).size).toBe(5)
    expect(rttColour(100, scheme)).toBe(rttColour(100.4, scheme))
  }
})

test('circles go along with their peers, and with the name of their cluster whichever has the most peers', () => {
  const of = Int32Array.from([0, 0, 1, 1, -1])
  const { positions: targets, circles } = placeClusters({ ...placing([0, 0, 1, 1], 2), of })
  // All are as far from their places; one that the user holds counts for no circle.
  const away = targets.map((at, index) => at + (index % 2 === 0 ? 300 : -40))
  const underway = circlesUnderway(circles, of, away, targets)
  for (const at of [0, 1]) {
    expect((underway[at * 3] ?? 0) - (circles[at * 3] ?? 0)).toBeCloseTo(300, 2)
    expect((underway[at * 3 + 1] ?? 0) - (circles[at * 3 + 1] ?? 0)).toBeCloseTo(-40, 2)
    expect(underway[at * 3 + 2]).toBe(circles[at * 3 + 2])
  }
  expect(circlesUnderway(circles, of, targets, targets)).toEqual(circles)
  const [before, after] = [
    { kind: 'clusters', names: ['relay', 'seed', 'others', 'none'] },
    { kind: 'clusters', names: ['seed', 'none', 'relay', 'others', 'none'] },
  ] as const
  const places = Float32Array.from([1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4])
  expect([...circlesFor(after, before, places)]).toEqual([2, 2, 2, 0, 0, 0, 1, 1, 1, 3, 3, 3, 4, 4, 4])
})
