/** What the charts of the health page show, and their figures as uPlot takes them. Pure. */
import type { HealthSeries } from '../../../shared/health.ts'
import { roughDuration } from '../../../shared/own-troubles.ts'
import { RTT_MEANING } from '../../../shared/rtt.ts'
import { formatCount, formatRtt } from '../ui/format.ts'
import { HEALTH } from '../ui/strings-health.ts'
import type { Look } from '../ui/swatch.tsx'

/** A column of the series that is drawn. */
export type Column = Exclude<
  keyof HealthSeries,
  'from' | 'to' | 'stepMs' | 'at' | 'rttPeers' | 'lastLoss' | 'losses' | 'stalls' | 'left'
>

/** One line or one kind of bar. */
export interface ChartPart {
  readonly column: Column
  readonly label: string
  readonly look: Look
  /** Bars that hang down from zero. */
  readonly down?: boolean
  /** A line over the bars of its chart. */
  readonly line?: boolean
}

/** One chart. */
export interface Chart {
  readonly id: 'here' | 'moves' | 'rtt' | 'islands' | 'stalls'
  readonly title: string
  /** What its numbers are. */
  readonly unit: string
  /** How they are defined, where that needs to be said. */
  readonly meaning?: string
  readonly kind: 'steps' | 'line' | 'bars'
  readonly parts: readonly ChartPart[]
  /** A value with its unit. */
  readonly format: (value: number) => string
  /** The least range of its axis, from zero. */
  readonly least: number
  /** Whether values between whole numbers make sense. */
  readonly whole: boolean
}

const count = (value: number): string => formatCount(Math.abs(Math.round(value)))

/** All charts in their order. */
export const CHARTS: readonly Chart[] = [
  {
    id: 'here',
    title: HEALTH.charts.here,
    unit: HEALTH.units.peers,
    kind: 'steps',
    parts: [{ column: 'here', label: HEALTH.parts.here, look: 'solid' }],
    format: count,
    least: 4,
    whole: true,
  },
  {
    id: 'moves',
    title: HEALTH.charts.moves,
    unit: HEALTH.units.peers,
    kind: 'bars',
    parts: [
      { column: 'joined', label: HEALTH.parts.joined, look: 'solid' },
      { column: 'goodbye', label: HEALTH.parts.goodbye, look: 'solid', down: true },
      { column: 'silent', label: HEALTH.parts.silent, look: 'hatched', down: true },
      { column: 'ownStall', label: HEALTH.parts.ownStall, look: 'dotted', down: true },
      { column: 'ownClock', label: HEALTH.parts.ownClock, look: 'crossed', down: true },
      { column: 'ownLoss', label: HEALTH.parts.ownLoss, look: 'striped', down: true },
      { column: 'removed', label: HEALTH.parts.removed, look: 'open', down: true },
    ],
    format: count,
    least: 1,
    whole: true,
  },
  {
    id: 'rtt',
    title: HEALTH.charts.rtt,
    unit: HEALTH.units.millis,
    meaning: RTT_MEANING,
    kind: 'line',
    parts: [
      { column: 'p50', label: HEALTH.parts.p50, look: 'solid' },
      { column: 'p95', label: HEALTH.parts.p95, look: 'dashed' },
    ],
    format: formatRtt,
    least: 1,
    whole: false,
  },
  {
    id: 'islands',
    title: HEALTH.charts.islands,
    unit: HEALTH.units.islands,
    kind: 'steps',
    parts: [{ column: 'islands', label: HEALTH.parts.islands, look: 'solid' }],
    format: count,
    least: 2,
    whole: true,
  },
  {
    id: 'stalls',
    title: HEALTH.charts.stalls,
    unit: HEALTH.units.duration,
    kind: 'bars',
    parts: [
      { column: 'loopDelayMs', label: HEALTH.parts.loopDelayMs, look: 'solid', line: true },
      { column: 'stallMs', label: HEALTH.parts.stallMs, look: 'dotted' },
    ],
    format: (value) => (value === 0 ? '0' : roughDuration(value)),
    least: 100,
    whole: false,
  },
]

