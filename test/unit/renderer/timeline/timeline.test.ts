import { NotDialed } from '../../../../src/shared/errors.ts'
import { expect, test } from 'vitest'
import { foldBursts } from '../../../../src/renderer/src/timeline/bursts.ts'
import { describeBurst, describeEvent, labelOf } from '../../../../src/renderer/src/timeline/describe.ts'
import { isOfCrawl } from '../../../../src/renderer/src/timeline/meaning.ts'
import { formsOf } from '../../../../src/shared/forms.ts'
import { eventAsOf } from '../../../../src/shared/events.ts'
import type { DiscoveryEvent } from '../../../../src/shared/events.ts'
import { networkIdFrom, uniqueIdFrom } from '../../../../src/shared/ids.ts'
import { nickname } from '../../../../src/shared/nickname.ts'
import { endpointIdOf } from '../../../../src/shared/peer-form.ts'
import { formatClockSeconds, formatExact, formatSince } from '../../../../src/renderer/src/ui/format.ts'
import { formatLocalDay } from '../../../../src/shared/time.ts'
import { peerIdAt } from '../../../support/renderer/fake-network.ts'

const peerId = peerIdAt(1)
const version = { startedAt: 0, updatedAt: 100_000 }
const networkId = networkIdFrom('a')
const at = 400_000

test.each<[DiscoveryEvent, string]>([
  [{ kind: 'PeerDeparted', peerId, reason: 'purged', version }, 'went silent: its last announcement was 5 min old'],
  [
    { kind: 'PeerDeparted', peerId, reason: 'lost', version },
    'purged while we had lost the network: what became of it is not known',
  ],
  [{ kind: 'PeerDeparted', peerId, reason: 'graceful', version }, 'said goodbye'],
  [
    { kind: 'PeerRestarted', peerId, startedAt: at - 10_000, after: null },
    `restarted: its entry has a new start (${formatClockSeconds(at - 10_000)}), and we heard no goodbye`,
  ],
  [
    { kind: 'PeerRestarted', peerId, startedAt: at - 10_000, after: 'graceful' },
    `restarted: its entry has a new start (${formatClockSeconds(at - 10_000)}), after it said goodbye`,
  ],
  [
    { kind: 'PeerRestarted', peerId, startedAt: at - 10_000, after: 'displaced' },
    `restarted: its entry has a new start (${formatClockSeconds(at - 10_000)})`,
  ],
  [
    { kind: 'PeerUpdated', peerId, source: 'sync', version, tags: [], addresses: [], changed: ['tags', 'addresses'] },
    'changed tags, addresses, by sync',
  ],
  [
    { kind: 'PeerUpdated', peerId, source: 'gossip', version, tags: [], addresses: [], changed: [] },
    'announced itself again, by gossip',
  ],
  [
    { kind: 'SyncCompleted', peerId, received: 12, sent: 3, bytes: 8192, durationMs: 84 },
    'catalogs synced: 12 received, 3 sent, 8.0 KiB in 84 ms',
  ],
  [{ kind: 'SyncFailed', peerId, reason: 'closed', retryInMs: 4000 }, 'sync failed: closed; next try in 4 s'],
  [{ kind: 'SyncFailed', peerId, reason: 'closed', retryInMs: null }, 'sync failed: closed'],
  [
    { kind: 'DialFailed', target: '/ip4/1.2.3.4/tcp/1', reason: 'refused' },
    '/ip4/1.2.3.4/tcp/1 · could not be reached: refused',
  ],
  [
    {
      kind: 'DialFailed',
      target: '/ip4/1.2.3.4/tcp/1',
      reason: '/ip4/1.2.3.4/tcp/1 could not be reached: connection refused; is a peer listening there?',
    },
    '/ip4/1.2.3.4/tcp/1 · could not be reached: connection refused; is a peer listening there?',
  ],
  [
    {
      kind: 'DialFailed',
      target: '/ip4/127.0.0.1/tcp/1',
      reason: new NotDialed('/ip4/127.0.0.1/tcp/1', 'elsewhere').message,
      notDialed: 'elsewhere',
    },
    '/ip4/127.0.0.1/tcp/1 · was not dialed: it says nothing but addresses of other places than ours',
  ],
  [
    { kind: 'EntryRejected', peerId: null, reason: 'BadSignature', source: 'gossip', detail: '' },
    'entry refused (bad signature), by gossip',
  ],
  [
    { kind: 'EntryRejected', peerId, reason: 'Outdated', source: 'ping', detail: `version ${at - 9000}.${at + 5000}` },
    `entry refused (too old), by ping: signed ${formatClockSeconds(at + 5000)}, started ${formatClockSeconds(at - 9000)}`,
  ],
  [
    { kind: 'EntryRejected', peerId, reason: 'EarlierStart', source: 'sync', detail: `started ${at - 9000}` },
    `entry refused (it states an earlier start than before), by sync: started ${formatClockSeconds(at - 9000)}`,
  ],
  [{ kind: 'ClockJumped', byMs: -3000 }, 'the clock of this machine jumped by −3.0 s'],
  [{ kind: 'NetworkLeft', networkId, how: 'left' }, 'left the network'],
  [{ kind: 'NetworkLeft', networkId, how: 'closed' }, 'Peerscope was closed, and said goodbye to the network'],
  [
    { kind: 'NetworkJoined', networkId, peerId, addresses: ['/ip4/1.2.3.4/tcp/1'], brokeOffAt: 5 },
    `joined the network, listening on 1 address; the run before ended without a goodbye, at ${formatExact(5)} or later`,
  ],
  [{ kind: 'EventsMissed', count: 1500 }, '1,500 events were missed by a slow reader'],
])('%o reads: %s', (event, text) => expect(describeEvent({ seq: 1, at, event })).toBe(text))

