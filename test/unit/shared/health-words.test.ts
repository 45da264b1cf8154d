import { describe, expect, it } from 'vitest'
import { PEER_FIELDS } from '../../../src/shared/filter-peers.ts'
import { EVENT_FIELDS } from '../../../src/shared/filter-events.ts'
import { parseFilter } from '../../../src/shared/filter.ts'
import type { HealthNow } from '../../../src/shared/health.ts'
import type { IslandsSummary } from '../../../src/shared/islands.ts'
import { delayWords, healthPhrases, healthSentence, toldRtt } from '../../../src/shared/health-words.ts'
import { roughDuration } from '../../../src/shared/own-troubles.ts'
import { rttFigures, rttOf } from '../../../src/shared/rtt.ts'
import type { PeerState } from '../../../src/shared/peer.ts'
import { peerIdAt, peerRow } from '../../support/renderer/fake-network.ts'
import { AT, health, ISLANDS } from './health-now.ts'
import { nobodyLeft } from '../../support/nobody-left.ts'

describe('the sentence of health', () => {
  it('has a phrase for each', () => {
    expect(healthSentence(health())).toBe(
      '24 here · 1 island · 3 left in 10 min (2 said goodbye, 1 silent) · p95 81 ms · our own machine stalled for 4 s',
    )
  })

  it('says that we are in one of the islands, where their sizes are told', () => {
    const text = (changes: Partial<IslandsSummary>) =>
      healthPhrases(health({ islands: { ...ISLANDS, ...changes } })).find(({ id }) => id === 'islands')?.text
    expect(text({ count: 2, sizes: [18, 7], withSelf: true })).toBe('2 islands: 18 and 7, us included')
    expect(text({ count: 2, sizes: [18, 6] })).toBe('2 islands: 18 and 6')
    expect(text({ withSelf: true })).toBe('1 island')
  })

  it('has fewer words for the long ones, with the same counts', () => {
    const long = health({ islands: { ...ISLANDS, count: 2, sizes: [18, 6] } })
    const short = healthPhrases(long).map(({ text, short: fewer = text }) => fewer)
    expect(short).toEqual([
      '24 here',
      '2 islands: 18 and 6',
      '3 left: 2 goodbyes, 1 silent',
      'p95 81 ms',
      'we stalled for 4 s',
    ])
    const stalls = { count: 3, totalMs: 12_000, worstMs: 6000, from: AT - 600_000, to: AT }
    const left = { ...long.left, goodbye: 1, silent: 1200, ownStall: 2, ownClock: 8 }
    const more = healthPhrases({ ...long, stalls, left })
    expect(more.find(({ id }) => id === 'left')?.short).toBe(
      '1,211 left: 1 goodbye, 1,200 silent, 2 after our stall, 8 by our clock',
    )
    expect(more.find(({ id }) => id === 'stall')?.short).toBe('we stalled 3×, 12 s')
    const withUs = healthPhrases({ ...long, islands: { ...ISLANDS, count: 2, sizes: [18, 7], withSelf: true } })
    expect(withUs.find(({ id }) => id === 'islands')?.short).toBe('2 islands: 18 and 7')
  })

  it('writes large numbers as the window does everywhere', () => {
    const left = { ...nobodyLeft(AT - 600_000, AT), goodbye: 1200, silent: 3400 }
    expect(healthSentence(health({ here: 9999, left }))).toContain(
      '9,999 here · 1 island · 4,600 left in 10 min (1,200 said goodbye, 3,400 silent)',
    )
  })

  it('says since when it is known who left, where that is less than ten minutes', () => {
    const at = new Date(AT)
    at.setHours(20, 4, 30, 0)
    const to = at.getTime()
    const { left } = health()
    const phrase = (from: number) => healthPhrases(health({ at: to, left: { ...left, from, to } }))[2]
    expect(phrase(to - 210_000)).toMatchObject({
      text: '3 left since 20:01 (2 said goodbye, 1 silent)',
      short: '3 left: 2 goodbyes, 1 silent',
      more: 'What is known begins then.',
    })
    expect(phrase(to - 600_000)).toMatchObject({ text: '3 left in 10 min (2 said goodbye, 1 silent)', more: '' })
  })

  it('has a word for a late event loop where it matters and no stall says it', () => {
    const late = (worstMs: number) => health({ stalls: null, loopDelay: { worstMs, worstAt: AT } })
    expect(delayWords(late(450.2))).toBe(
      'Our own event loop was up to 450 ms late in the last 10 min: round-trip times that were measured then may be too long by as much.',
    )
    expect(delayWords(late(249))).toBeNull()
    expect(delayWords(health())).toBeNull()
    expect(delayWords(health({ stalls: null, loopDelay: null }))).toBeNull()
  })

  it('says what is wrong, and nothing of what is as it should be', () => {
    const left = { ...nobodyLeft(AT - 600_000, AT), removed: 1, displaced: 2 }
    expect(healthSentence(health({ stalls: null, left, rtt: null }))).toBe(
      '24 here · 1 island · nobody left in 10 min · nobody is measured yet',
    )
    const bad = health({
      state: 'lost',
      here: 24,
      islands: { ...ISLANDS, count: 2, sizes: [18, 6] },
      clock: { byMs: -90_000, peers: 4 },
      store: 'the disk is full',
      stalls: null,
      left: { ...left, ownStall: 8, ownClock: 8 },
    })
    expect(healthSentence(bad)).toBe(
      'we lost the network · 24 were here · 16 left in 10 min (8 after our own machine stalled, 8 while our clock was wrong) · ' +
        'our clock is 1 min 30 s behind · what happens is not stored',
    )
    expect(
      healthSentence({ ...health({ stalls: null }), state: 'deserted', here: 0, left: { ...left, goodbye: 3 } }),
    ).toBe('nobody is left here · 0 here · 3 left in 10 min (3 said goodbye)')
    // They left in the run before.
    const alone = { ...health({ stalls: null, islands: null, rtt: null }), state: 'alone' as const, here: 0 }
    expect(healthSentence({ ...alone, left: { ...left, goodbye: 3 } })).toBe(
      'alone: nobody was met since we joined · 0 here · 3 left in 10 min (3 said goodbye)',
    )
    // Who left since, and how, is not known then.
    // Nobody is measured either: the times are those of before, whether the engine still tells them or not.
    for (const rtt of [bad.rtt, null])
      expect(healthSentence({ ...bad, left, clock: null, store: null, rtt })).toBe('we lost the network · 24 were here')
    expect([toldRtt(bad), toldRtt({ ...bad, state: 'online' })]).toEqual([null, bad.rtt])
    expect(healthPhrases(health({ islands: null, islandsUnknown: 'untold' }))[1]?.text).toBe('islands not known here')
    expect(healthPhrases(health({ islands: null, islandsUnknown: 'none yet' })).map(({ id }) => id)).not.toContain(
      'islands',
    )
  })

  it('says of islands whose peers may only have ended what it looks like', () => {
    const split = { islands: { ...ISLANDS, count: 2, sizes: [18, 6], withSelf: true } }
    const phrase = (ended: boolean, changes = {}) =>
      healthPhrases(health({ ...split, islandsEnded: ended, ...changes })).find(({ id }) => id === 'islands')
    expect(phrase(false)).toMatchObject({
      text: '2 islands: 18 and 6, us included',
      short: '2 islands: 18 and 6',
      more: expect.stringMatching(/^All 24 peers, ourselves included, form 2 islands/),
      tone: 'bad',
    })
    expect(phrase(true)).toMatchObject({
      text: 'looks like 2 islands: 18 and 6, us included',
      short: 'looks like 2 islands: 18 and 6',
      more: expect.stringMatching(/^All 24 peers, ourselves included, look like 2 islands: 18 and 6; /),
      tone: 'warning',
    })
    expect(phrase(true, { islands: ISLANDS })).toMatchObject({ text: '1 island', tone: 'good' })
  })

  it('has evidence that a view can open', () => {
    for (const { evidence } of healthPhrases(health({ clock: { byMs: 1, peers: 1 } }))) {
      if (evidence?.view === 'timeline') parseFilter(evidence.filter, EVENT_FIELDS)
      else if (evidence !== null) parseFilter(evidence.filter, PEER_FIELDS)
    }
    const left = healthPhrases(health()).find(({ id }) => id === 'left')
    expect(left?.evidence).toMatchObject({ view: 'timeline', kinds: ['PeerDeparted'], from: AT - 600_000, to: AT })
    expect(() => parseFilter(left?.evidence?.filter ?? '', EVENT_FIELDS)).not.toThrow()
  })

  it('is asked for in the words that the window shows', () => {
    const left = { ...health().left, removed: 1 }
    const found = [
      ...healthPhrases(health({ left })),
      ...healthPhrases(health({ left: { ...left, silent: 0 } })),
      ...healthPhrases(health({ left: { ...left, goodbye: 0 } })),
    ].map(({ evidence }) => evidence?.filter ?? '')
    expect(found).toEqual(expect.arrayContaining(['(reason:left OR reason:silent)', 'reason:left', 'reason:silent']))
    expect(found.join(' ')).not.toMatch(/online|graceful|purged|departed|self/)
  })

  it('filters those who left only where others went too, who are not counted', () => {
    const filterOf = (more: object) =>
      healthPhrases(
        health({ left: { ...health().left, ownLoss: 0, removed: 0, displaced: 0, crawls: 0, ...more } }),
      ).find(({ id }) => id === 'left')?.evidence?.filter
    expect([{}, { silent: 0 }, { goodbye: 0, silent: 0 }].map(filterOf)).toEqual(['', '', ''])
    expect(filterOf({ crawls: 1 })).toBe('-tag:peerscope-crawl')
    for (const one of ['ownLoss', 'removed', 'displaced']) expect(filterOf({ [one]: 1 })).toMatch(/^\(?reason:/)
  })

  it('counts stalls in one way, and opens all that it counted', () => {
    const stalls = { from: AT - 600_000, to: AT, count: 3, totalMs: 5300, worstMs: 2300 }
    const phrase = healthPhrases(health({ stalls })).find(({ id }) => id === 'stall')
    expect(phrase?.text).toBe('our own machine stalled 3 times, 5.3 s in all')
    expect(phrase?.more).toMatch(/^The longest lasted 2.3 s\. In the last 10 min\./)
    expect(phrase?.evidence).toMatchObject({ kinds: ['Stalled'], from: stalls.from, to: stalls.to })
  })

  it('opens the slowest peers, those at the p95 and above, and says what the figures mean', () => {
    const rows = Array.from({ length: 100 }, (_, index) => {
      const ms = (index + 1) * 1.237
      return peerRow(index, { self: index === 0, state: 'online', rtt: { srtt: ms, rttvar: 1, last: ms, at: 0 } })
    })
    const rtt = rttOf(rows)
    // Of 99 others, by nearest rank: the 95th.
    expect(rtt).toMatchObject({ measured: 99, p50: 51 * 1.237, p95: 96 * 1.237 })
    const phrase = healthPhrases(health({ rtt })).find(({ id }) => id === 'rtt')
    const passes = parseFilter(phrase?.evidence?.filter ?? '', PEER_FIELDS)
    expect(rows.filter((row) => passes(row, AT)).map(({ rtt: own }) => own?.srtt)).toEqual(
      [96, 97, 98, 99, 100].map((n) => n * 1.237),
    )
    // One that is far slower than all others is found also when it became faster a moment later.
    expect(rttFigures([40, 50, 4000])?.slowFrom).toBe(2025)
    expect(rttFigures([7])?.slowFrom).toBe(3.5)
    expect(phrase?.more).toBe(
      'Round-trip time: half of the 99 measured peers answer in 63 ms or less, 95 % in 119 ms or less. ' +
        'Of the peers that are here and were measured, ourselves not counted, each with its smoothed round-trip time at that moment. ' +
        'Opens the slowest 5 %: 118 ms and more.',
    )
  })

  it('opens the slowest from a round time on, which it says, and which leaves out the next faster one', () => {
    const of = (times: readonly number[]) => {
      const phrase = healthPhrases(health({ rtt: rttFigures(times) })).find(({ id }) => id === 'rtt')
      return [phrase?.evidence?.filter, / Opens .*$/.exec(phrase?.more ?? '')?.[0]]
    }
    expect(of([8.29, 16.53])).toEqual([
      'state:here -state:ourselves rtt>=12ms',
      ' Opens the slowest 5 %: 12 ms and more.',
    ])
    expect(of([7.1, 7.4])).toEqual([
      'state:here -state:ourselves rtt>=7.3ms',
      ' Opens the slowest 5 %: 7.3 ms and more.',
    ])
    expect(of([7.14, 7.18])[0]).toBe('state:here -state:ourselves rtt>=7.16ms')
  })
})

it.each([
  [{ goodbye: 2, silent: 0, ownStall: 0 }, ['graceful']],
  [{ goodbye: 0, silent: 1, ownStall: 0 }, ['purged']],
  [{ goodbye: 0, silent: 0, ownStall: 3 }, ['purged']],
  [{ goodbye: 0, silent: 0, ownClock: 3 }, ['purged']],
  [{ goodbye: 1, silent: 0, ownClock: 3 }, ['graceful', 'purged']],
  [{ goodbye: 2, silent: 1, ownStall: 0 }, ['graceful', 'purged']],
  [{ goodbye: 0, silent: 0, ownStall: 0 }, ['graceful', 'purged']],
] as const)('who left opens the departures that were counted, by the words of the window: %j', (counts, reasons) => {
  // One more went, who is not counted.
  const left = { ...nobodyLeft(0, AT), removed: 1, ...counts }
  const where = healthPhrases(health({ left })).find(({ id }) => id === 'left')?.evidence
  const passes = parseFilter(where?.filter ?? '', EVENT_FIELDS)
  const version = { startedAt: 0, updatedAt: 0 }
  const found = (['graceful', 'purged', 'lost', 'removed', 'displaced'] as const).filter((reason) =>
    passes({ seq: 1, at: 1, event: { kind: 'PeerDeparted', peerId: peerIdAt(1), reason, version } }, AT),
  )
  expect(found).toEqual(reasons)
  expect(where?.filter).toMatch(/reason:(left|silent)/)
})

it.each([
  [850, '850 ms'],
  [1000, '1 s'],
  [4123, '4.1 s'],
  [40_000, '40 s'],
  [59_600, '1 min'],
  [80_000, '1 min 20 s'],
  [3_600_000, '1 h'],
  [11_100_000, '3 h 5 min'],
  [187_200_000, '2 d 4 h'],
])('%i ms is told as %s', (ms, words) => {
  expect(roughDuration(ms)).toBe(words)
})

it('who was purged while we had lost the network is not said to have left, and the phrase says so', () => {
  const left = { ...nobodyLeft(0, AT), goodbye: 1, ownLoss: 20 }
  const phrase = healthPhrases(health({ left })).find(({ id }) => id === 'left')
  expect(phrase?.text).toBe('1 left in 10 min (1 said goodbye)')
  expect(phrase?.more).toBe('Not counted: 20 not known, purged while we had lost the network.')
})

it('says when we had lost the network, once we are back', () => {
  const from = new Date(AT)
  from.setHours(16, 2, 10, 0)
  const [lostAt, minute] = [from.getTime(), 60_000]
  const at = lostAt + 12 * minute
  const left = { ...health().left, from: at - 600_000, to: at }
  const phraseOf = (changes: Partial<HealthNow>) =>
    healthPhrases(health({ at, left, ...changes })).find(({ id }) => id === 'losses')
  const losses = { from: lostAt, to: lostAt + 7 * minute, count: 1, totalMs: 7 * minute }
  expect(phraseOf({ losses })).toEqual({
    id: 'losses',
    text: 'we had lost the network from 16:02 to 16:09',
    short: 'network lost from 16:02 to 16:09',
    more: 'For 7 min. Meanwhile nothing could be heard of anybody: who left then is not known.',
    tone: 'warning',
    evidence: {
      view: 'timeline',
      filter: '',
      kinds: ['NetworkLost', 'NetworkBack'],
      from: lostAt,
      to: at,
      peerId: null,
    },
  })
  const short = { ...losses, to: lostAt + 20_000, totalMs: 20_000 }
  expect(phraseOf({ losses: short })?.text).toBe('we had lost the network for 20 s at 16:02')
  const several = phraseOf({ losses: { ...losses, count: 3, totalMs: 4 * minute } })
  expect(several?.text).toBe('we had lost the network 3 times, 4 min in all')
  // All of the span is opened, and one that began before it whole.
  expect(phraseOf({ losses: { ...losses, from: at - 100_000 } })?.evidence?.from).toBe(at - 600_000)
  // While another one lasts, that is what matters.
  expect([phraseOf({ losses, state: 'lost' }), phraseOf({ losses: null })]).toEqual([undefined, undefined])
})

it('says who did not come back since our loss of the network, and opens just those', () => {
  const lostAt = new Date(AT)
  lostAt.setHours(16, 5, 0, 0)
  const heardSince = lostAt.getTime() - 60_000
  const at = lostAt.getTime() + 600_000
  const phraseOf = (changes: Partial<HealthNow>) =>
    healthPhrases(health({ at, notKnown: { count: 3, lostAt: lostAt.getTime(), heardSince }, ...changes })).find(
      ({ id }) => id === 'notKnown',
    )
  const phrase = phraseOf({})
  expect(phrase).toMatchObject({
    text: '3 not known since our loss at 16:05',
    short: '3 not known since 16:05',
    more: 'They were here when we lost the network, and were not heard of since.',
    tone: 'warning',
  })
  const passes = parseFilter(phrase?.evidence?.filter ?? '', PEER_FIELDS)
  const row = (state: PeerState, updatedAt: number): boolean =>
    passes(peerRow(1, { state, version: { startedAt: 1, updatedAt } }), at)
  expect([row('lost', heardSince), row('lost', heardSince - 1), row('purged', heardSince)]).toEqual([
    true,
    false,
    false,
  ])
  expect(phrase?.evidence?.view).toBe('peers')
  // Of another day the time alone would mislead.
  expect(phraseOf({ at: at + 86_400_000 })?.text).toMatch(/^3 not known since our loss at 16:05 on \d{4}-\d\d-\d\d$/)
  expect(phraseOf({ notKnown: { count: 1, lostAt: lostAt.getTime(), heardSince } })?.more).toMatch(
    /^It was here .* was not/,
  )
  // While it lasts of nobody anything is known, which is said already.
  expect([phraseOf({ state: 'lost' }), phraseOf({ notKnown: null })]).toEqual([undefined, undefined])
})

it('says how many are gone since a split that did not heal, and opens what told of it', () => {
  const [splitAt, goneAt] = [new Date(2026, 0, 2, 14, 2).getTime(), new Date(2026, 0, 2, 14, 7).getTime()]
  const parted = { splitAt, goneAt, gone: 8, unlinked: 0, ended: false }
  const phraseOf = (changes: Partial<HealthNow>) =>
    healthPhrases(health({ at: goneAt + 60_000, parted, ...changes })).find(({ id }) => id === 'parted')
  expect(phraseOf({})).toEqual({
    id: 'parted',
    text: '8 gone since the split at 14:02',
    short: '8 gone since 14:02',
    more: 'They were in another island when the network split, and taken for gone by 14:07: nothing was heard of them since.',
    tone: 'warning',
    evidence: {
      view: 'timeline',
      filter: '',
      kinds: ['Islands', 'PeerDeparted'],
      from: splitAt,
      to: goneAt + 45_000,
      peerId: null,
    },
  })
  expect(phraseOf({ parted: { ...parted, ended: true } })).toMatchObject({
    text: '8 gone since it looked split at 14:02',
    more: expect.stringContaining(' when the network looked split, and taken for gone by 14:07') as string,
  })
  expect(phraseOf({ parted: { ...parted, unlinked: 2 } })?.more).toMatch(
    /^They were in another island when the network split \(of 2 no link was known\), and taken for gone by 14:07/,
  )
  expect(phraseOf({ parted: { ...parted, gone: 1 } })?.more).toMatch(/^It was in another island .* of it since\.$/)
  expect([phraseOf({ parted: null }), phraseOf({ state: 'lost' })]).toEqual([undefined, undefined])
  // While others of them are apart still, the split is told.
  expect(phraseOf({ islands: { ...ISLANDS, count: 2, sizes: [18, 6] } })).toBeUndefined()
})
