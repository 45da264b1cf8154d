/** A split that did not heal: the other island was taken for gone. What is remembered of it, and what `why` says. */
import { describe, expect, it } from 'vitest'
import { partedAt } from '../../../../src/main/monitor/insight/parted.ts'
import { shownParted, splitEnded } from '../../../../src/main/monitor/insight/shown-parted.ts'
import { IslandWatch } from '../../../../src/main/monitor/insight/island-watch.ts'
import { storedHealth, storedNetworkWhy } from '../../../../src/main/monitor/insight/offline.ts'
import { networkFacts } from '../../../../src/main/monitor/insight/network-trouble.ts'
import type { WhySource } from '../../../../src/main/monitor/insight/why-facts.ts'
import { whyNetwork } from '../../../../src/main/monitor/insight/why-network.ts'
import { networkWhyThen, storedThen } from '../../../../src/main/monitor/insight/why-then.ts'
import type { Store } from '../../../../src/main/store/types.ts'
import type { DiscoveryEvent } from '../../../../src/shared/events.ts'
import type { PeerId } from '../../../../src/shared/ids.ts'
import { linksAmong } from '../../../../src/shared/links.ts'
import type { PeerRow } from '../../../../src/shared/peer.ts'
import type { NetworkWhy } from '../../../../src/shared/why.ts'
import { idOf } from '../../../support/discovery/entries.ts'
import { peerRow } from '../../../support/renderer/fake-network.ts'
import { catalogOf, edge, ME, row, running } from './running-network.ts'
import { DataFolder, eachWithStore, NETWORK, NETWORK_ID, START } from '../../store/data-folder.ts'

type Islands = Extract<DiscoveryEvent, { kind: 'Islands' }>

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const OTHERS = ['ann', 'ben', 'cat'] as const
const CUT =
  'the way between the islands was cut (nobody who held them together left, and our own machine did not stall for long)'

let store: Store
eachWithStore((opened) => {
  store = opened
})

const log = (minute: number, event: DiscoveryEvent): number => {
  store.append(NETWORK, START + minute * MINUTE, event)
  return store.lastSeqAt(NETWORK, START + minute * MINUTE)
}
const islands = (minute: number, count: number, changes: Partial<Islands> = {}): number =>
  log(minute, { kind: 'Islands', count, sizes: [3, 3], since: START + (minute - 0.5) * MINUTE, ...changes })
const apart = OTHERS.map((name) => idOf(name))
/** All of them were taken for gone. */
const gone = { gone: 3, missing: apart }
const purge = (minute: number, name: string): number =>
  log(minute, { kind: 'PeerDeparted', peerId: idOf(name), reason: 'purged', version: { startedAt: 1, updatedAt: 1 } })
const joined: DiscoveryEvent = { kind: 'NetworkJoined', peerId: idOf('me'), networkId: NETWORK_ID, addresses: [] }
/** @param here who of the others is here @param lost who was lost with us */
const found = (minute: number, here: readonly string[] = [], lost: readonly string[] = []) =>
  partedAt({ store, networkKey: NETWORK }, START + minute * MINUTE, rows(here, lost))

/** The others: they are here, lost with us, or went silent. */
const rows = (here: readonly string[], lost: readonly string[] = []) =>
  OTHERS.map((name) =>
    peerRow(1, {
      peerId: idOf(name),
      state: here.includes(name) ? 'online' : lost.includes(name) ? 'lost' : 'purged',
    }),
  )

/** They were heard of last in that minute. */
const heardAt =
  (minute: number) =>
  (one: PeerRow): PeerRow => ({ ...one, lastSeen: START + minute * MINUTE, rtt: null })

const why = (minute: number, here: readonly string[] = []): NetworkWhy => whyNetwork(networkFacts(source(minute, here)))
const shown = (minute: number, here: readonly string[] = []) => shownParted(found(minute, here), source(minute, here))

