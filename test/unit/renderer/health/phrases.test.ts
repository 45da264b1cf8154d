import { describe, expect, test } from 'vitest'
import type { HealthPhrase } from '../../../../src/shared/health-words.ts'
import { networkIdFrom } from '../../../../src/shared/ids.ts'
import { fitPhrases } from '../../../../src/renderer/src/health/fit-phrases.ts'
import { healthPhrases } from '../../../../src/shared/health-words.ts'
import { pastPhrases } from '../../../../src/renderer/src/health/past-phrases.ts'
import { seriesOf } from './series-of.ts'

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
    islands: [2],
    stalls: { from: 1000, to: 601_000, count: 2, totalMs: 4200, worstMs: 3000, worstAt: 400_000 },
  })
  const rtt = { measured: 3, p50: 38, p95: 81, slowFrom: 60 }
  const texts = (phrases: readonly HealthPhrase[]): string[] => phrases.map(({ text }) => text)

  test('is told from the ten minutes before it, in the words of the present', () => {
    const phrases = pastPhrases({ network, here: 3, rtt, before })
    expect(texts(phrases)).toEqual([
      '3 here',
      '2 islands',
      '3 left in 10 min (1 said goodbye, 2 silent)',
      'p95 81 ms',
      'our own machine stalled 2 times, 4.2 s in all',
    ])
    expect(phrases.find(({ id }) => id === 'left')?.evidence).toMatchObject({ from: 1000, to: 601_000 })
  })

  test('says of what is not known nothing', () => {
    expect(texts(pastPhrases({ network, here: 3, rtt: null, before: null }))).toEqual(['3 here'])
    // What the picture itself shows needs nothing else.
    expect(texts(pastPhrases({ network, here: 3, rtt, before: null }))).toEqual(['3 here', 'p95 81 ms'])
    const unknown = seriesOf({ islands: [null], stalls: null })
    const said = texts(pastPhrases({ network, here: 0, rtt: null, before: unknown }))
    expect(said[0]).toBe('0 here')
    expect(said.join()).not.toMatch(/p95|measured|island|stall/)
  })

  test('has the same words as the present for the same facts', () => {
    const now = {
      at: before.to,
      network,
      state: 'online',
      here: 3,
      islands: null,
      islandsUnknown: null,
      left: { from: before.from, to: before.to, goodbye: 1, silent: 2, ownStall: 0, removed: 0, displaced: 0 },
      rtt,
      stalls: before.stalls,
      loopDelay: null,
      clock: null,
      store: null,
    } as const
    const past = pastPhrases({ network, here: 3, rtt, before }).filter(({ id }) => id !== 'islands')
    expect(past).toEqual(healthPhrases(now))
  })
})
