/** Lines to names that stand away from what they name. */
import { css } from './colours.ts'
import type { Line } from './label-places.ts'
import type { GraphTheme } from './renderer.ts'

/** How faint lines to names are. */
const LINE_ALPHA = 0.45

/** The line from a ring to its name, with a dot on the ring: over peers, however close they are. */
export function drawLeader(context: CanvasRenderingContext2D, line: Line, theme: GraphTheme): void {
  for (const [colour, more] of [
    [css(theme.background), 3],
    [theme.label, 0],
  ] as const) {
    context.strokeStyle = colour
    context.fillStyle = colour
    context.lineWidth = 1 + more
    context.beginPath()
    context.moveTo(line.x, line.y)
    context.lineTo(line.toX, line.toY)
    context.stroke()
    context.beginPath()
    context.arc(line.x, line.y, 3 + more / 2, 0, 2 * Math.PI)
    context.fill()
  }
}

/** The line to a name that stands away from what it names. */
export function drawLine(context: CanvasRenderingContext2D, line: Line, theme: GraphTheme): void {
  const alpha = context.globalAlpha
  context.strokeStyle = theme.guideName
  context.lineWidth = 1
  context.globalAlpha = alpha * LINE_ALPHA
  context.beginPath()
  context.arc(line.x, line.y, 1.5, 0, 2 * Math.PI)
  context.moveTo(line.x, line.y)
  context.lineTo(line.toX, line.toY)
  context.stroke()
  context.globalAlpha = alpha
}
