import { createStore } from 'zustand/vanilla'
import type { StoreApi } from 'zustand/vanilla'
import type { PeerId } from '../../../shared/ids.ts'
import { networkKeyOf } from '../../../shared/network-kind.ts'
import type { NoteStore } from '../stores/note-store.ts'
import type { PeerStore } from '../stores/peer-store.ts'
import type { UiState } from '../stores/ui-store.ts'
import { stateGroup, THEMES } from './colours.ts'
import type { Scheme } from './colours.ts'
import { createLayout } from './layout.ts'
import type { LayoutPlan } from './layout-plan.ts'
import type { MinimapSource } from './minimap.ts'
import type { Touched } from './edge-slots.ts'
import { GraphModel } from './model.ts'
import type { ModelChange } from './model.ts'
import { Painter } from './paint.ts'
import type { PaintInput } from './paint.ts'
import { Pending } from './pending.ts'
import { Places } from './positions.ts'
import type { CreateRenderer, GraphRenderer, GraphStats } from './renderer.ts'
import { svgParts } from './svg.ts'
import { NOTHING_DRAWN } from './view-state.ts'
import type { GraphViewState } from './view-state.ts'
import { nextSlot, slotTowards } from './walk.ts'
import type { Direction } from './walk.ts'

/** Least time between two updates of the picture, in milliseconds. */
const UPDATE_MS = 250
/** Longest time for holding peers against a filter in one go, in milliseconds. */
const FILTER_MS = 8
/** Time after which a filter is looked up anew, for it may ask for ages, in milliseconds. */
const REFILTER_MS = 5000
/** Peers up to which the others follow when one was dragged. */
const FOLLOW_MAX = 2000
/** What is not drawn while colours mean something else than the state. */
const HIDDEN_ALWAYS: readonly string[] = ['departed', 'purged', 'removed', 'displaced']

/** Keeps the picture of the graph in step with the stores while it is shown. Positions outlive the shown element. */
export class GraphController {
  readonly view: StoreApi<GraphViewState>
  readonly #peers: PeerStore
  readonly #ui: StoreApi<UiState>
  readonly #create: CreateRenderer
  readonly #plan: LayoutPlan
  readonly #onView = new Set<() => void>()
  readonly #notes: NoteStore | null
  #model: GraphModel
  #painter: Painter
  #renderer: GraphRenderer | null = null
  #scheme: Scheme = 'dark'
  #network = ''
  #places: Places | null = null
  #timer: ReturnType<typeof setTimeout> | null = null
  #filterTimer: ReturnType<typeof setTimeout> | null = null
  #filteredAt = 0
  readonly #pending = new Pending()
  #stops: (() => void)[] = []

