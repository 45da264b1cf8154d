import { expect, test } from 'vitest'
import {
  formatAgo,
  formatBytes,
  formatCount,
  formatDayAndClock,
  formatDrift,
  formatMoment,
  formatRtt,
  roughDuration,
} from '../../../../src/renderer/src/ui/format.ts'
import { describeFailure } from '../../../../src/renderer/src/ui/errors.ts'
import { NotJoined, RateLimited } from '../../../../src/shared/errors.ts'

test.each([
  [0.42, '0.4 ms'],
  [9.96, '10.0 ms'],
  [41.4, '41 ms'],
  [1234, '1.2 s'],
])('%f ms of round-trip time reads %s', (ms, text) => expect(formatRtt(ms)).toBe(text))

test.each([
  [-5, '0 ms'],
  [800, '800 ms'],
  [12_000, '12 s'],
  [300_000, '5 min'],
  [7_500_000, '2 h 5 min'],
  [7_200_000, '2 h'],
  [273_600_000, '3 d 4 h'],
])('a span of %i ms reads %s', (ms, text) => expect(roughDuration(ms)).toBe(text))

test.each([
  [-500, 'just now'],
  [1999, 'just now'],
  [12_999, '12 s ago'],
  [119_000, '1 min ago'],
  [7_300_000, '2 h ago'],
  [200_000_000, '2 d ago'],
])('what happened %i ms ago reads %s', (ms, text) => expect(formatAgo(1e12 - ms, 1e12)).toBe(text))

test('a time of day has its date where that is not today’s', () => {
  const now = new Date(2026, 10, 23, 12, 0, 10).getTime()
  expect(formatDayAndClock(now - 1000, now)).toBe('12:00:09')
  expect(formatDayAndClock(now - 86_400_000, now)).toBe('2026-11-22 12:00:10')
})

test('sizes, counts and clock drifts carry units and signs', () => {
  expect(formatBytes(300)).toBe('300 B')
  expect(formatBytes(4096)).toBe('4.0 KiB')
  expect(formatBytes(1_258_291)).toBe('1.2 MiB')
  expect(formatCount(10_000)).toBe('10,000')
  expect(formatDrift(1200)).toBe('+1.2 s')
  expect(formatDrift(-300)).toBe('−300 ms')
  const noon = new Date(2026, 10, 23, 12, 0, 10).getTime()
  expect([10_000, 60_000, 86_400_000].map((step) => formatMoment(noon, step))).toEqual(['12:00:10', '12:00', '23 Nov'])
})

test('failures carry code, message and advice, whatever was thrown', () => {
  expect(describeFailure(new RateLimited('too many requests'))).toEqual({
    code: 'RateLimited',
    message: 'too many requests',
    hint: 'Wait a moment and try again.',
  })
  expect(describeFailure({ message: 'm', data: { code: 'Timeout' } }).code).toBe('Timeout')
  // Its messages say themselves what to do: once is enough.
  expect(describeFailure(new NotJoined('no network is joined; join one first')).hint).toBe('')
  expect(describeFailure('boom')).toMatchObject({ code: 'Internal', message: 'boom' })
})
