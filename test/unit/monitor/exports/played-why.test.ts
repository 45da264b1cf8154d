/** Why it was so, as an opened file answers it: as the data folder that it was made from, as far as it holds what that takes. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { playedNetworkWhy, playedPeerWhy, playedThen } from '../../../../src/main/monitor/exports/played-why.ts'
import { storedNetworkWhy } from '../../../../src/main/monitor/insight/offline.ts'
import { whyBefore } from '../../../../src/main/monitor/insight/why-before.ts'
import { networkWhyThen, peerWhyThen, storedThen } from '../../../../src/main/monitor/insight/why-then.ts'
import type { Store } from '../../../../src/main/store/types.ts'
import { pastPicture } from '../../../../src/main/monitor/past.ts'
import { UnknownPeer } from '../../../../src/shared/errors.ts'
import type { DiscoveryEvent } from '../../../../src/shared/events.ts'
import { nickname } from '../../../../src/shared/nickname.ts'
import { formatLocal } from '../../../../src/shared/time.ts'
import type { NetworkWhy, PeerWhy } from '../../../../src/shared/why.ts'
import { cli } from '../../../support/cli-archive.ts'
import { idOf } from '../../../support/discovery/entries.ts'
import { DataFolder, NETWORK, START } from '../../store/data-folder.ts'
import { catalogOf, crashedTogether, NAMES, row, running } from '../insight/running-network.ts'
import { fileAt, opened } from './moment-rig.ts'

const version = { startedAt: 1, updatedAt: START }
const then = (store: Store) => storedThen(store, catalogOf(store).network, async (query) => store.eventsNaming(query))
const told = ({ matter, sentence, causes }: PeerWhy | NetworkWhy): unknown => ({ matter, sentence, causes })

/** Where a peer says that it is. */
const addressOf = (name: string): string => `${row(name).addresses[0]}/p2p/${idOf(name)}`

/** A network of which peers can leave; all of them came at its start. */
async function leaving(data: DataFolder) {
  const { store, view, now } = await running(data)
  const log = (event: DiscoveryEvent): void => void store.append(NETWORK, now(), event)
  const leave = (name: string, reason: 'purged' | 'graceful'): void => {
    view.putRow(row(name, { state: reason === 'graceful' ? 'departed' : reason }))
    store.sessionEnded(NETWORK, idOf(name), now(), reason)
    log({ kind: 'PeerDeparted', peerId: idOf(name), reason, version })
  }
  for (const name of NAMES) store.sessionStarted(NETWORK, idOf(name), START, version, 'gossip')
  await data.scheduler.run(10_000)
  return { store, view, log, leave, now }
}

/** ben goes silent 20 s after the start and is refused, cat says goodbye, and the network is lost, all at these times. */
async function troubled(data: DataFolder) {
  const { store, view, log, leave, now } = await leaving(data)
  leave('ben', 'purged')
  log({ kind: 'DialFailed', target: addressOf('ben'), reason: 'connection refused' })
  await data.scheduler.run(5000)
  leave('cat', 'graceful')
  await data.scheduler.run(5000)
  log({ kind: 'Stalled', ms: 9000 })
  await data.scheduler.run(1000)
  const since = now()
  log({ kind: 'NeighborDown', peerId: idOf('ann') })
  view.putRow(row('ann', { neighbor: false }))
  await data.scheduler.run(6000)
  log({ kind: 'NetworkLost', heardAt: null, since })
  await data.scheduler.run(4000)
  const { network } = catalogOf(store)
  const source = { ...catalogOf(store).source, now: now(), network }
  return { store, source, network, now }
}

it('a file that holds the whole of it answers as the data folder does', async () => {
  using data = new DataFolder()
  const { store, source, network, now } = await troubled(data)
  const { verdict, content } = await opened(await fileAt(source, now(), 600_000))
  if (verdict.moment === null) throw new Error('no moment')
  const played = { moment: verdict.moment, network, content }
  for (const name of ['ann', 'ben', 'cat']) {
    const why = await playedPeerWhy(played, idOf(name), now())
    expect(told(why)).toEqual(told(await peerWhyThen(then(store), idOf(name), now())))
    expect(why.notKept).toBeNull()
  }
  expect((await playedPeerWhy(played, idOf('ben'), now())).causes[0]?.kind).toBe('crashed')
  const why = await playedNetworkWhy(played, now())
  expect(told(why)).toEqual(told(await networkWhyThen(then(store), now())))
  expect(why).toMatchObject({ matter: 'lost', causes: [{ kind: 'own stall' }, {}], notKept: null })
  await expect(playedPeerWhy(played, idOf('nobody'), now())).rejects.toThrow(UnknownPeer)
})

