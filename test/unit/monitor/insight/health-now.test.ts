import { expect, it } from 'vitest'
import type { HealthSource } from '../../../../src/main/monitor/insight/health-now.ts'
import { healthNow } from '../../../../src/main/monitor/insight/health-now.ts'
import type { Store } from '../../../../src/main/store/types.ts'
import type { DiscoveryEvent } from '../../../../src/shared/events.ts'
import { peerOf } from '../../../../src/shared/events.ts'
import type { DepartureReason, PeerState } from '../../../../src/shared/peer.ts'
import { healthPhrases } from '../../../../src/shared/health-words.ts'
import { EVENT_FIELDS, eventFields } from '../../../../src/shared/filter-events.ts'
import { parseFilter } from '../../../../src/shared/filter.ts'
import { uniqueIdFrom } from '../../../../src/shared/ids.ts'
import { idOf } from '../../../support/discovery/entries.ts'
import { fakeStatus, peerRow } from '../../../support/renderer/fake-network.ts'
import { eachWithStore, NETWORK, NETWORK_ID, START } from '../../store/data-folder.ts'

const version = { startedAt: 1, updatedAt: 1 }

let store: Store
eachWithStore((opened) => {
  store = opened
})

const log = (second: number, event: DiscoveryEvent): void => void store.append(NETWORK, START + second * 1000, event)
const come = (second: number, name: string): void =>
  store.sessionStarted(NETWORK, idOf(name), START + second * 1000, version, 'gossip')
const go = (second: number, name: string, reason: DepartureReason): void => {
  log(second, { kind: 'PeerDeparted', peerId: idOf(name), reason, version })
  store.sessionEnded(NETWORK, idOf(name), START + second * 1000, reason)
}
const source = (second: number, changes: Partial<HealthSource> = {}): HealthSource => ({
  store,
  networkKey: NETWORK,
  network: { kind: 'peerscope', id: NETWORK_ID, name: 'n' },
  status: null,
  state: 'online',
  storeStatus: null,
  rows: () => [],
  islands: null,
  apart: new Set(),
  told: true,
  purgeAfterMs: 20_000,
  now: START + second * 1000,
  ...changes,
})

it('opens exactly those who left that it counts, not those whom we did not hear because we had lost the network', async () => {
  log(0, { kind: 'NetworkJoined', peerId: idOf('me'), networkId: NETWORK_ID, addresses: [] })
  for (const name of ['a', 'b', 'c', 'd', 'e']) come(1, name)
  go(5, 'a', 'purged')
  log(10, { kind: 'NetworkLost', heardAt: START + 9000 })
  go(12, 'b', 'lost')
  go(13, 'c', 'graceful')
  log(20, { kind: 'NetworkBack' })
  go(25, 'd', 'purged')
  log(30, { kind: 'NetworkLost', heardAt: START + 29_000 })
  go(40, 'e', 'lost')
  const now = await healthNow(source(40))
  expect(now.left).toMatchObject({ goodbye: 1, silent: 2, ownLoss: 2 })
  const where = healthPhrases(now).find(({ id }) => id === 'left')?.evidence
  const passes = parseFilter(where?.filter ?? '', EVENT_FIELDS)
  const { events } = store.eventsPage({ networkKey: NETWORK, kinds: where?.kinds ?? [], limit: 100 })
  const opened = events
    .filter((logged) => passes(logged, START))
    .flatMap(({ event }) => ('peerId' in event ? [event.peerId] : []))
  expect(opened).toEqual([idOf('d'), idOf('c'), idOf('a')])
})

it('does not count crawls among those who left, and opens none of them', async () => {
  for (const name of ['a', 'b', 'c', 'd']) come(1, name)
  go(5, 'a', 'graceful')
  go(6, 'b', 'graceful')
  go(7, 'c', 'purged')
  go(8, 'd', 'purged')
  const tags = ['role:seed', 'peerscope-crawl']
  const row = (name: string, changes: object = {}) => ({ ...peerRow(1), peerId: idOf(name), ...changes })
  const known = [row('a'), row('b', { tags }), row('c'), row('d', { tags })]
  const now = await healthNow(source(40, { rows: () => known }))
  expect(now.left).toMatchObject({ goodbye: 1, silent: 1, crawls: 2 })
  const phrase = healthPhrases(now).find(({ id }) => id === 'left')
  expect([phrase?.text, phrase?.more]).toEqual([
    '2 left in 10 min (1 said goodbye, 1 silent)',
    'Not counted: 2 crawls.',
  ])
  const fields = eventFields((peerId) => known.find((one) => one.peerId === peerId))
  const passes = parseFilter(phrase?.evidence?.filter ?? '', fields)
  const { events } = store.eventsPage({ networkKey: NETWORK, kinds: ['PeerDeparted'], limit: 100 })
  const opened = events.filter((logged) => passes(logged, START)).map(({ event }) => peerOf(event))
  expect(opened).toEqual([idOf('c'), idOf('a')])
  // However they left, and where their tags travel as hashes.
  for (const [name, reason] of [
    ['e', 'lost'],
    ['f', 'removed'],
    ['g', 'displaced'],
    ['h', 'graceful'],
  ] as const) {
    come(9, name)
    go(10, name, reason)
    known.push(row(name, { tags: [uniqueIdFrom('peerscope-crawl')] }))
  }
  let folds = 0
  const counting = {
    ...store,
    presenceSteps: ((span, make) => {
      folds += 1
      return store.presenceSteps(span, make)
    }) as Store['presenceSteps'],
  }
  expect((await healthNow(source(40, { store: counting, rows: () => known }))).left).toEqual({
    from: START - 560_000,
    to: START + 40_000,
    goodbye: 1,
    silent: 1,
    ownStall: 0,
    ownClock: 0,
    ownLoss: 0,
    removed: 0,
    displaced: 0,
    crawls: 6,
  })
  expect(folds).toBe(1)
  // Of those that nobody knows any longer nothing says that they were crawls.
  expect((await healthNow(source(40))).left).toMatchObject({ goodbye: 3, silent: 2, removed: 1, crawls: 0 })
})

