import { expect, it } from 'vitest'
import { troubleLasts, troubleNow, troubleThen } from '../../../../src/renderer/src/health/network-trouble.ts'
import { ISLANDS } from '../../shared/health-now.ts'

const parted = { splitAt: 1, goneAt: 2, gone: 3 }
const split = { ...ISLANDS, count: 2 }

it('a past moment is explained where nobody was left, we had lost the network, or it was split then or before', () => {
  const fine = { deserted: false, loss: null, parted: null }
  const loss = { at: 1, judgedAt: 1, heardAt: null, purgeAfterMs: 1 }
  expect(troubleThen({ ...fine, deserted: true }, null)).toBe(true)
  expect(troubleThen({ ...fine, loss }, null)).toBe(true)
  expect(troubleThen({ ...fine, parted }, ISLANDS)).toBe(true)
  expect(troubleThen(fine, split)).toBe(true)
  expect([troubleThen(fine, ISLANDS), troubleThen(fine, undefined), troubleThen(null, split)]).toEqual([
    false,
    false,
    false,
  ])
})

it('now is explained while nobody is there or it is split, and while it is told that others are gone since', () => {
  for (const state of ['alone', 'lost', 'deserted'] as const)
    expect([troubleLasts(state, 0), troubleNow(state, null)]).toEqual([true, true])
  expect([troubleLasts('online', 2), troubleNow('online', { islands: split, parted: null })]).toEqual([true, true])
  expect([troubleLasts('online', 1), troubleNow('online', { islands: ISLANDS, parted })]).toEqual([false, true])
  expect([troubleNow('online', { islands: ISLANDS, parted: null }), troubleNow('joining', null)]).toEqual([
    false,
    false,
  ])
})
