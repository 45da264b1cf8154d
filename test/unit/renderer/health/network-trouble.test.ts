import { expect, it } from 'vitest'
import { knownThen, troubleLasts, troubleNow } from '../../../../src/renderer/src/health/network-trouble.ts'
import { health, ISLANDS } from '../../shared/health-now.ts'

const parted = { splitAt: 1, goneAt: 2, gone: 3, ended: false }
const split = { ...ISLANDS, count: 2 }

it('a past moment is explained where anything is known of it', () => {
  expect(knownThen({ nearest: null })).toBe(true)
  expect(knownThen({ nearest: { before: 1, after: null } })).toBe(false)
  expect(knownThen(null)).toBe(false)
})

it('now is explained while nobody is there or it is split, and while a split or a loss is told that is over', () => {
  const now = health({ islands: ISLANDS, parted: null, losses: null, notKnown: null })
  for (const state of ['alone', 'lost', 'deserted'] as const)
    expect([troubleLasts(state, 0), troubleNow(state, null)]).toEqual([true, true])
  expect([troubleLasts('online', 2), troubleNow('online', { ...now, islands: split })]).toEqual([true, true])
  expect([troubleLasts('online', 1), troubleNow('online', { ...now, parted })]).toEqual([false, true])
  expect(troubleNow('online', { ...now, losses: { from: 1, to: 2, count: 1, totalMs: 1 } })).toBe(true)
  expect(troubleNow('online', { ...now, notKnown: { count: 1, lostAt: 1, heardSince: 0 } })).toBe(true)
  // One that goes silent does so by itself; several may have crashed together.
  const silent = (count: number) => troubleNow('online', { ...now, left: { ...now.left, silent: count } })
  expect([silent(1), silent(2)]).toEqual([false, true])
  expect(troubleNow('online', { ...now, clock: { byMs: 300_000, peers: 3 } })).toBe(true)
  expect([troubleNow('online', now), troubleNow('joining', null)]).toEqual([false, false])
})
