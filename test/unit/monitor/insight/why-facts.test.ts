import { describe, expect, it } from 'vitest'
import { networkFacts } from '../../../../src/main/monitor/insight/network-trouble.ts'
import { peerFacts } from '../../../../src/main/monitor/insight/why-facts.ts'
import type { WhySource } from '../../../../src/main/monitor/insight/why-facts.ts'
import { NOTICED_MS } from '../../../../src/main/monitor/insight/why-silence.ts'
import { whyPeer } from '../../../../src/main/monitor/insight/why.ts'
import { whyNetwork } from '../../../../src/main/monitor/insight/why-network.ts'
import type { Store } from '../../../../src/main/store/types.ts'
import type { NetworkStatus } from '../../../../src/shared/contract.ts'
import type { DiscoveryEvent } from '../../../../src/shared/events.ts'
import type { PeerRow } from '../../../../src/shared/peer.ts'
import { idOf } from '../../../support/discovery/entries.ts'
import { peerRow } from '../../../support/renderer/fake-network.ts'
import { eachWithStore, NETWORK, NETWORK_ID, START } from '../../store/data-folder.ts'
import { whySource } from './why-source.ts'

const MINUTE = 60_000
const version = { startedAt: 1, updatedAt: 1 }

let store: Store
eachWithStore((opened) => {
  store = opened
})

const log = (minute: number, event: DiscoveryEvent): void => void store.append(NETWORK, START + minute * MINUTE, event)
const leave = (minute: number, name: string): void =>
  log(minute, { kind: 'PeerDeparted', peerId: idOf(name), reason: 'purged', version })

const source = (minute: number) => whySource(store, { now: START + minute * MINUTE })
/** What is known of a lost network so many minutes after the start. */
const facts = (minute: number) => networkFacts(source(minute))

describe('what is known of the trouble of a network', () => {
  it('has the stall before it, however many peers left after that', () => {
    log(1, { kind: 'Stalled', ms: 30_000 })
    for (let index = 0; index < 300; index += 1) leave(1.1, `peer ${index}`)
    log(1.2, { kind: 'NeighborDown', peerId: idOf('peer 0') })
    expect(whyNetwork(facts(2)).causes[0]?.kind).toBe('own stall')
  })

  it('is of the time when it began, whatever happened since', () => {
    log(1, { kind: 'Stalled', ms: 30_000 })
    log(1.2, { kind: 'NeighborDown', peerId: idOf('a') })
    for (let index = 0; index < 300; index += 1) {
      leave(30, `peer ${index}`)
      log(31, { kind: 'Stalled', ms: 2000 })
    }
    const { since, events } = facts(60)
    expect(since).toBe(START + 1.2 * MINUTE)
    expect(events.map(({ event }) => event.kind)).toEqual(['NeighborDown', 'Stalled'])
  })

  it('has the dials to those that went for a while after it: nobody is dialed at once', () => {
    const dial = (minute: number, name: string): void =>
      log(minute, { kind: 'DialFailed', target: idOf(name), reason: 'connection refused' })
    log(1, { kind: 'NeighborDown', peerId: idOf('a') })
    dial(2, 'a')
    dial(3, 'b')
    const { events } = facts(60)
    expect(events.flatMap(({ event }) => (event.kind === 'DialFailed' ? event.target : []))).toEqual([idOf('a')])
  })
})

describe('when a split began', () => {
  const split = { count: 2, sizes: [2, 2] } as unknown as NonNullable<WhySource['islands']>
  const factsAt = (minute: number) => networkFacts({ ...source(minute), state: 'online', islands: split })
  const sinceAt = (minute: number): number => factsAt(minute).since

  it('is when it was seen first, which is told a while later', () => {
    log(5, { kind: 'Islands', count: 2, sizes: [2, 2] })
    // Told after a sixth of the time after which peers are purged.
    expect(sinceAt(6)).toBe(START + 5 * MINUTE - 20_000 / 6)
  })

  it('is what the event says, where it says it', () => {
    log(5, { kind: 'Islands', count: 2, sizes: [2, 2], since: START + 4.5 * MINUTE })
    expect(sinceAt(6)).toBe(START + 4.5 * MINUTE)
  })

  it('has who held the islands together, where the event says it', () => {
    log(4, { kind: 'Islands', count: 2, sizes: [2, 2] })
    expect(factsAt(6).held).toBeNull()
    log(5, { kind: 'Islands', count: 2, sizes: [2, 2], since: START, held: [idOf('link')] })
    expect(factsAt(6).held).toEqual([idOf('link')])
  })

  it('is now where it was not told yet, whenever there was one island', () => {
    log(1, { kind: 'Islands', count: 1, sizes: [4] })
    expect(sinceAt(6)).toBe(START + 6 * MINUTE)
  })
})