/** Columns of the same length, the times first, in the middle of their spans; milliseconds since the epoch. */
export type ChartData = [number[], ...(number | null)[][]]

/**
 * The figures of a chart. Bars stand on each other: what lies farthest from zero comes first, so that the others are drawn
 * over it, and lines come last. `drawnParts` has the same order.
 */
export function chartData(chart: Chart, series: HealthSeries): ChartData {
  const times = series.at.map((at) => at + series.stepMs / 2)
  if (chart.kind !== 'bars') return [times, ...chart.parts.map(({ column }) => [...series[column]])]
  const stacks = { up: times.map(() => 0), down: times.map(() => 0) }
  const columns = new Map<Column, (number | null)[]>()
  for (const { column, down = false, line = false } of chart.parts) {
    if (line) {
      columns.set(column, [...series[column]])
      continue
    }
    const base = down ? stacks.down : stacks.up
    const tops = series[column].map((value, index): number | null => {
      if (value === null) return null
      const top = (base[index] ?? 0) + (down ? -value : value)
      base[index] = top
      // Of nothing no bar is drawn, not even a line.
      return value === 0 ? null : top
    })
    columns.set(column, tops)
  }
  return [times, ...drawnParts(chart).map(({ column }) => columns.get(column) ?? [])]
}

/** The parts in the order of the columns of `chartData`. */
export function drawnParts({ kind, parts }: Chart): readonly ChartPart[] {
  if (kind !== 'bars') return parts
  return [...parts.filter(({ line }) => line !== true).toReversed(), ...parts.filter(({ line }) => line === true)]
}

/** Whether anything of a chart is known. */
export function isKnown({ parts }: Chart, series: HealthSeries): boolean {
  return parts.some(({ column }) => series[column].some((value) => value !== null))
}

/** Ends of the axis of values. Whole numbers get room at the top; bars that hang down some below. */
export function axisRange({ least, parts }: Chart, low: number | null, high: number | null): [number, number] {
  const top = Math.max(least, high ?? 0) * 1.08
  const hanging = parts.some(({ down }) => down === true)
  return [hanging ? Math.min(-least, low ?? 0) * 1.08 : 0, top]
}

/** Round steps of whole numbers. */
const WHOLE = [0, 1, 2, 3, 4, 5, 6].flatMap((power) => [1, 2, 5].map((one) => one * 10 ** power))
/** The same of times, milliseconds: tenths are told. */
const TIMES = [0.1, 0.2, 0.5, ...WHOLE]
/** The same of durations, milliseconds. */
const DURATIONS = [
  10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 3_600_000,
]

/** Steps between the numbers of the axis of values: each of these numbers is written as it is, never rounded. */
export function axisSteps({ id, whole }: Chart): readonly number[] {
  return id === 'stalls' ? DURATIONS : whole ? WHOLE : TIMES
}

/** The widest text of each part in a series: pointing at a chart moves nothing where that has its room. */
export function widestTexts(chart: Chart, series: HealthSeries): readonly string[] {
  return chart.parts.map(({ column }) => {
    const texts = new Set(series[column].map((value) => (value === null ? HEALTH.unknown : chart.format(value))))
    return [...texts].reduce((widest, text) => (text.length > widest.length ? text : widest), HEALTH.unknown)
  })
}

/** The value of each part at a place, and a dash where nothing is known. */
export function reading(
  { parts, format }: Chart,
  series: HealthSeries,
  index: number,
): readonly { readonly part: ChartPart; readonly text: string }[] {
  return parts.map((part) => {
    const value = series[part.column][index] ?? null
    return { part, text: value === null ? HEALTH.unknown : format(value) }
  })
}

/** What a chart says of a place, for people who hear it. */
export function spoken(chart: Chart, series: HealthSeries, index: number): string {
  return reading(chart, series, index)
    .map(({ part, text }) => `${part.label} ${text}`)
    .join(', ')
}

/** Places of which anything is known, for the table; null where the network was not joined in between. */
export function knownPlaces(series: HealthSeries): readonly number[] {
  return series.at.flatMap((_, index) =>
    CHARTS.some(({ parts }) => parts.some(({ column }) => (series[column][index] ?? null) !== null)) ? [index] : [],
  )
}
