import { expect, test } from 'vitest'
import { binEvents, ticksOf } from '../../../../src/renderer/src/timeline/bins.ts'
import { describeEvent, EVENT_GROUPS } from '../../../../src/renderer/src/timeline/describe.ts'
import { formsOf } from '../../../../src/shared/forms.ts'
import type { DiscoveryEvent, LoggedEvent } from '../../../../src/shared/events.ts'
import { uniqueIdFrom } from '../../../../src/shared/ids.ts'
import { endpointIdOf } from '../../../../src/shared/peer-form.ts'
import { peerIdAt } from '../../../support/renderer/fake-network.ts'

const peerId = peerIdAt(1)
const version = { startedAt: 0, updatedAt: 100_000 }
const at = 400_000

test.each<[DiscoveryEvent, string]>([
  [{ kind: 'PeerDeparted', peerId, reason: 'purged', version }, 'purged: silent for 5 min'],
  [{ kind: 'PeerDeparted', peerId, reason: 'graceful', version }, 'departed: said goodbye'],
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
    'could not reach /ip4/1.2.3.4/tcp/1: refused',
  ],
  [
    { kind: 'EntryRejected', peerId: null, reason: 'BadSignature', source: 'gossip', detail: '' },
    'entry refused (bad signature), by gossip',
  ],
  [{ kind: 'ClockJumped', byMs: -3000 }, 'the clock of this machine jumped by −3.0 s'],
  [{ kind: 'EventsMissed', count: 1500 }, '1,500 events were missed by a slow reader'],
])('%o reads: %s', (event, text) => expect(describeEvent({ seq: 1, at, event })).toBe(text))

const event = (time: number, what: DiscoveryEvent): LoggedEvent => ({ seq: time, at: time, event: what })

test('bins end now, hold every event once, and count groups apart', () => {
  const events = [
    event(99_500, { kind: 'NeighborUp', peerId }),
    event(99_400, { kind: 'PeerDeparted', peerId, reason: 'graceful', version }),
    event(95_000, { kind: 'NeighborUp', peerId }),
  ]
  const bins = binEvents(events, 99_900, 10)
  expect(bins.width).toBe(1000)
  expect(bins.from).toBe(90_000)
  expect(bins.highest).toBe(2)
  expect(bins.counts.reduce((sum, count) => sum + count, 0)).toBe(3)
  expect(bins.counts[9 * EVENT_GROUPS.length + EVENT_GROUPS.indexOf('left')]).toBe(1)
  expect(bins.counts[5 * EVENT_GROUPS.length + EVENT_GROUPS.indexOf('links')]).toBe(1)
})

test('no events make empty bins', () => {
  expect(binEvents([], 5000, 4)).toMatchObject({ highest: 0, width: 1000 })
})

test('the axis has labels at round times, no closer than asked', () => {
  const bins = binEvents([{ seq: 1, at: 95_000, event: { kind: 'DhtFailed', reason: '' } }], 100_000, 200)
  const { step, ticks } = ticksOf(bins, 200, 13)
  expect(bins.width).toBe(1000)
  expect(step).toBe(30_000)
  expect(ticks.every((at) => at % 30_000 === 0)).toBe(true)
  expect(ticks).toHaveLength(7)
})

test('what an event tells is written for the people of its network', () => {
  const tag = uniqueIdFrom('validator')
  const say = { said: formsOf('mosaik').said, wordOf: (id: string) => (id === tag ? 'validator' : id) }
  const failed = { kind: 'DialFailed', target: `/ip4/1.2.3.4/udp/1/quic-v1/p2p/${peerId}`, reason: 'refused' } as const
  expect(describeEvent({ seq: 1, at: 0, event: failed }, say)).toBe(
    `could not reach ${endpointIdOf(peerId)}@1.2.3.4:1: refused`,
  )
  const own = { kind: 'LocalEntryUpdated', version, tags: [tag], addresses: [] } as const
  expect(describeEvent({ seq: 2, at: 0, event: own }, say)).toBe('our entry changed; tags: validator')
})
