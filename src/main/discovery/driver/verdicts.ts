import type { SignedPeerEntry } from '../entry/entry.ts'

type Verdicts = readonly (SignedPeerEntry | null)[]

/** What an exchange has being verified, oldest first. */
export class PendingVerdicts {
  readonly #begun: Promise<Verdicts>[] = []

  begin(verdicts: Promise<Verdicts>): void {
    // It is waited for later, or never where the exchange ends before.
    verdicts.catch(() => undefined)
    this.#begun.push(verdicts)
  }

  /** The oldest; nobody asks for more than were begun. */
  async next(): Promise<Verdicts> {
    const oldest = this.#begun.shift()
    if (oldest === undefined) throw new Error('no verdicts are pending')
    return await oldest
  }
}
