import { expect, it } from 'vitest'
import { isWithin } from '../../../src/main/monitor/loss.ts'

it('a moment lies in a loss from its beginning until just before its end', () => {
  const losses = [
    { from: 10, to: 20 },
    { from: 20, to: 25 },
    { from: 40, to: 50 },
    { from: 90, to: Infinity },
  ]
  const inOne = [9, 10, 19, 20, 25, 39, 40, 49, 50, 89, 90, 1e9].filter((at) => isWithin(losses, at))
  expect(inOne).toEqual([10, 19, 20, 40, 49, 90, 1e9])
  expect(isWithin([], 10)).toBe(false)
})
