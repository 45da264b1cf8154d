import { expect, test } from 'vitest'
import { readTyped } from '../../../../src/renderer/src/timeline/typed-time.ts'

const now = new Date(2026, 10, 23, 12, 30).getTime()

test('a time that was typed leads there', () => {
  expect(readTyped('1h ago', now)).toEqual({ at: now - 3_600_000, problem: null })
  expect(readTyped(' 11:05 ', now).at).toBe(new Date(2026, 10, 23, 11, 5).getTime())
  expect(readTyped('16:05', now).at).toBe(new Date(2026, 10, 22, 16, 5).getTime())
  expect(readTyped('yesterday 9:05', now).at).toBe(new Date(2026, 10, 22, 9, 5).getTime())
  expect(readTyped('2026-11-23T10:00:00Z', now).at).toBe(Date.UTC(2026, 10, 23, 10))
})

test.each(['', ' ', 'now', ' Now '])('%j leads to the present', (text) => {
  const stored = { from: now - 7_200_000, to: now - 3_600_000 }
  expect(readTyped(text, now)).toEqual({ at: null, problem: null })
  expect(readTyped(text, now, stored)).toEqual({ at: null, problem: null })
})

test('what leads nowhere says what is accepted', () => {
  expect(readTyped('soon', now)).toMatchObject({ at: null, problem: expect.stringContaining('Type 1h ago, 16:05') })
  expect(readTyped('5000', now).problem).toContain('Type 1h ago')
  expect(readTyped('today 23:00', now).problem).toContain('still to come')
  expect(readTyped('99999999h ago', now)).toEqual({ at: null, problem: expect.stringContaining('lies before 1970') })
  expect(readTyped('25:00', now).problem).toContain('hours go from 00 to 23')
  expect(readTyped('x'.repeat(5000), now).problem?.length).toBeLessThan(300)
})

test('a time of which nothing is stored says where that begins and ends', () => {
  const stored = { from: now - 7_200_000, to: now - 3_600_000 }
  expect(readTyped('90m ago', now, stored)).toEqual({ at: now - 5_400_000, problem: null })
  expect(readTyped('3h ago', now, stored)).toMatchObject({
    at: null,
    problem: expect.stringMatching(/^The recording begins at 2026-11-23 10:30/),
  })
  expect(readTyped('5m ago', now, stored).problem).toMatch(/^The recording ends at 2026-11-23 11:30/)
})
