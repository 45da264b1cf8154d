import { createStore } from 'zustand/vanilla'
import type { StoreApi } from 'zustand/vanilla'
import type { PeerId } from '../../../shared/ids.ts'
import type { PeerStore } from '../stores/peer-store.ts'
import type { UiState } from '../stores/ui-store.ts'
import { stateGroup } from './colours.ts'
import type { LegendItem, Scheme } from './colours.ts'
import { createLayoutRunner } from './layout-runner.ts'
import { GraphModel } from './model.ts'
import { paint } from './paint.ts'
import { recallPositions, rememberPositions } from './positions.ts'
import type { CreateRenderer, GraphRenderer, GraphTheme } from './renderer.ts'
import { nextSlot, slotTowards } from './walk.ts'
import type { Direction } from './walk.ts'

/** What React shows of the graph; the graph itself lives outside React. */
export interface GraphViewState {
  readonly drawnPeers: number
  readonly drawnEdges: number
  readonly hovered: PeerId | null
  readonly legend: readonly LegendItem[]
  /** Why there is no picture; empty when there is one. */
  readonly failure: string
}

const THEMES: Readonly<Record<Scheme, GraphTheme>> = {
  dark: { background: '#0f141b', label: '#d5dbe5', ring: '#ffffff', selfRing: '#f2e45c' },
  light: { background: '#f4f6f9', label: '#232a36', ring: '#1b2330', selfRing: '#a67c00' },
}

/** Least time between two updates of the picture, in milliseconds. */
const UPDATE_MS = 250

/** Keeps the picture of the graph in step with the stores while it is shown. Positions outlive the shown element. */
export class GraphController {
  readonly view: StoreApi<GraphViewState>
  readonly #peers: PeerStore
  readonly #ui: StoreApi<UiState>
  readonly #create: CreateRenderer
  readonly #layout
  #model = new GraphModel()
  #renderer: GraphRenderer | null = null
  #scheme: Scheme = 'dark'
  #network = ''
  #places = new Map<string, readonly [number, number]>()
  #timer: ReturnType<typeof setTimeout> | null = null
  #structureDue = true
  #stops: (() => void)[] = []

  constructor(peers: PeerStore, ui: StoreApi<UiState>, create: CreateRenderer) {
    this.#peers = peers
    this.#ui = ui
    this.#create = create
    this.view = createStore<GraphViewState>()(() => ({
      drawnPeers: 0,
      drawnEdges: 0,
      hovered: null,
      legend: [],
      failure: '',
    }))
    this.#layout = createLayoutRunner((done) => {
      this.#renderer?.setPositions(this.#model)
      if (done) this.#rememberPlaces()
    })
  }

  /** Draws into the element until the returned function is called. */
  attach(container: HTMLElement, scheme: Scheme): () => void {
    this.#scheme = scheme
    try {
      this.#renderer = this.#create(container, THEMES[scheme], {
        onPick: (slot) => this.#ui.setState({ selected: this.#model.ids[slot] ?? null }),
        onHover: (slot) => {
          this.view.setState({ hovered: this.#model.ids[slot] ?? null })
          this.#update(false)
        },
      })
      this.view.setState({ failure: '' })
    } catch (thrown) {
      this.view.setState({ failure: thrown instanceof Error ? thrown.message : String(thrown) })
    }
    const onVisible = (): void => {
      if (document.hidden) this.#layout.stop()
      else this.#due(true)
    }
    document.addEventListener('visibilitychange', onVisible)
    this.#stops = [
      () => document.removeEventListener('visibilitychange', onVisible),
      this.#peers.subscribe((state, before) => {
        if (state.structRev !== before.structRev || state.edgeRev !== before.edgeRev) this.#due(true)
        else if (state.rev !== before.rev && this.#ui.getState().colourBy !== 'state') this.#due(false)
      }),
      this.#ui.subscribe((state, before) => {
        if (state.hiddenGroups !== before.hiddenGroups || state.showHolds !== before.showHolds) this.#update(true)
        else if (
          state.selected !== before.selected ||
          state.filter !== before.filter ||
          state.colourBy !== before.colourBy
        ) {
          this.#update(false)
        }
      }),
    ]
    this.#renderer?.setStructure(this.#model)
    this.#update(true)
    return () => this.#detach()
  }

  #detach(): void {
    for (const stop of this.#stops) stop()
    this.#stops = []
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    this.#layout.stop()
    this.#rememberPlaces()
    this.#renderer?.destroy()
    this.#renderer = null
  }

  /** Draws in other colours from now on. */
  setScheme(scheme: Scheme): void {
    this.#scheme = scheme
    this.#renderer?.setTheme(THEMES[scheme])
    this.#update(false)
  }

  /** Shows everything. */
  fit(): void {
    this.#renderer?.fit()
  }

  /** A factor above 1 comes closer. */
  zoom(factor: number): void {
    this.#renderer?.zoom(factor)
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

  #selectSlot(slot: number): void {
    const peerId = this.#model.ids[slot] ?? null
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

  #due(structure: boolean): void {
    this.#structureDue ||= structure
    this.#timer ??= setTimeout(() => {
      this.#timer = null
      this.#update(this.#structureDue)
    }, UPDATE_MS)
  }

  #update(structure: boolean): void {
    // What a hidden window missed is drawn when it is shown again.
    if (document.hidden || this.#renderer === null) return
    this.#structureDue = false
    const { peers, edges, status } = this.#peers.getState()
    const ui = this.#ui.getState()
    if ('network' in status && status.network.id !== this.#network) this.#openNetwork(status.network.id)
    const hidden = new Set(ui.colourBy === 'state' ? ui.hiddenGroups : HIDDEN_ALWAYS)
    const changed =
      structure &&
      this.#model.update({
        peers,
        edges,
        shown: (row) => !hidden.has(stateGroup(row)),
        edgeShown: (edge) => edge.kind !== 'holds' || ui.showHolds,
        placeOf: (peerId) => this.#places.get(peerId) ?? null,
      })
    const { hovered } = this.view.getState()
    const legend = paint(this.#model, { peers, ui, scheme: this.#scheme, hovered, hidden })
    if (changed) this.#renderer.setStructure(this.#model)
    else this.#renderer.setAppearance(this.#model)
    this.#renderer.setMarks({ self: this.#selfSlot(), selected: this.#selectedSlot() })
    this.view.setState({ drawnPeers: this.#model.count, drawnEdges: this.#model.edges.length / 2, legend })
    if (changed) this.#layout.start(this.#model)
  }

  #openNetwork(id: string): void {
    if (this.#network !== '') this.#rememberPlaces()
    this.#network = id
    this.#places = recallPositions(id)
    this.#layout.stop()
    this.#model = new GraphModel()
    this.#renderer?.fit()
  }

  #rememberPlaces(): void {
    if (this.#network === '') return
    const { slots, ids, positions } = this.#model
    for (let slot = 0; slot < slots; slot++) {
      const peerId = ids[slot] ?? null
      if (peerId !== null) this.#places.set(peerId, [positions[slot * 2] ?? 0, positions[slot * 2 + 1] ?? 0])
    }
    rememberPositions(this.#network, this.#places)
  }
}

/** What is not drawn while colours mean something else than the state. */
const HIDDEN_ALWAYS: readonly string[] = ['departed', 'purged', 'removed']
