import { describe, expect, it } from 'vitest'
import { islandsToldWords, islandsVerdict, unansweredWords } from '../../../src/shared/island-words.ts'
import type { IslandsSummary } from '../../../src/shared/islands.ts'
import { peerIdAt } from '../../support/renderer/fake-network.ts'
import { ISLANDS } from './health-now.ts'

describe('a verdict on islands', () => {
  it.each<[Partial<IslandsSummary>, string]>([
    [{}, 'all 24 peers form one island; no single link or peer holds it together'],
    [{ withSelf: true }, 'all 24 peers, ourselves included, form one island; no single link or peer holds it together'],
    [
      { sizes: [16], unknown: 1 },
      '16 of 17 peers form one island; no single link or peer holds it together; no link of the other one is known',
    ],
    [
      { count: 30, sizes: Array.from({ length: 20 }, () => 2) },
      'there are 30 islands: 2, 2, 2, 2 and 26 smaller; no single link or peer holds one together',
    ],
    [{ count: 0, sizes: [], unknown: 3 }, 'no link is known of 3 peers'],
    [
      { count: 2, sizes: [18, 6], unknown: 3 },
      '24 of 27 peers form 2 islands: 18 and 6; no single link or peer holds one together; no link of the other 3 is known',
    ],
    [
      { articulationCount: 1, articulations: [{ peerId: peerIdAt(1), parts: [17, 6] }] },
      'all 24 peers form one island; ann is the only link between parts of 17 and 6',
    ],
    [
      { articulationCount: 1, articulations: [{ peerId: peerIdAt(0), parts: [17, 6] }] },
      'all 24 peers form one island; we are the only link between parts of 17 and 6',
    ],
    [
      { bridgeCount: 1, bridges: [{ a: peerIdAt(0), b: peerIdAt(1), sides: [18, 6] }] },
      'all 24 peers form one island; only the link we – ann joins parts of 18 and 6',
    ],
    [
      {
        bridgeCount: 2,
        bridges: [
          { a: peerIdAt(2), b: peerIdAt(3), sides: [23, 1] },
          { a: peerIdAt(2), b: peerIdAt(4), sides: [1, 23] },
        ],
      },
      'all 24 peers form one island; 2 peers hang on one known link',
    ],
    [
      { fragments: { count: 1, peers: 3 } },
      '24 of 27 peers form one island; no single link or peer holds it together; 3 peers may be linked to it: not all of them told their links',
    ],
  ])('%j', (changes, words) => {
    const names = { nameOf: () => 'ann', self: peerIdAt(0) }
    expect(islandsVerdict({ ...ISLANDS, ...changes }, names)).toBe(words)
  })

  it('is told as what it looks like, where peers of the others may only have ended', () => {
    const looks = { looks: true }
    expect(islandsVerdict({ ...ISLANDS, count: 2, sizes: [18, 6] }, looks)).toBe(
      'all 24 peers look like 2 islands: 18 and 6; no single link or peer holds one together; peers of the others may have ended or crashed together',
    )
    expect(islandsVerdict({ ...ISLANDS, count: 40, sizes: [9, 8] }, looks)).toMatch(/^it looks like 40 islands: 9, 8/)
    expect(islandsVerdict(ISLANDS, looks)).toBe(islandsVerdict(ISLANDS))
  })
})

describe('a crawl of a split network', () => {
  it('says who of the other islands could not be asked, and how old what is known of them is', () => {
    const some = { count: 6, notAsked: 0, of: 6, islands: 1, ageMs: 120_000 }
    expect(unansweredWords(some)).toBe(
      'none of the 6 peers of the other island answered; the last of them to tell its links did so 2 min earlier',
    )
    expect(unansweredWords({ ...some, count: 5, islands: 2 })).toBe(
      '5 of the 6 peers of the other 2 islands did not answer; the last of them to tell its links did so 2 min earlier',
    )
    expect(unansweredWords({ ...some, count: 1, of: 1 })).toBe(
      'the only peer of the other island did not answer; it told its links last 2 min earlier',
    )
    // All that is known may be what others told of them.
    expect(unansweredWords({ ...some, count: 2, ageMs: null })).toBe(
      '2 of the 6 peers of the other island did not answer',
    )
  })

  it('does not say of peers that were not asked that they did not answer', () => {
    const all = { count: 6, notAsked: 6, of: 6, islands: 1, ageMs: null }
    expect(unansweredWords(all)).toBe('none of the 6 peers of the other island was asked')
    expect(unansweredWords({ ...all, count: 2, notAsked: 2 })).toBe(
      '2 of the 6 peers of the other island were not asked',
    )
    expect(unansweredWords({ ...all, count: 1, notAsked: 1, of: 1 })).toBe(
      'the only peer of the other island was not asked',
    )
    expect(unansweredWords({ ...all, notAsked: 2 })).toBe(
      'none of the 6 peers of the other island answered (2 were not asked)',
    )
  })
})

describe('the event of islands in words', () => {
  const said = (changes: { readonly gone?: number; readonly back?: number }): string =>
    islandsToldWords({ kind: 'Islands', count: 1, sizes: [4], ...changes })

  it('says whether those that were apart are gone, or back', () => {
    expect(said({})).toBe('one island of 4 peers')
    expect(said({ gone: 4 })).toBe('one island of 4 peers; 4 that had been apart went silent or left')
    expect(said({ back: 1 })).toBe('one island of 4 peers; 1 that had been apart is back')
  })
})
