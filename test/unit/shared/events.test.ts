import { expect, it } from 'vitest'
import { foldBursts } from '../../../src/renderer/src/timeline/bursts.ts'
import { eventAsOf } from '../../../src/shared/events.ts'
import type { LoggedEvent } from '../../../src/shared/events.ts'

const failed = (seq: number, at: number, times: number, lastAt: number): LoggedEvent => ({
  seq,
  at,
  event: { kind: 'DialFailed', target: '/ip4/10.0.0.1/tcp/1', reason: 'no answer' },
  ...(times === 1 ? {} : { times, lastAt }),
})

it('an event that happened again after a moment is told as it happened first', () => {
  const { event } = failed(1, 100, 1, 100)
  expect(eventAsOf(failed(1, 100, 4, 900), 500)).toEqual({ seq: 1, at: 100, event })
  const over = failed(1, 100, 4, 500)
  expect([eventAsOf(over, 500), eventAsOf(failed(2, 100, 1, 100), 500)]).toEqual([over, failed(2, 100, 1, 100)])
})

it('a line of a past moment counts and dates nothing that came after it', () => {
  const list = [failed(2, 400, 3, 900), failed(1, 100, 2, 300)].map((logged) => eventAsOf(logged, 500))
  expect(foldBursts(list, new Set())).toMatchObject([{ type: 'burst', times: 3, lastAt: 400 }])
})
