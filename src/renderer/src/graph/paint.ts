import { PEER_FIELDS } from '../../../shared/filter-peers.ts'
import type { Filter, FilterFields } from '../../../shared/filter.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { PeerRow } from '../../../shared/peer.ts'
import { compileFilter } from '../peers/filter.ts'
import type { UiState } from '../stores/ui-store.ts'
import { colouring, stateGroup } from './colours.ts'
import type { Colouring, LegendItem, Scheme } from './colours.ts'
import { grown } from './edge-slots.ts'
import { islandsBy } from './grouping.ts'
import type { GraphModel } from './model.ts'
import type { SlotIslands } from './slot-islands.ts'

/** What decides on the colours. */
export interface PaintInput {
  readonly peers: ReadonlyMap<PeerId, PeerRow>
  readonly ui: Pick<UiState, 'colourBy' | 'selected' | 'filter'>
  readonly scheme: Scheme
  readonly hovered: PeerId | null
  /** State groups that are not drawn. */
  readonly hidden: ReadonlySet<string>
  /** The peers at the ends of the line that is explained. */
  readonly edge: readonly [PeerId, PeerId] | null
  /** The islands that peers are in, by slots; another one where they changed, null while nobody asks. */
  readonly islands: SlotIslands | null
  /** Milliseconds since the epoch, for filters that ask for ages. */
  readonly now: number
}

/** Radius in pixels of a peer without lines, where many are drawn and where few are. */
const RADIUS = { many: 3, few: 3.8, manyFrom: 400 } as const
/** What a peer with as many lines as most have gets on top; more by the root of how many times as many it has. */
const RADIUS_LINES = 3.2
const RADIUS_MAX = 15
/** Rows between two looks at the clock. */
const STRIDE = 64

/**
 * Sets colours, sizes and dimming of a model from state, selection and filter. A filter is looked up in slices, for the first
 * look at thousands of rows takes longer than a frame may.
 */
export class Painter {
  readonly #model: GraphModel
  /** 1 for slots that pass the filter. */
  #passes: Uint8Array = new Uint8Array(64)
  #filter: Filter<PeerRow> = passAll
  /** The filter that is being looked up, and what passes it so far. */
  readonly #fields: FilterFields<PeerRow>
  #next: { readonly filter: Filter<PeerRow>; readonly passes: Uint8Array; cursor: number } | null = null
  #text = ''
  #near: Uint8Array | null = null
  /** The peer that is looked at, or the ends of the line that is explained. */
  #marked: readonly number[] = []
  #look = ''
  #islands: SlotIslands | null = null
  #usual = 1
  #legend: readonly LegendItem[] = []

  constructor(model: GraphModel, fields: FilterFields<PeerRow> = PEER_FIELDS) {
    this.#model = model
    this.#fields = fields
  }

  /** Whether slots wait to be held against the filter: `filterOn` goes on with it. */
  get waiting(): boolean {
    return this.#next !== null
  }

  /** Number of drawn peers, ourselves not counted. */
  get drawn(): number {
    return this.#countOf(() => true)
  }

  /** Of those how many pass the filter. */
  get matches(): number {
    return this.#countOf((slot) => this.#passes[slot] === 1)
  }

