import { pastPicture } from '../../../../src/main/monitor/past.ts'
import { expect, it, vi } from 'vitest'
import { storedNetworkWhy, storedPeerWhy } from '../../../../src/main/monitor/insight/offline.ts'
import { whyBefore } from '../../../../src/main/monitor/insight/why-before.ts'
import { networkWhyThen, peerWhyThen, storedThen } from '../../../../src/main/monitor/insight/why-then.ts'
import type { Store } from '../../../../src/main/store/types.ts'
import { LinesThen } from '../../../../src/main/monitor/journal/lines-of-loss.ts'
import { StoredNetworks } from '../../../../src/main/monitor/stored.ts'
import { nickname } from '../../../../src/shared/nickname.ts'
import { formatLocal } from '../../../../src/shared/time.ts'
import { cli } from '../../../support/cli-archive.ts'
import { UnknownPeer } from '../../../../src/shared/errors.ts'
import type { DiscoveryEvent } from '../../../../src/shared/events.ts'
import type { NetworkWhy, PeerWhy } from '../../../../src/shared/why.ts'
import { idOf } from '../../../support/discovery/entries.ts'
import { DataFolder, NETWORK, NETWORK_ID, START } from '../../store/data-folder.ts'
import { catalogOf, crashedTogether, ME, NAMES, row, running } from './running-network.ts'

const version = { startedAt: 1, updatedAt: START }

const then = (store: Store) => storedThen(store, catalogOf(store).network, async (query) => store.eventsNaming(query))

/** What was said, and from which events: what it opens ends with the moment. */
const told = ({ matter, sentence, causes }: PeerWhy | NetworkWhy): unknown => ({
  matter,
  sentence,
  causes: causes.map(({ kind, confidence, words, events }) => ({ kind, confidence, words, events })),
})

it('is answered of a past moment as it was answered then, whatever came since', async () => {
  using data = new DataFolder()
  const { store, view, now } = await running(data)
  const log = (event: DiscoveryEvent): void => void store.append(NETWORK, now(), event)
  const put = (name: string, changes: Parameters<typeof row>[1]): void => view.putRow(row(name, changes))
  const dial = { kind: 'DialFailed', target: idOf('ben'), reason: 'no answer in time' } as const
  // ann is slow, and far; ben goes silent, and is dialed in vain.
  for (const name of NAMES) store.sessionStarted(NETWORK, idOf(name), START, version, 'gossip')
  for (let index = 0; index < 8; index += 1)
    store.recordRtt(NETWORK, idOf('ann'), { at: now() + index, ms: 400 + index })
  put('ann', { rtt: { srtt: 404, rttvar: 1, last: 404, at: now() } })
  await data.scheduler.run(10_000)
  put('ben', { state: 'purged' })
  store.sessionEnded(NETWORK, idOf('ben'), now(), 'purged')
  log({ kind: 'PeerDeparted', peerId: idOf('ben'), reason: 'purged', version })
  await data.scheduler.run(2000)
  const dialed = store.append(NETWORK, now(), dial)
  await data.scheduler.run(10_000)
  const at = now()
  const asked = async (name: string) => told(await storedPeerWhy(catalogOf(store), idOf(name), at))
  const answers = Object.fromEntries(await Promise.all(NAMES.map(async (name) => [name, await asked(name)] as const)))
  expect(answers).toMatchObject({ ann: { matter: 'slow' }, ben: { matter: 'silent' }, cat: { matter: 'fine' } })
  await data.scheduler.run(5000)
  // All of it turns out otherwise.
  for (let index = 0; index < 8; index += 1) store.recordRtt(NETWORK, idOf('ann'), { at: now() + index, ms: 5 })
  put('ann', {})
  put('ben', {})
  store.sessionStarted(NETWORK, idOf('ben'), now(), version, 'gossip')
  const refused = { ...dial, reason: 'connection refused' }
  const earlier = [{ times: 1, lastAt: dialed.at, event: dial }]
  store.appendAgain(NETWORK, { ...dialed, times: 9, lastAt: now(), event: refused, earlier })
  log({ kind: 'Stalled', ms: 4000 })
  log({ kind: 'ClockJumped', byMs: 60_000 })
  log({ kind: 'NeighborDown', peerId: idOf('ann') })
  log({ kind: 'NetworkLost', heardAt: null, since: now() })
  put('cat', { state: 'departed' })
  store.sessionEnded(NETWORK, idOf('cat'), now(), 'graceful')
  log({ kind: 'PeerDeparted', peerId: idOf('cat'), reason: 'graceful', version })
  await data.scheduler.run(20_000)
  const whyThen = async (name: string) => await peerWhyThen(then(store), idOf(name), at)
  const again = Object.fromEntries(
    await Promise.all(NAMES.map(async (name) => [name, told(await whyThen(name))] as const)),
  )
  expect(again).toEqual(answers)
  const now2 = async (name: string) => (await storedPeerWhy(catalogOf(store), idOf(name), now())).matter
  expect([await now2('cat'), await now2('ben')]).toEqual(['left', 'not answering'])
  // What is opened ends with the moment; what is not kept is said.
  const slow = await whyThen('ann')
  expect(slow.notKept).toMatch(/relay then is not kept/)
  expect((await whyThen('ben')).causes.every(({ evidence }) => evidence === null || (evidence.to ?? 0) <= at)).toBe(
    true,
  )
  await expect(peerWhyThen(then(store), idOf('nobody'), at)).rejects.toThrow(UnknownPeer)
})