describe('whether all peers are on this machine', () => {
  it.each([
    [['/ip4/127.0.0.1/tcp/1'], true],
    [['/ip6/::1/tcp/1'], true],
    [['/ip4/127.0.0.1/tcp/1', '/ip4/192.168.1.2/tcp/1'], false],
    [[], false],
  ])('%j: %s', (addresses, local) => {
    const rows = [
      { ...peerRow(0), self: true },
      { ...peerRow(1), addresses },
    ]
    expect(networkFacts({ ...source(1), rows: () => rows }).local).toBe(local)
  })
})

describe('whether those that matter are on this machine', () => {
  const local = { ...peerRow(1), peerId: idOf('local'), addresses: ['/ip4/127.0.0.1/tcp/1'] }
  const far = (state: PeerRow['state']): PeerRow =>
    peerRow(2, { peerId: idOf('far'), state, addresses: ['/ip4/192.0.2.2/tcp/1'] })
  const isLocal = (state: PeerRow['state'], changes: Partial<WhySource> = {}): boolean =>
    networkFacts({ ...source(3), state: 'online', rows: () => [local, far(state)], ...changes }).local

  it('is not changed by one elsewhere that left, or was never here', () => {
    for (const state of ['departed', 'stored', 'removed', 'purged'] as const) expect(isLocal(state)).toBe(true)
    for (const state of ['online', 'lost'] as const) expect(isLocal(state)).toBe(false)
    // Where nobody was met yet, all that are known matter.
    expect(isLocal('stored', { state: 'alone' })).toBe(false)
    // One that went in the trouble does.
    leave(2.9, 'far')
    expect(isLocal('purged')).toBe(false)
  })

  it('goes by the peer itself, where one is asked about', async () => {
    const of = async (row: PeerRow) => {
      const { local: own, allLocal } = await peerFacts({ ...source(3), rows: () => [local, far('online')] }, row)
      return [own, allLocal]
    }
    expect([await of(local), await of(far('online'))]).toEqual([
      [true, false],
      [false, false],
    ])
  })
})

describe('whether all is on this machine, where nobody else is known yet', () => {
  const dialed = (...targets: readonly string[]): void => {
    for (const target of targets) log(1, { kind: 'DialFailed', target, reason: 'no answer in time' })
  }
  const local = (changes: Partial<WhySource> = {}): boolean =>
    networkFacts({ ...source(1), state: 'alone', ...changes }).local

  it('is told by what was dialed', () => {
    expect(local()).toBe(false)
    dialed('/ip4/127.0.0.1/tcp/4001')
    expect(local()).toBe(true)
    expect(local({ rows: () => [{ ...peerRow(1), self: false, addresses: ['/dns4/a.example/tcp/1'] }] })).toBe(false)
    dialed('/dns4/a.example/tcp/4001')
    expect(local()).toBe(false)
  })

  it('is so in the demo', () => {
    log(0, { kind: 'NetworkJoined', networkId: NETWORK_ID, peerId: idOf('me'), addresses: [], demo: true })
    expect(local()).toBe(true)
  })
})

