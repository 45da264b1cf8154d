import { expect, it } from 'vitest'
import { foldBursts } from '../../../src/renderer/src/timeline/bursts.ts'
import { eventAsOf, eventWhere } from '../../../src/shared/events.ts'
import type { DiscoveryEvent, EarlierState, LoggedEvent } from '../../../src/shared/events.ts'

const failed = (seq: number, at: number, times: number, lastAt: number): LoggedEvent => ({
  seq,
  at,
  event: { kind: 'DialFailed', target: '/ip4/10.0.0.1/tcp/1', reason: 'no answer' },
  ...(times === 1 ? {} : { times, lastAt }),
})

it('an event that happened again after a moment is told as it was then', () => {
  const told = (reason: string): DiscoveryEvent => ({ kind: 'DialFailed', target: 'a', reason })
  const earlier: readonly EarlierState[] = [
    { times: 1, lastAt: 100, event: told('x') },
    { times: 3, lastAt: 200 },
    { times: 4, lastAt: 300, event: told('y') },
  ]
  const row: LoggedEvent = { seq: 1, at: 100, event: told('z'), times: 9, lastAt: 900, earlier }
  expect([99, 100, 200, 899, 900].map((at) => eventAsOf(row, at))).toEqual([
    { seq: 1, at: 100, event: told('x') },
    { seq: 1, at: 100, event: told('x') },
    { seq: 1, at: 100, event: told('y'), times: 3, lastAt: 200, earlier: earlier.slice(0, 1) },
    { seq: 1, at: 100, event: told('y'), times: 4, lastAt: 300, earlier: earlier.slice(0, 2) },
    row,
  ])
  // Of one that was is asked again, for an earlier moment.
  expect(eventAsOf(eventAsOf(row, 899), 250)).toMatchObject({ times: 3, lastAt: 200 })
})

it('an event of which that is not kept is told as it happened first', () => {
  const { event } = failed(1, 100, 1, 100)
  expect(eventAsOf(failed(1, 100, 4, 900), 500)).toEqual({ seq: 1, at: 100, event })
  const over = failed(1, 100, 4, 500)
  expect([eventAsOf(over, 500), eventAsOf(failed(2, 100, 1, 100), 500)]).toEqual([over, failed(2, 100, 1, 100)])
})

it('a line of a past moment counts and dates nothing that came after it', () => {
  const list = [failed(2, 400, 3, 900), failed(1, 100, 2, 300)].map((logged) => eventAsOf(logged, 500))
  expect(foldBursts(list, new Set())).toMatchObject([{ type: 'burst', times: 3, lastAt: 400 }])
})

it('a row tells how often, when and what of it passes a test', () => {
  const told = (target: string): DiscoveryEvent => ({ kind: 'DialFailed', target, reason: 'refused' })
  const earlier: readonly EarlierState[] = [
    { times: 1, lastAt: 100 },
    { times: 2, lastAt: 200, event: told('a') },
    { times: 3, lastAt: 300, event: told('b') },
    // Two of them, of which the one before is not kept.
    { times: 5, lastAt: 500 },
  ]
  const row: LoggedEvent = { seq: 1, at: 100, event: told('a'), times: 6, lastAt: 600, earlier }
  const of = (wanted: string) =>
    eventWhere(row, (event) => event.kind === 'DialFailed' && wanted.includes(event.target))
  expect(of('b')).toEqual({ seq: 1, at: 300, event: told('b') })
  expect(of('a')).toMatchObject({ seq: 1, at: 100, event: told('a'), times: 5, lastAt: 600 })
  expect(eventAsOf(of('a') ?? row, 550)).toMatchObject({ event: told('a'), times: 4, lastAt: 500 })
  expect([of('ab'), of('c')]).toEqual([row, null])
  expect(eventWhere(row, (_, at) => at < 250)).toMatchObject({ at: 100, event: told('a'), times: 2, lastAt: 200 })
})
