/** The line of round-trip times, in as many pieces as it has. */
import type { PeerDetail } from '../../../shared/contract.ts'

/** A measurement. */
export type Sample = PeerDetail['rttSamples'][number]

/** What is drawn with; places are pixels. */
export interface LinePen {
  readonly context: Pick<
    CanvasRenderingContext2D,
    'beginPath' | 'moveTo' | 'lineTo' | 'arc' | 'stroke' | 'fill' | 'lineWidth' | 'strokeStyle' | 'fillStyle'
  >
  readonly x: (at: number) => number
  readonly y: (ms: number) => number
  /** Where zero is. */
  readonly bottom: number
  readonly line: string
  readonly fill: string
}

/** Radius of a measurement that has a gap on both sides. */
const DOT = 2

/** Samples between two gaps. */
export function piecesOf(samples: readonly Sample[]): readonly (readonly Sample[])[] {
  const pieces: Sample[][] = []
  for (const sample of samples) {
    const last = pieces.at(-1)
    if (last === undefined || sample.gap) pieces.push([sample])
    else last.push(sample)
  }
  return pieces
}

/** Draws each piece by itself: nothing is said of the time between. */
export function drawPieces({ context, x, y, bottom, line, fill }: LinePen, samples: readonly Sample[]): void {
  context.lineWidth = 1.5
  context.strokeStyle = line
  for (const piece of piecesOf(samples)) {
    const [first, last] = [piece[0], piece.at(-1)]
    if (first === undefined || last === undefined) continue
    context.beginPath()
    if (piece.length === 1) {
      context.arc(x(first.at), y(first.ms), DOT, 0, 2 * Math.PI)
      context.fillStyle = line
      context.fill()
      continue
    }
    context.moveTo(x(first.at), y(first.ms))
    for (const { at, ms } of piece.slice(1)) context.lineTo(x(at), y(ms))
    context.stroke()
    context.lineTo(x(last.at), bottom)
    context.lineTo(x(first.at), bottom)
    context.fillStyle = fill
    context.fill()
  }
}
