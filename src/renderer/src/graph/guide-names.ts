/** Where the names of clusters and rings stand. Pure. */
import type { Guide } from './arrange.ts'
import type { BubbleView } from './bubbles.ts'
import { toScreen } from './camera.ts'
import { crosses, isNear, isSeen, isUnder, LABEL_COST, overlap } from './label-places.ts'
import type { Disc, Line, Rect } from './label-places.ts'
import { nodesInView } from './labels.ts'

/**
 * Degrees at which the outermost ring has its name and by how many further each next one, and in what steps another place is
 * looked for where a peer lies under that; pixels that a name keeps from peers where it can.
 */
const RING_NAMES = { first: 62, step: -21, other: 9, clear: 12 } as const
/**
 * Names beside the rings: pixels between them and the rings, and from one to the next; rings closer than that have all their names
 * there.
 */
const ASIDE = { gap: 34, row: 15, close: 22 } as const

/** The name of a circle: the middle of its text, the baseline, and its box. */
export interface GuideName {
  readonly label: string
  readonly x: number
  readonly y: number
  readonly box: Rect
  /** From the circle to a name that stands aside; null for one at its circle. */
  readonly line: Line | null
}

/**
 * Where the names of circles stand: above a cluster, on a ring. Names of rings that have no place free of peers stand beside all
 * rings; all of them do where peers are too many to keep clear of, or the rings so close that a name on one would hide the next.
 */
export function guideNames(view: BubbleView, measure: (text: string) => number): readonly GuideName[] {
  const rings = view.scene.guides.filter(({ kind }) => kind === 'ring')
  if (rings.length === 0) return clusterNames(view, measure)
  const nodes = nodesInView(view)
  const onRings = ringNames(rings, nodes ?? [], view, measure)
  if (nodes !== null && onRings.length === rings.length) return onRings.map(({ name }) => name)
  const named = new Map(
    nodes === null || leastGap(rings) * view.camera.scale < ASIDE.close
      ? []
      : onRings.map(({ ring, name }) => [ring, name]),
  )
  const names = [...named.values()]
  const left = rings.filter((ring) => !named.has(ring))
  const aside = asideNames(left, names, nodes ?? [], view, measure)
  return aside === null ? onRings.map(({ name }) => name) : [...names, ...aside]
}

/** Between two rings, in layout units. */
function leastGap(rings: readonly Guide[]): number {
  return Math.min(...rings.map(({ radius }, index) => radius - (rings[index - 1]?.radius ?? 0)))
}

/** Above each cluster, or below it where nothing else will do; a bubble says its name itself. */
function clusterNames(
  { scene: { guides, fold }, camera, size, covered = [] }: BubbleView,
  measure: (text: string) => number,
): GuideName[] {
  const taken: Rect[] = []
  return guides.toReversed().flatMap(({ x, y, radius, label, at }) => {
    if ((fold.closed[at] ?? null) !== null) return []
    const [middle, centre] = toScreen(camera, size, x, y)
    const reach = radius * camera.scale
    const name = [centre - reach - 6, centre + reach + 15]
      .map((baseline) => nameAt(label, middle, baseline, measure(label)))
      .find(({ box }) => isSeen(box, size, covered) && !taken.some((other) => overlap(box, other)))
    if (name === undefined) return []
    taken.push(name.box)
    return name
  })
}

/** On each ring where no peer and no other name lies, along the right side where that can be had, the outermost first. */
function ringNames(
  rings: readonly Guide[],
  nodes: readonly Disc[],
  view: BubbleView,
  measure: (text: string) => number,
): { readonly ring: Guide; readonly name: GuideName }[] {
  const taken: Rect[] = []
  return rings.toReversed().flatMap((ring, index) => {
    const { x, y, radius, label } = ring
    const [middle, centre] = toScreen(view.camera, view.size, x, y)
    const reach = radius * view.camera.scale
    const places = anglesFrom(RING_NAMES.first + index * RING_NAMES.step).map((degrees) => {
      const angle = (degrees * Math.PI) / 180
      return nameAt(label, middle + reach * Math.cos(angle), centre - reach * Math.sin(angle) + 4, measure(label))
    })
    const { size, covered = [] } = view
    const free = places.filter(({ box }) => isSeen(box, size, covered) && !taken.some((other) => overlap(box, other)))
    // Next to a peer it would look like that peer's name, so it goes there only as a last resort.
    for (const clear of [RING_NAMES.clear, 0]) {
      const isClear = ({ box }: GuideName): boolean => !nodes.some((node) => isUnder(box, node, clear))
      const name = free.find(isClear)
      if (name === undefined) continue
      taken.push(name.box)
      return { ring, name }
    }
    return []
  })
}

/**
 * In a column at that side of all rings where their lines pass over fewer peers and names: that of the innermost at the height of
 * its middle, each with a line to its ring; null without room.
 */
function asideNames(
  rings: readonly Guide[],
  others: readonly GuideName[],
  nodes: readonly Disc[],
  view: BubbleView,
  measure: (text: string) => number,
): readonly GuideName[] | null {
  const passed = (names: readonly GuideName[]): number => {
    const lines = names.flatMap(({ line }) => line ?? [])
    const over = nodes.filter((node) => lines.some((line) => isNear(line, node))).length
    return over + LABEL_COST * others.filter(({ box }) => lines.some((line) => crosses(line, box))).length
  }
  const sides = ([1, -1] as const)
    .map((side) => column(rings, view, measure, side))
    .filter((names) => names.every(({ box }) => isSeen(box, view.size, view.covered ?? [])))
  return sides.toSorted((a, b) => passed(a) - passed(b))[0] ?? null
}

/** @param side 1 for the right one, -1 for the left one */
function column(
  rings: readonly Guide[],
  { scene, camera, size }: BubbleView,
  measure: (text: string) => number,
  side: 1 | -1,
): readonly GuideName[] {
  const outermost = Math.max(...scene.guides.map(({ radius }) => radius)) * camera.scale
  return rings.map(({ x, y, radius, label }, index) => {
    const [middle, centre] = toScreen(camera, size, x, y)
    const [reach, up, width] = [radius * camera.scale, index * ASIDE.row, measure(label)]
    const near = middle + side * (outermost + ASIDE.gap)
    const name = nameAt(label, near + (side * width) / 2, centre - up + 4, width)
    const across = Math.sqrt(Math.max(reach ** 2 - up ** 2, 0))
    const line = {
      x: middle + side * across,
      y: centre - Math.min(up, reach),
      toX: near - side * 4,
      toY: centre - up,
    }
    return { ...name, line }
  })
}

function nameAt(label: string, x: number, y: number, width: number): GuideName {
  return { label, x, y, box: { left: x - width / 2, right: x + width / 2, top: y - 12, bottom: y + 3 }, line: null }
}

/** Degrees around a circle, those next to the first one before others. */
function anglesFrom(first: number): readonly number[] {
  const { other } = RING_NAMES
  const turns = Array.from({ length: Math.floor(180 / other) }, (_, index) => (index + 1) * other)
  return [first, ...turns.flatMap((turn) => [first + turn, first - turn])]
}
