import { expect, it } from 'vitest'
import { notAskedWords } from '../../../src/shared/not-asked-words.ts'
import { ALL_ASKED } from '../../../src/shared/topology.ts'

it('says of peers that a crawl did not ask why, and what to do', () => {
  expect(notAskedWords(ALL_ASKED, 'x')).toEqual([])
  expect(notAskedWords({ ...ALL_ASKED, rests: 1, ownMachine: 11 }, 'listen on it alone')).toEqual([
    '11 peers were not asked: all addresses of them are of the machine they run on (rule AD2); if that is this one, listen on it alone',
    '1 peer was not asked: nothing that is said to be at its addresses answered lately (rule AD7)',
  ])
})
