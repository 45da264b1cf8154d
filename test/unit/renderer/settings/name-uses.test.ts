import { expect, test } from 'vitest'
import { usesOf } from '../../../../src/renderer/src/settings/name-uses.ts'
import { uniqueIdFrom } from '../../../../src/shared/ids.ts'
import { peerRow } from '../../../support/renderer/fake-network.ts'

test('what an id is of the peers that carry it is counted, ourselves apart', () => {
  const [a, b, c] = ['a', 'b', 'c'].map(uniqueIdFrom) as [never, never, never]
  const rows = [
    peerRow(1, { tags: [a], streams: [b] }),
    peerRow(2, { tags: [a], functions: [b], groups: [b] }),
    peerRow(3, { tags: [c] }),
    peerRow(0, { self: true, tags: [a], streams: [], groups: [b] }),
    peerRow(4, { functions: [] }),
  ]
  const one = { peers: 1, withUs: false }
  const uses = usesOf(rows, new Set<string>([a, b]))
  expect([...uses].map(([id, of]) => [id, Object.fromEntries(of)])).toEqual([
    [a, { tag: { peers: 2, withUs: true } }],
    [b, { stream: one, function: one, group: { peers: 1, withUs: true } }],
  ])
})
