import { expect, test } from 'vitest'
import { completions, lastTerm } from '../../../../src/renderer/src/peers/filter-names.ts'
import { nameOf } from '../../../../src/shared/names.ts'

const NAMES = ['archive', 'market orders', 'market.bids', 'validator'].map(nameOf)

test.each([
  ['tag:', ['tag:archive', 'tag:"market orders"', 'tag:market.bids', 'tag:validator']],
  ['rtt>5 -tag:VAL', ['rtt>5 -tag:validator']],
  ['(stream:"mar', ['(stream:"market orders"', '(stream:market.bids']],
  ['tag:validator', []],
  ['tag:validator ', []],
  ['id:val', []],
  ['mytag:val', []],
  ['', []],
])('%s is completed to %j', (text, filters) => {
  expect(completions(text, NAMES)).toEqual(filters)
})

test('of a completed filter the last term is shown', () => {
  expect(['rtt>5 -tag:validator', '(stream:"market orders"', 'tag:a'].map(lastTerm)).toEqual([
    '-tag:validator',
    'stream:"market orders"',
    'tag:a',
  ])
})