it('of a past moment says why the network was lost then', async () => {
  using data = new DataFolder()
  const { store, now } = await running(data)
  await data.scheduler.run(30_000)
  const since = now()
  store.append(NETWORK, since - 2000, { kind: 'Stalled', ms: 9000 })
  store.append(NETWORK, since, { kind: 'NeighborDown', peerId: idOf('ann') })
  await data.scheduler.run(6000)
  store.append(NETWORK, now(), { kind: 'NetworkLost', heardAt: null, since })
  await data.scheduler.run(4000)
  const at = now()
  const answer = told(await storedNetworkWhy(catalogOf(store), at))
  expect(answer).toMatchObject({ matter: 'lost', causes: [{ kind: 'own stall' }, { kind: 'lost network' }] })
  await data.scheduler.run(10_000)
  for (const name of NAMES) store.append(NETWORK, now(), { kind: 'NeighborUp', peerId: idOf(name) })
  store.append(NETWORK, now(), { kind: 'NetworkBack', since: now() })
  await data.scheduler.run(60_000)
  expect(told(await networkWhyThen(then(store), at))).toEqual(answer)
  expect((await networkWhyThen(then(store), now())).matter).toBe('had lost')
  // Before the loss, and before anything was shown.
  expect((await networkWhyThen(then(store), since - 1)).matter).toBe('fine')
  await expect(networkWhyThen(then(store), START - 1000)).rejects.toThrow(/nothing is known of/)
})

it('says of a split that was not told yet who ended, now and of the moment, as of those that refuse dials', async () => {
  using data = new DataFolder()
  const { store, now } = await crashedTogether(data)
  const at = now()
  const answer = await storedNetworkWhy(catalogOf(store), at)
  expect(answer).toMatchObject({ matter: 'split', causes: [{ kind: 'crashed', confidence: 'likely' }] })
  await data.scheduler.run(60_000)
  expect(told(await networkWhyThen(then(store), at))).toEqual(told(answer))
  // So the sentence of that moment has it too.
  const picture = async (moment: number) => await pastPicture({ store, networkKey: NETWORK, self: undefined }, moment)
  expect([(await picture(at)).islandsEnded, (await picture(at - 10_001)).islandsEnded]).toEqual([true, undefined])
})

it('of a moment in which our own machine was stalled says so, and not that nothing is wrong', async () => {
  using data = new DataFolder()
  const { store, now } = await running(data)
  const at = now()
  await data.scheduler.run(60_000)
  store.append(NETWORK, now(), { kind: 'Stalled', ms: 50_000 })
  const said = 'This moment lies in a stall of our own machine (50 s), which heard nothing of anybody.'
  expect((await networkWhyThen(then(store), at)).sentence).toMatch(/^Nothing is known to be wrong/)
  expect((await networkWhyThen(then(store), at + 10_000)).sentence).toBe(said)
  expect((await peerWhyThen(then(store), idOf('ann'), at + 59_999)).sentence).toMatch(
    new RegExp(`^${said.replaceAll(/[().]/g, String.raw`\$&`)} .* is here and answers`),
  )
  expect((await networkWhyThen(then(store), now())).sentence).toMatch(/^Nothing is known to be wrong/)
})

