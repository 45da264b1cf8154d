/** When what waits to be shown of a peer became known. Times are milliseconds since the epoch. */
import type { EventKind } from '../../shared/events.ts'
import { peerOf } from '../../shared/events.ts'
import type { PeerId } from '../../shared/ids.ts'
import type { Told } from '../discovery/handle.ts'

/** Events that change rows by themselves; for others the node tells the new entry too. */
const CHANGES_ROWS: ReadonlySet<EventKind> = new Set<EventKind>(['PeerDeparted', 'NeighborUp', 'NeighborDown'])

/** Remembers it until it is shown. */
export class KnownSince {
  readonly #first = new Map<PeerId, number>()
  /** When the last word of the node came; null before the first. */
  last: number | null = null

  /** The node tells something. */
  take(told: Told): void {
    this.last = told.at
    const about = subjectOf(told)
    // Of several changes that are shown at once the first counts, but for a departure, which is shown by itself.
    const departed = told.kind === 'event' && told.event.kind === 'PeerDeparted'
    if (about !== null && (departed || !this.#first.has(about))) this.#first.set(about, told.at)
  }

  /** What waits of the peer is shown. @returns since when it was known */
  shown(peerId: PeerId): number | null {
    const at = this.#first.get(peerId) ?? this.last
    this.#first.delete(peerId)
    return at
  }

  /** All is shown. */
  clear(): void {
    this.#first.clear()
  }
}

function subjectOf(told: Told): PeerId | null {
  if (told.kind === 'put') return told.peer.entry.peerId
  if (told.kind !== 'event') return told.peerId
  return CHANGES_ROWS.has(told.event.kind) ? peerOf(told.event) : null
}
