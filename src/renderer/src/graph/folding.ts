import { clusterKeys } from './arrange.ts'
import type { Arrangement } from './arrange.ts'
import { ClusterIds } from './cluster-ids.ts'
import type { ClusterScene } from './cluster-ids.ts'
import { bubblesOf, FOLD_FROM, opens, tiesOf } from './fold.ts'
import type { Bubble, FoldScene, Tie } from './fold.ts'
import { assigned, nearest, spotsOf } from './spots.ts'
import type { Spots } from './spots.ts'

/** What is drawn in place of peers. */
export interface Folded {
  /** The cluster of each slot; -1 where it is free. Shorter than the slots where nothing is folded. */
  readonly of: Int32Array
  /** By cluster: the bubble that is drawn in place of its peers; null where they are drawn themselves. */
  readonly closed: readonly (Bubble | null)[]
  /** Lines between clusters; those between two closed ones are drawn. */
  readonly ties: readonly Tie[]
  /** What each cluster is called. */
  readonly names: readonly string[]
}

/** Nothing is folded. */
export const UNFOLDED: Folded = { of: new Int32Array(0), closed: [], ties: [], names: [] }

/** The bubble that a slot's peer is in; null where it is drawn itself. */
export function bubbleOf({ of, closed }: Folded, slot: number): Bubble | null {
  return closed[of[slot] ?? -1] ?? null
}

/** How many bubbles are drawn in place of peers. */
export function closedCount({ closed }: Folded): number {
  return closed.filter((bubble) => bubble !== null).length
}

/** A cluster by place as it was when the network was last shown: its middle, and the slot of the peer that it was named after. */
export interface Remembered {
  readonly slot: number
  readonly x: number
  readonly y: number
}

/** What clusters are found in. */
export interface FoldInput {
  readonly scene: FoldScene & ClusterScene & { readonly count: number; readonly labels: readonly string[] }
  readonly arrangement: Arrangement
  /** Our own slot; -1 for none. */
  readonly self: number
  /** Names a cluster that was found by place, by the peer in it with the most lines. */
  readonly around: (label: string) => string
  /** Clusters by place, where the layout found them again. */
  readonly spots: Spots | null
  /** Whether the layout rests: clusters by place that are found while it moves become others, and have no name yet. */
  readonly settled: boolean
  /** Clusters by place as they were when the network was last shown; asked for when there are none yet. */
  readonly remembered: () => readonly Remembered[]
}

/** From where the graph is looked at. */
export interface Look {
  /** Pixels a unit, and where all of it fits. */
  readonly scale: number
  readonly fit: number
  /** The slot whose peer is always drawn itself; -1 for none. */
  readonly selected: number
}

/** A bubble moves when its middle did so by this share of its radius: its lines are drawn again with it. */
const STEADY = 0.2

/** Share of the clusters that are remembered whose peer must be there and be in it: else they are of another arrangement. */
const RECOGNIZED = 0.6

/** Above 500 peers: which of them are drawn as one, and which clusters are open. */
export class Folding {
  #of: Int32Array = new Int32Array(0)
  #generations: Uint32Array = new Uint32Array(0)
  #count = 0
  #kind: Arrangement['kind'] | null = null
  #bubbles: (Bubble | null)[] = []
  #ties: Tie[] = []
  #names: string[] = []
  readonly #ids = new ClusterIds()
  #hubs: readonly number[] = []
  /** Clusters by place whose names were shown: these keep them while the layout moves. */
  #named: ReadonlySet<number> = new Set()
  readonly #opened = new Set<string>()
  #closed: boolean[] = []

  /** Takes in what changed. `moved`: peers lie elsewhere, and bubbles go with them. */
  update({ scene, arrangement, self, around, spots, settled, remembered }: FoldInput, moved: boolean): void {
    const { kind } = arrangement
    if (scene.count < FOLD_FROM || kind === 'rings') {
      this.#clear()
      return
    }
    const other = kind !== this.#kind
    if (other) {
      this.#opened.clear()
      this.#ids.clear()
      this.#named = new Set()
    }
    this.#kind = kind
    let keys: readonly string[] = clusterKeys(arrangement)
    if (kind === 'clusters') {
      this.#of = arrangement.of
      this.#count = keys.length
      this.#names = [...arrangement.names]
      this.#hubs = []
    } else {
      const named = this.#findSpots(scene, spots, other ? remembered() : [], other)
      const known = this.#ids.update(scene, this.#of, this.#count, named, settled)
      keys = known.map(({ id }) => `f ${id}`)
      this.#hubs = known.map(({ hub }) => hub)
      // Those that are remembered were shown before.
      this.#named = new Set(known.flatMap(({ id }) => (settled || named.size > 0 || this.#named.has(id) ? id : [])))
      this.#names = known.map(({ id, hub }) => (this.#named.has(id) ? around(scene.labels[hub] ?? '') : ''))
    }
    const fresh = bubblesOf(scene, this.#of, keys, self)
    const before = new Map(this.#bubbles.map((bubble) => [bubble?.key, bubble]))
    this.#bubbles = fresh.map((bubble) => steadied(bubble, moved ? null : (before.get(bubble?.key) ?? null)))
    this.#ties = tiesOf(scene, this.#of, this.#count)
  }

  /** The clusters by place as they are by now, to be remembered; empty where peers are arranged otherwise. */
  get toRemember(): readonly Remembered[] {
    return this.#hubs.flatMap((slot, at) => {
      const bubble = this.#bubbles[at] ?? null
      return slot < 0 || bubble === null ? [] : { slot, x: bubble.x, y: bubble.y }
    })
  }

