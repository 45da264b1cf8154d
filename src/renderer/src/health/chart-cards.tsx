import { memo, useCallback, useMemo, useState } from 'react'
import type { HealthSeries } from '../../../shared/health.ts'
import { HEALTH_SPAN_MS } from '../../../shared/health.ts'
import { roughDuration } from '../../../shared/own-troubles.ts'
import { useAbilities, useApp, useEvents, useHealth, usePicture } from '../stores/app-context.tsx'
import { holdRange } from '../stores/follow-moment.ts'
import { formatClockSeconds, formatCount, formatExact } from '../ui/format.ts'
import { strings } from '../ui/strings.ts'
import type { Chart } from './charts.ts'
import { CHARTS, isKnown, knownPlaces, reading } from './charts.ts'
import { Plot } from './plot.tsx'
import type { Marks } from './plot-options.ts'
import { PartSwatch } from './swatch.tsx'

/** The charts below each other, with one axis of time and one crosshair. */
export function ChartCards(props: {
  readonly series: HealthSeries
  /** Whether only some peers are counted. */
  readonly filtered: boolean
  readonly onOpenSpan: () => void
}) {
  const { series, filtered, onOpenSpan } = props
  const { picture, range, events } = useApp()
  const [at, setAt] = useState<number | null>(null)
  const moment = usePicture((state) => state.wanted)
  const from = useEvents(({ filter }) => filter.from)
  const to = useEvents(({ filter }) => filter.to)
  const marks = useMemo<Marks>(
    // In the past the list of events ends at its moment, and no span is selected.
    () => ({ moment, span: moment !== null || from === null || to === null ? null : [from, to] }),
    [moment, from, to],
  )
  const onSpan = useCallback(
    (span: readonly [number, number] | null) => {
      // A stored network has no present to go back to.
      if (span !== null && picture.getState().played === null) holdRange(range, () => picture.leave())
      const { filter } = events.getState()
      const [begin, end] = span ?? [null, null]
      if (filter.from !== begin || filter.to !== end) events.setFilter({ ...filter, from: begin, to: end })
    },
    [picture, range, events],
  )
  const selected = marks.span !== null
  const onGo = useCallback(
    (moment: number) => (selected ? onOpenSpan() : holdRange(range, () => picture.goTo(moment))),
    [selected, onOpenSpan, picture, range],
  )
  return (
    <>
      {CHARTS.map((chart) => (
        <ChartCard key={chart.id} {...{ chart, series, filtered, marks, at, onAt: setAt, onGo, onSpan }} />
      ))}
    </>
  )
}

interface ChartProps {
  readonly chart: Chart
  readonly series: HealthSeries
  readonly filtered: boolean
  readonly marks: Marks
  readonly at: number | null
  readonly onAt: (at: number | null) => void
  readonly onGo: (at: number) => void
  readonly onSpan: (span: readonly [number, number] | null) => void
}

const ChartCard = memo(function ChartCard(props: ChartProps) {
  const { chart, series, filtered, at } = props
  const { neighbors } = useAbilities()
  const untold = chart.id === 'islands' && !neighbors
  const known = !untold && isKnown(chart, series)
  const last = series.at.length - 1
  const place = at === null ? null : Math.min(at, last)
  const values = place === null || !known ? null : reading(chart, series, place)
  return (
    <section className="ps-panel" aria-label={strings.health.chart(chart.title)} data-chart-card={chart.id}>
      <header>
        <h2 title={chart.meaning}>{chart.title}</h2>
        <span className="ps-number">
          {chart.unit}
          {filtered && chart.id === 'islands' ? `, ${strings.health.ofAll}` : null}
        </span>
        <Note chart={chart} series={series} />
        <ul className="ps-legend-line">
          {known
            ? chart.parts.map((part, index) => (
                <li key={part.column}>
                  <PartSwatch part={part} />
                  {part.label}
                  <b className="ps-legend-value">{values?.[index]?.text}</b>
                </li>
              ))
            : null}
        </ul>
      </header>
      {known ? (
        <Plot {...props} />
      ) : (
        <p className="ps-health-none">{untold ? strings.health.untold : strings.health.nothingYet[chart.id]}</p>
      )}
    </section>
  )
})

/** What stands beside a title: what the numbers are of. */
function Note({ chart, series }: Pick<ChartProps, 'chart' | 'series'>) {
  const now = usePicture((state) => state.picture === null)
  const delay = useHealth((state) => state.now?.loopDelay ?? null)
  const { read, all } = series.rttPeers
  if (chart.id === 'rtt' && read < all)
    return <span className="ps-number">{strings.health.rttOf(formatCount(read), formatCount(all))}</span>
  if (chart.id === 'stalls' && now && delay !== null) {
    const at = formatClockSeconds(delay.worstAt)
    const span = roughDuration(HEALTH_SPAN_MS)
    return <span className="ps-number">· {strings.health.loopDelay(roughDuration(delay.worstMs), at, span)}</span>
  }
  return null
}

/** The same figures for people who read them, newest first. */
export function FigureTable({ series }: { readonly series: HealthSeries }) {
  const [open, setOpen] = useState(false)
  const places = open ? knownPlaces(series).toReversed() : []
  const parts = CHARTS.flatMap((chart) => chart.parts.map((part) => ({ chart, part })))
  return (
    <details className="ps-health-figures" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{strings.health.table}</summary>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- so that it can be scrolled by keyboard */}
      <section className="ps-health-scroll" tabIndex={0} aria-label={strings.health.tableLabel}>
        <table>
          <thead>
            <tr>
              <th scope="col">{strings.health.time}</th>
              {parts.map(({ part }) => (
                <th key={part.column} scope="col">
                  {part.label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {places.map((place) => (
              <tr key={series.at[place]}>
                <th scope="row" title={formatExact(series.at[place] ?? 0)}>
                  {formatClockSeconds(series.at[place] ?? 0)}
                </th>
                {CHARTS.flatMap((chart) =>
                  reading(chart, series, place).map(({ part, text }) => <td key={part.column}>{text}</td>),
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </details>
  )
}
