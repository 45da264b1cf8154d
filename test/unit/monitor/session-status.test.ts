import { expect, test } from 'vitest'
import { begin, firstState } from '../../../src/main/monitor/session-state.ts'
import { onlineStatus } from '../../../src/main/monitor/session-status.ts'
import { idOf, NETWORK } from '../../support/discovery/entries.ts'
import { LONE, loneNode, rig } from './session-rig.ts'
import { catalogPeer } from './session-table.ts'

test('a neighbor that was purged and is still connected is not counted: no view counts it as here', () => {
  const { view, store } = rig()
  const node = loneNode()
  const state = firstState()
  begin(state, { peers: [catalogPeer('ann', '1')], neighbors: [idOf('ann'), idOf('ben')], connected: [] })
  const health = { ...node.discovery.health(), ...LONE, state: 'online', neighbors: 2 } as const
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
  expect(status).toMatchObject({ neighbors: 1 })
  store.close()
})
