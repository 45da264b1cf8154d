import type { StoreApi } from 'zustand/vanilla'
import type { NameStore } from '../stores/name-store.ts'
import type { NoteStore } from '../stores/note-store.ts'
import type { PeerStore } from '../stores/peer-store.ts'
import type { UiState } from '../stores/ui-store.ts'
import type { CreateRenderer } from './renderer.ts'

/** What a graph is drawn from and by. */
export interface GraphParts {
  readonly peers: PeerStore
  readonly ui: StoreApi<UiState>
  readonly create: CreateRenderer
  readonly notes: NoteStore
  readonly names: Pick<NameStore, 'wordOf'>
}
