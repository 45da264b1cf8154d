import { describe, expect, it } from 'vitest'
import type { DiscoveryEvent, LoggedEvent } from '../../../../src/shared/events.ts'
import { whyNetwork } from '../../../../src/main/monitor/insight/why-network.ts'
import type { NetworkFacts } from '../../../../src/main/monitor/insight/why-network.ts'
import type { NetworkStatus } from '../../../../src/shared/contract.ts'
import { peerIdAt } from '../../../support/renderer/fake-network.ts'

const NOW = 10_000_000
const MINUTE = 60_000
const PEER = peerIdAt(1)

const logged = (seq: number, at: number, event: DiscoveryEvent): LoggedEvent => ({ seq, at, event })
const gone = (seq: number, at: number, reason: 'graceful' | 'purged'): LoggedEvent =>
  logged(seq, at, { kind: 'PeerDeparted', peerId: PEER, reason, version: { startedAt: 1, updatedAt: 1 } })
const dial = (seq: number): LoggedEvent =>
  logged(seq, NOW - MINUTE, { kind: 'DialFailed', target: PEER, reason: 'connection refused' })

describe('why the network', () => {
  const status = (changes: object): NetworkStatus =>
    ({
      state: 'online',
      addresses: ['/dns4/we.example.org/tcp/4001'],
      suspectedClockSkewMs: null,
      clocksCompared: 0,
      trying: [],
      joinedAt: NOW - 10 * MINUTE,
      ...changes,
    }) as unknown as NetworkStatus
  const of = (changes: Partial<NetworkFacts>): ReturnType<typeof whyNetwork> =>
    whyNetwork({
      now: NOW,
      status: status({}),
      state: changes.status?.state ?? 'online',
      islands: null,
      events: [],
      since: NOW,
      ...changes,
    })
  const islands = {
    count: 2,
    sizes: [18, 6],
    fragments: { count: 0, peers: 0 },
    unknown: 0,
    bridgeCount: 0,
    bridges: [],
    articulationCount: 0,
    articulations: [],
    withSelf: true,
  }
  const down = logged(5, NOW - 1000, { kind: 'NeighborDown', peerId: PEER })

  it.each<[string, Partial<NetworkFacts>, string, string | undefined]>([
    ['fine', {}, 'fine', undefined],
    ['failed', { status: status({ state: 'failed', reason: 'no port' }) }, 'failed', 'unknown'],
    ['alone: dials fail', { status: status({ state: 'alone' }), events: [dial(3)] }, 'alone', 'dials failed'],
    [
      'alone: our clock',
      { status: status({ state: 'alone', suspectedClockSkewMs: 90_000, clocksCompared: 3 }), events: [dial(3)] },
      'alone',
      'own clock',
    ],
    [
      'alone: local only',
      { status: status({ state: 'alone', addresses: ['/ip4/127.0.0.1/tcp/1'] }) },
      'alone',
      'private addresses',
    ],
    ['alone: no address', { status: status({ state: 'alone', addresses: [] }) }, 'alone', 'private addresses'],
    [
      'alone right after joining, when nobody had the time to come',
      { status: status({ state: 'alone', addresses: ['/ip4/127.0.0.1/tcp/1'], joinedAt: NOW - 5000 }) },
      'alone',
      'nobody dialed',
    ],
    ['lost: broke off', { status: status({ state: 'lost' }), events: [down] }, 'lost', 'lost network'],
    [
      'lost: all said goodbye',
      { status: status({ state: 'lost' }), events: [down, gone(4, NOW - 1000, 'graceful')] },
      'lost',
      'left one by one',
    ],
    [
      'lost: we stalled',
      { status: status({ state: 'lost' }), events: [down, logged(4, NOW - 2000, { kind: 'Stalled', ms: 9000 })] },
      'lost',
      'own stall',
    ],
    ['split: the one between left', { islands, events: [gone(4, NOW - 1000, 'graceful')] }, 'split', 'bridge'],
  ])('%s', (_name, changes, matter, kind) => {
    const why = of(changes)
    expect(why.matter).toBe(matter)
    expect(why.causes[0]?.kind).toBe(kind)
  })

  it('blames our own addresses only once somebody had the time to come', () => {
    const kinds = (agoMs: number): string[] =>
      of({ status: status({ state: 'alone', addresses: [], joinedAt: NOW - agoMs }) }).causes.map(({ kind }) => kind)
    expect(kinds(29_999)).toEqual(['nobody dialed'])
    expect(kinds(30_000)).toEqual(['private addresses', 'nobody dialed'])
  })

  it('says which dials failed, and names a target once', () => {
    const target = '/ip4/192.0.2.1/tcp/1'
    const failed = (seq: number) =>
      logged(seq, NOW - 1000, { kind: 'DialFailed', target, reason: `${target} could not be reached: no answer` })
    const said = (...events: LoggedEvent[]): string => of({ status: status({ state: 'alone' }), events }).sentence
    expect(said(failed(3))).toBe(`We have met nobody yet, probably because dialing ${target} failed: no answer.`)
    expect(said(failed(4), failed(3))).toBe(
      `We have met nobody yet, probably because 2 dials failed, the last one to ${target}: no answer.`,
    )
  })

  it('says how it split', () => {
    expect(of({ islands }).sentence).toBe('The network is split into 2 islands: 18 and 6.')
  })
})
