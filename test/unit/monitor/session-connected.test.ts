/** A peer that is gone for us while our connection to it stays open: the row says so, and so does the past. */
import { expect, it } from 'vitest'
import { storedPeerWhy } from '../../../src/main/monitor/insight/offline.ts'
import { peerWhyThen, storedThen } from '../../../src/main/monitor/insight/why-then.ts'
import { firstState } from '../../../src/main/monitor/session-state.ts'
import { goneRow } from '../../../src/main/monitor/rows.ts'
import type { DiscoveryEvent } from '../../../src/shared/events.ts'
import { idOf } from '../../support/discovery/entries.ts'
import { catalogOf, row, running } from './insight/running-network.ts'
import { loneNode, rig } from './session-rig.ts'
import { play, toldAt } from './session-table.ts'
import { DataFolder, NETWORK } from '../store/data-folder.ts'

const BEN = idOf('ben')
const refusal = {
  kind: 'EntryRejected',
  peerId: BEN,
  reason: 'Outdated',
  source: 'gossip',
  detail: 'announced',
  aheadMs: -120_000,
} as const satisfies DiscoveryEvent

it('is told alike of a past moment and from a data folder', async () => {
  using data = new DataFolder()
  const { store, view, now } = await running(data)
  const ben = row('ben', { connected: true })
  store.sessionStarted(NETWORK, BEN, now() - 60_000, ben.version, 'gossip')
  view.putRow(ben)
  await data.scheduler.run(60_000)
  store.append(NETWORK, now(), { kind: 'PeerDeparted', peerId: BEN, reason: 'purged', version: ben.version })
  store.sessionEnded(NETWORK, BEN, now(), 'purged')
  const words = 'it is connected and runs; its entries are refused (too old: its clock is about 2 min behind)'
  // Also where the journal, which is written later than the log, does not tell of its departure yet.
  await data.scheduler.run(5)
  store.append(NETWORK, now(), refusal)
  const { causes: early } = await storedPeerWhy(catalogOf(store), BEN, now())
  expect(early.map((cause) => cause.words)).toEqual([words])
  view.putRow(goneRow(ben, 'purged', true))
  for (let times = 0; times < 3; times += 1) {
    await data.scheduler.run(10_000)
    store.append(NETWORK, now(), refusal)
  }
  await data.scheduler.run(5000)
  const then = storedThen(store, catalogOf(store).network, async () => [])
  const answers = [await storedPeerWhy(catalogOf(store), BEN, now()), await peerWhyThen(then, BEN, now())]
  for (const { causes } of answers) expect(causes.map((cause) => cause.words)).toEqual([words])
  view.putRow(goneRow(ben, 'purged', false))
  await data.scheduler.run(5000)
  expect((await peerWhyThen(then, BEN, now())).causes[0]?.words).not.toBe(words)
})

it('is shown as connected when it is purged, until that closes', () => {
  const here = ['put ann 1', 'due', 'connected ann', 'due']
  const steps = [...here, 'remove ann', '|', 'departed ann purged', 'due', 'disconnected ann', 'due']
  expect(play(firstState(), steps).filter((words) => words.startsWith('show'))).toEqual([
    'show ann 1 purged connected',
    'show ann disconnected',
  ])
  // One that is known from before is connected before its entry comes.
  expect(play(firstState(), ['begin', 'connected ann'])).toEqual(['show ann connected'])
})

it('shows of a peer that is gone whether our connection to it is open, and of a stored one too', async () => {
  const { scheduler, store, view, session } = rig()
  session.follow(loneNode())
  const [ann, ben] = [idOf('ann'), idOf('ben')]
  const shown = (peerId: typeof ann): unknown => [view.row(peerId)?.state, view.row(peerId)?.connected]
  let at = 0
  const tell = (...words: string[]): void => {
    for (const told of words) session.take(toldAt(told, (at += 1)))
  }
  tell('put ann 1', 'connected ann')
  await scheduler.run(200)
  tell('remove ann', 'departed ann purged')
  expect(shown(ann)).toEqual(['purged', true])
  tell('disconnected ann')
  expect(shown(ann)).toEqual(['purged', false])
  tell('connected ann')
  expect(shown(ann)).toEqual(['purged', true])
  tell('connected ben')
  expect(shown(ben)).toEqual([undefined, undefined])
  session.end()
  store.close()
})
