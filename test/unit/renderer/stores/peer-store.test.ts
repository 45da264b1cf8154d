import { expect, test, vi } from 'vitest'
import { createPeerStore, hereIn } from '../../../../src/renderer/src/stores/peer-store.ts'
import type { Edge } from '../../../../src/shared/peer.ts'
import { edgeKey } from '../../../../src/shared/peer.ts'
import { fakeSnapshot, fakeStatus, peerIdAt, peerRow } from '../../../support/renderer/fake-network.ts'

const edge: Edge = { a: peerIdAt(1), b: peerIdAt(2), kind: 'neighbor', saidBy: peerIdAt(1), at: 5 }

function filled() {
  const store = createPeerStore()
  const snapshot = { ...fakeSnapshot(0, 1000), peers: [peerRow(1), peerRow(2)], edges: [edge] }
  expect(store.apply(snapshot)).toBe(true)
  return store
}

test('a snapshot replaces everything that was there', () => {
  const store = filled()
  store.apply({ ...fakeSnapshot(0, 1000), seq: 9, peers: [peerRow(3)], edges: [] })
  expect(store.getState().ids).toEqual([peerIdAt(3)])
  expect(store.getState().edges.size).toBe(0)
  expect(store.getState().counts.online).toBe(1)
  expect(store.getState().seq).toBe(9)
})

test('an update keeps the list of ids, a join and a removal give a new one', () => {
  const store = filled()
  const { ids, rev, structRev } = store.getState()
  store.apply({ type: 'batch', seq: 2, peers: [peerRow(1, { lastSeen: 77 })] })
  expect(store.getState().ids).toBe(ids)
  expect(store.getState().rev).toBe(rev + 1)
  expect(store.getState().structRev).toBe(structRev)
  expect(store.getState().peers.get(peerIdAt(1))?.lastSeen).toBe(77)
  store.apply({ type: 'batch', seq: 3, peers: [peerRow(5)], removed: [peerIdAt(2)] })
  expect(store.getState().ids).toEqual([peerIdAt(1), peerIdAt(5)])
  expect(store.getState().structRev).toBe(structRev + 1)
})

test('a change of state moves the counts and tells the graph', () => {
  const store = filled()
  const { structRev } = store.getState()
  store.apply({ type: 'batch', seq: 2, peers: [peerRow(1, { state: 'purged' })] })
  expect(store.getState().counts).toMatchObject({ online: 1, purged: 1 })
  expect(store.getState().structRev).toBe(structRev + 1)
})

test('a gap changes nothing and is told', () => {
  const store = filled()
  const before = store.getState()
  expect(store.apply({ type: 'batch', seq: 3, peers: [peerRow(8)] })).toBe(false)
  expect(store.getState()).toBe(before)
  expect(store.apply({ type: 'batch', seq: 1, peers: [peerRow(8)] })).toBe(false)
  expect(createPeerStore().apply({ type: 'batch', seq: 1 })).toBe(false)
})

test('edges come and go by what they say', () => {
  const store = filled()
  const other: Edge = { ...edge, kind: 'connection' }
  expect(edgeKey(other)).not.toBe(edgeKey(edge))
  store.apply({ type: 'batch', seq: 2, edgesAdded: [other], edgesRemoved: [{ ...edge, at: 99 }] })
  expect([...store.getState().edges.values()]).toEqual([other])
})

test('a message tells what it touched; a snapshot touches everything', () => {
  const store = filled()
  expect(store.getState().touched).toBeNull()
  const other: Edge = { ...edge, kind: 'connection' }
  const [peers, removed] = [[peerRow(1), peerRow(5)], [peerIdAt(2)]]
  store.apply({ type: 'batch', seq: 2, peers, removed, edgesAdded: [other], edgesRemoved: [edge] })
  expect(store.getState().touched).toEqual({
    peers: [peerIdAt(1), peerIdAt(5), peerIdAt(2)],
    edges: [edgeKey(edge), edgeKey(other)],
  })
  store.apply({ type: 'batch', seq: 3 })
  expect(store.getState().touched).toEqual({ peers: [], edges: [] })
  store.apply({ ...fakeSnapshot(0, 1000), seq: 9 })
  expect(store.getState().touched).toBeNull()
})

