import { createStore } from 'zustand/vanilla'
import type { StoreApi } from 'zustand/vanilla'
import type { Invitation } from '../../../shared/invitation.ts'

/** A snapshot that came. `look`: a moment that it shares is opened as soon as it is checked. */
export type IncomingFile =
  /** Dropped on the page, or chosen. */
  | { readonly kind: 'dropped'; readonly file: File; readonly look: boolean }
  /** Opened by the desktop app, and taken in by the engine; `file` is its name there. */
  | { readonly kind: 'taken'; readonly file: string; readonly name: string; readonly look: boolean }

/** What came from outside and waits for the user. */
export interface IncomingState {
  readonly invitation: Invitation | null
  readonly file: IncomingFile | null
}

/** A fresh store. */
export function createIncomingStore(): StoreApi<IncomingState> {
  return createStore<IncomingState>()(() => ({ invitation: null, file: null }))
}
