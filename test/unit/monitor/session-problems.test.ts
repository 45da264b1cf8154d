/** What a session lists of targets that could not be reached. */
import { expect, it } from 'vitest'
import { firstState, take } from '../../../src/main/monitor/session-state.ts'
import { play } from './session-table.ts'

it('lists why a target could not be reached, rather than that it was not dialed since for that', () => {
  const state = firstState()
  play(state, ['dial failed to-1'])
  const rests = { kind: 'DialFailed', reason: 'it rests', notDialed: 'rests' } as const
  for (const target of ['to-1', 'to-2']) take(state, { kind: 'event', seq: 50, at: 50, event: { ...rests, target } })
  expect([...state.problems.values()].map(({ reason }) => reason)).toEqual(['refused', 'it rests'])
})
