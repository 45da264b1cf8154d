import { expect, test } from 'vitest'
import {
  addFilter,
  isSavedFilters,
  MAX_NAME,
  MAX_SAVED,
  nameProblem,
  removeFilter,
  renameFilter,
  restoreFilter,
} from '../../../../src/renderer/src/peers/saved-filters.ts'

const slow = { name: 'Slow', text: 'rtt>200ms' }
const seeds = { name: 'Seeds', text: 'tag:role:seed' }

test('a filter is kept under its name, renamed, removed, and had back where it was', () => {
  const list = addFilter(addFilter([], ' Slow ', ' rtt>200ms '), 'Seeds', 'tag:role:seed')
  expect(list).toEqual([slow, seeds])
  expect(renameFilter(list, 'Slow', 'SLOW')).toEqual([{ ...slow, name: 'SLOW' }, seeds])
  const left = removeFilter(list, 'Slow')
  expect(left).toEqual([seeds])
  expect(restoreFilter(left, slow, 0)).toEqual([slow, seeds])
  expect(restoreFilter(addFilter(left, 'slow', 'x'), slow, 0)[0]).toEqual({ ...slow, name: 'Slow (2)' })
})

test('a name that is empty, too long or another’s is refused and changes nothing', () => {
  const list = [slow, seeds]
  expect(nameProblem(list, '  ')).toBe('empty')
  expect(nameProblem(list, 'x'.repeat(MAX_NAME + 1))).toBe('long')
  expect(nameProblem(list, 'SEEDS')).toBe('taken')
  expect(nameProblem(list, 'SEEDS', 'Seeds')).toBeNull()
  expect(addFilter(list, 'seeds', 'x')).toBe(list)
  expect(renameFilter(list, 'Slow', 'seeds')).toBe(list)
  const full = Array.from({ length: MAX_SAVED }, (_, index) => ({ name: `n${index}`, text: 'x' }))
  expect(nameProblem(full, 'one more')).toBe('full')
  expect(nameProblem(full, 'other', 'n1')).toBeNull()
  expect(restoreFilter(full, slow, 0)).toBe(full)
})

test.each([null, 7, {}, [null], [{ name: 'x' }], [{ name: 7, text: 'x' }], [{ name: 'x'.repeat(99), text: '' }]])(
  'remembered rubbish is not taken over: %j',
  (value) => {
    expect(isSavedFilters(value)).toBe(false)
  },
)

test('what was remembered well is', () => {
  expect(isSavedFilters([slow, seeds])).toBe(true)
})
