import { expect, it } from 'vitest'
import { fitTo, marginsFor, toScreen } from '../../../../src/renderer/src/graph/camera.ts'
import type { Cover } from '../../../../src/renderer/src/graph/camera.ts'

const BOX = { left: -10, right: 10, bottom: -10, top: 10 }

/** Where the corners of a graph come to lie, in pixels. */
function placed(width: number, height: number, covers: readonly Cover[]) {
  const size = { width, height }
  const camera = fitTo(BOX, size, marginsFor(covers))
  const [left, top] = toScreen(camera, size, BOX.left, BOX.top)
  const [right, bottom] = toScreen(camera, size, BOX.right, BOX.bottom)
  return { left, top, right, bottom }
}

it.each([
  [872, 256],
  [1290, 480],
  [3680, 1700],
])('a graph of %i × %i that is shown whole keeps clear of all that lies over it', (width, height) => {
  const covers: readonly Cover[] = [
    { side: 'top', reach: 38 },
    // The chips of the filter, below its field.
    { side: 'top', reach: 66 },
    { side: 'bottom', reach: 44 },
    { side: 'left', reach: 320 },
    { side: 'right', reach: 50 },
  ]
  const { left, top, right, bottom } = placed(width, height, covers)
  expect(left).toBeGreaterThan(320)
  expect(top).toBeGreaterThan(66)
  expect(right).toBeLessThan(width - 50)
  expect(bottom).toBeLessThan(height - 44)
})

it('lies in the middle where nothing covers it, and uses a third of a place that is covered whole', () => {
  const { left, right, top, bottom } = placed(600, 300, [])
  expect([left + right, top + bottom].map(Math.round)).toEqual([600, 300])
  const crowded = placed(600, 300, [
    { side: 'top', reach: 200 },
    { side: 'bottom', reach: 200 },
  ])
  expect(Math.round(crowded.bottom - crowded.top)).toBe(100)
})

it('a few peers are not blown up in a usual window, and fill about as much of a very large one', () => {
  const shares = [
    [872, 480],
    [3680, 1700],
  ].map(([width = 0, height = 0]) => {
    const { top, bottom } = placed(width, height, [])
    return Math.round((100 * (bottom - top)) / height)
  })
  expect(shares[0]).toBe(50)
  expect(shares[1]).toBeGreaterThan(35)
})
