import { toScreen } from './camera.ts'
import type { Camera, Size } from './camera.ts'
import { css, FADED } from './colours.ts'
import type { Bubble } from './fold.ts'
import { toldOf } from './fold.ts'
import { guideNames } from './guide-names.ts'
import { isUnder, overlap } from './label-places.ts'
import type { InTheWay, Rect } from './label-places.ts'
import type { GraphMarks, GraphScene, GraphTheme } from './renderer.ts'
import { textWidth } from './text-width.ts'
import { formatCount } from '../ui/format.ts'
import { GRAPH } from '../ui/strings-graph.ts'

/** Pixels: the least radius of a bubble, how thick its rim of colours is, and lines between bubbles. */
const RADIUS_MIN = 9
const RIM = { share: 0.22, least: 2, most: 10 } as const
const TIE = { least: 1, most: 7 } as const
/** Opacity of a bubble none of whose peers passes the filter, and of lines between bubbles. */
const FAINT = 0.3
const TIE_ALPHA = 0.5
const NAME_HEIGHT = 15
/** Sizes of the number in a bubble, pixels; the first one only in a bubble with so much room. */
const COUNT_SIZES = [13, 11, 9] as const
const COUNT_WIDE = 19
/** How much of what lies under the name of a marked bubble shows through. */
const NAME_GROUND = 0.85
/** How faint lines to names are. */
const LINE_ALPHA = 0.45

/** What bubbles are drawn for. */
export interface BubbleView {
  readonly scene: GraphScene
  readonly camera: Camera
  readonly size: Size
  /** By what the radii of nodes are multiplied. */
  readonly factor: number
}

/** A bubble as it is on the screen, in pixels. */
export interface ShownBubble {
  readonly bubble: Bubble
  readonly name: string
  readonly x: number
  readonly y: number
  readonly radius: number
}

/** The closed bubbles that are in view, the largest first. */
export function shownBubbles({ scene: { fold }, camera, size }: Omit<BubbleView, 'factor'>): ShownBubble[] {
  return fold.closed
    .flatMap((bubble, at) => {
      if (bubble === null) return []
      const [x, y] = toScreen(camera, size, bubble.x, bubble.y)
      const radius = Math.max(bubble.radius * camera.scale, RADIUS_MIN)
      const seen = x + radius > 0 && y + radius > 0 && x - radius < size.width && y - radius < size.height
      return seen ? { bubble, name: fold.names[at] ?? '', x, y, radius } : []
    })
    .sort((a, b) => b.radius - a.radius)
}

/** The bubble under a pixel; the smallest where several are. */
export function bubbleAt(shown: readonly ShownBubble[], x: number, y: number): ShownBubble | null {
  return shown.findLast((one) => Math.hypot(one.x - x, one.y - y) <= one.radius) ?? null
}

/** How wide the line between two bubbles is that stands for so many, where the most are `most`. */
export function tieWidth(lines: number, most: number): number {
  return TIE.least + (TIE.most - TIE.least) * Math.sqrt(lines / Math.max(most, 1))
}

/** The opacity of a bubble, fainter where none of its peers passes the filter. */
export function bubbleAlpha({ bright }: Pick<Bubble, 'bright'>): number {
  return bright === 0 ? FAINT : 1
}

/** The opacity of the line between two bubbles, faint beside a faint one as lines of peers are. */
export function tieAlpha(a: Pick<Bubble, 'bright'>, b: Pick<Bubble, 'bright'>): number {
  return TIE_ALPHA * (a.bright === 0 || b.bright === 0 ? FADED : 1)
}

/** Where names stand, and lines to them. */
type Named = Pick<InTheWay, 'boxes' | 'lines'>

/** Draws circles of an arrangement, lines between bubbles and bubbles on a 2D canvas over the graph. */
export function drawBubbles(
  context: CanvasRenderingContext2D,
  view: BubbleView,
  marks: GraphMarks,
  theme: GraphTheme,
): Named {
  const { boxes, lines } = drawGuides(context, view, theme)
  const shown = shownBubbles(view)
  if (shown.length === 0) return { boxes, lines }
  drawTies(context, view, theme)
  for (const one of shown) drawBubble(context, one, marks, theme)
  return { boxes: [...boxes, ...drawNames(context, shown, marks, theme)], lines }
}

