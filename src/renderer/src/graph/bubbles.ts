import { toScreen } from './camera.ts'
import type { Camera, Size } from './camera.ts'
import { css, FADED } from './colours.ts'
import { bubbleNames, nameBelow, namesElsewhere, ROW_HEIGHT, shownRadius } from './bubble-names.ts'
import type { BubbleName } from './bubble-names.ts'
import type { Bubble } from './fold.ts'
import { toldOf } from './fold.ts'
import type { Folded } from './folding.ts'
import { guideNames } from './guide-names.ts'
import { isSeen, overlap } from './label-places.ts'
import type { InTheWay, Rect } from './label-places.ts'
import { drawLeader, drawLine } from './leaders.ts'
import { NO_SLOT } from './renderer.ts'
import type { GraphMarks, GraphScene, GraphTheme } from './renderer.ts'
import { textWidth } from './text-width.ts'
import { formatCount } from '../ui/format.ts'
import { GRAPH } from '../ui/strings-graph.ts'

/** Pixels: how thick a bubble's rim of colours is, and lines between bubbles. */
const RIM = { share: 0.22, least: 2, most: 10 } as const
const TIE = { least: 1, most: 7 } as const
/** Opacity of a bubble none of whose peers passes the filter, and of lines between bubbles. */
const FAINT = 0.3
const FAINT_NAME = 0.5
/** The least share of a rim that a colour of what the filter matches has: one of hundreds would not be seen. */
const SLICE_MIN = 0.02
const TIE_ALPHA = 0.5
/** Sizes of the number in a bubble, pixels; the first one only in a bubble with so much room. */
const COUNT_SIZES = [13, 11, 9] as const
const COUNT_WIDE = 19
/** How wide a circle is where two rows of text lie in it, beside its middle. */
const TWO_ROWS = 0.85
/** How much of what lies under the name of a marked bubble shows through. */
const NAME_GROUND = 0.85

/** What bubbles are drawn for. */
export interface BubbleView {
  readonly scene: GraphScene
  readonly camera: Camera
  readonly size: Size
  /** By what the radii of nodes are multiplied. */
  readonly factor: number
  /** Where controls lie over it, in pixels: no name is there. */
  readonly covered?: readonly Rect[]
}

/** A bubble as it is on the screen, in pixels. */
export interface ShownBubble {
  readonly bubble: Bubble
  readonly x: number
  readonly y: number
  readonly radius: number
}