  constructor(peers: PeerStore, ui: StoreApi<UiState>, create: CreateRenderer, notes: NoteStore | null = null) {
    this.#peers = peers
    this.#ui = ui
    this.#create = create
    this.#notes = notes
    this.#model = new GraphModel(notes?.nameOf)
    this.#painter = new Painter(this.#model, notes?.fields)
    this.view = createStore<GraphViewState>()(() => NOTHING_DRAWN)
    this.#plan = createLayout({
      model: () => this.#model,
      software: () => this.#renderer?.stats().software === true,
      onMoved: (rests) => {
        this.#renderer?.update(this.#model)
        this.#tellView()
        if (rests) this.#rememberPlaces()
      },
      onShare: (share) => this.view.setState({ arranging: share === null ? null : Math.round(share * 100) }),
    })
  }

  /** Draws into the element until the returned function is called. */
  attach(container: HTMLElement, scheme: Scheme): () => void {
    this.#scheme = scheme
    try {
      this.#renderer = this.#create(container, THEMES[scheme], {
        onPick: (slot) => {
          this.view.setState({ edge: null })
          this.#ui.setState({ selected: this.#model.peerAt(slot) })
          this.#update()
        },
        onPickEdge: (pair) => this.#showEdge(pair),
        onHover: (slot) => {
          this.view.setState({ hovered: this.#model.peerAt(slot) })
          this.#update()
        },
        onDrag: (slot, x, y, dropped) => this.#drag(slot, x, y, dropped),
        onView: () => this.#tellView(),
      })
      this.view.setState({ failure: '' })
    } catch (thrown) {
      this.view.setState({ failure: thrown instanceof Error ? thrown.message : String(thrown) })
    }
    const onVisible = (): void => {
      if (document.hidden) this.#plan.stop()
      else {
        this.#plan.resume()
        this.#due(null)
      }
    }
    document.addEventListener('visibilitychange', onVisible)
    this.#stops = [
      () => document.removeEventListener('visibilitychange', onVisible),
      this.#peers.subscribe((state, before) => {
        if (state.touched !== before.touched) this.#due(state.touched)
      }),
      this.#ui.subscribe((state, before) => {
        if (state.hiddenGroups !== before.hiddenGroups || state.showHolds !== before.showHolds) this.#updateAll()
        else if (state.colourBy !== before.colourBy) this.#updateAll()
        else if (state.selected !== before.selected || state.filter !== before.filter) this.#update()
      }),
      this.#notes?.subscribe(() => {
        this.#model.rename()
        this.#painter.refilter()
        this.#update()
      }) ?? ((): void => undefined),
    ]
    this.#model.rename()
    this.#model.changedSlots.addAll()
    this.#model.changedPairs.addAll()
    this.#updateAll()
    this.#plan.resume()
    return () => this.#detach()
  }

  #detach(): void {
    for (const stop of this.#stops) stop()
    this.#stops = []
    for (const timer of [this.#timer, this.#filterTimer]) if (timer !== null) clearTimeout(timer)
    this.#timer = null
    this.#filterTimer = null
    this.#plan.stop()
    this.#rememberPlaces()
    this.#renderer?.destroy()
    this.#renderer = null
    this.view.setState({ drawnPeers: 0, drawnEdges: 0 })
  }

  /** Draws in other colours from now on. */
  setScheme(scheme: Scheme): void {
    if (scheme === this.#scheme) return
    this.#scheme = scheme
    this.#renderer?.setTheme(THEMES[scheme])
    this.#update()
    this.#tellView()
  }

  /** Shows everything. */
  fit(): void {
    this.#renderer?.fit()
  }

  /** A factor above 1 comes closer. */
  zoom(factor: number): void {
    this.#renderer?.zoom(factor)
  }

  /** Puts a point of the layout into the middle. */
  centre(x: number, y: number): void {
    this.#renderer?.centre(x, y)
  }

  /** Stops the layout where it is, or lets it go on. */
  toggleFreeze(): void {
    this.#plan.freeze(!this.#plan.frozen)
    this.view.setState({ frozen: this.#plan.frozen })
  }

  /** Ends arranging: everything stays where it is by now. */
  stopArranging(): void {
    this.#plan.finish()
  }

  /** Holds the selected peer in its place, or lets it go. */
  togglePin(): void {
    const slot = this.#selectedSlot()
    if (slot < 0) return
    const { positions, pinned } = this.#model
    this.#model.put(slot, positions[slot * 2] ?? 0, positions[slot * 2 + 1] ?? 0, pinned[slot] !== 1)
    this.#settle()
  }

  /** Selects the next peer drawn, or the one before. */
  step(by: 1 | -1): void {
    this.#selectSlot(nextSlot(this.#model.live, this.#model.slots, this.#selectedSlot(), by))
  }

  /** Selects the nearest peer in a direction; without a selection, ourselves. */
  walk(direction: Direction): void {
    const from = this.#selectedSlot()
    const { live, slots, positions } = this.#model
    if (from >= 0) this.#selectSlot(slotTowards(live, slots, positions, from, direction))
    else this.#selectSlot(Math.max(this.#selfSlot(), nextSlot(live, slots, -1, 1)))
  }

  /** Explains the next line of the selected peer. */
  stepEdge(): void {
    const slot = this.#selectedSlot()
    const pairs = this.#model.pairsAt(slot)
    if (pairs.length === 0) return
    const { edge } = this.view.getState()
    const shown = edge === null ? -1 : this.#model.pairBetween(...this.#slotsOf(edge))
    this.#showEdge(pairs[(pairs.indexOf(shown) + 1) % pairs.length] ?? -1)
  }

  /** Explains no line any more. False when none was explained. */
  closeEdge(): boolean {
    if (this.view.getState().edge === null) return false
    this.view.setState({ edge: null })
    this.#update()
    return true
  }

  /** The picture as it is, twice as fine as the screen's pixels in CSS; null without a renderer. */
  async png(): Promise<Blob | null> {
    return (await this.#renderer?.capture(2)) ?? null
  }

  /** The whole graph as a drawing, in parts that are made as they are asked for. */
  svg(title: string): Generator<string> {
    return svgParts(this.#model, THEMES[this.#scheme], title)
  }

  /** What a small map shows; null without a renderer. */
  overview(): MinimapSource | null {
    if (this.#renderer === null) return null
    return { scene: this.#model, theme: THEMES[this.#scheme], view: this.#renderer.view() }
  }

  /** Calls when what `overview` tells has changed, until the returned function is called. */
  onOverview(listener: () => void): () => void {
    this.#onView.add(listener)
    return () => this.#onView.delete(listener)
  }

  /** What drawing did so far; null without a renderer. */
  stats(): GraphStats | null {
    return this.#renderer?.stats() ?? null
  }

  #tellView(): void {
    for (const listener of this.#onView) listener()
  }

  #showEdge(pair: number): void {
    const a = this.#model.peerAt(this.#model.edges[pair * 2] ?? -1)
    const b = this.#model.peerAt(this.#model.edges[pair * 2 + 1] ?? -1)
    if (a === null || b === null) return
    this.view.setState({ edge: [a, b] })
    this.#update()
  }

  #drag(slot: number, x: number, y: number, dropped: boolean): void {
    this.#plan.stop()
    this.#model.put(slot, x, y, true)
    if (dropped) this.#settle()
    else this.#renderer?.update(this.#model)
  }

  /** After a peer was put or let go: the others follow, where they are not too many. */
  #settle(): void {
    this.#rememberPlaces()
    this.#update()
    if (this.#model.count <= FOLLOW_MAX) this.#plan.run()
    else this.#plan.resume()
  }

  #selectSlot(slot: number): void {
    const peerId = this.#model.peerAt(slot)
    if (peerId === null) return
    this.#ui.setState({ selected: peerId })
    this.#renderer?.reveal(slot)
  }

  #selectedSlot(): number {
    return this.#model.slotOf(this.#ui.getState().selected)
  }

  #selfSlot(): number {
    const { status } = this.#peers.getState()
    return 'self' in status ? this.#model.slotOf(status.self) : -1
  }

  #slotsOf([a, b]: readonly [PeerId, PeerId]): [number, number] {
    return [this.#model.slotOf(a), this.#model.slotOf(b)]
  }

  #due(touched: Touched | null): void {
    // Nothing is collected for a window that is not seen: it is brought up to date as a whole.
    this.#pending.add(document.hidden || this.#renderer === null ? null : touched)
    if (!this.#pending.any) return
    this.#timer ??= setTimeout(() => {
      this.#timer = null
      this.#update()
    }, UPDATE_MS)
  }

  #updateAll(): void {
    this.#pending.add(null)
    this.#update()
  }

  #update(): void {
    // What a hidden window missed is drawn when it is shown again.
    if (document.hidden || this.#renderer === null) return
    const { status } = this.#peers.getState()
    if ('network' in status && networkKeyOf(status.network) !== this.#network)
      this.#openNetwork(networkKeyOf(status.network))
    const ui = this.#ui.getState()
    const hidden = new Set(ui.colourBy === 'state' ? ui.hiddenGroups : HIDDEN_ALWAYS)
    const change = this.#pending.any ? this.#take(ui, hidden) : null
    const input = this.#paintInput(ui, hidden)
    if (input.now - this.#filteredAt > REFILTER_MS) {
      this.#filteredAt = input.now
      this.#painter.refilter()
    }
    const legend = this.#painter.paint(input, change?.slots ?? [])
    const { hovered, edge } = this.view.getState()
    const selected = this.#selectedSlot()
    const hoveredSlot = this.#model.slotOf(hovered)
    this.#renderer.setMarks({
      self: this.#selfSlot(),
      selected,
      hovered: hoveredSlot,
      focused: selected >= 0 || hoveredSlot >= 0 || edge !== null,
    })
    const repainted = !this.#model.changedSlots.empty
    this.#renderer.update(this.#model)
    this.view.setState({
      drawnPeers: this.#model.count,
      drawnEdges: this.#model.edgeCount,
      matches: ui.filter === '' ? null : this.#painter.matches,
      pinned: selected >= 0 && this.#model.pinned[selected] === 1,
      legend,
    })
    if (change !== null && (change.came > 0 || change.went > 0 || change.edges)) this.#plan.changed(change)
    if (repainted) this.#tellView()
    if (this.#painter.waiting) this.#filterOn()
  }

  #take(ui: UiState, hidden: ReadonlySet<string>): ModelChange {
    const { peers, edges } = this.#peers.getState()
    return this.#model.update({
      peers,
      edges,
      touched: this.#pending.take(),
      shown: (row) => !hidden.has(stateGroup(row)),
      edgeShown: (edge) => edge.kind !== 'holds' || ui.showHolds,
      placeOf: (peerId) => this.#places?.of(peerId) ?? null,
    })
  }

  #paintInput(ui: UiState, hidden: ReadonlySet<string>): PaintInput {
    const { hovered, edge } = this.view.getState()
    const { peers } = this.#peers.getState()
    return { peers, ui, scheme: this.#scheme, hovered, edge, hidden, now: Date.now() }
  }

  /** Goes on with a filter in a task of its own, until it was looked up whole. */
  #filterOn(): void {
    this.#filterTimer ??= setTimeout(() => {
      this.#filterTimer = null
      const clock = (): number => performance.now()
      if (this.#painter.filterOn(Date.now(), FILTER_MS, clock)) this.#update()
      else if (this.#painter.waiting) this.#filterOn()
    })
  }

  #openNetwork(id: string): void {
    this.#rememberPlaces()
    this.#network = id
    this.#places = new Places(id)
    this.#plan.reset()
    this.#model = new GraphModel(this.#notes?.nameOf)
    this.#painter = new Painter(this.#model, this.#notes?.fields)
    this.#pending.add(null)
    this.view.setState({ edge: null, hovered: null })
    this.#renderer?.fit()
  }

  #rememberPlaces(): void {
    if (this.#places === null) return
    const { slots, positions, pinned } = this.#model
    for (let slot = 0; slot < slots; slot++) {
      const peerId = this.#model.peerAt(slot)
      if (peerId === null) continue
      const [x, y] = [positions[slot * 2] ?? 0, positions[slot * 2 + 1] ?? 0]
      this.#places.set(peerId, { x, y, pinned: pinned[slot] === 1 })
    }
    this.#places.save()
  }
}