describe('what is known of a peer', () => {
  const peerId = idOf('quiet')
  const address = '/dns4/quiet.example/tcp/9'
  const addresses = ['/ip4/192.0.2.7/tcp/4001', address]
  const quiet = { ...peerRow(1), peerId, self: false, state: 'purged', addresses, connected: false, rtt: null } as const
  const dial = (minute: number, target: string): void =>
    log(minute, { kind: 'DialFailed', target, reason: 'connection refused' })
  const reject = (minute: number): void =>
    log(minute, { kind: 'EntryRejected', peerId, reason: 'FromTheFuture', source: 'gossip', detail: '' })
  const goSilent = (minute: number): void => {
    store.sessionStarted(NETWORK, peerId, START, version, 'gossip')
    store.sessionEnded(NETWORK, peerId, START + minute * MINUTE, 'purged')
  }

  it('has the dials to it, by its id and by its addresses, however many others failed since', async () => {
    dial(1, `/ip4/192.0.2.7/tcp/4001/p2p/${peerId}`)
    dial(2, '/dns4/quiet.example/tcp/9')
    // Other places, though the words are the same.
    dial(3, '/dns4/quiet.example/tcp/9/p2p/somebody')
    dial(3, '/ip4/192.0.2.7/tcp/40011')
    for (let index = 0; index < 1200; index += 1) dial(4, `/ip4/198.51.100.1/tcp/${index + 1}`)
    const { dials } = await peerFacts(source(5), quiet)
    expect(dials.map(({ seq }) => seq)).toEqual([2, 1])
  })

  it('has when a dial to it was refused first, and the split in which it was in another island', async () => {
    log(0, { kind: 'NetworkJoined', peerId: idOf('us'), networkId: NETWORK_ID, addresses: [] })
    dial(1, address)
    dial(10, address)
    goSilent(10)
    const known = async () => await peerFacts(source(12), quiet)
    expect(await known()).toMatchObject({ refusedBefore: START + MINUTE, apart: null })
    const since = START + 9.7 * MINUTE
    const split = (minute: number, ...apart: readonly string[]): void =>
      log(minute, { kind: 'Islands', count: 2, sizes: [2, 2], since, held: [], apart: apart.map(idOf) })
    split(9.8, 'other')
    expect((await known()).apart).toBeNull()
    split(9.9, 'other', 'quiet')
    // Those that are gone did not come back.
    log(9.95, { kind: 'Islands', count: 1, sizes: [2], gone: 2 })
    expect((await known()).apart).toMatchObject({ since })
    log(9.96, { kind: 'Islands', count: 1, sizes: [4], back: 2 })
    expect((await known()).apart).toBeNull()
  })

  it('has the dials of this run, or since it was heard of last, and the losses that they failed in', async () => {
    const join = (minute: number): void =>
      log(minute, { kind: 'NetworkJoined', peerId: idOf('us'), networkId: NETWORK_ID, addresses: [] })
    join(0)
    dial(1, address)
    reject(1)
    join(2)
    log(3, { kind: 'NetworkLost', heardAt: null, since: START + 3 * MINUTE })
    dial(4, address)
    log(5, { kind: 'NetworkBack', since: START + 5 * MINUTE })
    const known = async () => await peerFacts(source(12), { ...quiet, state: 'stored' })
    const { dials, losses, events } = await known()
    expect(dials.map(({ at }) => at)).toEqual([START + 4 * MINUTE])
    expect(losses).toEqual([{ from: START + 3 * MINUTE, to: START + 5 * MINUTE, back: true }])
    expect(events).toEqual([])
    dial(10, address)
    goSilent(10)
    expect((await peerFacts(source(12), quiet)).dials.map(({ at }) => at)).toEqual([START + 10 * MINUTE])
  })

  it('has the clock of this machine as it was found to be by then', async () => {
    goSilent(10)
    const ownClock = async () => (await peerFacts(source(60), quiet)).ownClock
    log(9, { kind: 'ClockCompared', byMs: 90_000, peers: 4 })
    log(11, { kind: 'ClockCompared', byMs: null, peers: 5 })
    expect(await ownClock()).toEqual({ byMs: 90_000, peers: 4 })
    log(9.5, { kind: 'ClockCompared', byMs: null, peers: 4 })
    expect((await peerFacts(source(60), { ...quiet, state: 'online' })).ownClock).toBeNull()
  })

  it('has dials that were logged a moment ago, and none where nothing can be looked for', async () => {
    dial(1, `/ip4/192.0.2.7/tcp/4001/p2p/${peerId}`)
    expect((await peerFacts(source(5), quiet)).dials).toHaveLength(1)
    expect(
      (await peerFacts(source(5), { ...quiet, peerId: idOf('other'), addresses: ['///', '"', '\0'] })).dials,
    ).toEqual([])
    store.flush()
    expect((await peerFacts(source(5), quiet)).dials).toHaveLength(1)
  })

  it('has the jump of our clock before it went silent, however often it jumped since', async () => {
    goSilent(10)
    log(9.9, { kind: 'ClockJumped', byMs: 90_000 })
    leave(10, 'quiet')
    for (let index = 0; index < 300; index += 1) log(20 + index / 100, { kind: 'ClockJumped', byMs: 6000 })
    const why = whyPeer(await peerFacts(source(60), quiet))
    expect(why.causes[0]?.kind).toBe('clock jumped')
  })

  it.each<[string, number, number, boolean]>([
    ['right after it, and lasted for minutes', 4000, 300_000, true],
    ['later', 6000, 300_000, false],
  ])('has a stall of ours that began %s', async (_name, afterMs, ms, isCause) => {
    goSilent(10)
    leave(10, 'quiet')
    const [ended, stalled] = [10 + (afterMs + ms) / MINUTE, { kind: 'Stalled', ms } as const]
    log(ended, stalled)
    log(ended, { kind: 'NeighborDown', peerId: idOf('other') })
    // Another one is not of that time.
    log(ended + 10, stalled)
    const { causes } = whyPeer(await peerFacts(source(60), quiet))
    expect(causes.filter(({ kind }) => kind === 'own stall')).toHaveLength(isCause ? 1 : 0)
    expect(causes[0]?.kind).not.toBe('own stall')
  })

  it('counts as silent together with it only who stayed so', async () => {
    goSilent(10)
    for (const name of ['quiet', 'a', 'b', 'c']) leave(10, name)
    // Another cause, the same peer twice, and another time.
    log(10, { kind: 'PeerDeparted', peerId: idOf('d'), reason: 'graceful', version })
    leave(10.2, 'a')
    leave(12, 'd')
    const now = (name: string, state: PeerRow['state'], startedAt = 1): PeerRow =>
      peerRow(2, { peerId: idOf(name), state, version: { startedAt, updatedAt: startedAt } })
    const silent = async (...rows: readonly PeerRow[]): Promise<number> =>
      (await peerFacts({ ...source(15), rows: () => [quiet, ...rows] }, quiet)).together.silent.count
    expect(await silent()).toBe(4)
    expect(await silent(now('a', 'purged'), now('b', 'online'), now('c', 'departed'))).toBe(2)
    // One that was started again since did not stay so, but it ended.
    expect(await silent(now('a', 'purged'), now('b', 'online', 2), now('c', 'departed'))).toBe(3)
    const again = networkFacts({ ...source(15), rows: () => [quiet, now('b', 'online'), now('c', 'online', 2)] })
    expect([...again.again]).toContain(idOf('b'))
  })

  it('has the loss of the network in which it went silent', async () => {
    goSilent(10)
    const lostThen = async () => (await peerFacts(source(60), quiet)).lostThen
    expect(await lostThen()).toBeNull()
    log(5, { kind: 'NetworkLost', heardAt: null, since: START + 4 * MINUTE })
    log(6, { kind: 'NetworkBack', since: START + 6 * MINUTE })
    expect(await lostThen()).toBeNull()
    log(10.2, { kind: 'NetworkLost', heardAt: null, since: START + 9.9 * MINUTE })
    expect(await lostThen()).toEqual({ from: START + 9.9 * MINUTE, to: Infinity, back: false })
    log(10.5, { kind: 'NetworkBack', since: START + 10.4 * MINUTE })
    expect(await lostThen()).toEqual({ from: START + 9.9 * MINUTE, to: START + 10.4 * MINUTE, back: true })
  })

  it('has the loss that began soon after it went silent, and none that began later', async () => {
    goSilent(10)
    const lostThen = async () => (await peerFacts(source(60), quiet)).lostThen
    const lose = (since: number): void => log(11, { kind: 'NetworkLost', heardAt: null, since })
    const soon = START + 10 * MINUTE + NOTICED_MS
    lose(soon + 1)
    expect(await lostThen()).toBeNull()
    log(11, { kind: 'NetworkJoined', peerId: idOf('us'), networkId: NETWORK_ID, addresses: [] })
    lose(soon)
    expect(await lostThen()).toEqual({ from: soon, to: Infinity, back: false })
  })

  it('has its refused entries, however often it was heard of since', async () => {
    goSilent(10)
    reject(9)
    for (let index = 0; index < 300; index += 1)
      log(9.5, { kind: 'PeerUpdated', peerId, version, source: 'gossip', tags: [], addresses, changed: ['tags'] })
    const why = whyPeer(await peerFacts(source(60), quiet))
    expect(why.causes[0]?.kind).toBe('refused entries')
  })

  it('compares round-trip times of those who are here only, by their number, however rarely they were measured', async () => {
    const rows = ['often', 'rarely', 'once', 'long ago', 'gone'].map((name, index) => ({
      ...peerRow(index + 2),
      peerId: idOf(name),
      self: false,
      state: name === 'gone' ? ('purged' as const) : ('online' as const),
    }))
    const measure = (name: string, minutes: readonly number[], slow: number): void => {
      for (const [index, minute] of minutes.entries())
        store.recordRtt(NETWORK, idOf(name), {
          at: START + minute * MINUTE,
          ms: index < minutes.length - slow ? 20 : 400,
        })
    }
    measure('often', [51, 51.5, 52, 52.5, 53, 53.5, 54, 54.5, 55, 55.5], 3)
    measure('gone', [51, 51.5, 52, 52.5, 53, 53.5, 54, 54.5, 55, 55.5], 3)
    // Once in a quarter of an hour or less.
    measure('rarely', [-40, -15, 20, 50], 2)
    measure('once', [50], 1)
    measure('long ago', [-60, -55, -50, -40, -35, -30], 2)
    const told = async (here: typeof rows) => (await peerFacts({ ...source(60), rows: () => here }, quiet)).others
    expect(await told(rows)).toMatchObject({ slower: 2, compared: 2, few: false })
    expect(await told(rows.slice(1))).toMatchObject({ slower: 1, compared: 1, few: true })
  })

  it('has loopback addresses as ours, where our own are', async () => {
    const ownLocal = async (addresses: readonly string[]): Promise<boolean> => {
      const status = { state: 'online', addresses } as unknown as NetworkStatus
      return (await peerFacts({ ...source(5), status }, quiet)).ownLocal
    }
    expect([await ownLocal(['/ip4/127.0.0.1/tcp/1']), await ownLocal(['/ip4/192.0.2.1/tcp/1'])]).toEqual([true, false])
  })
})
