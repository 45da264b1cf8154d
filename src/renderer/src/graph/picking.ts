import { quadtree } from 'd3-quadtree'
import type { Quadtree } from 'd3-quadtree'
import { bubbleOf } from './folding.ts'
import { NO_SLOT } from './renderer.ts'
import type { GraphScene } from './renderer.ts'

interface Spot {
  readonly slot: number
  readonly x: number
  readonly y: number
}

/** Changes up to which the tree is mended; beyond, it is rebuilt when it is asked. */
const MEND_MAX = 256
/** Lines that lie under the pointer together; from so many on none of them can be meant. */
const CROWD = 8

/** Finds what lies under a point of the layout. */
export class Picking {
  #tree: Quadtree<Spot> | null = null
  readonly #spots = new Map<number, Spot>()
  #scene: GraphScene | null = null

  /** To be called before the scene's changes are cleared. */
  take(scene: GraphScene): void {
    const { changedSlots } = scene
    if (scene !== this.#scene || changedSlots.all || changedSlots.list.length > MEND_MAX) this.#tree = null
    else if (this.#tree !== null) for (const slot of changedSlots.list) this.#mend(this.#tree, scene, slot)
    this.#scene = scene
  }

  /** The slot whose disc is nearest within `reach` of its border, or -1. `radius` gives a slot's in layout units. */
  node(x: number, y: number, reach: number, radius: (slot: number) => number, radiusMax: number): number {
    const tree = this.#tree ?? this.#build()
    let found = -1
    let nearest = reach
    const far = reach + radiusMax
    tree.visit((node, left, bottom, right, top) => {
      if (left > x + far || right < x - far || bottom > y + far || top < y - far) return true
      if (node.length !== undefined) return false
      for (let leaf: typeof node | undefined = node; leaf !== undefined; leaf = leaf.next) {
        const away = Math.hypot(leaf.data.x - x, leaf.data.y - y) - radius(leaf.data.slot)
        if (away <= nearest) {
          nearest = away
          found = leaf.data.slot
        }
      }
      return false
    })
    return found
  }

  /** The pair whose line is nearest within `reach`, raised ones first; -1 for none, or where too many lie together. */
  edge(x: number, y: number, reach: number): number {
    const scene = this.#scene
    if (scene === null) return -1
    let found = -1
    let nearest = reach
    for (const pair of scene.explained < 0 ? scene.raised : [...scene.raised, scene.explained]) {
      const away = distanceToPair(scene, pair, x, y)
      if (away <= nearest) {
        nearest = away
        found = pair
      }
    }
    if (found >= 0) return found
    let crowd = 0
    for (let pair = 0; pair < scene.pairs; pair++) {
      // Where a line to a bubble is drawn, its peers are not.
      if (scene.drawn[pair] !== 1 || folded(scene, pair)) continue
      const away = distanceToPair(scene, pair, x, y)
      if (away > reach) continue
      crowd++
      if (away <= nearest) {
        nearest = away
        found = pair
      }
    }
    return crowd < CROWD ? found : -1
  }

  #build(): Quadtree<Spot> {
    this.#spots.clear()
    const scene = this.#scene
    if (scene !== null) {
      for (let slot = 0; slot < scene.slots; slot++) {
        if (scene.live[slot] === 1) this.#spots.set(slot, spotOf(scene, slot))
      }
    }
    this.#tree = quadtree<Spot>(
      [...this.#spots.values()],
      (spot) => spot.x,
      (spot) => spot.y,
    )
    return this.#tree
  }

  #mend(tree: Quadtree<Spot>, scene: GraphScene, slot: number): void {
    const before = this.#spots.get(slot)
    const now = scene.live[slot] === 1 ? spotOf(scene, slot) : null
    if (before !== undefined && now !== null && before.x === now.x && before.y === now.y) return
    if (before !== undefined) tree.remove(before)
    this.#spots.delete(slot)
    if (now === null) return
    tree.add(now)
    this.#spots.set(slot, now)
  }
}

function folded({ fold, edges }: GraphScene, pair: number): boolean {
  if (fold.closed.length === 0) return false
  return bubbleOf(fold, edges[pair * 2] ?? 0) !== null || bubbleOf(fold, edges[pair * 2 + 1] ?? 0) !== null
}

function spotOf(scene: GraphScene, slot: number): Spot {
  return { slot, x: scene.positions[slot * 2] ?? 0, y: scene.positions[slot * 2 + 1] ?? 0 }
}

function distanceToPair(scene: GraphScene, pair: number, x: number, y: number): number {
  const a = scene.edges[pair * 2] ?? NO_SLOT
  if (a === NO_SLOT) return Infinity
  const b = scene.edges[pair * 2 + 1] ?? 0
  const { positions } = scene
  const [ax, ay] = [positions[a * 2] ?? 0, positions[a * 2 + 1] ?? 0]
  const dx = (positions[b * 2] ?? 0) - ax
  const dy = (positions[b * 2 + 1] ?? 0) - ay
  const square = dx * dx + dy * dy
  const share = square === 0 ? 0 : Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / square))
  return Math.hypot(ax + share * dx - x, ay + share * dy - y)
}
