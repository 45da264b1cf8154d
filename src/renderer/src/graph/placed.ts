import type { ForceLayout } from './force.ts'

/** Steps in which nodes go to their places: so that the eye can follow. */
const STEPS = 14

/**
 * Circles that go along with their nodes: each is as far from its place as its nodes are from theirs on the average.
 * @param circles x, y and radius of each at its place
 * @param of the circle of each node, -1 for one without
 */
export function circlesUnderway(
  circles: Float32Array,
  of: Int32Array,
  positions: Float32Array,
  targets: Float32Array,
): Float32Array {
  const underway = circles.slice()
  const counts = new Uint32Array(circles.length / 3)
  for (const at of of) if (at >= 0) counts[at] = (counts[at] ?? 0) + 1
  of.forEach((at, node) => {
    if (at < 0) return
    for (const axis of [0, 1]) {
      const away = (positions[node * 2 + axis] ?? 0) - (targets[node * 2 + axis] ?? 0)
      underway[at * 3 + axis] = (underway[at * 3 + axis] ?? 0) + away / (counts[at] ?? 1)
    }
  })
  return underway
}

/** A layout that leads nodes from where they are to their places. Nodes with a 1 in `fixed` stay where they are. */
export function createPlacedLayout(start: Float32Array, targets: Float32Array, fixed: Uint8Array): ForceLayout {
  let steps = 0
  return {
    step() {
      steps++
      return steps >= STEPS
    },
    get share() {
      return Math.min(1, steps / STEPS)
    },
    positions() {
      // Quick at first, then slower.
      const share = 1 - (1 - Math.min(1, steps / STEPS)) ** 3
      return start.map((from, index) =>
        fixed[index >> 1] === 1 ? from : from + ((targets[index] ?? 0) - from) * share,
      )
    },
  }
}
