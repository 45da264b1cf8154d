import { afterEach, beforeEach, expect, it } from 'vitest'
import { networkFacts } from '../../../../src/main/monitor/insight/network-trouble.ts'
import { peerFacts } from '../../../../src/main/monitor/insight/why-facts.ts'
import { whyNetwork } from '../../../../src/main/monitor/insight/why-network.ts'
import { whyPeer } from '../../../../src/main/monitor/insight/why.ts'
import type { Store } from '../../../../src/main/store/types.ts'
import type { DiscoveryEvent } from '../../../../src/shared/events.ts'
import type { PeerId } from '../../../../src/shared/ids.ts'
import type { PeerRow } from '../../../../src/shared/peer.ts'
import { idOf } from '../../../support/discovery/entries.ts'
import { peerRow } from '../../../support/renderer/fake-network.ts'
import { DataFolder, NETWORK, NETWORK_ID, START } from '../../store/data-folder.ts'
import { whySource } from './why-source.ts'

const NO_ROUTE = 'no route to it; check the address and your network'
const OURS = ['/ip4/192.168.1.5/tcp/4001', '/ip4/127.0.0.1/tcp/4001', '/ip4/93.184.216.34/tcp/4001']
const version = { startedAt: 1, updatedAt: 1 }
const [A, B] = [idOf('a'), idOf('b')]

let folder: DataFolder
let store: Store
beforeEach(() => {
  folder = new DataFolder()
  store = folder.open()
  log(0, { kind: 'NetworkJoined', networkId: NETWORK_ID, peerId: idOf('me'), addresses: OURS })
})
afterEach(() => folder[Symbol.dispose]())

const log = (second: number, event: DiscoveryEvent): void => void store.append(NETWORK, START + second * 1000, event)
const ours = (second: number, ...addresses: string[]): void =>
  log(second, { kind: 'LocalEntryUpdated', version, tags: [], addresses })
const dial = (second: number, peerId: PeerId, reason = NO_ROUTE): void =>
  log(second, { kind: 'DialFailed', target: peerId, reason: `${peerId} could not be reached: ${reason}` })
/** At 100 s both neighbors broke off, which is told, and `a` is purged later. */
const lose = (): void => {
  for (const peerId of [A, B]) log(100, { kind: 'NeighborDown', peerId })
  log(105, { kind: 'NetworkLost', since: START + 100_000, heardAt: START + 70_000 })
  store.sessionStarted(NETWORK, A, START, version, 'gossip')
  store.sessionEnded(NETWORK, A, START + 200_000, 'lost')
  log(200, { kind: 'PeerDeparted', peerId: A, reason: 'lost', version })
}

const row = (peerId: PeerId, changes: Partial<PeerRow> = {}): PeerRow => ({
  ...peerRow(0),
  peerId,
  self: false,
  addresses: ['/ip4/203.0.113.9/tcp/1'],
  ...changes,
})
const gone = row(A, { state: 'lost', connected: false, neighbor: false })
const source = (rows: readonly PeerRow[] = [gone, row(B)]) =>
  whySource(store, { rows: () => rows, now: START + 300_000 })
const whyLost = (from = source()) => whyNetwork(networkFacts(from))
const whyGone = async (from = source()) => whyPeer(await peerFacts(from, gone))

it('an interface that went away is why we lost the network, and the peers that were purged then', async () => {
  ours(98, '/ip4/127.0.0.1/tcp/4001')
  lose()
  const words =
    'our own network interface went down or changed (this machine lost its addresses 192.168.1.5 and 93.184.216.34)'
  const lost = whyLost()
  expect(lost.sentence).toBe(`We lost the network (no neighbor is left), probably because ${words}, 2 s before.`)
  expect(lost.causes[0]).toMatchObject({
    kind: 'own link',
    events: [2],
    evidence: { kinds: ['LocalEntryUpdated'], from: START + 98_000, to: START + 98_000 },
  })
  const silent = await whyGone()
  expect(silent.causes[0]).toMatchObject({
    kind: 'own link',
    confidence: 'likely',
    words: `${words}, 1 min 42 s before`,
  })
})

it('an address may be missed a moment after the connections broke, and not long after or before, nor in another run', () => {
  ours(104, '/ip4/127.0.0.1/tcp/4001')
  lose()
  expect(whyLost().causes[0]?.words).toContain('4 s later')
  ours(150, ...OURS)
  log(160, { kind: 'NeighborUp', peerId: A })
  ours(170, '/ip4/127.0.0.1/tcp/4001')
  log(231, { kind: 'NeighborDown', peerId: A })
  expect(whyLost().causes.map(({ kind }) => kind)).not.toContain('own link')
  log(240, { kind: 'NetworkJoined', networkId: NETWORK_ID, peerId: idOf('me'), addresses: OURS })
  log(241, { kind: 'NetworkJoined', networkId: NETWORK_ID, peerId: idOf('me'), addresses: [] })
  log(250, { kind: 'NeighborDown', peerId: A })
  expect(whyLost().causes.map(({ kind }) => kind)).not.toContain('own link')
})

it('that others no longer see our address, or we have one more, is less or no evidence', () => {
  ours(98, ...OURS.slice(0, 2))
  ours(99, ...OURS, '/ip4/192.168.7.7/tcp/1')
  lose()
  const [first] = whyLost().causes.filter(({ kind }) => kind === 'own link')
  expect(first).toMatchObject({ confidence: 'possible', words: expect.stringContaining('93.184.216.34') as string })
  expect(whyLost().causes[0]?.kind).toBe('lost network')
})

it('dials to all that we were connected to find no route: our network is down', async () => {
  lose()
  dial(110, A)
  dial(112, B)
  const [first] = whyLost().causes
  expect(first).toMatchObject({ kind: 'own link', confidence: 'likely', evidence: { kinds: ['DialFailed'] } })
  expect(whyLost().sentence).toContain('this machine finds no route to any of 2 peers that it was connected to')
  // Of one peer it may as well be its machine that is off.
  dial(210, A)
  const one = (await whyGone()).causes.find(({ kind }) => kind === 'own link')
  expect(one).toMatchObject({ confidence: 'possible' })
})

it('a dial that fails in another way shows that there is a way, and nothing lies between peers of one machine', () => {
  lose()
  dial(110, A)
  dial(112, B, 'connection refused')
  expect(whyLost().causes.map(({ kind }) => kind)).not.toContain('own link')
  ours(98, '/ip4/127.0.0.1/tcp/4001')
  const here = [A, B].map((peerId) => row(peerId, { addresses: ['/ip4/127.0.0.1/tcp/1'] }))
  expect(whyLost(source(here)).causes.map(({ kind }) => kind)).not.toContain('own link')
})
