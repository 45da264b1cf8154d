import { createStore } from 'zustand/vanilla'
import type { StoreApi } from 'zustand/vanilla'
import type { PeerId } from '../../../shared/ids.ts'
import { networkKeyOf } from '../../../shared/network-kind.ts'
import type { NoteStore } from '../stores/note-store.ts'
import type { PeerStore } from '../stores/peer-store.ts'
import type { UiState } from '../stores/ui-store.ts'
import { Arranger } from './arranger.ts'
import { stateGroup, THEMES } from './colours.ts'
import type { Scheme } from './colours.ts'
import { FOLD_FROM } from './fold.ts'
import { FoldView } from './fold-view.ts'
import { GraphWalk } from './graph-walk.ts'
import { createLayout } from './layout.ts'
import type { LayoutPlan } from './layout-plan.ts'
import { recallLook, rememberLook } from './look.ts'
import { MARGINS } from './camera.ts'
import type { MinimapSource } from './minimap.ts'
import type { Touched } from './edge-slots.ts'
import { GraphModel } from './model.ts'
import type { ModelChange } from './model.ts'
import { Painter } from './paint.ts'
import type { PaintInput } from './paint.ts'
import { Pending } from './pending.ts'
import { Places } from './positions.ts'
import type { CreateRenderer, GraphRenderer, GraphStats } from './renderer.ts'
import { formatCount } from '../ui/format.ts'
import { strings } from '../ui/strings.ts'
import { svgParts } from './svg.ts'
import { NOTHING_DRAWN } from './view-state.ts'
import type { GraphViewState } from './view-state.ts'

