import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Slowly } from '../../../../src/renderer/src/health/use-slowly.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

it('a value that changes every two seconds is passed on at once, and then every ten; the last one in the end', () => {
  const slowly = new Slowly(0, 10_000)
  const told: [number, number][] = []
  const start = Date.now()
  const stop = slowly.follow((value) => told.push([Date.now() - start, value]))
  for (let value = 1; value <= 11; value += 1) {
    slowly.take(value)
    vi.advanceTimersByTime(2000)
  }
  vi.advanceTimersByTime(60_000)
  expect(told).toEqual([
    [0, 1],
    [10_000, 5],
    [20_000, 10],
    [30_000, 11],
  ])
  // After a pause at once.
  slowly.take(12)
  expect(told.at(-1)).toEqual([82_000, 12])
  slowly.take(13)
  stop()
  vi.advanceTimersByTime(60_000)
  expect(told).toHaveLength(5)
})
