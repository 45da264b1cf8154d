import { expect, it } from 'vitest'
import { sincesOf, textLater, toldLater } from '../../../src/shared/why-words.ts'

const AT = 100_000

it('ages in an answer count on, and nothing else of it', () => {
  const split = 'The network split 44 s ago: 3 peers 44 s.'
  expect(textLater(split, AT, [56_000], 0)).toBe(split)
  expect(textLater(split, AT, [56_000], 1000)).toBe('The network split 45 s ago: 3 peers 44 s.')
  expect(textLater('calm delta left just now.', AT, [99_900], 2000)).toBe('calm delta left 2.1 s ago.')
  expect(textLater(split, AT, [null], 60_000)).toBe(split)
})

it('the age of the best cause counts on in the sentence too, by when it counts from', () => {
  const cause = { kind: 'own stall', confidence: 'likely', words: '', events: [], evidence: null } as const
  const why = { since: 90_000, causes: [{ ...cause, since: 56_000 }] }
  const sentence = 'calm delta left 10 s ago, probably because our own machine stalled for 4 s, 44 s ago.'
  expect(textLater(sentence, AT, sincesOf(why), 5000)).toBe(
    'calm delta left 15 s ago, probably because our own machine stalled for 4 s, 49 s ago.',
  )
  const alone = { since: null, causes: [{ ...cause, since: 90_000 }] }
  expect(textLater('we stalled for 10 s, 10 s ago.', AT, sincesOf(alone), 60_000)).toBe(
    'we stalled for 10 s, 1 min 10 s ago.',
  )
  expect(sincesOf({ since: null, causes: [] })).toEqual([null, null])
})

it('tells an age of a moment that is over as a time of day, with the day where that is another one', () => {
  const at = new Date(2026, 10, 30, 0, 10).getTime()
  const stall = 'our own machine stalled for 4 s, 1 min 20 s ago'
  const later = (since: number, ago: string) =>
    toldLater({
      matter: 'split',
      sentence: `The network split ${ago}, perhaps because ${stall}.`,
      causes: [
        { kind: 'own stall', confidence: 'possible', words: stall, events: [], evidence: null, since: at - 80_000 },
        { kind: 'unknown', confidence: 'possible', words: 'it said 1 s ago', events: [], evidence: null, since: null },
      ],
      at,
      since,
      notKept: null,
    })
  const { sentence, causes } = later(at - 65_000, '1 min 5 s ago')
  const stalled = 'our own machine stalled for 4 s, at 00:08:40'
  expect(sentence).toBe(`The network split at 00:08:55, perhaps because ${stalled}.`)
  expect(causes.map(({ words }) => words)).toEqual([stalled, 'it said 1 s ago'])
  expect(later(at - 1_200_000, '20 min ago').sentence).toContain('split at 23:50:00 on 2026-11-29,')
})
