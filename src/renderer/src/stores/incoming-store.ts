import { createStore } from 'zustand/vanilla'
import type { StoreApi } from 'zustand/vanilla'
import type { Invitation } from '../../../shared/invitation.ts'

/** A snapshot that came without the card that shows it: dropped somewhere on the page, or opened by the desktop app. */
export type IncomingFile =
  | { readonly kind: 'dropped'; readonly file: File }
  /** Taken in by the engine; `file` is its name there. */
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
