/** Why of a network with which nothing else is wrong: the entries of some are refused, since their clock is not ours. */
import { beforeEach, expect, it } from 'vitest'
import { healthNow } from '../../../../src/main/monitor/insight/health-now.ts'
import { networkFacts } from '../../../../src/main/monitor/insight/network-trouble.ts'
import type { WhySource } from '../../../../src/main/monitor/insight/why-facts.ts'
import { whyNetwork } from '../../../../src/main/monitor/insight/why-network.ts'
import type { Store } from '../../../../src/main/store/types.ts'
import type { DiscoveryEvent } from '../../../../src/shared/events.ts'
import { nickname } from '../../../../src/shared/nickname.ts'
import type { PeerRow } from '../../../../src/shared/peer.ts'
import { idOf } from '../../../support/discovery/entries.ts'
import { PURGE_MS, SECOND, wentLog, wentRow } from '../../../support/went-log.ts'
import { Watched } from '../../../support/watched.ts'
import { eachWithStore, NETWORK_ID, START } from '../../store/data-folder.ts'
import { whySource } from './why-source.ts'

let store: Store
eachWithStore((opened) => {
  store = opened
})
const { log } = wentLog(() => store)

type Rejected = Extract<DiscoveryEvent, { kind: 'EntryRejected' }>
const refused = (name: string): Rejected => ({
  kind: 'EntryRejected',
  peerId: idOf(name),
  reason: 'FromTheFuture',
  source: 'gossip',
  detail: 'announced',
  aheadMs: 300_000,
})
const refuse = (second: number, name: string, changes: Partial<Rejected> = {}): void =>
  log(second, { ...refused(name), ...changes })

const source = (second: number, rows: readonly PeerRow[] = []): WhySource =>
  whySource(store, { state: 'online', now: START + second * SECOND, purgeAfterMs: PURGE_MS, rows: () => rows })
const said = (second: number, rows?: readonly PeerRow[]): string =>
  whyNetwork(networkFacts(source(second, rows))).sentence
const counted = async (second: number): Promise<number> => {
  const network = { kind: 'peerscope', id: NETWORK_ID, name: 'tnet' } as const
  return (await healthNow({ ...source(second), store, network, state: 'online', storeStatus: null })).refused
}
const FINE = 'Nothing is known to be wrong with the network.'
const ANN = `The entries of ${nickname(idOf('ann'))} are refused: its clock is about 5 min ahead.`

beforeEach(() => {
  log(0, { kind: 'NetworkJoined', peerId: idOf('me'), networkId: NETWORK_ID, addresses: [] })
})

it('is told as why and Health see it, once two were refused, and until some time after the last one', async () => {
  refuse(10, 'ann')
  expect([said(20), await counted(20)]).toEqual([FINE, 0])
  refuse(40, 'ann', { source: 'ping' })
  expect([said(45), await counted(45)]).toEqual([ANN, 1])
  expect(whyNetwork(networkFacts(source(45)))).toMatchObject({
    matter: 'refused',
    causes: [{ kind: 'its clock', confidence: 'certain', evidence: { view: 'timeline', kinds: ['EntryRejected'] } }],
  })
  expect([said(189), said(300), await counted(300)]).toEqual([ANN, FINE, 0])
})

it('is told also where our clock was ahead when we joined, and put back', () => {
  const watched = new Watched(store)
  watched.skew = 60
  watched.log({ kind: 'NetworkJoined', peerId: idOf('me'), networkId: NETWORK_ID, addresses: [] })
  watched.ran = 0.5
  watched.tell(refused('ben'))
  watched.tell(refused('ben'))
  watched.ran = 1
  watched.set(0)
  for (const minute of [5, 6, 7]) {
    watched.ran = minute
    watched.tell(refused('ann'))
  }
  // What was refused by the clock that was ahead says nothing of now.
  expect(said(7.5 * 60)).toBe(ANN)
  expect(said(62)).toBe(FINE)
})

it('is told of several together', () => {
  for (const second of [10, 40]) for (const name of ['ann', 'ben']) refuse(second, name)
  expect(said(45)).toBe('The entries of 2 peers are refused: their clocks do not agree with ours.')
})

it('is not told of one whose entry was taken since, that came late, or that was refused for something else', () => {
  for (const second of [10, 40]) refuse(second, 'ann')
  const row = (second: number): PeerRow =>
    wentRow('ann', 'online', { version: { startedAt: START, updatedAt: START + second * SECOND } })
  expect([said(45, [row(5)]), said(45, [row(42)])]).toEqual([ANN, FINE])
  for (const second of [50, 60]) refuse(second, 'ben', { source: 'sync' })
  for (const second of [50, 60]) refuse(second, 'cat', { reason: 'BadSignature' })
  expect(said(65)).toBe(ANN)
  log(41, { kind: 'Stalled', ms: 40_000 })
  expect(said(65)).toBe(FINE)
})

it('is not told of the run before, nor where our own clock is wrong', () => {
  for (const second of [10, 40]) refuse(second, 'ann')
  log(44, { kind: 'ClockCompared', byMs: -300_000, peers: 5 })
  expect(said(45)).toMatch(/^Our clock does not agree with those of others/)
  log(46, { kind: 'ClockCompared', byMs: null, peers: 5 })
  // What was refused before that was refused by our clock.
  expect(said(47)).toBe(FINE)
  for (const second of [47, 48]) refuse(second, 'ann')
  expect(said(49)).toBe(ANN)
  log(50, { kind: 'NetworkJoined', peerId: idOf('me'), networkId: NETWORK_ID, addresses: [] })
  expect(said(55)).toBe(FINE)
})
