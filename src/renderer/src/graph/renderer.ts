/**
 * What a renderer draws: arrays indexed by slot. A slot is a place that a node has while it is drawn; free slots are
 * used again. The arrays may be longer than `slots`.
 */
export interface GraphScene {
  readonly slots: number
  /** 1 where a node is in the slot. */
  readonly live: Uint8Array
  /** x and y of each slot, in layout units. */
  readonly positions: Float32Array
  /** 0xRRGGBB, opaque: dimming is already mixed in. */
  readonly colours: Uint32Array
  /** Radius in pixels at zoom 1. */
  readonly sizes: Float32Array
  /** Pairs of slots. */
  readonly edges: Uint32Array
  /** 0xRRGGBB for each pair. */
  readonly edgeColours: Uint32Array
  /** 1 for pairs that are drawn above the others. */
  readonly edgeRaised: Uint8Array
  readonly labels: readonly string[]
  /** 1 for slots in the background of attention. */
  readonly dimmed: Uint8Array
}

/** Slots that are marked with a ring; -1 for none. */
export interface GraphMarks {
  readonly self: number
  readonly selected: number
}

/** Colours of what is not a node or an edge, as CSS. */
export interface GraphTheme {
  readonly background: string
  readonly label: string
  readonly ring: string
  readonly selfRing: string
}

/** What a renderer tells. -1 for none. */
export interface GraphListeners {
  readonly onPick: (slot: number) => void
  readonly onHover: (slot: number) => void
}

/** Draws a scene into an element. Drawing happens on animation frames, and only after a change. */
export interface GraphRenderer {
  /** Nodes or edges came or went. */
  setStructure(scene: GraphScene): void
  /** Only positions changed. */
  setPositions(scene: GraphScene): void
  /** Only colours and sizes changed. */
  setAppearance(scene: GraphScene): void
  setMarks(marks: GraphMarks): void
  setTheme(theme: GraphTheme): void
  /** Shows everything, and follows the layout until the user zooms or pans. */
  fit(): void
  /** A factor above 1 comes closer. */
  zoom(factor: number): void
  /** Brings a slot into view where it is outside. */
  reveal(slot: number): void
  destroy(): void
}

/** Makes a renderer; throws where the machine cannot (no WebGL). */
export type CreateRenderer = (container: HTMLElement, theme: GraphTheme, listeners: GraphListeners) => GraphRenderer
