import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { tellsOf } from '../../../../src/renderer/src/health/before.ts'
import { oneByOne } from '../../../../src/renderer/src/health/one-by-one.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

it('answers while moments go by, one question at a time, the newest of those that were wanted meanwhile', async () => {
  const asked: number[] = []
  const { want, stop } = oneByOne<number>(150, async (at) => {
    asked.push(at)
    await new Promise((resolve) => setTimeout(resolve, 400))
  })
  // A moment each 100 ms.
  for (let at = 0; at < 20; at += 1) {
    want(at)
    await vi.advanceTimersByTimeAsync(100)
  }
  expect(asked).toEqual([1, 6, 12, 17])
  await vi.advanceTimersByTimeAsync(5000)
  expect(asked.at(-1)).toBe(19)
  want(20)
  stop()
  want(21)
  await vi.advanceTimersByTimeAsync(5000)
  expect(asked.at(-1)).toBe(19)
})

it('what happened before a moment is told at that moment, and shortly after while time is played', () => {
  const tells = (at: number, playing: boolean): boolean => tellsOf({ to: 700_000 }, at, playing)
  expect([tells(700_000.4, false), tells(700_000, true), tells(701_000, true)]).toEqual([true, true, true])
  expect([tells(701_000, false), tells(699_000, true), tells(1_300_000, true)]).toEqual([false, false, false])
})
