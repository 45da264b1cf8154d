/** Pages of signed entries (rules SY5, SY10). */
import { PeerscopeError, SyncFailed } from '../../../../../shared/errors.ts'
import type { PeerId } from '../../../../../shared/ids.ts'
import { ownBuffer } from '../../../base/bytes.ts'
import type { ExchangeAction, ExchangeInput } from '../../../exchange/exchange.ts'
import { unexpected } from '../../../exchange/exchange.ts'
import type { UnverifiedEntry } from '../../../entry/entry.ts'
import type { Page } from '../wire/generated/sync.js'
import { RECONCILE_BOUNDS } from './bounds.ts'
import type { SyncView } from '../../../sync/parts.ts'
import { parseWireEntry } from '../signed-entry.ts'
import { unasked } from './parts.ts'

/**
 * As many of the wanted entries as fit in a page, in their order.
 * @returns the page, the peers that it settles, those of them that the catalog no longer has, and how many it holds
 */
export function pageOf(
  wanted: readonly PeerId[],
  catalog: Pick<SyncView, 'entry'>,
): {
  readonly message: Page
  readonly done: readonly PeerId[]
  readonly gone: readonly PeerId[]
  readonly sent: number
} {
  const message: Page = { entries: [], signatures: [] }
  const done: PeerId[] = []
  const gone: PeerId[] = []
  let size = 0
  for (const peerId of wanted) {
    const signed = catalog.entry(peerId)
    if (signed === null) gone.push(peerId)
    else {
      // A key and a length for each of the two fields.
      size += signed.bytes.length + signed.signature.length + 12
      if (size > RECONCILE_BOUNDS.pageBytes) break
      message.entries.push(ownBuffer(signed.bytes))
      message.signatures.push(ownBuffer(signed.signature))
    }
    done.push(peerId)
  }
  return { message, done, gone, sent: message.entries.length }
}

/** Entries of a page that are taken in at once: a few milliseconds of work, after which others have a turn. */
export const ENTRIES_AT_ONCE = 32

/** What the intake of a page asks for on its way. */
export type IntakeAction = Extract<ExchangeAction<never>, { kind: 'verify' | 'store' | 'yield' }>

/**
 * The intake of one page, as a part of a machine: some entries at a time it drops what is known, has the rest verified and
 * offered to the catalog, and lets others have a turn.
 */
export class PageIntake {
  /** Peers whose entries came, in their order. */
  readonly peerIds: PeerId[] = []
  /** Entries that changed the catalog. */
  accepted = 0
  readonly #page: Page
  readonly #asked: ReadonlySet<PeerId>
  readonly #catalog: Pick<SyncView, 'isNews'>
  #at = 0
  #bad = false
  #fault: PeerscopeError | null = null

  /** @throws SyncFailed for a page that is not one */
  constructor(page: Page, asked: ReadonlySet<PeerId>, catalog: Pick<SyncView, 'isNews'>) {
    if (page.entries.length !== page.signatures.length)
      throw new SyncFailed('a page has not a signature for each entry')
    this.#page = page
    this.#asked = asked
    this.#catalog = catalog
  }

  /**
   * @returns what to do next; null once the page is in
   * @throws SyncFailed for an entry that was not asked for or has a bad signature, and what `parseWireEntry` throws,
   *   once what came before it is in the catalog (rule SY4)
   */
  step(input: ExchangeInput): IntakeAction | null {
    switch (input.kind) {
      case 'message':
      case 'resumed':
        return this.#parse()
      case 'verified': {
        const good = input.entries.filter((entry) => entry !== null)
        if (good.length < input.entries.length) this.#bad = true
        return good.length > 0 ? { kind: 'store', entries: good } : this.#onward()
      }
      case 'stored':
        this.accepted += input.changed
        return this.#onward()
      default:
        throw unexpected('the intake of a page', input)
    }
  }

  #parse(): IntakeAction | null {
    const news: UnverifiedEntry[] = []
    const end = Math.min(this.#page.entries.length, this.#at + ENTRIES_AT_ONCE)
    while (this.#at < end && this.#fault === null) {
      try {
        const [entry, signature] = [this.#page.entries[this.#at], this.#page.signatures[this.#at]]
        const unverified = parseWireEntry(entry && signature && { entry, signature })
        const { peerId, version } = unverified.entry
        if (!this.#asked.has(peerId)) throw unasked()
        this.peerIds.push(peerId)
        if (this.#catalog.isNews(peerId, version)) news.push(unverified)
        this.#at += 1
      } catch (error) {
        if (!(error instanceof PeerscopeError)) throw error
        this.#fault = error
      }
    }
    return news.length > 0 ? { kind: 'verify', entries: news } : this.#onward()
  }

  #onward(): IntakeAction | null {
    if (this.#fault !== null) throw this.#fault
    if (this.#at < this.#page.entries.length) return { kind: 'yield' }
    if (this.#bad) throw new SyncFailed('the peer sent an entry with a bad signature')
    return null
  }
}
