/** Our loss of the network, once that is over: `why` answers as it did while it lasted, for as long as Health tells of it. */
import { expect, it } from 'vitest'
import { playedNetworkWhy } from '../../../../src/main/monitor/exports/played-why.ts'
import { storedHealth, storedNetworkWhy } from '../../../../src/main/monitor/insight/offline.ts'
import { networkWhyThen, storedThen } from '../../../../src/main/monitor/insight/why-then.ts'
import { networkFacts } from '../../../../src/main/monitor/insight/network-trouble.ts'
import { whyNetwork } from '../../../../src/main/monitor/insight/why-network.ts'
import type { DiscoveryEvent } from '../../../../src/shared/events.ts'
import type { PeerId } from '../../../../src/shared/ids.ts'
import { formatLocal } from '../../../../src/shared/time.ts'
import type { NetworkWhy } from '../../../../src/shared/why.ts'
import { idOf } from '../../../support/discovery/entries.ts'
import { DataFolder, NETWORK, NETWORK_ID } from '../../store/data-folder.ts'
import { fileAt, opened } from '../exports/moment-rig.ts'
import { catalogOf, ME, row, running } from './running-network.ts'

const MINUTE = 60_000
const at = (port: number) => ({ addresses: [`/ip4/127.0.0.1/tcp/${port}`] })

/** ann, the only neighbor, crashes; nobody is heard for so long, in which dan is purged, until ann is back at another address. */
async function lost(data: DataFolder, lastsMs = 2 * MINUTE) {
  const { store, view, now } = await running(data)
  const log = (event: DiscoveryEvent): void => void store.append(NETWORK, now(), event)
  for (const name of ['ann', 'ben', 'cat', 'dan']) view.putRow(row(name, { ...at(1), neighbor: name === 'ann' }))
  await data.scheduler.run(10_000)
  const since = now()
  log({ kind: 'NeighborDown', peerId: idOf('ann') })
  view.putRow(row('ann', at(1)))
  await data.scheduler.run(2000)
  log({ kind: 'DialFailed', target: `/ip4/127.0.0.1/tcp/1/p2p/${idOf('ann')}`, reason: 'connection refused' })
  await data.scheduler.run(4000)
  log({ kind: 'NetworkLost', heardAt: since, judgedAt: since, since, purgeAfterMs: MINUTE })
  const version = { startedAt: 1, updatedAt: since }
  view.putRow(row('dan', { ...at(1), state: 'lost', version }))
  log({ kind: 'PeerDeparted', peerId: idOf('dan'), reason: 'lost', version })
  await data.scheduler.run(lastsMs)
  const back = async (): Promise<number> => {
    const startedAt = now() - 1000
    view.putRow(row('ann', { ...at(2), neighbor: true, version: { startedAt, updatedAt: startedAt } }))
    log({ kind: 'NeighborUp', peerId: idOf('ann') })
    log({ kind: 'NetworkBack', since: now() })
    await data.scheduler.run(10_000)
    return now() - 10_000
  }
  const why = async (): Promise<NetworkWhy> => await storedNetworkWhy(catalogOf(store), now())
  const whyAt = async (moment: number): Promise<NetworkWhy> =>
    await networkWhyThen(
      storedThen(store, catalogOf(store).network, async () => []),
      moment,
    )
  return { store, view, log, now, since, back, why, whyAt }
}

const causesOf = ({ causes }: NetworkWhy): unknown => causes.map(({ kind, words, events }) => ({ kind, words, events }))

it('is explained as it was while it lasted, now and as of a moment', async () => {
  using data = new DataFolder()
  const { log, now, since, back, why, whyAt } = await lost(data)
  const during = await why()
  expect(during).toMatchObject({ matter: 'lost', causes: [{ kind: 'crashed', confidence: 'likely' }] })
  const over = await back()
  // A neighbor that goes once we are back is another matter.
  log({ kind: 'NeighborDown', peerId: idOf('ben') })
  await data.scheduler.run(10_000)
  const after = await why()
  expect(after).toMatchObject({ matter: 'had lost', since, notKept: null })
  expect(after.sentence).toMatch(
    /^We last lost the network 2 min 26 s ago for 2 min 6 s, probably because 1 neighbor on this machine broke off without a goodbye \(nobody listens at its address: it was ended or crashed\)\.$/,
  )
  // What it is told from ends no later than the loss.
  expect(causesOf(after)).toEqual(causesOf(during))
  expect({ ...(await whyAt(now())), asOf: null }).toEqual(after)
  expect(await whyAt(over + 1000)).toMatchObject({ matter: 'had lost', since })
  expect(causesOf(await whyAt(over + 1000))).toEqual(causesOf(during))
})

it('has nothing to do with a neighbor that goes soon after a short one', async () => {
  using data = new DataFolder()
  const { log, back, why } = await lost(data, 3000)
  const during = await why()
  await back()
  log({ kind: 'NeighborDown', peerId: idOf('ben') })
  await data.scheduler.run(1000)
  expect(causesOf(await why())).toEqual(causesOf(during))
})

