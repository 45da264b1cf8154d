import type { PeerRow } from '../../../shared/peer.ts'
import { arrangementOf, guidesOf, sameArrangement } from './arrange.ts'
import type { Arrangement, Guide } from './arrange.ts'
import { componentsOf } from './components.ts'
import type { Components } from './components.ts'
import { islandsBy } from './grouping.ts'
import type { ArrangeBy, GraphLook } from './look.ts'
import type { GraphModel, ModelChange } from './model.ts'

/** What an update came to: nothing, peers that belong elsewhere, or another way to arrange them. */
export type Arranged = 'same' | 'changed' | 'otherwise'

const NONE: Arrangement = { kind: 'force', of: new Int32Array(0), names: [], counts: [] }

/** How the peers of a graph are arranged, and the islands that they are in, kept in step with the model. */
export class Arranger {
  current: Arrangement = NONE
  /** By the known lines; null while neither colours nor clusters ask for them. */
  islands: Components | null = null
  /** Circles that stand behind the peers. */
  guides: readonly Guide[] = []
  #by: ArrangeBy = 'force'
  #circles = new Float32Array(0)

  /** Another network is drawn. */
  reset(): void {
    this.current = NONE
    this.islands = null
    this.guides = []
    this.#by = 'force'
  }

  /** Takes in a change of the model; null where none of its rows and lines changed. */
  update(model: GraphModel, { arrangeBy, colourBy }: GraphLook, change: ModelChange | null): Arranged {
    const asked = arrangeBy === 'island' || colourBy === 'island'
    if (!asked) this.islands = null
    else if (this.islands === null || (change !== null && (change.edges || change.came > 0 || change.went > 0)))
      this.islands = componentsOf(model)
    const other = arrangeBy !== this.#by
    if (!other && (arrangeBy === 'force' || change === null || change.slots.length === 0)) return 'same'
    this.#by = arrangeBy
    const next = arrangementOf(
      arrangeBy,
      model,
      islandsBy(this.islands, (row: PeerRow) => model.slotOf(row.peerId)),
    )
    const same = sameArrangement(next, this.current)
    this.current = next
    if (other) this.#circles = new Float32Array(0)
    this.guides = guidesOf(next, this.#circles)
    if (other) return 'otherwise'
    return same ? 'same' : 'changed'
  }

  /** The layout has put peers into their places: `circles` has x, y and radius of each cluster or ring. */
  placed(arrangement: Arrangement, circles: Float32Array): void {
    // A run that began before another way was chosen tells nothing of that one.
    if (arrangement.kind !== this.current.kind || arrangement.names.length !== this.current.names.length) return
    this.#circles = circles.slice()
    this.guides = guidesOf(this.current, this.#circles)
  }
}
