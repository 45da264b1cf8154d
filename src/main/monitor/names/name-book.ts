/** The name book of one network: words that the user knows, kept in the store, by the ids that they are hashed to. */
import { z } from 'zod'
import { LimitExceeded } from '../../../shared/errors.ts'
import type { UniqueId } from '../../../shared/ids.ts'
import { isUniqueId } from '../../../shared/ids.ts'
import type { KnownName, Names, NamesAdded } from '../../../shared/names.ts'
import { MAX_NAMES, MAX_NAMES_BYTES, MAX_WORD_BYTES, nameOf, wordsFrom } from '../../../shared/names.ts'
import type { NetworkKey } from '../../../shared/network-kind.ts'
import type { PeerRow } from '../../../shared/peer.ts'
import type { Store } from '../../store/types.ts'

/** What a book is kept in. */
export type NameStore = Pick<Store, 'getSetting' | 'setSetting'>

/** Ids are kept beside the words: to hash thousands of them at each start takes its time. */
const storedName = z.object({
  id: z.custom<UniqueId>((value) => typeof value === 'string' && isUniqueId(value)),
  word: z.string().min(1).max(MAX_WORD_BYTES),
})

/** The stored names of a network; what cannot be used is left out. */
function readNames(store: Pick<Store, 'getSetting'>, network: NetworkKey): readonly KnownName[] {
  const stored = store.getSetting(keyOf(network))
  if (!Array.isArray(stored)) return []
  return stored.slice(0, MAX_NAMES).flatMap((one: unknown) => storedName.safeParse(one).data ?? [])
}

/** Names of a network by word, as they are stored. */
export function listedNames(store: Pick<Store, 'getSetting'>, network: NetworkKey): readonly KnownName[] {
  return [...readNames(store, network)].sort((a, b) => (a.word < b.word ? -1 : 1))
}

/** Names of a network by id, as they are stored. */
export function storedNames(store: Pick<Store, 'getSetting'>, network: NetworkKey): Names {
  return new Map(readNames(store, network).map(({ id, word }) => [id, word]))
}

/** Forgets all words of a network. */
export function forgetNames(store: NameStore, network: NetworkKey): void {
  store.setSetting(keyOf(network), undefined)
}

/** Adds, removes and finds names, and tells of changes. */
export class NameBook {
  readonly #store: NameStore
  readonly #network: NetworkKey
  readonly #onChange: (names: readonly KnownName[]) => void
  readonly #words: Map<string, KnownName>
  #names: Map<string, string>
  #bytes = 0

  constructor(
    store: NameStore,
    network: NetworkKey,
    onChange: (names: readonly KnownName[]) => void = () => undefined,
  ) {
    this.#store = store
    this.#network = network
    this.#onChange = onChange
    this.#words = new Map(readNames(store, network).map((name) => [name.word, name]))
    this.#names = new Map()
    this.#index()
  }

  /** Names by id. Another map after each change. */
  get names(): Names {
    return this.#names
  }

  /** By word. */
  list(): readonly KnownName[] {
    return [...this.#words.values()].sort((a, b) => (a.word < b.word ? -1 : 1))
  }

  /**
   * Adds words and writes them at once.
   * @param seen whether an id is worth a name; all are where it is left out
   * @throws LimitExceeded; nothing is added then
   */
  add(lines: readonly string[], seen: (id: string) => boolean = () => true): NamesAdded {
    const words = wordsFrom(lines)
    const known = words.filter((word) => this.#words.has(word)).length
    const added = words
      .filter((word) => !this.#words.has(word))
      .map(nameOf)
      .filter(({ id }) => seen(id))
    const bytes = added.reduce((sum, { word }) => sum + Buffer.byteLength(word), this.#bytes)
    if (bytes > MAX_NAMES_BYTES) throw new LimitExceeded('bytes of names a network', MAX_NAMES_BYTES, bytes)
    const count = this.#words.size + added.length
    if (count > MAX_NAMES) throw new LimitExceeded('names a network', MAX_NAMES, count)
    for (const name of added) this.#words.set(name.word, name)
    if (added.length > 0) this.#changed()
    return { added, known }
  }

  /** @returns those that were there */
  remove(words: readonly string[]): readonly KnownName[] {
    const removed = words.flatMap((word) => this.#words.get(word.trim()) ?? [])
    for (const { word } of removed) this.#words.delete(word)
    if (removed.length > 0) this.#changed()
    return removed
  }

  #changed(): void {
    this.#index()
    const list = this.list()
    this.#store.setSetting(keyOf(this.#network), list.length === 0 ? undefined : list)
    this.#onChange(list)
  }

  #index(): void {
    this.#names = new Map([...this.#words.values()].map(({ id, word }) => [id, word]))
    this.#bytes = 0
    for (const word of this.#words.keys()) this.#bytes += Buffer.byteLength(word)
  }
}

/** Adds words that were typed for something else, which goes on even where the book is full. */
export function learn(book: NameBook, words: readonly string[], seen?: (id: string) => boolean): void {
  try {
    book.add(words, seen)
  } catch (error) {
    if (!(error instanceof LimitExceeded)) throw error
  }
}

/** Whether an id stands in one of the rows. */
export function seenIn(rows: Iterable<PeerRow>): (id: string) => boolean {
  let ids: Set<string> | null = null
  return (id) => {
    if (ids === null) {
      ids = new Set()
      for (const { tags, streams, functions, groups } of rows)
        for (const list of [tags, streams, functions, groups]) for (const one of list) ids.add(one)
    }
    return ids.has(id)
  }
}

function keyOf(network: NetworkKey): string {
  return `names:${network}`
}
