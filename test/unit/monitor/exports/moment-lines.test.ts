import { describe, expect, it } from 'vitest'
import type { DiscoveryEvent, EventKind } from '../../../../src/shared/events.ts'
import { networkIdFrom } from '../../../../src/shared/ids.ts'
import { EVENT_KINDS } from '../../../../src/shared/events.ts'
import type { MomentLine } from '../../../../src/main/monitor/exports/moment-lines.ts'
import { momentLineFrom, momentLineText } from '../../../../src/main/monitor/exports/moment-lines.ts'
import { PlayedFile } from '../../../../src/main/monitor/exports/played-file.ts'
import type { Edge } from '../../../../src/shared/peer.ts'
import { idOf } from '../../../support/discovery/entries.ts'
import { peerRow } from '../../../support/renderer/fake-network.ts'

const peerId = idOf('ann')
const version = { startedAt: 1, updatedAt: 2 }
const [tags, addresses] = [['t'], ['/ip4/127.0.0.1/tcp/1']]
const networkId = networkIdFrom('n')

/** One of each kind, with all that it may say: a field that is added to a kind has to be added here. */
const FULL: { readonly [Kind in EventKind]: Required<Extract<DiscoveryEvent, { kind: Kind }>> } = {
  PeerDiscovered: { kind: 'PeerDiscovered', peerId, source: 'sync', version, tags, addresses },
  PeerUpdated: { kind: 'PeerUpdated', peerId, source: 'gossip', version, tags, addresses, changed: ['tags'] },
  PeerRestarted: { kind: 'PeerRestarted', peerId, startedAt: 3, after: 'purged' },
  PeerDeparted: { kind: 'PeerDeparted', peerId, reason: 'graceful', version },
  NeighborUp: { kind: 'NeighborUp', peerId },
  NeighborDown: { kind: 'NeighborDown', peerId },
  SyncCompleted: { kind: 'SyncCompleted', peerId, received: 1, sent: 2, bytes: 3, durationMs: 4 },
  SyncFailed: { kind: 'SyncFailed', peerId, reason: 'no', retryInMs: 5, since: 6 },
  DialFailed: { kind: 'DialFailed', target: 'x', reason: 'no', notDialed: 'rests', since: 6 },
  EntryRejected: { kind: 'EntryRejected', peerId, reason: 'Malformed', source: 'sync', detail: 'd', aheadMs: -1000 },
  DhtSlotClaimed: { kind: 'DhtSlotClaimed', slot: 0 },
  DhtFailed: { kind: 'DhtFailed', reason: 'no' },
  IdentityClash: { kind: 'IdentityClash', peerId, startedAt: 5 },
  LocalEntryUpdated: { kind: 'LocalEntryUpdated', version, tags, addresses },
  NetworkJoined: {
    kind: 'NetworkJoined',
    peerId,
    networkId,
    addresses,
    brokeOffAt: 9,
    purgeAfterMs: 60_000,
    demo: true,
  },
  NetworkLeft: { kind: 'NetworkLeft', networkId, how: 'closed' },
  NetworkFailed: { kind: 'NetworkFailed', networkId, reason: 'no' },
  ClockJumped: { kind: 'ClockJumped', byMs: -3 },
  ClockCompared: { kind: 'ClockCompared', byMs: 6000, peers: 2 },
  Stalled: { kind: 'Stalled', ms: 4100 },
  Islands: {
    kind: 'Islands',
    count: 2,
    sizes: [18, 6],
    since: 7,
    held: [peerId],
    apart: [peerId],
    unlinked: [peerId],
    gone: 2,
    missing: [peerId],
    back: 2,
    brief: { count: 2, sizes: [18, 6], since: 5, until: 6 },
  },
  NetworkLost: { kind: 'NetworkLost', heardAt: 1000, since: 1100, judgedAt: 900, purgeAfterMs: 60_000 },
  NetworkBack: { kind: 'NetworkBack', since: 1200 },
  EventsMissed: { kind: 'EventsMissed', count: 7 },
}

it.each(EVENT_KINDS)('a %s comes back with all that it says', (kind) => {
  const line: MomentLine = { kind: 'events', events: [{ seq: 1, at: 10, event: FULL[kind], times: 2, lastAt: 20 }] }
  expect(momentLineFrom(JSON.parse(momentLineText(line)))).toEqual(line)
})

const row = { ...peerRow(0), peerId: idOf('a') }

describe('a line of a moment', () => {
  it('comes back as it was', () => {
    const edge: Edge = { a: idOf('a'), b: idOf('b'), kind: 'holds', saidBy: idOf('a'), at: 5 }
    const event = {
      seq: 3,
      at: 9,
      event: { kind: 'DialFailed', target: 't', reason: 'r' },
      times: 3,
      lastAt: 11,
      earlier: [
        { times: 1, lastAt: 9, event: { kind: 'DialFailed', target: 't', reason: 'q' } },
        { times: 2, lastAt: 10 },
      ],
    } as const
    for (const line of [
      { kind: 'shown', rows: [row, { ...row, backAt: 4 }], edges: [edge] },
      {
        kind: 'change',
        at: 7,
        rows: [{ peerId: idOf('a'), tags: ['b'], backAt: 6 }],
        gone: [idOf('c')],
        edges: [edge],
        edgesGone: [],
      },
      { kind: 'events', events: [event] },
    ] as const)
      expect(momentLineFrom(JSON.parse(momentLineText(line)))).toEqual(line)
    // What an event was before, but is none, is left out.
    const { earlier: _earlier, ...bare } = event
    const wrong = { ...event, earlier: [{ times: 1, lastAt: 9, event: { kind: 'DialFailed' } }] }
    expect(momentLineFrom({ events: [wrong] })).toEqual({ kind: 'events', events: [bare] })
  })

  it('of another shape is refused; an event that is not known is left out', () => {
    for (const line of [
      {},
      { shown: { rows: [{ ...row, tags: 'no list' }], edges: [] } },
      { shown: { rows: [], edges: [[idOf('a'), 'nobody', 'holds', idOf('a'), 1]] } },
      // Only the first of its ends may claim a link, so that no link has two spellings.
      { shown: { rows: [], edges: [[idOf('a'), idOf('b'), 'neighbor', idOf('b'), 1]] } },
      { change: { at: 'now', rows: [], gone: [], edges: [], edgesGone: [] } },
      { change: { at: 1, rows: [{ tags: [] }], gone: [], edges: [], edgesGone: [] } },
      { events: [{ seq: -1, at: 1, event: { kind: 'DhtFailed', reason: '' } }] },
    ])
      expect(momentLineFrom(line)).toBeNull()
    const events = [
      { seq: 1, at: 1, event: { kind: 'FromTheFuture' } },
      { seq: 2, at: 1, event: { kind: 'PeerDeparted', peerId: idOf('a') } },
      { seq: 3, at: 1, event: { kind: 'DialFailed', target: 'x', reason: 'no', notDialed: 'toString' } },
      { seq: 4, at: 1, event: { kind: 'ClockJumped', byMs: 5 } },
    ]
    expect(momentLineFrom({ events })).toEqual({ kind: 'events', events: [events[3]] })
  })

  it('that tells of a peer only in part, of which nothing was known, shows nobody', async () => {
    const content = new PlayedFile()
    content.take({ kind: 'change', at: 1, rows: [{ peerId: idOf('a'), tags: [] }], gone: [], edges: [], edgesGone: [] })
    content.end()
    expect((await content.at(5, { asOf: 5, from: 1, to: 5 })).peers).toEqual([])
  })
})
