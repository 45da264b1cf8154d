import { expect, test } from 'vitest'
import { filterWords, wordsToName } from '../../../../src/renderer/src/peers/filter-words.ts'
import { peerFields } from '../../../../src/shared/filter-peers.ts'
import { parseFilter } from '../../../../src/shared/filter.ts'
import { uniqueIdFrom } from '../../../../src/shared/ids.ts'
import { NO_NAMES } from '../../../../src/shared/names.ts'
import { peerRow } from '../../../support/renderer/fake-network.ts'

test.each([
  ['tag:validator rtt>200', ['validator']],
  ['-tag:role:seed OR (stream:"market orders" fox)', ['role:seed', 'market orders', 'fox']],
  ['state:online id:12D3* tag:val*', []],
  ['"role:seed"', ['role:seed']],
  ['tag: function=rpc', ['rpc']],
])('the words of %s are %j', (filter, words) => {
  expect(filterWords(filter)).toEqual(words)
})

test('only words whose hash a peer carries are named, and none twice', () => {
  const [tag, group] = [uniqueIdFrom('validator'), uniqueIdFrom('shard')]
  const rows = [peerRow(1, { tags: [tag] }), peerRow(2, { groups: [group] })]
  const filter = `tag:validator fox group:shard ${tag}`
  expect(wordsToName(filter, rows, NO_NAMES)).toEqual(['validator', 'shard'])
  expect(wordsToName(filter, rows, new Map([[tag, 'validator']]))).toEqual(['shard'])
  expect(wordsToName('tag:valid', rows, NO_NAMES)).toEqual([])
})

test('ids are found by their names, in fields and as bare words', () => {
  const id = uniqueIdFrom('validator')
  const row = peerRow(1, { tags: [id], functions: [uniqueIdFrom('transcode')] })
  const names = new Map([
    [id as string, 'validator'],
    [uniqueIdFrom('transcode') as string, 'transcode'],
  ])
  let known = NO_NAMES
  const fields = peerFields(
    () => null,
    () => known,
  )
  const finds = (text: string) => parseFilter(text, fields)(row, 0)
  expect(['tag:validator', 'VALIDATOR', 'function:trans*'].map(finds)).toEqual([false, false, false])
  known = names
  expect(['tag:validator', 'VALIDATOR', 'function:trans*', `tag:${id}`].map(finds)).toEqual([true, true, true, true])
  expect(finds('tag:archive')).toBe(false)
})
