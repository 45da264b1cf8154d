import { expect, test } from 'vitest'
import { createForceLayout } from '../../../../src/renderer/src/graph/force.ts'
import { randomFrom } from '../../../support/renderer/fake-network.ts'

function settle(order: number, edges: number[]) {
  const random = randomFrom(5)
  const layout = createForceLayout(
    Float32Array.from({ length: order * 2 }, () => random() * 100 - 50),
    Uint32Array.from(edges),
  )
  let steps = 1
  while (!layout.step()) steps++
  return { positions: layout.positions(), steps }
}

function distance(positions: Float32Array, a: number, b: number): number {
  return Math.hypot(
    (positions[a * 2] ?? 0) - (positions[b * 2] ?? 0),
    (positions[a * 2 + 1] ?? 0) - (positions[b * 2 + 1] ?? 0),
  )
}

test('the layout comes to rest, and joined nodes lie closer than others', () => {
  // Two squares, joined nowhere.
  const { positions, steps } = settle(8, [0, 1, 1, 2, 2, 3, 3, 0, 4, 5, 5, 6, 6, 7, 7, 4])
  expect(steps).toBeLessThanOrEqual(600)
  expect(positions.every(Number.isFinite)).toBe(true)
  const mean = (pairs: [number, number][]) =>
    pairs.reduce((sum, [a, b]) => sum + distance(positions, a, b), 0) / pairs.length
  const within = mean([
    [0, 1],
    [1, 2],
    [4, 5],
    [5, 6],
  ])
  const between = mean([
    [0, 4],
    [1, 5],
    [2, 6],
    [3, 7],
  ])
  expect(within).toBeLessThan(between)
})

test('the same start gives the same end', () => {
  expect(settle(12, [0, 1, 1, 2])).toEqual(settle(12, [0, 1, 1, 2]))
})

test('no node and one node rest at once', () => {
  expect(createForceLayout(new Float32Array(0), new Uint32Array(0)).step()).toBe(true)
  expect(createForceLayout(Float32Array.from([3, 4]), new Uint32Array(0)).step()).toBe(true)
})

test('it tells how far it is, up to its end', () => {
  const layout = createForceLayout(new Float32Array([0, 0, 1, 0, 0, 1]), new Uint32Array([0, 1]))
  const shares = [layout.share]
  while (!layout.step()) shares.push(layout.share)
  expect(shares[0]).toBe(0)
  expect(shares).toEqual(shares.toSorted((a, b) => a - b))
  expect(layout.share).toBeLessThanOrEqual(1)
})
