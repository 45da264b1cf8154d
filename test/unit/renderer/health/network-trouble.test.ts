import { expect, it } from 'vitest'
import {
  isMendedByDials,
  isOver,
  knownThen,
  matterNow,
  matterThen,
  troubleLasts,
  troubleNow,
  troubleThen,
  troubleTold,
} from '../../../../src/renderer/src/health/network-trouble.ts'
import { health, ISLANDS } from '../../shared/health-now.ts'

const parted = { splitAt: 1, goneAt: 2, gone: 3, unlinked: 0, ended: false }
const split = { ...ISLANDS, count: 2 }
const LOSS = { at: 1, judgedAt: 1, heardAt: null, purgeAfterMs: 1 }

it('a past moment is explained where anything is known of it', () => {
  expect(knownThen({ nearest: null })).toBe(true)
  expect(knownThen({ nearest: { before: 1, after: null } })).toBe(false)
  expect(knownThen(null)).toBe(false)
})

it('a place is kept for why of a past moment whose picture tells of trouble', () => {
  const quiet = { nearest: null, loss: null, deserted: false, alone: false, parted: null }
  expect([troubleThen(null, 2), troubleThen(quiet, 1), troubleThen(quiet, 0)]).toEqual([false, false, false])
  expect([troubleThen(quiet, 2), troubleThen({ ...quiet, deserted: true }, 0)]).toEqual([true, true])
  expect([matterThen({ ...quiet, alone: true }, 0), troubleThen({ ...quiet, alone: true }, 0)]).toEqual(['alone', true])
  expect([troubleThen({ ...quiet, parted }, 1), troubleThen({ ...quiet, loss: LOSS }, 0)]).toEqual([true, true])
  expect(troubleThen({ ...quiet, nearest: { before: 1, after: null }, loss: LOSS }, 2)).toBe(false)
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
  // For what may be nothing no place is kept.
  expect(troubleTold('online', { ...now, left: { ...now.left, silent: 2 } })).toBe(false)
  const skewed = { ...now, clock: { byMs: 300_000, peers: 3 } }
  expect([troubleNow('online', skewed), troubleTold('online', skewed), troubleTold('online', now)]).toEqual([
    true,
    true,
    false,
  ])
  expect([troubleNow('online', now), troubleNow('joining', null)]).toEqual([false, false])
})

it('the place of why has the title that the answer will have, while that is awaited', () => {
  const now = health({ islands: ISLANDS, parted: null, losses: null, notKnown: null })
  const losses = { from: 5, to: 6, count: 1, totalMs: 1 }
  expect(matterNow('alone', null)).toBe('alone')
  expect(matterNow('lost', { ...now, islands: split })).toBe('lost')
  expect(matterNow('online', { ...now, islands: split, parted })).toBe('split')
  expect(matterNow('online', { ...now, parted })).toBe('parted')
  expect(matterNow('online', { ...now, parted, losses })).toBe('had lost')
  expect(matterNow('online', { ...now, parted: { ...parted, splitAt: 9 }, losses })).toBe('parted')
  // What is least of all, and what no dial mends.
  const calm = health({ left: { ...now.left, silent: 0 }, refused: 1 })
  expect([matterNow('online', calm), matterNow('online', { ...calm, clock: { byMs: 1, peers: 3 } })]).toEqual([
    'refused',
    'own clock',
  ])
  expect([isMendedByDials('refused'), isOver('refused')]).toEqual([false, false])
  expect(matterNow('online', { ...now, notKnown: { count: 1, lostAt: 1, heardSince: 0 } })).toBe('had lost')
  const clock = { byMs: 300_000, peers: 3 }
  expect(matterNow('online', { ...now, clock, left: { ...now.left, silent: 2 } })).toBe('own clock')
  expect(matterNow('online', { ...now, left: { ...now.left, silent: 2 } })).toBe('went together')
  expect(matterNow('online', { ...now, left: { ...now.left, silent: 2, ownClock: 1 } })).toBe('clock was wrong')
  expect([matterNow('online', now), matterNow('online', null)]).toEqual(['fine', 'fine'])
  const quiet = { nearest: null, loss: null, deserted: false, alone: false, parted: null }
  expect([matterThen(null, 2), matterThen({ ...quiet, nearest: { before: 1, after: null } }, 2)]).toEqual([
    'fine',
    'fine',
  ])
  expect([matterThen({ ...quiet, parted }, 1), matterThen({ ...quiet, parted }, 2)]).toEqual(['parted', 'split'])
  expect([matterThen({ ...quiet, loss: LOSS }, 2), matterThen({ ...quiet, deserted: true }, 0)]).toEqual([
    'lost',
    'deserted',
  ])
  expect(matterThen(quiet, 1)).toBe('fine')
  expect(
    (['parted', 'had lost', 'went together', 'clock was wrong', 'own clock', 'split', 'lost'] as const).map(isOver),
  ).toEqual([true, true, true, true, false, false, false])
  expect((['parted', 'own clock', 'split', 'lost', 'alone'] as const).map(isMendedByDials)).toEqual([
    false,
    false,
    false,
    true,
    true,
  ])
})
