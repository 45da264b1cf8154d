import type { ForceLayout } from './force.ts'

/** Steps in which nodes go to their places: so that the eye can follow. */
const STEPS = 14

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
