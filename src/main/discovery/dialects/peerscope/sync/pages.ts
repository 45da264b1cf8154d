/** Pages of signed entries (rules SY5, SY10). */
import { PeerscopeError, SyncFailed } from '../../../../../shared/errors.ts'
import type { PeerId } from '../../../../../shared/ids.ts'
import type { Version } from '../../../../../shared/peer.ts'
import { ownBuffer } from '../../../base/bytes.ts'
import { EntryIntake } from '../../../exchange/intake.ts'
import type { UnverifiedEntry } from '../../../entry/entry.ts'
import type { Page } from '../wire/generated/sync.js'
import { RECONCILE_BOUNDS } from './bounds.ts'
import type { SyncView } from '../../../sync/parts.ts'
import { parseWireEntry } from '../signed-entry.ts'
import { unasked } from './parts.ts'

/**
 * As many of the wanted entries as fit in a page, `most` at most, in their order.
 * @returns the page, the peers that it settles, those of them that the catalog no longer has, how many it holds, and whether it is full,
 * by what it holds or by what it passed over
 */
export function pageOf(
  wanted: Iterable<PeerId>,
  catalog: Pick<SyncView, 'entry'>,
  most: number = RECONCILE_BOUNDS.itemsAMessage,
): {
  readonly message: Page
  readonly done: readonly PeerId[]
  readonly gone: readonly PeerId[]
  readonly sent: number
  readonly full: boolean
} {
  const message: Page = { entries: [], signatures: [] }
  const done: PeerId[] = []
  const gone: PeerId[] = []
  let size = 0
  let full = false
  for (const peerId of wanted) {
    const signed = catalog.entry(peerId)
    if (signed === null) {
      gone.push(peerId)
      full = gone.length === RECONCILE_BOUNDS.withheldAPage
      if (full) break
    } else {
      // A key and a length for each of the two fields.
      size += signed.bytes.length + signed.signature.length + 12
      full =
        size > RECONCILE_BOUNDS.pageBytes || message.entries.length === Math.min(most, RECONCILE_BOUNDS.itemsAMessage)
      if (full) break
      message.entries.push(ownBuffer(signed.bytes))
      message.signatures.push(ownBuffer(signed.signature))
    }
    done.push(peerId)
  }
  return { message, done, gone, sent: message.entries.length, full }
}

/** The intake of one page. */
export class PageIntake extends EntryIntake {
  /** Peers whose entries came, in their order. */
  readonly peerIds: PeerId[] = []
  readonly #page: Page
  readonly #isAsked: (peerId: PeerId, version: Version) => boolean
  readonly #catalog: Pick<SyncView, 'isNews'>
  #at = 0

  /**
   * @param isAsked whether an entry may come, asked once for each
   * @throws SyncFailed for a page that is not one
   */
  constructor(page: Page, isAsked: (peerId: PeerId, version: Version) => boolean, catalog: Pick<SyncView, 'isNews'>) {
    super()
    if (page.entries.length !== page.signatures.length)
      throw new SyncFailed('a page has not a signature for each entry')
    this.#page = page
    this.#isAsked = isAsked
    this.#catalog = catalog
  }

  /** Whose entry comes last, before any was read; null for a page without one, and where that cannot be read. */
  get last(): PeerId | null {
    const { length } = this.#page.entries
    try {
      return length === 0 ? null : this.#entryAt(length - 1).entry.peerId
    } catch (error) {
      // The intake says so in its turn, once what comes before is in the catalog.
      if (error instanceof PeerscopeError) return null
      throw error
    }
  }

  protected hasMore(): boolean {
    return this.#at < this.#page.entries.length
  }

  /** @throws SyncFailed for an entry that was not asked for, and what `parseWireEntry` throws */
  protected read(): UnverifiedEntry | null {
    const unverified = this.#entryAt(this.#at)
    this.#at += 1
    const { peerId } = unverified.entry
    if (!this.#isAsked(peerId, unverified.entry.version)) throw unasked()
    this.peerIds.push(peerId)
    return this.#catalog.isNews(peerId, unverified.entry, unverified.cost) ? unverified : null
  }

  #entryAt(at: number): UnverifiedEntry {
    const [entry, signature] = [this.#page.entries[at], this.#page.signatures[at]]
    return parseWireEntry(entry && signature && { entry, signature })
  }
}
