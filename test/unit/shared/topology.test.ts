import { expect, it } from 'vitest'
import type { Edge } from '../../../src/shared/peer.ts'
import { compareLinks, linksOf, MAX_LISTED_LINKS } from '../../../src/shared/topology.ts'
import { peerIdAt } from '../../support/renderer/fake-network.ts'

function edge(from: number, to: number, kind: Edge['kind'] = 'connection'): Edge {
  const [a, b] = [peerIdAt(from), peerIdAt(to)]
  return { a, b, kind, saidBy: a, at: 1 }
}

it('facts of both sides are one link; that a catalog holds an entry is none', () => {
  const links = linksOf([edge(1, 2), edge(2, 1), edge(1, 2, 'neighbor'), edge(1, 3, 'holds')])
  expect([...links.values()]).toEqual([
    { a: [peerIdAt(1), peerIdAt(2)].toSorted()[0], b: [peerIdAt(1), peerIdAt(2)].toSorted()[1] },
  ])
})

it('says which links came and went, whoever tells of them and however', () => {
  const change = compareLinks([edge(1, 2), edge(2, 3)], [edge(2, 1, 'neighbor'), edge(3, 4), edge(4, 3)])
  expect(change).toMatchObject({ cameCount: 1, wentCount: 1, same: 1 })
  expect(new Set(Object.values(change.came[0] ?? {}))).toEqual(new Set([peerIdAt(3), peerIdAt(4)]))
  expect(new Set(Object.values(change.went[0] ?? {}))).toEqual(new Set([peerIdAt(2), peerIdAt(3)]))
})

it('lists a bounded number, and counts all', () => {
  const many = Array.from({ length: MAX_LISTED_LINKS + 5 }, (_, index) => edge(0, index + 1))
  const change = compareLinks([], many)
  expect([change.cameCount, change.came.length]).toEqual([MAX_LISTED_LINKS + 5, MAX_LISTED_LINKS])
})
