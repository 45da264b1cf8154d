import { expect, test } from 'vitest'
import { COLUMNS, nextSorting, sortRows } from '../../../../src/renderer/src/peers/columns.ts'
import { compileFilter, found as foundBy, searchWords } from '../../../../src/renderer/src/peers/filter.ts'
import { nickname } from '../../../../src/shared/nickname.ts'
import { peerIdAt, peerRow } from '../../../support/renderer/fake-network.ts'

const rtt = (srtt: number) => ({ srtt, rttvar: 1, last: srtt, at: 0 })
const rows = [peerRow(1, { rtt: rtt(90) }), peerRow(2), peerRow(3, { rtt: rtt(20) })]
const ids = (list: readonly { peerId: string }[]) => list.map(({ peerId }) => peerId)

test('rows without a value come last whichever way they are sorted', () => {
  expect(ids(sortRows(rows, { column: 'rtt', descending: false }))).toEqual([peerIdAt(3), peerIdAt(1), peerIdAt(2)])
  expect(ids(sortRows(rows, { column: 'rtt', descending: true }))).toEqual([peerIdAt(1), peerIdAt(3), peerIdAt(2)])
})

test('by state ourselves come first, then neighbors, and those that left at the end', () => {
  const mixed = [
    peerRow(1, { state: 'purged' }),
    peerRow(2),
    peerRow(3, { neighbor: true }),
    peerRow(4, { self: true }),
    peerRow(5, { state: 'stored' }),
  ]
  expect(ids(sortRows(mixed, { column: 'state', descending: false }))).toEqual([4, 3, 2, 5, 1].map(peerIdAt))
})

test('numbers within texts count as numbers', () => {
  const tagged = ['nr:10', 'nr:2', 'nr:1'].map((tag, index) => peerRow(index, { tags: [tag] }))
  expect(ids(sortRows(tagged, { column: 'tags', descending: false }))).toEqual([2, 1, 0].map(peerIdAt))
  const versions = ['1.10.0', '1.9.2', '1.9.10'].map((protocolVersion, index) => peerRow(index, { protocolVersion }))
  expect(ids(sortRows(versions, { column: 'version', descending: false }))).toEqual([1, 2, 0].map(peerIdAt))
})

test('a first click sorts by what is looked for: the slowest, the newest, the first by name; a second turns it around', () => {
  const byState = { column: 'state', descending: false } as const
  expect(nextSorting(byState, 'rtt')).toEqual({ column: 'rtt', descending: true })
  expect(nextSorting(byState, 'lastSeen')).toEqual({ column: 'lastSeen', descending: true })
  expect(nextSorting(byState, 'nickname')).toEqual({ column: 'nickname', descending: false })
  expect(nextSorting({ column: 'rtt', descending: true }, 'rtt')).toEqual({ column: 'rtt', descending: false })
  const [first] = sortRows(rows, nextSorting(byState, 'rtt'))
  expect(first?.rtt?.srtt).toBe(90)
})

test.each(COLUMNS.map(({ id }) => id))('equal rows keep one order when sorted by %s', (column) => {
  const equal = [peerRow(7), peerRow(8)]
  const again = equal.toReversed()
  expect(ids(sortRows(equal, { column, descending: false }))).toEqual(
    ids(sortRows(again, { column, descending: false })),
  )
})

test('all words of a search must be found, in any field and case', () => {
  const row = peerRow(1, { tags: ['role:Relay'], state: 'stored' })
  const found = (filter: string) => foundBy(row, searchWords(filter))
  expect(found('')).toBe(true)
  expect(found('RELAY stored')).toBe(true)
  expect(found('relay online')).toBe(false)
  expect(found(peerIdAt(1).slice(-8))).toBe(true)
  expect(found(nickname(row.peerId))).toBe(true)
  expect(found('10.0.0.1/')).toBe(true)
})

test('a filter that cannot be meant passes all and says where it is wrong', () => {
  const { passes, problem } = compileFilter('tag:x (state:')
  expect(problem?.position).toBe(13)
  expect(passes(peerRow(1), 0)).toBe(true)
  expect(compileFilter('rtt>50').problem).toBeNull()
  expect(rows.filter((row) => compileFilter('rtt>50').passes(row, 0)).map((row) => row.peerId)).toEqual([peerIdAt(1)])
})

test('peers that are not here come after those that are, however slow they were', () => {
  const some = [
    peerRow(1, { state: 'departed', rtt: rtt(900) }),
    peerRow(2, { rtt: rtt(20) }),
    peerRow(3),
    peerRow(4, { rtt: rtt(90) }),
    peerRow(5, { state: 'purged', rtt: rtt(1) }),
  ]
  const order = (descending: boolean) => ids(sortRows(some, { column: 'rtt', descending }))
  expect(order(true)).toEqual([4, 2, 1, 5, 3].map(peerIdAt))
  expect(order(false)).toEqual([2, 4, 5, 1, 3].map(peerIdAt))
})
