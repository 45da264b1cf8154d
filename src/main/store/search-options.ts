import type { EventKind, LoggedEvent } from '../../shared/events.ts'
import type { PeerId } from '../../shared/ids.ts'
import type { Names } from '../../shared/names.ts'
import type { NetworkKey } from '../../shared/network-kind.ts'

/** How much a search shows. */
export interface SearchOptions {
  /** Most peers and most events of a page, 1 to 1000. */
  readonly limit: number
  /** Only events with a smaller sequence number, and no peers: the page after the first one. */
  readonly before?: number | undefined
  /** The name book, where tags are ids: words find what they are part of the name of. */
  readonly names?: Names | undefined
}

/** Which events name something. */
export interface NamingQuery {
  readonly networkKey: NetworkKey
  readonly kind: EventKind
  /** One of them is in the event, word for word; of many the first 16. */
  readonly texts: readonly string[]
  /** 1 to 1000; the newest of them. */
  readonly limit: number
  /** Only events with a smaller sequence number. */
  readonly before?: number
}

/** What a search found. */
export interface SearchResult {
  /** Peers whose id, nickname, tags or note match, those that were stored last first. */
  readonly peers: PeerId[]
  /** Newest first. */
  readonly events: LoggedEvent[]
  /** Whether older events match. */
  readonly more: boolean
}
