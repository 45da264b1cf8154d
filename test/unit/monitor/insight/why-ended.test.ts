/** Why of those that crashed or hang together: what dials to them tell, and what links they told before. */
import { describe, expect, it } from 'vitest'
import type { DiscoveryEvent, LoggedEvent } from '../../../../src/shared/events.ts'
import type { PeerId } from '../../../../src/shared/ids.ts'
import type { Fates } from '../../../../src/main/monitor/insight/fate-words.ts'
import type { NetworkFacts } from '../../../../src/main/monitor/insight/network-facts.ts'
import type { PeerFacts } from '../../../../src/main/monitor/insight/why-parts.ts'
import { mostProbableFirst } from '../../../../src/main/monitor/insight/why-parts.ts'
import type { NetworkWhy } from '../../../../src/shared/why.ts'
import { whyNetwork } from '../../../../src/main/monitor/insight/why-network.ts'
import { endedRather, splitCauses } from '../../../../src/main/monitor/insight/why-split.ts'
import { whyPeer } from '../../../../src/main/monitor/insight/why.ts'
import { SeededRandom } from '../../../sim/random.ts'
import { peerIdAt } from '../../../support/renderer/fake-network.ts'
import { facts, fates, islandsOf, logged, MINUTE, networkFactsOf, NOW, SILENT, stall, timedOut } from './peer-facts.ts'

const SECOND = 1000
const KILLED = [1, 2, 3].map((index) => peerIdAt(index))
const islands = islandsOf(6, 3)

let seq = 0
const told = (agoMs: number, event: DiscoveryEvent): LoggedEvent => logged((seq += 1), NOW - agoMs, event)
const down = (index: number): LoggedEvent =>
  told(21 * SECOND + index, { kind: 'NeighborDown', peerId: peerIdAt(index) })
const failed = (index: number, reason: string, agoMs = 5 * SECOND): LoggedEvent =>
  told(agoMs, { kind: 'DialFailed', target: `/ip4/127.0.0.1/tcp/4001/p2p/${peerIdAt(index)}`, reason })
const refused = (index: number, agoMs?: number): LoggedEvent => failed(index, 'connection refused', agoMs)
const downs = [1, 2, 3].map(down)

const known = (changes: Partial<NetworkFacts>): NetworkFacts =>
  networkFactsOf({ islands, since: NOW - 20 * SECOND, apart: new Set(KILLED), local: true, ...changes })
const why = (changes: Partial<NetworkFacts>): NetworkWhy => whyNetwork(known(changes))

