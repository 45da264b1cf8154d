import { describe, expect, it } from 'vitest'
import type { PeerFacts } from '../../../../src/main/monitor/insight/why-parts.ts'
import { whyPeer } from '../../../../src/main/monitor/insight/why.ts'
import { facts, gone, logged, MINUTE, NOW, PEER, row, SILENT, stall } from './peer-facts.ts'

it('an entry that grew old while we stood still, or while its peer was silent, says nothing of a clock', () => {
  const old = (at: number) =>
    logged(70, at, { kind: 'EntryRejected', peerId: PEER, reason: 'Outdated', source: 'gossip', detail: '' })
  const kinds = (at: number, changes: Partial<PeerFacts> = {}) =>
    whyPeer(facts({ ...SILENT, events: [gone(80, NOW - MINUTE, 'purged'), old(at)], ...changes })).causes.map(
      ({ kind }) => kind,
    )
  expect(kinds(NOW - 2 * MINUTE)).toContain('refused entries')
  expect(kinds(NOW - MINUTE / 2)).not.toContain('refused entries')
  expect(kinds(NOW - 2 * MINUTE, { stalls: [stall(NOW - 2 * MINUTE - 500, 80_000)] })).not.toContain('refused entries')
})

describe('a peer that counts as here', () => {
  const refusedAt = (at: number) => logged(85, at, { kind: 'DialFailed', target: PEER, reason: 'connection refused' })
  const heard = (at: number) =>
    row({ rtt: { srtt: 40, rttvar: 1, last: 40, at: NOW - MINUTE }, version: { startedAt: 1, updatedAt: at } })
  const of = (changes: Partial<PeerFacts>) => whyPeer(facts({ row: heard(NOW - MINUTE), ...changes }))

  it('does not answer where it was dialed in vain since it was measured', () => {
    const why = of({ dials: [refusedAt(NOW - 12_000)] })
    expect(why).toMatchObject({ matter: 'not answering', causes: [{ kind: 'crashed', events: [85] }] })
    expect(why.causes).toHaveLength(1)
    expect(why.sentence).toMatch(
      /^.* counts as here, but did not answer when it was dialed 12 s ago, probably because it crashed/,
    )
    // One that announced itself since is there, whatever refused us.
    const causes = of({ row: heard(NOW), dials: [refusedAt(NOW - 12_000)] }).causes
    expect(causes.map(({ kind }) => kind)).toEqual(['dials failed'])
  })

  it('answers where the dial is older, was put off, or we are connected', () => {
    for (const changes of [
      { dials: [refusedAt(NOW - 2 * MINUTE)] },
      { dials: [logged(85, NOW, { kind: 'DialFailed', target: PEER, reason: 'it rests', notDialed: 'rests' })] },
      { row: { ...heard(NOW), connected: true }, dials: [refusedAt(NOW)] },
    ])
      expect(of(changes)).toMatchObject({ matter: 'fine', sentence: expect.stringContaining('answers in 40 ms') })
  })

  it('is said to have been here, not to answer, once we have lost the network', () => {
    expect(of({ lost: true }).sentence).toMatch(/ was here when we lost the network\.$/)
    expect(of({ lost: true, dials: [refusedAt(NOW)] }).sentence).toMatch(
      / was here when we lost the network, but did not answer when it was dialed just now, probably because it crashed/,
    )
  })
})
