import { createContext, use } from 'react'
import { useStore } from 'zustand'
import type { StoreApi } from 'zustand'
import type { AlertState, AlertStore } from '../alerts/alert-store.ts'
import type { CompareState, CompareStore } from '../compare/compare-store.ts'
import type { GraphController } from '../graph/controller.ts'
import type { CrawlStore } from '../graph/crawl-store.ts'
import type { Client } from './client.ts'
import type { TableState, TableStore } from '../peers/table-store.ts'
import type { DesktopClient } from '../shell/desktop-commands.ts'
import type { FilesState, FilesStore } from '../snapshots/files-store.ts'
import { ABILITIES } from '../../../shared/network-kind.ts'
import type { Abilities } from '../../../shared/network-kind.ts'
import { formsOf } from '../../../shared/forms.ts'
import type { Forms } from '../../../shared/forms.ts'
import type { EngineStore, EngineStoreState } from './engine-store.ts'
import type { EventStore, EventStoreState } from './event-store.ts'
import type { HealthState, HealthStore } from './health-store.ts'
import type { IncomingState } from './incoming-store.ts'
import { ownName } from './note-store.ts'
import type { NameState, NameStore } from './name-store.ts'
import type { NoteState, NoteStore } from './note-store.ts'
import type { PeerStore, PeerStoreState } from './peer-store.ts'
import type { PictureState, PictureStore } from './picture-store.ts'
import type { Range, RangeStore } from './range-store.ts'
import type { SettingsState, SettingsStore } from './settings-store.ts'
import type { LinkState } from './subscription.ts'
import type { UiState } from './ui-store.ts'

/** All that components work with. They never touch the transport but through `client`'s verbs. */
export interface App {
  readonly client: Client
  readonly peers: PeerStore
  readonly events: EventStore
  readonly settings: SettingsStore
  /** The user's own names and words for peers. */
  readonly notes: NoteStore
  /** The name book of the network. */
  readonly names: NameStore
  /** Whether another picture than the network as it is now is looked at. */
  readonly picture: PictureStore
  /** That picture, and its graph. */
  readonly other: Pick<App, 'peers' | 'graph'>
  /** What a shared moment that is played has in place of the network's: its events, and how they are counted. */
  readonly playedParts: Pick<App, 'client' | 'events'>
  /** The span of time that all views show. */
  readonly range: RangeStore
  /** How the network is now. */
  readonly health: HealthStore
  readonly alerts: AlertStore
  readonly crawl: CrawlStore
  /** Two of anything, set side by side. */
  readonly compare: CompareStore
  readonly ui: StoreApi<UiState>
  /** How the table of peers looks, and what is chosen in it. */
  readonly table: TableStore
  readonly incoming: StoreApi<IncomingState>
  /** Snapshots that others made. */
  readonly files: FilesStore
  readonly link: StoreApi<LinkState>
  /** Whether the desktop app's engine runs. */
  readonly engine: EngineStore
  readonly graph: GraphController
  /** The desktop host's own calls; null in a browser. */
  readonly desktop: DesktopClient | null
}

/** Provides the app's stores. */
export const AppContext = createContext<App | null>(null)

/** The app's stores. */
export function useApp(): App {
  const app = use(AppContext)
  if (app === null) throw new Error('a component was drawn outside of AppContext')
  return app
}

/** A part of the network's picture. */
export function usePeers<T>(selector: (state: PeerStoreState) => T): T {
  return useStore(useApp().peers, selector)
}

/** A part of the events, as they are drawn. */
export function useEvents<T>(selector: (state: EventStoreState) => T): T {
  return useStore(useApp().events.drawn, selector)
}

/** A part of the window's state. */
export function useUi<T>(selector: (state: UiState) => T): T {
  return useStore(useApp().ui, selector)
}

/** A part of what is known of the picture that is looked at. */
export function usePicture<T>(selector: (state: PictureState) => T): T {
  return useStore(useApp().picture, selector)
}

/** The span of time that all views show. */
export function useRange<T>(selector: (state: { readonly range: Range }) => T): T {
  return useStore(useApp().range, selector)
}

/** A part of the table of peers. */
export function useTable<T>(selector: (state: TableState) => T): T {
  return useStore(useApp().table, selector)
}

/** A part of the user's names and notes. */
export function useNotes<T>(selector: (state: NoteState) => T): T {
  return useStore(useApp().notes, selector)
}

/** A part of the name book. */
export function useNames<T>(selector: (state: NameState) => T): T {
  return useStore(useApp().names, selector)
}

/** How ids and addresses are written for the people of the network that is shown. */
export function useForms(): Forms {
  return formsOf(usePeers((state) => state.kind))
}

/** What the peers of the shown network can do, and what can be known of it. */
export function useAbilities(): Abilities {
  return usePeers(({ status, kind }) => ('abilities' in status ? status.abilities : ABILITIES[kind]))
}

/** The user's name for a peer, or null. */
export function useOwnName(peerId: string): string | null {
  return useNotes((state) => ownName(state, peerId))
}

/** A part of how the network is. */
export function useHealth<T>(selector: (state: HealthState) => T): T {
  return useStore(useApp().health, selector)
}

/** A part of the alerts. */
export function useAlerts<T>(selector: (state: AlertState) => T): T {
  return useStore(useApp().alerts, selector)
}

/** A part of what is compared. */
export function useCompare<T>(selector: (state: CompareState) => T): T {
  return useStore(useApp().compare, selector)
}

/** A part of the settings. */
export function useSettings<T>(selector: (state: SettingsState) => T): T {
  return useStore(useApp().settings, selector)
}

/** A part of what came from outside. */
export function useIncoming<T>(selector: (state: IncomingState) => T): T {
  return useStore(useApp().incoming, selector)
}

/** A part of what is known of snapshots that others made. */
export function useFiles<T>(selector: (state: FilesState) => T): T {
  return useStore(useApp().files, selector)
}

/** A part of what is known of the engine. */
export function useEngine<T>(selector: (state: EngineStoreState) => T): T {
  return useStore(useApp().engine, selector)
}

/** A part of the link's state. */
export function useLink<T>(selector: (state: LinkState) => T): T {
  return useStore(useApp().link, selector)
}
