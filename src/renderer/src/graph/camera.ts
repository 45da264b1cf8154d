import type { Rect } from './label-places.ts'

/** A part of the plane in layout units. */
export interface Box {
  readonly left: number
  readonly right: number
  readonly bottom: number
  readonly top: number
}

/** Where the picture is looked at: the layout's point in the middle, and pixels for one unit of the layout. */
export interface Camera {
  readonly x: number
  readonly y: number
  readonly scale: number
}

/** CSS pixels. */
export interface Size {
  readonly width: number
  readonly height: number
}

/** Pixels kept free around a graph that is shown whole. */
export interface Margins {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

/** Something that lies over the graph and reaches so many pixels in from a side. */
export interface Cover {
  readonly side: keyof Margins
  readonly reach: number
}

/** What lies over the graph: pixels that are kept free of peers for it where all is shown, and where no name may be. */
export interface Covered {
  readonly margins: Margins
  /** In pixels from the left and the top. */
  readonly boxes: readonly Rect[]
}

/** For the largest peers and for labels, where nothing lies over the graph. */
export const MARGINS: Margins = { left: 56, right: 56, top: 28, bottom: 28 }
/** Nothing lies over it. */
export const UNCOVERED: Covered = { margins: MARGINS, boxes: [] }
/** Pixels between peers and what lies over the graph. */
const GAP = 20

/** What is kept free beside all that lies over the graph. */
export function marginsFor(covers: readonly Cover[]): Margins {
  const margins = { ...MARGINS }
  for (const { side, reach } of covers) margins[side] = Math.max(margins[side], reach + GAP)
  return margins
}

/** A few nodes are not blown up beyond this; by as much more as there is more room than so many pixels. */
const FIT_SCALE_MAX = 12
const USUAL_ROOM = 600
/** How far the user may go away from, and come close to, the graph as it fits. */
const RANGE = { out: 0.25, in: 60 } as const

/** The square within so many units of a point. */
export function boxAround(x: number, y: number, reach: number): Box {
  return { left: x - reach, right: x + reach, bottom: y - reach, top: y + reach }
}

/** The camera that shows all of `box`. */
export function fitTo(box: Box, { width, height }: Size, margins: Margins = MARGINS): Camera {
  const across = Math.max(box.right - box.left, 1)
  const tall = Math.max(box.top - box.bottom, 1)
  const room = {
    x: Math.max(width - margins.left - margins.right, width / 3, 1),
    y: Math.max(height - margins.top - margins.bottom, height / 3, 1),
  }
  const closest = FIT_SCALE_MAX * Math.max(1, Math.min(room.x, room.y) / USUAL_ROOM)
  const scale = Math.min(room.x / across, room.y / tall, closest)
  // In the middle of what is free, where there is room for that.
  const right = shiftFor(margins.left - margins.right, width - room.x)
  const up = shiftFor(margins.bottom - margins.top, height - room.y)
  return { x: (box.left + box.right) / 2 - right / scale, y: (box.bottom + box.top) / 2 - up / scale, scale }
}

/** How many times as wide as high the place is that is kept free for a graph. */
export function shapeOf({ width, height }: Size, { left, right, top, bottom }: Margins): number {
  return (width - left - right) / Math.max(1, height - top - bottom)
}

/** Pixels that the middle moves, where one side is kept free by so many more than the other; `spare` are free in all. */
function shiftFor(difference: number, spare: number): number {
  return Math.min(Math.max(difference, -spare), spare) / 2
}

/** A point of the layout in pixels from the left and the top. */
export function toScreen(camera: Camera, size: Size, x: number, y: number): readonly [number, number] {
  return [size.width / 2 + (x - camera.x) * camera.scale, size.height / 2 - (y - camera.y) * camera.scale]
}

/** The layout's point under a pixel. */
export function toLayout(camera: Camera, size: Size, x: number, y: number): readonly [number, number] {
  return [camera.x + (x - size.width / 2) / camera.scale, camera.y - (y - size.height / 2) / camera.scale]
}

/** Comes closer by `factor` with the pixel x, y staying where it is; not farther or closer than makes sense beside `fit`. */
export function zoomAt(camera: Camera, size: Size, factor: number, x: number, y: number, fit: number): Camera {
  const scale = Math.min(Math.max(camera.scale * factor, fit * RANGE.out), Math.max(fit * RANGE.in, FIT_SCALE_MAX))
  const [atX, atY] = toLayout(camera, size, x, y)
  return {
    x: atX - (x - size.width / 2) / scale,
    y: atY + (y - size.height / 2) / scale,
    scale,
  }
}

/** The camera after the picture was pulled by so many pixels. */
export function panBy(camera: Camera, dx: number, dy: number): Camera {
  return { ...camera, x: camera.x - dx / camera.scale, y: camera.y + dy / camera.scale }
}

/** What is in view. */
export function viewOf(camera: Camera, { width, height }: Size): Box {
  const across = width / 2 / camera.scale
  const up = height / 2 / camera.scale
  return { left: camera.x - across, right: camera.x + across, bottom: camera.y - up, top: camera.y + up }
}

/** A camera between two, `share` 0 to 1: even in what the eye sees of zooming. */
export function between(from: Camera, to: Camera, share: number): Camera {
  return {
    x: from.x + (to.x - from.x) * share,
    y: from.y + (to.y - from.y) * share,
    scale: from.scale * (to.scale / from.scale) ** share,
  }
}

/** Room in pixels that a node has about, at which nodes are drawn in their full size. */
const FULL_ROOM = 34
const NODE_FACTOR = { least: 0.26, most: 1.2 } as const

/**
 * By what the sizes of nodes are multiplied, at so many pixels a unit: they shrink where thousands share the screen, and grow
 * when it comes closer. `spread` is the nodes' mean square distance from their middle.
 */
export function nodeFactor(scale: number, spread: number, count: number): number {
  if (count < 2) return NODE_FACTOR.most
  // The disc that so spread nodes fill evenly.
  const room = scale * Math.sqrt((2 * Math.PI * Math.max(spread, 1)) / count)
  return Math.min(Math.max((room / FULL_ROOM) ** 0.7, NODE_FACTOR.least), NODE_FACTOR.most)
}
