/* oxlint-disable jsx-a11y/prefer-tag-over-role -- the canvas is the picture: an img cannot be drawn on */
import { useMemo } from 'react'
import { useCanvas } from '../ui/canvas.ts'
import { LINES } from '../ui/colours.ts'
import { formatRtt, roughDuration } from '../ui/format.ts'
import { strings } from '../ui/strings.ts'
import { useScheme } from '../ui/use-scheme.ts'
import { axisTop } from './rtt-axis.ts'
import { drawPieces, piecesOf } from './rtt-lines.ts'
import type { Sample } from './rtt-lines.ts'

/** Room for the numbers at the left and for the times below, in pixels. */
const LEFT = 46
const BELOW = 15
const FONT = '10px system-ui, sans-serif'

/** Round-trip times over time, newest at the right; milliseconds from zero upwards. Where nothing was measured there is a gap. */
export function RttChart({ samples }: { readonly samples: readonly Sample[] }) {
  const scheme = useScheme()
  const highest = samples.reduce((most, { ms }) => Math.max(most, ms), 0)
  const first = samples[0]?.at ?? 0
  const last = samples.at(-1)
  const span = Math.max(1, (last?.at ?? 0) - first)
  const draw = useMemo(() => {
    const colours = LINES[scheme]
    const top = axisTop(highest)
    return (context: CanvasRenderingContext2D, width: number, height: number): void => {
      const [right, bottom] = [width - 1, height - BELOW]
      const x = (at: number): number => LEFT + ((at - first) / span) * (right - LEFT)
      const y = (ms: number): number => bottom - (ms / top) * (bottom - 6)
      context.font = FONT
      context.fillStyle = colours.text
      context.strokeStyle = colours.grid
      context.lineWidth = 1
      context.textAlign = 'right'
      context.textBaseline = 'middle'
      for (const ms of [0, top / 2, top]) {
        context.beginPath()
        context.moveTo(LEFT, Math.round(y(ms)) + 0.5)
        context.lineTo(right, Math.round(y(ms)) + 0.5)
        context.stroke()
        context.fillText(ms === 0 ? '0' : formatRtt(ms), LEFT - 5, Math.max(6, y(ms)))
      }
      context.textBaseline = 'bottom'
      context.fillText(strings.inspector.rttNow, right, height)
      context.textAlign = 'left'
      context.fillText(`−${roughDuration(span)}`, LEFT, height)
      drawPieces({ context, x, y, bottom, ...colours }, samples)
    }
  }, [samples, scheme, highest, first, span])
  const gaps = piecesOf(samples).length - 1
  const label = strings.inspector.rttChart(formatRtt(last?.ms ?? 0), formatRtt(highest), roughDuration(span), gaps)
  return <canvas ref={useCanvas(draw)} className="ps-rtt" role="img" aria-label={label} title={label} />
}
