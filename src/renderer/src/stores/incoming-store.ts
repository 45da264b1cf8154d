import { createStore } from 'zustand/vanilla'
import type { StoreApi } from 'zustand/vanilla'
import type { Invitation } from '../../../shared/invitation.ts'

/** A snapshot that came: dropped on the page or chosen, or opened by the desktop app. */
export type IncomingFile =
  /** `look`: a moment that it shares is opened as soon as it is checked. */
  | { readonly kind: 'dropped'; readonly file: File; readonly look: boolean }
  /** Taken in by the engine, and to be looked at; `file` is its name there. */
  | { readonly kind: 'taken'; readonly file: string; readonly name: string }

/** What came from outside and waits for the user. */
export interface IncomingState {
  readonly invitation: Invitation | null
  readonly file: IncomingFile | null
}

/** A fresh store. */
export function createIncomingStore(): StoreApi<IncomingState> {
  return createStore<IncomingState>()(() => ({ invitation: null, file: null }))
}
