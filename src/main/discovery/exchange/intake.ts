/** How entries that came in a sync get into the catalog, whatever the message looks like: a part of the machines of syncs. */
import { PeerscopeError, SyncFailed } from '../../../shared/errors.ts'
import type { UnverifiedEntry } from '../entry/entry.ts'
import type { ExchangeAction, ExchangeInput } from './exchange.ts'
import { unexpected } from './exchange.ts'

/** Entries that are taken in at once: a few milliseconds of work, after which others have a turn. */
export const ENTRIES_AT_ONCE = 32

/** What an intake asks for on its way. */
export type IntakeAction = Extract<ExchangeAction<never>, { kind: 'verify' | 'store' | 'yield' }>

/** Some entries at a time it drops what is known, has the rest verified and offered to the catalog, and lets others have a turn. */
export abstract class EntryIntake {
  /** Entries that changed the catalog. */
  accepted = 0
  #bad = false
  #fault: PeerscopeError | null = null

  /**
   * @returns what to do next; null once all is in
   * @throws SyncFailed for a bad signature, and what reading an entry throws, once what came before is in the catalog (rule SY4)
   */
  step(input: ExchangeInput): IntakeAction | null {
    switch (input.kind) {
      case 'message':
      case 'resumed':
        return this.proceed()
      case 'verified': {
        const good = input.entries.filter((entry) => entry !== null)
        if (good.length < input.entries.length) this.#bad = true
        return good.length > 0 ? { kind: 'store', entries: good } : this.#onward()
      }
      case 'stored':
        this.accepted += input.changed
        return this.#onward()
      default:
        throw unexpected('the intake of entries', input)
    }
  }

  /** Does the next piece of work. */
  protected proceed(): IntakeAction | null {
    const news: UnverifiedEntry[] = []
    for (let taken = 0; taken < ENTRIES_AT_ONCE && this.hasMore() && this.#fault === null; taken += 1) {
      try {
        const entry = this.read()
        if (entry !== null) news.push(entry)
      } catch (error) {
        if (!(error instanceof PeerscopeError)) throw error
        this.#fault = error
      }
    }
    return news.length > 0 ? { kind: 'verify', entries: news } : this.#onward()
  }

  /** Whether entries are left to read. */
  protected abstract hasMore(): boolean

  /** The next entry; null for one that is passed over. @throws PeerscopeError for one that ends the sync */
  protected abstract read(): UnverifiedEntry | null

  #onward(): IntakeAction | null {
    if (this.#fault !== null) throw this.#fault
    if (this.#bad) throw new SyncFailed('the peer sent an entry with a bad signature')
    return this.hasMore() ? { kind: 'yield' } : null
  }
}