test('a sync that failed names its peer, not its id', () => {
  const event = { kind: 'SyncFailed', peerId, reason: `writing to ${peerId}: it broke off`, retryInMs: null } as const
  expect(describeEvent({ seq: 1, at, event })).toBe(`sync failed: writing to ${nickname(peerId)}: it broke off`)
})

test('what an event tells is written for the people of its network', () => {
  const tag = uniqueIdFrom('validator')
  const say = { said: formsOf('mosaik').said, wordOf: (id: string) => (id === tag ? 'validator' : id) }
  const failed = { kind: 'DialFailed', target: `/ip4/1.2.3.4/udp/1/quic-v1/p2p/${peerId}`, reason: 'refused' } as const
  expect(describeEvent({ seq: 1, at: 0, event: failed }, say)).toBe(
    `could not be reached: refused · ${endpointIdOf(peerId)}@1.2.3.4:1`,
  )
  const own = { kind: 'LocalEntryUpdated', version, tags: [tag], addresses: [] } as const
  expect(describeEvent({ seq: 2, at: 0, event: own }, say)).toBe('our entry changed; tags: validator')
})

test.each<[DiscoveryEvent, string]>([
  [{ kind: 'PeerDeparted', peerId, reason: 'graceful', version }, 'said goodbye'],
  [{ kind: 'PeerDeparted', peerId, reason: 'purged', version }, 'went silent'],
  [{ kind: 'PeerDeparted', peerId, reason: 'lost', version }, 'not known'],
  [{ kind: 'PeerDeparted', peerId, reason: 'displaced', version }, 'displaced'],
  [{ kind: 'DialFailed', target: 'x', reason: 'refused' }, 'dial failed'],
  [{ kind: 'DialFailed', target: 'x', reason: 'it tells no address', notDialed: 'noAddress' }, 'not dialed'],
  [{ kind: 'DhtFailed', reason: 'no answer' }, 'DHT failed'],
  [{ kind: 'NetworkLeft', networkId, how: 'left' }, 'we left'],
  [{ kind: 'NetworkLeft', networkId, how: 'closed' }, 'app closed'],
])('%o is labelled: %s', (event, label) => expect(labelOf(event)).toBe(label))

