import type { PeerRow } from '../../../shared/peer.ts'
import { arrangementOf, circlesFor, guidesOf, sameArrangement } from './arrange.ts'
import type { Arrangement, Guide } from './arrange.ts'
import { islandsBy } from './grouping.ts'
import type { ArrangeBy, GraphLook } from './look.ts'
import type { PeerStoreState } from '../stores/peer-store.ts'
import type { GraphModel, ModelChange } from './model.ts'
import { IslandFinder } from './slot-islands.ts'
import type { FinderTime, SlotIslands } from './slot-islands.ts'

/** What an update came to: nothing, peers that belong elsewhere, or another way to arrange them. */
export type Arranged = 'same' | 'changed' | 'otherwise'

const NONE: Arrangement = { kind: 'force', of: new Int32Array(0), names: [], counts: [], ours: -1 }

/** After so long the links that are too old may be others, milliseconds. */
const AGE_MS = 1000

/** How the peers of a graph are arranged, and the islands that they are in, kept in step with the model. */
export class Arranger {
  current: Arrangement = NONE
  /** Circles that stand behind the peers. */
  guides: readonly Guide[] = []
  readonly #finder: IslandFinder
  /** Those that peers are arranged by now. */
  #islands: SlotIslands | null = null
  #by: ArrangeBy = 'force'
  #circles: Float32Array = new Float32Array(0)
  /** The moment of which they were looked for last, milliseconds since the epoch. */
  #lookedAt = -Infinity

  /** @param onIslands called where the islands of a large network were found: an update is due */
  constructor(onIslands: () => void, time?: FinderTime) {
    this.#finder = new IslandFinder(onIslands, time)
  }

  /** By the known links; null while neither colours nor clusters ask for them. */
  get islands(): SlotIslands | null {
    return this.#finder.found
  }

  /** Another network is drawn. */
  reset(): void {
    this.current = NONE
    this.#finder.stop()
    this.guides = []
    this.#by = 'force'
  }

  /** Takes in a change of the model; null where none of its rows and lines changed. */
  update(
    model: GraphModel,
    { arrangeBy, colourBy }: GraphLook,
    change: ModelChange | null,
    {
      peers,
      edges,
      linksAt,
      now,
      wordOf,
    }: Pick<PeerStoreState, 'peers' | 'edges' | 'linksAt'> & {
      readonly now: number
      readonly wordOf: (id: string) => string
    },
  ): Arranged {
    const at = linksAt ?? now
    const asked = arrangeBy === 'island' || colourBy === 'island'
    if (!asked) this.#finder.stop()
    else if (this.#isDue(change, at)) {
      this.#lookedAt = at
      this.#finder.look({ at, peers, edges, slots: model.slots, slotOf: (peerId) => model.slotOf(peerId) })
    }
    const other = arrangeBy !== this.#by
    const parted = arrangeBy === 'island' && this.islands !== this.#islands
    this.#islands = this.islands
    if (!other && !parted && (arrangeBy === 'force' || change === null || change.slots.length === 0)) return 'same'
    this.#by = arrangeBy
    const next = arrangementOf(
      arrangeBy,
      model,
      islandsBy(this.islands, (row: PeerRow) => model.slotOf(row.peerId)),
      wordOf,
    )
    const same = sameArrangement(next, this.current)
    this.#circles = other ? new Float32Array(0) : circlesFor(next, this.current, this.#circles)
    this.current = next
    this.guides = guidesOf(next, this.#circles)
    if (other) return 'otherwise'
    return same ? 'same' : 'changed'
  }

  /** Whether the islands may be others: links came and went, or are older by now. */
  #isDue(change: ModelChange | null, at: number): boolean {
    if (this.islands === null || Math.abs(at - this.#lookedAt) >= AGE_MS) return true
    return change !== null && (change.edges || change.came > 0 || change.went > 0)
  }

  /** The layout has put peers into their places: `circles` has x, y and radius of each cluster or ring. */
  placed(arrangement: Arrangement, circles: Float32Array): void {
    // A run that began before another way was chosen tells nothing of that one.
    if (arrangement.kind !== this.current.kind) return
    this.#circles = circlesFor(this.current, arrangement, circles.slice())
    this.guides = guidesOf(this.current, this.#circles)
  }
}
