/** Since when a peer is here that was known before our own restart: live, in the past of a killed run, and in what is kept. */
import { expect, it } from 'vitest'
import { pastPicture } from '../../../src/main/monitor/past.ts'
import { backSince } from '../../../src/shared/peer.ts'
import { idOf, NETWORK } from '../../support/discovery/entries.ts'
import { keyOf } from '../../support/networks.ts'
import { peerOf } from '../store/data-folder.ts'
import { loneNode, rig } from './session-rig.ts'
import { toldAt } from './session-table.ts'

const ANN = idOf('ann')
const networkKey = keyOf(NETWORK)

it('is since we found it again, live and in the past, whether the journal tells that or the log alone', async () => {
  const { scheduler, store, view, session } = rig()
  store.putPeer(networkKey, { ...peerOf('ann'), firstSeen: 1000 })
  await scheduler.run(50_000)
  await session.load(new AbortController().signal)
  session.follow(loneNode())
  const { networkId, peerId } = { networkId: NETWORK, peerId: idOf('me') }
  store.append(networkKey, scheduler.now, { kind: 'NetworkJoined', networkId, peerId, addresses: [] })
  await scheduler.run(20_000)
  expect(view.row(ANN)).toMatchObject({ state: 'stored', firstSeen: 1000 })
  expect(view.row(ANN)).not.toHaveProperty('backAt')
  const at = scheduler.now
  const put = (version: number, seq: number): void => {
    const told = toldAt(`put ann ${version}`, scheduler.now, seq)
    session.take(told.kind === 'put' ? { ...told, peer: { ...told.peer, firstSeen: at } } : told)
  }
  put(2, 1)
  session.take(toldAt('discovered ann 2', at, 2))
  session.take(toldAt('up ann', at, 3))
  await scheduler.run(200)
  const since = { state: 'online', firstSeen: 1000, backAt: at }
  const past = async () =>
    (await pastPicture({ store, networkKey, self: undefined }, scheduler.now)).peers.find((row) => row.peerId === ANN)
  // What is shown is not written yet: this is all that is left of a run that is killed now.
  expect(await past()).toMatchObject({ ...since, neighbor: false })
  expect(view.row(ANN)).toMatchObject(since)
  await scheduler.run(20_000)
  expect(await past()).toMatchObject({ ...since, neighbor: true })
  // It is here all the time: what is new of it changes nothing of that.
  put(3, 4)
  await scheduler.run(20_000)
  for (const row of [view.row(ANN), await past()]) expect(row).toMatchObject({ ...since, version: { updatedAt: 3 } })
  session.end()
  store.close()
})

it('is since it was seen first, where it was not known, or our clock was set back since', () => {
  expect(backSince(5, undefined)).toEqual({ firstSeen: 5 })
  expect(backSince(5, { firstSeen: 4 })).toEqual({ firstSeen: 4, backAt: 5 })
  for (const firstSeen of [5, 9]) expect(backSince(5, { firstSeen })).toEqual({ firstSeen: 5 })
})
