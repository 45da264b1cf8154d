/** Why of a peer that was purged, and runs: our connection to it is open. */
import { expect, it } from 'vitest'
import type { PeerFacts } from '../../../../src/main/monitor/insight/why-parts.ts'
import { whyPeer } from '../../../../src/main/monitor/insight/why.ts'
import type { DiscoveryEvent } from '../../../../src/shared/events.ts'
import { nickname } from '../../../../src/shared/nickname.ts'
import { dial, facts, gone, logged, MINUTE, NOW, PEER, row, SILENT, STORED, stall } from './peer-facts.ts'

const rejected = (changes: Partial<Extract<DiscoveryEvent, { kind: 'EntryRejected' }>> = {}): DiscoveryEvent => ({
  kind: 'EntryRejected',
  peerId: PEER,
  reason: 'Outdated',
  source: 'gossip',
  detail: 'announced',
  aheadMs: -120_000,
  ...changes,
})
/** Refused since before it was purged, last some seconds ago. */
const refusals = (event = rejected(), lastAt = NOW - 5000) => [
  { ...logged(81, NOW - 2 * MINUTE, event, 8), lastAt },
  ...SILENT.events,
]
const connected = (changes: Partial<PeerFacts> = {}): PeerFacts =>
  facts({ ...SILENT, row: row({ state: 'purged', connected: true }), events: refusals(), ...changes })
const CLOCK = 'it is connected and runs; its entries are refused (too old: its clock is about 2 min behind)'

it('says that it runs, and that its entries are refused, before all else, and nothing of a crash', () => {
  const why = whyPeer(connected({ dials: [dial(85)], local: true }))
  expect(why).toMatchObject({
    matter: 'silent',
    sentence: `${nickname(PEER)} was purged 1 min ago: ${CLOCK}.`,
    causes: [{ kind: 'refused entries', confidence: 'certain', words: CLOCK, events: [81] }],
  })
  expect(why.causes).toHaveLength(1)
  // What befell ourselves may be why it was purged.
  const stalled = connected({ stalls: [stall(NOW - MINUTE - 1000, 15_000)] })
  expect(whyPeer(stalled).causes.map(({ kind }) => kind)).toEqual(['refused entries', 'own stall'])
  const lost = connected({ row: row({ state: 'lost', connected: true }) })
  expect(whyPeer(lost).sentence).toBe(`${nickname(PEER)} was purged 1 min ago: ${CLOCK}.`)
})

it('says what is wrong with them, and takes our clock for wrong where it is', () => {
  const words = (changes: Partial<PeerFacts>) => whyPeer(connected(changes)).causes[0]?.words
  expect(words({ events: refusals(rejected({ reason: 'FromTheFuture', aheadMs: 90_000 })) })).toMatch(
    /\(from the future: its clock is about 1 min 30 s ahead\)$/,
  )
  expect(words({ events: refusals({ ...rejected(), aheadMs: undefined } as never) })).toMatch(
    /\(too old: its clock or ours may be wrong\)$/,
  )
  expect(words({ ownClock: { byMs: 120_000, peers: 4 } })).toMatch(/its clock or ours may be wrong\)$/)
  expect(words({ events: refusals(rejected({ reason: 'BadSignature' })) })).toMatch(/\(its signature does not hold\)$/)
})

it('takes it for ended or hanging where nothing came since, until its connection would have been given up', () => {
  const kinds = (changes: Partial<PeerFacts>) => whyPeer(connected(changes)).causes.map(({ kind }) => kind)
  const before = refusals(rejected(), NOW - MINUTE - 1000)
  const agoMs = (ms: number) => ({
    gone: { at: NOW - ms, reason: 'purged' as const },
    events: [gone(80, NOW - ms, 'purged')],
  })
  expect(kinds(agoMs(39_999))).toEqual(['unknown'])
  expect(whyPeer(connected(agoMs(39_999))).causes[0]?.words).toMatch(/^it crashed/)
  expect(whyPeer(connected(agoMs(40_000))).causes.map(({ words }) => words)).toEqual([
    'it is connected and runs, but no entry of it came',
  ])
  expect(kinds({ events: before, gone: { at: NOW - 30_000, reason: 'purged' } })).toContain('unknown')
  // What others still have of it tells nothing of it.
  expect(
    kinds({ events: refusals(rejected({ source: 'sync' })), gone: { at: NOW - 30_000, reason: 'purged' } }),
  ).toContain('unknown')
  expect(kinds({ row: row({ state: 'purged', connected: false }) })).toContain('unknown')
})

it('does not say of one that is connected that it was not reached', () => {
  const stored = facts({
    ...STORED,
    row: row({ state: 'stored', rtt: null, connected: true }),
    events: refusals(),
    gone: null,
  })
  expect(whyPeer(stored)).toMatchObject({
    matter: 'never reached',
    sentence: `${nickname(PEER)} is connected, and not in our catalog: ${CLOCK}.`,
  })
})

it('says of one that states an earlier start than is known that it runs, and why that may be', () => {
  const START = 'it states an earlier start than the run that we know of'
  const WHY = 'its clock was set back between the two, or two processes use its key'
  const earlier = { reason: 'EarlierStart', source: 'ping', aheadMs: -40_000 } as const
  const event = rejected(earlier)
  const here = row({ firstSeen: NOW - 5 * MINUTE })
  const restarted = logged(60, NOW - 2 * MINUTE, {
    kind: 'PeerRestarted',
    peerId: PEER,
    startedAt: NOW - 2 * MINUTE,
    after: null,
  })
  const events = [{ ...logged(81, NOW - 90_000, event, 8), lastAt: NOW - 5000 }, restarted]
  const why = whyPeer(facts({ row: here, events }))
  expect(why.causes.map(({ kind }) => kind)).toEqual(['twin', 'restarted'])
  expect(why.sentence).toBe(
    `${nickname(PEER)} is here and answers in 40 ms, and restarted 2 min ago: ${START}, and its clock is about 40 s behind: ${WHY}.`,
  )
  // Also where it was purged in the end: the run that is known was heard of no longer.
  const silent = { ...SILENT, events: [{ ...logged(70, NOW - 3 * MINUTE, event, 8), lastAt: NOW - MINUTE - 5000 }] }
  const purged = whyPeer(facts({ ...silent, row: row({ state: 'purged', firstSeen: NOW - 9 * MINUTE }) }))
  expect(purged.causes[0]).toMatchObject({ kind: 'twin', confidence: 'certain' })
  // A clock that is right was ahead before; what was stated before the run that is known now is over.
  const right = { ...logged(81, NOW - 5000, rejected({ ...earlier, aheadMs: -1000 })) }
  expect(whyPeer(facts({ row: here, events: [right] })).causes[0]?.words).toBe(`${START}: ${WHY}`)
  expect(whyPeer(facts({ row: row({ firstSeen: NOW - 1000 }), events })).causes[0]?.kind).toBe('restarted')
  expect(whyPeer(facts({ row: here, events: [{ ...right, at: NOW - MINUTE }] })).causes).toEqual([])
})
