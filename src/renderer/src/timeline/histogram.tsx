/* oxlint-disable jsx-a11y/prefer-tag-over-role -- the canvas is the picture: an img cannot be drawn on */
import { useEffect, useMemo, useState } from 'react'
import type { LoggedEvent } from '../../../shared/events.ts'
import type { Scheme } from '../graph/colours.ts'
import { useEvents } from '../stores/app-context.tsx'
import { useCanvas } from '../ui/canvas.ts'
import { formatMoment } from '../ui/format.ts'
import { strings } from '../ui/strings.ts'
import { useScheme } from '../ui/use-scheme.ts'
import { binEvents, ticksOf } from './bins.ts'
import { EVENT_GROUPS } from './describe.ts'
import type { EventGroup } from './describe.ts'

/** Colours of the groups, told apart by lightness as well. */
export const GROUP_COLOURS: Readonly<Record<Scheme, Readonly<Record<EventGroup, string>>>> = {
  dark: {
    came: '#2fb58c',
    changed: '#4f86d9',
    left: '#e8a33d',
    links: '#7f8ba0',
    trouble: '#e8604c',
    own: '#c48ad4',
  },
  light: {
    came: '#1e9e78',
    changed: '#5b8fe0',
    left: '#d18a12',
    links: '#9aa5b5',
    trouble: '#cf4028',
    own: '#9b59b0',
  },
}

const BAR = 7
const AXIS = 14
/** Room of a label of the axis, pixels. */
const LABEL = 90

/** The newest events over time, stacked by group. */
export function Histogram() {
  const recent = useEvents((state) => state.recent)
  const scheme = useScheme()
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden) setNow(Date.now())
    }, 2000)
    return () => clearInterval(timer)
  }, [])
  const draw = useMemo(() => painter(recent, now, scheme), [recent, now, scheme])
  return <canvas ref={useCanvas(draw)} className="ps-histogram" role="img" aria-label={strings.timeline.histogram} />
}

function painter(recent: readonly LoggedEvent[], now: number, scheme: Scheme) {
  return (context: CanvasRenderingContext2D, width: number, height: number): void => {
    const bars = Math.max(1, Math.floor((width - 16) / BAR))
    const bins = binEvents(recent, now, bars)
    const room = height - AXIS - 4
    const left = (width - bars * BAR) / 2
    context.clearRect(0, 0, width, height)
    for (let bin = 0; bin < bars; bin++) {
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
    context.fillStyle = scheme === 'dark' ? '#98a3b4' : '#586273'
    context.font = '10.5px system-ui, sans-serif'
    const { step, ticks } = ticksOf(bins, bars, Math.ceil(LABEL / BAR))
    for (const at of ticks) {
      const x = left + ((at - bins.from) / bins.width) * BAR
      if (x > width - LABEL / 2) break
      context.fillRect(x, height - AXIS, 1, 3)
      context.fillText(formatMoment(at, step), x + 3, height - 3)
    }
  }
}
