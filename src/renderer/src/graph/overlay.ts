import { drawBubbles } from './bubbles.ts'
import type { Rect } from './label-places.ts'
import { drawOverlay, measureLabel, placeLabels } from './labels.ts'
import type { Frame } from './picture.ts'
import type { GraphScene } from './renderer.ts'

/** Square pixels for one label. */
const LABEL_AREA = 18_000

/** What is drawn over nodes and lines. */
export interface Above {
  readonly scene: GraphScene
  /** Slots by weight, the heaviest first. */
  readonly order: Uint32Array
  readonly pinned: readonly number[]
  /** Where controls lie over it, in pixels: no name is there. */
  readonly covered: readonly Rect[]
}

/** Slots of peers that the user holds in their place. */
export function pinnedOf({ slots, pinned }: Pick<GraphScene, 'slots' | 'pinned'>): number[] {
  const found: number[] = []
  for (let slot = 0; slot < slots; slot++) if (pinned[slot] === 1) found.push(slot)
  return found
}

/** Draws circles, bubbles, rings and labels on a 2D canvas over the graph. */
export function drawAbove(context: CanvasRenderingContext2D, over: Above, frame: Frame): void {
  const { scene, order, pinned, covered } = over
  const { camera, size, ratio, factor, marks, theme } = frame
  context.setTransform(ratio, 0, 0, ratio, 0, 0)
  const names = drawBubbles(context, { scene, camera, size, factor, covered }, marks, theme)
  const shared = { scene, camera, size, factor, marks }
  const labels = placeLabels({
    ...shared,
    order,
    measure: (text) => measureLabel(context, text),
    most: Math.ceil((size.width * size.height) / LABEL_AREA),
    covered,
    names,
  })
  drawOverlay(context, labels, { ...shared, theme, pinned })
}