it('the command line answers of a past moment, and a stored network as the joined one does', async () => {
  using data = new DataFolder()
  const { store, view, now } = await running(data)
  const at = now()
  await data.scheduler.run(2000)
  view.putRow(row('ann', { state: 'departed' }))
  store.networkJoined({ kind: 'peerscope', id: NETWORK_ID, name: 'tnet', bootstrap: [], tags: [], at: START })
  store.sessionStarted(NETWORK, idOf('ann'), START, version, 'gossip')
  store.sessionEnded(NETWORK, idOf('ann'), now(), 'graceful')
  store.append(NETWORK, now(), { kind: 'PeerDeparted', peerId: idOf('ann'), reason: 'graceful', version })
  await data.scheduler.run(8000)
  const why = await peerWhyThen(then(store), idOf('ann'), now())
  expect(why).toMatchObject({ matter: 'left', causes: [{ kind: 'goodbye' }] })
  const which = { network: NETWORK_ID, kind: 'peerscope', peerId: idOf('ann') } as const
  const networks = new StoredNetworks(store, new LinesThen(data.scheduler))
  expect(await networks.whyPeer({ ...which, at: now() })).toEqual(why)
  expect(await networks.whyNetwork({ ...which, at })).toMatchObject({ matter: 'fine' })
  store.flush()
  const said = async (when: number): Promise<string> =>
    (await cli('why', idOf('ann'), '--data', data.folder, '--as-of', formatLocal(when))).out
  // A time of day in place of an age: it may be read much later.
  const asOf = `As of ${formatLocal(now())}.`
  const left = `${nickname(idOf('ann'))} left at ${formatLocal(now() - 8000).slice(11, 19)}: it said goodbye.`
  expect((await said(now())).split('\n')).toEqual([left, '', expect.stringContaining('It said goodbye'), asOf, ''])
  expect(await said(at)).toMatch(/ is here and answers in 5 ms\.\nAs of /)
  // It came back: how it had left is said for ten minutes more.
  view.putRow(row('ann', { state: 'online' }))
  store.sessionStarted(NETWORK, idOf('ann'), now(), version, 'gossip')
  await data.scheduler.run(60_000)
  const back = `It came back. Before that: ${left}`
  store.append(NETWORK, now(), { kind: 'NeighborUp', peerId: idOf('ben') })
  store.flush()
  expect((await said(now())).split('\n')).toEqual([
    expect.stringContaining(' is here and '),
    '',
    back,
    expect.anything(),
    '',
  ])
  expect((await cli('why', idOf('ann'), '--data', data.folder)).out).toContain(back)
  const early = now()
  await data.scheduler.run(600_000)
  store.flush()
  expect(await whyBefore(then(store), idOf('ann'), now())).toBeNull()
  expect(await whyBefore(then(store), idOf('ann'), early)).toMatchObject({ matter: 'left', at: early - 61_000 })
})