  /** Opens what there is room for. Gives what is drawn in place of peers. */
  look({ scale, fit, selected }: Look): Folded {
    if (this.#count === 0) return UNFOLDED
    this.#closed = this.#bubbles.map(
      (bubble, at) =>
        bubble !== null && at !== this.#of[selected] && !this.#opened.has(bubble.key) && !opens(bubble, scale, fit),
    )
    const closed = this.#bubbles.map((bubble, at) => ((this.#closed[at] ?? false) ? bubble : null))
    return { of: this.#of, closed, ties: this.#ties, names: this.#names }
  }

  /** Opens one, however far away it is looked at. */
  open(key: string): void {
    this.#opened.add(key)
  }

  /** Closes those that were opened by `open`. True when there were any. */
  closeAll(): boolean {
    const any = this.#opened.size > 0
    this.#opened.clear()
    return any
  }

  #clear(): void {
    this.#of = new Int32Array(0)
    this.#count = 0
    this.#kind = null
    this.#bubbles = []
    this.#ties = []
    this.#names = []
    this.#hubs = []
    this.#ids.clear()
    this.#named = new Set()
    this.#opened.clear()
  }

  /** Clusters by place: as the layout found them, as they are remembered, or as they were. Gives the peers they are named after. */
  #findSpots(
    scene: FoldInput['scene'],
    spots: Spots | null,
    remembered: readonly Remembered[],
    other: boolean,
  ): ReadonlySet<number> {
    const { slots, generations } = scene
    let named: ReadonlySet<number> = new Set()
    if (spots !== null) {
      this.#of = spots.of
      this.#count = spots.count
    } else if (other) {
      const of = recognized(scene, remembered)
      if (of === null) {
        const found = spotsOf(scene)
        this.#of = found.of
        this.#count = found.count
      } else {
        this.#of = of
        this.#count = remembered.length
        named = new Set(remembered.map(({ slot }) => slot))
      }
    }
    // Who came since, also while the layout looked for the clusters.
    this.#adopt(scene)
    this.#generations = generations.slice(0, slots)
    return named
  }

  /** Peers that came belong to the cluster that is nearest. */
  #adopt({ slots, live, positions, generations }: FoldInput['scene']): void {
    const of = new Int32Array(slots).fill(-1)
    of.set(this.#of.subarray(0, slots))
    const fresh: number[] = []
    for (let slot = 0; slot < slots; slot++) {
      if (live[slot] !== 1) of[slot] = -1
      else if (of[slot] === -1 || (slot < this.#generations.length && generations[slot] !== this.#generations[slot])) {
        of[slot] = -1
        fresh.push(slot)
      }
    }
    this.#of = of
    if (fresh.length === 0) return
    const middles = middlesOf(of, this.#count, positions)
    for (const slot of fresh) of[slot] = nearest(middles, positions[slot * 2] ?? 0, positions[slot * 2 + 1] ?? 0)
  }
}

/** The cluster of each slot by the clusters that are remembered; null where the peers lie otherwise by now. */
function recognized(scene: FoldInput['scene'], remembered: readonly Remembered[]): Int32Array | null {
  if (remembered.length === 0) return null
  const of = assigned(scene, Float64Array.from(remembered.flatMap(({ x, y }) => [x, y])))
  const there = remembered.filter(({ slot }, at) => scene.live[slot] === 1 && of[slot] === at)
  return there.length < remembered.length * RECOGNIZED ? null : of
}

/** The middle of each cluster; not a number where it has no peers. */
function middlesOf(of: Int32Array, count: number, positions: Float32Array): Float64Array {
  const middles = new Float64Array(count * 2)
  const peers = new Uint32Array(count)
  of.forEach((at, slot) => {
    if (at < 0) return
    middles[at * 2] = (middles[at * 2] ?? 0) + (positions[slot * 2] ?? 0)
    middles[at * 2 + 1] = (middles[at * 2 + 1] ?? 0) + (positions[slot * 2 + 1] ?? 0)
    peers[at] = (peers[at] ?? 0) + 1
  })
  return middles.map((sum, index) => sum / (peers[index >> 1] ?? 0))
}

function steadied(bubble: Bubble | null, before: Bubble | null): Bubble | null {
  if (bubble === null || before?.key !== bubble.key) return bubble
  const { x, y, radius, reach } = before
  const moved = Math.hypot(bubble.x - x, bubble.y - y) > radius * STEADY
  const grown = Math.abs(bubble.radius - radius) > radius * STEADY
  return moved || grown ? bubble : { ...bubble, x, y, radius, reach }
}
