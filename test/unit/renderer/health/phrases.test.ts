import { describe, expect, test } from 'vitest'
import type { LeftCounts } from '../../../../src/shared/health.ts'
import type { HealthPhrase } from '../../../../src/shared/health-words.ts'
import { summarize } from '../../../../src/shared/islands.ts'
import { networkIdFrom } from '../../../../src/shared/ids.ts'
import { fitPhrases } from '../../../../src/renderer/src/health/fit-phrases.ts'
import { healthPhrases } from '../../../../src/shared/health-words.ts'
import { withMoment, withNow } from '../../../../src/renderer/src/health/at-moment.ts'
import { pastPhrases } from '../../../../src/shared/past-phrases.ts'
import { peerRow } from '../../../support/renderer/fake-network.ts'
import { health } from '../../shared/health-now.ts'
import { seriesOf } from './series-of.ts'
import { nobodyLeft } from '../../../support/nobody-left.ts'

const NO_ISLANDS = summarize({ islands: [], unknown: 0, bridges: [], articulations: [] }, null)

function phrase(id: HealthPhrase['id'], tone: HealthPhrase['tone'] = 'plain'): HealthPhrase {
  return { id, text: id, more: '', tone, evidence: null }
}

const ids = (phrases: readonly HealthPhrase[]): string[] => phrases.map(({ id }) => id)
/** Six pixels a letter. */
const sizedOf = (phrases: readonly HealthPhrase[]) =>
  phrases.map((one) => ({ phrase: one, width: 6 * one.text.length, shortWidth: 6 * (one.short ?? one.text).length }))
const shownIn = (phrases: readonly HealthPhrase[], room: number, menu = 50) => {
  const { shown, more } = fitPhrases(sizedOf(phrases), room, menu)
  return { texts: shown.map(({ text }) => text), ids: shown.map(({ phrase: { id } }) => id), more: ids(more) }
}

describe('phrases that fit', () => {
  const here = { ...phrase('here'), text: '3 here' }
  const islands = { ...phrase('islands', 'good'), text: '1 island' }
  const left = { ...phrase('left', 'warning'), text: '3 left in 10 min (2 said goodbye, 1 silent)', short: '3 left' }
  const rtt = { ...phrase('rtt'), text: 'p95 81 ms' }
  const stall = { ...phrase('stall', 'warning'), text: 'our own machine stalled 2 times', short: 'we stalled' }
  const all = [here, islands, left, rtt, stall]
  const [whole, short] = [all, all.map((one) => one.short ?? one.text)].map(
    (list) => 6 * list.reduce((sum, one) => sum + (typeof one === 'string' ? one : one.text).length, 0),
  ) as [number, number]

  test('all of them where there is room, without a menu', () => {
    expect(shownIn(all, whole)).toEqual({ texts: all.map(({ text }) => text), ids: ids(all), more: [] })
  })

  test('in fewer words before one is left out, and what matters most keeps its words', () => {
    expect(shownIn(all, whole - 1).texts).toEqual([here.text, islands.text, left.text, rtt.text, stall.short])
    expect(shownIn(all, short)).toEqual({
      texts: [here.text, islands.text, left.short, rtt.text, stall.short],
      ids: ids(all),
      more: [],
    })
  })

  test('who is here, who left, islands and round-trip times before our own stall, in their order', () => {
    expect(shownIn(all, short - 1)).toMatchObject({ ids: ['here', 'islands', 'left', 'rtt'], more: ['stall'] })
    expect(shownIn(all, 50 + 6 * '3 here3 left'.length)).toMatchObject({ ids: ['here', 'left'] })
  })

  test('one that is too long does not keep others out', () => {
    const clock = { ...phrase('clock', 'bad'), text: 'our clock is much too far ahead of all the others' }
    const { ids: shown, more } = shownIn([...all, clock], short)
    expect(shown).toEqual(['here', 'islands', 'left', 'rtt'])
    expect(more).toEqual(['stall', 'clock'])
  })

  test('how many are here is shown however little room there is', () => {
    expect(shownIn(all, 20).ids).toEqual(['here'])
    expect(shownIn(all, 0).more).toEqual(['islands', 'left', 'rtt', 'stall'])
  })

  test('a split is kept before what is plain', () => {
    const split = { ...phrase('islands', 'bad'), text: '2 islands: 12 and 12', short: '2 islands' }
    expect(shownIn([here, split, { ...left, tone: 'plain' }, rtt], 50 + 6 * '3 here2 islands'.length)).toMatchObject({
      texts: ['3 here', '2 islands'],
    })
  })
})

