/** What `why` is asked with in tests: what is known of a peer that nothing is wrong with, and of some that something is. */
import type { DiscoveryEvent, LoggedEvent } from '../../../../src/shared/events.ts'
import type { Fates } from '../../../../src/main/monitor/insight/fate-words.ts'
import { NOBODY } from '../../../../src/main/monitor/insight/fate-words.ts'
import type { NetworkFacts } from '../../../../src/main/monitor/insight/network-facts.ts'
import type { Stall } from '../../../../src/main/monitor/insight/stalls.ts'
import type { PeerFacts } from '../../../../src/main/monitor/insight/why-parts.ts'
import type { IslandsSummary } from '../../../../src/shared/islands.ts'
import type { PeerRow } from '../../../../src/shared/peer.ts'
import type { RttSample } from '../../../../src/main/store/types.ts'
import { peerIdAt, peerRow } from '../../../support/renderer/fake-network.ts'

/** Islands of these sizes, one of which is ours. */
export const islandsOf = (...sizes: number[]): IslandsSummary => ({
  count: sizes.length,
  sizes,
  fragments: { count: 0, peers: 0 },
  unknown: 0,
  bridgeCount: 0,
  bridges: [],
  articulationCount: 0,
  articulations: [],
  withSelf: true,
})

export const NOW = 10_000_000
export const MINUTE = 60_000
export const PEER = peerIdAt(1)

export const rtt = (srtt: number): PeerRow['rtt'] => ({ srtt, rttvar: 1, last: srtt, at: NOW })
export const row = (changes: Partial<PeerRow> = {}): PeerRow => ({
  ...peerRow(1),
  state: 'online',
  self: false,
  rtt: rtt(40),
  connected: false,
  neighbor: false,
  addresses: ['/dns4/peer.example.org/tcp/4001'],
  ...changes,
})
export const logged = (seq: number, at: number, event: DiscoveryEvent, times?: number): LoggedEvent => ({
  seq,
  at,
  event,
  ...(times === undefined ? {} : { times, lastAt: at }),
})
export const times = (...ms: number[]): RttSample[] =>
  ms.map((value, index) => ({ at: NOW - (ms.length - index) * 5000, ms: value }))
export const stall = (at: number, ms: number, seq = 90): Stall => ({ at, firstAt: at, ms, times: 1, seq })
export const gone = (seq: number, at: number, reason: 'graceful' | 'purged' | 'lost'): LoggedEvent =>
  logged(seq, at, { kind: 'PeerDeparted', peerId: PEER, reason, version: { startedAt: 1, updatedAt: 1 } })

/** So many peers that went, of which dials tell nothing unless said. */
export const fates = (count: number, changes: Partial<Fates> = {}): Fates => ({
  ...NOBODY,
  count,
  undialed: count,
  ...changes,
})

/** A peer that nothing is wrong with. */
export const facts = (changes: Partial<PeerFacts> = {}): PeerFacts => ({
  now: NOW,
  began: -Infinity,
  logFrom: -Infinity,
  row: row(),
  stranger: false,
  gone: null,
  back: null,
  linked: true,
  dropped: null,
  brokeOff: null,
  connectedAt: null,
  samples: times(40, 41, 39, 40, 40, 41, 40, 39),
  others: { measured: 10, median: 38, slower: 0, compared: 10, few: false },
  together: { silent: fates(0), here: 20 },
  lostThen: null,
  addressesGone: null,
  events: [],
  dials: [],
  refusedBefore: null,
  dialsSought: true,
  apart: null,
  losses: [],
  reachesPrivate: false,
  ownLocal: false,
  stalls: [],
  clockAheadMs: null,
  ownClock: null,
  wrongClock: null,
  lost: false,
  local: false,
  allLocal: false,
  demo: false,
  purgeAfterMs: 20_000,
  maxDriftMs: 60_000,
  ...changes,
})
export const SLOW = { row: row({ rtt: rtt(400) }), samples: times(390, 400, 410, 400, 395, 405, 400, 402) }
export const SILENT = {
  row: row({ state: 'purged' }),
  gone: { at: NOW - MINUTE, reason: 'purged' },
  events: [gone(80, NOW - MINUTE, 'purged')],
} as const
export const STORED = { row: row({ state: 'stored', rtt: null }), samples: [], linked: false } as const
export const dial = (seq: number, times?: number): LoggedEvent =>
  logged(seq, NOW - MINUTE, { kind: 'DialFailed', target: PEER, reason: 'connection refused' }, times)
export const timedOut = logged(85, NOW - MINUTE, { kind: 'DialFailed', target: PEER, reason: 'timed out' })
export const refused = logged(70, NOW - 2 * MINUTE, {
  kind: 'EntryRejected',
  peerId: PEER,
  reason: 'FromTheFuture',
  source: 'gossip',
  detail: '',
})

/** What is known of a network that nothing is wrong with. */
export const networkFactsOf = (changes: Partial<NetworkFacts>): NetworkFacts => ({
  now: NOW,
  status: null,
  loggedAddresses: null,
  state: 'online',
  islands: null,
  events: [],
  since: NOW,
  untoldMs: 0,
  began: -Infinity,
  logFrom: -Infinity,
  held: [],
  apart: new Set(),
  told: [],
  parted: null,
  clockBefore: null,
  lostBefore: null,
  together: null,
  addressesGone: null,
  again: new Set(),
  ownClock: null,
  refusedByClock: [],
  refusedPeers: new Map(),
  purgeAfterMs: 5 * MINUTE,
  local: false,
  demo: false,
  ...changes,
})
