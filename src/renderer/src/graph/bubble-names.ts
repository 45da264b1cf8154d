/** Where the names of bubbles stand. Pure. */
import type { Bubble } from './fold.ts'
import { toldOf } from './fold.ts'
import type { Folded } from './folding.ts'
import { crosses, isNear, isUnder, meet, overlap } from './label-places.ts'
import type { Line, Rect } from './label-places.ts'

/** Height of a row of text, and from the top of its box to its baseline, in pixels. */
const ROW = 15
const BASELINE = 12
/** Between a name and its bubble, and at its side, in pixels; and more of it for the ring of the bubble that we are in. */
const GAP = { below: 3, beside: 7, self: 3 } as const
/** Room around a name, so that it does not read as a part of the next one, nor as the name of another bubble. */
const CLEAR = { names: 2, bubbles: 5 } as const
/** A bubble of at least this radius may have its name in it, so many pixels below its middle. */
const WITHIN = { radius: 20, below: 8 } as const
/** The least radius of a bubble. */
const RADIUS_MIN = 9
/** Pixels from the rim to a name that stands away, with a line to it, and the steps in which these go around. */
const AWAY = [14, 30, 50, 74] as const
const TURNS = 16
const WAYS = Array.from({ length: TURNS }, (_, turn): readonly [across: number, down: number] => {
  const angle = (turn * 2 * Math.PI) / TURNS
  return [Math.cos(angle), Math.sin(angle)]
})

/** A bubble in pixels, from where the layout's zero is drawn; y grows downwards. */
interface Spot {
  readonly bubble: Bubble
  readonly name: string
  readonly x: number
  readonly y: number
  readonly radius: number
}

/** The name of a bubble, in pixels from where the layout's zero is drawn. */
export interface BubbleName {
  readonly key: string
  /** Its lines of text. */
  readonly rows: readonly string[]
  /** The middle of each row, and the baseline of the first. */
  readonly x: number
  readonly y: number
  readonly box: Rect
  /** From the bubble to a name that stands away; null for one beside it. */
  readonly line: Line | null
  /** Whether it stands inside its bubble: there is no room beside it. */
  readonly inside: boolean
}

/** Pixels from the top of one row to that of the next. */
export const ROW_HEIGHT = ROW

/** The radius of a bubble in pixels. */
export function shownRadius({ radius }: Pick<Bubble, 'radius'>, scale: number): number {
  return Math.max(radius * scale, RADIUS_MIN)
}

/**
 * Found last, by where bubbles are and what they are called: names are asked for with each frame, and only zooming and other
 * clusters move them. Nor do numbers that change: names would go to and fro.
 */
const found = new Map<string, readonly BubbleName[]>()
/** As many are remembered: of what is looked at, and of the whole from nearer and farther. */
const FOUND_MAX = 8
/** The key of what is folded in `found`: it is asked for with each frame. */
const keys = new WeakMap<Folded, { readonly scale: number; readonly key: string }>()

/**
 * The names of bubbles at so many pixels a unit, those with the most peers first: beside the bubble, in two rows, or away from it
 * with a line. None lies over a bubble, another name or the line of another. A bubble without room for any has none.
 */
export function bubbleNames(fold: Folded, scale: number, measure: (text: string) => number): readonly BubbleName[] {
  const key = keyOf(fold, scale)
  const known = found.get(key)
  if (known !== undefined) return known
  const names = namesOf(fold, scale, measure)
  const [oldest] = found.keys()
  if (oldest !== undefined && found.size >= FOUND_MAX) found.delete(oldest)
  found.set(key, names)
  return names
}

function keyOf(fold: Folded, scale: number): string {
  const known = keys.get(fold)
  if (known?.scale === scale) return known.key
  const parts = fold.closed.map((one, at) =>
    one === null ? '' : `${one.key} ${one.x} ${one.y} ${one.radius} ${one.self} ${fold.names[at] ?? ''}`,
  )
  const key = [scale, ...parts].join('\n')
  keys.set(fold, { scale, key })
  return key
}

function spotsIn(fold: Folded, scale: number): readonly Spot[] {
  return fold.closed.flatMap((bubble, at): Spot[] => {
    if (bubble === null) return []
    const radius = shownRadius(bubble, scale)
    return [{ bubble, name: fold.names[at] ?? '', x: bubble.x * scale, y: -bubble.y * scale, radius }]
  })
}

function namesOf(fold: Folded, scale: number, measure: (text: string) => number): readonly BubbleName[] {
  const spots = spotsIn(fold, scale)
  const names: BubbleName[] = []
  const named = spots.filter(({ name }) => name !== '')
  const order = named.toSorted((a, b) => toldOf(b.bubble) - toldOf(a.bubble) || (a.name < b.name ? -1 : 1))
  // Beside their bubbles first, all of them: a line of a large one would be in the way of a smaller one's name.
  const left = order.filter((spot) => {
    const place = firstFree(besides(spot, measure), spot, spots, names)
    if (place !== undefined) names.push(place)
    return place === undefined
  })
  for (const spot of left) {
    const place =
      firstFree(aways(spot, measure), spot, spots, names) ??
      firstFree(besides(spot, measure), spot, spots, names, 0) ??
      firstFree(within(spot, measure), spot, spots, names, 0)
    if (place !== undefined) names.push(place)
  }
  return names
}

/**
 * Other places for names that cannot be seen where they stand else, those with the most peers first.
 * @param keys of their bubbles
 * @param others names that can be seen
 * @param isSeen whether a name can be seen there
 */
