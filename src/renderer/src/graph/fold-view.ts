import { formatCount } from '../ui/format.ts'
import { GRAPH } from '../ui/strings-graph.ts'
import type { Arrangement } from './arrange.ts'
import type { Bubble } from './fold.ts'
import { toldOf } from './fold.ts'
import { Folding } from './folding.ts'
import type { Remembered } from './folding.ts'
import type { Moved } from './layout-runner.ts'
import type { GraphModel } from './model.ts'
import type { GraphRenderer } from './renderer.ts'

/** Least time between two looks at which bubbles there is room to open, in milliseconds. */
const LOOK_MS = 60
/** How much of the surroundings of a bubble is seen when it is opened. */
const AROUND = 1.15

/** What folding works with. */
export interface FoldParts {
  readonly model: () => GraphModel
  readonly renderer: () => GraphRenderer | null
  readonly arrangement: () => Arrangement
  /** Slots of ours and of the selected peer; -1 for none. */
  readonly self: () => number
  readonly selected: () => number
  /** Whether the layout rests. */
  readonly rests: () => boolean
  /** Clusters by place as they were when the network was last shown. */
  readonly remembered: () => readonly Remembered[]
  /** Other bubbles are drawn. */
  readonly onChanged: () => void
}

/** Keeps what is drawn in place of peers in step with the model, the layout and what is looked at. */
export class FoldView {
  /** Key of the bubble under the pointer. */
  hovered: string | null = null
  readonly #parts: FoldParts
  readonly #folding = new Folding()
  #timer: ReturnType<typeof setTimeout> | null = null

  constructor(parts: FoldParts) {
    this.#parts = parts
  }

  /** The closed bubble with a key. */
  find(key: string | null): Bubble | null {
    return this.#parts.model().fold.closed.find((one) => one !== null && one.key === key) ?? null
  }

  /** What is to be said of the closed bubble with a key; empty where there is none. */
  said(key: string): string {
    const { closed, names } = this.#parts.model().fold
    const at = closed.findIndex((one) => one?.key === key)
    const name = names[at] ?? ''
    const bubble = closed[at] ?? null
    if (bubble === null) return ''
    const { matches, self } = bubble
    return GRAPH.bubbleSaid(name, formatCount(toldOf(bubble)), self, matches === null ? null : formatCount(matches))
  }

  /** Clusters by place as they are by now. */
  get toRemember(): readonly Remembered[] {
    return this.#folding.toRemember
  }

  /** The pointer is over a bubble, or over none. */
  hover(key: string | null, onChanged: () => void): void {
    if (key === this.hovered) return
    this.hovered = key
    onChanged()
  }

  /**
   * Takes in what changed of the model.
   * @param moved what the layout told, where it put peers elsewhere
   * @param otherwise peers are about to be arranged in another way
   */
  refold(moved: Pick<Moved, 'rests' | 'spots'> | null, otherwise = false): void {
    const { self, arrangement, model, rests, remembered } = this.#parts
    const spots = moved?.spots ?? null
    const settled = rests() && !otherwise
    this.#folding.update(
      { scene: model(), arrangement: arrangement(), self: self(), around: GRAPH.around, spots, settled, remembered },
      // Bubbles go along with the circles around them.
      moved !== null && (spots !== null || moved.rests || arrangement().kind === 'clusters'),
    )
    this.#look()
  }

  /** Looks soon which bubbles there is room to open: the view moved. */
  lookSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null
      const { model, renderer } = this.#parts
      if (model().fold.closed.length > 0 && this.#look()) renderer()?.update(model())
    }, LOOK_MS)
  }

  /** Draws the peers of a bubble themselves, and comes nearer. */
  open(bubble: Bubble): void {
    this.#folding.open(bubble.key)
    this.#parts.renderer()?.approach(bubble.x, bubble.y, bubble.reach * AROUND)
  }

  /** Closes what was opened by `open`. False when nothing was. */
  closeAll(): boolean {
    return this.#folding.closeAll()
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
  }

  #look(): boolean {
    const { model, renderer, selected, onChanged } = this.#parts
    const { scale, fit } = renderer()?.scales() ?? { scale: 1, fit: 1 }
    const changed = model().refold(this.#folding.look({ scale, fit, selected: selected() }))
    if (changed) onChanged()
    return changed
  }
}