  /** Holds all peers against the filter again: its words may ask for ages. */
  refilter(): void {
    if (this.#text !== '') this.#begin(this.#filter)
  }

  /** Goes on with the filter for at most `budget` milliseconds of `clock`. True when a next `paint` shows its result. */
  filterOn(now: number, budget: number, clock: () => number): boolean {
    if (this.#next === null) return false
    const { filter, passes } = this.#next
    const until = clock() + budget
    while (this.#next.cursor < Math.min(this.#model.slots, passes.length)) {
      if (this.#next.cursor % STRIDE === 0 && clock() > until) return false
      const slot = this.#next.cursor++
      passes[slot] = this.#holds(slot, filter, now)
    }
    this.#passes = passes
    this.#filter = filter
    this.#next = null
    return true
  }

  /**
   * Paints the slots that changed, or all where something changed that acts on all. Gives the legend with its counts.
   * While a new filter is being looked up, the one before stays.
   */
  paint(input: PaintInput, changed: readonly number[]): readonly LegendItem[] {
    const model = this.#model
    this.#enlarge()
    if (input.ui.filter !== this.#text) {
      this.#text = input.ui.filter
      const { passes, problem } = compileFilter(this.#text, this.#fields)
      this.#begin(this.#text.trim() === '' || problem !== null ? passAll : passes)
      if (this.#text === '') this.filterOn(input.now, Infinity, () => 0)
    }
    for (const slot of changed) {
      this.#passes[slot] = this.#holds(slot, this.#filter, input.now)
      if (this.#next !== null) this.#next.passes[slot] = this.#holds(slot, this.#next.filter, input.now)
    }
    this.#focus(input, model.slotOf(input.hovered ?? input.ui.selected))
    const islandOf = islandsBy(input.islands, (row) => model.slotOf(row.peerId))
    const colours = colouring(input.ui.colourBy, input.peers.values(), input.scheme, islandOf)
    const base = model.count > RADIUS.manyFrom ? RADIUS.many : RADIUS.few
    this.#usual = usualDegree(model, this.#usual)
    const usual = this.#usual
    const look = [input.ui.colourBy, input.scheme, base, usual, ...colours.groups.map(({ group }) => group)].join(' ')
    if (look === this.#look && input.islands === this.#islands)
      for (const slot of changed) this.#colour(slot, colours, { base, usual })
    else for (let slot = 0; slot < model.slots; slot++) this.#colour(slot, colours, { base, usual })
    this.#look = look
    this.#islands = input.islands
    this.#dim()
    const now = legend(colours, input)
    // The same array while nothing of it changed, so that nothing is drawn for it.
    if (!sameLegend(now, this.#legend)) this.#legend = now
    return this.#legend
  }

  #countOf(counts: (slot: number) => boolean): number {
    let count = 0
    for (let slot = 0; slot < this.#model.slots; slot++) {
      if (this.#model.rows[slot]?.self === false && counts(slot)) count++
    }
    return count
  }

  #begin(filter: Filter<PeerRow>): void {
    this.#next = { filter, passes: new Uint8Array(this.#model.live.length), cursor: 0 }
  }

  #enlarge(): void {
    const room = this.#model.live.length
    if (this.#passes.length < room) this.#passes = grown(this.#passes, new Uint8Array(room))
    if (this.#next !== null && this.#next.passes.length < room) this.#begin(this.#next.filter)
  }

  #holds(slot: number, filter: Filter<PeerRow>, now: number): 0 | 1 {
    const row = this.#model.rows[slot] ?? null
    return row !== null && filter(row, now) ? 1 : 0
  }

  /** The peer that is looked at and those it is joined with; its lines, and the one that is explained, are raised. */
  #focus(input: PaintInput, focus: number): void {
    const model = this.#model
    const raised = model.pairsAt(focus)
    this.#near = null
    this.#marked = focus < 0 ? [] : [focus]
    if (focus >= 0) {
      this.#near = new Uint8Array(model.slots)
      this.#near[focus] = 1
      for (const pair of raised) this.#near[model.otherEnd(pair, focus)] = 1
    }
    model.explained = -1
    if (input.edge !== null) {
      const [a, b] = [model.slotOf(input.edge[0]), model.slotOf(input.edge[1])]
      const pair = model.pairBetween(a, b)
      model.explained = pair
      if (focus < 0 && pair >= 0) {
        this.#near = new Uint8Array(model.slots)
        this.#near[a] = 1
        this.#near[b] = 1
        this.#marked = [a, b]
      }
    }
    model.raised = raised
  }

  #colour(slot: number, colours: Colouring, { base, usual }: { readonly base: number; readonly usual: number }): void {
    const model = this.#model
    const row = model.rows[slot] ?? null
    if (row === null) return
    const colour = colours.colourFor(row)
    const lines = RADIUS_LINES * Math.sqrt((model.degrees[slot] ?? 0) / usual)
    const size = Math.min(RADIUS_MAX, base + lines) + (row.self ? 2 : 0)
    if (model.colours[slot] === colour && model.sizes[slot] === Math.fround(size)) return
    model.colours[slot] = colour
    model.sizes[slot] = size
    model.changedSlots.add(slot)
  }

  /** What a filter finds stays bright also while a peer is looked at; that peer's links show by the lines alone. */
  #dim(): void {
    const { slots, dimmed, changedSlots, live } = this.#model
    this.#model.passes = this.#filter === passAll ? null : this.#passes
    const near = this.#filter === passAll ? this.#near : null
    for (let slot = 0; slot < slots; slot++) {
      if (live[slot] !== 1) continue
      const bright = near === null ? this.#passes[slot] === 1 || this.#marked.includes(slot) : near[slot] === 1
      const dim = bright ? 0 : 1
      if (dimmed[slot] === dim) continue
      dimmed[slot] = dim
      changedSlots.add(slot)
    }
  }
}

/** About how many lines a peer has, in steps that hold a while: sizes must not change with each line that comes. */
function usualDegree({ edgeCount, count }: GraphModel, before: number): number {
  const mean = Math.max((2 * edgeCount) / Math.max(count, 1), 1)
  return mean > before / 1.6 && mean < before * 1.6 ? before : 2 ** Math.round(Math.log2(mean))
}

function passAll(): boolean {
  return true
}

function legend(colours: Colouring, input: PaintInput): LegendItem[] {
  const counts = new Map<string, number>()
  let ours: string | null = null
  for (const row of input.peers.values()) {
    if (input.ui.colourBy !== 'state' && input.hidden.has(stateGroup(row))) continue
    const group = colours.groupOf(row)
    if (row.self) ours = group
    else counts.set(group, (counts.get(group) ?? 0) + 1)
  }
  return colours.groups
    .map(({ group, label }) => {
      return { group, label, colour: colours.colourOf(group), count: counts.get(group) ?? 0, withUs: group === ours }
    })
    .filter(({ count, withUs }) => count > 0 || withUs)
}

function sameLegend(a: readonly LegendItem[], b: readonly LegendItem[]): boolean {
  return (
    a.length === b.length &&
    a.every((item, index) => {
      const other = b[index]
      if (other === undefined || item.count !== other.count || item.withUs !== other.withUs) return false
      // The word for a group may be another one once we have lost the network.
      return item.group === other.group && item.label === other.label && item.colour === other.colour
    })
  )
}
