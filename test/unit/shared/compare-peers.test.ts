import { describe, expect, it } from 'vitest'
import type { Held, KnowledgeMoment, KnowledgeScope } from '../../../src/shared/compare-peers.ts'
import { knowledgeDifference, knowledgeOf, listDifference, peerFacts } from '../../../src/shared/compare-peers.ts'
import type { PeerId } from '../../../src/shared/ids.ts'
import type { Edge } from '../../../src/shared/peer.ts'
import { idOf } from '../../support/discovery/entries.ts'
import { fakeSnapshot } from '../../support/renderer/fake-network.ts'

const edge = (kind: Edge['kind'], a: string, b: string, saidBy: string, at: number): Edge => ({
  a: idOf(a),
  b: idOf(b),
  kind,
  saidBy: idOf(saidBy),
  at,
})

/** Runs steps to their end, and counts them. */
function all<T>(steps: Iterator<void, T>): { readonly value: T; readonly steps: number } {
  for (let count = 0; ; count += 1) {
    const step = steps.next()
    if (step.done === true) return { value: step.value, steps: count }
  }
}

function compare(
  edges: readonly Edge[],
  held: ReadonlyMap<PeerId, Held> = new Map(),
  scope: KnowledgeScope = 'all',
  moment: Partial<KnowledgeMoment> = {},
) {
  const at = { ...ALL_HERE, ...moment }
  const of = all(knowledgeOf(edges, [idOf('ann'), idOf('ben')], held, () => true, at)).value
  const { onlyA, onlyB, both, left } = all(knowledgeDifference(of, scope, at)).value
  const ids = (list: typeof both) => list.map(({ peerId }) => peerId)
  return { of, onlyA, onlyB, both, left, ids: [ids(onlyA), ids(onlyB), ids(both)] }
}

/** Everybody is here, for ever, and neither of the two is ourselves. */
const ALL_HERE: KnowledgeMoment = { hereSince: () => 0, cameAt: () => 0, isSelf: () => false }

const sorted = (...names: string[]) => names.map((name) => idOf(name)).toSorted()

