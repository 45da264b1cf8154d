import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { LinkBook } from '../../../../src/renderer/src/stores/link-book.ts'
import { countedLinks, MAX_LINK_AGE_MS } from '../../../../src/shared/links.ts'
import type { Edge } from '../../../../src/shared/peer.ts'
import { edgeKey } from '../../../../src/shared/peer.ts'
import { peerIdAt } from '../../../support/renderer/fake-network.ts'

const PEERS = 6
const HOUR = 3_600_000

const edge = fc
  .record({
    by: fc.integer({ min: 0, max: PEERS - 1 }),
    other: fc.integer({ min: 0, max: PEERS - 1 }),
    kind: fc.constantFrom<Edge['kind']>('connection', 'neighbor', 'holds'),
    minute: fc.integer({ min: 0, max: 40 }),
  })
  .map(({ by, other, kind, minute }): Edge => {
    const [a, b] = [peerIdAt(by), peerIdAt(other)]
    return { a, b, kind, saidBy: a, at: HOUR + minute * 60_000 }
  })

const act = fc.oneof(
  { weight: 6, arbitrary: fc.record({ act: fc.constant('says' as const), edge }) },
  { weight: 3, arbitrary: fc.record({ act: fc.constant('goes' as const), edge }) },
  {
    weight: 2,
    arbitrary: fc.record({ act: fc.constant('here' as const), peer: fc.integer({ min: 0, max: PEERS - 1 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ act: fc.constant('moves' as const), minute: fc.integer({ min: 0, max: 60 }) }),
  },
  { weight: 3, arbitrary: fc.record({ act: fc.constant('settles' as const) }) },
)

/** What is in one of the two only. */
function differing(one: ReadonlySet<string>, other: ReadonlySet<string>): string[] {
  return [...[...one].filter((key) => !other.has(key)), ...[...other].filter((key) => !one.has(key))]
}

it('has the links of the rule after each change, and names those that changed', () => {
  fc.assert(
    fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
      const here = new Set(Array.from({ length: PEERS }, (_, index) => peerIdAt(index)))
      const book = new LinkBook((peerId) => here.has(peerId))
      const self = peerIdAt(0)
      let now = HOUR
      book.move({ now, self })
      let before = new Set<string>()
      const wrong: string[] = []
      const untold: string[] = []
      for (const one of [...acts, { act: 'settles' } as const]) {
        if (one.act === 'says') book.set(edgeKey(one.edge), one.edge)
        else if (one.act === 'goes') book.delete(edgeKey(one.edge))
        else if (one.act === 'here') {
          const peerId = peerIdAt(one.peer)
          if (!here.delete(peerId)) here.add(peerId)
          book.touch(peerId)
        } else if (one.act === 'moves') {
          now = HOUR + one.minute * 60_000
          book.move({ now, self })
        } else {
          const gone = [...before].filter((key) => !book.edges.has(key))
          const changed = new Set([...book.settle().map(edgeKey), ...gone])
          const edges = [...book.edges.values()]
          const steps = countedLinks({ now, self, here: (peerId) => here.has(peerId), edges })
          let step = steps.next()
          while (step.done !== true) step = steps.next()
          const links = new Set(step.value.map(edgeKey))
          const shown = new Set([...book.edges].flatMap(([key, one]) => (book.isLink(one) ? key : [])))
          wrong.push(...differing(shown, links))
          untold.push(...differing(links, before).filter((key) => !changed.has(key)))
          before = links
        }
      }
      expect([wrong, untold]).toEqual([[], []])
    }),
    { numRuns: 300 },
  )
})

it('tells of a claim that is too old by the time that it is said again', () => {
  const [a, b] = [peerIdAt(1), peerIdAt(2)]
  const said = (): Edge => ({ a, b, kind: 'neighbor', saidBy: a, at: HOUR })
  const book = new LinkBook(() => true)
  book.move({ now: HOUR, self: null })
  book.set(edgeKey(said()), said())
  expect(book.settle()).toEqual([said()])
  book.set(edgeKey(said()), said())
  expect(book.settle()).toEqual([])
  book.move({ now: HOUR + MAX_LINK_AGE_MS + 1, self: null })
  book.set(edgeKey(said()), said())
  expect(book.settle()).toEqual([said()])
})

it('finds what is told of a peer', () => {
  const book = new LinkBook(() => true)
  const said = (a: number, b: number): Edge => {
    return { a: peerIdAt(a), b: peerIdAt(b), kind: 'neighbor', saidBy: peerIdAt(a), at: 1 }
  }
  for (const one of [said(1, 2), said(3, 1), said(2, 3)]) book.set(edgeKey(one), one)
  book.delete(edgeKey(said(3, 1)))
  expect([...book.of(peerIdAt(1))]).toEqual([said(1, 2)])
  expect([...book.of(peerIdAt(9))]).toEqual([])
})
