import { toScreen, viewOf } from './camera.ts'
import type { Camera, Size } from './camera.ts'
import { css } from './colours.ts'
import { bubbleOf } from './folding.ts'
import { costOf, isSeen, LABEL_COST, placesAway, placesBeside } from './label-places.ts'
import type { Disc, InTheWay, LabelPlace, Line, Rect } from './label-places.ts'
import type { GraphMarks, GraphScene, GraphTheme } from './renderer.ts'
import { textWidth } from './text-width.ts'

/** A label that is drawn: where its text begins, in pixels; with a line from its node where it stands away from it. */
export interface PlacedLabel {
  readonly slot: number
  readonly x: number
  readonly y: number
  readonly line: Line | null
}

/** What labels are placed for. */
export interface LabelInput {
  readonly scene: GraphScene
  readonly camera: Camera
  readonly size: Size
  readonly factor: number
  readonly marks: GraphMarks
  /** Slots by weight, the heaviest first. */
  readonly order: Uint32Array
  /** Pixels that a text takes. */
  readonly measure: (text: string) => number
  /** Labels of many nodes at most; of few every one is drawn that fits. */
  readonly most: number
  /** Where controls lie over it. */
  readonly covered?: readonly Rect[] | undefined
  /** Where other names stand already, their lines, and bubbles. */
  readonly names?: (Omit<InTheWay, 'nodes'> & Partial<InTheWay>) | undefined
}

/** Of a label's text, from the top of its box. */
const BASELINE = 11.5
/** Pixels that a label keeps from the edge. */
const EDGE = 2
/** Nodes in view up to which labels keep clear of them. */
const CLEAR_MAX = 240
/** Pixels between a node and its ring. */
const RINGS = { self: 3, selected: 6 } as const
/** Nodes that are tried at most. */
const TRIES = 600
/** Nodes up to which every label is drawn that fits. */
const LABEL_ALL = 80
/** Radius in pixels below which a node of many has no label. */
const LEAST_RADIUS = 3.2
/** Nodes in view up to which a label may stand away from its node, with a line to it. */
const LINES_MAX = 24
/** How that line is drawn, so that it is no link: dotted, and how faint. */
const LINE = { dash: [1, 3], alpha: 0.9 } as const
/** What may lie under a label: nothing, anything but another label, anything. */
const COST = { free: 1, noLabel: LABEL_COST, any: Number.POSITIVE_INFINITY } as const
/** What it costs to be cut off, or to lie under the controls. */
const OUTSIDE = 3
/** Peers that are hubs at most, how many times as many lines as the mean they have, and lines at least. */
const HUBS = { most: 10, times: 2.2, least: 5 } as const
const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif'

/** Steps of size that are told apart in the order of labels. */
const SIZES = 128
const STEPS_PER_PIXEL = 4

/** Slots by size, the largest first; dimmed ones are left out. */
export function labelOrder(scene: GraphScene): Uint32Array<ArrayBuffer> {
  const { slots, live, dimmed, sizes, fold } = scene
  const step = (slot: number): number =>
    SIZES - 1 - Math.min(SIZES - 1, Math.round((sizes[slot] ?? 0) * STEPS_PER_PIXEL))
  // Sorted by counting: this is done again with each change, for thousands.
  const starts = new Uint32Array(SIZES + 1)
  let count = 0
  for (let slot = 0; slot < slots; slot++) {
    if (live[slot] !== 1 || dimmed[slot] === 1 || bubbleOf(fold, slot) !== null) continue
    const at = step(slot) + 1
    starts[at] = (starts[at] ?? 0) + 1
    count++
  }
  for (let at = 1; at <= SIZES; at++) starts[at] = (starts[at] ?? 0) + (starts[at - 1] ?? 0)
  const order = new Uint32Array(count)
  for (let slot = 0; slot < slots; slot++) {
    if (live[slot] !== 1 || dimmed[slot] === 1 || bubbleOf(fold, slot) !== null) continue
    const at = step(slot)
    const place = starts[at] ?? 0
    order[place] = slot
    starts[at] = place + 1
  }
  return order
}

