/** The boxes around what is drawn. Pure. */
import type { Box } from './camera.ts'
import { bubbleOf } from './folding.ts'
import type { GraphScene } from './renderer.ts'

/** A box with how many nodes are in it, and their mean square distance from their middle. */
export interface Bounds extends Box {
  readonly count: number
  readonly spread: number
}

/** The part of a scene that has places. */
type Placed = Pick<GraphScene, 'slots' | 'live' | 'positions' | 'fold' | 'guides' | 'passes'>

/** The box around all that is drawn of a scene: nodes, bubbles in place of nodes, and the circles behind them. */
export function sceneBounds(scene: Placed): Bounds {
  const { slots, live, positions, guides, fold } = scene
  const { count, spread, ...all } = boundsOf(slots, live, positions)
  const folded = fold.closed.some((bubble) => bubble !== null)
  const circles = [...guides, ...fold.closed.flatMap((bubble) => bubble ?? [])]
  const box = around(folded ? openBox(scene, () => true) : all, circles)
  return { ...(count === 0 || box === null ? all : box), count, spread }
}

/** The box around what the filter matches: nodes, and bubbles that have such; null where there are none, or without a filter. */
export function matchBounds(scene: Placed): Box | null {
  const { passes, fold, guides } = scene
  if (passes === null) return null
  const open = openBox(scene, (slot) => passes[slot] === 1)
  const matches = (at: number): boolean => (fold.closed[at]?.matches ?? 0) > 0
  return around(open, [
    ...fold.closed.flatMap((bubble, at) => (bubble !== null && matches(at) ? bubble : [])),
    ...guides.filter(({ kind, at }) => kind === 'cluster' && matches(at)),
  ])
}

/** The box around nodes that are drawn themselves; null for none. */
function openBox({ slots, live, positions, fold }: Placed, counts: (slot: number) => boolean): Box | null {
  const shown = new Uint8Array(slots)
  for (let slot = 0; slot < slots; slot++) {
    shown[slot] = live[slot] === 1 && bubbleOf(fold, slot) === null && counts(slot) ? 1 : 0
  }
  const { count, left, right, bottom, top } = boundsOf(slots, shown, positions)
  return count === 0 ? null : { left, right, bottom, top }
}

/** The box around a box and circles; null without both. */
function around(
  box: Box | null,
  circles: readonly { readonly x: number; readonly y: number; readonly radius: number }[],
): Box | null {
  if (box === null && circles.length === 0) return null
  return {
    left: Math.min(box?.left ?? Infinity, ...circles.map(({ x, radius }) => x - radius)),
    right: Math.max(box?.right ?? -Infinity, ...circles.map(({ x, radius }) => x + radius)),
    bottom: Math.min(box?.bottom ?? Infinity, ...circles.map(({ y, radius }) => y - radius)),
    top: Math.max(box?.top ?? -Infinity, ...circles.map(({ y, radius }) => y + radius)),
  }
}

/** The box around all live slots; all zero when there is none. */
export function boundsOf(slots: number, live: Uint8Array, positions: Float32Array): Bounds {
  let [left, right, bottom, top, count] = [Infinity, -Infinity, Infinity, -Infinity, 0]
  let [sumX, sumY, squares] = [0, 0, 0]
  for (let slot = 0; slot < slots; slot++) {
    if (live[slot] !== 1) continue
    const x = positions[slot * 2] ?? 0
    const y = positions[slot * 2 + 1] ?? 0
    if (x < left) left = x
    if (x > right) right = x
    if (y < bottom) bottom = y
    if (y > top) top = y
    sumX += x
    sumY += y
    squares += x * x + y * y
    count++
  }
  if (count === 0) return { left: 0, right: 0, bottom: 0, top: 0, count, spread: 0 }
  const spread = squares / count - (sumX / count) ** 2 - (sumY / count) ** 2
  return { left, right, bottom, top, count, spread: Math.max(0, spread) }
}
