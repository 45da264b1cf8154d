import { expect, it } from 'vitest'
import { storedHealth } from '../../../../src/main/monitor/insight/offline.ts'
import { healthSentence } from '../../../../src/shared/health-words.ts'
import { capital } from '../../../../src/shared/capital.ts'
import { formatLocal } from '../../../../src/shared/time.ts'
import { cli } from '../../../support/cli-archive.ts'
import { idOf } from '../../../support/discovery/entries.ts'
import { DataFolder, NETWORK, NETWORK_ID, START } from '../../store/data-folder.ts'
import { catalogOf, NAMES, row, running } from './running-network.ts'

const version = { startedAt: 1, updatedAt: START }

it('the command line says how the network was at a past moment, as it was said then, whatever came since', async () => {
  using data = new DataFolder()
  const { store, view, now } = await running(data)
  store.networkJoined({ kind: 'peerscope', id: NETWORK_ID, name: 'tnet', bootstrap: [], tags: [], at: START })
  for (const name of NAMES) store.sessionStarted(NETWORK, idOf(name), START, version, 'gossip')
  const leave = async (name: string): Promise<void> => {
    view.putRow(row(name, { state: 'departed' }))
    store.sessionEnded(NETWORK, idOf(name), now(), 'graceful')
    store.append(NETWORK, now(), { kind: 'PeerDeparted', peerId: idOf(name), reason: 'graceful', version })
    await data.scheduler.run(10_000)
  }
  await leave('dan')
  const at = now()
  const said = capital(healthSentence(await storedHealth(catalogOf(store), at)))
  expect(said).toMatch(/^3 here · .* · 1 left in 10 min \(1 said goodbye\) · p95 /)
  await data.scheduler.run(1000)
  for (const name of ['ann', 'ben']) await leave(name)
  store.append(NETWORK, now(), { kind: 'NetworkLeft', networkId: NETWORK_ID, how: 'closed' })
  store.close()
  const asked = async (...more: string[]) => await cli('health', '--data', data.folder, '--as-of', ...more)
  const { out, err } = await asked(formatLocal(at))
  expect(err).toBe('')
  expect(out.split('\n')[0]).toBe(said)
  expect(out).toContain(`\nAs of ${formatLocal(at)}.\n`)
  expect(JSON.parse((await asked(formatLocal(at), '--json')).out)).toMatchObject({ asOf: at, here: 3, sentence: said })
  expect((await asked(formatLocal(START - 60_000))).err).toMatch(/nothing is known of .*the recording begins at/)
})
