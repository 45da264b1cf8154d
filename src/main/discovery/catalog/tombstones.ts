/** Rule CT7: which peers left, and up to which version they are gone. */
import type { PeerId } from '../../../shared/ids.ts'
import type { Version } from '../../../shared/peer.ts'

/** At most so many of them, each for so long. */
export interface TombstoneBounds {
  readonly maxPeers: number
  /** Milliseconds. */
  readonly purgeAfter: number
}

/** The memory of those that left. Times are milliseconds since the epoch. */
export class Tombstones {
  readonly #bounds: TombstoneBounds
  readonly #left = new Map<PeerId, { readonly version: Version; readonly until: number }>()

  constructor(bounds: TombstoneBounds) {
    this.#bounds = bounds
  }

  get size(): number {
    return this.#left.size
  }

  has(peerId: PeerId): boolean {
    return this.#left.has(peerId)
  }

  /** The last version of a peer that left; null where it did not, or too long ago. */
  of(peerId: PeerId, now: number): Version | null {
    const tombstone = this.#left.get(peerId)
    return tombstone !== undefined && tombstone.until >= now ? tombstone.version : null
  }

  set(peerId: PeerId, version: Version, now: number): void {
    this.#trim(now)
    this.#left.set(peerId, { version, until: now + this.#bounds.purgeAfter })
  }

  /** It came back. */
  delete(peerId: PeerId): void {
    this.#left.delete(peerId)
  }

  /** They are added in the order of their end; as many as entries are kept at most. */
  #trim(now: number): void {
    for (const [peerId, { until }] of this.#left) {
      if (until >= now && this.#left.size < this.#bounds.maxPeers) return
      this.#left.delete(peerId)
    }
  }
}
