/** Where the window was, and where it may be now. */
import { join } from 'node:path'
import type { Rectangle } from 'electron'
import { z } from 'zod'
import { JsonFile } from '../monitor/json-file.ts'
import type { Logger } from '../monitor/open-node.ts'

/** Sizes of the window, in pixels as the system counts them. */
export const WINDOW_SIZE = { width: 1440, height: 900, minWidth: 1024, minHeight: 640 } as const
/** So much of the title bar must be on a screen, or nobody can take hold of it. */
const GRIP = { width: 120, height: 24 }

/** A smaller window was not made by a user, in pixels. */
const LEAST = 100
/** What is farther out is nonsense, in pixels. */
const FARTHEST = 100_000

/** What is remembered of the window; null before the first time. */
export type WindowState = (Rectangle & { readonly maximized: boolean }) | null

const place = z.number().min(-FARTHEST).max(FARTHEST).transform(Math.round)
const size = z.number().min(LEAST).max(FARTHEST).transform(Math.round)
// A size that makes no sense leaves the place as it is.
const stateSchema: z.ZodType<WindowState> = z
  .object({
    x: place,
    y: place,
    width: size.catch(WINDOW_SIZE.width),
    height: size.catch(WINDOW_SIZE.height),
    maximized: z.boolean().catch(false),
  })
  .nullable()
  .catch(null)

/** The file that remembers it. */
export function openWindowState(dataDir: string | null, logger: Logger): JsonFile<WindowState> {
  return new JsonFile(dataDir === null ? null : join(dataDir, 'window.json'), stateSchema, null, logger)
}

/** What is to be kept of a window that is there; null where the system reports what no user can have made. */
export function keepable(bounds: Rectangle, maximized: boolean): WindowState {
  const { x, y, width, height } = bounds
  const sound =
    [x, y].every((at) => Math.abs(at) <= FARTHEST) &&
    [width, height].every((length) => length >= LEAST && length <= FARTHEST)
  if (!sound) return null
  return { x: Math.round(x), y: Math.round(y), width: Math.round(width), height: Math.round(height), maximized }
}

/**
 * Where to open the window: as it was, where that is on a screen still, else in the middle of the main one.
 * @param areas what the screens have room for
 */
export function placed(
  state: WindowState,
  areas: readonly Rectangle[],
): { readonly width: number; readonly height: number; readonly x?: number; readonly y?: number } {
  if (state === null) return { width: WINDOW_SIZE.width, height: WINDOW_SIZE.height }
  const { x, y } = state
  const area = areas.find(
    (one) =>
      Math.min(x + state.width, one.x + one.width) - Math.max(x, one.x) >= GRIP.width &&
      y >= one.y - GRIP.height / 2 &&
      y + GRIP.height <= one.y + one.height,
  )
  const width = Math.max(WINDOW_SIZE.minWidth, Math.min(state.width, area?.width ?? WINDOW_SIZE.width))
  const height = Math.max(WINDOW_SIZE.minHeight, Math.min(state.height, area?.height ?? WINDOW_SIZE.height))
  return area === undefined ? { width, height } : { width, height, x, y }
}
