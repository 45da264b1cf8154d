import { expect, it } from 'vitest'
import { countPause } from '../../../../src/renderer/src/health/use-counted.ts'

it.each([
  [0, 250],
  [16, 250],
  [10_000, 2000],
])('of %i peers it is counted again %i ms later at the soonest', (peers, ms) => {
  expect(countPause({ peers: { size: peers } as never })).toBe(ms)
})