function source(minute: number, here: readonly string[]): WhySource {
  return {
    store,
    networkKey: NETWORK,
    told: true,
    rows: () => rows(here),
    links: () => linksAmong([], [], 0, null),
    connectedAt: () => null,
    naming: (query) => store.eventsNamingAside(query, new AbortController().signal),
    status: null,
    state: 'online',
    islands: null,
    apart: new Set(),
    purgeAfterMs: 20_000,
    maxDriftMs: 60_000,
    now: START + minute * MINUTE,
    logFrom: -Infinity,
  }
}

describe('a split whose other island was taken for gone', () => {
  it('is remembered from then on for a day: since when, how many they were, and until when', () => {
    islands(1, 1)
    islands(5, 2, { apart, held: [] })
    expect(found(5, OTHERS)).toBeNull()
    for (const name of OTHERS) purge(9, name)
    islands(10, 1, gone)
    const parted = { splitAt: START + 4.5 * MINUTE, goneAt: START + 10 * MINUTE, gone: 3, unlinked: 0, ended: false }
    expect([shown(10), shown(60)]).toEqual([parted, parted])
    // Who is back is not gone.
    expect(shown(60, ['ann'])).toEqual({ ...parted, gone: 2 })
    expect(found(60, OTHERS)).toBeNull()
    expect(found(10 + 24 * 60 + 1)).toBeNull()
  })

  it('is known from when the first of them counts as gone, though that is told later', () => {
    islands(5, 2, { apart, held: [idOf('link')] })
    const parted = { splitAt: START + 4.5 * MINUTE, gone: 1, back: 0, held: [idOf('link')] }
    expect(found(9, ['ann', 'ben'])).toMatchObject({ ...parted, goneAt: START + 9 * MINUTE })
    expect(found(9.1)?.gone).toBe(3)
    // Who was lost with us may be there still.
    expect(found(9, ['ann'], ['ben'])?.gone).toBe(1)
    expect(found(9, ['ann'], ['ben', 'cat'])).toBeNull()
    // One part was told to be gone before the other.
    islands(10, 2, { gone: 1, missing: apart.slice(0, 1) })
    expect(found(10.1, ['ben', 'cat'])).toBeNull()
    expect(found(10.2, ['ann', 'cat'])).toMatchObject({ gone: 1, back: 1 })
    expect(found(10.2, [])).toMatchObject({ gone: 3, back: 0 })
  })

  it.each<[string, () => unknown]>([
    ['they grew together', () => islands(10, 1)],
    ['most of them came back', () => [islands(10, 1, { gone: 3 }), islands(11, 1, { back: 2 })]],
    ['it split again', () => [islands(10, 1, { gone: 3 }), islands(11, 2)]],
    ['another part is apart still', () => islands(10, 2, gone)],
    ['another run began', () => [islands(10, 1, { gone: 3 }), log(11, joined)]],
  ])('is none where %s', (_what, then) => {
    islands(5, 2, { apart })
    then()
    expect(found(12)).toBeNull()
  })

  it('counts parts that were taken for gone one after the other', () => {
    islands(1, 1)
    islands(5, 3, { apart, held: [idOf('link')] })
    islands(9, 2, { gone: 1, missing: apart.slice(0, 1) })
    islands(10, 1, { gone: 2, missing: apart.slice(1) })
    expect(found(11)).toMatchObject({ splitAt: START + 4.5 * MINUTE, gone: 3, held: [idOf('link')] })
    expect([...(found(11)?.apart ?? [])]).toEqual(apart)
  })

  it('counts nobody of a part that grew together with ours before the other one was taken for gone', () => {
    islands(5, 3, { apart })
    islands(8, 2)
    islands(10, 1, { gone: 2, missing: apart.slice(1) })
    expect(found(11, ['ann'])?.gone).toBe(2)
    expect(why(12, ['ann']).sentence).toContain('2 peers of the other island were taken for gone')
    expect(why(12, ['ann', 'ben']).sentence).toContain(
      '2 peers of the other island were taken for gone, and 1 came back',
    )
  })

  it('counts those too who are purged once it was told that the others are gone, and is dated by the last of them', () => {
    islands(1, 1)
    islands(5, 2, { apart })
    purge(9, 'ann')
    islands(10, 1, { gone: 1, missing: apart.slice(0, 1) })
    const at = (minute: number, here: readonly string[], heard: number, lost: readonly string[] = []) =>
      partedAt({ store, networkKey: NETWORK }, START + minute * MINUTE, rows(here, lost).map(heardAt(heard)))
    const parted = { gone: 1, back: 0, goneAt: START + 10 * MINUTE }
    expect(at(11, ['ben', 'cat'], 4)).toMatchObject(parted)
    purge(11.5, 'ben')
    expect(at(12, ['cat'], 4)).toMatchObject({ ...parted, gone: 2, goneAt: START + 11.5 * MINUTE })
    // As of before it.
    expect(at(11.4, ['cat'], 4)).toMatchObject({ goneAt: START + 10 * MINUTE })
    // Who was heard of since went in another way, and who was lost with us may be there still.
    expect(at(12, ['cat'], 10.5)).toMatchObject(parted)
    expect(at(12, ['cat'], 4, ['ben'])).toMatchObject(parted)
  })

  it('does not count who grew together with ours, and went silent later', () => {
    islands(1, 1)
    islands(5, 3, { apart })
    islands(7, 2)
    islands(10, 1, { gone: 1, missing: apart.slice(0, 1) })
    const gone = (heard: number) =>
      partedAt({ store, networkKey: NETWORK }, START + 12 * MINUTE, rows(['cat']).map(heardAt(heard)))?.gone
    expect([gone(6), gone(8)]).toEqual([2, 1])
  })

  it('counts who was heard of until about then and had no known link, while it goes on and once it is over', () => {
    islands(1, 1)
    islands(5, 2, { apart: apart.slice(0, 1), unlinked: apart.slice(1) })
    const at = (minute: number, here: readonly string[], heard: number) =>
      partedAt({ store, networkKey: NETWORK }, START + minute * MINUTE, rows(here).map(heardAt(heard)))
    const told = { gone: 3, unlinked: 2, back: 0, apart: new Set(apart) }
    expect(at(9, [], 4.4)).toMatchObject(told)
    islands(10, 1, { gone: 1, missing: apart.slice(0, 1) })
    expect(at(11, [], 4.4)).toMatchObject(told)
    // It went before, was heard of since, or is here.
    const named = { gone: 1, unlinked: 0, apart: new Set(apart.slice(0, 1)) }
    expect([at(11, [], 3.4), at(11, [], 4.6), at(11, ['ben', 'cat'], 4.4)]).toMatchObject([named, named, named])
    const heard = rows([]).map(heardAt(4.4))
    const { sentence } = whyNetwork(networkFacts({ ...source(12, []), rows: () => heard }))
    expect(sentence).toMatch(
      /^The network split 7 min 30 s ago: 3 peers of the other island \(of 2 no link was known\) were taken for gone, /,
    )
  })

  it('does not say who is back where there were more than an event names', () => {
    islands(5, 2, { apart })
    islands(10, 1, { gone: 300, missing: apart })
    expect(found(11, ['ann', 'ben'])?.gone).toBe(300)
    expect(why(12, ['ann']).sentence).toContain(': 300 peers of the other island were taken for gone, perhaps because')
  })
})

