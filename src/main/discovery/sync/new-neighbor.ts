/** Rule SY11: whether a peer that comes up as a gossip neighbor is synced with once more. */
import type { PeerId } from '../../../shared/ids.ts'
import type { Env } from '../core/env.ts'
import type { SyncState } from '../core/peers.ts'

/** How long a sync with a new neighbor waits, milliseconds: several come up at once, and a broadcast follows. */
export const NEIGHBOR_MS = 200
/** Least time from one of these to the next with the same peer, milliseconds. */
const NEIGHBOR_AGAIN_MS = 30_000
/** For how long after a sync began the mesh of its peer may not have been there, milliseconds. */
const RECENT_MS = 10_000

/** When peers came to be known last, and who told of them. */
export class News {
  #at = -Infinity
  #by: PeerId | null = null
  /** When somebody else told of one last. */
  #othersAt = -Infinity

  /** A peer came to be known; it may have told that itself. */
  came(by: PeerId, now: number): void {
    if (by !== this.#by) this.#othersAt = this.#at
    this.#by = by
    this.#at = now
  }

  /** Whether peers came to be known since then, of which this one did not tell. */
  since(at: number, peerId: PeerId): boolean {
    return (this.#by === peerId ? this.#othersAt : this.#at) >= at
  }
}

/**
 * Whether the last sync with a neighbor came too early. What gossip brought to one of the two before they were neighbors, and
 * after that sync looked, comes to the other by nothing else. Where both catalogs go over whole it is only done where there is
 * something to tell, and where it is likely that the other has not heard it in its mesh.
 */
export function isSyncedAgain(
  { clock, dialect }: Pick<Env, 'clock' | 'dialect'>,
  peerId: PeerId,
  sync: SyncState,
  news: News,
): boolean {
  if (sync.phase !== 'done') return false
  const now = clock.monotonic()
  if (sync.neighborAt !== null && now < sync.neighborAt + NEIGHBOR_AGAIN_MS) return false
  if (dialect.abilities.reconciles) return true
  return sync.beganAt !== null && now <= sync.beganAt + RECENT_MS && news.since(sync.beganAt, peerId)
}
