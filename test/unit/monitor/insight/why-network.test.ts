import { describe, expect, it } from 'vitest'
import type { DiscoveryEvent, LoggedEvent } from '../../../../src/shared/events.ts'
import { whyNetwork } from '../../../../src/main/monitor/insight/why-network.ts'
import type { NetworkFacts } from '../../../../src/main/monitor/insight/network-facts.ts'
import { nickname } from '../../../../src/shared/nickname.ts'
import type { NetworkStatus } from '../../../../src/shared/contract.ts'
import { peerIdAt } from '../../../support/renderer/fake-network.ts'
import { islandsOf, networkFactsOf } from './peer-facts.ts'

const NOW = 10_000_000
const MINUTE = 60_000
const PEER = peerIdAt(1)

const logged = (seq: number, at: number, event: DiscoveryEvent): LoggedEvent => ({ seq, at, event })
const gone = (seq: number, at: number, reason: 'graceful' | 'purged'): LoggedEvent =>
  logged(seq, at, { kind: 'PeerDeparted', peerId: PEER, reason, version: { startedAt: 1, updatedAt: 1 } })
const dial = (seq: number): LoggedEvent =>
  logged(seq, NOW - MINUTE, { kind: 'DialFailed', target: PEER, reason: 'connection refused' })

const ranOut = logged(4, NOW - 39_000, {
  kind: 'DialFailed',
  target: '/ip4/127.0.0.1/tcp/4001',
  reason: 'no answer in time; does a libp2p peer listen there?',
})