describe('why of a network that was parted', () => {
  it('says so from the moment that they count as gone, as Health does', async () => {
    using data = new DataFolder()
    const { store: log, view, now } = await running(data)
    const watch = new IslandWatch({
      self: ME,
      view,
      clock: data.clock,
      purgeAfterMs: 300_000,
      lost: () => false,
      tell: (event) => void log.append(NETWORK, now(), event),
      spent: () => 0,
    })
    watch.start()
    const link = (one: string, other: string): void => {
      for (const [a, b] of [
        [one, other],
        [other, one],
      ] as const)
        view.putEdge(edge(a, b, now()))
    }
    for (const name of ['ben', 'cat', 'dan']) link('ann', name)
    link('me', 'ann')
    link('cat', 'dan')
    await data.scheduler.run(60_000)
    for (const one of view.edges()) {
      const ends: readonly string[] = [one.a, one.b]
      if (ends.includes(idOf('ann')) && (ends.includes(idOf('cat')) || ends.includes(idOf('dan')))) view.removeEdge(one)
    }
    await data.scheduler.run(60_000)
    const said = async (): Promise<readonly unknown[]> => {
      const { matter } = await storedNetworkWhy(catalogOf(log), now())
      const { parted } = await storedHealth(catalogOf(log), now())
      const then = await networkWhyThen(
        storedThen(log, catalogOf(log).network, async () => []),
        now(),
      )
      return [matter, then.matter, parted?.gone ?? 0]
    }
    expect(await said()).toEqual(['split', 'split', 0])
    view.putRow(row('cat', { state: 'purged' }))
    await data.scheduler.run(7000)
    expect(await said()).toEqual(['parted', 'parted', 1])
    view.putRow(row('dan', { state: 'purged' }))
    // The journal tells it with its next look, and the watch once it has lasted.
    await data.scheduler.run(4000)
    for (let turn = 0; turn < 15; turn += 1) {
      await data.scheduler.run(3000)
      expect(await said()).toEqual(['parted', 'parted', 2])
    }
    expect(watch.islandsGone).toBe(true)
    watch.stop()
  })

  it('says what happened, and why, with the events', () => {
    islands(1, 1)
    for (const name of OTHERS) purge(4.7, name)
    const split = islands(5, 2, { apart })
    const last = islands(10, 1, gone)
    const { matter, sentence, causes } = why(64.5)
    expect(matter).toBe('parted')
    expect(sentence).toBe(
      `The network split 1 h ago: 3 peers of the other island were taken for gone, perhaps because ${CUT}.`,
    )
    // That nothing was heard of them comes of the split, and is no cause of it.
    expect(causes).toMatchObject([{ kind: 'unknown', events: [last, split] }])
    expect(causes[0]?.evidence).toMatchObject({
      kinds: ['Islands', 'PeerDeparted'],
      from: START + 4.5 * MINUTE,
      // What is told of it comes once it has lasted.
      to: START + 10 * MINUTE + 45_000,
    })
  })

  it('only looked split, where those that are gone refuse dials', () => {
    islands(5, 2, { apart })
    for (const peerId of apart) log(5.1, { kind: 'DialFailed', target: peerId, reason: 'connection refused' })
    islands(10, 1, gone)
    expect(why(11).sentence).toMatch(
      /^The network looked split 6 min 30 s ago: 3 peers .*, probably because 3 peers were ended or crashed together/,
    )
    expect(shown(11)).toMatchObject({ gone: 3, ended: true })
    // That is told of those who are gone: one island is left.
    expect(splitEnded({ ...source(11, []), islands: null })).toBe(false)
  })

  it('is not said to be ended for what refuses at an address from before a restart', () => {
    islands(5, 2, { apart })
    const dial = (port: number): void => {
      for (const peerId of apart)
        log(5.1, {
          kind: 'DialFailed',
          target: `/ip4/192.0.2.1/tcp/${port}/p2p/${peerId}`,
          reason: 'connection refused',
        })
    }
    const ended = (): unknown => {
      const shown = rows([]).map((one) => ({ ...one, addresses: ['/ip4/192.0.2.1/tcp/2'] }))
      return shownParted(found(5.3), { ...source(5.3, []), rows: () => shown })?.ended
    }
    dial(1)
    expect(ended()).toBe(false)
    dial(2)
    expect(ended()).toBe(true)
  })

  it('takes the start of a peer by our clock: a dial is from before a restart where that is so here, however far ahead its clock is', () => {
    islands(5, 2, { apart })
    const restart = (minute: number, aheadMin: number): { readonly startedAt: number; readonly updatedAt: number } => {
      const at = START + minute * MINUTE
      return { startedAt: at + aheadMin * MINUTE, updatedAt: at + aheadMin * MINUTE }
    }
    for (const peerId of apart)
      log(5.1, { kind: 'DialFailed', target: `/ip4/192.0.2.1/tcp/1/p2p/${peerId}`, reason: 'connection refused' })
    const ended = (minute: number, aheadMin: number): unknown => {
      const version = restart(minute, aheadMin)
      for (const peerId of apart)
        store.recordVersion(NETWORK, peerId, { version, at: START + minute * MINUTE, source: 'gossip' })
      const restarted = rows([]).map((one) => ({ ...one, version, addresses: ['/ip4/192.0.2.1/tcp/2'] }))
      return shownParted(found(5.3), { ...source(5.3, []), rows: () => restarted })?.ended
    }
    // It had restarted, and told its new address.
    expect(ended(5.05, 2)).toBe(false)
    // It restarted after that.
    expect(ended(5.15, 2)).toBe(true)
  })

  it('whether they ended is looked up once, when nothing more that tells it can come', () => {
    let [pages, places, looks] = [0, 0, 0]
    const counted: Pick<Store, 'eventsPage' | 'lastSeqAt' | 'clockOf' | 'versionsOf'> = {
      versionsOf: () => [],
      eventsPage: (query) => ((pages += 1), store.eventsPage(query)),
      clockOf: (...query) => store.clockOf(...query),
      lastSeqAt: (...query) => ((places += 1), store.lastSeqAt(...query)),
    }
    let addresses = ['/ip4/127.0.0.1/tcp/1']
    const ended = (minute: number): unknown => {
      ;[pages, places, looks] = [0, 0, 0]
      const shownRows = rows([]).map((one) => ({ ...one, addresses }))
      const asked = { ...source(minute, []), store: counted, rows: () => ((looks += 1), shownRows) }
      return [shownParted(found(minute), asked)?.ended, pages, places, looks]
    }
    const refuse = (minute: number, peerId: PeerId): number =>
      log(minute, { kind: 'DialFailed', target: peerId, reason: 'connection refused' })
    islands(5, 2, { apart })
    expect(ended(5.1)).toEqual([false, 8, 2, 0])
    // Who is apart is dialed for some time.
    refuse(5.2, idOf('ann'))
    // One more, of when we joined: the demo plays that it splits.
    expect(ended(5.3)).toEqual([true, 9, 2, 1])
    islands(10, 1, gone)
    expect(ended(10)).toEqual([true, 9, 2, 1])
    refuse(11, idOf('ben'))
    expect(ended(12)).toEqual([true, 1, 0, 1])
    // That all were on this machine may turn out to be wrong.
    addresses = ['/ip4/10.0.0.1/tcp/1']
    expect(ended(13)).toEqual([false, 1, 0, 2])
    // Another split has events of its own.
    islands(20, 2, { apart })
    for (const peerId of apart) refuse(20.1, peerId)
    islands(25, 1, gone)
    expect([ended(25), ended(26)]).toEqual([
      [true, 8, 2, 0],
      [true, 0, 0, 0],
    ])
  })

  it('names the peer that was the link, and who came back', () => {
    islands(5, 2, { apart, held: [idOf('link')] })
    log(4.4, {
      kind: 'PeerDeparted',
      peerId: idOf('link'),
      reason: 'graceful',
      version: { startedAt: 1, updatedAt: 1 },
    })
    islands(10, 1, gone)
    const { sentence, causes } = why(12, ['ben'])
    expect(sentence).toContain(
      '3 peers of the other island were taken for gone, and 1 came back since, probably because',
    )
    expect(causes[0]?.kind).toBe('bridge')
  })

  it('is fine once all of them are back, as Health says it, though that has not lasted yet', () => {
    islands(5, 2, { apart })
    islands(10, 1, gone)
    expect(why(11, ['ann', 'ben']).matter).toBe('parted')
    expect(why(11, OTHERS).matter).toBe('fine')
  })
  it('is fine once they grew together', () => {
    islands(5, 2, { apart, held: [] })
    islands(10, 1)
    expect(why(11).matter).toBe('fine')
    expect(why((24 * HOUR) / MINUTE).matter).toBe('fine')
  })
})
