/** Small icons that show how we are, drawn here: the app's ring, and in it a dot in the colour of the state. */
import type { NetworkStatus } from '../../shared/contract.ts'

/** Red, green, blue, 0 to 255. */
export type Colour = readonly [red: number, green: number, blue: number]

/** The colours of the icons. */
export const COLOURS = {
  ring: [245, 228, 76],
  good: [47, 181, 140],
  warn: [240, 160, 48],
  bad: [224, 82, 82],
  mute: [138, 148, 166],
  black: [0, 0, 0],
} as const satisfies Record<string, Colour>

/** What a state is drawn in. */
export const STATE_COLOURS: Readonly<Record<NetworkStatus['state'], Colour>> = {
  none: COLOURS.mute,
  joining: COLOURS.warn,
  alone: COLOURS.warn,
  online: COLOURS.good,
  lost: COLOURS.bad,
  deserted: COLOURS.mute,
  leaving: COLOURS.mute,
  failed: COLOURS.bad,
}

/** A ring with a dot, as rows of blue, green, red and opacity (premultiplied): what Electron takes as a bitmap. */
export function ringBitmap(size: number, ring: Colour | null, dot: Colour): Buffer {
  const bitmap = Buffer.alloc(size * size * 4)
  const middle = (size - 1) / 2
  for (let y = 0; y < size; y += 1)
    for (let x = 0; x < size; x += 1) {
      const from = Math.hypot(x - middle, y - middle)
      const inDot = cover(from, (ring === null ? 0.46 : 0.24) * size)
      const inRing = ring === null ? 0 : cover(from, 0.47 * size) - cover(from, 0.34 * size)
      const [red, green, blue] = inDot > 0 || ring === null ? dot : ring
      const opacity = Math.max(inDot, inRing)
      bitmap.set([blue * opacity, green * opacity, red * opacity, 255 * opacity], (y * size + x) * 4)
    }
  return bitmap
}

/** How much of a pixel at this distance is within the radius, 0 to 1. */
function cover(distance: number, radius: number): number {
  return Math.min(1, Math.max(0, radius - distance + 0.5))
}
