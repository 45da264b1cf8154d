import type { Box, Covered } from './camera.ts'
import type { Guide } from './arrange.ts'
import type { Dirty } from './dirty.ts'
import type { Folded } from './folding.ts'

/** Stands for a slot in a pair that is free. */
export const NO_SLOT = 0xffffff

/**
 * Kinds of edges as drawn, the one that tells most first: two peers are joined by one line, and gossip neighbors are always
 * connected too.
 */
export const EDGE_KINDS = ['neighbor', 'connection', 'holds'] as const

/**
 * What a renderer draws: arrays indexed by slot. A slot is a place that a node has while it is drawn, a pair the place of
 * a line; free ones are used again. The arrays may be longer than `slots` and `pairs`.
 */
export interface GraphScene {
  readonly slots: number
  /** 1 where a node is in the slot. */
  readonly live: Uint8Array
  /** x and y of each slot, in layout units; y grows upwards. */
  readonly positions: Float32Array
  /** 0xRRGGBB. */
  readonly colours: Uint32Array
  /** Radius, in pixels where nodes have room. */
  readonly sizes: Float32Array
  /** 1 for slots in the background of attention. */
  readonly dimmed: Uint8Array
  /** 1 for slots that pass the filter; null without a filter. */
  readonly passes: Uint8Array | null
  /** 1 for slots that the user put in their place. */
  readonly pinned: Uint8Array
  readonly labels: readonly string[]
  readonly pairs: number
  /** Two slots for each pair; `NO_SLOT` where it is free. */
  readonly edges: Uint32Array
  /** Index in `EDGE_KINDS` for each pair. */
  readonly edgeKinds: Uint8Array
  /** 1 for pairs whose line is drawn; raised ones are drawn whatever this says. */
  readonly drawn: Uint8Array
  /** Number of nodes, of lines that are known, and of those that are drawn. */
  readonly count: number
  readonly edgeCount: number
  readonly drawnCount: number
  /** Known lines of each slot. */
  readonly degrees: Uint32Array
  /** What is drawn in place of peers, and the circles of an arrangement. */
  readonly fold: Folded
  readonly guides: readonly Guide[]
  /** Pairs that are drawn above the others. */
  readonly raised: readonly number[]
  /** The pair that is explained, drawn above all; -1 for none. */
  readonly explained: number
  /** Slots and pairs that a renderer has not taken over yet; it clears them. */
  readonly changedSlots: Dirty
  readonly changedPairs: Dirty
}

/** Slots that are marked; -1 for none. */
export interface GraphMarks {
  readonly self: number
  readonly selected: number
  readonly hovered: number
  /** Key of the bubble that is walked to, or that the pointer is over; null for none. */
  readonly bubble: string | null
  /** Whether one node is looked at, and lines that are not its own step back. */
  readonly focused: boolean
}

/** Colours of what is not a node, as CSS or 0xRRGGBB. */
export interface GraphTheme {
  readonly background: number
  readonly label: string
  /** Names of what lies behind peers: none is to be taken for a peer's. */
  readonly guideName: string
  readonly ring: string
  readonly selfRing: string
  /** What lies behind peers: circles of an arrangement, and the ground of bubbles. */
  readonly guide: string
  readonly ground: string
  /** By kind of edge. */
  readonly edges: readonly [number, number, number]
  readonly raised: number
}

/** What a renderer tells. -1 for none. */
export interface GraphListeners {
  readonly onPick: (slot: number) => void
  readonly onPickEdge: (pair: number) => void
  readonly onHover: (slot: number) => void
  /** A bubble is clicked, or hovered over; null for none. */
  readonly onPickBubble: (key: string) => void
  readonly onHoverBubble: (key: string | null) => void
  /** A node is being dragged, or was dropped; layout units. */
  readonly onDrag: (slot: number, x: number, y: number, dropped: boolean) => void
  /** Another part of the graph is in view. */
  readonly onView: () => void
}

/** What a renderer did so far. */
export interface GraphStats {
  readonly frames: number
  /** Time that drawing took on the main thread, milliseconds. */
  readonly cpuMs: number
  /** Whether the machine draws without a graphics processor. */
  readonly software: boolean
}

/** Draws a scene into an element. Drawing happens on animation frames, only after a change, and never in a hidden window. */
export interface GraphRenderer {
  /** Takes over what the scene's `changedSlots` and `changedPairs` tell; all of a scene that it did not have before. */
  update(scene: GraphScene): void
  setMarks(marks: GraphMarks): void
  setTheme(theme: GraphTheme): void
  /** Shows everything, with a filter what it matches, and follows the layout until the user zooms or pans. */
  fit(): void
  /** A factor above 1 comes closer. */
  zoom(factor: number): void
  /** Brings a slot into view where it is outside. */
  reveal(slot: number): void
  /** Puts a point of the layout into the middle. */
  centre(x: number, y: number): void
  /** Shows what is within so many layout units of a point. */
  approach(x: number, y: number, reach: number): void
  /** Pixels a unit, now or where it goes, and where everything fits. */
  scales(): { readonly scale: number; readonly fit: number }
  /** How many times as wide as high the place is that a graph shown whole fills. */
  shape(): number
  /** Keeps a graph that is shown whole, and names, clear of what lies over it. */
  setCovered(covered: Covered): void
  /** What is in view. */
  view(): Box
  /** The picture as it is, `scale` times as many pixels as it has in CSS. */
  capture(scale: number): Promise<Blob>
  stats(): GraphStats
  destroy(): void
}

/** Makes a renderer; throws where the machine cannot (no WebGL2). */
export type CreateRenderer = (container: HTMLElement, theme: GraphTheme, listeners: GraphListeners) => GraphRenderer
