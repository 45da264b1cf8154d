/** Why of a peer that is in no list, since all of its entries were refused: live, from a data folder, and of a past moment. */
import { expect, it } from 'vitest'
import { whyPeerOf } from '../../../../src/main/monitor/insight/calls.ts'
import { storedPeerWhy } from '../../../../src/main/monitor/insight/offline.ts'
import { peerWhyThen, storedThen } from '../../../../src/main/monitor/insight/why-then.ts'
import { UnknownPeer } from '../../../../src/shared/errors.ts'
import type { DiscoveryEvent } from '../../../../src/shared/events.ts'
import { nickname } from '../../../../src/shared/nickname.ts'
import { idOf } from '../../../support/discovery/entries.ts'
import { DataFolder, NETWORK, NETWORK_ID } from '../../store/data-folder.ts'
import { catalogOf, row as shown, running } from './running-network.ts'

const GUS = idOf('gus')
const refusal = {
  kind: 'EntryRejected',
  peerId: GUS,
  reason: 'FromTheFuture',
  source: 'gossip',
  detail: 'announced',
} as const satisfies DiscoveryEvent

it('says why they were, and that it is in no catalog; of one that nothing tells of it says that nothing is known', async () => {
  using data = new DataFolder()
  const { store, view, now } = await running(data)
  const before = now()
  const then = storedThen(store, catalogOf(store).network, async () => [])
  await data.scheduler.run(1000)
  const dial = (): void =>
    void store.append(NETWORK, now(), { kind: 'DialFailed', target: GUS, reason: 'connection refused' })
  dial()
  for (const get of [storedPeerWhy(catalogOf(store), GUS, now()), peerWhyThen(then, GUS, now())])
    await expect(get).rejects.toThrow(UnknownPeer)
  for (let times = 0; times < 2; times += 1) store.append(NETWORK, now(), refusal)
  await data.scheduler.run(1000)
  const network = () => ({ kind: 'peerscope', id: NETWORK_ID, name: 'n' }) as const
  const settings = () => ({ config: { maxTimeDrift: 60_000 } }) as never
  const monitor = { store, view, clock: data.clock, network, settings, insight: () => null } as never
  const answers = [
    await whyPeerOf(monitor, { peerId: GUS }),
    await storedPeerWhy(catalogOf(store), GUS, now()),
    await peerWhyThen(then, GUS, now()),
  ]
  const clause = 'its entries were refused 2 times, the last one because it is from the future'
  for (const { matter, sentence, causes } of answers) {
    expect(matter).toBe('never reached')
    expect(sentence).toBe(
      `${nickname(GUS)} is not in our catalog, probably because ${clause}, so that its clock or ours is wrong.`,
    )
    expect(causes[0]?.events).toHaveLength(2)
    // Which addresses it has is not known.
    expect(causes.map(({ kind }) => kind)).not.toContain('no addresses')
    expect(causes.map(({ kind }) => kind)).not.toContain('crashed')
  }
  // One that is listed is none, though nothing tells its version.
  view.putRow(shown('gus', { state: 'stored', rtt: null, version: { startedAt: 0, updatedAt: 0 } }))
  expect((await whyPeerOf(monitor, { peerId: GUS })).sentence).toMatch(' was not reached in this run')
  await expect(peerWhyThen(then, GUS, before)).rejects.toThrow(UnknownPeer)
  await expect(whyPeerOf(monitor, { peerId: idOf('hal') })).rejects.toThrow(UnknownPeer)
})
