import { expect, test } from 'vitest'
import { chartStretch } from '../../../../src/renderer/src/health/chart-height.ts'

test('charts grow where they stand in columns and the window is tall, and not for ever', () => {
  expect([chartStretch(1440, 900), chartStretch(1920, 2160)]).toEqual([1, 1])
  expect([chartStretch(2560, 900), chartStretch(2560, 1400)]).toEqual([1, 2])
  expect(chartStretch(3840, 2160)).toBeGreaterThan(3)
  expect(chartStretch(7680, 4320)).toBe(3.5)
})
