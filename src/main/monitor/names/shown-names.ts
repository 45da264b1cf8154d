import { EVENT_FIELDS } from '../../../shared/filter-events.ts'
import { idWordsOf } from '../../../shared/filter.ts'
import type { KindAndId, NetworkKey } from '../../../shared/network-kind.ts'
import { ABILITIES, networkKeyOf } from '../../../shared/network-kind.ts'
import type { View } from '../view.ts'
import type { NameStore } from './name-book.ts'
import { learn, NameBook, seenIn } from './name-book.ts'

/** The name book of the network that a view shows. */
export class ShownNames {
  readonly #store: NameStore
  readonly #view: Pick<View, 'setNames' | 'rows'>
  #shown: { readonly network: NetworkKey; readonly book: NameBook } | null = null

  constructor(store: NameStore, view: Pick<View, 'setNames' | 'rows'>) {
    this.#store = store
    this.#view = view
  }

  /** The book of a network, which is shown from now on. */
  of(network: NetworkKey): NameBook {
    if (this.#shown?.network === network) return this.#shown.book
    const book = new NameBook(this.#store, network, (names) => this.#view.setNames(names))
    this.#shown = { network, book }
    this.#view.setNames(book.list())
    return book
  }

  /** A network is being joined with these tags: where tags are hashes, the user's own words name them. */
  begin(network: KindAndId, tags: readonly string[]): void {
    const book = this.of(networkKeyOf(network))
    if (!ABILITIES[network.kind].tagNames) learn(book, tags)
  }

  /** Words that somebody looks for name what they are the hash of, where that is in one of the rows. */
  learn(book: NameBook, filter: string): void {
    const words = idWordsOf(filter, EVENT_FIELDS)
    if (words.length > 0) learn(book, words, seenIn(this.#view.rows()))
  }

  /** No network is shown. */
  end(): void {
    this.#shown = null
    this.#view.setNames([])
  }
}