/** The closed bubbles that are in view, the largest first. */
export function shownBubbles({ scene: { fold }, camera, size }: Omit<BubbleView, 'factor'>): ShownBubble[] {
  return fold.closed
    .flatMap((bubble) => {
      if (bubble === null) return []
      const [x, y] = toScreen(camera, size, bubble.x, bubble.y)
      const radius = shownRadius(bubble, camera.scale)
      const seen = x + radius > 0 && y + radius > 0 && x - radius < size.width && y - radius < size.height
      return seen ? { bubble, x, y, radius } : []
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

/** Draws circles of an arrangement, lines between bubbles and bubbles on a 2D canvas over the graph. */
export function drawBubbles(
  context: CanvasRenderingContext2D,
  view: BubbleView,
  marks: GraphMarks,
  theme: GraphTheme,
): InTheWay {
  const { boxes, lines } = drawGuides(context, view, theme)
  const shown = shownBubbles(view)
  if (shown.length === 0) return { boxes, lines, nodes: [] }
  drawTies(context, view, theme)
  for (const one of shown) drawBubble(context, one, marks, theme)
  const names = drawNames(context, view, marks, theme)
  return {
    boxes: [...boxes, ...names.boxes],
    lines: [...lines, ...names.lines],
    nodes: shown.map(({ x, y, radius }) => ({ slot: NO_SLOT, x, y, radius })),
  }
}

function drawGuides(context: CanvasRenderingContext2D, view: BubbleView, theme: GraphTheme): Omit<InTheWay, 'nodes'> {
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
    if (line !== null) drawLeader(context, line, theme)
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
  // Of what the filter leaves out the rim is bare.
  disc(radius - rim / 2)
  context.strokeStyle = theme.guide
  context.stroke()
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
  const rows = countRows(countIn(bubble), radius - rim, (text, of) => textWidth(context, fontOf(of, true), text))
  for (const { words, size, down } of rows) {
    context.font = fontOf(size, true)
    context.fillText(words, x, y + down)
  }
  context.textAlign = 'left'
  context.globalAlpha = 1
}

/** How many peers a bubble stands for; with a filter, how many of them it matches. */
function toldIn(bubble: Pick<Bubble, 'count' | 'self' | 'matches'>): string {
  const told = toldOf(bubble)
  return bubble.matches === null ? formatCount(told) : GRAPH.matches(formatCount(bubble.matches), formatCount(told))
}

/** What stands in a bubble: its number of peers, with a filter how many of them it matches; or that only we are in it. */
export function countIn(bubble: Pick<Bubble, 'count' | 'self' | 'matches'>): string {
  return toldOf(bubble) === 0 ? GRAPH.counted(0, bubble.self) : toldIn(bubble)
}

/** One row of what stands in a bubble: the size of the text, and how far its baseline is below the middle, in pixels. */
export interface CountRow {
  readonly words: string
  readonly size: number
  readonly down: number
}

/** What stands in a bubble in one row, or in two: `12` above `of 150`; else as `12/150`. Empty where nothing that can be read fits. */
export function countRows(
  words: string,
  within: number,
  measure: (text: string, size: number) => number,
): readonly CountRow[] {
  const size = countSize(words, within, measure)
  if (size !== null) return [{ words, size, down: size / 3 }]
  const at = words.indexOf(' ')
  if (at < 0) return []
  const [above, below] = [words.slice(0, at), words.slice(at + 1)]
  // Two rows lie where the circle is narrower.
  const rows = [above, below].map((row) => ({ words: row, size: countSize(row, within * TWO_ROWS, measure) }))
  const two = rows.flatMap(({ words: row, size: of }, index) =>
    of === null ? [] : [{ words: row, size: of, down: index === 0 ? -2 : of * 0.9 }],
  )
  return two.length === rows.length ? two : countRows(GRAPH.matchesShort(words), within, measure)
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

/** Shares of a bubble's rim by colour: what the filter leaves out has none; else what has no colour of its own is left to those that have. */
export function slices({
  shares,
  count,
  matches,
}: Pick<Bubble, 'shares' | 'count' | 'matches'>): [colour: number, share: number][] {
  const coloured = shares.reduce((sum, [, peers]) => sum + peers, 0)
  const all = matches === null ? coloured : count
  return shares.map(([colour, peers]) => [colour, Math.max(peers / Math.max(all, 1), matches === null ? 0 : SLICE_MIN)])
}

/** Names of bubbles; that of a marked one says how many peers it stands for, and lies over others. */
function drawNames(
  context: CanvasRenderingContext2D,
  view: BubbleView,
  marks: GraphMarks,
  theme: GraphTheme,
): Omit<InTheWay, 'nodes'> {
  const { fold } = view.scene
  const measure = (text: string, strong = false): number => widthOf(context, text, strong)
  const marked = markedName(fold, marks.bubble, view.camera.scale, measure)
  const names = seenNames(view, measure, marked)
  const faint = new Set(fold.closed.flatMap((bubble) => (bubble?.bright === 0 ? bubble.key : [])))
  context.textAlign = 'center'
  for (const { key, rows, x, y, box, line } of names) {
    const isMarked = key === marked?.key
    context.globalAlpha = faint.has(key) && !isMarked ? FAINT_NAME : 1
    if (line !== null) drawLine(context, line, theme)
    // In a crowded place it covers other bubbles, and their numbers would look like part of it.
    if (isMarked) drawGround(context, box, theme)
    rows.forEach((row, at) => drawText(context, row, x, y + at * ROW_HEIGHT, theme, isMarked))
  }
  context.globalAlpha = 1
  context.textAlign = 'left'
  return { boxes: names.map(({ box }) => box), lines: names.flatMap(({ line }) => line ?? []) }
}

/** Names where they can be seen, the marked one over the others. One that is out of view or under controls stands elsewhere. */
export function seenNames(
  { scene: { fold }, camera, size, covered = [] }: Omit<BubbleView, 'factor'>,
  measure: (text: string) => number,
  marked: BubbleName | null,
): readonly BubbleName[] {
  const zero = toScreen(camera, size, 0, 0)
  const seen = (box: Rect): boolean => isSeen(movedBox(box, zero), size, covered)
  const isFree = ({ key, box }: BubbleName): boolean =>
    marked === null || (key !== marked.key && !overlap(box, marked.box))
  const placed = bubbleNames(fold, camera.scale, measure)
  const there = placed.filter(({ box }) => seen(box))
  const known = new Set(there.map(({ key }) => key))
  const missing = fold.closed.flatMap((bubble) => {
    if (bubble === null || known.has(bubble.key)) return []
    const [x, y] = toScreen(camera, size, bubble.x, bubble.y)
    return isSeen({ left: x, right: x, top: y, bottom: y }, size, covered) ? bubble.key : []
  })
  const elsewhere =
    missing.length === 0 ? [] : namesElsewhere(fold, camera.scale, measure, new Set(missing), there, seen)
  return [...[...there, ...elsewhere].filter(isFree), ...(marked === null ? [] : [marked])].map((name) =>
    moved(name, zero),
  )
}

/** The name of the bubble that is walked to or pointed at, with its numbers, where its name stands else; null for none. */
export function markedName(
  fold: Folded,
  key: string | null,
  scale: number,
  measure: (text: string, strong?: boolean) => number,
): BubbleName | null {
  const { closed, names } = fold
  const at = closed.findIndex((bubble) => bubble !== null && bubble.key === key)
  const bubble = closed[at] ?? null
  if (bubble === null) return null
  const name = names[at] ?? ''
  const own = bubbleNames(fold, scale, measure).find((one) => one.key === key)
  const words = GRAPH.bubbleTold(name, toldIn(bubble), bubble.self && toldOf(bubble) === 0)
  const place = nameBelow(bubble, words, scale, (text) => measure(text, true))
  if (own === undefined) return place
  const [x, radius] = [bubble.x * scale, shownRadius(bubble, scale)]
  const half = (place.box.right - place.box.left) / 2
  // It grows away from its bubble.
  const middle =
    own.box.left > x + radius ? own.box.left + half : own.box.right < x - radius ? own.box.right - half : own.x
  const up = own.box.top - place.box.top
  return { ...moved(place, [middle - place.x, up]), line: own.line }
}

function movedBox({ left, right, top, bottom }: Rect, [dx, dy]: readonly [number, number]): Rect {
  return { left: left + dx, right: right + dx, top: top + dy, bottom: bottom + dy }
}

/** A name on the screen, where the layout's zero is drawn there. */
function moved(name: BubbleName, [dx, dy]: readonly [number, number]): BubbleName {
  const { x, y, box, line } = name
  return {
    ...name,
    x: x + dx,
    y: y + dy,
    box: movedBox(box, [dx, dy]),
    line: line === null ? null : { x: line.x + dx, y: line.y + dy, toX: line.toX + dx, toY: line.toY + dy },
  }
}

function drawGround(context: CanvasRenderingContext2D, { left, top, right, bottom }: Rect, theme: GraphTheme): void {
  context.globalAlpha = NAME_GROUND
  context.fillStyle = css(theme.background)
  context.beginPath()
  context.roundRect(left - 6, top - 1, right - left + 12, bottom - top + 3, 4)
  context.fill()
  context.globalAlpha = 1
}

function widthOf(context: CanvasRenderingContext2D, text: string, strong = false): number {
  return textWidth(context, fontOf(12, strong), text)
}

/** The width of a bubble's name in pixels. */
export function nameWidth(context: CanvasRenderingContext2D): (text: string) => number {
  return (text) => widthOf(context, text)
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
