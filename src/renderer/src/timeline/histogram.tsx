/* oxlint-disable jsx-a11y/prefer-tag-over-role -- an input holds no picture, and pointers select spans in it */
import { useId, useMemo, useState } from 'react'
import type { CSSProperties, KeyboardEvent, PointerEvent } from 'react'
import type { Lane } from '../../../shared/lanes.ts'
import { useApp, useEvents, usePicture } from '../stores/app-context.tsx'
import { holdRange } from '../stores/follow-moment.ts'
import { useCanvas } from '../ui/canvas.ts'
import { strings } from '../ui/strings.ts'
import { useScheme } from '../ui/use-scheme.ts'
import { barAt, barByKey, barCounts, barSpan, barWords, shareOf, spanOf, timeAt } from './bar-places.ts'
import type { Bins } from './bins.ts'
import { LaneSwatch } from './lane-marks.tsx'
import { barsPainter } from './paint-bars.ts'

/** Movement of the pointer from which on a span is being selected, pixels. */
const DRAG = 4

interface HistogramProps {
  readonly bins: Bins
  /** Lanes that are drawn. */
  readonly lanes: readonly Lane[]
  /** Told how many bars there is room for. */
  readonly onRoom: (most: number) => void
}

/**
 * Events over time, stacked by lane. A click goes to that moment, dragging selects a span; keys do the same from bar to bar.
 * The crosshair is one, for pointer and keyboard.
 */
export function Histogram({ bins, lanes, onRoom }: HistogramProps) {
  const scheme = useScheme()
  const wanted = usePicture((state) => state.wanted)
  const hint = useId()
  const draw = useMemo(() => barsPainter({ bins, lanes, scheme, onRoom }), [bins, lanes, scheme, onRoom])
  const { cursor, drag, span, handlers } = useMarks(bins)
  const bar = cursor === null ? null : barAt(bins, cursor)
  return (
    <div
      className="ps-histogram"
      role="slider"
      tabIndex={0}
      aria-label={strings.timeline.histogram}
      aria-describedby={hint}
      aria-orientation="horizontal"
      aria-valuemin={1}
      aria-valuemax={bins.count}
      aria-valuenow={(bar ?? bins.count - 1) + 1}
      aria-valuetext={barWords(bins, bar ?? bins.count - 1, lanes)}
      {...handlers}
    >
      <canvas ref={useCanvas(draw)} aria-hidden />
      <span id={hint} hidden>
        {strings.past.travelHint}. {strings.timeline.barKeys}.
      </span>
      {drag !== null || span !== null ? <Stretch bins={bins} span={drag ?? span ?? [0, 0]} /> : null}
      {wanted === null ? null : (
        <>
          <div className="ps-bars-veil" style={at(shareOf(bins, wanted))} />
          <div className="ps-bars-moment" style={at(shareOf(bins, wanted))} />
        </>
      )}
      {bar === null ? null : <Crosshair bins={bins} bar={bar} lanes={lanes} />}
    </div>
  )
}

type Span = readonly [from: number, to: number]

/** Where the crosshair stands, what is selected, and how pointer and keys move them. All in milliseconds since the epoch. */
function useMarks(bins: Bins) {
  const { events, picture, range } = useApp()
  const filter = useEvents((state) => state.filter)
  const past = usePicture((state) => state.wanted !== null)
  const [cursor, setCursor] = useState<number | null>(null)
  const [drag, setDrag] = useState<readonly [number, number] | null>(null)
  // Where the span begins that Shift and the arrow keys stretch.
  const [anchor, setAnchor] = useState<number | null>(null)
  const span: Span | null = !past && filter.from !== null && filter.to !== null ? [filter.from, filter.to] : null

  const goTo = (moment: number): void => holdRange(range, () => picture.goTo(moment))
  const select = (one: number, other: number): void => {
    // The span of a shared moment is one of its own past.
    if (picture.getState().played === null) holdRange(range, () => picture.leave())
    events.setFilter({ ...filter, from: Math.min(one, other), to: Math.max(one, other) })
  }
  const momentOf = (event: PointerEvent<HTMLElement>): number => {
    const box = event.currentTarget.getBoundingClientRect()
    return timeAt(bins, event.clientX - box.left, box.width)
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const bar = cursor === null ? null : barAt(bins, cursor)
    const next = barByKey(event.key, bar, bins.count)
    if (next !== null) {
      event.preventDefault()
      setCursor(spanOf(bins, next).from)
      if (!event.shiftKey) return setAnchor(null)
      const begin = anchor ?? spanOf(bins, bar ?? next).from
      setAnchor(begin)
      const first = barAt(bins, begin)
      return select(spanOf(bins, Math.min(first, next)).from, spanOf(bins, Math.max(first, next)).to)
    }
    if (event.key === 'Enter' && bar !== null) {
      event.preventDefault()
      // Its last moment: all that the bar counts has happened then.
      goTo(spanOf(bins, bar).to)
    }
    return undefined
  }
  return {
    cursor,
    drag: drag === null || drag[0] === drag[1] ? null : drag,
    span,
    handlers: {
      onKeyDown,
      onBlur: () => {
        setCursor(null)
        setAnchor(null)
      },
      onPointerDown: (event: PointerEvent<HTMLElement>) => {
        if (event.button !== 0) return
        event.currentTarget.setPointerCapture(event.pointerId)
        setDrag([momentOf(event), momentOf(event)])
      },
      onPointerMove: (event: PointerEvent<HTMLElement>) => {
        const moment = momentOf(event)
        setCursor(moment)
        if (drag !== null) setDrag([drag[0], moment])
      },
      onPointerLeave: () => setCursor(null),
      onPointerCancel: () => setDrag(null),
      onPointerUp: (event: PointerEvent<HTMLElement>) => {
        if (drag === null) return
        setDrag(null)
        const { width } = event.currentTarget.getBoundingClientRect()
        const pixels = Math.abs(shareOf(bins, momentOf(event)) - shareOf(bins, drag[0])) * width
        if (pixels < DRAG) goTo(momentOf(event))
        else select(drag[0], momentOf(event))
      },
    },
  }
}

/** For `left` of marks above the bars. */
function at(share: number): CSSProperties {
  return { ['--at' as string]: share }
}

function Stretch({ bins, span }: { readonly bins: Bins; readonly span: Span }) {
  const [from, to] = [shareOf(bins, Math.min(...span)), shareOf(bins, Math.max(...span))]
  return from === to ? null : (
    <div className="ps-bars-span" style={{ ...at(from), ['--length' as string]: to - from }} />
  )
}

/** The crosshair, with what its bar counts. */
function Crosshair({
  bins,
  bar,
  lanes,
}: {
  readonly bins: Bins
  readonly bar: number
  readonly lanes: readonly Lane[]
}) {
  const share = (bar + 0.5) / bins.count
  const counts = barCounts(bins, bar, lanes)
  return (
    <>
      <div className="ps-bars-cross" style={{ ...at(bar / bins.count), ['--length' as string]: 1 / bins.count }} />
      <div className="ps-chart-tip ps-bars-tip" data-flip={share > 0.6 ? '' : undefined} style={at(share)} aria-hidden>
        <strong>{barSpan(bins, bar)}</strong>
        {counts.length === 0 ? <span>{strings.timeline.barNone}</span> : null}
        {counts.map(([lane, count]) => (
          <span key={lane}>
            <LaneSwatch lane={lane} />
            {strings.timeline.lanes[lane]}
            <b>{count}</b>
          </span>
        ))}
      </div>
    </>
  )
}
