import { createStore } from 'zustand/vanilla'
import type { StoreApi } from 'zustand/vanilla'
import type { NotedPeer, PeerNote } from '../../../shared/contract.ts'
import { peerFields } from '../../../shared/filter-peers.ts'
import type { FilterFields } from '../../../shared/filter.ts'
import type { PeerId } from '../../../shared/ids.ts'
import { NO_NAMES } from '../../../shared/names.ts'
import type { Names } from '../../../shared/names.ts'
import { nickname } from '../../../shared/nickname.ts'
import type { PeerRow } from '../../../shared/peer.ts'
import type { Client } from './client.ts'

/** The user's own names and words for peers of the network. */
export interface NoteState {
  /** Another map whenever something changed. */
  readonly notes: ReadonlyMap<PeerId, PeerNote>
}

/** The store with its verbs. */
export interface NoteStore extends StoreApi<NoteState> {
  /** Filters that also look at the names and notes as they are at the moment. Always the same object. */
  readonly fields: FilterFields<PeerRow>
  /** The user's name for a peer, else its nickname. */
  readonly nameOf: (peerId: PeerId) => string
  /** Tells that `fields` find by other words than before. */
  touch(): void
  /** Takes over what the engine has of the network. */
  load(): Promise<void>
  /** Shows those of a stored network, which nobody changes. */
  show(listed: readonly NotedPeer[]): void
  /** Forgets all: another network is shown. */
  clear(): void
  /** Shows it at once, and takes it back when it cannot be kept. An empty one is removed. Gives what was there before. */
  save(peerId: PeerId, note: PeerNote | null): Promise<PeerNote | null>
}

const NONE: ReadonlyMap<PeerId, PeerNote> = new Map()

/** A fresh, empty store on `client`. `names` has the words of ids. */
export function createNoteStore(client: Pick<Client, 'history'>, names: () => Names = () => NO_NAMES): NoteStore {
  const store = createStore<NoteState>()(() => ({ notes: NONE }))
  // An answer that was asked for another network is dropped, one that was asked for before a change is asked for again.
  let generation = 0
  let edits = 0

  function put(peerId: PeerId, note: PeerNote | null): void {
    edits += 1
    const notes = new Map(store.getState().notes)
    if (note === null) notes.delete(peerId)
    else notes.set(peerId, note)
    store.setState({ notes })
  }

  return {
    ...store,
    fields: peerFields((peerId) => store.getState().notes.get(peerId) ?? null, names),
    touch: () => store.setState({ notes: new Map(store.getState().notes) }),
    nameOf: (peerId) => ownName(store.getState(), peerId) ?? nickname(peerId),
    load: async () => {
      const mine = ++generation
      for (;;) {
        const asked = edits
        const listed = await client.history.notes()
        if (mine !== generation) return
        if (asked !== edits) continue
        store.setState({ notes: byPeer(listed) })
        return
      }
    },
    show: (listed) => {
      generation += 1
      store.setState({ notes: byPeer(listed) })
    },
    clear: () => {
      generation += 1
      if (store.getState().notes.size > 0) store.setState({ notes: NONE })
    },
    save: async (peerId, wanted) => {
      const trimmed = wanted && { name: wanted.name.trim(), note: wanted.note.trim() }
      const note = trimmed === null || (trimmed.name === '' && trimmed.note === '') ? null : trimmed
      const before = store.getState().notes.get(peerId) ?? null
      put(peerId, note)
      try {
        await client.history.setNote({ peerId, note })
      } catch (thrown) {
        // Only what nobody changed since is taken back.
        if ((store.getState().notes.get(peerId) ?? null) === note) put(peerId, before)
        throw thrown
      }
      return before
    },
  }
}

function byPeer(listed: readonly NotedPeer[]): ReadonlyMap<PeerId, PeerNote> {
  return new Map(listed.map(({ peerId, name, note }) => [peerId, { name, note }]))
}

/** The user's name for a peer; null where there is none. */
export function ownName({ notes }: NoteState, peerId: string): string | null {
  const name = (notes as ReadonlyMap<string, PeerNote>).get(peerId)?.name ?? ''
  return name === '' ? null : name
}
