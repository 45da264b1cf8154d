import { expect, test } from 'vitest'
import { GraphModel } from '../../../../src/renderer/src/graph/model.ts'
import { EDGE_KINDS } from '../../../../src/renderer/src/graph/renderer.ts'
import type { ModelInput } from '../../../../src/renderer/src/graph/model.ts'
import { makesLine } from '../../../../src/renderer/src/graph/edge-facts.ts'
import { createPeerStore } from '../../../../src/renderer/src/stores/peer-store.ts'
import type { PeerId } from '../../../../src/shared/ids.ts'
import type { Edge, PeerRow } from '../../../../src/shared/peer.ts'
import { edgeKey } from '../../../../src/shared/peer.ts'
import { NO_SLOT } from '../../../../src/renderer/src/graph/renderer.ts'
import { fakeSnapshot, peerIdAt, peerRow, randomFrom } from '../../../support/renderer/fake-network.ts'

function input(rows: readonly PeerRow[], edges: readonly Edge[] = [], more: Partial<ModelInput> = {}): ModelInput {
  return {
    peers: new Map(rows.map((row) => [row.peerId, row])),
    edges: new Map(edges.map((edge) => [edgeKey(edge), edge])),
    shown: (row) => row.state === 'online',
    edgeShown: () => true,
    touched: null,
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

test('nothing new is told as no change, and only what differs is touched', () => {
  const model = new GraphModel()
  const rows = [peerRow(1), peerRow(2), peerRow(3)]
  const first = model.update(input(rows, [edge(1, 2)]))
  expect(first).toMatchObject({ came: 3, recalled: 0, went: 0, edges: true })
  model.changedSlots.clear()
  model.changedPairs.clear()
  const same = model.update(input(rows, [edge(1, 2)]))
  expect(same).toEqual({ slots: [], came: 0, recalled: 0, went: 0, edges: false })
  const other = peerRow(1, { lastSeen: 5 })
  const slots = model.update(input([other, ...rows.slice(1)], [edge(1, 2)])).slots
  expect(slots).toEqual([model.slotOf(peerIdAt(1))])
  expect(model.rows[model.slotOf(peerIdAt(1))]).toBe(other)
  expect(model.changedPairs.empty).toBe(true)
  expect(model.update(input([other, ...rows.slice(1)])).edges).toBe(true)
  expect(model.changedPairs.list).toEqual([0])
  expect(model.edgeCount).toBe(0)
})

test('the pair of a line that went is used again; a line whose peer comes back is drawn again', () => {
  const model = new GraphModel()
  const rows = [peerRow(1), peerRow(2), peerRow(3)]
  const edges = [edge(1, 2), edge(2, 3)]
  model.update(input(rows, edges))
  const [one, two, three] = [1, 2, 3].map((index) => model.slotOf(peerIdAt(index))) as [number, number, number]
  const pair = model.pairBetween(one, two)
  model.update(input([peerRow(2), peerRow(3)], edges))
  expect(model.pairBetween(one, two)).toBe(-1)
  expect(model.edges.slice(pair * 2, pair * 2 + 2)).toEqual(Uint32Array.of(NO_SLOT, NO_SLOT))
  expect([...model.degrees].slice(0, 3)).toEqual([0, 1, 1])
  model.update(input([peerRow(4), peerRow(2), peerRow(3)], [...edges, edge(4, 3)]))
  expect(model.slotOf(peerIdAt(4))).toBe(one)
  expect(model.pairBetween(one, three)).toBe(pair)
  expect(model.pairs).toBe(2)
  model.update(input([...rows, peerRow(4)], [...edges, edge(4, 3)]))
  expect(model.pairBetween(model.slotOf(peerIdAt(1)), two)).toBe(2)
  expect(model.edgeCount).toBe(3)
})

test('a line stays as long as anybody says so, with the strongest kind that is said', () => {
  const model = new GraphModel()
  const rows = [peerRow(1), peerRow(2)]
  const [strong, weak] = [edge(1, 2, 'connection'), edge(2, 1, 'holds')]
  model.update(input(rows, [weak, strong]))
  expect(EDGE_KINDS[model.edgeKinds[0] ?? -1]).toBe('connection')
  expect(model.update(input(rows, [weak])).edges).toBe(false)
  expect(EDGE_KINDS[model.edgeKinds[0] ?? -1]).toBe('holds')
  expect(model.update(input(rows, [weak], { edgeShown: () => false })).edges).toBe(true)
  expect(model.edgeCount).toBe(0)
  model.update(input(rows, [weak]))
  expect(model.edgeCount).toBe(1)
})

test('what lines do is the same as drawn from nothing, after any coming and going, told whole or by what was touched', () => {
  const random = randomFrom(11)
  const [whole, touching] = [new GraphModel(), new GraphModel()]
  const rows = new Map<number, PeerRow>()
  const edges = new Map<string, Edge>()
  let hidesHolds = false
  for (let round = 0; round < 200; round++) {
    const touched = { peers: new Set<PeerId>(), edges: new Set<string>() }
    for (let n = 0; n < 6; n++) {
      const index = Math.floor(random() * 24)
      if (random() < 0.5) rows.delete(index)
      else rows.set(index, peerRow(index, { state: random() < 0.8 ? 'online' : 'purged' }))
      touched.peers.add(peerIdAt(index))
      const one = edge(Math.floor(random() * 24), Math.floor(random() * 24), random() < 0.5 ? 'neighbor' : 'holds')
      if (random() < 0.4) edges.delete(edgeKey(one))
      else edges.set(edgeKey(one), one)
      touched.edges.add(edgeKey(one))
    }
    const turned = random() < 0.1
    if (turned) hidesHolds = !hidesHolds
    const more = { edgeShown: (one: Edge) => !hidesHolds || one.kind !== 'holds' }
    const now = input([...rows.values()], [...edges.values()], more)
    whole.update(now)
    touching.update({ ...now, touched: turned ? null : touched })
    const fresh = new GraphModel()
    fresh.update(now)
    expect(drawn(whole)).toEqual(drawn(fresh))
    expect(drawn(touching)).toEqual(drawn(fresh))
    expect(touching.count).toBe(fresh.count)
  }
})

test('only what was touched is looked at', () => {
  const model = new GraphModel()
  const rows = [peerRow(1), peerRow(2), peerRow(3)]
  model.update(input(rows, [edge(1, 2)]))
  const later = input([peerRow(1, { lastSeen: 5 }), peerRow(2, { lastSeen: 5 })], [edge(2, 3)])
  const change = model.update({ ...later, touched: { peers: [peerIdAt(2)], edges: [] } })
  expect(change).toMatchObject({ slots: [model.slotOf(peerIdAt(2))], came: 0, went: 0, edges: false })
  expect(model.rows[model.slotOf(peerIdAt(1))]).toBe(rows[0])
  expect(model.count).toBe(3)
})

function byText(a: string, b: string): number {
  return a < b ? -1 : 1
}

/** Lines as words, and how many each peer has. */
function drawn(model: GraphModel): string[] {
  const lines: string[] = []
  for (let pair = 0; pair < model.pairs; pair++) {
    if (model.edges[pair * 2] === NO_SLOT) continue
    const ends = [model.peerAt(model.edges[pair * 2] ?? -1), model.peerAt(model.edges[pair * 2 + 1] ?? -1)]
    lines.push(`${ends.map(String).sort(byText).join(' ')} ${model.edgeKinds[pair]}`)
  }
  const degrees = [...Array(model.slots).keys()].map((slot) => `${model.peerAt(slot)} ${model.degrees[slot]}`)
  return [...lines, ...degrees.filter((line) => !line.startsWith('null'))].sort(byText)
}

test('two peers are joined by one line of the strongest kind; lines to hidden peers are left out', () => {
  const model = new GraphModel()
  const edges = [edge(1, 2, 'holds'), edge(2, 1, 'connection'), edge(1, 2), edge(1, 9), edge(1, 1)]
  model.update(input([peerRow(1), peerRow(2), peerRow(9, { state: 'departed' })], edges))
  expect(model.edgeCount).toBe(1)
  // A gossip neighbor is always connected: the line tells what is more than that.
  expect(EDGE_KINDS[model.edgeKinds[0] ?? -1]).toBe('neighbor')
  expect(model.degrees[model.slotOf(peerIdAt(1))]).toBe(1)
  expect(model.neighborsOf(model.slotOf(peerIdAt(2)))).toEqual([model.slotOf(peerIdAt(1))])
})

test('a new node starts at its remembered place, or beside a peer that it is joined with', () => {
  const model = new GraphModel()
  model.update(input([peerRow(1)], [], { placeOf: () => ({ x: 500, y: -300, pinned: true }) }))
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
  model.update(input([peerRow(1)], [], { placeOf: () => ({ x: 7, y: 8, pinned: false }) }))
  model.update(input(Array.from({ length: 500 }, (_, index) => peerRow(index + 1))))
  expect(model.count).toBe(500)
  expect(model.live.length).toBeGreaterThanOrEqual(500)
  const slot = model.slotOf(peerIdAt(1))
  expect(model.positions[slot * 2]).toBe(7)
})

test('a line is drawn while a link counts, and what catalogs hold where that is chosen', () => {
  const model = new GraphModel()
  const store = createPeerStore()
  const rows = [1, 2, 3].map((index) => peerRow(index, { self: false, state: 'online' }))
  const later = { ...edge(2, 3), at: 60_000 }
  store.apply({ ...fakeSnapshot(0, 1000), peers: rows, edges: [edge(1, 2), edge(1, 3, 'holds')] })
  const drawn = (holds: boolean, all = false): boolean[] => {
    const { peers, edges, links, touched } = store.getState()
    const lines = { edgeShown: makesLine(links, holds), touched: all ? null : touched }
    model.update({ ...input(rows), peers, edges, ...lines })
    const slot = (index: number): number => model.slotOf(peerIdAt(index))
    return [model.pairBetween(slot(1), slot(2)) >= 0, model.pairBetween(slot(1), slot(3)) >= 0]
  }
  expect(drawn(false)).toEqual([true, false])
  expect(drawn(true, true)).toEqual([true, true])
  const { seq } = store.getState()
  store.apply({ type: 'batch', seq: (seq ?? 0) + 1, edgesAdded: [later] })
  expect(drawn(true)).toEqual([false, true])
  store.apply({ type: 'batch', seq: (seq ?? 0) + 2, edgesRemoved: [later] })
  expect(drawn(true)).toEqual([true, true])
})
