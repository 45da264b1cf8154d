import { expect, test } from 'vitest'
import { createPeerStore } from '../../../../src/renderer/src/stores/peer-store.ts'
import { edgeKey } from '../../../../src/shared/peer.ts'
import type { Edge } from '../../../../src/shared/peer.ts'
import { fakeSnapshot, peerIdAt, peerRow } from '../../../support/renderer/fake-network.ts'

/** Copies of what a message holds, as each message brings its own. */
const copied = <Value>(value: Value): Value => structuredClone(value)

test('a row that says the same again keeps its lists, and one that says something else has the new ones', () => {
  const store = createPeerStore()
  const row = peerRow(1, { tags: ['role:relay'], addresses: ['/ip4/10.0.0.1/tcp/4001'] })
  store.apply({ ...fakeSnapshot(0, 1000), peers: [copied(row)], edges: [] })
  const before = store.getState().peers.get(row.peerId)
  store.apply({ type: 'batch', seq: 2, peers: [copied({ ...row, lastSeen: 7 })] })
  const after = store.getState().peers.get(row.peerId)
  expect(after).toEqual({ ...row, lastSeen: 7 })
  expect(after?.tags).toBe(before?.tags)
  expect(after?.addresses).toBe(before?.addresses)

  const moved = { ...row, tags: ['role:validator'], addresses: ['/ip4/10.0.0.2/tcp/4001', ...row.addresses] }
  store.apply({ type: 'batch', seq: 3, peers: [copied(moved)] })
  expect(store.getState().peers.get(row.peerId)).toEqual(moved)
  store.apply({ type: 'batch', seq: 4, peers: [copied({ ...moved, tags: [] })] })
  expect(store.getState().peers.get(row.peerId)?.tags).toEqual([])
})

test('the rows of a picture have one empty list', () => {
  const store = createPeerStore()
  const rows = [peerRow(1), peerRow(2)].map((row) => ({ ...row, tags: [], groups: [] }))
  store.apply({ ...fakeSnapshot(0, 1000), peers: copied(rows), edges: [] })
  const [one, other] = [...store.getState().peers.values()]
  expect(one?.tags).toBe(other?.tags)
  expect(one?.tags).toBe(one?.groups)
})

test('an edge is named by its ends, its kind and by who says it, and by nothing else', () => {
  const [a, b, c] = [peerIdAt(1), peerIdAt(2), peerIdAt(3)]
  const edge: Edge = { a, b, kind: 'connection', saidBy: a, at: 5 }
  expect(edgeKey({ ...edge, at: 6 })).toBe(edgeKey(edge))
  // 13 characters of each end: with fewer others could be found that end alike.
  for (const end of [a, b]) expect(edgeKey(edge)).toContain(end.slice(-13))
  const others: readonly Edge[] = [
    { ...edge, a: c, saidBy: c },
    { ...edge, b: c },
    { ...edge, a: b, b: a, saidBy: b },
    { ...edge, kind: 'neighbor' },
    { ...edge, kind: 'holds' },
    { ...edge, saidBy: b },
    { ...edge, saidBy: c },
  ]
  expect(new Set([edge, ...others].map(edgeKey)).size).toBe(others.length + 1)
})
