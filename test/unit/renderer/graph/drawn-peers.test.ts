import { expect, it } from 'vitest'
import { drawnFilter, drawnPeer } from '../../../../src/renderer/src/graph/drawn-peers.ts'
import { GraphModel } from '../../../../src/renderer/src/graph/model.ts'
import { peerIdAt, peerRow } from '../../../support/renderer/fake-network.ts'

it('tells how each peer is drawn, and the states of those that are', () => {
  const model = new GraphModel()
  const rows = [peerRow(1), peerRow(2, { state: 'purged' }), peerRow(3, { state: 'departed' })]
  model.update({
    peers: new Map(rows.map((row) => [row.peerId, row])),
    edges: new Map(),
    touched: null,
    shown: (row) => row.state !== 'departed',
    edgeShown: () => true,
    placeOf: () => ({ x: 5, y: 6, pinned: true }),
  })
  model.colours[model.slotOf(peerIdAt(1))] = 0xabcdef
  expect(drawnPeer(model, peerIdAt(1))).toMatchObject({ x: 5, y: 6, colour: 0xabcdef })
  expect(drawnPeer(model, peerIdAt(3))).toBeNull()
  expect(drawnFilter(model)).toBe('state:online OR state:purged')
  expect(drawnFilter(new GraphModel())).toBe('state:online')
})
