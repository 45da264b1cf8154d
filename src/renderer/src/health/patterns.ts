import type { Look } from '../ui/swatch.tsx'

/** Edge of a tile of a pattern, CSS pixels. */
const TILE = 6

/** Tiles by what they look like: a chart asks with each drawing. */
const made = new Map<string, CanvasPattern>()

/** What a bar is filled with. Patterns hide what lies below: bars stand on each other. */
export function patternOf(
  context: CanvasRenderingContext2D,
  look: Look,
  colour: string,
  surface: string,
  ratio: number,
): string | CanvasPattern {
  if (look === 'open') return surface
  if (look !== 'hatched' && look !== 'dotted' && look !== 'striped' && look !== 'crossed') return colour
  const key = `${look} ${colour} ${surface} ${ratio}`
  const known = made.get(key)
  if (known !== undefined) return known
  const pattern = context.createPattern(tile(look, colour, surface, ratio), 'repeat')
  if (pattern === null) return colour
  made.set(key, pattern)
  return pattern
}

type Tiled = 'hatched' | 'dotted' | 'striped' | 'crossed'

function tile(look: Tiled, colour: string, surface: string, ratio: number): HTMLCanvasElement {
  const canvas = document.createElement('canvas')
  const edge = Math.max(4, Math.round(TILE * ratio))
  canvas.width = edge
  canvas.height = edge
  const context = canvas.getContext('2d')
  if (context === null) return canvas
  context.fillStyle = surface
  context.fillRect(0, 0, edge, edge)
  context.fillStyle = colour
  context.strokeStyle = colour
  if (look === 'dotted') {
    context.beginPath()
    context.arc(edge / 2, edge / 2, edge / 3.4, 0, Math.PI * 2)
    context.fill()
    return canvas
  }
  if (look === 'crossed') {
    context.fillRect(0, edge / 3, edge, edge / 4)
    context.fillRect(edge / 3, 0, edge / 4, edge)
    return canvas
  }
  if (look === 'striped') {
    context.fillRect(0, edge / 3, edge, edge / 3)
    return canvas
  }
  context.lineWidth = edge / 3.2
  // Three lines, so that the corners of neighboring tiles meet.
  for (const shift of [-edge, 0, edge]) {
    context.beginPath()
    context.moveTo(shift - 1, edge + 1)
    context.lineTo(shift + edge + 1, -1)
    context.stroke()
  }
  return canvas
}