it('of one that came back says why it had left by all that was known until then, and whether it was the same process', async () => {
  using data = new DataFolder()
  const { store, view, now } = await running(data)
  const log = (event: DiscoveryEvent): void => void store.append(NETWORK, now(), event)
  const addresses = ['/ip4/127.0.0.1/tcp/1']
  const run = { startedAt: START, updatedAt: START }
  const goAndCome = async (name: string, dial: string | null, next: typeof run, lateMs = 10) => {
    store.sessionStarted(NETWORK, idOf(name), now(), run, 'gossip')
    view.putRow(row(name, { state: 'purged', addresses, version: run }))
    store.sessionEnded(NETWORK, idOf(name), now(), 'purged')
    log({ kind: 'PeerDeparted', peerId: idOf(name), reason: 'purged', version: run })
    await data.scheduler.run(5000)
    if (dial !== null) log({ kind: 'DialFailed', target: idOf(name), reason: dial })
    await data.scheduler.run(30_000)
    view.putRow(row(name, { addresses, version: next }))
    // It is shown before its presence is recorded.
    await data.scheduler.run(lateMs)
    store.sessionStarted(NETWORK, idOf(name), now(), next, 'gossip')
    await data.scheduler.run(20_000)
    return await whyBefore(then(store), idOf(name), now())
  }
  const same = { ...run, updatedAt: now() }
  const hung = await goAndCome('ben', 'no answer in time', same)
  expect(hung?.sentence).toMatch(
    / went silent 34 s ago, probably because it hung or was suspended \(dials got no answer/,
  )
  // Its clock was set back meanwhile.
  const mended = { ...same, startedAt: START + 1 }
  expect((await goAndCome('cat', null, mended, 2000))?.causes.map(({ words }) => words)).toEqual([
    'it hung or was suspended (it came back later as the same process)',
  ])
  const restarted = { startedAt: now(), updatedAt: now() }
  expect((await goAndCome('dan', null, restarted))?.causes.map(({ words }) => words)).toEqual([
    'it crashed or was ended (it was started again later)',
  ])
  // It was started again since it had come back: whether it was the same process then is not known.
  store.recordVersion(NETWORK, idOf('cat'), { version: restarted, at: now(), source: 'gossip' })
  expect((await whyBefore(then(store), idOf('cat'), now()))?.causes.map(({ words }) => words)).toEqual([
    expect.stringMatching(/^it crashed, was ended by force, hangs or was suspended/),
  ])
})

it('finds the dials of then among all that came since, in a thread, and not for ever', async () => {
  using data = new DataFolder()
  const { store, view, now } = await running(data)
  const dial = { kind: 'DialFailed', target: idOf('ben'), reason: 'connection refused' } as const
  store.networkJoined({ kind: 'peerscope', id: NETWORK_ID, name: 'tnet', bootstrap: [], tags: [], at: START })
  store.sessionStarted(NETWORK, idOf('ben'), START, version, 'gossip')
  view.putRow(row('ben', { state: 'purged' }))
  store.sessionEnded(NETWORK, idOf('ben'), now(), 'purged')
  const gone = store.append(NETWORK, now(), { kind: 'PeerDeparted', peerId: idOf('ben'), reason: 'purged', version })
  await data.scheduler.run(2000)
  const { seq } = store.append(NETWORK, now(), dial)
  await data.scheduler.run(10_000)
  const at = now()
  await data.scheduler.run(10_000)
  for (let index = 0; index <= 1000; index += 1) store.append(NETWORK, now() + index, dial)
  const dialed = ({ causes }: PeerWhy): readonly number[] =>
    causes.flatMap(({ kind, events }) => (kind === 'crashed' ? events : []))
  expect(dialed(await peerWhyThen(then(store), idOf('ben'), at))).toEqual([seq, gone.seq])
  const networks = new StoredNetworks(store, new LinesThen(data.scheduler))
  const which = { network: NETWORK_ID, kind: 'peerscope', peerId: idOf('ben'), at } as const
  const here = vi.spyOn(store, 'eventsNaming')
  const found = await networks.whyPeer(which, undefined, new AbortController().signal)
  expect([dialed(found), found.notKept]).toEqual([[seq, gone.seq], null])
  expect(here).not.toHaveBeenCalled()
  const cut = await networks.whyPeer(which, undefined, AbortSignal.abort())
  expect([dialed(cut), cut.notKept]).toEqual([[], expect.stringContaining('Failed dials to it are left out')])
  await expect(networks.whyPeer(which, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough')
})

it('of history without a journal says that what explains it is not kept', async () => {
  using data = new DataFolder()
  const store = data.open()
  store.append(NETWORK, START, { kind: 'NetworkJoined', networkId: NETWORK_ID, peerId: ME, addresses: [] })
  store.append(NETWORK, START + 10, {
    kind: 'PeerDiscovered',
    peerId: idOf('ann'),
    version,
    source: 'gossip',
    tags: [],
    addresses: [],
  })
  await expect(peerWhyThen(then(store), idOf('ann'), START + 20)).rejects.toThrow(
    /is not known: only the event log of that time is kept/,
  )
})