describe('a split', () => {
  it('is what is left of peers that ended together, where nobody listens at their addresses', () => {
    const events = [...downs, refused(1), refused(2)]
    // One of them may have held the others: it is itself on the other side.
    expect(why({ events, held: [peerIdAt(1)] })).toMatchObject({
      matter: 'split',
      sentence:
        'The network looks split into 2 islands: 6 and 3, probably because 2 peers were ended or crashed together (nobody listens at their addresses), and nothing is heard of 1 more (it was not dialed yet).',
      causes: [{ kind: 'crashed', confidence: 'likely' }],
    })
    expect(why({ events: [...events, refused(3)] }).causes[0]?.words).toMatch(/\(nobody listens at their addresses\)$/)
    expect(why({ events, local: false }).causes[0]).toMatchObject({ kind: 'crashed' })
    // Of most of them elsewhere nothing tells that.
    expect(why({ events: [refused(1)], local: false }).causes.map(({ kind }) => kind)).toEqual(['unknown'])
    expect(why({ events: [refused(1)] }).causes[0]).toMatchObject({ kind: 'crashed', confidence: 'possible' })
    // Nor of one of two, which the other one need not have gone the way of.
    const two = { events: [...downs.slice(0, 2), refused(1)], apart: new Set(KILLED.slice(0, 2)) }
    expect(why(two).causes[0]).toMatchObject({ kind: 'crashed', confidence: 'possible' })
    // An address that was refused long before says nothing of it.
    const early = { ...refused(1, 10 * MINUTE), lastAt: NOW }
    expect(why({ events: [early], apart: new Set([peerIdAt(1)]) }).causes[0]?.kind).toBe('unknown')
  })

  it('counts as one of peers that ended where that is the best of all causes, and only then', () => {
    const random = new SeededRandom(1)
    const oneOf = <T>(values: readonly [T, ...T[]]): T => values[random.below(values.length)] ?? values[0]
    const version = { startedAt: 1, updatedAt: 1 }
    const event = (): LoggedEvent => {
      const agoMs = random.below(60) * SECOND
      const peerId = peerIdAt(1 + random.below(8))
      switch (random.below(6)) {
        case 0:
          return failed(1 + random.below(8), oneOf(['connection refused', 'no answer in time']), agoMs)
        case 1:
          return told(agoMs, { kind: 'NeighborDown', peerId })
        case 2:
          return told(agoMs, { kind: 'NeighborUp', peerId })
        case 3:
          return told(agoMs, { kind: 'Stalled', ms: random.below(20) * SECOND })
        default:
          return told(agoMs, { kind: 'PeerDeparted', peerId, reason: oneOf(['graceful', 'purged']), version })
      }
    }
    const counts = new Map<string, number>()
    for (let turn = 0; turn < 2000; turn += 1) {
      const facts = known({
        events: Array.from({ length: random.below(14) }, event),
        held: oneOf([null, [], [peerIdAt(4), peerIdAt(5)]]),
        local: random.below(2) === 0,
        demo: random.below(2) === 0,
        told: oneOf([[], [told(0, { kind: 'Islands', count: 2, sizes: [6, 3] })]]),
        untoldMs: oneOf([0, 20 * SECOND]),
      })
      const [best] = mostProbableFirst(splitCauses(facts))
      const kind = best?.cause.kind ?? 'none'
      counts.set(kind, (counts.get(kind) ?? 0) + 1)
      expect(endedRather(facts)).toEqual(kind === 'crashed' ? best : null)
    }
    for (const kind of ['crashed', 'bridge', 'own stall', 'unknown']) expect(counts.get(kind)).toBeGreaterThan(10)
  })

  it('looks at each dial once, however many peers are apart', () => {
    let looks = 0
    const dial = (index: number): LoggedEvent => {
      const logged = refused(index)
      return {
        ...logged,
        get event() {
          looks += 1
          return logged.event
        },
      }
    }
    const counted = (peers: number): number => {
      const apart = new Set(Array.from({ length: peers }, (_, index) => peerIdAt(index)))
      const facts = known({ events: Array.from({ length: 20 }, (_, index) => dial(index)), apart })
      looks = 0
      expect(endedRather(facts)).not.toBeNull()
      return looks
    }
    expect(counted(2000)).toBe(counted(20))
  })

  it('counts who does not answer dials not among those that ended, and tells those first that are more', () => {
    const words = (...events: LoggedEvent[]) => why({ events: [...downs, ...events] }).causes[0]?.words
    const silent = (index: number): LoggedEvent => failed(index, 'no answer in time')
    const suspended = 'suspended (dials get no answer, and an ended process would refuse them)'
    expect(words(refused(1), refused(2), silent(3))).toBe(
      `2 peers were ended or crashed together (nobody listens at their addresses), and 1 hangs or was ${suspended}`,
    )
    expect(words(silent(1), refused(2), silent(3))).toBe(
      `2 peers hang or were ${suspended}, and 1 was ended or crashed (nobody listens at its address)`,
    )
    // What ran out of time while we stood still says nothing.
    expect(words(refused(1), refused(2), silent(3), told(4 * SECOND, { kind: 'Stalled', ms: 9000 }))).toBe(
      '2 peers were ended or crashed together (nobody listens at their addresses), and nothing is heard of 1 more (dials to it do not tell why)',
    )
    // Nor does an address that was refused long before.
    const early = { ...refused(3, 10 * MINUTE), lastAt: NOW }
    expect(words(refused(1), refused(2), early)).toMatch(/^2 peers were .* of 1 more \(dials to it do not tell why\)$/)
    expect(words(refused(1))).toMatch(
      /^1 peer was ended or crashed \(.*\), and nothing is heard of 2 more \(they were not/,
    )
    // Elsewhere something may lie between.
    const far = why({ events: [...downs, refused(1), refused(2), silent(3)], local: false })
    expect(far.causes[0]?.words).toMatch(/^2 peers were ended or crashed together .*, and 1 does not answer$/)
    const few = why({ events: [...downs, refused(1), silent(2), silent(3)], local: false })
    expect(few.causes[0]?.kind).toBe('unknown')
  })

  it('has no link in a peer of the other island', () => {
    const bridges = (apart: readonly PeerId[]): readonly string[] =>
      why({ events: [down(1)], held: [peerIdAt(1)], apart: new Set(apart) }).causes.flatMap(({ kind, words }) =>
        kind === 'bridge' ? words : [],
      )
    expect(bridges([peerIdAt(2)])).toHaveLength(1)
    expect(bridges(KILLED)).toEqual([])
  })

  it('of peers that broke off together is none that a way was cut for, where all are on this machine', () => {
    expect(why({ events: downs }).sentence).toMatch(
      /^The network looks split .*, perhaps because 3 peers, all on this machine, broke off together without a goodbye \(they were ended, crashed or suspended\)\.$/,
    )
    // Those that were no neighbors of ours went as well.
    expect(why({ events: downs.slice(1) }).causes[0]?.words).toBe(
      '3 peers, all on this machine, are gone together (2 of them broke off without a goodbye: they were ended, crashed or suspended)',
    )
    const unanswered = [failed(1, 'no answer in time')]
    expect(why({ events: [...downs, ...unanswered] }).causes[0]?.words).toMatch(
      /\(1 of them hangs or was suspended: dials get/,
    )
    unanswered.push(failed(2, 'no answer in time'), failed(3, 'no answer in time'))
    expect(why({ events: [...downs, ...unanswered] }).causes[0]?.words).toMatch(
      /\(they hang or were suspended: dials get/,
    )
    const far = why({ events: downs, local: false })
    expect(far.sentence).toMatch(/^The network is split .*, perhaps because the way between the islands is cut/)
    expect(far.causes.map(({ words }) => words)).toContain(
      '3 peers were ended or crashed together (they broke off without a goodbye)',
    )
  })
})

describe('a split of the demo', () => {
  const islandsTold = told(5 * SECOND, { kind: 'Islands', count: 2, sizes: [6, 3], apart: KILLED })
  const played = (changes: Partial<NetworkFacts>): NetworkWhy => why({ demo: true, told: [islandsTold], ...changes })
  const CUT = 'the way between the islands is cut, as the demo plays it'

  it('is one that it plays: on one machine nothing else cuts peers off', () => {
    expect(played({ events: downs })).toMatchObject({
      sentence: `The network is split into 2 islands: 6 and 3, probably because ${CUT}.`,
      causes: [{ kind: 'split', confidence: 'likely', events: [islandsTold.seq] }, { kind: 'crashed' }],
    })
    // Also before that is told, where it is seen that they broke off.
    expect(played({ events: downs, told: [] }).causes[0]).toMatchObject({ words: CUT, confidence: 'likely' })
    expect(played({ told: [] }).causes).toMatchObject([{ kind: 'unknown', confidence: 'possible' }])
    // Those that are cut off answer nothing, and one that was refused may have crashed before.
    expect(played({ events: [...downs, failed(1, 'no answer in time'), refused(2)] }).causes[0]?.words).toBe(CUT)
    const parted = { goneAt: NOW, gone: 3, unlinked: 0, back: 0 }
    expect(played({ events: downs, islands: null, parted }).sentence).toMatch(
      /^The network split .*, probably because the way between the islands was cut, as the demo plays it\.$/,
    )
    // A stall of ours explains it less.
    const stalled = told(20 * SECOND, { kind: 'Stalled', ms: 4000 })
    expect(played({ events: [...downs, stalled] }).causes[0]?.words).toBe(CUT)
    expect(endedRather(known({ demo: true, told: [islandsTold], events: downs }))).toBeNull()
  })

  it('is none where they ended, nor is one of two peers said to be', () => {
    expect(played({ events: [...downs, refused(1), refused(2)] }).causes.map(({ kind }) => kind)).toEqual(['crashed'])
    expect(played({ events: downs, apart: new Set(KILLED.slice(0, 2)) }).causes.map(({ kind }) => kind)).not.toContain(
      'split',
    )
  })

  it('is no sign that a peer of the other island hangs', () => {
    const apart = { since: NOW - 20 * SECOND, seq: 1, others: [], unlinked: false, ended: null }
    const cut = facts({ ...SILENT, local: true, demo: true, dials: [timedOut], apart })
    expect(whyPeer(cut).sentence).toMatch(/, probably because the network split, and it was in the island that was cut/)
  })
})

describe('a loss', () => {
  const cause = (...events: LoggedEvent[]): string | undefined =>
    why({ state: 'lost', islands: null, since: NOW - 21 * SECOND, events: [...downs, ...events] }).causes[0]?.words

  it('of neighbors on this machine says whether they ended or hang, as far as dials tell', () => {
    const who = '3 neighbors, all on this machine, broke off together without a goodbye'
    expect(cause()).toBe(`${who} (they were ended, crashed or suspended)`)
    expect(cause(failed(1, 'no answer in time'))).toBe(
      `${who} (1 of them hangs or was suspended: dials get no answer, and an ended process would refuse them)`,
    )
    expect(cause(...[1, 2, 3].map((index) => failed(index, 'no answer in time')))).toMatch(
      /\(they hang or were suspended: dials get/,
    )
    expect(cause(failed(1, 'no answer in time'), refused(2))).toBe(
      `${who} (nobody listens at the address of 1 of them: it was ended or crashed, and 1 hangs or was suspended)`,
    )
    // What ran out of time while we stood still says nothing, nor do dials to others.
    const stalled = told(4 * SECOND, { kind: 'Stalled', ms: 9000 })
    const words = why({
      state: 'lost',
      islands: null,
      since: NOW - 21 * SECOND,
      events: [...downs, failed(1, 'no answer in time'), failed(9, 'no answer in time'), stalled],
    }).causes.map((one) => one.words)
    expect(words).toContain(`${who} (they were ended, crashed or suspended)`)
  })
})

describe('a peer that went silent with many on this machine', () => {
  const together = (changes: Partial<PeerFacts>): string | undefined =>
    whyPeer(facts({ ...SILENT, local: true, together: { silent: fates(8), here: 8 }, ...changes })).causes.find(
      ({ words }) => /together|within a minute|our own connection/.test(words),
    )?.words

  const of = (changes: Partial<Fates>) => ({ together: { silent: fates(8, changes), here: 8 } })

  it('is said to have gone with those that ended and those that hang, of each as far as dials to it tell', () => {
    expect(together({})).toBe(
      '8 peers on this machine were ended, crashed or suspended together (they went silent within a minute)',
    )
    expect(together({ dials: [timedOut], ...of({ unanswered: 8, undialed: 0 }) })).toMatch(
      /^8 peers on this machine hang or were suspended together .*; dials get no answer, and an ended process would refuse/,
    )
    expect(together(of({ refused: 8, undialed: 0 }))).toBe(
      '8 peers on this machine were ended or crashed together (they went silent within a minute; nobody listens at their addresses)',
    )
    expect(together(of({ refused: 2, unanswered: 1, undialed: 4 }))).toBe(
      '8 peers on this machine went silent within a minute: 2 were ended or crashed (nobody listens at their addresses), 1 hangs or was suspended (dials get no answer, and an ended process would refuse them), and nothing is heard of 5 more (4 of them were not dialed yet)',
    )
    expect(together({ dials: [timedOut], local: false })).toMatch(/^the way between them and us broke/)
  })
})

describe('a peer on this machine that does not answer dials', () => {
  const others = [peerIdAt(2)]
  const crashed = {
    kind: 'crashed',
    confidence: 'possible',
    words: 'x',
    events: [],
    evidence: null,
    since: null,
  } as const
  const apart = { since: NOW - MINUTE, seq: 1, others, unlinked: false, ended: { rank: 84, cause: crashed } }

  it('is said to hang or to be suspended, whatever became of those that it went with', () => {
    const causes = (changes: Partial<PeerFacts>) =>
      whyPeer(facts({ ...SILENT, local: true, apart, dials: [timedOut], ...changes })).causes
    expect(causes({}).map(({ confidence, words }) => `${confidence} ${words}`)).toEqual([
      'likely it hangs or was suspended (dials get no answer, and an ended process would refuse them)',
      expect.stringMatching(/^possible it went together with /),
    ])
    for (const changes of [{ local: false }, { stalls: [stall(NOW - MINUTE, 4000)] }])
      expect(causes(changes).map(({ words }) => words)).toContainEqual(expect.stringMatching(/^it cannot be reached/))
    // What is less probable than a guess is one too.
    expect(causes({ local: false }).map(({ confidence }) => confidence)).toEqual(['possible', 'possible', 'possible'])
  })
})

describe('a network that everybody left', () => {
  it('is told by their goodbyes, which are certain', () => {
    const goodbye = (index: number, agoMs: number): LoggedEvent =>
      told(agoMs, {
        kind: 'PeerDeparted',
        peerId: peerIdAt(index),
        reason: 'graceful',
        version: { startedAt: 1, updatedAt: 1 },
      })
    const events = [...downs, goodbye(1, 22 * SECOND), goodbye(2, 22 * SECOND), goodbye(3, 20 * MINUTE)]
    expect(why({ state: 'deserted', islands: null, apart: new Set(), events })).toMatchObject({
      matter: 'deserted',
      sentence: 'Nobody is left here: 2 peers said goodbye.',
      causes: [{ kind: 'left one by one', confidence: 'certain' }],
    })
    const silent = { ...goodbye(4, 3 * MINUTE), seq: 99 }
    const purged = { ...silent, event: { ...silent.event, reason: 'purged' } } as LoggedEvent
    const some = { state: 'deserted', islands: null, apart: new Set<PeerId>(), events: [...events, purged] } as const
    expect(why(some).sentence).toBe('Nobody is left here: 2 peers said goodbye, 1 went silent.')
    // One that came again is told as it went last.
    expect(why({ ...some, again: new Set([peerIdAt(4)]) }).sentence).toBe('Nobody is left here: 2 peers said goodbye.')
  })
})
