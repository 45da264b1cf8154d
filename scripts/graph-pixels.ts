/** Judges by its pixels whether a picture shows the graph of a network: discs of several colours, and lines between them. */
import type { Picture } from './png.ts'

/** What a picture of the graph shows. */
export interface GraphPixels {
  /** Filled areas that are thicker than a line. */
  readonly discs: number
  /** How many clearly different colours the discs have. */
  readonly colours: number
  /** Pixels of what is thinner than a disc and away from all of them. */
  readonly linePixels: number
  /** How much of the picture's width and height the discs take up, from 0 to 1. */
  readonly spread: readonly [across: number, down: number]
}

/** A channel that is further from the background than this is painted on purpose. */
const APART = 24
/** An area in which each pixel has so many painted ones to all sides is no line. */
const THICK = 2
/** Lines are looked for further than this from a disc. */
const AWAY = 4
/** Colours that differ by more than this in a channel are different. */
const OTHER_COLOUR = 48

/** The least that the demo's graph shows: of its peers some come and go, and some overlap. */
const LEAST = { discs: 8, colours: 2, linePixels: 100, spread: 0.15 }

/** Why the picture does not show the demo's graph; null when it does. */
export function graphProblem(picture: Picture): string | null {
  const { discs, colours, linePixels, spread } = graphPixels(picture)
  const told = `${discs} discs of ${colours} colours, ${linePixels} pixels of lines`
  if (discs < LEAST.discs || colours < LEAST.colours || linePixels < LEAST.linePixels)
    return `the graph does not show its peers and lines: ${told}`
  if (Math.max(...spread) < LEAST.spread) return `the graph is crowded into a corner: ${told}`
  return null
}

/** Counts what is painted before the background, which is the most frequent colour. */
export function graphPixels({ width, height, pixels }: Picture): GraphPixels {
  const background = mostFrequent(pixels)
  const painted = new Uint8Array(width * height)
  for (let at = 0; at < painted.length; at += 1) painted[at] = differs(pixels, at, background, APART) ? 1 : 0
  const cores = new Uint8Array(painted.length)
  const full = (2 * THICK + 1) ** 2
  const paintedAround = counter(painted, width, height, THICK)
  for (let at = 0; at < cores.length; at += 1) cores[at] = paintedAround(at) === full ? 1 : 0
  const centres = areas(cores, width, height)
  const colours: Colour[] = []
  for (const { x, y } of centres) {
    const at = y * width + x
    if (colours.every((other) => differs(pixels, at, other, OTHER_COLOUR))) colours.push(colourAt(pixels, at))
  }
  let linePixels = 0
  const coresAround = counter(cores, width, height, AWAY)
  for (let at = 0; at < painted.length; at += 1) if (painted[at] === 1 && coresAround(at) === 0) linePixels += 1
  const spread = [extent(centres.map(({ x }) => x)) / width, extent(centres.map(({ y }) => y)) / height] as const
  return { discs: centres.length, colours: colours.length, linePixels, spread }
}

type Colour = readonly [red: number, green: number, blue: number]

function colourAt(pixels: Uint8Array, at: number): Colour {
  return [pixels[at * 3] ?? 0, pixels[at * 3 + 1] ?? 0, pixels[at * 3 + 2] ?? 0]
}

/** Whether a channel of a pixel differs by more than `most`. */
function differs(pixels: Uint8Array, at: number, [red, green, blue]: Colour, most: number): boolean {
  return (
    Math.abs((pixels[at * 3] ?? 0) - red) > most ||
    Math.abs((pixels[at * 3 + 1] ?? 0) - green) > most ||
    Math.abs((pixels[at * 3 + 2] ?? 0) - blue) > most
  )
}

function extent(values: readonly number[]): number {
  return values.length === 0 ? 0 : Math.max(...values) - Math.min(...values)
}

function mostFrequent(pixels: Uint8Array): Colour {
  const counts = new Map<number, number>()
  let best = 0
  for (let at = 0; at < pixels.length; at += 3) {
    const colour = ((pixels[at] ?? 0) << 16) | ((pixels[at + 1] ?? 0) << 8) | (pixels[at + 2] ?? 0)
    counts.set(colour, (counts.get(colour) ?? 0) + 1)
    if ((counts.get(colour) ?? 0) > (counts.get(best) ?? 0)) best = colour
  }
  return [best >> 16, (best >> 8) & 0xff, best & 0xff]
}

/** Counts how many of the values are set in the square around a pixel, as far as it is in the picture. */
function counter(values: Uint8Array, width: number, height: number, reach: number): (at: number) => number {
  // Of each corner, how many are set to the left of it and above.
  const row = width + 1
  const sums = new Uint32Array(row * (height + 1))
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) {
      const corner = (y + 1) * row + x + 1
      sums[corner] =
        (values[y * width + x] ?? 0) +
        (sums[corner - 1] ?? 0) +
        (sums[corner - row] ?? 0) -
        (sums[corner - row - 1] ?? 0)
    }
  const sum = (x: number, y: number): number =>
    sums[Math.min(height, Math.max(0, y)) * row + Math.min(width, Math.max(0, x))] ?? 0
  return (at) => {
    const [x, y] = [at % width, Math.floor(at / width)]
    const [left, right, top, bottom] = [x - reach, x + reach + 1, y - reach, y + reach + 1]
    return sum(right, bottom) - sum(left, bottom) - sum(right, top) + sum(left, top)
  }
}

/** The centres of connected areas, each a pixel of its area. */
function areas(values: Uint8Array, width: number, height: number): { readonly x: number; readonly y: number }[] {
  const left = values.slice()
  const centres: { x: number; y: number }[] = []
  for (let start = 0; start < left.length; start += 1) {
    if (left[start] !== 1) continue
    const area: number[] = []
    const next = [start]
    left[start] = 0
    for (let at = next.pop(); at !== undefined; at = next.pop()) {
      area.push(at)
      const x = at % width
      for (const [neighbor, inside] of [
        [at - 1, x > 0],
        [at + 1, x < width - 1],
        [at - width, at >= width],
        [at + width, at < width * (height - 1)],
      ] as const) {
        if (!inside || left[neighbor] !== 1) continue
        left[neighbor] = 0
        next.push(neighbor)
      }
    }
    const mean = (of: (at: number) => number): number => area.reduce((sum, at) => sum + of(at), 0) / area.length
    const [x, y] = [mean((at) => at % width), mean((at) => Math.floor(at / width))]
    const far = (at: number): number => Math.abs((at % width) - x) + Math.abs(Math.floor(at / width) - y)
    const centre = area.reduce((best, at) => (far(at) < far(best) ? at : best))
    centres.push({ x: centre % width, y: Math.floor(centre / width) })
  }
  return centres
}