test('a claim that is a link from now on, or no longer, is touched, no matter who spoke', () => {
  const store = createPeerStore()
  const rows = [0, 1, 2, 3].map((index) => peerRow(index, { self: index === 0, state: 'online' }))
  const said = (a: number, b: number, at: number): Edge => {
    return { a: peerIdAt(a), b: peerIdAt(b), kind: 'neighbor', saidBy: peerIdAt(a), at }
  }
  const [one, other] = [said(1, 2, 1000), said(2, 3, 61_000)]
  store.apply({ ...fakeSnapshot(0, 1000), peers: rows, edges: [one] })
  // The picture has copies.
  const isLink = (edge: Edge): boolean => {
    const { links, edges } = store.getState()
    return links.isLink(edges.get(edgeKey(edge)) ?? edge)
  }
  expect(isLink(one)).toBe(true)
  const { seq, edgeRev } = store.getState()
  store.apply({ type: 'batch', seq: (seq ?? 0) + 1, edgesAdded: [other] })
  expect([isLink(one), isLink(other)]).toEqual([false, true])
  expect(new Set(store.getState().touched?.edges)).toEqual(new Set([edgeKey(one), edgeKey(other)]))
  store.apply({ type: 'batch', seq: (seq ?? 0) + 2, peers: [peerRow(3, { state: 'stored' })] })
  expect([isLink(other), store.getState().edgeRev]).toEqual([false, edgeRev + 2])
  expect(store.getState().touched?.edges).toEqual([edgeKey(other)])
  // At a past moment what is too old counts no longer.
  store.apply(
    { type: 'batch', seq: (seq ?? 0) + 3, peers: rows },
    { kind: 'peerscope', linksAt: 61_000 + 900_001, loss: null },
  )
  expect([isLink(one), isLink(other)]).toEqual([false, false])
  store.apply({ type: 'batch', seq: (seq ?? 0) + 4 }, { kind: 'peerscope', linksAt: 61_000, loss: null })
  expect([isLink(one), isLink(other)]).toEqual([false, true])
})

test('listeners are called once for a batch', () => {
  const store = filled()
  const listener = vi.fn<() => void>()
  store.subscribe(listener)
  store.apply({ type: 'batch', seq: 2, peers: [peerRow(1, { state: 'departed' }), peerRow(9)], edgesRemoved: [edge] })
  expect(listener).toHaveBeenCalledTimes(1)
})

test('who went with us when we lost the network is shown as it was, until we are back', () => {
  const store = createPeerStore()
  const online = fakeStatus(3, 1_000_000)
  const lost = {
    ...online,
    state: 'lost',
    loss: { at: 900_000, judgedAt: 900_000, heardAt: 899_000, purgeAfterMs: 60_000 },
  } as const
  const version = (updatedAt: number) => ({ startedAt: 1, updatedAt })
  const peers = [
    peerRow(0, { self: true }),
    peerRow(1),
    peerRow(2),
    peerRow(3, { state: 'purged', version: version(700_000) }),
  ]
  store.apply({ ...fakeSnapshot(0, 1_000_000), peers, status: lost })
  const states = (): unknown[] => [1, 2, 3].map((index) => store.getState().peers.get(peerIdAt(index))?.state)
  const counted = (): unknown[] => [hereIn(store.getState()), store.getState().counts.purged]
  // Another purge changes nothing.
  store.apply({ type: 'batch', seq: 2, peers: [peerRow(1, { state: 'purged', version: version(899_000) })] })
  expect([states(), counted()]).toEqual([
    ['online', 'online', 'purged'],
    [2, 1],
  ])
  const marked = (): unknown[] => [0, 1, 2, 3].map((index) => store.getState().peers.get(peerIdAt(index))?.notKnown)
  expect(marked()).toEqual([undefined, true, true, undefined])
  store.apply({ type: 'batch', seq: 3, peers: [peerRow(2, { state: 'departed' })] })
  expect([states(), counted()]).toEqual([
    ['online', 'departed', 'purged'],
    [1, 1],
  ])
  // What is told while it goes on is the same loss.
  const { loss } = store.getState()
  store.apply({ type: 'batch', seq: 4, status: { ...lost, loss: { ...lost.loss } } })
  expect(store.getState().loss).toBe(loss)
  store.apply({ type: 'batch', seq: 5, status: online })
  expect(marked()).toEqual([undefined, undefined, undefined, undefined])
  expect([states(), counted()]).toEqual([
    ['purged', 'departed', 'purged'],
    [0, 2],
  ])
  expect(store.getState().touched?.peers).toContain(peerIdAt(1))
  // It is lost again: who was purged before counts as well.
  store.apply({ type: 'batch', seq: 6, status: lost })
  expect(states()).toEqual(['online', 'departed', 'purged'])
})
