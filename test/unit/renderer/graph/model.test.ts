import { expect, test } from 'vitest'
import { GraphModel } from '../../../../src/renderer/src/graph/model.ts'
import type { ModelInput } from '../../../../src/renderer/src/graph/model.ts'
import { edgeKey } from '../../../../src/renderer/src/stores/peer-store.ts'
import type { Edge, PeerRow } from '../../../../src/shared/peer.ts'
import { peerIdAt, peerRow } from '../../../support/renderer/fake-network.ts'

function input(rows: readonly PeerRow[], edges: readonly Edge[] = [], more: Partial<ModelInput> = {}): ModelInput {
  return {
    peers: new Map(rows.map((row) => [row.peerId, row])),
    edges: new Map(edges.map((edge) => [edgeKey(edge), edge])),
    shown: (row) => row.state === 'online',
    edgeShown: () => true,
    placeOf: () => null,
    ...more,
  }
}

function edge(a: number, b: number, kind: Edge['kind'] = 'neighbor'): Edge {
  return { a: peerIdAt(a), b: peerIdAt(b), kind, saidBy: peerIdAt(a), at: 1 }
}

test('the slot of a peer that went is used again', () => {
  const model = new GraphModel()
  model.update(input([peerRow(1), peerRow(2), peerRow(3)]))
  const freed = model.slotOf(peerIdAt(2))
  model.update(input([peerRow(1), peerRow(2, { state: 'purged' }), peerRow(3)]))
  expect(model.slotOf(peerIdAt(2))).toBe(-1)
  expect(model.live[freed]).toBe(0)
  expect(model.count).toBe(2)
  model.update(input([peerRow(1), peerRow(3), peerRow(4)]))
  expect(model.slotOf(peerIdAt(4))).toBe(freed)
  expect(model.slots).toBe(3)
})

test('nothing new is told as no change', () => {
  const model = new GraphModel()
  expect(model.update(input([peerRow(1), peerRow(2)], [edge(1, 2)]))).toBe(true)
  expect(model.update(input([peerRow(1, { lastSeen: 5 }), peerRow(2)], [edge(1, 2)]))).toBe(false)
  expect(model.update(input([peerRow(1), peerRow(2)]))).toBe(true)
})

test('two peers are joined by one line of the strongest kind; lines to hidden peers are left out', () => {
  const model = new GraphModel()
  const edges = [edge(1, 2, 'holds'), edge(2, 1, 'connection'), edge(1, 2), edge(1, 9), edge(1, 1)]
  model.update(input([peerRow(1), peerRow(2), peerRow(9, { state: 'departed' })], edges))
  expect(model.edges).toHaveLength(2)
  expect([...model.edgeKinds]).toEqual([0])
  expect(model.degrees[model.slotOf(peerIdAt(1))]).toBe(1)
  expect(model.neighborsOf(model.slotOf(peerIdAt(2)))).toEqual([model.slotOf(peerIdAt(1))])
})

test('a new node starts at its remembered place, or beside a peer that it is joined with', () => {
  const model = new GraphModel()
  model.update(input([peerRow(1)], [], { placeOf: () => [500, -300] }))
  const first = model.slotOf(peerIdAt(1))
  expect(model.positions.slice(first * 2, first * 2 + 2)).toEqual(Float32Array.from([500, -300]))
  model.update(input([peerRow(1), peerRow(2)], [edge(1, 2)]))
  const second = model.slotOf(peerIdAt(2))
  expect(
    Math.hypot((model.positions[second * 2] ?? 0) - 500, (model.positions[second * 2 + 1] ?? 0) + 300),
  ).toBeLessThan(10)
})

test('arrays grow and keep what they hold', () => {
  const model = new GraphModel()
  model.update(input([peerRow(1)], [], { placeOf: () => [7, 8] }))
  model.update(input(Array.from({ length: 500 }, (_, index) => peerRow(index + 1))))
  expect(model.count).toBe(500)
  expect(model.live.length).toBeGreaterThanOrEqual(500)
  const slot = model.slotOf(peerIdAt(1))
  expect(model.positions[slot * 2]).toBe(7)
})
