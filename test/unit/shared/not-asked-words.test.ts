import { expect, it } from 'vitest'
import { notAskedWords } from '../../../src/shared/not-asked-words.ts'
import { ALL_ASKED } from '../../../src/shared/topology.ts'

it('says of peers that a crawl did not ask why, and what to do', () => {
  expect(notAskedWords(ALL_ASKED, 'x')).toEqual([])
  expect(notAskedWords({ ...ALL_ASKED, rests: 1, ownMachine: 11 }, 'listen there')).toEqual([
    '11 peers were not asked: all their addresses are for the machine they run on, such as 127.0.0.1. If they run on this machine, listen there',
    '1 peer was not asked: its addresses did not answer lately, and are tried again later',
  ])
})