it('is told for as long as Health tells of it: for ten minutes, and while somebody is not known since', async () => {
  using data = new DataFolder()
  const { store, view, log, now, back, why } = await lost(data)
  const said = async (): Promise<readonly unknown[]> => {
    const { losses, notKnown } = await storedHealth(catalogOf(store), now())
    return [losses !== null, notKnown !== null, (await why()).matter]
  }
  await back()
  expect(await said()).toEqual([true, true, 'had lost'])
  await data.scheduler.run(11 * MINUTE)
  // Of a network of which nothing is written for long it is as of the last that was.
  log({ kind: 'NeighborUp', peerId: idOf('cat') })
  expect(await said()).toEqual([false, true, 'had lost'])
  view.putRow(row('dan', at(1)))
  await data.scheduler.run(10_000)
  expect(await said()).toEqual([false, false, 'fine'])
})

it('is told for ten minutes also where everybody came back', async () => {
  using data = new DataFolder()
  const { store, view, log, now, back, why } = await lost(data)
  const said = async (): Promise<readonly unknown[]> => {
    const { losses, notKnown } = await storedHealth(catalogOf(store), now())
    return [losses !== null, notKnown !== null, (await why()).matter]
  }
  await back()
  view.putRow(row('dan', at(1)))
  await data.scheduler.run(9 * MINUTE)
  log({ kind: 'NeighborUp', peerId: idOf('cat') })
  expect(await said()).toEqual([true, false, 'had lost'])
  await data.scheduler.run(2 * MINUTE)
  log({ kind: 'NeighborUp', peerId: idOf('cat') })
  expect(await said()).toEqual([false, false, 'fine'])
})

it('is not told while we are alone: what failed since explains that, and nothing from around the loss', async () => {
  using data = new DataFolder()
  const { store, log, now, back } = await lost(data)
  await back()
  log({ kind: 'NetworkLeft', networkId: NETWORK_ID })
  log({ kind: 'NetworkJoined', networkId: NETWORK_ID, peerId: ME, addresses: [] })
  await data.scheduler.run(10_000)
  log({ kind: 'DialFailed', target: '/ip4/198.51.100.7/tcp/1', reason: 'connection refused' })
  const source = { store, networkKey: NETWORK, rows: () => [], status: null, islands: null, apart: new Set<PeerId>() }
  const facts = networkFacts({ ...source, state: 'alone', purgeAfterMs: MINUTE, now: now(), logFrom: -Infinity })
  expect(facts).toMatchObject({ since: now(), lostBefore: null, addressesGone: null })
  expect(whyNetwork(facts).causes[0]).toMatchObject({ kind: 'dials failed' })
})

it('is not told where we left in it instead of coming back, once nobody is missing', async () => {
  using data = new DataFolder()
  const { store, view, log, now, why } = await lost(data)
  log({ kind: 'NetworkLeft', networkId: NETWORK_ID, how: 'left' })
  await data.scheduler.run(1000)
  log({ kind: 'NetworkJoined', networkId: NETWORK_ID, peerId: idOf('me'), addresses: [] })
  view.putRow(row('ann', { ...at(1), neighbor: true }))
  log({ kind: 'NeighborUp', peerId: idOf('ann') })
  await data.scheduler.run(10_000)
  // Of one that is missing it is told, however the loss was over.
  expect((await why()).matter).toBe('had lost')
  view.putRow(row('dan', at(1)))
  await data.scheduler.run(10_000)
  expect((await storedHealth(catalogOf(store), now())).losses).toBeNull()
  expect((await why()).matter).toBe('fine')
})

it('gives way to a split that came later, and is told again where that is over', async () => {
  using data = new DataFolder()
  const { log, now, back, why } = await lost(data)
  await back()
  const apart = [idOf('ben'), idOf('cat'), idOf('gus')]
  log({ kind: 'Islands', count: 1, sizes: [4] })
  log({ kind: 'Islands', count: 2, sizes: [2, 3], since: now(), apart, held: [] })
  await data.scheduler.run(MINUTE)
  log({ kind: 'Islands', count: 1, sizes: [2], gone: 1, missing: [idOf('gus')] })
  expect((await why()).matter).toBe('parted')
  log({ kind: 'Islands', count: 2, sizes: [2, 3], since: now(), apart, held: [] })
  log({ kind: 'Islands', count: 1, sizes: [5] })
  expect((await why()).matter).toBe('had lost')
})

it('is in a shared moment, which says where what explains it is not', async () => {
  using data = new DataFolder()
  const { store, now, since, back, why } = await lost(data)
  await back()
  const { network, source } = catalogOf(store, now())
  const played = async (spanMs: number): Promise<{ readonly answer: NetworkWhy; readonly from: number }> => {
    const { verdict, content } = await opened(await fileAt({ ...source, network }, now(), spanMs))
    const { moment } = verdict
    if (moment === null) throw new Error('no moment')
    return { answer: await playedNetworkWhy({ moment, network, content }, now()), from: moment.from }
  }
  expect({ ...(await played(10 * MINUTE)).answer, asOf: null }).toEqual(await why())
  const { answer, from } = await played(MINUTE)
  expect(from).toBeGreaterThan(since)
  expect(answer).toMatchObject({
    matter: 'had lost',
    since,
    notKept: `What happened before ${formatLocal(from)} is not in this file.`,
  })
})