function drawGuides(context: CanvasRenderingContext2D, view: BubbleView, theme: GraphTheme): Named {
  const { scene, camera, size } = view
  context.strokeStyle = theme.guide
  context.lineWidth = 1
  for (const { x, y, radius } of scene.guides) {
    context.beginPath()
    context.arc(...toScreen(camera, size, x, y), radius * camera.scale, 0, 2 * Math.PI)
    context.stroke()
  }
  const names = guideNames(view, (text) => widthOf(context, text))
  for (const { line } of names) {
    if (line === null) continue
    context.strokeStyle = theme.guideName
    context.globalAlpha = LINE_ALPHA
    context.beginPath()
    context.arc(line.x, line.y, 1.5, 0, 2 * Math.PI)
    context.moveTo(line.x, line.y)
    context.lineTo(line.toX, line.toY)
    context.stroke()
    context.globalAlpha = 1
  }
  context.textAlign = 'center'
  for (const { label, x, y } of names) drawText(context, label, x, y, { ...theme, label: theme.guideName }, false)
  context.textAlign = 'left'
  return { boxes: names.map(({ box }) => box), lines: names.flatMap(({ line }) => line ?? []) }
}

function drawTies(context: CanvasRenderingContext2D, { scene, camera, size }: BubbleView, theme: GraphTheme): void {
  const { closed, ties } = scene.fold
  const most = ties[0]?.lines ?? 1
  context.strokeStyle = css(theme.edges[1])
  for (const { a, b, lines } of ties) {
    const [from, to] = [closed[a] ?? null, closed[b] ?? null]
    if (from === null || to === null) continue
    context.globalAlpha = tieAlpha(from, to)
    context.lineWidth = tieWidth(lines, most)
    context.beginPath()
    context.moveTo(...toScreen(camera, size, from.x, from.y))
    context.lineTo(...toScreen(camera, size, to.x, to.y))
    context.stroke()
  }
  context.globalAlpha = 1
}

function drawBubble(context: CanvasRenderingContext2D, one: ShownBubble, marks: GraphMarks, theme: GraphTheme): void {
  const { bubble, x, y, radius } = one
  const rim = Math.min(Math.max(radius * RIM.share, RIM.least), RIM.most)
  const disc = (of: number): void => {
    context.beginPath()
    context.arc(x, y, of, 0, 2 * Math.PI)
  }
  context.fillStyle = css(theme.background)
  disc(radius + 1.5)
  context.fill()
  context.globalAlpha = bubbleAlpha(bubble)
  context.fillStyle = theme.ground
  disc(radius)
  context.fill()
  context.lineWidth = rim
  let from = -Math.PI / 2
  for (const [colour, share] of slices(bubble)) {
    const to = from + share * 2 * Math.PI
    context.beginPath()
    context.arc(x, y, radius - rim / 2, from, to)
    context.strokeStyle = css(colour)
    context.stroke()
    from = to
  }
  if (bubble.self) ring(context, one, theme.selfRing, 3)
  if (marks.bubble === bubble.key) ring(context, one, theme.ring, 6)
  context.textAlign = 'center'
  context.fillStyle = theme.label
  const words = countIn(bubble)
  const size = countSize(words, radius - rim, (text, of) => textWidth(context, fontOf(of, true), text))
  if (size !== null) {
    context.font = fontOf(size, true)
    context.fillText(words, x, y + size / 3)
  }
  context.textAlign = 'left'
  context.globalAlpha = 1
}

/** What stands in a bubble: its number of peers, or that only we are in it. */
export function countIn(bubble: Pick<Bubble, 'count' | 'self'>): string {
  const told = toldOf(bubble)
  return told === 0 ? GRAPH.counted(told, bubble.self) : formatCount(told)
}

