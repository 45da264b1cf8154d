/* oxlint-disable jsx-a11y/prefer-tag-over-role -- the canvas is the picture: an img cannot be drawn on */
import { useMemo, useState } from 'react'
import type { PointerEvent } from 'react'
import type { Scheme } from '../graph/colours.ts'
import { useApp, useEvents, usePicture } from '../stores/app-context.tsx'
import { useCanvas } from '../ui/canvas.ts'
import { BARS, TIME_MARKS } from '../ui/colours.ts'
import { formatMoment } from '../ui/format.ts'
import { strings } from '../ui/strings.ts'
import { useScheme } from '../ui/use-scheme.ts'
import { ticksOf } from './bins.ts'
import type { Bins } from './bins.ts'
import { EVENT_GROUPS } from './describe.ts'
import type { EventGroup } from './describe.ts'

/** Colours of the groups. */
export const GROUP_COLOURS: Readonly<Record<Scheme, Readonly<Record<EventGroup, string>>>> = BARS

/** Most bars: what the store counts at once. */
const MAX_BARS = 400
const BAR = 7
const AXIS = 14
/** Room of a label of the axis, pixels. */
const LABEL = 90

/** Movement of the pointer from which on a span is being selected, pixels. */
const DRAG = 4

interface HistogramProps {
  readonly bins: Bins
  readonly bars: number
  /** Told how many bars there is room for. */
  readonly onBars: (bars: number) => void
}

/** Events over time, stacked by group. A click goes to that moment, dragging selects a span. */
export function Histogram({ bins, bars, onBars }: HistogramProps) {
  const { events, picture } = useApp()
  const filter = useEvents((state) => state.filter)
  const moment = usePicture((state) => state.wanted)
  const scheme = useScheme()
  const [drag, setDrag] = useState<{ readonly start: number; readonly end: number } | null>(null)
  const span = moment === null && filter.from !== null && filter.to !== null ? [filter.from, filter.to] : null
  const draw = useMemo(
    () => painter({ bins, bars, scheme, moment, span, drag, onBars }),
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- the ends of the span stand for it
    [bins, bars, scheme, moment, span?.[0], span?.[1], drag, onBars],
  )
  const timeAt = (x: number, width: number): number =>
    Math.round(bins.from + ((x - (width - bars * BAR) / 2) / BAR) * bins.width)
  const placeOf = (event: PointerEvent<HTMLCanvasElement>): { readonly x: number; readonly width: number } => {
    const box = event.currentTarget.getBoundingClientRect()
    return { x: event.clientX - box.left, width: box.width }
  }
  const finish = (event: PointerEvent<HTMLCanvasElement>): void => {
    if (drag === null) return
    const { x, width } = placeOf(event)
    setDrag(null)
    const [from, to] = [Math.min(drag.start, x), Math.max(drag.start, x)]
    if (to - from < DRAG) return picture.goTo(timeAt(x, width))
    if (picture.getState().played === null) picture.leave()
    return events.setFilter({ ...filter, from: timeAt(from, width), to: timeAt(to, width) })
  }
  return (
    <canvas
      ref={useCanvas(draw)}
      className="ps-histogram"
      role="img"
      aria-label={strings.timeline.histogram}
      title={strings.past.travelHint}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId)
        const { x } = placeOf(event)
        setDrag({ start: x, end: x })
      }}
      onPointerMove={(event) => {
        if (drag !== null) setDrag({ start: drag.start, end: placeOf(event).x })
      }}
      onPointerUp={finish}
      onPointerCancel={() => setDrag(null)}
    />
  )
}

interface Painted extends HistogramProps {
  readonly scheme: Scheme
  readonly moment: number | null
  readonly span: readonly number[] | null
  /** Pixels. */
  readonly drag: { readonly start: number; readonly end: number } | null
}

function painter({ bins, bars: counted, scheme, moment, span, drag, onBars }: Painted) {
  return (context: CanvasRenderingContext2D, width: number, height: number): void => {
    const bars = Math.min(MAX_BARS, Math.max(1, Math.floor((width - 16) / BAR)))
    if (bars !== counted) queueMicrotask(() => onBars(bars))
    const room = height - AXIS - 4
    const left = (width - counted * BAR) / 2
    const placeOf = (at: number): number => left + ((at - bins.from) / bins.width) * BAR
    context.clearRect(0, 0, width, height)
    const selected = drag === null ? span?.map(placeOf) : [drag.start, drag.end]
    const [from = 0, to = 0] = selected ?? []
    if (selected !== undefined && Math.abs(to - from) >= DRAG) {
      context.fillStyle = TIME_MARKS[scheme].span
      context.fillRect(Math.min(from, to), 0, Math.abs(to - from), height - AXIS)
    }
    for (let bin = 0; bin < counted; bin++) {
      let base = height - AXIS
      EVENT_GROUPS.forEach((group, index) => {
        const count = bins.counts[bin * EVENT_GROUPS.length + index] ?? 0
        if (count === 0) return
        const tall = Math.max(1.5, (count / bins.highest) * room)
        context.fillStyle = GROUP_COLOURS[scheme][group]
        context.fillRect(left + bin * BAR, base - tall, BAR - 2, tall)
        base -= tall
      })
    }
    if (moment !== null) {
      // What came after the moment is there, but veiled.
      const x = Math.min(Math.max(placeOf(moment), left), left + counted * BAR)
      context.fillStyle = TIME_MARKS[scheme].veil
      context.fillRect(x, 0, width - x, height - AXIS)
      context.fillStyle = TIME_MARKS[scheme].moment
      context.fillRect(x - 1, 0, 2, height - AXIS)
    }
    context.fillStyle = TIME_MARKS[scheme].axis
    context.font = '10.5px system-ui, sans-serif'
    const { step, ticks } = ticksOf(bins, counted, Math.ceil(LABEL / BAR))
    for (const at of ticks) {
      const x = left + ((at - bins.from) / bins.width) * BAR
      if (x > width - LABEL / 2) break
      context.fillRect(x, height - AXIS, 1, 3)
      context.fillText(formatMoment(at, step), x + 3, height - 3)
    }
  }
}
