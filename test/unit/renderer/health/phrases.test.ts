import { describe, expect, test } from 'vitest'
import type { HealthPhrase } from '../../../../src/shared/health-words.ts'
import { summarize } from '../../../../src/shared/islands.ts'
import { networkIdFrom } from '../../../../src/shared/ids.ts'
import { fitPhrases } from '../../../../src/renderer/src/health/fit-phrases.ts'
import { healthPhrases } from '../../../../src/shared/health-words.ts'
import { withMoment } from '../../../../src/renderer/src/health/at-moment.ts'
import { pastPhrases } from '../../../../src/renderer/src/health/past-phrases.ts'
import { seriesOf } from './series-of.ts'

const NO_ISLANDS = summarize({ islands: [], unknown: 0, bridges: [], articulations: [] }, null)

function phrase(id: HealthPhrase['id'], tone: HealthPhrase['tone'] = 'plain'): HealthPhrase {
  return { id, text: id, more: '', tone, evidence: null }
}

const ids = (phrases: readonly HealthPhrase[]): string[] => phrases.map(({ id }) => id)

describe('phrases that fit', () => {
  const all = [phrase('here'), phrase('islands', 'good'), phrase('left'), phrase('rtt'), phrase('stall', 'warning')]
  const sized = all.map((one) => ({ phrase: one, width: 100 }))

  test('all of them where there is room, without a menu', () => {
    expect(fitPhrases(sized, 500, 50)).toEqual({ shown: all, more: [] })
  })

  test('the least important ones go first, and those that stay keep their order', () => {
    const { shown, more } = fitPhrases(sized, 499, 50)
    expect(ids(shown)).toEqual(['here', 'left', 'rtt', 'stall'])
    expect(ids(more)).toEqual(['islands'])
    expect(ids(fitPhrases(sized, 260, 50).shown)).toEqual(['here', 'stall'])
  })

  test('how many are here is shown however little room there is', () => {
    expect(ids(fitPhrases(sized, 20, 50).shown)).toEqual(['here'])
    expect(ids(fitPhrases(sized, 0, 50).more)).toEqual(['islands', 'left', 'rtt', 'stall'])
  })

  test('a split is kept before what is plain', () => {
    const split = [phrase('here'), phrase('islands', 'bad'), phrase('left'), phrase('rtt')]
    const { shown } = fitPhrases(
      split.map((one) => ({ phrase: one, width: 100 })),
      260,
      50,
    )
    expect(ids(shown)).toEqual(['here', 'islands'])
  })
})

describe('the sentence of a past moment', () => {
  const network = { kind: 'peerscope', id: networkIdFrom('n'), name: 'n' } as const
  const before = seriesOf({
    from: 1000,
    to: 601_000,
    here: [3],
    goodbye: [1],
    silent: [2],
    ownStall: [0],
    removed: [0],
    // What was told by then, once it had lasted.
    islands: [1],
    stalls: { from: 1000, to: 601_000, count: 2, totalMs: 4200, worstMs: 3000 },
  })
  const rtt = { measured: 3, p50: 38, p95: 81, slowFrom: 60 }
  const islands = { ...NO_ISLANDS, count: 2, sizes: [2, 2], withSelf: true }
  const facts = { network, here: 3, nothing: false, loss: null, islands, rtt, before }
  const texts = (phrases: readonly HealthPhrase[]): string[] => phrases.map(({ text }) => text)

  test('is told from its picture and the ten minutes before it, in the words of the present', () => {
    const phrases = pastPhrases(facts)
    expect(texts(phrases)).toEqual([
      '3 here',
      '2 islands: 2 and 2',
      '3 left in 10 min (1 said goodbye, 2 silent)',
      'p95 81 ms',
      'our own machine stalled 2 times, 4.2 s in all',
    ])
    expect(phrases.find(({ id }) => id === 'left')?.evidence).toMatchObject({ from: 1000, to: 601_000 })
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
    const gone = seriesOf({ goodbye: [0], silent: [0], ownStall: [0], removed: [0], stalls: null })
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
      islandsUnknown: null,
      left: {
        from: before.from,
        to: before.to,
        goodbye: 1,
        silent: 2,
        ownStall: 0,
        ownLoss: 0,
        removed: 0,
        displaced: 0,
        whileLost: [],
      },
      rtt,
      stalls: before.stalls,
      loopDelay: null,
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
  expect(
    withMoment(series, { at: 12_000, loss: { at: 11_500, judgedAt: 11_500, heardAt: 0, purgeAfterMs: 1 } }, islands)
      .islands,
  ).toEqual([1, null, 1])
  // One outside of the range changes nothing.
  expect([500, 31_000].map((at) => withMoment(series, { at, loss: null }, islands))).toEqual([series, series])
  // Nor do islands that are still being looked for.
  expect(withMoment(series, { at: 12_000, loss: null }, undefined)).toBe(series)
})
