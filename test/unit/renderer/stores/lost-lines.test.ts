import { expect, test } from 'vitest'
import { createPeerStore } from '../../../../src/renderer/src/stores/peer-store.ts'
import { edgeKey } from '../../../../src/shared/peer.ts'
import type { NetworkStatus } from '../../../../src/shared/contract.ts'
import { LostLines } from '../../../../src/shared/lost-lines.ts'
import { fakeSnapshot, fakeStatus, peerIdAt } from '../../../support/renderer/fake-network.ts'

const MINUTE = 60_000
const line = (a: number, b: number) =>
  ({ a: peerIdAt(a), b: peerIdAt(b), kind: 'neighbor', saidBy: peerIdAt(a), at: 1 }) as const

/** A store with three lines, of which the first ends, and a clock. */
function rig(lostLines: (now: () => number) => LostLines | null = (now) => new LostLines(now)) {
  let now = 0
  const store = createPeerStore(lostLines(() => now))
  const edges = [line(1, 2), line(2, 3), line(3, 4)]
  const online = fakeStatus(3, 0)
  const lost = { ...online, state: 'lost', neighbors: 0 } as const
  store.apply({ ...fakeSnapshot(4, 0), status: online, edges })
  let seq = store.getState().seq ?? 0
  const tell = (message: { status?: NetworkStatus; edgesRemoved?: typeof edges; edgesAdded?: typeof edges }): void => {
    seq += 1
    store.apply({ type: 'batch', seq, ...message })
  }
  return {
    store,
    edges,
    online,
    lost,
    tell,
    pass: (ms: number) => (now += ms),
    shown: () => edges.filter((edge) => store.getState().edges.has(edgeKey(edge))).length,
  }
}

test('lines that end while we lose the network stay, and go once we have it again', () => {
  const { store, edges, online, lost, tell, pass, shown } = rig()
  tell({ edgesRemoved: edges.slice(0, 1) })
  expect(shown()).toBe(2)
  pass(MINUTE)
  tell({ status: lost })
  expect([shown(), store.getState().touched?.edges]).toEqual([3, edges.slice(0, 1).map(edgeKey)])
  // The others go with their peers, which are purged.
  pass(10 * MINUTE)
  tell({ edgesRemoved: edges.slice(1) })
  expect(shown()).toBe(3)
  tell({ status: online, edgesAdded: edges.slice(1, 2) })
  expect(shown()).toBe(1)
  pass(4 * MINUTE)
  tell({ status: lost })
  expect(shown()).toBe(1)
})

test('a line that ended long before is no part of what we lost, nor one of another network', () => {
  const { edges, lost, tell, pass, shown } = rig()
  tell({ edgesRemoved: edges.slice(0, 1) })
  pass(4 * MINUTE)
  tell({ edgesRemoved: edges.slice(1, 2) })
  tell({ status: { ...lost, network: { ...lost.network, id: 'cd'.repeat(32) as typeof lost.network.id } } })
  expect(shown()).toBe(1)
})

test('a new picture of the lost network keeps the lines of the one before', () => {
  const { store, edges, lost, shown } = rig()
  store.apply({ ...fakeSnapshot(4, 0), seq: 50, status: lost, edges: edges.slice(0, 1) })
  expect(shown()).toBe(3)
  store.apply({ ...fakeSnapshot(4, 0), seq: 60, status: { state: 'none' }, edges: [] })
  expect(shown()).toBe(0)
})

test('a past picture says itself which lines there were', () => {
  const { edges, lost, tell, shown } = rig(() => null)
  tell({ status: lost, edgesRemoved: edges.slice(0, 1) })
  expect(shown()).toBe(2)
})
