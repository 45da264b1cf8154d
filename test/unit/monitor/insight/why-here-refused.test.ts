/** Why of a peer that is here and answers, while its entries are refused: it will be purged. */
import { expect, it } from 'vitest'
import type { PeerFacts } from '../../../../src/main/monitor/insight/why-parts.ts'
import { whyPeer } from '../../../../src/main/monitor/insight/why.ts'
import type { DiscoveryEvent, LoggedEvent } from '../../../../src/shared/events.ts'
import { nickname } from '../../../../src/shared/nickname.ts'
import { facts, logged, MINUTE, NOW, PEER, row, stall } from './peer-facts.ts'

type Rejected = Extract<DiscoveryEvent, { kind: 'EntryRejected' }>

/** Refused a minute ago. */
const rejected = (changes: Partial<Rejected> = {}, at = NOW - MINUTE): LoggedEvent =>
  logged(81, at, {
    kind: 'EntryRejected',
    peerId: PEER,
    reason: 'Outdated',
    source: 'gossip',
    detail: 'announced',
    aheadMs: -200_000,
    ...changes,
  })
/** Its last entry was taken two minutes ago. */
const taken = { startedAt: NOW - 60 * MINUTE, updatedAt: NOW - 2 * MINUTE }
const why = (events: readonly LoggedEvent[], changes: Partial<PeerFacts> = {}) =>
  whyPeer(facts({ row: row({ connected: true, neighbor: true, version: taken }), events, ...changes }))
const FINE = `${nickname(PEER)} is here and answers in 40 ms`
const REFUSED = 'its entries are refused (too old: its clock is about 3 min 20 s behind)'

it('says both, from the first entry that is refused on', () => {
  expect(why([])).toMatchObject({ matter: 'fine', sentence: `${FINE}.`, causes: [] })
  expect(why([rejected()])).toMatchObject({
    matter: 'fine',
    sentence: `${FINE}, but will be purged unless an entry of it is taken: ${REFUSED}.`,
    causes: [{ kind: 'refused entries', confidence: 'certain', words: REFUSED, events: [81] }],
  })
  const future = rejected({ reason: 'FromTheFuture', aheadMs: 300_000, source: 'ping' })
  expect(why([future]).sentence).toMatch(/\(from the future: its clock is about 5 min ahead\)\.$/)
  expect(why([rejected()], { ownClock: { byMs: 200_000, peers: 4 } }).sentence).toMatch(
    /its clock or ours may be wrong/,
  )
})

it('says nothing of those that were refused before one was taken, by our clock', () => {
  const before = rejected({}, NOW - 3 * MINUTE)
  expect(why([before]).causes).toEqual([])
  // A row that began before that, and went on.
  expect(why([{ ...before, times: 3, lastAt: NOW - MINUTE }]).causes).toHaveLength(1)
  // Its clock is two minutes behind, so that its last entry is as old as it says less that.
  const [version, clockAheadMs] = [{ ...taken, updatedAt: NOW - 2.5 * MINUTE }, -2 * MINUTE]
  expect(why([rejected()], { row: row({ connected: true, version }), clockAheadMs }).causes).toEqual([])
})

it('says nothing of entries that others sent, that came late, or that were refused for something else', () => {
  for (const changes of [{ source: 'sync' }, { reason: 'BadSignature' }, { reason: 'Rejected' }] as const)
    expect(why([rejected(changes)]).causes).toEqual([])
  expect(why([rejected()], { stalls: [stall(NOW - MINUTE - 1000, 200_000)] }).causes).toEqual([])
  // Once we have lost the network nothing of now is known.
  expect(why([rejected()], { lost: true }).sentence).toBe(`${nickname(PEER)} was here when we lost the network.`)
})