it('how a peer that came back had left is told of a file as of the data folder', async () => {
  using data = new DataFolder()
  const { store, view, log, leave, now } = await leaving(data)
  const again = { startedAt: START + 60_000, updatedAt: START + 60_000 }
  leave('ben', 'purged')
  await data.scheduler.run(5000)
  view.putRow(row('ben', { state: 'online', version: again }))
  store.sessionStarted(NETWORK, idOf('ben'), now(), again, 'gossip')
  log({ kind: 'PeerDiscovered', peerId: idOf('ben'), source: 'gossip', version: again, tags: [], addresses: [] })
  await data.scheduler.run(10_000)
  const { network, source } = catalogOf(store, now())
  const { verdict, content } = await opened(await fileAt({ ...source, network }, now(), 600_000))
  if (verdict.moment === null) throw new Error('no moment')
  const file = await playedThen({ moment: verdict.moment, network, content })
  const sentences = [then(store), file].map(async (parts) => (await whyBefore(parts, idOf('ben'), now()))?.sentence)
  const [stored, played] = await Promise.all(sentences)
  expect(stored).toContain('it was started again later')
  expect(played).toBe(stored)
  expect(await whyBefore(file, idOf('ann'), now())).toBeNull()
})

it('a split that the demo plays is told as one live, in the past and in a file, also where the demo began before it', async () => {
  using data = new DataFolder()
  const { store, view, now } = await running(data, { demo: true })
  const log = (event: DiscoveryEvent): void => void store.append(NETWORK, now(), event)
  await data.scheduler.run(20_000)
  const apart = ['ben', 'cat', 'dan'].map((name) => idOf(name))
  log({ kind: 'Islands', count: 2, sizes: [2, 3], since: now() - 1000, held: [], apart })
  await data.scheduler.run(20_000)
  for (const name of ['ben', 'cat', 'dan']) view.putRow(row(name, { state: 'purged' }))
  for (const peerId of apart) log({ kind: 'PeerDeparted', peerId, reason: 'purged', version })
  log({ kind: 'Islands', count: 1, sizes: [2], gone: 3, missing: apart })
  await data.scheduler.run(2000)
  const { network, source } = catalogOf(store, now())
  const sentences = [await storedNetworkWhy(catalogOf(store), now()), await networkWhyThen(then(store), now())].map(
    ({ sentence }) => sentence,
  )
  for (const lengthMs of [600_000, 5000]) {
    const { verdict, content } = await opened(await fileAt(source, now(), lengthMs))
    if (verdict.moment === null) throw new Error('no moment')
    sentences.push((await playedNetworkWhy({ moment: verdict.moment, network, content }, now())).sentence)
  }
  const [first] = sentences
  expect(first).toMatch(/, probably because the way between the islands was cut, as the demo plays it\.$/)
  expect(new Set(sentences)).toEqual(new Set([first]))
})

it('a split that only looks so is said to, in a file as in the data folder', async () => {
  using data = new DataFolder()
  const { store, now } = await crashedTogether(data)
  const { source } = catalogOf(store, now())
  const { verdict, content } = await opened(await fileAt(source, now(), 600_000))
  if (verdict.moment === null) throw new Error('no moment')
  const { moment } = verdict
  const looks = async (at: number) => [
    (await pastPicture({ store, networkKey: NETWORK, self: undefined }, at)).islandsEnded,
    (await content.at(at, moment)).islandsEnded,
  ]
  expect([await looks(now()), await looks(now() - 10_001)]).toEqual([
    [true, true],
    [undefined, undefined],
  ])
})

it('what lies before the file is said not to be in it, and is taken for no sign', async () => {
  using data = new DataFolder()
  const { source, network, now } = await troubled(data)
  // From the goodbye of cat on: ben was silent before.
  const asOf = now() - 7000
  const { verdict, content } = await opened(await fileAt(source, asOf, 7000))
  if (verdict.moment === null) throw new Error('no moment')
  const played = { moment: verdict.moment, network, content }
  const missing = `What happened before ${formatLocal(verdict.moment.from)} is not in this file.`
  const ben = await playedPeerWhy(played, idOf('ben'), asOf)
  expect(ben).toMatchObject({ matter: 'silent', notKept: missing })
  // What failed shortly before is there.
  expect(ben.sentence).toMatch(/ went silent, probably because it cannot be reached \(connection refused\)/)
  expect(await playedPeerWhy(played, idOf('cat'), asOf)).toMatchObject({ matter: 'left', notKept: missing })
  expect(await playedPeerWhy(played, idOf('dan'), asOf)).toMatchObject({ matter: 'fine', notKept: null })
  // The neighbor that went last is told also where it went before the span.
  const late = await opened(await fileAt(source, now(), 1000))
  if (late.verdict.moment === null) throw new Error('no moment')
  const lost = { moment: late.verdict.moment, network, content: late.content }
  expect(await playedNetworkWhy(lost, now())).toMatchObject({ matter: 'lost', causes: [{ kind: 'own stall' }, {}] })
})

