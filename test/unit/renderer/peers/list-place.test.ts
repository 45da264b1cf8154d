import { expect, test } from 'vitest'
import { LIST_GAP, listOffset } from '../../../../src/renderer/src/peers/list-place.ts'

const field = { left: 600, right: 900, top: 20, bottom: 50 }

test('the list of suggestions opens right below the field where nothing is said, or beside it', () => {
  expect(listOffset(field, null, 300, 1000)).toBe(LIST_GAP)
  for (const [left, right] of [
    [100, 600],
    [900, 990],
  ] as const)
    expect(listOffset(field, { left, right, top: 60, bottom: 90 }, 300, 1000)).toBe(LIST_GAP)
  // A note in one line with the field.
  expect(listOffset(field, { left: 300, right: 990, top: 20, bottom: 50 }, 300, 1000)).toBe(LIST_GAP)
})

test('the list opens below what is said where it would lie over it, also where it is moved left to fit', () => {
  const note = { left: 100, right: 590, top: 60, bottom: 90 }
  expect(listOffset(field, { ...note, right: 610 }, 300, 1000)).toBe(40 + LIST_GAP)
  expect(listOffset(field, note, 300, 1000)).toBe(LIST_GAP)
  expect(listOffset(field, note, 420, 1000)).toBe(40 + LIST_GAP)
})