describe('the peers that two peers know', () => {
  const edges = [
    edge('neighbor', 'ann', 'cat', 'ann', 100),
    edge('connection', 'ann', 'cat', 'ann', 120),
    edge('connection', 'ann', 'dan', 'ann', 100),
    edge('neighbor', 'ben', 'dan', 'ben', 90),
    edge('connection', 'eve', 'ben', 'eve', 80),
    edge('connection', 'ann', 'ben', 'ann', 100),
    edge('connection', 'fay', 'gil', 'fay', 80),
  ]

  it('is what they say, and what others say of links to them; each other they are left out', () => {
    const { of, onlyA, onlyB, ids } = compare(edges)
    expect(ids).toEqual([sorted('cat'), sorted('eve'), sorted('dan')])
    // The strongest evidence first, with the newest word of it.
    const cat = { peerId: idOf('cat'), kinds: ['connection', 'neighbor'], saidBy: idOf('ann'), at: 120 }
    const eve = { peerId: idOf('eve'), kinds: ['connection'], saidBy: idOf('eve'), at: 80 }
    expect([onlyA, onlyB]).toEqual([[{ ...cat, cameSince: false }], [{ ...eve, cameSince: false }]])
    expect(of.map(({ links, toldAt }) => [links, toldAt])).toEqual([
      [3, 120],
      [3, 90],
    ])
  })

  it('is not what others hold of them: an entry in a catalog goes one way', () => {
    const { ids } = compare([edge('holds', 'eve', 'ann', 'eve', 100), edge('holds', 'ben', 'fay', 'ben', 100)])
    expect(ids).toEqual([[], sorted('fay'), []])
  })

  it('takes the word of the peer itself before that of another', () => {
    const said = [edge('connection', 'eve', 'ann', 'eve', 900), edge('neighbor', 'ann', 'eve', 'ann', 100)]
    for (const order of [said, said.toReversed()])
      expect(compare(order).onlyA).toMatchObject([
        { peerId: idOf('eve'), kinds: ['connection', 'neighbor'], saidBy: idOf('ann'), at: 100 },
      ])
  })

  it('is not told by a peer of which only others speak', () => {
    const { of } = compare([edge('connection', 'eve', 'ben', 'eve', 80), edge('holds', 'ben', 'cat', 'ben', 70)])
    expect(of[1]).toMatchObject({ toldAt: null, heldAt: null, partHeldAt: 70, links: 1 })
    expect(of[0].partHeldAt).toBeNull()
  })

  it('is what catalogs held, too; and either alone where that is asked', () => {
    const held = new Map([[idOf('ben'), { at: 70, peerIds: [idOf('cat'), idOf('ben'), idOf('gil')] }]])
    const everything = compare(edges, held)
    expect(everything.ids).toEqual([[], sorted('eve', 'gil'), sorted('cat', 'dan')])
    expect(everything.of[1].heldAt).toBe(70)
    // In the catalog of one, linked to the other: a difference of links.
    expect(compare(edges, held, 'links').ids).toEqual([sorted('cat'), sorted('eve'), sorted('dan')])
    expect(compare(edges, held, 'catalogs').ids).toEqual([[], sorted('cat', 'gil'), []])
  })

  it('is not yet known of those who left since a catalog was seen, which either of the two held, or both', () => {
    const gone: readonly PeerId[] = sorted('cat', 'gil', 'hal')
    const since = (peerId: PeerId) => (gone.includes(peerId) ? null : 0)
    const held = new Map([
      [idOf('ann'), { at: 70, peerIds: [idOf('cat'), idOf('hal'), idOf('dan')] }],
      [idOf('ben'), { at: 900, peerIds: [idOf('gil'), idOf('hal'), idOf('dan')] }],
    ])
    const { ids, left } = compare([], held, 'all', { hereSince: since, isSelf: (peerId) => peerId === idOf('ben') })
    expect(ids).toEqual([[], [], sorted('dan')])
    expect(left.map(({ peerId, saidBy, at }) => [peerId, saidBy, at])).toEqual(
      gone.map((peerId) => (peerId === idOf('gil') ? [peerId, idOf('ben'), 900] : [peerId, idOf('ann'), 70])),
    )
  })

  it('is not what a catalog held of those who left since and came back, unless it is known from elsewhere', () => {
    const held = new Map([
      [idOf('ann'), { at: 70, peerIds: [idOf('cat'), idOf('dan'), idOf('gil')] }],
      [idOf('ben'), { at: 90, peerIds: [idOf('cat'), idOf('dan'), idOf('gil'), idOf('ann')] }],
    ])
    // Cat came back after both were seen, Dan before Ben was; Ann is one of the two.
    const back = new Map<PeerId, number>([
      [idOf('cat'), 95],
      [idOf('dan'), 80],
      [idOf('ann'), 95],
    ])
    const moment = { hereSince: (peerId: PeerId) => back.get(peerId) ?? 0 }
    const { of, ids, left, onlyB } = compare([], held, 'all', moment)
    expect(ids).toEqual([[], sorted('dan'), sorted('gil')])
    expect(onlyB).toMatchObject([{ cameSince: true, at: 90 }])
    expect(left).toEqual([{ peerId: idOf('cat'), kinds: ['holds'], saidBy: idOf('ann'), at: 70 }])
    expect(of.map((one) => [...one.left.keys()].toSorted())).toEqual([sorted('cat', 'dan'), sorted('cat', 'ann')])
    // Linked to it since.
    const linked = compare([edge('neighbor', 'ben', 'cat', 'ben', 99)], held, 'all', moment)
    expect([linked.ids, linked.left]).toEqual([[[], sorted('cat', 'dan'), sorted('gil')], []])
    expect(linked.onlyB.every(({ cameSince }) => cameSince)).toBe(true)
    // Of catalogs alone a link says nothing, and of links alone a catalog.
    const link = [edge('neighbor', 'ben', 'cat', 'ben', 99)]
    expect(compare(link, held, 'catalogs', moment).left.map(({ peerId }) => peerId)).toEqual(sorted('cat'))
    expect(compare([], held, 'links', moment).left).toEqual([])
    // Our own catalog is seen as it is now.
    const ours = compare([], held, 'all', { ...moment, isSelf: (peerId) => peerId === idOf('ann') })
    expect([ours.ids, ours.left]).toEqual([[sorted('cat'), [], sorted('dan', 'gil')], []])
  })

  it('is not known to be lacking where somebody came after the other told', () => {
    const since = (list: readonly { peerId: PeerId; cameSince: boolean }[]) =>
      Object.fromEntries(list.map(({ peerId, cameSince }) => [peerId, cameSince]))
    const later = { cameAt: (peerId: PeerId) => (peerId === idOf('cat') ? 95 : 0) }
    // Ben told its links at 90, and Cat came then; Ann told hers later.
    const links = compare(edges, new Map(), 'links', later)
    expect([since(links.onlyA), since(links.onlyB)]).toEqual([{ [idOf('cat')]: true }, { [idOf('eve')]: false }])
    // A catalog that was seen held all that was here.
    const held = new Map([
      [idOf('ann'), { at: 70, peerIds: [] }],
      [idOf('ben'), { at: 90, peerIds: [idOf('gil')] }],
    ])
    expect(since(compare([], held, 'catalogs').onlyB)).toEqual({ [idOf('gil')]: true })
    // What we lack ourselves, we see.
    const isSelf = (peerId: PeerId) => peerId === idOf('ann')
    expect(since(compare([], held, 'catalogs', { isSelf }).onlyB)).toEqual({ [idOf('gil')]: false })
  })

  it('is found in steps among thousands', () => {
    const many = Array.from({ length: 20_000 }, (_, index) => edge('holds', 'ann', `peer ${index % 50}`, 'ann', index))
    const { value, steps } = all(knowledgeOf(many, [idOf('ann'), idOf('ben')], new Map(), () => true, ALL_HERE))
    expect([steps, value[0].known.size]).toEqual([4, 50])
  })
})

