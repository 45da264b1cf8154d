/** What came after a trouble is not its cause, and neither is what was over before. */
import { describe, expect, it } from 'vitest'
import type { PeerFacts } from '../../../../src/main/monitor/insight/why-parts.ts'
import { whyPeer } from '../../../../src/main/monitor/insight/why.ts'
import { peerIdAt } from '../../../support/renderer/fake-network.ts'
import { dial, facts, fates, MINUTE, NOW, refused, row, SILENT, STORED, stall, timedOut } from './peer-facts.ts'

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
    expect(kinds({ ...notKnown, dials: [dial(85)] })).toEqual(['crashed', 'lost network'])
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

  it('takes no refusal for a crash of one whose address refused us while it announced itself', () => {
    const silent = (changes: Partial<PeerFacts>) =>
      whyPeer(
        facts({
          ...SILENT,
          row: row({ state: 'purged', rtt: null, version: { startedAt: 1, updatedAt: NOW - 2 * MINUTE } }),
          ...changes,
        }),
      )
    const kinds = (changes: Partial<PeerFacts>): readonly string[] => silent(changes).causes.map(({ kind }) => kind)
    const [early, late] = [dial(84), { ...dial(85), lastAt: NOW, times: 9 }]
    expect(kinds({ dials: [late] })).toContain('crashed')
    // One row since long before, or another row before.
    expect(kinds({ dials: [{ ...late, at: NOW - 9 * MINUTE }] })).not.toContain('crashed')
    expect(kinds({ dials: [late, { ...early, at: NOW - 3 * MINUTE }] })).toContain('crashed')
    expect(kinds({ dials: [late], refusedBefore: NOW - 9 * MINUTE })).not.toContain('crashed')
    // It answered since: that it refuses is new.
    const answered = row({
      state: 'purged',
      rtt: { srtt: 40, rttvar: 1, last: 40, at: NOW - 3 * MINUTE },
      version: { startedAt: 1, updatedAt: NOW - 2 * MINUTE },
    })
    expect(kinds({ row: answered, dials: [late], refusedBefore: NOW - 9 * MINUTE })).toContain('crashed')
    // Its clock is ahead: it announced itself earlier than it says.
    expect(kinds({ clockAheadMs: 2 * MINUTE, dials: [{ ...late, at: NOW - 3 * MINUTE }] })).toContain('crashed')
  })

  it('says of one in an island that was cut off that it was there, and not that all in it crashed together', () => {
    const apart = { since: NOW - 72_000, seq: 77, others: [peerIdAt(2)], unlinked: false, ended: null }
    const together = { silent: fates(4), here: 8 }
    const why = whyPeer(facts({ ...SILENT, local: true, together, apart }))
    expect(why.sentence).toMatch(
      / went silent 1 min ago, probably because the network split, and it was in the island that was cut off, 12 s before\.$/,
    )
    expect(why.causes.map(({ kind }) => kind)).toEqual(['split', 'unknown'])
    expect(why.causes[0]?.events).toEqual([77])
  })

  it('of one that came back as the same process does not say that it crashed or was ended', () => {
    const causes = (changes: Partial<PeerFacts>) =>
      whyPeer(facts({ ...SILENT, back: 'same', ...changes })).causes.map(({ confidence, words }) => [confidence, words])
    const silent = row({ state: 'purged', version: { startedAt: 1, updatedAt: NOW - 2 * MINUTE } })
    const ended = {
      kind: 'crashed',
      confidence: 'likely',
      words: '2 peers were ended',
      events: [],
      evidence: null,
      since: null,
    } as const
    const apart = { since: NOW - 2 * MINUTE, seq: 1, others: [], unlinked: false, ended: { rank: 95, cause: ended } }
    expect(causes({ apart, row: silent, local: true, together: { silent: fates(8), here: 8 } })).toEqual([
      ['likely', 'it hung or was suspended (it came back later as the same process)'],
    ])
    expect(causes({ dials: [dial(85)], row: silent })).toEqual([
      ['likely', expect.stringContaining('it cannot be reached')],
      ['possible', 'it hung, was suspended, or lost its connection (it came back later as the same process)'],
    ])
  })

  it('of one that hangs says so among the rest before anybody dialed it; on this machine no connection is lost', () => {
    const words = (local: boolean) => whyPeer(facts({ ...SILENT, local })).causes.map((cause) => cause.words)
    expect(words(true)).toEqual([
      'it crashed, was ended by force, hangs or was suspended (it said no goodbye, and was not dialed since)',
    ])
    expect(words(false)).toEqual([
      'it crashed, was ended by force, hangs, was suspended, or lost its connection (it said no goodbye, and was not dialed since)',
    ])
    // Where dials were not looked for to the end, that is not known; nor is it so where one failed.
    for (const known of [{ dialsSought: false }, { dials: [timedOut], stalls: [stall(NOW - MINUTE, 4000)] }])
      expect(whyPeer(facts({ ...SILENT, local: true, ...known })).causes.map((cause) => cause.words)).toContain(
        'it crashed, was ended by force, hangs or was suspended (it said no goodbye)',
      )
  })

  it('of one that was purged in a loss says that it is not known what became of it, or what did', () => {
    const lostThen = { from: NOW - 2 * MINUTE, to: NOW - MINUTE / 2 }
    const sentence = (changes: Partial<PeerFacts>) =>
      whyPeer(facts({ ...SILENT, row: row({ state: 'lost' }), lostThen, ...changes })).sentence
    expect(sentence({})).toMatch(
      /, and what became of it is not known, probably because we had lost the network, 1 min/,
    )
    expect(sentence({ dials: [dial(85)] })).toMatch(
      / was purged 1 min ago, probably because it crashed or was ended \(/,
    )
    expect(sentence({ local: true, together: { silent: fates(8), here: 8 } })).toMatch(
      / was purged 1 min ago, probably because 8 peers on this machine were ended, crashed or suspended together/,
    )
  })
})
