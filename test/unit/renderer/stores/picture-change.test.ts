import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createPeerStore } from '../../../../src/renderer/src/stores/peer-store.ts'
import { PictureChange } from '../../../../src/renderer/src/stores/picture-change.ts'
import type { Edge, PeerRow } from '../../../../src/shared/peer.ts'
import { edgeKey } from '../../../../src/shared/peer.ts'
import { fakeSnapshot, peerIdAt, peerRow } from '../../../support/renderer/fake-network.ts'

interface Moment {
  readonly peers: readonly PeerRow[]
  readonly edges: readonly Edge[]
}

const moments: fc.Arbitrary<Moment> = fc
  .record({
    peers: fc.uniqueArray(fc.record({ index: fc.nat(12), updatedAt: fc.nat(3) }), { selector: ({ index }) => index }),
    edges: fc.uniqueArray(fc.record({ a: fc.nat(4), b: fc.nat(4), at: fc.nat(1) }), {
      selector: ({ a, b }) => a * 9 + b,
    }),
  })
  .map(({ peers, edges }) => ({
    peers: peers.map(({ index, updatedAt }) =>
      peerRow(index, { version: { startedAt: 1, updatedAt }, lastSeen: updatedAt, tags: [`at:${updatedAt}`] }),
    ),
    edges: edges.map(({ a, b, at }): Edge => {
      const saidBy = peerIdAt(a)
      return { a: saidBy, b: peerIdAt(b), kind: 'neighbor', saidBy, at }
    }),
  }))

const byId = (rows: Iterable<PeerRow>) => [...rows].toSorted((a, b) => (a.peerId < b.peerId ? -1 : 1))
const byKey = (edges: Iterable<Edge>) => [...edges].toSorted((a, b) => (edgeKey(a) < edgeKey(b) ? -1 : 1))

test('a store that takes the change shows what it would show from the start', () => {
  fc.assert(
    fc.property(fc.array(moments, { minLength: 1, maxLength: 6 }), (all) => {
      const store = createPeerStore()
      store.apply({ ...fakeSnapshot(0, 1), seq: 1 })
      all.forEach((moment, index) => {
        const change = new PictureChange(store.getState())
        const [half, links] = [moment.peers.length >> 1, moment.edges.length >> 1]
        const parts = [
          change.take({ peers: moment.peers.slice(0, half), edges: moment.edges.slice(0, links) }),
          change.take({ peers: moment.peers.slice(half), edges: moment.edges.slice(links) }),
        ]
        for (const [nth, part] of parts.entries()) store.apply({ type: 'batch', seq: index * 3 + nth + 2, ...part })
        store.apply({ type: 'batch', seq: index * 3 + 4, ...change.rest() })
        const { peers, edges, ids, counts } = store.getState()
        expect(byId(peers.values())).toEqual(byId(moment.peers))
        expect(byKey(edges.values())).toEqual(byKey(moment.edges))
        expect(ids.length).toBe(moment.peers.length)
        expect(counts.online).toBe(moment.peers.length)
      })
    }),
    { seed: 9, numRuns: 200 },
  )
})

test('what is the same is not told again', () => {
  const rows = [peerRow(1), peerRow(2)]
  const edge: Edge = { a: peerIdAt(1), b: peerIdAt(2), kind: 'connection', saidBy: peerIdAt(1), at: 5 }
  const store = createPeerStore()
  store.apply({ ...fakeSnapshot(0, 1), seq: 1, peers: rows, edges: [edge] })
  const [one, two] = rows.map((row) => ({ ...row }))
  if (one === undefined || two === undefined) throw new Error('there are two')
  const later = { ...two, version: { ...two.version, updatedAt: two.version.updatedAt + 1 } }
  const change = new PictureChange(store.getState())
  expect(change.take({ peers: [one, later], edges: [{ ...edge }] })).toEqual({ peers: [later], edgesAdded: [] })
  expect(change.rest()).toEqual({ removed: [], edgesRemoved: [] })
})

test('a peer that came back at another time is told, though all else of it is the same', () => {
  const [never, once] = [peerRow(1), peerRow(2, { backAt: 5 })]
  const store = createPeerStore()
  store.apply({ ...fakeSnapshot(0, 1), seq: 1, peers: [never, once] })
  const back = [
    { ...never, backAt: 7 },
    { ...once, backAt: 7 },
  ]
  expect(new PictureChange(store.getState()).take({ peers: back, edges: [] }).peers).toEqual(back)
})
