import { expect, it } from 'vitest'
import type { Run } from '../../../../src/main/monitor/insight/runs.ts'
import { runFinder } from '../../../../src/main/monitor/insight/runs.ts'

it('finds the run that touches a span, the last one of several', () => {
  const runs = [
    { from: 0, to: 10 },
    { from: 12, to: 14 },
    { from: 20, to: 30 },
  ]
  const find = runFinder(runs)
  const spans = [
    [0, 5],
    [5, 10],
    [10, 12],
    [12, 25],
    [25, 30],
    [30, 40],
  ] as const
  expect(spans.map(([from, to]) => find(from, to)?.from ?? null)).toEqual([0, 0, null, 20, 20, null])
})

it('finds one that lasts longer than those that began after it', () => {
  const find = runFinder([
    { from: 0, to: 100 },
    { from: 10, to: 20 },
  ])
  expect([find(0, 15), find(30, 40), find(99, 120), find(100, 120)].map((run) => run?.to ?? null)).toEqual([
    100,
    100,
    100,
    null,
  ])
})

it('looks at each of thousands of runs a few times, however many spans there are', () => {
  let looks = 0
  const runs = Array.from({ length: 5000 }, (_, index): Run => ({
    get from() {
      looks += 1
      return index * 10
    },
    to: index * 10 + 5,
  }))
  const find = runFinder(runs)
  const found = Array.from({ length: 10_000 }, (_, index) => find(index * 5, index * 5 + 5) !== null)
  expect(found.every((is, index) => is === (index % 2 === 0))).toBe(true)
  expect(looks).toBeLessThanOrEqual(runs.length + found.length)
})
