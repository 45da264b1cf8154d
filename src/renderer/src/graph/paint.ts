import type { PeerId } from '../../../shared/ids.ts'
import type { PeerRow } from '../../../shared/peer.ts'
import { compileFilter } from '../peers/filter.ts'
import type { UiState } from '../stores/ui-store.ts'
import { colouring, mix, stateGroup } from './colours.ts'
import type { LegendItem, Scheme } from './colours.ts'
import type { GraphModel } from './model.ts'

/** What decides on the colours. */
export interface PaintInput {
  readonly peers: ReadonlyMap<PeerId, PeerRow>
  readonly ui: Pick<UiState, 'colourBy' | 'selected' | 'filter'>
  readonly scheme: Scheme
  readonly hovered: PeerId | null
  /** State groups that are not drawn. */
  readonly hidden: ReadonlySet<string>
}

const BACKGROUND = { dark: 0x0f141b, light: 0xf4f6f9 } as const
/** Edges by kind: connection, neighbor, holds. */
const EDGES = { dark: [0x47566f, 0x3b5f96, 0x222b38], light: [0xa9b4c4, 0x86a6d6, 0xdfe4eb] } as const
const RAISED = { dark: 0x9cc3ff, light: 0x2f6fd0 } as const
const DIM = 0.8
const EDGE_DIM = 0.75
const RADIUS = 4
const RADIUS_MAX = 13

/** Sets colours and sizes of the model from state, selection and filter; gives the legend with its counts. */
export function paint(model: GraphModel, input: PaintInput): LegendItem[] {
  const { peers, ui, scheme } = input
  const colours = colouring(ui.colourBy, peers.values(), scheme)
  const counts = new Map<string, number>()
  for (const row of peers.values()) {
    if (ui.colourBy !== 'state' && input.hidden.has(stateGroup(row))) continue
    const group = colours.groupOf(row)
    counts.set(group, (counts.get(group) ?? 0) + 1)
  }
  const focus = model.slotOf(input.hovered ?? ui.selected)
  const near = focus < 0 ? null : new Set([focus, ...model.neighborsOf(focus)])
  const { passes } = compileFilter(ui.filter)
  const now = Date.now()
  const background = BACKGROUND[scheme]
  const dim = model.dimmed
  const base = model.count > 400 ? RADIUS - 1 : RADIUS
  for (let slot = 0; slot < model.slots; slot++) {
    const peerId = model.ids[slot] ?? null
    const row = peerId === null ? undefined : peers.get(peerId)
    if (row === undefined) continue
    const bright = (near === null || near.has(slot)) && passes(row, now)
    dim[slot] = bright ? 0 : 1
    const colour = colours.colourOf(colours.groupOf(row))
    model.colours[slot] = bright ? colour : mix(colour, background, DIM)
    model.sizes[slot] = Math.min(RADIUS_MAX, base + Math.sqrt(model.degrees[slot] ?? 0)) + (row.self ? 2 : 0)
  }
  const plain = EDGES[scheme]
  for (let pair = 0; pair < model.edgeKinds.length; pair++) {
    const a = model.edges[pair * 2] ?? 0
    const b = model.edges[pair * 2 + 1] ?? 0
    const colour = plain[model.edgeKinds[pair] ?? 2] ?? plain[2]
    const raised = focus >= 0 && (a === focus || b === focus)
    model.edgeRaised[pair] = raised ? 1 : 0
    if (raised) model.edgeColours[pair] = RAISED[scheme]
    else
      model.edgeColours[pair] = dim[a] === 1 || dim[b] === 1 || focus >= 0 ? mix(colour, background, EDGE_DIM) : colour
  }
  return colours.groups
    .map(({ group, label }) => ({ group, label, colour: colours.colourOf(group), count: counts.get(group) ?? 0 }))
    .filter(({ count }) => count > 0)
}
