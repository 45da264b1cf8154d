import { expect, test } from 'vitest'
import { PEER_FIELDS } from '../../../src/shared/filter-peers.ts'
import { parseFilter } from '../../../src/shared/filter.ts'
import { uniqueIdFrom } from '../../../src/shared/ids.ts'
import { CRAWL_TAG, isCrawl } from '../../../src/shared/tags.ts'
import { peerRow } from '../../support/renderer/fake-network.ts'

test('a crawl is known by its tag and by the hash of it, as by the filter that sentences write', () => {
  const passes = parseFilter(`tag:${CRAWL_TAG}`, PEER_FIELDS)
  const found = [
    [CRAWL_TAG],
    ['role:seed', 'Peerscope-Crawl'],
    // So it travels in mosaik networks.
    [uniqueIdFrom('role:seed'), uniqueIdFrom(CRAWL_TAG)],
    [],
    ['peerscope-crawler', 'crawl'],
    [uniqueIdFrom('Peerscope-Crawl')],
  ].map((tags) => [isCrawl({ tags }), passes(peerRow(1, { tags }), 0)])
  expect(found).toEqual([true, true, true, false, false, false].map((is) => [is, is]))
})