describe('the sentence of a past moment', () => {
  const leftIn = (counts: Partial<LeftCounts>): LeftCounts => ({ ...nobodyLeft(1000, 601_000), ...counts })
  const network = { kind: 'peerscope', id: networkIdFrom('n'), name: 'n' } as const
  const before = seriesOf({
    from: 1000,
    to: 601_000,
    here: [3],
    // The sentence counts as the engine does now, not by the columns.
    goodbye: [7],
    left: leftIn({ goodbye: 1, silent: 2 }),
    // What was told by then, once it had lasted.
    islands: [1],
    stalls: { from: 1000, to: 601_000, count: 2, totalMs: 4200, worstMs: 3000 },
  })
  const rtt = { measured: 3, p50: 38, p95: 81, slowFrom: 60 }
  const islands = { ...NO_ISLANDS, count: 2, sizes: [2, 2], withSelf: true }
  const facts = {
    network,
    here: 3,
    nothing: false,
    loss: null,
    deserted: false,
    alone: false,
    stall: null,
    parted: null,
    islands,
    rtt,
    peers: [],
    before,
  }
  const texts = (phrases: readonly HealthPhrase[]): string[] => phrases.map(({ text }) => text)

  test('is told from its picture and the ten minutes before it, in the words of the present', () => {
    const phrases = pastPhrases(facts)
    expect(texts(phrases)).toEqual([
      '3 here',
      '2 islands: 2 and 2, us included',
      '3 left in 10 min (1 said goodbye, 2 silent)',
      'p95 81 ms',
      'our own machine stalled 2 times, 4.2 s in all',
    ])
    expect(phrases.find(({ id }) => id === 'left')?.evidence).toMatchObject({ from: 1000, to: 601_000 })
  })

  test('says of islands whose peers may only have ended what it looked like, as it did then', () => {
    expect(texts(pastPhrases({ ...facts, islandsEnded: true }))[1]).toBe('looks like 2 islands: 2 and 2, us included')
  })

  test('says of a moment at which nobody had been met what the present says of it', () => {
    const alone = { ...facts, here: 0, islands: null, rtt: null, alone: true }
    const live = {
      ...health({ islands: null, islandsUnknown: 'none yet', rtt: null, parted: null }),
      state: 'alone' as const,
    }
    const { left, stalls } = before
    expect(texts(pastPhrases(alone))).toEqual(
      texts(healthPhrases({ ...live, at: before.to, here: 0, left: left ?? live.left, stalls })),
    )
  })

  test('tells crawls, and peers that made room, apart from those who left', () => {
    const left = leftIn({ goodbye: 1, displaced: 2, removed: 1, crawls: 3 })
    const found = pastPhrases({ ...facts, before: { ...before, left } }).find(({ id }) => id === 'left')
    expect([found?.text, found?.more]).toEqual([
      '1 left in 10 min (1 said goodbye)',
      'Not counted: 1 removed here, 2 made room for others, 3 crawls.',
    ])
    expect(found?.evidence).toMatchObject({ filter: 'reason:left -tag:peerscope-crawl' })
  })

  test('says that nobody had been met, which those who left in an earlier run do not contradict', () => {
    const phrases = pastPhrases({ ...facts, here: 0, islands: null, rtt: null, alone: true })
    expect(texts(phrases).slice(0, 3)).toEqual([
      'alone: nobody was met since we joined',
      '0 here',
      '3 left in 10 min (1 said goodbye, 2 silent)',
    ])
  })

  test('says that nobody was left, in the words of the present', () => {
    const phrases = pastPhrases({ ...facts, here: 0, deserted: true })
    expect(texts(phrases).slice(0, 3)).toEqual([
      'nobody is left here',
      '0 here',
      '3 left in 10 min (1 said goodbye, 2 silent)',
    ])
  })

  test('says first that our own machine was stalled; in a loss that comes first', () => {
    const stall = { from: 600_000, to: 800_000 }
    const [first, second] = pastPhrases({ ...facts, stall })
    expect([first?.text, second?.text]).toEqual(['our own machine was stalled', '3 here'])
    expect(first?.more).toContain('(3 min 20 s)')
    const loss = { at: 500_000, judgedAt: 500_000, heardAt: 490_000, purgeAfterMs: 60_000 }
    expect(ids(pastPhrases({ ...facts, stall, loss })).filter((id) => id === 'state')).toHaveLength(1)
  })

  test('says who of its picture did not come back since a loss that was over then', () => {
    const lastLoss = { at: 500_000, judgedAt: 500_000, heardAt: 490_000, purgeAfterMs: 60_000 }
    const gone = (index: number) => peerRow(index, { state: 'lost', version: { startedAt: 1, updatedAt: 450_000 } })
    const peers = [peerRow(1), gone(2), gone(3)]
    const said = texts(pastPhrases({ ...facts, peers, before: { ...before, lastLoss } }))
    expect(said[3]).toMatch(/^2 not known since our loss at /)
    expect(texts(pastPhrases({ ...facts, peers })).join()).not.toContain('not known')
  })

  test('says who was taken for gone after a split, at once', () => {
    const parted = { splitAt: 300_000, goneAt: 500_000, gone: 2, unlinked: 0, ended: false }
    const said = texts(pastPhrases({ ...facts, parted, islands: { ...islands, count: 1, sizes: [4] }, before: null }))
    expect(said.join()).toMatch(/2 gone since the split at /)
  })

  test('says when we had lost the network before it', () => {
    const losses = { from: 420_000, to: 840_000, count: 1, totalMs: 420_000 }
    const said = texts(pastPhrases({ ...facts, before: { ...before, losses } }))
    expect(said[3]).toMatch(/^we had lost the network from /)
    expect(texts(pastPhrases(facts)).join()).not.toContain('lost')
  })

  test('says of what is not known nothing', () => {
    expect(texts(pastPhrases({ ...facts, islands: null, rtt: null, before: null }))).toEqual(['3 here'])
    // What the picture itself shows needs nothing else.
    expect(texts(pastPhrases({ ...facts, islands: null, before: null }))).toEqual(['3 here', 'p95 81 ms'])
    const unknown = seriesOf({ islands: [null], stalls: null })
    const said = texts(pastPhrases({ ...facts, here: 0, islands: null, rtt: null, before: unknown }))
    expect(said[0]).toBe('0 here')
    expect(said.join()).not.toMatch(/p95|measured|island|stall/)
  })

  test('says since when who left is known, and nothing of it where that is no time at all', () => {
    const since = (from: number) =>
      texts(pastPhrases({ ...facts, before: { ...before, from, left: leftIn({ ...before.left, from }) } }))
    expect(since(301_000)[2]).toMatch(/^3 left since \d\d:\d\d \(/)
    expect(since(600_999).join()).not.toContain('left')
  })

  test('says that islands are not known where peers do not tell their links', () => {
    const mosaik = {
      ...facts,
      network: { ...network, kind: 'mosaik' } as const,
      islands: null,
      rtt: null,
      before: null,
    }
    expect(texts(pastPhrases(mosaik))).toEqual(['3 here', 'islands not known here'])
  })

  test('says where nothing is stored, and not that nobody was here', () => {
    expect(texts(pastPhrases({ ...facts, here: 0, nothing: true, islands: null }))).toEqual([
      'nothing is known of this moment',
    ])
  })

  test('says where we had lost the network, and not what became of the others', () => {
    const gone = seriesOf({ left: leftIn({}), stalls: null })
    const phrases = pastPhrases({
      ...facts,
      here: 6,
      loss: { at: 600_000, judgedAt: 600_000, heardAt: 590_000, purgeAfterMs: 1 },
      before: gone,
    })
    expect(texts(phrases)).toEqual(['we lost the network', '6 were here'])
    expect(phrases[0]?.tone).toBe('bad')
  })

  test('has the same words as the present for the same facts', () => {
    const now = {
      at: before.to,
      network,
      state: 'online',
      here: 3,
      islands,
      islandsEnded: false,
      islandsUnknown: null,
      left: leftIn({ goodbye: 1, silent: 2 }),
      losses: null,
      notKnown: null,
      parted: null,
      rtt,
      stalls: before.stalls,
      loopDelay: null,
      refused: 0,
      clock: null,
      store: null,
    } as const
    expect(pastPhrases(facts)).toEqual(healthPhrases(now))
  })
})

test('a chart says at a moment what its picture shows there', () => {
  const series = seriesOf({ islands: [1, 1, 1] })
  const islands = { ...NO_ISLANDS, count: 2, sizes: [2, 2] }
  expect(withMoment(series, { at: 12_000, loss: null }, islands).islands).toEqual([1, 2, 1])
  // The most of a step stays that.
  const split = seriesOf({ islands: [1, 3, 1] })
  expect(withMoment(split, { at: 12_000, loss: null }, islands)).toEqual(split)
  expect(
    withMoment(series, { at: 12_000, loss: { at: 11_500, judgedAt: 11_500, heardAt: 0, purgeAfterMs: 1 } }, islands)
      .islands,
  ).toEqual([1, null, 1])
  // One outside of the range changes nothing.
  expect([500, 31_000].map((at) => withMoment(series, { at, loss: null }, islands))).toEqual([series, series])
  // Nor do islands that are still being looked for.
  expect(withMoment(series, { at: 12_000, loss: null }, undefined)).toBe(series)
})

test('the step that holds now has what the sentence says of it, unless we have lost the network', () => {
  const young = seriesOf({ here: [null, null, 0], p50: [null, null, null], p95: [null, null, null] })
  const rtt = { measured: 3, p50: 4, p95: 4.4, slowFrom: 4.4 }
  const now = { at: 25_000, state: 'online', here: 3, rtt } as const
  const drawn = withNow(young, now)
  expect([drawn.here, drawn.p50, drawn.p95]).toEqual([
    [null, null, 3],
    [null, null, 4],
    [null, null, 4.4],
  ])
  expect(withNow(drawn, { ...now, rtt: null }).p95).toEqual([null, null, null])
  expect(withNow(young, { ...now, state: 'lost' })).toBe(young)
  expect([500, 31_000].map((at) => withNow(young, { ...now, at }))).toEqual([young, young])
})