/** Least time between two updates of the picture, in milliseconds. */
const UPDATE_MS = 250
/** Longest time for holding peers against a filter in one go, in milliseconds. */
const FILTER_MS = 8
/** Time after which a filter is looked up anew, for it may ask for ages, in milliseconds. */
const REFILTER_MS = 5000
/** Peers up to which the others follow when one was dragged. */
const FOLLOW_MAX = 2000
/** Pixels around the legend. */
const LEGEND_GAP = 24
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
  /** From peer to peer, from bubble to bubble, and to lines. */
  readonly walk: GraphWalk
  readonly #arranger = new Arranger()
  readonly #fold: FoldView
  #model: GraphModel
  #painter: Painter
  #renderer: GraphRenderer | null = null
  #scheme: Scheme = 'dark'
  #margins = MARGINS
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
    this.walk = new GraphWalk({
      model: () => this.#model,
      renderer: () => this.#renderer,
      ui,
      view: this.view,
      self: () => {
        const { status } = peers.getState()
        return 'self' in status ? status.self : null
      },
      update: () => this.#update(),
      open: (bubble) => {
        this.#fold.open(bubble)
        this.#update()
      },
    })
    this.#fold = new FoldView({
      model: () => this.#model,
      renderer: () => this.#renderer,
      arrangement: () => this.#arranger.current,
      self: () => this.walk.self,
      selected: () => this.walk.selected,
      moving: () => this.#plan.running,
      onChanged: () => this.view.setState({ bubbles: bubblesOf(this.#model) }),
    })
    this.#plan = createLayout({
      model: () => this.#model,
      arrangement: () => this.#arranger.current,
      software: () => this.#renderer?.stats().software === true,
      onMoved: (rests, arrangement, circles) => {
        this.#arranger.placed(arrangement, circles)
        this.#model.guides = this.#arranger.guides
        this.#fold.refold(rests)
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
          this.view.setState({ edge: null, bubble: null })
          this.#ui.setState({ selected: this.#model.peerAt(slot) })
          this.#update()
        },
        onPickEdge: (pair) => this.walk.showEdge(pair),
        onPickBubble: (key) => {
          const bubble = this.#fold.find(key)
          if (bubble !== null) this.walk.open(bubble)
        },
        onHoverBubble: (key) => {
          if (key === this.#fold.hovered) return
          this.#fold.hovered = key
          this.#update()
        },
        onHover: (slot) => {
          this.view.setState({ hovered: this.#model.peerAt(slot) })
          this.#update()
        },
        onDrag: (slot, x, y, dropped) => this.#drag(slot, x, y, dropped),
        onView: () => {
          this.#fold.lookSoon()
          this.#tellView()
        },
      })
      this.#renderer.setMargins(this.#margins)
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
        const looks =
          state.colourBy !== before.colourBy ||
          state.arrangeBy !== before.arrangeBy ||
          state.allLinks !== before.allLinks
        if (looks && this.#network !== '') rememberLook(this.#network, state)
        if (state.hiddenGroups !== before.hiddenGroups || state.showHolds !== before.showHolds) this.#updateAll()
        else if (state.colourBy !== before.colourBy) this.#updateAll()
        else if (state.arrangeBy !== before.arrangeBy || state.allLinks !== before.allLinks) this.#updateAll()
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
    this.#fold.stop()
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

  /** Shows everything, folded as it was at first. */
  fit(): void {
    this.#fold.closeAll()
    this.#renderer?.fit()
    this.#fold.lookSoon()
  }

  /** Closes the clusters that were opened, and shows everything. False when none was. */
  closeBubbles(): boolean {
    if (!this.#fold.closeAll()) return false
    this.fit()
    return true
  }

  /** What is to be said of a bubble that is walked to. */
  nameOf(key: string): string {
    const at = this.#model.fold.closed.findIndex((one) => one?.key === key)
    const count = this.#model.fold.closed[at]?.count ?? 0
    return at < 0 ? '' : strings.graph.bubbleSaid(this.#model.fold.names[at] ?? '', formatCount(count))
  }

  /** Keeps so many pixels free below a graph that is shown whole: the legend lies there. */
  setLegend(height: number): void {
    this.#margins = { ...MARGINS, bottom: Math.max(MARGINS.bottom, height + LEGEND_GAP) }
    this.#renderer?.setMargins(this.#margins)
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
    const slot = this.walk.selected
    if (slot < 0) return
    const { positions, pinned } = this.#model
    this.#model.put(slot, positions[slot * 2] ?? 0, positions[slot * 2 + 1] ?? 0, pinned[slot] !== 1)
    this.#settle()
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
    const manyRings = ui.arrangeBy === 'rings' && this.#model.count >= FOLD_FROM
    this.#model.chooseLinks(manyRings ? 'none' : ui.allLinks ? 'all' : 'backbone')
    const change = this.#pending.any ? this.#take(ui, hidden) : null
    const arranged = this.#arranger.update(this.#model, ui, change)
    const input = this.#paintInput(ui, hidden)
    if (input.now - this.#filteredAt > REFILTER_MS) {
      this.#filteredAt = input.now
      this.#painter.refilter()
    }
    const legend = this.#painter.paint(input, change?.slots ?? [])
    this.#model.guides = this.#arranger.guides
    this.#fold.refold(false)
    const { hovered, edge, bubble } = this.view.getState()
    const selected = this.walk.selected
    const hoveredSlot = this.#model.slotOf(hovered)
    this.#renderer.setMarks({
      self: this.walk.self,
      selected,
      hovered: hoveredSlot,
      bubble: bubble ?? this.#fold.hovered,
      focused: selected >= 0 || hoveredSlot >= 0 || edge !== null,
    })
    const repainted = !this.#model.changedSlots.empty
    this.#renderer.update(this.#model)
    this.view.setState({
      drawnPeers: this.#model.count,
      drawnEdges: this.#model.chosenCount,
      knownEdges: this.#model.edgeCount,
      bubbles: bubblesOf(this.#model),
      matches: ui.filter === '' ? null : this.#painter.matches,
      pinned: selected >= 0 && this.#model.pinned[selected] === 1,
      legend,
    })
    if (arranged === 'otherwise') this.#arrangeNow()
    else if (change !== null && (change.came > 0 || change.went > 0 || change.edges || arranged === 'changed'))
      this.#plan.changed(change)
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
    return { peers, ui, scheme: this.#scheme, hovered, edge, hidden, islands: this.#arranger.islands, now: Date.now() }
  }

  /** Another arrangement was chosen: it is made at once, also where the one before was frozen. */
  #arrangeNow(): void {
    if (this.#plan.frozen) this.toggleFreeze()
    else this.#plan.run()
    this.fit()
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
    this.#arranger.reset()
    this.view.setState({ edge: null, hovered: null, bubble: null })
    this.#renderer?.fit()
    this.#ui.setState(recallLook(id))
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

/** How many bubbles are drawn in place of peers. */
function bubblesOf({ fold }: GraphModel): number {
  return fold.closed.filter((bubble) => bubble !== null).length
}
