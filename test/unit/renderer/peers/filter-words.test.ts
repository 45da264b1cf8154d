import { expect, test } from 'vitest'
import { wordsToName } from '../../../../src/renderer/src/peers/filter-words.ts'
import { uniqueIdFrom } from '../../../../src/shared/ids.ts'
import { NO_NAMES } from '../../../../src/shared/names.ts'
import { peerRow } from '../../../support/renderer/fake-network.ts'

test('only words whose hash a peer carries are named, and none twice', () => {
  const [tag, group] = [uniqueIdFrom('validator'), uniqueIdFrom('shard')]
  const rows = [peerRow(1, { tags: [tag] }), peerRow(2, { groups: [group] })]
  const filter = `tag:validator fox group:shard ${tag}`
  expect(wordsToName(filter, rows, NO_NAMES)).toEqual(['validator', 'shard'])
  expect(wordsToName(filter, rows, new Map([[tag, 'validator']]))).toEqual(['shard'])
  expect(wordsToName('tag:valid', rows, NO_NAMES)).toEqual([])
})
