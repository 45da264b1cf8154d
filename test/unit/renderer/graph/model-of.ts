import { GraphModel } from '../../../../src/renderer/src/graph/model.ts'
import { peerRow } from '../../../support/renderer/fake-network.ts'

/** A graph of so many peers without lines, in slots 0 and up. */
export function modelOf(count: number): GraphModel {
  const model = new GraphModel()
  const rows = Array.from({ length: count }, (_, index) => peerRow(index))
  model.update({
    peers: new Map(rows.map((row) => [row.peerId, row])),
    edges: new Map(),
    touched: null,
    shown: () => true,
    edgeShown: () => true,
    placeOf: () => null,
  })
  return model
}
