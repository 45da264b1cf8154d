import { expect, test } from 'vitest'
import { firstState } from '../../../src/main/monitor/session-state.ts'
import { onlineStatus } from '../../../src/main/monitor/session-status.ts'
import { idOf, NETWORK } from '../../support/discovery/entries.ts'
import { LONE, loneNode, rig } from './session-rig.ts'
import { peerRow } from '../../support/renderer/fake-network.ts'

test('a neighbor that was purged and is still connected is not counted: no view counts it as here', () => {
  const { view, store } = rig()
  const node = loneNode()
  const state = firstState()
  // Cat is in the mesh, and its entry is still to come.
  for (const name of ['ann', 'ben', 'cat']) state.neighbors.add(idOf(name))
  view.putRow(peerRow(1, { peerId: idOf('ann') }))
  view.putRow(peerRow(2, { peerId: idOf('ben'), state: 'purged' }))
  const health = { ...node.discovery.health(), ...LONE, state: 'online', neighbors: 3 } as const
  const status = onlineStatus({
    network: { kind: 'peerscope', id: NETWORK, name: 'n' },
    node,
    health,
    state,
    view,
    bootstrap: [],
    demo: false,
    joinedAt: 0,
    losses: { loss: null, deserted: false },
    lastLoss: () => null,
  })
  expect(status).toMatchObject({ neighbors: 2 })
  store.close()
})
