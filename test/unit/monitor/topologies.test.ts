import { expect, it } from 'vitest'
import type { TopologyPart } from '../../../src/shared/contract.ts'
import type { Edge, PeerRow, PeerState } from '../../../src/shared/peer.ts'
import { storedTopology, topologyChange } from '../../../src/main/monitor/topologies.ts'
import { View } from '../../../src/main/monitor/view.ts'
import { systemClock } from '../../../src/main/network/clock.ts'
import { idOf } from '../../support/discovery/entries.ts'
import { fakeStatus, peerRow } from '../../support/renderer/fake-network.ts'
import { countTurns } from '../../support/turns.ts'
import { DataFolder, NETWORK, NETWORK_ID, START } from '../store/data-folder.ts'

function sourceOf(data: DataFolder) {
  const store = data.open()
  return {
    store,
    view: new View(systemClock, store.status()),
    clock: systemClock,
    network: () => ({ kind: 'peerscope' as const, id: NETWORK_ID, name: null }),
  }
}

const edges = Array.from({ length: 4500 }, (_, n): Edge => {
  return { a: idOf('a'), b: idOf(`b${n % 50}`), kind: 'connection', saidBy: idOf('a'), at: START - n }
})

it('stored links are told in parts, and others have a turn after each', async () => {
  using data = new DataFolder()
  const source = sourceOf(data)
  const id = source.store.putTopology(NETWORK, { at: START, edges })
  const turns = countTurns()
  const parts: TopologyPart[] = []
  const at: number[] = []
  for await (const part of storedTopology(source, id)) {
    parts.push(part)
    at.push(turns.count)
  }
  turns.stop()
  expect(parts.map((part) => (part.kind === 'edges' ? part.edges.length : part.topology))).toEqual([
    2000,
    2000,
    500,
    { id, at: START, edgeCount: 4500 },
  ])
  expect(parts.flatMap((part) => (part.kind === 'edges' ? part.edges : []))).toEqual(edges)
  expect(new Set(at).size).toBe(4)
})

it('are compared in turns', async () => {
  using data = new DataFolder()
  const source = sourceOf(data)
  const before = source.store.putTopology(NETWORK, { at: START, edges })
  const turns = countTurns()
  const change = await topologyChange(source, { before, after: null })
  turns.stop()
  expect(change).toMatchObject({ cameCount: 0, wentCount: 50, same: 0 })
  expect(turns.count).toBeGreaterThan(3)
})

it('the links of now are those of who is here, and of who was when we lost the network', async () => {
  using data = new DataFolder()
  const source = sourceOf(data)
  const { view, clock } = source
  const at = clock.now()
  const link = (b: string): Edge => ({ a: idOf('a'), b: idOf(b), kind: 'neighbor', saidBy: idOf('a'), at })
  const row = (name: string, state: PeerState): PeerRow => ({
    ...peerRow(1),
    peerId: idOf(name),
    state,
    version: { startedAt: 1, updatedAt: at },
  })
  const before = source.store.putTopology(NETWORK, { at, edges: [link('lost'), link('left')] })
  for (const one of [row('a', 'online'), row('lost', 'lost'), row('left', 'departed')]) view.putRow(one)
  for (const b of ['lost', 'left']) view.putEdge(link(b))
  const change = async () => await topologyChange(source, { before, after: null })
  expect(await change()).toMatchObject({ cameCount: 0, wentCount: 2, same: 0 })
  view.setStatus(fakeStatus(3, at, 'lost'))
  expect(await change()).toMatchObject({ cameCount: 0, wentCount: 1, same: 1 })
})
