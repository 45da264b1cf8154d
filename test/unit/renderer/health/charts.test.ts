import { describe, expect, test } from 'vitest'
import {
  axisRange,
  axisSteps,
  chartData,
  CHARTS,
  drawnParts,
  isKnown,
  knownPlaces,
  reading,
  spoken,
  widestTexts,
} from '../../../../src/renderer/src/health/charts.ts'
import type { Chart } from '../../../../src/renderer/src/health/charts.ts'
import { axisTop } from '../../../../src/renderer/src/inspector/rtt-axis.ts'
import { formatRtt } from '../../../../src/shared/rtt.ts'
import { seriesOf } from './series-of.ts'

function chart(id: Chart['id']): Chart {
  const found = CHARTS.find((one) => one.id === id)
  if (found === undefined) throw new Error(`no chart ${id}`)
  return found
}

describe('figures of a chart', () => {
  test('stand in the middle of their spans, and what is not known is a gap', () => {
    expect(chartData(chart('here'), seriesOf())).toEqual([
      [6000, 16_000, 26_000],
      [null, 4, 3],
    ])
    expect(chartData(chart('rtt'), seriesOf())).toEqual([
      [6000, 16_000, 26_000],
      [null, null, 38],
      [null, null, 81],
    ])
  })

  test('bars stand on each other by reason: joins upward, departures downward, the farthest first', () => {
    const [, ...columns] = chartData(chart('moves'), seriesOf())
    expect(drawnParts(chart('moves')).map(({ column }) => column)).toEqual([
      'removed',
      'ownLoss',
      'ownClock',
      'ownStall',
      'silent',
      'goodbye',
      'joined',
    ])
    expect(columns.map((column) => column[2])).toEqual([null, -10, null, -6, -3, -1, null])
    expect(columns.map((column) => column[1])).toEqual([null, null, null, null, null, null, 4])
    expect(columns.map((column) => column[0])).toEqual([null, null, null, null, null, null, null])
  })

  test('delays of our own event loop are a line over the bars of stalls, from zero and not on top of them', () => {
    const own = chart('stalls')
    expect(drawnParts(own).map(({ column }) => column)).toEqual(['stallMs', 'loopDelayMs'])
    expect(chartData(own, seriesOf())).toEqual([
      [6000, 16_000, 26_000],
      [null, null, 4200],
      [null, 12.4, 4200],
    ])
    // Small delays can be seen, and where none was measured the stalls are still told.
    expect(axisRange(own, 0, 12)).toEqual([0, 100 * 1.08])
    expect(isKnown(own, seriesOf({ loopDelayMs: [null, null, null] }))).toBe(true)
  })

  test('a goodbye, silence and our own stall look different without colour', () => {
    const looks = chart('moves').parts.flatMap(({ column, look }) => (column === 'joined' ? [] : [look]))
    expect(new Set(looks).size).toBe(looks.length)
    expect(new Set(chart('rtt').parts.map(({ look }) => look)).size).toBe(2)
  })

  test('the axis begins at zero, has a least height, and goes below zero only for what hangs down', () => {
    expect(axisRange(chart('here'), 3, 3)).toEqual([0, 4 * 1.08])
    expect(axisRange(chart('here'), null, null)).toEqual([0, 4 * 1.08])
    expect(axisRange(chart('moves'), -7, 2)).toEqual([-7 * 1.08, 2 * 1.08])
    expect(axisRange(chart('moves'), null, null)).toEqual([-1.08, 1.08])
    expect(axisRange(chart('stalls'), 0, 4200)[0]).toBe(0)
  })
})

describe('words of a chart', () => {
  test('each value has its unit, and what is not known is a dash', () => {
    const text = (id: Chart['id'], place: number) => reading(chart(id), seriesOf(), place).map((one) => one.text)
    expect(text('moves', 2)).toEqual(['0', '1', '2', '3', '0', '4', '0'])
    expect(text('rtt', 2)).toEqual(['38 ms', '81 ms'])
    expect(text('rtt', 1)).toEqual(['–', '–'])
    expect(text('stalls', 2)).toEqual(['4.2 s', '4.2 s'])
    expect(text('stalls', 1)).toEqual(['12 ms', '0'])
    expect(text('stalls', 0)).toEqual(['–', '–'])
    expect(text('here', 7)).toEqual(['–'])
  })

  test('are said in one sentence', () => {
    expect(spoken(chart('rtt'), seriesOf(), 2)).toBe('half of them (p50) 38 ms, slowest 5 % (p95) 81 ms')
  })

  test('a chart without any value is known not to be known, and the table leaves out when we were away', () => {
    expect(isKnown(chart('islands'), seriesOf())).toBe(true)
    expect(isKnown(chart('islands'), seriesOf({ islands: [null, null, null] }))).toBe(false)
    expect(knownPlaces(seriesOf())).toEqual([1, 2])
  })
})

test('the numbers of an axis are round: none is written as another one', () => {
  for (const one of CHARTS) {
    const steps = axisSteps(one)
    expect(steps).toEqual(steps.toSorted((a, b) => a - b))
    for (const step of steps) {
      const texts = [1, 2, 3, 4].map((times) => one.format(step * times))
      const numbers = texts.map((text) => amountOf(text))
      expect(numbers, `${one.id}: ${texts.join()}`).toEqual(
        [1, 2, 3, 4].map((times) => expect.closeTo(step * times, 6)),
      )
    }
  }
})

test('tops of an axis of round-trip times are round, and so are their halves', () => {
  for (const value of [0.05, 0.3, 0.45, 1.1, 2.3, 4.5, 9.5, 22, 45, 88, 240, 900, 1100, 2400, 4500]) {
    const top = axisTop(value)
    expect(top).toBeGreaterThanOrEqual(value)
    expect([top, top / 2].map((ms) => amountOf(formatRtt(ms)))).toEqual(
      [top, top / 2].map((ms) => expect.closeTo(ms, 6)),
    )
  }
})

test('of each part the widest value is known before anybody points at it', () => {
  const series = seriesOf({ p50: [null, 1234, 8], p95: [null, null, 81] })
  expect(widestTexts(chart('rtt'), series)).toEqual(['8.0 ms', '81 ms'])
  expect(widestTexts(chart('rtt'), seriesOf({ p50: [null], p95: [null] }))).toEqual(['–', '–'])
})

/** What a text with its unit says, in the unit of its chart. */
function amountOf(text: string): number {
  const units: Readonly<Record<string, number>> = { '': 1, ms: 1, s: 1000, min: 60_000, h: 3_600_000 }
  const parts = [...text.replaceAll(',', '').matchAll(/([\d.]+) ?([a-z]*)/g)]
  return parts.reduce((sum, [, number = '', unit = '']) => sum + Number(number) * (units[unit] ?? Number.NaN), 0)
}