/**
 * Labels where they fit: the marked nodes' first, then by weight. None lies over another or over the line of another, nor over a
 * node where so few are in view that this can be had. Where few are in view, one that has no room beside its node stands away
 * from it, with a line; a marked one and a hub may among more. The marked ones are always there, where they are in the way least.
 */
export function placeLabels(input: LabelInput): PlacedLabel[] {
  const { scene, camera, size, factor, marks, order, names } = input
  const placed: PlacedLabel[] = []
  const inView = nodesInView(input)
  const nodes = [...(inView ?? []), ...(names?.nodes ?? [])]
  const way = { boxes: [...(names?.boxes ?? [])], lines: [...(names?.lines ?? [])], nodes }
  const taken = new Set<number>()
  const all = order.length <= LABEL_ALL
  // The few that are marked, and hubs, find their way out of a crowd too, unless that is too large to see what is in the way.
  const isLined = (most: number): boolean =>
    inView !== null && (most !== COST.free || (all && nodes.length <= LINES_MAX))
  let tries = 0
  const costAt = (place: LabelPlace, slot: number, least: number): number => {
    const outside = isWithin(place.rect, input) ? 0 : OUTSIDE
    return outside >= least ? outside : outside + costOf(place, slot, way, least - outside)
  }
  const put = (slot: number, most: number): void => {
    if (slot < 0 || taken.has(slot) || scene.live[slot] !== 1 || bubbleOf(scene.fold, slot) !== null) return
    const radius = (scene.sizes[slot] ?? 0) * factor
    if (most === COST.free && !all && radius < LEAST_RADIUS) return
    const [x, y] = toScreen(camera, size, scene.positions[slot * 2] ?? 0, scene.positions[slot * 2 + 1] ?? 0)
    if (x < -40 || y < 0 || x > size.width || y > size.height) return
    tries++
    const ring = slot === marks.selected ? RINGS.selected : slot === marks.self ? RINGS.self : 0
    const width = input.measure(scene.labels[slot] ?? '')
    let best: LabelPlace | null = null
    let least: number = most
    for (const place of placesBeside(x, y, radius + ring, width)) {
      const cost = costAt(place, slot, least)
      if (cost >= least) continue
      best = place
      least = cost
      if (cost === 0) break
    }
    // What the pointer is over keeps its name beside it.
    if ((best === null || least >= COST.free) && isLined(most) && slot !== marks.hovered) {
      // Only places with a cost of 0 will do.
      if (most === COST.free) least = Number.MIN_VALUE
      for (const place of placesAway(x, y, radius + ring, width, most !== COST.free)) {
        const cost = costAt(place, slot, least)
        if (cost >= least) continue
        best = place
        least = cost
        if (cost === 0) break
      }
    }
    if (best === null) return
    const { rect, line } = best
    taken.add(slot)
    way.boxes.push(rect)
    if (line !== null) way.lines.push(line)
    placed.push({ slot, x: rect.left, y: rect.top + BASELINE, line })
  }
  put(marks.hovered, COST.any)
  put(marks.selected, COST.any)
  put(marks.self, COST.any)
  for (const slot of hubsOf(scene, order)) put(slot, COST.noLabel)
  for (const slot of order) {
    if ((!all && placed.length >= input.most) || tries > TRIES) break
    put(slot, COST.free)
  }
  return placed
}

/** Whether a label is neither cut off nor under the controls. */
function isWithin(rect: Rect, { size, covered = [] }: LabelInput): boolean {
  return isSeen(rect, size, covered, EDGE)
}

