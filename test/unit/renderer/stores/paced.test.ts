import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createStore } from 'zustand/vanilla'
import { paced } from '../../../../src/renderer/src/stores/paced.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

/** A store of which `count` may wait, and what its listener saw. */
function begin() {
  const source = createStore(() => ({ count: 0, urgent: 0 }))
  const store = paced(
    source,
    () => 250,
    (state, before) => state.urgent === before.urgent,
  )
  const seen: (readonly [number, number])[] = []
  const stop = store.subscribe(({ count, urgent }) => void seen.push([count, urgent]))
  const count = (to: number): void => source.setState({ count: to })
  return { source, store, seen, stop, count }
}

test('the first change shows at once, what follows once in the time, with the last state', () => {
  const { store, seen, count } = begin()
  for (const to of [1, 2, 3]) count(to)
  expect(seen).toEqual([[1, 0]])
  expect(store.getState().count).toBe(1)
  vi.advanceTimersByTime(249)
  expect(seen).toHaveLength(1)
  vi.advanceTimersByTime(1)
  expect(seen).toEqual([
    [1, 0],
    [3, 0],
  ])
  expect(store.getState().count).toBe(3)
})

test('what follows a change that waited waits for its time too, and at rest nothing runs', () => {
  const { seen, count } = begin()
  count(1)
  count(2)
  vi.advanceTimersByTime(250)
  count(3)
  expect(seen).toHaveLength(2)
  vi.advanceTimersByTime(250)
  expect(seen.at(-1)).toEqual([3, 0])
  vi.advanceTimersByTime(250)
  expect(vi.getTimerCount()).toBe(0)
  count(4)
  expect(seen.at(-1)).toEqual([4, 0])
})

test('a change that must not wait shows at once, with all that waited', () => {
  const { source, seen, count } = begin()
  count(1)
  count(2)
  source.setState({ urgent: 1 })
  expect(seen.at(-1)).toEqual([2, 1])
  vi.advanceTimersByTime(250)
  expect(seen).toHaveLength(2)
})

test('without listeners it is as its source, and leaves no timer', () => {
  const { store, stop, count } = begin()
  count(1)
  count(2)
  stop()
  expect(vi.getTimerCount()).toBe(0)
  expect(store.getState().count).toBe(2)
  count(3)
  const seen: number[] = []
  const again = store.subscribe((state) => void seen.push(state.count))
  expect(store.getState().count).toBe(3)
  count(4)
  expect(seen).toEqual([4])
  again()
})
