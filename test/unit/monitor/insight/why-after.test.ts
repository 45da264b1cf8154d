/** What came after a trouble is not its cause, and neither is what was over before. */
import { describe, expect, it } from 'vitest'
import type { PeerFacts } from '../../../../src/main/monitor/insight/why-parts.ts'
import { whyPeer } from '../../../../src/main/monitor/insight/why.ts'
import { dial, facts, MINUTE, NOW, refused, row, SILENT, STORED, timedOut } from './peer-facts.ts'

describe('why', () => {
  it('of a moment at which it went says that it went just then', () => {
    const gone = { at: NOW, reason: 'graceful' } as const
    expect(whyPeer(facts({ row: row({ state: 'departed' }), gone })).sentence).toMatch(
      / left just now: it said goodbye\.$/,
    )
  })

  it('takes a dial that failed while we had lost the network for no sign of anything, but for a refusal', () => {
    const losses = [{ from: NOW - 2 * MINUTE, to: Infinity }]
    const kinds = (changes: Partial<PeerFacts>): readonly string[] =>
      whyPeer(facts({ ...changes, losses })).causes.map(({ kind }) => kind)
    const notKnown = { ...SILENT, row: row({ state: 'lost' as const }), lostThen: losses[0] ?? null }
    expect(kinds({ ...notKnown, dials: [timedOut] })).toEqual(['lost network', 'unknown'])
    expect(kinds({ ...notKnown, dials: [dial(85)] })).toEqual(['crashed', 'lost network', 'dials failed', 'unknown'])
    expect(kinds({ ...notKnown, dials: [{ ...timedOut, at: NOW - 3 * MINUTE, lastAt: NOW }] })).toContain(
      'dials failed',
    )
    // Where all are on this machine no connection is down.
    expect(kinds({ ...notKnown, local: true, dials: [timedOut] })).toContain('dials failed')
    expect(kinds({ ...STORED, dials: [timedOut] })).toEqual(['lost network'])
    const here = row({
      rtt: { srtt: 40, rttvar: 1, last: 40, at: NOW - 2 * MINUTE },
      connected: false,
      neighbor: false,
    })
    const why = whyPeer(facts({ row: here, dials: [timedOut], losses, lost: true }))
    expect(why).toMatchObject({ matter: 'not answering', causes: [{ kind: 'lost network' }] })
    expect(why.sentence).toMatch(/, probably because we had lost the network when it was dialed\.$/)
  })

  it('takes no entry for the cause that was refused before it was heard of last, or once it was gone', () => {
    const kinds = (at: number, changes: Partial<PeerFacts> = SILENT): readonly string[] =>
      whyPeer(facts({ ...changes, events: [{ ...refused, at }] })).causes.map(({ kind }) => kind)
    expect(kinds(NOW - 2 * MINUTE)).toContain('refused entries')
    expect(kinds(NOW - 10 * MINUTE)).not.toContain('refused entries')
    expect(kinds(NOW - MINUTE + 1)).not.toContain('refused entries')
    expect(kinds(NOW - 10 * MINUTE, STORED)).toContain('refused entries')
    expect(kinds(NOW - 10 * MINUTE, { linked: false })).not.toContain('refused entries')
  })
})
