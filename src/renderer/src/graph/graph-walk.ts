import type { StoreApi } from 'zustand/vanilla'
import type { PeerId } from '../../../shared/ids.ts'
import type { UiState } from '../stores/ui-store.ts'
import type { Bubble } from './fold.ts'
import { bubbleOf } from './folding.ts'
import type { GraphModel } from './model.ts'
import type { GraphRenderer } from './renderer.ts'
import type { GraphViewState } from './view-state.ts'
import { nextSlot, slotTowards } from './walk.ts'
import type { Direction } from './walk.ts'

/** What walking works with. */
export interface WalkParts {
  readonly model: () => GraphModel
  readonly renderer: () => GraphRenderer | null
  readonly ui: StoreApi<UiState>
  readonly view: StoreApi<GraphViewState>
  /** Ourselves, where a network is joined. */
  readonly self: () => PeerId | null
  readonly update: () => void
  /** Draws the peers of a bubble themselves. */
  readonly open: (bubble: Bubble) => void
}

/** From peer to peer, from bubble to bubble, and to lines, by keys and by clicks. */
export class GraphWalk {
  readonly #parts: WalkParts
  /** Where the next step begins, while neither a peer nor a bubble is walked to: in the bubble that was opened. */
  #from: readonly [x: number, y: number] | null = null

  constructor(parts: WalkParts) {
    this.#parts = parts
  }

  /** The slot of the selected peer, or -1. */
  get selected(): number {
    return this.#parts.model().slotOf(this.#parts.ui.getState().selected)
  }

  /** Our own slot, or -1. */
  get self(): number {
    return this.#parts.model().slotOf(this.#parts.self())
  }

  /** Selects the next peer, or the one before. */
  step(by: 1 | -1): void {
    const { live, slots } = this.#parts.model()
    this.select(nextSlot(live, slots, this.selected, by))
  }

  /** Goes to the nearest peer or bubble in a direction; from nowhere, to ourselves. */
  walk(direction: Direction): void {
    const model = this.#parts.model()
    const { live, positions, slots, fold } = model
    const bubbles = fold.closed.filter((bubble) => bubble !== null)
    const start = this.#start(bubbles)
    if (start === null) {
      this.#goTo(this.self >= 0 ? this.self : nextSlot(live, slots, -1, 1))
      return
    }
    // Slots, then bubbles, then where the step begins.
    const size = slots + bubbles.length + 1
    const [there, places] = [new Uint8Array(size), new Float32Array(size * 2)]
    there.set(live.subarray(0, slots))
    places.set(positions.subarray(0, slots * 2))
    for (let slot = 0; slot < slots; slot++) if (bubbleOf(fold, slot) !== null) there[slot] = 0
    if (start.slot >= 0) there[start.slot] = 0
    bubbles.forEach((bubble, at) => {
      there[slots + at] = bubble.key === start.bubble ? 0 : 1
      places.set([bubble.x, bubble.y], (slots + at) * 2)
    })
    places.set([start.x, start.y], (size - 1) * 2)
    const found = slotTowards(there, size, places, size - 1, direction)
    if (found < slots) this.#goTo(found)
    else this.#toBubble(bubbles[found - slots] ?? null)
  }

  /** Draws the peers of the bubble that was walked to. False when none was. */
  openBubble(): boolean {
    const { view, model } = this.#parts
    const { bubble: key } = view.getState()
    const bubble = key === null ? undefined : model().fold.closed.find((one) => one?.key === key)
    if (bubble === undefined || bubble === null) return false
    this.open(bubble)
    return true
  }

  /** Draws the peers of the bubble that was clicked; null for none. */
  pick(bubble: Bubble | null): void {
    if (bubble !== null) this.open(bubble)
  }

  /** Draws the peers of a bubble. */
  open(bubble: Bubble): void {
    this.#from = [bubble.x, bubble.y]
    this.#parts.view.setState({ bubble: null })
    this.#parts.open(bubble)
  }

  /** Walks to no bubble from now on. False when none was walked to. */
  leaveBubble(): boolean {
    if (this.#parts.view.getState().bubble === null) return false
    this.#toBubble(null)
    return true
  }

  /** Explains the next line of the selected peer. */
  stepEdge(): void {
    const model = this.#parts.model()
    const pairs = model.pairsAt(this.selected)
    if (pairs.length === 0) return
    const { edge } = this.#parts.view.getState()
    const shown = edge === null ? -1 : model.pairBetween(model.slotOf(edge[0]), model.slotOf(edge[1]))
    this.showEdge(pairs[(pairs.indexOf(shown) + 1) % pairs.length] ?? -1)
  }

  /** Explains a line. */
  showEdge(pair: number): void {
    const model = this.#parts.model()
    const a = model.peerAt(model.edges[pair * 2] ?? -1)
    const b = model.peerAt(model.edges[pair * 2 + 1] ?? -1)
    if (a === null || b === null) return
    this.#parts.view.setState({ edge: [a, b] })
    this.#parts.update()
  }

  /** Explains no line from now on. False when none was explained. */
  closeEdge(): boolean {
    if (this.#parts.view.getState().edge === null) return false
    this.#parts.view.setState({ edge: null })
    this.#parts.update()
    return true
  }

  /** Selects a slot's peer and brings it into view. */
  select(slot: number): void {
    const peerId = this.#parts.model().peerAt(slot)
    if (peerId === null) return
    this.#from = null
    this.#parts.view.setState({ bubble: null })
    this.#parts.ui.setState({ selected: peerId })
    this.#parts.renderer()?.reveal(slot)
  }

  /** Selects a slot's peer, or walks to the bubble that it is in. */
  #goTo(slot: number): void {
    const bubble = bubbleOf(this.#parts.model().fold, slot)
    if (bubble === null) this.select(slot)
    else this.#toBubble(bubble)
  }

  #toBubble(bubble: Bubble | null): void {
    this.#from = null
    this.#parts.view.setState({ bubble: bubble?.key ?? null })
    if (bubble !== null) this.#parts.ui.setState({ selected: null })
    this.#parts.update()
  }

  #start(bubbles: readonly Bubble[]): {
    readonly slot: number
    readonly bubble: string | null
    readonly x: number
    readonly y: number
  } | null {
    const { positions } = this.#parts.model()
    const slot = this.selected
    if (slot >= 0) return { slot, bubble: null, x: positions[slot * 2] ?? 0, y: positions[slot * 2 + 1] ?? 0 }
    const { bubble: key } = this.#parts.view.getState()
    const bubble = bubbles.find((one) => one.key === key)
    if (bubble !== undefined) return { slot, bubble: bubble.key, x: bubble.x, y: bubble.y }
    return this.#from === null ? null : { slot, bubble: null, x: this.#from[0], y: this.#from[1] }
  }
}
