import { expect, it } from 'vitest'
import type { LinksInput } from '../../../src/shared/links.ts'
import type { Edge } from '../../../src/shared/peer.ts'
import { compareLinks, linksOf, MAX_LISTED_LINKS } from '../../../src/shared/topology.ts'
import { peerIdAt } from '../../support/renderer/fake-network.ts'

/** All steps at once. */
function resultOf<T>(steps: Iterator<void, T>): T {
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}

function edge(from: number, to: number, kind: Edge['kind'] = 'connection'): Edge {
  const [a, b] = [peerIdAt(from), peerIdAt(to)]
  return { a, b, kind, saidBy: a, at: 1 }
}

function among(edges: readonly Edge[]): LinksInput {
  return { now: 1, self: null, here: () => true, edges }
}

it('facts of both sides are one link; that a catalog holds an entry is none', () => {
  const links = resultOf(linksOf(among([edge(1, 2), edge(2, 1), edge(1, 2, 'neighbor'), edge(1, 3, 'holds')])))
  expect([...links.values()]).toEqual([
    { a: [peerIdAt(1), peerIdAt(2)].toSorted()[0], b: [peerIdAt(1), peerIdAt(2)].toSorted()[1] },
  ])
})

it('says which links came and went, whoever tells of them and however', () => {
  const steps = compareLinks(among([edge(1, 2), edge(2, 3)]), among([edge(2, 1, 'neighbor'), edge(3, 4), edge(4, 3)]))
  const change = resultOf(steps)
  expect(change).toMatchObject({ cameCount: 1, wentCount: 1, same: 1 })
  expect(new Set(Object.values(change.came[0] ?? {}))).toEqual(new Set([peerIdAt(3), peerIdAt(4)]))
  expect(new Set(Object.values(change.went[0] ?? {}))).toEqual(new Set([peerIdAt(2), peerIdAt(3)]))
})

it('lists a bounded number, and counts all', () => {
  const many = Array.from({ length: MAX_LISTED_LINKS + 5 }, (_, index) => edge(0, index + 1))
  const change = resultOf(compareLinks(among([]), among(many)))
  expect([change.cameCount, change.came.length]).toEqual([MAX_LISTED_LINKS + 5, MAX_LISTED_LINKS])
})

it('thousands are compared in steps', () => {
  const many = Array.from({ length: 4500 }, (_, index) => edge(index, index + 1))
  const steps = compareLinks(among(many.slice(1)), among(many.slice(0, -1)))
  let count = 0
  for (let step = steps.next(); step.done !== true; step = steps.next()) count += 1
  expect(count).toBe(12)
})