describe('why the network', () => {
  const status = (changes: object): NetworkStatus =>
    ({
      state: 'online',
      addresses: ['/dns4/we.example.org/tcp/4001'],
      trying: [],
      joinedAt: NOW - 10 * MINUTE,
      ...changes,
    }) as unknown as NetworkStatus
  const of = (changes: Partial<NetworkFacts>): ReturnType<typeof whyNetwork> =>
    whyNetwork(
      networkFactsOf({
        now: NOW,
        since: NOW,
        status: status({}),
        state: changes.status?.state ?? 'online',
        held: [PEER],
        told: [logged(90, NOW, { kind: 'Islands', count: 2, sizes: [18, 6] })],
        ...changes,
      }),
    )
  const islands = islandsOf(18, 6)
  const down = logged(5, NOW - 1000, { kind: 'NeighborDown', peerId: PEER })

  it.each<[string, Partial<NetworkFacts>, string, string | undefined]>([
    ['fine', {}, 'fine', undefined],
    ['failed', { status: status({ state: 'failed', reason: 'no port' }) }, 'failed', 'unknown'],
    ['alone: dials fail', { status: status({ state: 'alone' }), events: [dial(3)] }, 'alone', 'dials failed'],
    [
      'alone: our clock',
      { status: status({ state: 'alone' }), ownClock: { byMs: 90_000, peers: 3 }, events: [dial(3)] },
      'alone',
      'own clock',
    ],
    [
      'alone: local only',
      { status: status({ state: 'alone', addresses: ['/ip4/127.0.0.1/tcp/1'] }) },
      'alone',
      'private addresses',
    ],
    [
      'alone: we stalled, and dials ran out of time',
      { status: status({ state: 'alone' }), events: [ranOut, logged(2, NOW - 40_000, { kind: 'Stalled', ms: 4000 })] },
      'alone',
      'own stall',
    ],
    [
      'alone: we stalled, and dials are refused',
      { status: status({ state: 'alone' }), events: [dial(3), logged(2, NOW - 4000, { kind: 'Stalled', ms: 4000 })] },
      'alone',
      'dials failed',
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
      'lost: everybody said goodbye',
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

  it('tells all of several stalls, as Health and alerts do, and when the last one was', () => {
    const stalls = [
      logged(9, NOW - 2000, { kind: 'Stalled', ms: 4000 }),
      { ...logged(8, NOW - 20_000, { kind: 'Stalled', ms: 9000 }), times: 3, lastAt: NOW - 12_000 },
    ]
    const [lost] = of({ status: status({ state: 'lost' }), events: [down, ...stalls] }).causes
    expect(lost).toMatchObject({
      kind: 'own stall',
      confidence: 'likely',
      words: 'our own machine stalled 4 times, 15 s in all, the last one 2 s before',
      events: [9, 8],
      since: null,
    })
    expect(of({ status: status({ state: 'alone' }), events: stalls }).causes[0]).toMatchObject({
      words: 'our own machine stalled 4 times, 15 s in all, the last one 2 s ago',
      since: NOW - 2000,
    })
  })

  it('does not blame addresses of this machine where all others are here, nor dials that we stood still in', () => {
    const alone = { status: status({ state: 'alone', addresses: ['/ip4/127.0.0.1/tcp/1'] }), local: true }
    expect(of(alone).causes.map(({ kind }) => kind)).toEqual(['nobody dialed'])
    const stalled = logged(2, NOW - 40_000, { kind: 'Stalled', ms: 4000 })
    const { causes, sentence } = of({ ...alone, events: [ranOut, stalled] })
    expect(causes.map(({ kind, confidence }) => `${kind}, ${confidence}`)).toEqual([
      'own stall, possible',
      'dials failed, possible',
      'nobody dialed, possible',
    ])
    expect(sentence).toBe('We have met nobody yet, perhaps because our own machine stalled for 4 s, 40 s ago.')
    expect(causes.map(({ since }) => since)).toEqual([NOW - 40_000, null, null])
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
    expect(said(failed(3))).toBe('We have met nobody yet, probably because dialing 192.0.2.1:1 failed: no answer.')
    expect(said(failed(4), failed(3))).toBe(
      'We have met nobody yet, probably because 2 dials failed, the last one to 192.0.2.1:1: no answer.',
    )
    const whole = `/dns4/a.example/tcp/4001/p2p/${PEER}`
    const far = logged(5, NOW, { kind: 'DialFailed', target: whole, reason: `${whole} could not be reached: no way` })
    expect(said(far)).toBe(
      `We have met nobody yet, probably because dialing ${nickname(PEER)} at a.example:4001 failed: no way.`,
    )
  })

  it('has no address of a hundred characters in any sentence, whoever wrote the reason', () => {
    const target = `/ip4/192.0.2.1/tcp/1/p2p/${PEER}`
    const trying = [`dialing ${target}`]
    expect(of({ status: status({ state: 'alone', trying }) }).causes.at(-1)?.words).toBe(
      `nobody else is there yet (dialing ${nickname(PEER)} at 192.0.2.1:1)`,
    )
    const failed = of({ status: status({ state: 'failed', reason: `cannot listen on ${target}: it is in use` }) })
    expect(failed.sentence).toBe(`The network failed: cannot listen on ${nickname(PEER)} at 192.0.2.1:1: it is in use.`)
  })

  const SECOND = 1000
  const stall = (seq: number, agoMs: number, ms = 9000): LoggedEvent =>
    logged(seq, NOW - agoMs, { kind: 'Stalled', ms })
  const said = (events: readonly LoggedEvent[], changes: Partial<NetworkFacts> = {}): string =>
    of({ islands, events, ...changes }).sentence.replace('The network is split into 2 islands: 18 and 6', '…')

  it('says how it split, and by what where that was near', () => {
    const name = nickname(PEER)
    expect(said([gone(4, NOW - 12 * SECOND, 'graceful')])).toBe(
      `…, probably because ${name} left 12 s before and was the link.`,
    )
    // It went silent when it was heard of last, not when it was purged.
    expect(said([gone(4, NOW + 20 * SECOND, 'purged')], { purgeAfterMs: 40 * SECOND })).toBe(
      `…, probably because ${name} went silent 20 s before and was the link.`,
    )
    expect(said([stall(4, 3 * SECOND)])).toBe('…, perhaps because our own machine stalled for 9 s, 3 s before.')
    const other = peerIdAt(2)
    const second = logged(5, NOW - SECOND, {
      kind: 'PeerDeparted',
      peerId: other,
      reason: 'graceful',
      version: { startedAt: 1, updatedAt: 1 },
    })
    expect(said([second, gone(4, NOW - 9 * SECOND, 'graceful')], { held: [PEER, other] })).toBe(
      `…, probably because ${nickname(other)} (1 s before) and ${name} (9 s before) left and were the link.`,
    )
  })

  it('says of a split that the one between crashed, long before it counts as silent', () => {
    const name = nickname(PEER)
    const up = (at: number): LoggedEvent => logged(9, at, { kind: 'NeighborUp', peerId: PEER })
    const broke = logged(5, NOW - 7 * SECOND, { kind: 'NeighborDown', peerId: PEER })
    const refused = logged(6, NOW - 6 * SECOND, { kind: 'DialFailed', target: PEER, reason: 'connection refused' })
    const early = stall(2, 51 * SECOND, 1100)
    expect(said([refused, broke, early])).toBe(
      `…, probably because ${name} broke off 7 s before and was the link (nobody listens at its address: it was ended or crashed).`,
    )
    // A stall of a second was over long before.
    expect(of({ islands, events: [refused, broke, early] }).causes).toHaveLength(1)
    expect(said([broke])).toBe(`…, probably because ${name} broke off 7 s before and was the link.`)
    // An address that refused before that says nothing.
    expect(said([{ ...refused, at: NOW - MINUTE, lastAt: NOW }, broke])).toBe(said([broke]))
    // One that held nothing together, or came again.
    expect(said([refused, broke], { held: [] })).toMatch(/the way between the islands is cut/)
    expect(said([up(NOW - 5 * SECOND), broke])).toMatch(/the way between the islands is cut/)
    expect(said([broke, up(NOW - 20 * SECOND)])).toBe(said([broke]))
  })

  it('takes nothing for the cause of a split that happened long before it, or after', () => {
    const unknown =
      '…, perhaps because the way between the islands is cut (nobody who held them together left, and our own machine did not stall for long).'
    expect(said([])).toBe(unknown)
    expect(said([stall(3, 150 * SECOND), gone(4, NOW - 120 * SECOND, 'graceful')])).toBe(unknown)
    expect(said([stall(3, -5 * SECOND), gone(4, NOW + 5 * SECOND, 'graceful')])).toBe(unknown)
    // Who was heard of after it was not the link.
    expect(said([gone(4, NOW + 20 * SECOND, 'purged')], { purgeAfterMs: 10 * SECOND })).toBe(unknown)
  })

  it('names no cut way before the split has lasted: who is apart, and answers no dial, is not known until then', () => {
    expect(said([], { told: [] })).toBe(
      '…, perhaps because the way between the islands is cut, or peers ended together (that is still being looked at).',
    )
  })

  it('a stall after which all were linked again comes after what parted them, and is not denied', () => {
    const at = (kind: 'NeighborUp' | 'NeighborDown', agoMs: number): LoggedEvent =>
      logged(10 + agoMs, NOW - agoMs, { kind, peerId: PEER })
    const kinds = (events: readonly LoggedEvent[], changes: Partial<NetworkFacts> = {}) =>
      of({ islands, events, held: [], ...changes }).causes.map(({ kind }) => kind)
    const cut = '…, perhaps because the way between the islands is cut (nobody who held them together left).'
    // A minute at a stretch, 28 s before; the neighbor that was lost with it came again.
    const before = [stall(3, 28 * SECOND, 59_000), at('NeighborDown', 28 * SECOND), at('NeighborUp', 25 * SECOND)]
    expect(said(before)).toBe(cut)
    expect(kinds(before)).toEqual(['unknown', 'own stall'])
    // The same before the split was told, when it began up to half a minute ago.
    const untold = before.map((one) => ({ ...one, at: one.at - 37 * SECOND }))
    expect(said(untold, { untoldMs: 30 * SECOND })).toBe(cut)
    expect(kinds(untold, { untoldMs: 30 * SECOND })).toEqual(['unknown', 'own stall'])
    // Its age counts from when it ended, while one that is told before something else has none.
    const sinces = (events: readonly LoggedEvent[], untoldMs: number) =>
      of({ islands, events, held: [], untoldMs }).causes.map(({ since }) => since)
    expect([sinces(untold, 30 * SECOND), sinces(before, 0)]).toEqual([
      [null, NOW - 65 * SECOND],
      [null, null],
    ])
    // One who did not come again, or a stall so near that it may still come of it.
    expect(kinds(before.slice(0, 2))).toEqual(['own stall'])
    expect(kinds([stall(3, 2 * SECOND)])).toEqual(['own stall'])
    // What was before there are events is not said.
    expect(said([], { logFrom: NOW - 10 * SECOND })).toBe('…, perhaps because the way between the islands is cut.')
  })

  it('of a split takes only those for gone together who stayed silent', () => {
    const names = [2, 3, 4, 5].map((index) => peerIdAt(index))
    const events = names.map((peerId, index) =>
      logged(index, NOW, {
        kind: 'PeerDeparted',
        peerId,
        reason: 'purged',
        version: { startedAt: 1, updatedAt: 1 },
      }),
    )
    const kinds = (again: readonly (typeof PEER)[]): readonly string[] =>
      of({ islands, events, again: new Set(again) }).causes.map(({ kind }) => kind)
    expect(kinds([])).toContain('lost network')
    expect(kinds(names.slice(0, 1))).not.toContain('lost network')
    // Of those who are apart nothing is heard since.
    const causes = of({ islands, events, apart: new Set(names.slice(0, 1)) }).causes
    expect(causes.map(({ kind }) => kind)).not.toContain('lost network')
  })

  it('names nobody as the link who held nothing together', () => {
    const cut = /^…, perhaps because the way between the islands is cut \(nobody who held them together left/
    const leaf = [gone(4, NOW - 12 * SECOND, 'graceful')]
    expect(said(leaf, { held: [] })).toMatch(cut)
    expect(said(leaf, { held: [peerIdAt(9)] })).toMatch(cut)
    // Where it is not known who did, that somebody left may have to do with it.
    expect(said(leaf, { held: null })).toBe('…, perhaps because 1 peer left in the minute before.')
    // So many may have held it together; the one that did alone is named among them.
    const four = [4, 5, 6, 7].map((seq) =>
      logged(seq, NOW - seq * SECOND, {
        kind: 'PeerDeparted',
        peerId: peerIdAt(seq),
        reason: 'graceful',
        version: { startedAt: 1, updatedAt: 1 },
      }),
    )
    expect(said(four, { held: [] })).toBe('…, perhaps because 4 peers left in the minute before.')
    expect(said(four, { held: [peerIdAt(6)] })).toBe(
      `…, probably because ${nickname(peerIdAt(6))} left 6 s before and was the link.`,
    )
  })

  it('ranks what is nearer to a split first', () => {
    const kinds = (stalledAgo: number, leftAgo: number): string[] =>
      of({ islands, events: [stall(3, stalledAgo), gone(4, NOW - leftAgo, 'graceful')] }).causes.map(({ kind }) => kind)
    expect(kinds(2 * SECOND, 40 * SECOND)).toEqual(['own stall', 'bridge'])
    expect(kinds(40 * SECOND, 2 * SECOND)).toEqual(['bridge', 'own stall'])
  })

  it('takes nothing for the cause of a loss that came of it, or concerns others than the neighbors', () => {
    const lost = { status: status({ state: 'lost' }), since: NOW - SECOND }
    const other = peerIdAt(9)
    const kinds = (...events: readonly LoggedEvent[]): readonly string[] =>
      of({ ...lost, events: [...events, down] }).causes.map(({ kind }) => kind)
    const failed = (agoMs: number, target: string, reason: string): LoggedEvent =>
      logged(6, NOW - agoMs, { kind: 'DialFailed', target, reason })
    expect(kinds(failed(0, PEER, 'no answer in time'), failed(30 * SECOND, other, 'no answer in time'))).toEqual([
      'lost network',
    ])
    // A goodbye of another peer, or one that we can hardly have heard in time.
    const goodbye = (agoMs: number, peerId: typeof PEER): LoggedEvent =>
      logged(7, NOW - agoMs, {
        kind: 'PeerDeparted',
        peerId,
        reason: 'graceful',
        version: { startedAt: 1, updatedAt: 1 },
      })
    expect(kinds(goodbye(2 * SECOND, other))).toEqual(['lost network'])
    expect(kinds(goodbye(-20 * SECOND, PEER))).toEqual(['lost network'])
    expect(kinds(goodbye(2 * SECOND, PEER))).toEqual(['left one by one'])
    // Another node with our key shows itself to us only once we are asked for: that came later.
    const clash = (agoMs: number): LoggedEvent =>
      logged(8, NOW - agoMs, { kind: 'IdentityClash', peerId: other, startedAt: null })
    expect(kinds(clash(-20 * SECOND))).toEqual(['lost network'])
    expect(kinds(clash(3 * SECOND))).toEqual(['lost network', 'twin'])
    // Refused before the neighbor broke off: it was back since.
    expect(kinds(failed(30 * SECOND, PEER, 'connection refused'))).toEqual(['lost network'])
    expect(kinds(failed(0, PEER, 'connection refused'))).toEqual(['crashed'])
  })

  it('blames no connection where all peers are on this machine', () => {
    const lost = { status: status({ state: 'lost' }), local: true, events: [down] }
    expect(of(lost)).toMatchObject({
      sentence:
        'We lost the network (no neighbor is left), probably because 1 neighbor on this machine broke off without a goodbye (it was ended, crashed or suspended).',
      causes: [{ kind: 'unknown' }],
    })
    const refused = logged(6, NOW, { kind: 'DialFailed', target: PEER, reason: 'connection refused' })
    expect(of({ ...lost, events: [refused, down] }).causes[0]).toMatchObject({
      kind: 'crashed',
      words: expect.stringContaining('(nobody listens at its address: it was ended or crashed)') as string,
    })
    const others = [2, 3].map((index) => logged(10 + index, NOW, { kind: 'NeighborDown', peerId: peerIdAt(index) }))
    expect(of({ ...lost, events: [refused, down, ...others] }).causes[0]?.words).toBe(
      '3 neighbors, all on this machine, broke off together without a goodbye (nobody listens at the address of 1 of them: it was ended or crashed)',
    )
    // Of somebody else it says nothing.
    const stranger = logged(6, NOW, { kind: 'DialFailed', target: peerIdAt(9), reason: 'connection refused' })
    expect(of({ ...lost, events: [stranger, down] }).causes[0]).toMatchObject({ kind: 'unknown' })
    expect(of({ ...lost, events: [stranger, down] }).causes.map(({ kind }) => kind)).not.toContain('crashed')
    for (const { words } of of({ ...lost, events: [refused, down] }).causes)
      expect(words).not.toMatch(/our own connection/)
    const far = { ...lost, local: false }
    expect(of(far).sentence).toContain('our own connection is down')
    // A refusal shows that the connection works, unless most did not answer at all.
    expect(of({ ...far, events: [refused, down] }).causes[0]).toMatchObject({
      kind: 'crashed',
      words: '1 neighbor broke off without a goodbye (nobody listens at its address: it was ended or crashed)',
    })
    expect(of({ ...far, events: [refused, down, ...others] }).causes[0]).toMatchObject({
      kind: 'lost network',
      words: 'our own connection is down, since 3 neighbors broke off without a goodbye',
    })
    // A stall a minute earlier explains less than what happened at once.
    expect(of({ ...lost, events: [stall(4, 50 * SECOND), down] }).causes.map(({ kind }) => kind)).toEqual([
      'unknown',
      'own stall',
    ])
  })
})