it('what failed again in the file is in it, whenever it failed first, and what failed just before it', async () => {
  using data = new DataFolder()
  const { store, source, network, now } = await troubled(data)
  const dialed = (name: string) =>
    ({ kind: 'DialFailed', target: addressOf(name), reason: 'no answer in time' }) as const
  const asOf = now() - 7000
  const [again, just] = [
    store.append(NETWORK, asOf - 15_000, dialed('ann')),
    store.append(NETWORK, asOf - 14_500, dialed('dan')),
  ]
  const earlier = [
    { times: 1, lastAt: again.at },
    { times: 2, lastAt: asOf - 2000 },
  ]
  store.appendAgain(NETWORK, { ...again, times: 3, lastAt: now() + 60_000, earlier })
  const { verdict, content } = await opened(await fileAt(source, asOf, 7000))
  if (verdict.moment === null) throw new Error('no moment')
  const { from, to } = verdict.moment
  expect([again.at < from, just.at < from]).toEqual([true, true])
  const rows = content.told.filter(({ seq }) => [again.seq, just.seq].includes(seq))
  // Nothing of what came after it is in it.
  expect(rows).toMatchObject([{ times: 2, lastAt: asOf - 2000 }, { at: just.at }])
  expect(rows[0]?.earlier?.at(-1)?.lastAt).toBe(again.at)
  // Bars and lists have what happened in the span, also where it began before.
  const listed = content.events.map(({ seq }) => seq)
  expect([listed.includes(again.seq), listed.includes(just.seq)]).toEqual([true, false])
  const page = await content.page({ from, to, limit: 1000, filter: 'kind:DialFailed' }, verdict.moment)
  expect(page.events.map(({ seq }) => seq)).toContain(again.seq)
  expect(verdict.moment.events).toBe(listed.length)
  expect(to).toBeLessThan(now() + 60_000)
  for (const name of ['ann', 'dan']) {
    const why = await playedPeerWhy({ moment: verdict.moment, network, content }, idOf(name), asOf)
    expect(why.sentence).toBe((await peerWhyThen(then(store), idOf(name), asOf)).sentence)
    expect(why.matter).toBe('not answering')
  }
})

it('the command line answers of a file, of its moment or another one of its span', async () => {
  using data = new DataFolder()
  const { source, now } = await troubled(data)
  const path = join(data.folder, 'moment.peerscope')
  await writeFile(path, await fileAt(source, now(), 25_000))
  const ben = await cli('why', nickname(idOf('ben')), '--file', path)
  expect(ben.out).toMatch(/ went silent at \d\d:\d\d:20, probably because it crashed or was ended/)
  const lines = (await cli('why', '--file', path)).out.split('\n')
  expect(lines[0]).toMatch(/^We lost the network/)
  expect(lines.at(-2)).toBe(`As of ${formatLocal(now())}.`)
  expect((await cli('why', idOf('ben'), '--file', path, '--as-of', formatLocal(now() - 19_000))).out).toMatch(
    / went silent | is here /,
  )
  const outside = await cli('why', '--file', path, '--as-of', formatLocal(now() - 60_000))
  expect(outside.err).toMatch(/the file holds the time from .* to /)
  expect((await cli('why', '--file', path, '--data', data.folder)).err).toMatch(/leave out --data/)
  expect((await cli('why', 'nobody here', '--file', path)).err).toMatch(/no peer that is known/)
})

it('who crashed together is told of a file also where their clock is ahead of ours, as their entries tell', async () => {
  using data = new DataFolder()
  const { store, view, now } = await running(data)
  const went = ['ben', 'cat']
  const ahead = { version: { startedAt: START, updatedAt: now() + 50_000 }, rtt: null, lastSeen: now() }
  for (const name of went) view.putRow(row(name, { ...ahead, neighbor: true }))
  await data.scheduler.run(5000)
  const since = now()
  for (const name of went) store.append(NETWORK, since, { kind: 'NeighborDown', peerId: idOf(name) })
  for (const name of went) view.putRow(row(name, ahead))
  await data.scheduler.run(5000)
  for (const name of went)
    store.append(NETWORK, now(), { kind: 'DialFailed', target: idOf(name), reason: 'connection refused' })
  await data.scheduler.run(5000)
  const { network, source } = catalogOf(store, now())
  const { verdict, content } = await opened(await fileAt({ ...source, network }, now(), 600_000))
  if (verdict.moment === null) throw new Error('no moment')
  const played = { moment: verdict.moment, network, content }
  expect(await playedNetworkWhy(played, now())).toMatchObject({ matter: 'went together', since })
})

it('a peer whose entries were all refused is told of a file by its id, and by the name that the timeline gives it', async () => {
  using data = new DataFolder()
  const { store, now } = await running(data)
  const gus = idOf('gus')
  const refused = { kind: 'EntryRejected', peerId: gus, reason: 'FromTheFuture', source: 'gossip', detail: '' } as const
  store.append(NETWORK, now(), refused)
  await data.scheduler.run(5000)
  const { network, source } = catalogOf(store, now())
  const path = join(data.folder, 'refused.peerscope')
  await writeFile(path, await fileAt({ ...source, network }, now(), 600_000))
  for (const name of [gus, nickname(gus)])
    expect((await cli('why', name, '--file', path)).out).toMatch(/ is not in our catalog, /)
})