test.each<DiscoveryEvent>([
  { kind: 'DialFailed', target: `/ip4/1.2.3.4/tcp/1/p2p/${peerId}`, reason: 'refused' },
  { kind: 'SyncFailed', peerId, reason: 'closed', retryInMs: 4000 },
  { kind: 'EntryRejected', peerId: null, reason: 'BadSignature', source: 'gossip', detail: 'x'.repeat(300) },
  { kind: 'DhtFailed', reason: 'no answer' },
  { kind: 'PeerUpdated', peerId, source: 'gossip', version, tags: [], addresses: [], changed: [] },
  { kind: 'NeighborUp', peerId },
])('what repeats says so before anything that may not fit: %o', (event) => {
  const once = describeEvent({ seq: 1, at, event })
  const often = describeEvent({ seq: 1, at, event, times: 1200, lastAt: at + 5 })
  expect(often).toBe(`1,200 times, last ${formatClockSeconds(at + 5)} · ${once}`)
})

test('what failed in earlier rows too says since when, with the day where that is another one', () => {
  const target = `/ip4/1.2.3.4/tcp/1/p2p/${peerId}`
  const event = { kind: 'DialFailed', target, reason: 'refused' } as const
  const once = describeEvent({ seq: 1, at, event })
  expect(once).toBe(`could not be reached: refused · ${target}`)
  const since = at - 1_200_000
  const goesOn = { seq: 1, at, event: { ...event, since } }
  expect(describeEvent(goesOn)).toBe(`failing since ${formatSince(since, at)} · ${once}`)
  expect(describeEvent({ ...goesOn, times: 40, lastAt: at + 60_000 })).toBe(
    `failing since ${formatSince(since, at)}, 40 times, last ${formatClockSeconds(at + 60_000)} · ${once}`,
  )
  const longAgo = at - 3 * 86_400_000
  expect(describeEvent({ ...goesOn, event: { ...event, since: longAgo } })).toContain(
    `failing since ${formatLocalDay(longAgo)} `,
  )
})

test('a line of several dials that nobody made does not say that a peer could not be reached', () => {
  const target = `/ip4/127.0.0.1/tcp/1/p2p/${peerId}`
  const failed = { kind: 'DialFailed', target, reason: 'refused' } as const
  const nowhere = { ...failed, reason: new NotDialed(target, 'ownMachine').message, notDialed: 'ownMachine' } as const
  const [line, other] = foldBursts(
    [nowhere, nowhere, failed, failed].map((event, index) => ({ seq: 9 - index, at: at - index, event })),
    new Set(),
  )
  expect(line?.type === 'burst' && describeBurst(line)).toBe('not dialed 2 times')
  expect(other?.type === 'burst' && describeBurst(other)).toBe('not reached 2 times')
})

test('of what goes on after a past moment a line counts and tells what had happened by then', () => {
  const event = { kind: 'DialFailed', target: '/ip4/1.2.3.4/tcp/1', reason: 'no answer' } as const
  const earlier = [
    { times: 1, lastAt: at, event },
    { times: 3, lastAt: at + 1000, event },
  ]
  const [first, second] = [
    { seq: 1, at, event: { ...event, reason: 'no route' }, times: 4, lastAt: at + 90_000, earlier },
    { seq: 2, at: at + 500, event: { ...event, reason: 'refused' } },
  ] as const
  const lineAt = (moment: number) => {
    const then = [second, first].map((logged) => eventAsOf(logged, moment))
    const [line] = foldBursts(then, new Set())
    return line?.type === 'burst' ? [describeBurst(line), line.lastAt, line.last.event] : null
  }
  expect(describeEvent(eventAsOf(first, at + 6000))).toBe(
    `/ip4/1.2.3.4/tcp/1 · 3 times, last ${formatClockSeconds(at + 1000)} · could not be reached: no answer`,
  )
  // The reason is that of the last time, in whichever row it is.
  expect(lineAt(at + 500)).toEqual(['not reached 2 times', at + 500, second.event])
  expect(lineAt(at + 6000)).toEqual(['not reached 4 times', at + 1000, event])
  expect(lineAt(at + 90_000)).toEqual(['not reached 5 times', at + 90_000, first.event])
})