it('counts those who went silent since we lost the network as of when we were in it, and those before as left', async () => {
  log(0, { kind: 'NetworkJoined', peerId: idOf('me'), networkId: NETWORK_ID, addresses: [] })
  for (const name of ['a', 'b', 'c', 'd']) come(1, name)
  go(5, 'a', 'purged')
  log(12, { kind: 'NetworkLost', heardAt: START + 9000, since: START + 10_000, purgeAfterMs: 20_000 })
  go(12, 'b', 'lost')
  go(13, 'c', 'lost')
  const silent = (index: number, second: number) =>
    peerRow(index, { state: 'purged', version: { startedAt: 1, updatedAt: START + second * 1000 } })
  // Purged at 5, 12 and 13 s.
  const rtt = { srtt: 40, rttvar: 1, last: 40, at: START }
  const rows = () => [peerRow(1, { rtt }), silent(2, -15), silent(3, -8), silent(4, -7)]
  expect(await healthNow(source(40, { state: 'lost', rows }))).toMatchObject({ here: 3, left: { silent: 1 } })
  // Longer ago than the span of the sentence.
  expect(await healthNow(source(4000, { state: 'lost', rows }))).toMatchObject({ here: 3, left: { silent: 0 } })
  // The running node knows of it before the log does.
  const status = {
    ...fakeStatus(3, START, 'lost'),
    loss: { at: START + 13_000, judgedAt: START + 13_000, heardAt: null, purgeAfterMs: 20_000 },
  }
  // Round-trip times are those of before: none is told of now.
  expect(await healthNow(source(14, { state: 'lost', status, rows }))).toMatchObject({ here: 2, rtt: null })
  log(4001, { kind: 'NetworkBack' })
  expect(await healthNow(source(4002, { rows }))).toMatchObject({ here: 1, rtt: { measured: 1 } })
})

it('says who did not come back since a loss that is over, for a day', async () => {
  log(0, { kind: 'NetworkJoined', peerId: idOf('me'), networkId: NETWORK_ID, addresses: [] })
  const gone = (index: number, second: number, state: PeerState = 'lost') =>
    peerRow(index, { state, version: { startedAt: 1, updatedAt: START + second * 1000 } })
  // The last one went silent after it.
  const rows = () => [peerRow(1), gone(2, -5), gone(3, 5), gone(4, 30, 'purged')]
  const notKnown = async (second: number) => (await healthNow(source(second, { rows }))).notKnown
  expect(await notKnown(5)).toBeNull()
  log(15, { kind: 'NetworkLost', heardAt: null, since: START + 10_000, judgedAt: START + 10_000, purgeAfterMs: 20_000 })
  // It lasts: all are as they were then.
  expect(await notKnown(20)).toBeNull()
  log(30, { kind: 'NetworkBack', since: START + 25_000 })
  const found = { count: 2, lostAt: START + 10_000, heardSince: START - 10_000 }
  expect([await notKnown(60), await notKnown(86_424)]).toEqual([found, found])
  // We were back at 25 s.
  expect(await notKnown(86_426)).toBeNull()
})

it('says when we had lost the network, while that lies within what it speaks of', async () => {
  const losses = async (second: number) => (await healthNow(source(second))).losses
  log(0, { kind: 'NetworkJoined', peerId: idOf('me'), networkId: NETWORK_ID, addresses: [] })
  log(15, { kind: 'NetworkLost', heardAt: null, since: START + 10_000 })
  expect(await losses(700)).toBeNull()
  log(830, { kind: 'NetworkBack', since: START + 825_000 })
  const first = { from: START + 10_000, to: START + 825_000, count: 1, totalMs: 815_000 }
  expect([await losses(824), await losses(825), await losses(1425)]).toEqual([null, first, first])
  expect(await losses(1426)).toBeNull()
  log(905, { kind: 'NetworkLost', heardAt: null, since: START + 900_000 })
  log(925, { kind: 'NetworkBack', since: START + 920_000 })
  expect(await losses(1000)).toEqual({ from: START + 10_000, to: START + 920_000, count: 2, totalMs: 835_000 })
  // A run that ends in a loss was not back.
  log(1605, { kind: 'NetworkLost', heardAt: null, since: START + 1_600_000 })
  log(1700, { kind: 'NetworkJoined', peerId: idOf('me'), networkId: NETWORK_ID, addresses: [] })
  expect(await losses(1710)).toBeNull()
})
