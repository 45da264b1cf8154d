import { expect, it } from 'vitest'
import { storeThen } from '../../../../src/main/monitor/insight/store-then.ts'
import { inTurns } from '../../../../src/main/monitor/turns.ts'
import { idOf } from '../../../support/discovery/entries.ts'
import { DataFolder, NETWORK, NETWORK_ID, START } from '../../store/data-folder.ts'

it('who was present at a moment is counted of those that are asked for', async () => {
  using data = new DataFolder()
  const store = data.open()
  store.append(NETWORK, START, { kind: 'NetworkJoined', networkId: NETWORK_ID, peerId: idOf('me'), addresses: [] })
  const version = { startedAt: 1, updatedAt: 1 }
  for (const name of ['ann', 'ben'])
    store.append(NETWORK, START + 1, {
      kind: 'PeerDiscovered',
      peerId: idOf(name),
      version,
      source: 'gossip',
      tags: [],
      addresses: [],
    })
  const then = storeThen(store, START + 1)
  expect(await inTurns(then.presentAt(NETWORK, START + 9))).toBe(2)
  expect(await inTurns(then.presentAt(NETWORK, START + 9, (peerId) => peerId === idOf('ann')))).toBe(1)
})
