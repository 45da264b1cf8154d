/** Rule CT7: which peers left, and up to which version they are gone. */
import type { PeerId } from '../../../shared/ids.ts'
import type { Version } from '../../../shared/peer.ts'

/** At most so many of them. */
export interface TombstoneBounds {
  readonly maxPeers: number
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

  /** @param until when the last entry of it that others may still have is stale */
  set(peerId: PeerId, version: Version, now: number, until: number): void {
    this.#trim(now)
    this.#left.set(peerId, { version, until })
  }

  /** It came back. */
  delete(peerId: PeerId): void {
    this.#left.delete(peerId)
  }

  /** Most are added in the order of their end. One that ends late keeps others: as many as entries at most. */
  #trim(now: number): void {
    for (const [peerId, { until }] of this.#left) {
      if (until >= now && this.#left.size < this.#bounds.maxPeers) return
      this.#left.delete(peerId)
    }
  }
}
