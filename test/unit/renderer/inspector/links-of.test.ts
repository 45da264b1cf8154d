import { expect, test } from 'vitest'
import { linksOf } from '../../../../src/renderer/src/inspector/links-of.ts'
import type { Edge } from '../../../../src/shared/peer.ts'
import { peerIdAt } from '../../../support/renderer/fake-network.ts'

const edge = (a: number, b: number, kind: Edge['kind']): Edge => ({
  a: peerIdAt(a),
  b: peerIdAt(b),
  kind,
  saidBy: peerIdAt(a),
  at: 1,
})

test('links are told apart from what catalogs hold, in both directions', () => {
  const edges = [
    edge(1, 2, 'neighbor'),
    edge(1, 2, 'connection'),
    edge(3, 1, 'connection'),
    edge(1, 4, 'holds'),
    edge(2, 1, 'holds'),
    edge(1, 5, 'connection'),
  ]
  const { links, claims, holds, heldBy } = linksOf(
    { of: () => edges, against: ({ b }) => (b === peerIdAt(5) ? 'taken back' : null) },
    peerIdAt(1),
  )
  const plain = (list: typeof links) => list.map(([other, found]) => [other, found.map(({ kind }) => kind)])
  expect(plain(links)).toEqual([
    [peerIdAt(2), ['neighbor', 'connection']],
    [peerIdAt(3), ['connection']],
  ])
  expect(plain(claims)).toEqual([[peerIdAt(5), ['connection']]])
  expect(plain(holds)).toEqual([[peerIdAt(4), ['holds']]])
  expect(plain(heldBy)).toEqual([[peerIdAt(2), ['holds']]])
})
