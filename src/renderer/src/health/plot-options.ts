import uPlot from 'uplot'
import type { HealthSeries } from '../../../shared/health.ts'
import type { Scheme } from '../graph/colours.ts'
import { CHART_COLOURS, TIME_MARKS } from '../ui/colours.ts'
import { formatMoment } from '../ui/format.ts'
import type { Chart, ChartPart } from './charts.ts'
import { axisRange, axisSteps, drawnParts } from './charts.ts'
import { patternOf } from './patterns.ts'

/** The charts that have one crosshair. */
export const SYNC_KEY = 'peerscope-health'
/** Room for the numbers at the left, and for the times below; pixels. */
const LEFT = 66
const BELOW = 20
/** Movement of the pointer from which on a span is being selected, pixels. */
const DRAG = 5
const FONT = '10.5px system-ui, sans-serif'
/** Least room between two numbers of an axis, pixels: bars up and down get one on each side of zero. */
const APART = 20

/** What is drawn over and below the figures; milliseconds since the epoch. */
export interface Marks {
  /** The past moment that is looked at. */
  readonly moment: number | null
  readonly span: readonly [from: number, to: number] | null
}

/** What a chart is drawn from at the moment, and what it calls. */
export interface PlotParts {
  readonly chart: Chart
  readonly scheme: Scheme
  readonly height: number
  readonly series: () => HealthSeries
  readonly marks: () => Marks
  /** The crosshair moved; null: it went away. */
  readonly onCursor: (plot: uPlot) => void
  readonly onSpan: (from: number, to: number) => void
}

/** A chart as uPlot takes it. */
export function plotOptions({ chart, scheme, height, series, marks, onCursor, onSpan }: PlotParts): uPlot.Options {
  const colours = CHART_COLOURS[scheme]
  const axis = { stroke: colours.text, font: FONT, ticks: { show: false } } as const
  const grid = { stroke: colours.grid, width: 1 }
  return {
    width: 300,
    height,
    ms: 1,
    // The last time needs room beside the chart.
    padding: [6, 22, 0, 0],
    legend: { show: false },
    series: [{}, ...drawnParts(chart).map((part) => seriesOf(chart, part, scheme))],
    scales: {
      x: { time: true, range: () => [series().from, series().to] },
      y: { range: (_plot, low, high) => axisRange(chart, low, high) },
    },
    axes: [
      {
        ...axis,
        size: BELOW,
        gap: 4,
        grid: { show: false },
        values: (_plot, splits, _index, _space, step) => splits.map((at) => formatMoment(at, step)),
      },
      {
        ...axis,
        size: LEFT,
        gap: 6,
        grid,
        space: APART,
        incrs: [...axisSteps(chart)],
        values: (_plot, splits) => splits.map((value) => (value === 0 ? '0' : chart.format(value))),
      },
    ],
    cursor: {
      y: false,
      sync: { key: SYNC_KEY, setSeries: false },
      drag: { x: true, y: false, setScale: false, dist: DRAG },
      points: { show: chart.kind !== 'bars', size: 7, fill: colours.surface },
    },
    hooks: {
      setCursor: [onCursor],
      setSelect: [
        (plot) => {
          const { left, width } = plot.select
          if (width < DRAG) return
          onSpan(Math.round(plot.posToVal(left, 'x')), Math.round(plot.posToVal(left + width, 'x')))
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
        },
      ],
      drawClear: [(plot) => drawSpan(plot, marks().span, scheme)],
      draw: [(plot) => drawMoment(plot, marks().moment, scheme)],
    },
  }
}

function seriesOf(chart: Chart, { column, look, line = false }: ChartPart, scheme: Scheme): uPlot.Series {
  const colours = CHART_COLOURS[scheme]
  const colour = colours[column]
  const common = { stroke: colour, points: { show: false }, spanGaps: false }
  const { bars, linear, stepped } = uPlot.paths
  if (chart.kind === 'bars' && !line) {
    const paths = bars?.({ size: [0.8, 22] })
    return {
      ...common,
      width: 1,
      fill: (plot) => patternOf(plot.ctx, look, colour, colours.surface, uPlot.pxRatio),
      ...(paths === undefined ? {} : { paths }),
    }
  }
  const paths = chart.kind === 'steps' ? stepped?.({ align: 1 }) : linear?.()
  return {
    ...common,
    width: 1.75,
    // A point between two gaps has no line.
    points: { size: 4, fill: colour, filter: lonely },
    ...(look === 'dashed' ? { dash: [6, 4] } : {}),
    ...(chart.kind === 'steps' ? { fill: `${colour}22`, gaps: pastGaps } : {}),
    ...(paths === undefined ? {} : { paths }),
  }
}

/** Where a gap ends, the step from the value before it would show at its edge. */
function pastGaps(
  _plot: uPlot,
  _index: number,
  _from: number,
  _to: number,
  gaps: uPlot.Series.Gaps,
): uPlot.Series.Gaps {
  return gaps.map(([from, to]) => [from, to + uPlot.pxRatio])
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number'
}

/** Places of values that have none beside them. */
function lonely(plot: uPlot, index: number): number[] {
  const values = plot.data[index] ?? []
  const found: number[] = []
  for (let n = 0; n < values.length; n++) {
    if (isNumber(values[n]) && !isNumber(values[n - 1]) && !isNumber(values[n + 1])) found.push(n)
  }
  return found
}

function drawSpan(plot: uPlot, span: Marks['span'], scheme: Scheme): void {
  if (span === null) return
  const { left, top, width, height } = plot.bbox
  const [from, to] = span.map((at) => Math.min(Math.max(plot.valToPos(at, 'x', true), left), left + width))
  if (from === undefined || to === undefined || to <= from) return
  plot.ctx.fillStyle = TIME_MARKS[scheme].span
  plot.ctx.fillRect(from, top, to - from, height)
}

/** What came after the moment is there, but veiled. */
function drawMoment(plot: uPlot, moment: number | null, scheme: Scheme): void {
  if (moment === null) return
  const { left, top, width, height } = plot.bbox
  const x = Math.min(Math.max(plot.valToPos(moment, 'x', true), left), left + width)
  plot.ctx.fillStyle = TIME_MARKS[scheme].veil
  plot.ctx.fillRect(x, top, left + width - x, height)
  plot.ctx.fillStyle = TIME_MARKS[scheme].moment
  plot.ctx.fillRect(x - uPlot.pxRatio, top, 2 * uPlot.pxRatio, height)
}
