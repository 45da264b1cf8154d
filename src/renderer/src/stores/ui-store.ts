import { createStore } from 'zustand/vanilla'
import type { StoreApi } from 'zustand/vanilla'
import type { NetworkRef } from '../../../shared/contract.ts'
import type { BreakdownBy } from '../../../shared/health.ts'
import type { PeerId } from '../../../shared/ids.ts'
import { isNetworkKind } from '../../../shared/network-kind.ts'
import type { NetworkKind } from '../../../shared/network-kind.ts'
import { isBy } from '../health/unchosen-by.ts'
import { FIRST_LOOK, HIDDEN_FIRST } from '../graph/look.ts'
import type { GraphLook } from '../graph/look.ts'
import type { Failure } from '../ui/errors.ts'
import { isBoolean, isStrings, recall, remember } from '../ui/storage.ts'

/** The views of the navigation. */
export const VIEWS = ['health', 'network', 'peers', 'timeline', 'bootstrap', 'alerts', 'snapshots', 'settings'] as const
/** One of the views. */
export type View = (typeof VIEWS)[number]
/** The dialogs that verbs open. */
export type DialogName = 'dial' | 'sync' | 'ping' | 'tags' | 'leave' | 'keys'

/** How relays are chosen: none, those of iroh's makers, or one by its URL. */
export type RelayChoice = 'off' | 'default' | 'url'

/** What the join form holds; kept when joining fails. */
export interface JoinDraft {
  readonly kind: NetworkKind
  readonly network: string
  readonly bootstrap: string
  readonly tags: readonly string[]
  /** For networks that know relays by their URLs. */
  readonly relay: RelayChoice
  readonly relayUrl: string
  /** The version that our entry states; empty for the usual one. */
  readonly entryVersion: string
}

/** State of the window itself; how the graph looks is remembered for each network (`graph/look.ts`). */
export interface UiState extends GraphLook {
  readonly view: View
  /** The view of the link that was followed while no network was there, until one is; null for none. */
  readonly linkedView: View | null
  readonly selected: PeerId | null
  /** The departure of the selected peer that was clicked: it is explained, also once the peer is back. Null where none was. */
  readonly departure: { readonly peerId: PeerId; readonly at: number } | null
  readonly filter: string
  /** Another text stands in the field of the filter, and does not act yet. */
  readonly filterWaits: boolean
  /** By what Health counts peers; null for what it takes by itself. */
  readonly countBy: BreakdownBy | null
  /** Which of the two was chosen last: that one is meant where something is done with either. */
  readonly chosenLast: 'peer' | 'filter'
  /** Marks of the legend that are switched off. */
  readonly hiddenGroups: readonly string[]
  readonly showHolds: boolean
  readonly legendOpen: boolean
  readonly timelineOpen: boolean
  /** Sections of the inspector that are folded. */
  readonly folded: readonly string[]
  readonly dialog: DialogName | null
  /** Null until the form was touched or filled. */
  readonly draft: JoinDraft | null
  /** The kind of network that was joined last. */
  readonly joinKind: NetworkKind
  /** The note on what a network does not tell was read. */
  readonly linksNoted: boolean
  readonly joinFailure: Failure | null
  /** The network that was left last, while nothing is joined. */
  readonly left: NetworkRef | null
  /** The network of the demo whose story is hidden. */
  readonly storyHidden: string | null
  /** A join or demo call that was not answered yet. */
  readonly busy: boolean
}

/** A peer that is selected, with the departure of it that is explained. @param leftAt when that was; null for none */
export function selection(peerId: PeerId, leftAt: number | null): Pick<UiState, 'selected' | 'departure'> {
  return { selected: peerId, departure: leftAt === null ? null : { peerId, at: leftAt } }
}

/** A fresh store, with what is remembered on this machine. */
export function createUiStore(): StoreApi<UiState> {
  const store = createStore<UiState>()(() => ({
    view: 'health',
    linkedView: null,
    selected: null,
    departure: null,
    filter: '',
    filterWaits: false,
    countBy: recall('breakdown-by', isBy),
    chosenLast: 'peer',
    ...FIRST_LOOK,
    hiddenGroups: inOneOf(HIDDEN_FIRST, recall('groups-switched', isStrings) ?? []),
    showHolds: recall('show-holds', isBoolean) ?? false,
    legendOpen: recall('legend-open', isBoolean) ?? true,
    timelineOpen: recall('timeline-open', isBoolean) ?? true,
    folded: recall('folded', isStrings) ?? ['holds', 'held-by', 'versions', 'raw'],
    dialog: null,
    draft: null,
    joinKind: recall('join-kind', isKind) ?? 'peerscope',
    linksNoted: recall('links-noted', isBoolean) ?? false,
    joinFailure: null,
    left: null,
    storyHidden: null,
    busy: false,
  }))
  store.subscribe(({ departure, selected }) => {
    if (departure !== null && departure.peerId !== selected) store.setState({ departure: null })
  })
  store.subscribe((state, before) => {
    const peer = state.selected !== before.selected && state.selected !== null
    if (peer || state.filter !== before.filter) store.setState({ chosenLast: peer ? 'peer' : 'filter' })
  })
  store.subscribe((state, before) => {
    if (state.hiddenGroups !== before.hiddenGroups)
      remember('groups-switched', inOneOf(HIDDEN_FIRST, state.hiddenGroups))
    if (state.showHolds !== before.showHolds) remember('show-holds', state.showHolds)
    if (state.legendOpen !== before.legendOpen) remember('legend-open', state.legendOpen)
    if (state.folded !== before.folded) remember('folded', state.folded)
    if (state.timelineOpen !== before.timelineOpen) remember('timeline-open', state.timelineOpen)
    if (state.joinKind !== before.joinKind) remember('join-kind', state.joinKind)
    if (state.linksNoted !== before.linksNoted) remember('links-noted', state.linksNoted)
  })
  return store
}

/**
 * Those that only one of the lists has: from what is hidden and what is so at first, what was switched, and back. What was
 * switched is remembered, so that a group of a later version is drawn, or not, as it is at first.
 */
function inOneOf(some: readonly string[], others: readonly string[]): readonly string[] {
  return [...some.filter((one) => !others.includes(one)), ...others.filter((one) => !some.includes(one))]
}

/** For `recall`. */
function isKind(value: unknown): value is NetworkKind {
  return typeof value === 'string' && isNetworkKind(value)
}