export function namesElsewhere(
  fold: Folded,
  scale: number,
  measure: (text: string) => number,
  keys: ReadonlySet<string>,
  others: readonly BubbleName[],
  isSeen: (box: Rect) => boolean,
): readonly BubbleName[] {
  const spots = spotsIn(fold, scale)
  const names = [...others]
  const missing = spots.filter(({ name, bubble }) => name !== '' && keys.has(bubble.key))
  for (const spot of missing.toSorted((a, b) => toldOf(b.bubble) - toldOf(a.bubble) || (a.name < b.name ? -1 : 1))) {
    const seen = (places: Iterable<BubbleName>): BubbleName[] => [...places].filter(({ box }) => isSeen(box))
    const place =
      firstFree(seen(besides(spot, measure)), spot, spots, names) ??
      firstFree(seen(aways(spot, measure)), spot, spots, names) ??
      firstFree(seen(within(spot, measure)), spot, spots, names, 0)
    if (place !== undefined) names.push(place)
  }
  return names.slice(others.length)
}

/** The name of a bubble that has no room for it elsewhere: below it. */
export function nameBelow(bubble: Bubble, name: string, scale: number, measure: (text: string) => number): BubbleName {
  const spot = { bubble, name, x: bubble.x * scale, y: -bubble.y * scale, radius: shownRadius(bubble, scale) }
  return at(spot, sized([name], measure), 0, 1, gapsOf(spot).below)
}

/** In the bubble, below its number: a large one is not left without a name. */
function* within(spot: Spot, measure: (text: string) => number): Generator<BubbleName> {
  if (spot.radius < WITHIN.radius) return
  // In two rows first where one would lie over the rim.
  const texts = textsOf(spot, measure).toSorted(
    (a, b) => Number(a.wide > spot.radius * 1.6) - Number(b.wide > spot.radius * 1.6),
  )
  for (const text of texts) yield { ...at(spot, text, 0, 1, WITHIN.below - spot.radius), inside: true }
}

/** Below, above, right and left; the same in two rows. */
function* besides(spot: Spot, measure: (text: string) => number): Generator<BubbleName> {
  const { below, beside } = gapsOf(spot)
  for (const text of textsOf(spot, measure)) {
    yield at(spot, text, 0, 1, below)
    yield at(spot, text, 0, -1, below)
    yield at(spot, text, 1, 0, beside)
    yield at(spot, text, -1, 0, beside)
  }
}

function gapsOf({ bubble: { self } }: Spot): { readonly below: number; readonly beside: number } {
  const more = self ? GAP.self : 0
  return { below: GAP.below + more, beside: GAP.beside + more }
}

/** A text of some rows, and its size in pixels. */
interface Text {
  readonly rows: readonly string[]
  readonly wide: number
  readonly high: number
}

function sized(rows: readonly string[], measure: (text: string) => number): Text {
  return { rows, wide: Math.max(...rows.map(measure)), high: rows.length * ROW }
}

/** A name in one row, and in two. */
function textsOf({ name }: Spot, measure: (text: string) => number): readonly Text[] {
  const at = name.indexOf(' ')
  const texts = at < 0 ? [[name]] : [[name], [name.slice(0, at), name.slice(at + 1)]]
  return texts.map((rows) => sized(rows, measure))
}

/** Away from the bubble with a line to it, the nearest first. */
function* aways(spot: Spot, measure: (text: string) => number): Generator<BubbleName> {
  const texts = textsOf(spot, measure)
  const { x, y, radius } = spot
  for (const away of AWAY) {
    for (const text of texts) {
      for (const [across, down] of WAYS) {
        const [from, to] = [radius + 1, radius + away - 2]
        const line = { x: x + from * across, y: y + from * down, toX: x + to * across, toY: y + to * down }
        yield { ...at(spot, text, across, down, away), line }
      }
    }
  }
}

/** A name in a direction from a bubble, so many pixels from its rim. */
function at(
  { bubble, x, y, radius }: Spot,
  { rows, wide, high }: Text,
  across: number,
  down: number,
  gap: number,
): BubbleName {
  const [toX, toY] = [x + (radius + gap) * across, y + (radius + gap) * down]
  const middle = toX + (wide / 2) * across
  const top = toY - high / 2 + (high / 2) * down
  const box = { left: middle - wide / 2, right: middle + wide / 2, top, bottom: top + high }
  return { key: bubble.key, rows, x: middle, y: top + BASELINE, box, line: null, inside: false }
}

/** The first of some places that is free. They are made one by one: hundreds of bubbles have more than a hundred each. */
function firstFree(
  places: Iterable<BubbleName>,
  own: Spot,
  spots: readonly Spot[],
  names: readonly BubbleName[],
  clear: number = CLEAR.bubbles,
): BubbleName | undefined {
  for (const place of places) if (isFree(place, own, spots, names, clear)) return place
  return undefined
}

/** @param clear pixels that it keeps from other bubbles */
function isFree(
  { box, line, inside }: BubbleName,
  own: Spot,
  spots: readonly Spot[],
  names: readonly BubbleName[],
  clear: number,
): boolean {
  const room = { left: box.left - CLEAR.names, right: box.right + CLEAR.names, top: box.top, bottom: box.bottom }
  return (
    spots.every((spot) =>
      spot === own
        ? inside || !isUnder(box, spot)
        : !isUnder(box, spot, clear) && (line === null || !isNear(line, spot)),
    ) &&
    names.every(
      (other) =>
        !overlap(room, other.box) &&
        (line === null || (!crosses(line, other.box) && (other.line === null || !meet(line, other.line)))) &&
        (other.line === null || !crosses(other.line, box)),
    )
  )
}
