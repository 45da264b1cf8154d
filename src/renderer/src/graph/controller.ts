import { createStore } from 'zustand/vanilla'
import type { StoreApi } from 'zustand/vanilla'
import { networkKeyOf } from '../../../shared/network-kind.ts'
import type { PeerStore } from '../stores/peer-store.ts'
import type { UiState } from '../stores/ui-store.ts'
import { Arranger } from './arranger.ts'
import { groupsHidden, stateGroup, THEMES } from './colours.ts'
import type { Scheme } from './colours.ts'
import { makesLine } from './edge-facts.ts'
import { FilterTurns } from './filter-turns.ts'
import { FoldView } from './fold-view.ts'
import { closedCount } from './folding.ts'
import type { GraphParts } from './graph-parts.ts'
import { GraphPins } from './graph-pins.ts'
import { GraphWalk } from './graph-walk.ts'
import { createLayout } from './layout.ts'
import type { LayoutPlan } from './layout-plan.ts'
import { changeOf, linksOf } from './look.ts'
import { UNCOVERED } from './camera.ts'
import type { Covered } from './camera.ts'
import type { MinimapSource } from './minimap.ts'
import type { Touched } from './edge-slots.ts'
import { GraphModel } from './model.ts'
import type { ModelChange } from './model.ts'
import { Painter } from './paint.ts'
import type { PaintInput } from './paint.ts'
import { Places } from './positions.ts'
import type { CreateRenderer, GraphRenderer, GraphStats, GraphTheme } from './renderer.ts'
import { UpdateTurns } from './update-turns.ts'
import { NOTHING_DRAWN } from './view-state.ts'
import type { GraphViewState } from './view-state.ts'

