import { expect, it } from 'vitest'
import { sentenceLater, toldLater } from '../../../src/shared/why-words.ts'

it('the age in an answer counts on, and nothing else of it', () => {
  const why = { sentence: 'The network split 44 s ago: 3 peers 44 s.', at: 100_000, since: 56_000 }
  expect(sentenceLater(why, 0)).toBe(why.sentence)
  expect(sentenceLater(why, 1000)).toBe('The network split 45 s ago: 3 peers 44 s.')
  expect(sentenceLater({ ...why, sentence: 'calm delta left just now.', since: 99_900 }, 2000)).toBe(
    'calm delta left 2.1 s ago.',
  )
  expect(sentenceLater({ ...why, since: null }, 60_000)).toBe(why.sentence)
})

it('tells an age of a moment that is over as a time of day, with the day where that is another one', () => {
  const at = new Date(2026, 10, 30, 0, 10).getTime()
  const stall = 'our own machine stalled for 4 s, 1 min 20 s ago'
  const later = (since: number, ago: string) =>
    toldLater({
      matter: 'split',
      sentence: `The network split ${ago}, perhaps because ${stall}.`,
      causes: [
        { kind: 'own stall', confidence: 'possible', words: stall, events: [], evidence: null },
        { kind: 'unknown', confidence: 'possible', words: 'it said so just now', events: [], evidence: null },
      ],
      at,
      since,
      notKept: null,
    })
  const { sentence, causes } = later(at - 65_000, '1 min 5 s ago')
  const stalled = 'our own machine stalled for 4 s, 1 min 20 s before then'
  expect(sentence).toBe(`The network split at 00:08:55, perhaps because ${stalled}.`)
  expect(causes.map(({ words }) => words)).toEqual([stalled, 'it said so right then'])
  expect(later(at - 1_200_000, '20 min ago').sentence).toContain('split at 23:50:00 on 2026-11-29,')
})
