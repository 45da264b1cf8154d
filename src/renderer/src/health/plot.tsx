/* oxlint-disable jsx-a11y/prefer-tag-over-role -- a range input has no picture */
import { useEffect, useRef, useState } from 'react'
import type { KeyboardEvent } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import type { HealthSeries } from '../../../shared/health.ts'
import { formatClockSeconds, formatExact } from '../ui/format.ts'
import { strings } from '../ui/strings.ts'
import { useScheme } from '../ui/use-scheme.ts'
import type { Chart } from './charts.ts'
import { chartData, reading, spoken } from './charts.ts'
import type { Marks } from './plot-options.ts'
import { plotOptions, SYNC_KEY } from './plot-options.ts'
import { PartSwatch } from './swatch.tsx'

/** Steps of the crosshair that a page key goes. */
const PAGE = 10

interface PlotProps {
  readonly chart: Chart
  readonly series: HealthSeries
  readonly marks: Marks
  /** Where the crosshair of all charts is: the place in the series; null for nowhere. */
  readonly at: number | null
  readonly onAt: (at: number | null) => void
  /** Goes to a moment, or to the span that is selected; milliseconds since the epoch. */
  readonly onGo: (at: number) => void
  readonly onSpan: (span: readonly [from: number, to: number] | null) => void
}

/** One chart, with the crosshair that all of them have together. */
export function Plot(props: PlotProps) {
  const { chart, series, marks, at } = props
  const scheme = useScheme()
  const holder = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot | null>(null)
  const latest = useRef(props)
  // Where the tooltip is: pixels from the left of the chart; null where the pointer and the keyboard are elsewhere.
  const [tip, setTip] = useState<{ readonly left: number; readonly flip: boolean } | null>(null)
  const focused = useRef(false)
  useEffect(() => {
    latest.current = props
  })
  useEffect(() => {
    const element = holder.current
    if (element === null) return undefined
    const made = new uPlot(
      plotOptions({
        chart,
        scheme,
        height: element.clientHeight,
        series: () => latest.current.series,
        marks: () => latest.current.marks,
        onSpan: (from, to) => latest.current.onSpan([from, to]),
        onCursor: (one) => {
          const place = one.cursor.idx ?? null
          const left = one.cursor.left ?? -1
          latest.current.onAt(left < 0 ? null : place)
          const here = focused.current || one.over.matches(':hover')
          const start = one.over.offsetLeft
          setTip(!here || left < 0 ? null : { left: start + left, flip: left > one.over.clientWidth / 2 })
        },
      }),
      chartData(chart, latest.current.series),
      element,
    )
    plot.current = made
    // Registered after uPlot's own listener, which swallows the click at the end of a drag.
    made.over.addEventListener('click', () => {
      const { left = -1 } = made.cursor
      if (left >= 0) latest.current.onGo(Math.round(made.posToVal(left, 'x')))
    })
    const fit = (): void => {
      if (element.clientWidth > 0) made.setSize({ width: element.clientWidth, height: element.clientHeight })
    }
    const observer = new ResizeObserver(fit)
    observer.observe(element)
    fit()
    return () => {
      observer.disconnect()
      made.destroy()
      plot.current = null
    }
  }, [chart, scheme])
  useEffect(() => plot.current?.setData(chartData(chart, series)), [chart, series])
  // oxlint-disable-next-line react/exhaustive-effect-dependencies -- it draws the marks
  useEffect(() => plot.current?.redraw(false, false), [marks])

  const last = series.at.length - 1
  const place = Math.min(at ?? last, last)
  const onKeyDown = (event: KeyboardEvent): void => act(event, { ...props, place, last })
  const when = formatClockSeconds(series.at[place] ?? series.from)
  return (
    <div
      className="ps-plot"
      role="slider"
      tabIndex={0}
      aria-label={strings.health.chart(chart.title)}
      aria-valuemin={0}
      aria-valuemax={last}
      aria-valuenow={place}
      aria-valuetext={`${when}: ${spoken(chart, series, place)}`}
      data-chart={chart.id}
      onKeyDown={onKeyDown}
      onFocus={() => {
        focused.current = true
      }}
      onBlur={() => {
        focused.current = false
        setTip(null)
      }}
    >
      <div ref={holder} className="ps-plot-space" />
      {tip === null || at === null ? null : (
        <div className="ps-chart-tip" data-flip={tip.flip ? '' : undefined} style={{ left: tip.left }} aria-hidden>
          <strong>{formatExact(series.at[place] ?? series.from).slice(0, 19)}</strong>
          {reading(chart, series, place).map(({ part, text }) => (
            <span key={part.column}>
              <PartSwatch part={part} /> {part.label} <b>{text}</b>
            </span>
          ))}
        </div>
      )}
    </div>
  )
}

type Acting = PlotProps & { readonly place: number; readonly last: number }

/** What a key does. */
function act(event: KeyboardEvent, { series, marks, at, place, last, onGo, onSpan, onAt }: Acting): void {
  const endOf = (index: number): number => Math.floor((series.at[index] ?? series.from) + series.stepMs - 1)
  const to = ((): number | null => {
    switch (event.key) {
      case 'ArrowLeft':
      case 'ArrowDown':
        return place - (at === null ? 0 : 1)
      case 'ArrowRight':
      case 'ArrowUp':
        return place + (at === null ? 0 : 1)
      case 'PageUp':
        return place + PAGE
      case 'PageDown':
        return place - PAGE
      case 'Home':
        return 0
      case 'End':
        return last
      default:
        return null
    }
  })()
  if (event.key === 'Enter') onGo(endOf(place))
  else if (event.key === 'Escape' && (at !== null || marks.span !== null)) {
    // In the past there is none: the list of events ends at its moment.
    if (marks.span !== null) onSpan(null)
    moveTo(series, null)
    onAt(null)
  } else if (to !== null) {
    const next = Math.min(Math.max(to, 0), last)
    if (event.shiftKey) onSpan(grown(marks.span, place, next, { series, endOf }))
    moveTo(series, next)
    onAt(next)
  } else return
  event.preventDefault()
}

/** A span that begins where the crosshair was, or that goes on from the end that it is at. */
function grown(
  span: Marks['span'],
  place: number,
  next: number,
  { series, endOf }: { readonly series: HealthSeries; readonly endOf: (index: number) => number },
): readonly [number, number] {
  const startOf = (index: number): number => Math.floor(series.at[index] ?? series.from)
  if (span !== null && endOf(place) === span[1] && startOf(next) >= span[0]) return [span[0], endOf(next)]
  if (span !== null && startOf(place) === span[0] && endOf(next) <= span[1]) return [startOf(next), span[1]]
  return [startOf(Math.min(place, next)), endOf(Math.max(place, next))]
}

/** Leads the crosshair of all charts to a place. */
function moveTo(series: HealthSeries, place: number | null): void {
  for (const plot of uPlot.sync(SYNC_KEY).plots) {
    const at = place === null ? null : (series.at[place] ?? series.from) + series.stepMs / 2
    plot.setCursor({ left: at === null ? -10 : plot.valToPos(at, 'x'), top: at === null ? -10 : 10 })
  }
}
