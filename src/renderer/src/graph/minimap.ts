import { boundsOf } from './bounds.ts'
import { css } from './colours.ts'
import type { Box } from './camera.ts'
import type { GraphScene, GraphTheme } from './renderer.ts'

/** What a small map is drawn of. */
export interface MinimapSource {
  readonly scene: GraphScene
  readonly theme: GraphTheme
  /** What the large picture shows. */
  readonly view: Box
}

const PADDING = 8
const DOT = 1.2
/** Opacity of what is dimmed. */
const DIMMED = 0.08
/** So few peers that stand out of the dimmed get larger dots. */
const FEW = { peers: 300, dot: 2.4 } as const

interface Projection {
  readonly scale: number
  readonly left: number
  readonly top: number
}

/** The whole graph in a small canvas, with a frame around what is in view. Size in CSS pixels. */
export function drawMinimap(
  context: CanvasRenderingContext2D,
  width: number,
  height: number,
  source: MinimapSource,
): void {
  const { scene, theme, view } = source
  const { scale, left, top } = projectionOf(scene, width, height)
  context.clearRect(0, 0, width, height)
  // What is dimmed lies below.
  for (const dimmed of [1, 0]) {
    context.globalAlpha = dimmed === 1 ? DIMMED : 1
    for (const [colour, slots] of byColour(scene, dimmed)) {
      context.fillStyle = css(colour)
      const dot = dimmed === 0 && slots.length < FEW.peers ? FEW.dot : DOT
      for (const slot of slots) {
        const x = left + (scene.positions[slot * 2] ?? 0) * scale
        const y = top - (scene.positions[slot * 2 + 1] ?? 0) * scale
        context.fillRect(x - dot / 2, y - dot / 2, dot, dot)
      }
    }
  }
  context.strokeStyle = theme.ring
  context.lineWidth = 1
  // Around everything a frame would tell nothing.
  if (left + view.left * scale < 0 && left + view.right * scale > width) return
  const x = Math.max(0.5, left + view.left * scale)
  const y = Math.max(0.5, top - view.top * scale)
  const right = Math.min(width - 0.5, left + view.right * scale)
  const bottom = Math.min(height - 0.5, top - view.bottom * scale)
  context.strokeRect(x, y, Math.max(2, right - x), Math.max(2, bottom - y))
}

/** Live slots that are dimmed, or those that are not, by what they are painted in. */
function byColour(scene: GraphScene, dimmed: number): Map<number, number[]> {
  const found = new Map<number, number[]>()
  for (let slot = 0; slot < scene.slots; slot++) {
    if (scene.live[slot] !== 1 || scene.dimmed[slot] !== dimmed) continue
    const colour = scene.colours[slot] ?? 0
    const known = found.get(colour)
    if (known === undefined) found.set(colour, [slot])
    else known.push(slot)
  }
  return found
}

/** The layout's point under a pixel of the small map. */
export function minimapPoint(
  scene: GraphScene,
  width: number,
  height: number,
  x: number,
  y: number,
): readonly [number, number] {
  const { scale, left, top } = projectionOf(scene, width, height)
  return [(x - left) / scale, (top - y) / scale]
}

function projectionOf(scene: GraphScene, width: number, height: number): Projection {
  const box = boundsOf(scene.slots, scene.live, scene.positions)
  const across = Math.max(box.right - box.left, 1)
  const up = Math.max(box.top - box.bottom, 1)
  const scale = Math.min((width - 2 * PADDING) / across, (height - 2 * PADDING) / up)
  return {
    scale,
    left: width / 2 - ((box.left + box.right) / 2) * scale,
    top: height / 2 + ((box.bottom + box.top) / 2) * scale,
  }
}