test.each<[(n: number) => DiscoveryEvent, string]>([
  [
    (n) => ({ kind: 'PeerDiscovered', peerId: peerIdAt(n), source: 'sync', version, tags: [], addresses: [] }),
    '18 peers joined',
  ],
  [(n) => ({ kind: 'PeerDeparted', peerId: peerIdAt(n), reason: 'graceful', version }), '18 peers said goodbye'],
  [(n) => ({ kind: 'PeerDeparted', peerId: peerIdAt(n), reason: 'purged', version }), '18 peers went silent'],
  [(n) => ({ kind: 'NeighborUp', peerId: peerIdAt(n % 3) }), '18 new gossip neighbors (3 peers)'],
  [() => ({ kind: 'NeighborUp', peerId: peerIdAt(1) }), '18 new gossip neighbors (1 peer)'],
  [() => ({ kind: 'DialFailed', target: '/ip4/1.2.3.4/tcp/1', reason: 'refused' }), 'not reached 18 times'],
  [() => ({ kind: 'ClockJumped', byMs: 1 }), '18 × clock jumped'],
])('a burst says what it is (%#): %s', (eventOf, words) => {
  const list = Array.from({ length: 18 }, (_, n) => ({ seq: 100 - n, at, event: eventOf(n) }))
  const [line, ...rest] = foldBursts(list, new Set())
  expect(rest).toEqual([])
  expect(line?.type === 'burst' ? describeBurst(line) : null).toBe(words)
})

test('a line counts refusals and syncs, of which a row holds several, but of announcements the rows', () => {
  const wordsOf = (event: DiscoveryEvent): string | null => {
    const list = [3, 2, 1].map((seq) => ({ seq, at: at + seq, event, times: 4, lastAt: at + 60_000 }))
    const [line] = foldBursts(list, new Set())
    return line?.type === 'burst' ? describeBurst(line) : null
  }
  const entry = { peerId, source: 'gossip', version, tags: [], addresses: [] } as const
  expect(wordsOf({ kind: 'PeerUpdated', ...entry, changed: [] })).toBe('3 rows of re-announcements (1 peer)')
  expect(wordsOf({ kind: 'EntryRejected', peerId, reason: 'Full', source: 'gossip', detail: '' })).toMatch(
    /^12 entries refused: /,
  )
  expect(wordsOf({ kind: 'SyncCompleted', peerId, received: 0, sent: 0, bytes: 0, durationMs: 1 })).toBe(
    '12 catalogs synced (1 peer)',
  )
})

test('events of a crawl are known by its entry, and by what is known of it once it is gone', () => {
  const entry = { source: 'gossip', version, addresses: [] } as const
  const tags = ['peerscope-crawl']
  const peers = new Map([
    [peerIdAt(2), { tags }],
    [peerIdAt(3), { tags: ['role:seed'] }],
  ])
  const of = (event: DiscoveryEvent): boolean => isOfCrawl({ seq: 1, at, event }, peers)
  const left = (n: number): DiscoveryEvent => ({
    kind: 'PeerDeparted',
    peerId: peerIdAt(n),
    reason: 'graceful',
    version,
  })
  expect([left(2), left(3), left(4)].map(of)).toEqual([true, false, false])
  expect(of({ kind: 'PeerDiscovered', peerId: peerIdAt(4), ...entry, tags })).toBe(true)
  expect(of({ kind: 'PeerDiscovered', peerId: peerIdAt(4), ...entry, tags: [] })).toBe(false)
  expect(of({ kind: 'ClockJumped', byMs: 1 })).toBe(false)
  // In mosaik networks tags travel as hashes.
  const hashed = [uniqueIdFrom('peerscope-crawl')]
  expect(of({ kind: 'PeerDiscovered', peerId: peerIdAt(4), ...entry, tags: hashed })).toBe(true)
})