/** The best connected peers, whose names are shown also where nodes are in the way; none where all have about as many lines. */
export function hubsOf({ degrees, edgeCount, count }: GraphScene, order: Uint32Array): number[] {
  const mean = (2 * edgeCount) / Math.max(count, 1)
  return [...order.subarray(0, HUBS.most)].filter(
    (slot) => (degrees[slot] ?? 0) >= Math.max(mean * HUBS.times, HUBS.least),
  )
}

/** The nodes in view; null where they are too many for a label to keep clear of them. */
export function nodesInView({
  scene,
  camera,
  size,
  factor,
}: Pick<LabelInput, 'scene' | 'camera' | 'size' | 'factor'>): readonly Disc[] | null {
  const view = viewOf(camera, size)
  const found: Disc[] = []
  for (let slot = 0; slot < scene.slots; slot++) {
    const atX = scene.positions[slot * 2] ?? 0
    const atY = scene.positions[slot * 2 + 1] ?? 0
    if (bubbleOf(scene.fold, slot) !== null) continue
    if (scene.live[slot] !== 1 || atX < view.left || atX > view.right || atY < view.bottom || atY > view.top) continue
    if (found.length === CLEAR_MAX) return null
    const [x, y] = toScreen(camera, size, atX, atY)
    found.push({ slot, x, y, radius: (scene.sizes[slot] ?? 0) * factor + 1 })
  }
  return found
}

/** Draws labels and rings on a 2D canvas over the graph. */
export function drawOverlay(
  context: CanvasRenderingContext2D,
  labels: readonly PlacedLabel[],
  input: Omit<LabelInput, 'order' | 'measure' | 'most'> & {
    readonly theme: GraphTheme
    readonly pinned: readonly number[]
  },
): void {
  const { scene, camera, size, factor, marks, theme } = input
  const at = (slot: number) =>
    toScreen(camera, size, scene.positions[slot * 2] ?? 0, scene.positions[slot * 2 + 1] ?? 0)
  const ring = (slot: number, colour: string, gap: number, width: number): void => {
    if (slot < 0 || scene.live[slot] !== 1 || bubbleOf(scene.fold, slot) !== null) return
    const [x, y] = at(slot)
    context.beginPath()
    context.arc(x, y, Math.max((scene.sizes[slot] ?? 0) * factor, 1) + gap, 0, 2 * Math.PI)
    context.lineWidth = width
    context.strokeStyle = colour
    context.stroke()
  }
  context.setLineDash([2.5, 2.5])
  for (const slot of input.pinned) ring(slot, theme.label, 2.5, 1.25)
  context.setLineDash([])
  ring(marks.self, theme.selfRing, RINGS.self, 2)
  if (marks.hovered !== marks.selected) ring(marks.hovered, theme.ring, RINGS.self, 1.5)
  ring(marks.selected, theme.ring, RINGS.selected, 2)
  context.lineWidth = 1
  context.strokeStyle = theme.label
  context.globalAlpha = LINE.alpha
  context.setLineDash(LINE.dash)
  for (const { line } of labels) {
    if (line === null) continue
    context.beginPath()
    context.moveTo(line.x, line.y)
    context.lineTo(line.toX, line.toY)
    context.stroke()
  }
  context.globalAlpha = 1
  context.setLineDash([])
  context.lineJoin = 'round'
  // A halo of the background keeps the text legible over lines.
  context.strokeStyle = css(theme.background)
  context.fillStyle = theme.label
  for (const { slot, x, y } of labels) {
    const marked = slot === marks.hovered || slot === marks.selected
    context.font = fontOf(marked)
    context.lineWidth = marked ? 6 : 3.5
    const text = scene.labels[slot] ?? ''
    context.strokeText(text, x, y)
    context.fillText(text, x, y)
  }
}

/** The width of a label in pixels. */
export function measureLabel(context: CanvasRenderingContext2D, text: string): number {
  return textWidth(context, fontOf(true), text)
}

function fontOf(marked: boolean): string {
  return `${marked ? 600 : 500} 12px ${FONT}`
}
