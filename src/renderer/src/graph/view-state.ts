import type { PeerId } from '../../../shared/ids.ts'
import type { LegendItem } from './colours.ts'

/** What React shows of the graph; the graph itself lives outside React. */
export interface GraphViewState {
  /** Peers that are drawn, ourselves among them; and without us, as they are counted. */
  readonly drawnPeers: number
  readonly drawnOthers: number
  readonly drawnEdges: number
  /** Lines that are known. */
  readonly knownEdges: number
  /** Of those without us the peers that pass the filter; null without a filter. */
  readonly matches: number | null
  readonly hovered: PeerId | null
  /** The line that is explained, by the peers at its ends. */
  readonly edge: readonly [PeerId, PeerId] | null
  readonly legend: readonly LegendItem[]
  /** Key of the bubble that is walked to; null for none. */
  readonly bubble: string | null
  /** How many bubbles are drawn in place of peers. */
  readonly bubbles: number
  /** Whether the selected peer is held in its place. */
  readonly pinned: boolean
  readonly frozen: boolean
  /** How much of the layout is computed, in percent; null while it rests. */
  readonly arranging: number | null
  /** Why there is no picture; empty when there is one. */
  readonly failure: string
}

/** Before anything was drawn. */
export const NOTHING_DRAWN: GraphViewState = {
  drawnPeers: 0,
  drawnOthers: 0,
  drawnEdges: 0,
  knownEdges: 0,
  matches: null,
  hovered: null,
  edge: null,
  legend: [],
  bubble: null,
  bubbles: 0,
  pinned: false,
  frozen: false,
  arranging: null,
  failure: '',
}