/** Keeps the picture of the graph in step with the stores while it is shown. Positions outlive the shown element. */
export class GraphController {
  readonly view: StoreApi<GraphViewState>
  readonly #peers: PeerStore
  readonly #ui: StoreApi<UiState>
  readonly #create: CreateRenderer
  readonly #plan: LayoutPlan
  readonly #onView = new Set<() => void>()
  readonly #notes: GraphParts['notes']
  readonly #names: GraphParts['names']
  /** From peer to peer, from bubble to bubble, and to lines. */
  readonly walk: GraphWalk
  /** Peers that the user puts in their place. */
  readonly pins: GraphPins
  readonly #arranger = new Arranger(() => this.#updateAll())
  /** What is drawn in place of peers. */
  readonly fold: FoldView
  #model: GraphModel
  #painter: Painter
  #renderer: GraphRenderer | null = null
  #scheme: Scheme = 'dark'
  #covered = UNCOVERED
  #network = ''
  #places: Places | null = null
  /** Holds peers against the filter, as of the moment that is drawn. */
  readonly turns = new FilterTurns(
    () => this.#painter,
    () => this.#update(),
  )
  readonly #updates = new UpdateTurns({
    ready: () => this.#prepare(),
    take: (touched) => this.#take(touched),
    update: () => this.#update(),
  })
  #stops: (() => void)[] = []

  constructor({ peers, ui, create, notes, names }: GraphParts) {
    this.#peers = peers
    this.#ui = ui
    this.#create = create
    this.#notes = notes
    this.#names = names
    this.#model = new GraphModel(notes.nameOf)
    this.#painter = new Painter(this.#model, notes.fields)
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
        this.fold.open(bubble)
        this.#update()
      },
    })
    this.pins = new GraphPins({
      model: () => this.#model,
      plan: () => this.#plan,
      selected: () => this.walk.selected,
      draw: () => this.#renderer?.update(this.#model),
      onPut: () => {
        this.#rememberPlaces()
        this.#update()
      },
    })
    this.fold = new FoldView({
      model: () => this.#model,
      renderer: () => this.#renderer,
      arrangement: () => this.#arranger.current,
      self: () => this.walk.self,
      selected: () => this.walk.selected,
      rests: () => this.#plan.rests,
      remembered: () => this.#places?.clustersIn(this.#model) ?? [],
      onChanged: () => this.view.setState({ bubbles: closedCount(this.#model.fold) }),
    })
    this.#plan = createLayout({
      model: () => this.#model,
      arrangement: () => this.#arranger.current,
      shape: () => this.#renderer?.shape() ?? 1,
      software: () => this.#renderer?.stats().software === true,
      onMoved: (moved) => {
        this.#arranger.placed(moved.arrangement, moved.circles)
        this.#model.guides = this.#arranger.guides
        this.fold.refold(moved)
        this.#renderer?.update(this.#model)
        this.#tellView()
        // In a task of its own: thousands of places take some time to be written.
        if (moved.rests) setTimeout(() => this.#rememberPlaces())
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
        onPickBubble: (key) => this.walk.pick(this.fold.find(key)),
        onHoverBubble: (key) => this.fold.hover(key, () => this.#update()),
        onHover: (slot) => {
          this.view.setState({ hovered: this.#model.peerAt(slot) })
          this.#update()
        },
        onDrag: (slot, x, y, dropped) => this.pins.drag(slot, x, y, dropped),
        onView: () => {
          this.fold.lookSoon()
          this.#tellView()
        },
      })
      this.#renderer.setCovered(this.#covered)
      this.view.setState({ failure: '' })
    } catch (thrown) {
      this.view.setState({ failure: thrown instanceof Error ? thrown.message : String(thrown) })
    }
    const onVisible = (): void => {
      if (document.hidden) return this.#plan.stop()
      this.#plan.resume()
      return this.#due(null)
    }
    document.addEventListener('visibilitychange', onVisible)
    this.#stops = [
      () => document.removeEventListener('visibilitychange', onVisible),
      this.#peers.subscribe((state, before) => {
        if (state.touched !== before.touched) this.#due(state.touched)
      }),
      this.#ui.subscribe((state, before) => {
        const { redraw } = changeOf(state, before)
        if (redraw === 'all') this.#updateAll()
        else if (redraw === 'some') this.#update()
      }),
      this.#notes.subscribe(() => {
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
    this.#updates.stop()
    this.turns.stop()
    this.fold.stop()
    this.#plan.stop()
    this.#rememberPlaces()
    this.#renderer?.destroy()
    this.#renderer = null
    this.view.setState({ drawnPeers: 0, drawnOthers: 0, drawnEdges: 0 })
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
    this.fold.closeAll()
    this.#renderer?.fit()
    this.fold.lookSoon()
  }

  /** Closes the clusters that were opened, and shows everything. False when none was. */
  closeBubbles(): boolean {
    if (!this.fold.closeAll()) return false
    this.fit()
    return true
  }

  /** Keeps a graph that is shown whole, and names, clear of what lies over it. */
  setCovered(covered: Covered): void {
    this.#covered = covered
    this.#renderer?.setCovered(covered)
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
    if (this.#plan.frozen) this.#update()
  }

  /** Ends arranging: everything stays where it is by now. */
  stopArranging(): void {
    this.#plan.finish()
  }

  /** The picture as it is, twice as fine as the screen's pixels in CSS; null without a renderer. */
  async png(): Promise<Blob | null> {
    return (await this.#renderer?.capture(2)) ?? null
  }

  /** The whole graph as it is drawn now; `network` is the key of its network. */
  drawing(): { readonly network: string; readonly model: GraphModel; readonly theme: GraphTheme } {
    return { network: this.#network, model: this.#model, theme: THEMES[this.#scheme] }
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

  #due(touched: Touched | null): void {
    // Nothing is collected for a window that is not seen: it is brought up to date as a whole.
    this.#updates.add(document.hidden || this.#renderer === null ? null : touched)
    this.#updates.soon()
  }

  #updateAll(): void {
    this.#updates.add(null)
    this.#update()
  }

  /** Whether anything is drawn: then the model is that of the network that is shown. */
  #prepare(): boolean {
    // What a hidden window missed is drawn when it is shown again.
    if (document.hidden || this.#renderer === null) return false
    const { status } = this.#peers.getState()
    if ('network' in status && networkKeyOf(status.network) !== this.#network)
      this.#openNetwork(networkKeyOf(status.network))
    this.#model.chooseLinks(linksOf(this.#ui.getState(), this.#model.count))
    return true
  }

  #update(): void {
    if (!this.#prepare() || this.#renderer === null) return
    const ui = this.#ui.getState()
    const change = this.#updates.change()
    const known = { ...this.#peers.getState(), now: this.turns.now(), wordOf: this.#names.wordOf }
    const arranged = this.#arranger.update(this.#model, ui, change, known)
    const input = this.#paintInput(ui)
    this.turns.renew()
    const legend = this.#painter.paint(input, change?.slots ?? [])
    this.#model.guides = this.#arranger.guides
    const { rests } = this.#plan
    this.fold.refold(null, arranged === 'otherwise')
    const { hovered, edge, bubble } = this.view.getState()
    const selected = this.walk.selected
    const hoveredSlot = this.#model.slotOf(hovered)
    this.#renderer.setMarks({
      self: this.walk.self,
      selected,
      hovered: hoveredSlot,
      bubble: bubble ?? this.fold.hovered,
      focused: selected >= 0 || hoveredSlot >= 0 || edge !== null,
    })
    const repainted = !this.#model.changedSlots.empty
    this.#renderer.update(this.#model)
    this.view.setState({
      drawnPeers: this.#model.count,
      drawnOthers: this.#painter.drawn,
      drawnEdges: this.#model.chosenCount,
      knownEdges: this.#model.edgeCount,
      bubbles: closedCount(this.#model.fold),
      matches: ui.filter === '' ? null : this.#painter.matches,
      pinned: selected >= 0 && this.#model.pinned[selected] === 1,
      legend,
    })
    if (arranged === 'otherwise') this.#arrangeNow()
    else if (change !== null && (change.came > 0 || change.went > 0 || change.edges || arranged === 'changed'))
      this.#plan.changed(change)
    // Peers are where they were remembered to be: that they stay there names their clusters.
    if (!rests && this.#plan.rests) {
      this.fold.refold(null)
      this.#renderer.update(this.#model)
    }
    if (repainted) this.#tellView()
    this.turns.goOn()
  }

  #take(touched: Touched | null): ModelChange {
    const { peers, edges, links } = this.#peers.getState()
    const ui = this.#ui.getState()
    const hidden = groupsHidden(ui)
    return this.#model.update({
      peers,
      edges,
      touched,
      shown: (row) => !hidden.has(stateGroup(row)),
      edgeShown: makesLine(links, ui.showHolds),
      placeOf: (peerId) => this.#places?.of(peerId) ?? null,
    })
  }

  #paintInput(ui: UiState): PaintInput {
    const { hovered, edge } = this.view.getState()
    const { peers } = this.#peers.getState()
    const { islands } = this.#arranger
    const hidden = groupsHidden(ui)
    return { peers, ui, scheme: this.#scheme, hovered, edge, hidden, islands, now: this.turns.now() }
  }

  /** Another arrangement was chosen: it is made at once, also where the one before was frozen. */
  #arrangeNow(): void {
    if (this.#plan.frozen) this.toggleFreeze()
    else this.#plan.run()
    this.fit()
  }

  #openNetwork(id: string): void {
    this.#rememberPlaces()
    this.#network = id
    this.#places = new Places(id)
    this.#plan.reset()
    this.#model = new GraphModel(this.#notes.nameOf)
    this.#painter = new Painter(this.#model, this.#notes.fields)
    this.#updates.reset()
    this.#arranger.reset()
    this.view.setState({ edge: null, hovered: null, bubble: null })
    this.#renderer?.fit()
  }

  #rememberPlaces(): void {
    if (this.#places === null) return
    this.#places.take(this.#model)
    this.#places.keepClusters(this.#model, this.fold.toRemember)
    this.#places.save()
  }
}
