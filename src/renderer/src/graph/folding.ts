import type { Arrangement } from './arrange.ts'
import { bubblesOf, FOLD_FROM, nearest, opens, spotsOf, tiesOf } from './fold.ts'
import type { Bubble, FoldScene, Spots, Tie } from './fold.ts'

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

/** What clusters are found in. */
export interface FoldInput {
  readonly scene: FoldScene & { readonly count: number; readonly labels: readonly string[] }
  readonly arrangement: Arrangement
  /** Our own slot; -1 for none. */
  readonly self: number
  /** Names a cluster that was found by place, by the peer in it with the most lines. */
  readonly around: (label: string) => string
  /** Clusters by place, where the layout found them again. */
  readonly spots: Spots | null
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

/** Above 500 peers: which of them are drawn as one, and which clusters are open. */
export class Folding {
  #of: Int32Array = new Int32Array(0)
  #count = 0
  #kind = ''
  #bubbles: (Bubble | null)[] = []
  #ties: Tie[] = []
  #names: string[] = []
  readonly #opened = new Set<string>()
  #closed: boolean[] = []

  /** Takes in what changed. `moved`: peers lie elsewhere, and bubbles go with them. */
  update({ scene, arrangement, self, around, spots }: FoldInput, moved: boolean): void {
    if (scene.count < FOLD_FROM || arrangement.kind === 'rings') {
      this.#clear()
      return
    }
    const kind = arrangement.kind === 'clusters' ? `c ${arrangement.names.join(' ')} ` : 'f '
    if (arrangement.kind === 'clusters') {
      this.#of = arrangement.of
      this.#count = arrangement.names.length
    } else if (spots !== null || kind !== this.#kind) {
      const { of, count } = spots ?? spotsOf(scene)
      this.#of = of
      this.#count = count
    } else this.#adopt(scene)
    if (kind !== this.#kind) this.#opened.clear()
    this.#kind = kind
    const fresh = bubblesOf(scene, this.#of, this.#count, kind, self)
    this.#bubbles = fresh.map((bubble, at) => steadied(bubble, moved ? null : (this.#bubbles[at] ?? null)))
    // Who came while the layout looked for the clusters.
    if (spots !== null && arrangement.kind === 'force') this.#adopt(scene)
    this.#ties = tiesOf(scene, this.#of, this.#count)
    this.#names = fresh.map((bubble, at) =>
      arrangement.kind === 'clusters' ? (arrangement.names[at] ?? '') : around(scene.labels[bubble?.hub ?? -1] ?? ''),
    )
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
    this.#kind = ''
    this.#bubbles = []
    this.#ties = []
    this.#names = []
    this.#opened.clear()
  }

  /** Peers that came belong to the cluster that is nearest. */
  #adopt({ slots, live, positions }: FoldScene): void {
    const of = new Int32Array(slots).fill(-1)
    of.set(this.#of.subarray(0, slots))
    const middles = Float64Array.from(this.#bubbles.flatMap((bubble) => [bubble?.x ?? NaN, bubble?.y ?? NaN]))
    for (let slot = 0; slot < slots; slot++) {
      if (live[slot] !== 1) of[slot] = -1
      else if (of[slot] === -1) of[slot] = nearest(middles, positions[slot * 2] ?? 0, positions[slot * 2 + 1] ?? 0)
    }
    this.#of = of
  }
}

function steadied(bubble: Bubble | null, before: Bubble | null): Bubble | null {
  if (bubble === null || before?.key !== bubble.key) return bubble
  const { x, y, radius, reach } = before
  const moved = Math.hypot(bubble.x - x, bubble.y - y) > radius * STEADY
  const grown = Math.abs(bubble.radius - radius) > radius * STEADY
  return moved || grown ? bubble : { ...bubble, x, y, radius, reach }
}