it('lists are set side by side in their own order', () => {
  expect(listDifference(['c', 'a', 'b'], ['b', 'd'])).toEqual({ onlyA: ['c', 'a'], onlyB: ['d'], both: ['b'] })
})

describe('two peers side by side', () => {
  const [row] = fakeSnapshot(3, 0).peers.filter(({ self }) => !self)
  if (row === undefined) throw new Error('there is no peer')

  it('differ in what they say of themselves, not in times', () => {
    const other = { ...row, protocolVersion: '9.9.9', tags: ['x'], state: 'departed', lastSeen: 5, rtt: null } as const
    const facts = peerFacts(row, other)
    const differ = facts.flatMap((fact) => (fact.same ? [] : [fact.field]))
    expect(differ).toEqual(['state', 'protocol', ...(row.tags.join() === 'x' ? [] : ['tags'])])
    expect(facts.find(({ field }) => field === 'rtt')).toMatchObject({ a: row.rtt?.srtt ?? null, b: null, same: true })
  })

  it('are in the states that lists show, and it is no difference that one is ourselves', () => {
    const state = (a: object, b: object) =>
      peerFacts({ ...row, ...a }, { ...row, ...b }).find((fact) => fact.field === 'state')
    const [here, near] = [
      { state: 'online', neighbor: false, connected: false },
      { state: 'online', neighbor: true },
    ]
    expect(state(here, near)).toMatchObject({ a: 'here', b: 'neighbor', same: false })
    expect(state(near, near)).toMatchObject({ a: 'neighbor', b: 'neighbor', same: true })
    expect(state({ self: true }, near)).toMatchObject({ a: 'ourselves', b: 'neighbor', same: true })
    expect(state({ self: true }, { state: 'purged' })).toMatchObject({ b: 'silent', same: false })
  })

  it('show lists where one has some, tags always', () => {
    const bare = { ...row, tags: [], streams: [], functions: [], groups: [], addresses: [] }
    const lists = peerFacts(bare, bare).flatMap((fact) => (fact.kind === 'list' ? [fact.field] : []))
    expect(lists).toEqual(['tags'])
  })
})
