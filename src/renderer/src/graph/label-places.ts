/** Where the label of a node may stand, and what is in its way there: boxes, discs and lines on the screen, in pixels. Pure. */

import type { Size } from './camera.ts'

/** A place on the screen. */
export interface Rect {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/** A node on the screen. */
export interface Disc {
  readonly slot: number
  readonly x: number
  readonly y: number
  readonly radius: number
}

/** A straight line on the screen. */
export interface Line {
  readonly x: number
  readonly y: number
  readonly toX: number
  readonly toY: number
}

/** A place for a label; with a line from its node where it stands away from it. */
export interface LabelPlace {
  readonly rect: Rect
  readonly line: Line | null
}

/** What is drawn already, and nodes. */
export interface InTheWay {
  readonly boxes: readonly Rect[]
  readonly lines: readonly Line[]
  readonly nodes: readonly Disc[]
}

/** Height of a label's box, and pixels between it and its node. */
const HEIGHT = 15
const GAP = 5
/** Room around labels, so that they do not read as one line. */
const PADDING = { x: 8, y: 3 } as const
/** Pixels that a line keeps from a label that is not its own. */
const CLEAR = 2
/**
 * Pixels from the rim of a node to a label that stands away from it, the nearest first, and in which steps it goes around; that of one
 * whose name is always shown may stand farther away, out of a crowd.
 */
const AWAY = [14, 26, 42, 60, 84] as const
const FAR_AWAY = [...AWAY, 112, 144, 180] as const
const TURN = Math.PI / 8
/** A label stands beside the end of its line, not above or below, where that leads so far to the side. */
const SIDEWAYS = 0.35

/** What lies in the way of a label: a node counts 1, another label or a line of one so much. */
export const LABEL_COST = 10
/** Closer to another node than to its own it would read as the other's name: pixels, and what that counts. */
const CLOSE = { room: GAP + 3, cost: 0.3 } as const

/** Beside a node: right, left, below, above, and the corners between them. */
export function placesBeside(x: number, y: number, radius: number, width: number): readonly LabelPlace[] {
  const place = (left: number, top: number): LabelPlace => ({ rect: rectAt(left, top, width), line: null })
  const away = radius + GAP
  const corner = radius * Math.SQRT1_2 + 2
  return [
    place(x + away, y - HEIGHT / 2),
    place(x - away - width, y - HEIGHT / 2),
    place(x - width / 2, y + radius + 2),
    place(x - width / 2, y - radius - 2 - HEIGHT),
    place(x + corner, y + corner),
    place(x + corner, y - corner - HEIGHT),
    place(x - corner - width, y + corner),
    place(x - corner - width, y - corner - HEIGHT),
  ]
}

/** Away from a node, the nearest places first, each with a line to it. @param far whether it may stand far away */
export function placesAway(x: number, y: number, radius: number, width: number, far: boolean): readonly LabelPlace[] {
  return (far ? FAR_AWAY : AWAY).flatMap((away) =>
    turns().map((angle): LabelPlace => {
      const [across, down] = [Math.cos(angle), Math.sin(angle)]
      const [toX, toY] = [x + (radius + away) * across, y + (radius + away) * down]
      const sideways = Math.abs(across) > SIDEWAYS
      const left = !sideways ? toX - width / 2 : across > 0 ? toX + 2 : toX - 2 - width
      const top = sideways ? toY - HEIGHT / 2 : down > 0 ? toY + 1 : toY - 1 - HEIGHT
      return {
        rect: rectAt(left, top, width),
        line: { x: x + (radius + 1) * across, y: y + (radius + 1) * down, toX, toY },
      }
    }),
  )
}

/** Around a node: to the right and to the left first, where texts are easiest to follow. */
function turns(): readonly number[] {
  const half = Array.from({ length: Math.round(Math.PI / TURN) + 1 }, (_, index) => index * TURN)
  const sides = half.flatMap((angle) => (angle === 0 || angle === Math.PI ? [angle] : [angle, -angle]))
  return sides.toSorted((a, b) => Math.abs(Math.sin(a)) - Math.abs(Math.sin(b)) || a - b)
}

function rectAt(left: number, top: number, width: number): Rect {
  return { left, top, right: left + width, bottom: top + HEIGHT }
}

/** What is in the way of a label of the node in a slot: 0 for nothing. @param least from which on it is not counted further */
export function costOf(
  { rect, line }: LabelPlace,
  slot: number,
  { boxes, lines, nodes }: InTheWay,
  least: number,
): number {
  let cost = 0
  for (const box of boxes) {
    if (!areApart(rect, box) || (line !== null && crosses(line, box))) cost += LABEL_COST
  }
  for (const other of lines) {
    if (crosses(other, rect) || (line !== null && meet(line, other))) cost += LABEL_COST
  }
  for (const node of nodes) {
    if (cost >= least) break
    if (node.slot === slot) continue
    const away = squareAway(rect, node)
    if (away < node.radius ** 2 || (line !== null && isNear(line, node))) cost += 1
    else if (away < (node.radius + CLOSE.room) ** 2) cost += CLOSE.cost
  }
  return cost
}

/** Whether a box is neither cut off, at so many pixels from the edge, nor under something that lies over the graph. */
export function isSeen(box: Rect, { width, height }: Size, covered: readonly Rect[], edge = 0): boolean {
  return (
    box.left >= edge &&
    box.right <= width - edge &&
    box.top >= edge &&
    box.bottom <= height - edge &&
    !covered.some((other) => overlap(box, other))
  )
}

/** Whether two boxes touch. */
export function overlap(a: Rect, b: Rect): boolean {
  return a.left <= b.right && b.left <= a.right && a.top <= b.bottom && b.top <= a.bottom
}

function areApart(a: Rect, b: Rect): boolean {
  return (
    a.left >= b.right + PADDING.x ||
    a.right + PADDING.x <= b.left ||
    a.top >= b.bottom + PADDING.y ||
    a.bottom + PADDING.y <= b.top
  )
}

/** Whether a disc lies under a box, or so many pixels from it. */
export function isUnder(rect: Rect, disc: Omit<Disc, 'slot'>, clear = 0): boolean {
  return squareAway(rect, disc) < (disc.radius + clear) ** 2
}

/** The square of how far the middle of a disc is from a box: asked for each place of each label and each node in view. */
function squareAway({ left, right, top, bottom }: Rect, { x, y }: Pick<Disc, 'x' | 'y'>): number {
  const across = Math.max(left - x, x - right, 0)
  const down = Math.max(top - y, y - bottom, 0)
  return across * across + down * down
}

/** Whether a line passes through a box, or close by. */
export function crosses({ x, y, toX, toY }: Line, box: Rect): boolean {
  const [left, right] = [box.left - CLEAR, box.right + CLEAR]
  const [top, bottom] = [box.top - CLEAR, box.bottom + CLEAR]
  // The part of the line between 0 and 1 that lies within the box's width, and of that what lies within its height.
  let [from, to] = [0, 1]
  for (const [start, way, least, most] of [
    [x, toX - x, left, right],
    [y, toY - y, top, bottom],
  ] as const) {
    if (way === 0) {
      if (start <= least || start >= most) return false
      continue
    }
    const [one, other] = [(least - start) / way, (most - start) / way]
    from = Math.max(from, Math.min(one, other))
    to = Math.min(to, Math.max(one, other))
  }
  return from < to
}

/** Whether a line passes over a disc. */
export function isNear({ x, y, toX, toY }: Line, node: Omit<Disc, 'slot'>): boolean {
  const [across, down] = [toX - x, toY - y]
  const square = across * across + down * down
  const along = square === 0 ? 0 : ((node.x - x) * across + (node.y - y) * down) / square
  const share = Math.min(Math.max(along, 0), 1)
  // Squares, as `Math.hypot` is slow: this is asked for each place of a name and each node in view.
  return (x + share * across - node.x) ** 2 + (y + share * down - node.y) ** 2 < (node.radius + 1) ** 2
}

/** Whether two lines cross each other. */
export function meet(a: Line, b: Line): boolean {
  const side = (line: Line, x: number, y: number): number =>
    Math.sign((line.toX - line.x) * (y - line.y) - (line.toY - line.y) * (x - line.x))
  return side(a, b.x, b.y) * side(a, b.toX, b.toY) < 0 && side(b, a.x, a.y) * side(b, a.toX, a.toY) < 0
}
