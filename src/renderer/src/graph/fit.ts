/** From where a graph is shown whole, or what a filter matches of it. */
import { matchBounds, sceneBounds } from './bounds.ts'
import type { Bounds } from './bounds.ts'
import { bubbleNames } from './bubble-names.ts'
import { fitTo, MARGINS } from './camera.ts'
import type { Box, Camera, Margins, Size } from './camera.ts'
import type { Rect } from './label-places.ts'
import type { GraphScene } from './renderer.ts'

/** Pixels by which names come nearer to what lies over the graph than bubbles do, and that they keep from an edge. */
const NEARER = 12
const EDGE = 6
/** By how much names make bubbles smaller at most: in a small view numbers come before names. */
const SMALLER = 0.85
/** How often the place of names is looked at. */
const ROUNDS = 3
const SIDES = ['left', 'right', 'top', 'bottom'] as const
/** What a filter matches is shown no closer than by this share of the whole: one peer would fill the view. */
const CLOSEST = 1 / 8

/** What is shown whole of a scene. */
export class Fitting {
  bounds: Bounds = { left: 0, right: 0, bottom: 0, top: 0, count: 0, spread: 0 }
  /** Pixels a unit where all is shown. */
  scale = 1
  /** Whether what the filter matches is shown, as long as there is one. */
  matching = false
  /** Whether all that `take` told since this was asked last was that what is shown stays. */
  #stays = true
  #scene: GraphScene | null = null
  #matches: Box | null = null

  /** Takes in what changed. False when there is nothing that the filter matches any longer, and all is shown again. */
  take(scene: GraphScene): boolean {
    this.#scene = scene
    this.bounds = sceneBounds(scene)
    const was = this.matching
    this.matching &&= scene.passes !== null
    this.#matches = this.matching ? matchBounds(scene) : null
    this.#stays &&= !was || this.matching
    return !was || this.matching
  }

  /** Whether what is shown is the same as when this was asked last. */
  stayed(): boolean {
    const stays = this.#stays
    this.#stays = true
    return stays
  }

  /** Shows what the filter matches, all without a filter. */
  restart(): void {
    this.matching = this.#scene !== null && this.#scene.passes !== null
    this.#matches = this.#scene === null || !this.matching ? null : matchBounds(this.#scene)
  }

  /** The camera that shows all, or what the filter matches. @param measure the width of a name in pixels */
  fit(size: Size, margins: Margins, measure: (text: string) => number): Camera {
    const whole = withNames(this.bounds, size, margins, (scale) => this.#names(scale, measure))
    this.scale = whole.scale
    if (this.#matches === null) return whole
    return withNames(atLeast(this.#matches, this.bounds), size, margins, (scale) => this.#names(scale, measure, true))
  }

  /** @param matching only of clusters with peers that the filter matches */
  #names(scale: number, measure: (text: string) => number, matching = false): readonly Rect[] {
    if (this.#scene === null) return []
    const { fold } = this.#scene
    const none = new Set(fold.closed.flatMap((one) => (matching && one?.matches === 0 ? one.key : [])))
    return bubbleNames(fold, scale, measure).flatMap(({ key, box }) => (none.has(key) ? [] : box))
  }
}

/** The camera that shows all of `box` with the names around it. @param names where they stand at so many pixels a unit */
export function withNames(box: Box, size: Size, margins: Margins, names: (scale: number) => readonly Rect[]): Camera {
  const first = fitTo(box, size, margins)
  let camera = first
  let wanted = margins
  // Farther away, names stand elsewhere.
  for (let round = 0; round < ROUNDS; round++) {
    const more = marginsOf(box, camera.scale, margins, names(camera.scale))
    if (SIDES.every((side) => more[side] <= wanted[side])) break
    wanted = {
      left: Math.max(wanted.left, more.left),
      right: Math.max(wanted.right, more.right),
      top: Math.max(wanted.top, more.top),
      bottom: Math.max(wanted.bottom, more.bottom),
    }
    camera = fitTo(box, size, wanted)
    if (camera.scale < first.scale * SMALLER) return { ...first, scale: first.scale * SMALLER }
  }
  return camera
}

/** What is to be kept free around bubbles, so that the names around them have room. */
function marginsOf(box: Box, scale: number, margins: Margins, rects: readonly Rect[]): Margins {
  const beyond: Margins = {
    left: box.left * scale - Math.min(...rects.map(({ left }) => left)),
    right: Math.max(...rects.map(({ right }) => right)) - box.right * scale,
    top: -box.top * scale - Math.min(...rects.map(({ top }) => top)),
    bottom: Math.max(...rects.map(({ bottom }) => bottom)) + box.bottom * scale,
  }
  const side = (at: keyof Margins): number => {
    const nearer = margins[at] === MARGINS[at] ? margins[at] - EDGE : NEARER
    return margins[at] + Math.max(0, beyond[at] - nearer)
  }
  return { left: side('left'), right: side('right'), top: side('top'), bottom: side('bottom') }
}

function atLeast(box: Box, whole: Box): Box {
  const grow = (from: number, to: number, least: number): readonly [number, number] => {
    const more = Math.max(0, least - (to - from)) / 2
    return [from - more, to + more]
  }
  const [left, right] = grow(box.left, box.right, (whole.right - whole.left) * CLOSEST)
  const [bottom, top] = grow(box.bottom, box.top, (whole.top - whole.bottom) * CLOSEST)
  return { left, right, bottom, top }
}