/** The size of the number in a bubble, so that it fits within its rim: null where none that can be read does. */
export function countSize(
  words: string,
  within: number,
  measure: (text: string, size: number) => number,
): number | null {
  const fits = (size: number): boolean => measure(words, size) / 2 <= within + 0.5
  return COUNT_SIZES.find((size) => (size < COUNT_SIZES[0] || within >= COUNT_WIDE) && fits(size)) ?? null
}

function ring(context: CanvasRenderingContext2D, { x, y, radius }: ShownBubble, colour: string, gap: number): void {
  context.beginPath()
  context.arc(x, y, radius + gap, 0, 2 * Math.PI)
  context.lineWidth = 2
  context.strokeStyle = colour
  context.stroke()
}

/** Shares of a bubble's rim by colour; what has no colour of its own there is left to the most frequent one. */
export function slices({ shares }: Pick<Bubble, 'shares'>): [colour: number, share: number][] {
  const all = shares.reduce((sum, [, peers]) => sum + peers, 0)
  return shares.map(([colour, peers]) => [colour, peers / Math.max(all, 1)])
}

/** Names below the bubbles, those of the largest first, where none lies over another or over a bubble. */
function drawNames(
  context: CanvasRenderingContext2D,
  shown: readonly ShownBubble[],
  marks: GraphMarks,
  theme: GraphTheme,
): readonly Rect[] {
  context.textAlign = 'center'
  const names = placedNames(shown, marks.bubble, (text) => widthOf(context, text))
  for (const { bubble, name, x, y, box } of names) {
    const isMarked = marks.bubble === bubble.key
    // In a crowded place it covers other bubbles, and their numbers would look like part of it.
    if (isMarked) drawGround(context, box, theme)
    drawText(context, name, x, y, theme, isMarked)
  }
  context.textAlign = 'left'
  return names.map(({ box }) => box)
}

/** Where names of bubbles stand: the middle and the baseline, in pixels. */
export function placedNames(
  shown: readonly ShownBubble[],
  marked: string | null,
  measure: (text: string) => number,
): { readonly bubble: Bubble; readonly name: string; readonly x: number; readonly y: number; readonly box: Rect }[] {
  const taken: Rect[] = []
  const first = shown.filter(({ bubble }) => bubble.key === marked)
  return [...first, ...shown.filter(({ bubble }) => bubble.key !== marked)].flatMap(
    ({ bubble, name, x, y, radius }) => {
      const half = measure(name) / 2
      const boxes = [y + radius + 3, y - radius - 3 - NAME_HEIGHT].map((top) => {
        return { left: x - half, right: x + half, top, bottom: top + NAME_HEIGHT }
      })
      const free = boxes.find(
        (box) => !taken.some((other) => overlap(box, other)) && !shown.some((other) => isUnder(box, other)),
      )
      const box = free ?? (bubble.key === marked ? boxes[0] : undefined)
      if (box === undefined) return []
      taken.push(box)
      return { bubble, name, x, y: box.top + 12, box }
    },
  )
}

function drawGround(context: CanvasRenderingContext2D, { left, top, right, bottom }: Rect, theme: GraphTheme): void {
  context.globalAlpha = NAME_GROUND
  context.fillStyle = css(theme.background)
  context.beginPath()
  context.roundRect(left - 6, top - 1, right - left + 12, bottom - top + 3, 4)
  context.fill()
  context.globalAlpha = 1
}

function widthOf(context: CanvasRenderingContext2D, text: string): number {
  return textWidth(context, fontOf(12, false), text)
}

function drawText(
  context: CanvasRenderingContext2D,
  text: string,
  x: number,
  y: number,
  theme: GraphTheme,
  strong: boolean,
): void {
  context.font = fontOf(12, strong)
  context.lineJoin = 'round'
  context.lineWidth = 4
  context.strokeStyle = css(theme.background)
  context.strokeText(text, x, y)
  context.fillStyle = theme.label
  context.fillText(text, x, y)
}

function fontOf(size: number, strong: boolean): string {
  return `${strong ? 600 : 500} ${size}px system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif`
}
