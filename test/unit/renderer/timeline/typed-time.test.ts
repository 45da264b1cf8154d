import { describe, expect, it, test } from 'vitest'
import { readTyped } from '../../../../src/renderer/src/timeline/typed-time.ts'

const now = new Date(2026, 10, 23, 12, 30).getTime()

test('a time that was typed leads there', () => {
  expect(readTyped('1h ago', now)).toEqual({ at: now - 3_600_000, problem: null })
  expect(readTyped(' 11:05 ', now).at).toBe(new Date(2026, 10, 23, 11, 5).getTime())
  expect(readTyped('16:05', now).at).toBe(new Date(2026, 10, 22, 16, 5).getTime())
  expect(readTyped('yesterday 9:05', now).at).toBe(new Date(2026, 10, 22, 9, 5).getTime())
  expect(readTyped('2026-11-23T10:00:00Z', now).at).toBe(Date.UTC(2026, 10, 23, 10))
})

test.each(['', ' ', 'now', ' Now '])('%j leads to the present, of what is stored to its end', (text) => {
  const stored = { from: now - 7_200_000, to: now - 3_600_000 }
  expect(readTyped(text, now)).toEqual({ at: null, problem: null })
  expect(readTyped(text, now, stored)).toEqual({ at: stored.to, problem: null })
})

test('what leads nowhere says what is accepted', () => {
  expect(readTyped('soon', now)).toMatchObject({ at: null, problem: expect.stringContaining('Type 1h ago, 16:05') })
  expect(readTyped('5000', now).problem).toContain('Type 1h ago')
  expect(readTyped('today 23:00', now).problem).toContain('still to come')
  expect(readTyped('99999999h ago', now)).toEqual({ at: null, problem: expect.stringContaining('lies before 1970') })
  expect(readTyped('25:00', now).problem).toContain('hours go from 00 to 23')
  expect(readTyped('x'.repeat(5000), now).problem?.length).toBeLessThan(300)
})

describe('of what is stored', () => {
  // From 10:00 to 11:30, a week ago.
  const to = new Date(2026, 10, 16, 11, 30).getTime()
  const stored = { from: to - 5_400_000, to }
  const read = (text: string) => readTyped(text, now, stored)

  it('times count from its end', () => {
    expect(read('1h ago')).toEqual({ at: to - 3_600_000, problem: null })
    expect(read('11:05')).toEqual({ at: to - 1_500_000, problem: null })
    expect(read('today 11:05').at).toBe(to - 1_500_000)
  })

  it('a time that it does not have says where it begins and ends', () => {
    const problem = (text: string) => read(text).problem?.replace(/:00\.000.*/, '')
    expect(['3h ago', '9:59', '0:30', 'yesterday 11:00', '2026-11-16 09:00'].map(problem)).toEqual(
      Array(5).fill('The recording begins at 2026-11-16 10:00'),
    )
    // A time of day shortly after the end is not taken for that of the day before.
    expect(['11:31', '20:00', '2026-11-23 11:00'].map(problem)).toEqual(
      Array(3).fill('The recording ends at 2026-11-16 11:30'),
    )
    expect(read('11:31').at).toBeNull()
  })
})
