import { expect, it } from 'vitest'
import { sentenceLater } from '../../../src/shared/why-words.ts'

it('the age in an answer counts on, and nothing else of it', () => {
  const why = { sentence: 'The network split 44 s ago: 3 peers 44 s.', at: 100_000, since: 56_000 }
  expect(sentenceLater(why, 0)).toBe(why.sentence)
  expect(sentenceLater(why, 1000)).toBe('The network split 45 s ago: 3 peers 44 s.')
  expect(sentenceLater({ ...why, sentence: 'calm delta left just now.', since: 99_900 }, 2000)).toBe(
    'calm delta left 2.1 s ago.',
  )
  expect(sentenceLater({ ...why, since: null }, 60_000)).toBe(why.sentence)
})
