import { expect, test } from 'vitest'
import { nextSlot, slotTowards } from '../../../../src/renderer/src/graph/walk.ts'

const live = Uint8Array.from([1, 0, 1, 1])

test('next and previous go round and skip free slots', () => {
  expect(nextSlot(live, 4, 0, 1)).toBe(2)
  expect(nextSlot(live, 4, 3, 1)).toBe(0)
  expect(nextSlot(live, 4, 0, -1)).toBe(3)
  expect(nextSlot(live, 4, -1, 1)).toBe(0)
  expect(nextSlot(live, 4, -1, -1)).toBe(3)
  expect(nextSlot(new Uint8Array(4), 4, -1, 1)).toBe(-1)
  expect(nextSlot(live, 0, -1, 1)).toBe(-1)
})

test('an arrow key finds the nearest node in its direction and stays where there is none', () => {
  const positions = Float32Array.from([0, 0, 1, 0, 5, 1, -3, 0])
  expect(slotTowards(live, 4, positions, 0, 'right')).toBe(2)
  expect(slotTowards(live, 4, positions, 0, 'left')).toBe(3)
  expect(slotTowards(live, 4, positions, 0, 'up')).toBe(0)
  expect(slotTowards(live, 4, Float32Array.from([0, 0, 0, 0, 0, 4, 0, -2]), 0, 'up')).toBe(2)
  expect(slotTowards(live, 4, Float32Array.from([0, 0, 0, 0, 0, 4, 0, -2]), 0, 'down')).toBe(3)
})
