import { toScreen } from './camera.ts'
import type { Camera, Size } from './camera.ts'
import { css } from './colours.ts'
import type { GraphMarks, GraphScene, GraphTheme } from './renderer.ts'

/** A label that is drawn: where its text begins, in pixels. */
export interface PlacedLabel {
  readonly slot: number
  readonly x: number
  readonly y: number
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
  readonly most: number
}

const HEIGHT = 15
const GAP = 5
/** Pixels between a node and its ring. */
const RINGS = { self: 3, selected: 6 } as const
/** Room around labels, so that they do not read as one line. */
const PADDING = { x: 10, y: 5 } as const
/** Nodes that are tried at most. */
const TRIES = 600
/** Nodes up to which every label is drawn that fits. */
const LABEL_ALL = 80
/** Radius in pixels below which a node of many has no label. */
const LEAST_RADIUS = 3.2
const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif'

/** Steps of size that are told apart in the order of labels. */
const SIZES = 128
const STEPS_PER_PIXEL = 4

/** Slots by size, the largest first; dimmed ones are left out. */
export function labelOrder(scene: GraphScene): Uint32Array<ArrayBuffer> {
  const { slots, live, dimmed, sizes } = scene
  const step = (slot: number): number =>
    SIZES - 1 - Math.min(SIZES - 1, Math.round((sizes[slot] ?? 0) * STEPS_PER_PIXEL))
  // Sorted by counting: this is done anew with each change, for thousands.
  const starts = new Uint32Array(SIZES + 1)
  let count = 0
  for (let slot = 0; slot < slots; slot++) {
    if (live[slot] !== 1 || dimmed[slot] === 1) continue
    const at = step(slot) + 1
    starts[at] = (starts[at] ?? 0) + 1
    count++
  }
  for (let at = 1; at <= SIZES; at++) starts[at] = (starts[at] ?? 0) + (starts[at - 1] ?? 0)
  const order = new Uint32Array(count)
  for (let slot = 0; slot < slots; slot++) {
    if (live[slot] !== 1 || dimmed[slot] === 1) continue
    const at = step(slot)
    const place = starts[at] ?? 0
    order[place] = slot
    starts[at] = place + 1
  }
  return order
}

/** Labels where they fit: the marked nodes' first, then by weight; none over another. */
export function placeLabels(input: LabelInput): PlacedLabel[] {
  const { scene, camera, size, factor, marks, order } = input
  const placed: PlacedLabel[] = []
  const boxes: (readonly [left: number, top: number, right: number, bottom: number])[] = []
  const taken = new Set<number>()
  const all = order.length <= LABEL_ALL
  let tries = 0
  const put = (slot: number, needed: boolean): void => {
    if (slot < 0 || taken.has(slot) || scene.live[slot] !== 1) return
    const radius = (scene.sizes[slot] ?? 0) * factor
    if (!needed && !all && radius < LEAST_RADIUS) return
    const [x, y] = toScreen(camera, size, scene.positions[slot * 2] ?? 0, scene.positions[slot * 2 + 1] ?? 0)
    if (x < -40 || y < 0 || x > size.width || y > size.height) return
    tries++
    const text = scene.labels[slot] ?? ''
    const left = x + radius + GAP + (slot === marks.selected ? RINGS.selected : slot === marks.self ? RINGS.self : 0)
    const top = y - HEIGHT / 2
    const right = left + input.measure(text) + PADDING.x
    const bottom = top + HEIGHT + PADDING.y
    const free = boxes.every(([l, t, r, b]) => left >= r || right <= l || top >= b || bottom <= t)
    if (!free && !needed) return
    taken.add(slot)
    boxes.push([left, top, right, bottom])
    placed.push({ slot, x: left, y: y + 4 })
  }
  put(marks.hovered, true)
  put(marks.selected, true)
  put(marks.self, true)
  for (const slot of order) {
    if (placed.length >= input.most || tries > TRIES) break
    put(slot, false)
  }
  return placed
}

const widths = new Map<string, number>()
/** Texts whose width is remembered at most. */
const WIDTHS_MAX = 20_000

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
    if (slot < 0 || scene.live[slot] !== 1) return
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
  const known = widths.get(text)
  if (known !== undefined) return known
  if (widths.size > WIDTHS_MAX) widths.clear()
  context.font = fontOf(true)
  const { width } = context.measureText(text)
  widths.set(text, width)
  return width
}

function fontOf(marked: boolean): string {
  return `${marked ? 600 : 500} 12px ${FONT}`
}
