import type { LayoutPlan } from './layout-plan.ts'
import type { GraphModel } from './model.ts'

/** Peers up to which the others follow when one was dragged. */
const FOLLOW_MAX = 2000

/** What holding peers in their place works with. */
export interface PinParts {
  readonly model: () => GraphModel
  readonly plan: () => LayoutPlan
  /** The slot of the selected peer; -1 for none. */
  readonly selected: () => number
  /** Draws the model as it is. */
  readonly draw: () => void
  /** A peer was put or let go. */
  readonly onPut: () => void
}

/** Peers that the user puts in their place. */
export class GraphPins {
  readonly #parts: PinParts

  constructor(parts: PinParts) {
    this.#parts = parts
  }

  /** Holds the selected peer in its place, or lets it go. */
  toggle(): void {
    const slot = this.#parts.selected()
    if (slot < 0) return
    const model = this.#parts.model()
    const { positions, pinned } = model
    model.put(slot, positions[slot * 2] ?? 0, positions[slot * 2 + 1] ?? 0, pinned[slot] !== 1)
    this.#settle()
  }

  /** A peer is dragged, or dropped; layout units. */
  drag(slot: number, x: number, y: number, dropped: boolean): void {
    this.#parts.plan().stop()
    this.#parts.model().put(slot, x, y, true)
    if (dropped) this.#settle()
    else this.#parts.draw()
  }

  /** The others follow, where they are not too many. */
  #settle(): void {
    this.#parts.onPut()
    const plan = this.#parts.plan()
    if (this.#parts.model().count <= FOLLOW_MAX) plan.run()
    else plan.resume()
  }
}
