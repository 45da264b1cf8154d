/** The journal of what was shown, beside all else that a large network writes. */
import { Journal } from '../../src/main/monitor/journal/journal.ts'
import { pastPicture } from '../../src/main/monitor/past.ts'
import { storedRow } from '../../src/main/monitor/rows.ts'
import { View } from '../../src/main/monitor/view.ts'
import type { Store, StoredPeer } from '../../src/main/store/types.ts'
import type { PeerId } from '../../src/shared/ids.ts'
import type { NetworkKey } from '../../src/shared/network-kind.ts'
import type { PeerRow } from '../../src/shared/peer.ts'

/** A view in the time of the log. */
export class ShownJournal {
  readonly #view: View
  readonly #journal: Journal
  readonly #now: () => number
  #timer: { readonly at: number; readonly fn: () => void } | null = null

  constructor(store: Store, networkKey: NetworkKey, now: () => number) {
    this.#now = now
    const clock = {
      now,
      monotonic: now,
      schedule: (delayMs: number, fn: () => void) => {
        this.#timer = { at: now() + delayMs, fn }
        return () => {
          this.#timer = null
        }
      },
    }
    this.#view = new View(clock, store.status())
    this.#journal = new Journal({ store, networkKey, view: this.#view, clock })
    this.#journal.start()
  }

  put(stored: StoredPeer): void {
    this.#view.putRow({ ...storedRow(stored), state: 'online' })
  }

  /** It announced itself again, and was measured where `ms` is given. */
  update(peerId: PeerId, { version, tags }: Pick<PeerRow, 'version' | 'tags'>, ms: number | null): void {
    const at = this.#now()
    const rtt = ms === null ? {} : { rtt: { srtt: ms, rttvar: ms / 4, last: ms, at } }
    this.change(peerId, { version, tags, lastSeen: at, ...rtt })
  }

  change(peerId: PeerId, changes: Partial<PeerRow>): void {
    const row = this.#view.row(peerId)
    if (row !== undefined) this.#view.putRow({ ...row, ...changes })
  }

  /** Time passed. */
  pass(): void {
    const timer = this.#timer
    if (timer === null || timer.at > this.#now()) return
    this.#timer = null
    timer.fn()
  }

  end(): void {
    this.#journal.flush()
  }
}

/** How long it takes to read a moment. @returns a row of the table */
export async function pastAsShown(
  store: Store,
  networkKey: NetworkKey,
  at: number,
): Promise<[string, number, number, number, string, string]> {
  const from = performance.now()
  const { peers } = await pastPicture({ store, networkKey, self: undefined }, at)
  const ms = performance.now() - from
  return ['a past moment as it was shown, in turns', 1, ms, ms, 'ms', `${peers.length} peers`]
}
