import { expect, it } from 'vitest'
import { storedHealth, storedNetworkWhy } from '../../../../src/main/monitor/insight/offline.ts'
import { Journal } from '../../../../src/main/monitor/journal/journal.ts'
import { View } from '../../../../src/main/monitor/view.ts'
import { openStoreReadOnly } from '../../../../src/main/store/read-only.ts'
import { cli } from '../../../support/cli-archive.ts'
import { DataFolder, NETWORK, NETWORK_ID, START } from '../../store/data-folder.ts'
import { catalogOf, ME, row } from './running-network.ts'

it('of a network in which nobody was met, and that nobody watches, it says so, and not what could be done', async () => {
  using data = new DataFolder()
  const store = data.open()
  const { clock } = data
  store.append(NETWORK, clock.now(), { kind: 'NetworkJoined', networkId: NETWORK_ID, peerId: ME, addresses: [] })
  store.networkJoined({ kind: 'peerscope', id: NETWORK_ID, name: 'tnet', bootstrap: [], tags: [], at: START })
  const view = new View(clock, store.status())
  view.putRow(row('me'))
  new Journal({ store, networkKey: NETWORK, view, clock }).start()
  await data.scheduler.run(60_000)
  const addresses = ['/ip4/127.0.0.1/tcp/1']
  store.append(NETWORK, clock.now(), {
    kind: 'LocalEntryUpdated',
    version: { startedAt: 1, updatedAt: START },
    tags: [],
    addresses,
  })
  store.close()
  const left = data.keep(openStoreReadOnly(data.path))
  expect(await storedHealth(catalogOf(left), clock.now())).toMatchObject({ state: 'alone' })
  // The log tells our addresses: as many causes as the window has while the app runs.
  expect(await storedNetworkWhy(catalogOf(left), clock.now())).toMatchObject({
    matter: 'alone',
    causes: [{ kind: 'private addresses', confidence: 'likely' }, { kind: 'nobody dialed' }],
    notKept: 'What was tried to find peers then is not kept.',
  })
  for (const command of ['why', 'health']) {
    const { out } = await cli(command, '--data', data.folder)
    expect(out).toMatch(/nobody.*\nAs of /s)
    expect(out).not.toContain('Dial the address')
  }
})
