import type { Lane } from '../../../shared/lanes.ts'
import { LANES } from '../../../shared/lanes.ts'
import type { Scheme } from '../graph/colours.ts'
import type { Draw } from '../ui/canvas.ts'
import { HATCH, HATCHED, LANE_COLOURS, LINES } from '../ui/colours.ts'
import { formatCount, formatMoment } from '../ui/format.ts'
import { mostBars, ROOM } from './bar-places.ts'
import { countAxis, countOf, highestOf, ticksOf } from './bins.ts'
import type { Bins } from './bins.ts'

const FONT = '10.5px system-ui, sans-serif'
/** Room of a label of the time axis, and height of one of the axis of counts; pixels. */
const LABEL = 90
const LINE = 26
/** Distance and width of the stripes of a hatched bar, pixels. */
const STRIPE = 5

interface Painted {
  readonly bins: Bins
  /** Lanes that are drawn. */
  readonly lanes: readonly Lane[]
  readonly scheme: Scheme
  /** Told how many bars there is room for. */
  readonly onRoom: (most: number) => void
}

/** Draws the bars with their axes. Marks of moments and spans lie above the picture. */
export function barsPainter({ bins, lanes, scheme, onRoom }: Painted): Draw {
  return (context, width, height) => {
    const most = mostBars(width)
    queueMicrotask(() => onRoom(most))
    const bottom = height - ROOM.below
    const room = bottom - ROOM.above
    const { top, step } = countAxis(highestOf(bins, lanes), Math.floor(room / LINE))
    const slot = (width - ROOM.left - ROOM.right) / bins.count
    const gap = slot > 24 ? 3 : slot > 6 ? 2 : 1
    context.font = FONT
    drawCounts(context, { width, bottom, room, top, step, scheme })
    const shown = LANES.filter((lane) => lanes.includes(lane))
    for (let bar = 0; bar < bins.count; bar++) {
      const left = ROOM.left + bar * slot
      let base = bottom
      for (const lane of shown) {
        const count = countOf(bins, bar, lane)
        if (count === 0) continue
        // One event among thousands is still seen.
        const tall = Math.min(base - ROOM.above, Math.max(2, (count / top) * room))
        context.fillStyle = LANE_COLOURS[scheme][lane]
        context.fillRect(left, base - tall, slot - gap, tall)
        if (HATCHED.has(lane)) hatch(context, { left, top: base - tall, width: slot - gap, height: tall }, scheme)
        base -= tall
      }
    }
    context.fillStyle = LINES[scheme].text
    context.textAlign = 'left'
    context.textBaseline = 'alphabetic'
    const times = ticksOf(bins, Math.ceil(LABEL / slot))
    for (const at of times.ticks) {
      const x = ROOM.left + ((at - bins.from) / bins.width) * slot
      if (x > width - LABEL / 2) break
      context.fillRect(x, bottom, 1, 4)
      context.fillText(formatMoment(at, times.step), x + 3, height - 3)
    }
  }
}

interface CountAxis {
  readonly width: number
  readonly bottom: number
  readonly room: number
  readonly top: number
  readonly step: number
  readonly scheme: Scheme
}

function drawCounts(context: CanvasRenderingContext2D, axis: CountAxis): void {
  const { width, bottom, room, top, step, scheme } = axis
  context.textAlign = 'right'
  context.textBaseline = 'middle'
  for (let count = 0; count <= top; count += step) {
    const y = Math.round(bottom - (count / top) * room)
    context.fillStyle = LINES[scheme].grid
    context.fillRect(ROOM.left, y, width - ROOM.left - ROOM.right, 1)
    context.fillStyle = LINES[scheme].text
    context.fillText(formatCount(count), ROOM.left - 6, Math.max(6, y))
  }
}

interface Box {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** Stripes of the background's tone over a bar. */
function hatch(context: CanvasRenderingContext2D, { left, top, width, height }: Box, scheme: Scheme): void {
  context.save()
  context.beginPath()
  context.rect(left, top, width, height)
  context.clip()
  context.strokeStyle = HATCH[scheme]
  context.lineWidth = 1.6
  context.beginPath()
  for (let x = left - height; x < left + width; x += STRIPE) {
    context.moveTo(x, top + height)
    context.lineTo(x + height, top)
  }
  context.stroke()
  context.restore()
}
