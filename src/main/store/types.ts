import type { RecentNetwork, StoreStatus } from '../../shared/contract.ts'
import type { DiscoveryEvent, EventKind, LoggedEvent } from '../../shared/events.ts'
import type { NetworkId, PeerId, UniqueId } from '../../shared/ids.ts'
import type { DepartureReason, PeerState, Rtt, Source, Version } from '../../shared/peer.ts'

/** A peer as the store keeps it: the signed bytes where there are some, and plain columns beside them. */
export interface StoredPeer {
  readonly peerId: PeerId
  readonly state: PeerState
  /** Why it is gone; null while it is not. */
  readonly departureReason: DepartureReason | null
  readonly protocolVersion: string
  readonly version: Version
  readonly addresses: readonly string[]
  readonly tags: readonly string[]
  readonly streams: readonly UniqueId[]
  readonly groups: readonly UniqueId[]
  readonly ticketCount: number
  readonly source: Source
  /** Milliseconds since the epoch. */
  readonly firstSeen: number
  readonly lastSeen: number
  readonly rtt: Rtt | null
  /** The exact entry bytes and the signature over them (rule EN4); null for unsigned entries. */
  readonly signed: { readonly entry: Uint8Array; readonly signature: Uint8Array } | null
}

/** One version of a peer's entry: when it reached us and by which path. */
export interface VersionRecord {
  readonly version: Version
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly source: Source
}

/** One round-trip measurement. */
export interface RttSample {
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly ms: number
}

/** What is remembered of a network when it is joined. */
export interface JoinedNetwork {
  readonly id: NetworkId
  readonly name: string | null
  readonly bootstrap: readonly string[]
  readonly tags: readonly string[]
  /** Milliseconds since the epoch. */
  readonly at: number
}

/** Which events a page shows. */
export interface EventsQuery {
  readonly networkId: NetworkId
  /** Only events with a smaller sequence number. */
  readonly before?: number | undefined
  /** 1 to 1000. */
  readonly limit: number
  /** Only these kinds; all when left out. */
  readonly kinds?: readonly EventKind[] | undefined
  /** Only events about this peer. */
  readonly peerId?: PeerId | undefined
}

/** Events newest first, and whether older ones match. */
export interface EventsPage {
  readonly events: readonly LoggedEvent[]
  readonly more: boolean
}

/** What can be read of a data folder, also by a second process while the first one writes. */
export interface StoreReader {
  /** The stored settings' value under the key (JSON), or undefined. */
  getSetting(key: string): unknown
  /** Last joined first. */
  recentNetworks(): RecentNetwork[]
  /** All stored peers of the network, in no particular order. */
  peers(networkId: NetworkId): StoredPeer[]
  peer(networkId: NetworkId, peerId: PeerId): StoredPeer | null
  /** A bounded history, newest first. */
  versionsOf(networkId: NetworkId, peerId: PeerId): VersionRecord[]
  /** A bounded history, newest last. */
  rttSamplesOf(networkId: NetworkId, peerId: PeerId): RttSample[]
  /** By key: page `n + 1` starts with `before` = the last `seq` of page `n`. */
  eventsPage(query: EventsQuery): EventsPage
  /** Idempotent. */
  close(): void
}

/**
 * What Peerscope remembers. Synchronous; writes are queued and reach the file at most 250 ms later, in one transaction;
 * reads see what is queued. A write never throws because of the disk: the store goes on in memory and `status` says so.
 * After `close` every call but `close` and `status` throws `StoreFailed`.
 */
export interface Store extends StoreReader {
  status(): StoreStatus
  /** The stored 32-byte secret key, or null. */
  loadSecret(): Uint8Array | null
  /** Written at once. */
  saveSecret(secret: Uint8Array): void
  /** Any JSON value; undefined removes the key. Written at once. */
  setSetting(key: string, value: unknown): void
  /** Adds or renews the network in the list of recent ones. A null name keeps a name that is known. Written at once. */
  networkJoined(network: JoinedNetwork): void
  /** Removes the network and everything stored of it. Fine when it is unknown. */
  forgetNetwork(networkId: NetworkId): void
  /** Adds or replaces. The earliest `firstSeen` is kept. */
  putPeer(networkId: NetworkId, peer: StoredPeer): void
  /** Several records of one version are one. */
  recordVersion(networkId: NetworkId, peerId: PeerId, record: VersionRecord): void
  recordRtt(networkId: NetworkId, peerId: PeerId, sample: RttSample): void
  /** Gives the event its sequence number at once. */
  append(networkId: NetworkId, at: number, event: DiscoveryEvent): LoggedEvent
  /** Writes what is queued, now. */
  flush(): void
}

/** Calls `fn` once, `delayMs` from now, without keeping the process alive; the result cancels it. */
export type Schedule = (delayMs: number, fn: () => void) => () => void

/** Where the store writes what it has to say; pino fits. */
export interface StoreLogger {
  info(details: object, message: string): void
  warn(details: object, message: string): void
  error(details: object, message: string): void
}

/** How to open a store. */
export interface StoreOptions {
  /** The database file, in an existing folder; `:memory:` keeps nothing. */
  readonly path: string
  /** Milliseconds since the epoch. */
  now(): number
  /** Called when the status changes, never before `openStore` returned. */
  onStatus?(status: StoreStatus): void
  readonly logger?: StoreLogger
  /** Timers; by default those of the process. */
  readonly schedule?: Schedule
  /** Largest database in bytes; by default bounded by the disk only. */
  readonly maxBytes?: number
}
