import { createStore } from 'zustand/vanilla'
import type { StoreApi } from 'zustand/vanilla'
import type { ViewMessage } from '../../../shared/contract.ts'
import { NO_NAMES, shownId } from '../../../shared/names.ts'
import type { KnownName, Names, NamesAdded } from '../../../shared/names.ts'
import type { Client } from './client.ts'

/** The name book of the network: words whose hashes are its tags, streams, functions, groups and ticket classes. */
export interface NameState {
  /** By word. */
  readonly list: readonly KnownName[]
  /** The same by id; another map whenever something changed. */
  readonly names: Names
}

/** The store with its verbs, which reject as the engine does. What they change is told by the view stream. */
export interface NameStore extends StoreApi<NameState> {
  /** An id as people see it: its name, or its first and last digits. */
  readonly wordOf: (id: string) => string
  /** Takes over what a message of the view stream tells. */
  apply(message: ViewMessage): void
  add(words: readonly string[]): Promise<NamesAdded>
  /** Adds those words that name something that was seen in this network. */
  addSeen(words: readonly string[]): Promise<NamesAdded>
  /** Takes the words of a list, one a line. */
  take(text: string): Promise<NamesAdded>
  remove(words: readonly string[]): Promise<readonly KnownName[]>
}

/** A fresh, empty store on `client`. */
export function createNameStore(client: Pick<Client, 'names'>): NameStore {
  const store = createStore<NameState>()(() => ({ list: [], names: NO_NAMES }))
  return {
    ...store,
    wordOf: (id) => shownId(id, store.getState().names),
    apply: ({ names }) => {
      if (names === undefined || (names.length === 0 && store.getState().list.length === 0)) return
      store.setState({ list: names, names: new Map(names.map(({ id, word }) => [id, word])) })
    },
    add: (words) => client.names.add({ words: [...words] }),
    addSeen: (words) => client.names.add({ words: [...words], onlySeen: true }),
    take: (text) => client.names.import({ text }),
    remove: (words) => client.names.remove({ words: [...words] }),
  }
}
