/** How entries that came in a sync get into the catalog, whatever the message looks like: a part of the machines of syncs. */
import { PeerscopeError, SyncFailed } from '../../../shared/errors.ts'
import type { UnverifiedEntry } from '../entry/entry.ts'
import type { ExchangeAction, ExchangeInput } from './exchange.ts'
import { unexpected } from './exchange.ts'

/** Entries that are taken in at once: a few milliseconds of work, after which others have a turn. */
export const ENTRIES_AT_ONCE = 32

/** So many batches may be pending while another one is read: a thread verifies them. */
const AHEAD = 2

/** What an intake asks for on its way. */
export type IntakeAction = Extract<
  ExchangeAction<never>,
  { kind: 'verify' | 'verifyAhead' | 'awaitVerdicts' | 'store' | 'yield' }
>

/**
 * Some entries at a time it drops what is known, has the rest verified and offered to the catalog, and lets others have a turn. While
 * some are verified it reads the next ones.
 */
export abstract class EntryIntake {
  /** Entries that changed the catalog. */
  accepted = 0
  /** Batches whose verdicts have not come. */
  #pending = 0
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
        this.#pending -= 1
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
    const entries: UnverifiedEntry[] = []
    for (let taken = 0; taken < ENTRIES_AT_ONCE && this.#readsOn; taken += 1) {
      try {
        const entry = this.read()
        if (entry !== null) entries.push(entry)
      } catch (error) {
        if (!(error instanceof PeerscopeError)) throw error
        this.#fault = error
      }
    }
    if (entries.length === 0) return this.#pending > 0 && !this.#readsOn ? { kind: 'awaitVerdicts' } : this.#onward()
    const ahead = this.#readsOn && this.#pending < AHEAD
    this.#pending += 1
    return { kind: ahead ? 'verifyAhead' : 'verify', entries }
  }

  /** Whether entries are left to read. */
  protected abstract hasMore(): boolean

  /** The next entry; null for one that is passed over. @throws PeerscopeError for one that ends the sync */
  protected abstract read(): UnverifiedEntry | null

  get #readsOn(): boolean {
    return this.#fault === null && this.hasMore()
  }

  #onward(): IntakeAction | null {
    if (this.#bad) throw new SyncFailed('the peer sent an entry with a bad signature')
    if (this.#readsOn || this.#pending > 0) return { kind: 'yield' }
    if (this.#fault !== null) throw this.#fault
    return null
  }
}
