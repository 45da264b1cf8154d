/** How wide the layout by forces is: views are wider than high, and its forces make it round. Pure. */
import { FOLD_FROM } from './fold.ts'

/** How many times as wide as high it becomes at most, and in what steps: a view that changes a little moves nobody. */
const WIDE = { most: 2.2, step: 0.2 } as const

/** How many times as wide as high so many peers are laid out for a view of that shape; 1 where few are drawn: then each line counts. */
export function wideFor(shape: number, peers: number): number {
  if (peers < FOLD_FROM) return 1
  const most = Math.min(shape, WIDE.most)
  return Math.max(1, 1 + Math.floor((most - 1) / WIDE.step) * WIDE.step)
}

/** Positions (x and y of each node) as many times as wide. */
export function stretched(positions: Float32Array, by: number): Float32Array<ArrayBuffer> {
  return Float32Array.from(positions, (value, index) => (index % 2 === 0 ? value * by : value))
}
