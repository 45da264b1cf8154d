import { expect, test } from 'vitest'
import { FilterTurns } from '../../../../src/renderer/src/graph/filter-turns.ts'
import type { Painter } from '../../../../src/renderer/src/graph/paint.ts'

test('a filter of the graph counts from the moment that is drawn, and is looked up again at each', () => {
  let [refiltered, drawn] = [0, 0]
  const painter = { waiting: false, refilter: () => void (refiltered += 1) } as unknown as Painter
  const turns = new FilterTurns(
    () => painter,
    () => void (drawn += 1),
  )
  turns.renew()
  turns.renew()
  // As time goes on: not with every picture.
  expect([refiltered, turns.past, Math.abs(turns.now() - Date.now()) < 60_000]).toEqual([1, false, true])
  for (const at of [5000, 5000, 5100]) {
    turns.setMoment(at)
    turns.renew()
    turns.renew()
    expect([turns.now(), turns.past]).toEqual([at, true])
  }
  expect([refiltered, drawn]).toEqual([3, 2])
  turns.setMoment(null)
  expect([turns.past, drawn]).toEqual([false, 3])
})
