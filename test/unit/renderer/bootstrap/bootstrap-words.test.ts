import { expect, test } from 'vitest'
import { BOOTSTRAP } from '../../../../src/renderer/src/ui/strings-bootstrap.ts'
import { kindsOf } from '../../../../src/shared/state-words.ts'

test('state, path and tries of a place that is dialed do not contradict each other', () => {
  const { attemptPaths, tries } = BOOTSTRAP
  // That it failed to be dialed is no denial of its having dialed us.
  expect(attemptPaths).toMatchObject({ incoming: 'it dialed us before', lan: 'local network' })
  expect([1, 2].map((count) => tries(count, 'failed'))).toEqual(['', '2 tries'])
  // What was not dialed now was dialed before.
  expect([0, 1, 2].map((count) => tries(count, 'notDialed'))).toEqual(['', '1 try before', '2 tries before'])
  expect(tries(3, 'waiting')).toBe('3 tries before')
})

test('a dial that was not made has one word, here and in the timeline', () => {
  const event = { kind: 'DialFailed', target: 'x', reason: 'y', notDialed: 'rests' } as const
  expect(kindsOf(event)).toContain(BOOTSTRAP.attemptStates.notDialed)
})
