import type { RecentNetwork, StoreStatus } from '../../shared/contract.ts'
import type { DiscoveryEvent, EventKind, LoggedEvent } from '../../shared/events.ts'
import type { PeerId, UniqueId } from '../../shared/ids.ts'
import type { KindAndId, NetworkKey } from '../../shared/network-kind.ts'
import type { DepartureReason, PeerState, Rtt, Source, Version } from '../../shared/peer.ts'
import type { RelayMode } from '../../shared/relay-mode.ts'
import type { NamingQuery, SearchOptions, SearchResult } from './search-options.ts'
import type { Holder } from './lock.ts'
import type { ClockReads } from './clock-types.ts'
import type { HealthReads, LoopDelay, RttSample, SessionEnd } from './health-types.ts'

export type {
  DelayFold,
  LoopDelay,
  Presence,
  PresenceFold,
  RttSample,
  SampleFold,
  SessionEnd,
  TimeSpan,
} from './health-types.ts'
import type { JournalPart, JournalPlace, NewJournalPart } from './journal-types.ts'
import type { TopologyInfo, TopologySnapshot } from './topology-types.ts'
export type { TopologyInfo, TopologySnapshot }

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
  readonly functions: readonly UniqueId[]
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

/** What is remembered of a network when it is joined. */
export interface JoinedNetwork extends KindAndId {
  readonly name: string | null
  readonly bootstrap: readonly string[]
  readonly tags: readonly string[]
  /** Off where left out. */
  readonly relay?: RelayMode
  /** The version that our entries state instead of the dialect's own; null, as where left out, for that. */
  readonly entryVersion?: string | null
  /** Milliseconds since the epoch. */
  readonly at: number
}

/** Which events a page shows. */
export interface EventsQuery {
  readonly networkKey: NetworkKey
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

/** Stored peers in the store's own order, and where the next page begins; null after the last one. */
export interface PeersPage {
  readonly peers: StoredPeer[]
  readonly next: number | null
}

/** Which events are read from old to new. */
export interface EventsAfterQuery {
  readonly networkKey: NetworkKey
  /** Only events with a larger sequence number. */
  readonly after?: number | undefined
  /** Only events of this span, both ends included, milliseconds since the epoch. */
  readonly from?: number | undefined
  readonly to?: number | undefined
  /** 1 to 1000. */
  readonly limit: number
}

/** One presence of a peer, from first seen to gone. */
export interface PeerSession {
  /** Grows with each session of a data folder. */
  readonly id: number
  readonly peerId: PeerId
  /** Milliseconds since the epoch. */
  readonly from: number
  /** Null while it lasts. */
  readonly to: number | null
  readonly reason: SessionEnd | null
  readonly firstVersion: Version
  /** The newest version that was recorded of the peer while the session lasted. */
  readonly lastVersion: Version
}

/** Which sessions a page shows: those that overlap the span, both ends included, milliseconds since the epoch. */
export interface SessionsQuery {
  readonly networkKey: NetworkKey
  readonly peerId?: PeerId | undefined
  /** Only sessions that come after the one with this id, in the order of pages. */
  readonly before?: number | undefined
  readonly from?: number | undefined
  readonly to?: number | undefined
  /** 1 to 1000. */
  readonly limit: number
}

/** Sessions, those that began last first, and whether more match. */
export interface SessionsPage {
  readonly sessions: PeerSession[]
  readonly more: boolean
}

/** A peer as it was at a past moment. */
export interface PastPeer {
  readonly peerId: PeerId
  readonly version: Version
  readonly tags: readonly string[]
  readonly addresses: readonly string[]
  /** By which path that version was learned. */
  readonly source: Source
}

/** What the user wrote about a peer. Not sent to anyone. */
export interface PeerNote {
  /** The user's own name for it; may be empty. */
  readonly name: string
  readonly note: string
}

/** What the store counts its rows by. */
export type StoreTable =
  | 'events'
  | 'peers'
  | 'versions'
  | 'rttSamples'
  | 'sessions'
  | 'notes'
  | 'topologies'
  | 'checkpoints'
  | 'journal'
  | 'loopDelays'

/** What is stored of one network. */
export interface NetworkStats extends KindAndId {
  readonly name: string | null
  readonly rows: Readonly<Record<StoreTable, number>>
  /** Milliseconds since the epoch; null without events. */
  readonly oldestEvent: number | null
  readonly newestEvent: number | null
}

/** How much is stored. */
export interface StoreStats {
  /** Of the network that was asked for, or of all. */
  readonly rows: Readonly<Record<StoreTable, number>>
  /** Of the whole database, in bytes; what is free in the file is part of the file. */
  readonly fileBytes: number
  readonly freeBytes: number
  /** The log that is written ahead of the file. */
  readonly walBytes: number
  /** Milliseconds since the epoch; null without events. */
  readonly oldestEvent: number | null
  /** The one that was asked for, or all, in the order in which they were first stored. */
  readonly networks: readonly NetworkStats[]
}

/** How far a backup has come, in bytes. */
export interface BackupProgress {
  readonly done: number
  readonly total: number
}

/** How long history is kept. */
export interface Retention {
  /** Milliseconds; older history is deleted. */
  readonly maxAgeMs: number
  /** Size of the content in bytes; above it the oldest history is deleted. */
  readonly maxBytes: number
}

/** What can be read of a data folder, also by a second process while the first one writes. */
export interface StoreReader extends HealthReads, ClockReads {
  /** The stored settings' value under the key (JSON), or undefined. */
  getSetting(key: string): unknown
  /** Last joined first. */
  recentNetworks(): RecentNetwork[]
  /** A page of the network's peers; `after` is null at first, then the `next` of the page before. `limit`: 1 to 1000. */
  peersPage(networkKey: NetworkKey, after: number | null, limit: number): PeersPage
  /** All stored peers of the network, in no particular order. */
  peers(networkKey: NetworkKey): StoredPeer[]
  peer(networkKey: NetworkKey, peerId: PeerId): StoredPeer | null
  /** A bounded history, newest first. */
  versionsOf(networkKey: NetworkKey, peerId: PeerId): VersionRecord[]
  /** Newest last: all of the last hour, older ones thinned to one a minute, after a day to one an hour. @param newest so many at most */
  rttSamplesOf(networkKey: NetworkKey, peerId: PeerId, newest?: number): RttSample[]
  /** By key: page `n + 1` starts with `before` = the last `seq` of page `n`. */
  eventsPage(query: EventsQuery): EventsPage
  /** Oldest first, by key: page `n + 1` starts with `after` = the last `seq` of page `n`. */
  eventsAfter(query: EventsAfterQuery): EventsPage
  /** By key: page `n + 1` starts with `before` = the last `id` of page `n`. */
  sessionsPage(query: SessionsQuery): SessionsPage
  /** When the oldest event that is kept was, and the newest one, milliseconds since the epoch; null without events. */
  firstEventAt(networkKey: NetworkKey): number | null
  lastEventAt(networkKey: NetworkKey): number | null
  /** When anything was written last, be it an event or a change of what is shown: the end of pictures, charts and presences. Null without events. */
  lastWrittenAt(networkKey: NetworkKey): number | null
  /** The number of the last event that is not later than the moment (`clockOf`); 0 where there is none. */
  lastSeqAt(networkKey: NetworkKey, at: number): number
  /** How many events of each kind have a number above `after` and not above `until`. */
  eventCounts(networkKey: NetworkKey, after: number, until: number): ReadonlyMap<EventKind, number>
  /**
   * Who was present at a past moment, ourselves left out, in no particular order: rebuilt from the event log. Empty for
   * times when the network was not joined. In steps of some milliseconds, between which others may have their turn.
   */
  catalogAt(networkKey: NetworkKey, at: number): Generator<void, PastPeer[]>
  /** Where a moment stands in the journal of what was shown; null where the journal does not reach. */
  journalPlace(networkKey: NetworkKey, at: number): JournalPlace | null
  /** The first part of the journal whose id lies between the two, both included; null where there is none. */
  journalPart(networkKey: NetworkKey, from: number, to: number): JournalPart | null
  /** What the user wrote about the peer, or null. */
  note(networkKey: NetworkKey, peerId: PeerId): PeerNote | null
  /** All that the user wrote about peers of the network. */
  notes(networkKey: NetworkKey): ReadonlyMap<PeerId, PeerNote>
  /** Oldest first. */
  topologies(networkKey: NetworkKey): TopologyInfo[]
  /** Null when there is none with the id. */
  topology(networkKey: NetworkKey, id: number): TopologySnapshot | null
  /** The same in steps of some milliseconds. */
  topologySteps(networkKey: NetworkKey, id: number): Generator<void, TopologySnapshot | null>
  /**
   * Finds peers and events with all words of the text, the last of which may be the beginning of a word. Case and
   * accents do not matter. Text of any kind is safe. Events are found by their kind, their peer's id and nickname, and
   * the texts in them; plain re-announcements (PeerUpdated without a change) are not.
   */
  search(networkKey: NetworkKey, text: string, options: SearchOptions): SearchResult
  /**
   * Events of a kind in whose texts one of the given ones is, newest first. Found by the words of the search: what is between
   * them may differ, so that who needs the exact text has to look at it.
   */
  eventsNaming(query: NamingQuery): LoggedEvent[]
  /** Of one network, or with null of all; also in steps of some milliseconds. */
  stats(networkKey: NetworkKey | null): StoreStats
  statsSteps(networkKey: NetworkKey | null): Generator<void, StoreStats>
  /**
   * Copies the whole database, identity included, into a new file that only its owner can read, while the store is used.
   * A copy that is cancelled or fails leaves no file.
   * @throws InvalidArgument when the file exists; Cancelled; StoreFailed
   */
  backup(path: string, onProgress: (progress: BackupProgress) => void, signal: AbortSignal): Promise<void>
  /** Which process writes the data folder. */
  holder(): Holder
  /** The number of the last event that was there when the process that writes it opened it, or the last one did. */
  openedAfter(): number
  /** Idempotent. */
  close(): void
}

/**
 * What Peerscope remembers. Synchronous; reads see every write at once, and many writes are one transaction, which is
 * committed at most 250 ms later. A write never throws because of the disk: the store goes on in memory and `status` says so.
 * After `close` every call but `close` and `status` throws `StoreFailed`.
 */
export interface Store extends StoreReader {
  status(): StoreStatus
  /** As `search`, with the file searched in a thread: the beginning of a word may stand for much of a long history. */
  searchAside(networkKey: NetworkKey, text: string, options: SearchOptions): Promise<SearchResult>
  /** As `eventsNaming`, with the file searched in a thread. Rejects with what the signal was fired with, at once. */
  eventsNamingAside(query: NamingQuery, signal: AbortSignal): Promise<LoggedEvent[]>
  /**
   * The stored 32-byte secret key, or null. With a cipher, one that an earlier version left unencrypted is encrypted now.
   * @throws IdentityLocked when it is encrypted and cannot be decrypted; nothing is changed then
   */
  loadSecret(): Uint8Array | null
  /** Written at once. @throws IdentityLocked rather than to put one beside another that is encrypted */
  saveSecret(secret: Uint8Array): void
  /** Any JSON value; undefined removes the key. Written at once. */
  setSetting(key: string, value: unknown): void
  /**
   * Keeps a stored value that cannot be used under another key and removes it here, so that its default holds; `status`
   * says so. Fine where there is none.
   * @param why what is wrong with it, as "is not JSON"
   */
  setSettingAside(key: string, why: string): void
  /**
   * Adds or renews the network in the list of recent ones. A null name keeps a name that is known. Sessions that are
   * still open from the time before are closed as `unknown`. Written at once.
   */
  networkJoined(network: JoinedNetwork): void
  /**
   * Closes, as `networkJoined` does, sessions that are still open from the time before, in steps of some milliseconds between
   * which others may have their turn. For a network that is about to be joined.
   */
  closeSessions(networkKey: NetworkKey): Generator<void, void>
  /** Removes the network and everything stored of it. Fine when it is unknown. */
  forgetNetwork(networkKey: NetworkKey): void
  /** Adds or replaces. The earliest `firstSeen` is kept. */
  putPeer(networkKey: NetworkKey, peer: StoredPeer): void
  /** Changes the state of a stored peer and nothing else of it. Fine when it is unknown. */
  peerGone(networkKey: NetworkKey, peerId: PeerId, state: PeerState, reason: DepartureReason): void
  /** Several records of one version are one. */
  recordVersion(networkKey: NetworkKey, peerId: PeerId, record: VersionRecord): void
  recordRtt(networkKey: NetworkKey, peerId: PeerId, sample: RttSample): void
  /** Of two of one millisecond the larger one is kept. */
  recordLoopDelay(networkKey: NetworkKey, delay: LoopDelay): void
  /** Gives the event its sequence number at once. */
  append(networkKey: NetworkKey, at: number, event: DiscoveryEvent): LoggedEvent
  /** What has a place in the log happened again: the row is as given now, but for its number and its first time. */
  appendAgain(networkKey: NetworkKey, logged: LoggedEvent): void
  /** A peer came. A session of it that is still open is closed as `unknown`. */
  sessionStarted(networkKey: NetworkKey, peerId: PeerId, at: number, version: Version, source: Source): void
  /** A peer is gone. Fine when it has no open session. */
  sessionEnded(networkKey: NetworkKey, peerId: PeerId, at: number, reason: DepartureReason): void
  /** The wall clock was set by so much, milliseconds: open sessions began by so much later, or (negative) earlier. */
  sessionsMoved(networkKey: NetworkKey, byMs: number): void
  /** Replaces or, with null, removes what the user wrote about the peer. Written at once. */
  setNote(networkKey: NetworkKey, peerId: PeerId, note: PeerNote | null): void
  /** Keeps a snapshot of who is linked to whom. @returns its id */
  putTopology(networkKey: NetworkKey, snapshot: TopologySnapshot): number
  /**
   * The same in steps of some milliseconds; a small snapshot is one step. Nothing is kept before the
   * last one; it fails as a write does once the store is closed.
   */
  putTopologySteps(networkKey: NetworkKey, snapshot: TopologySnapshot): Generator<void, number>
  /** Adds parts to the journal of what was shown. */
  putJournal(networkKey: NetworkKey, parts: readonly NewJournalPart[]): void
  /**
   * How long history is kept from now on; at first 30 days and 2 GiB. What exceeds it is deleted in small steps: of what is
   * too much passers-by first (`PASSING_MS`) with all that was logged of them, then the oldest history. Peers that are in
   * the catalog and those with a note stay, and so do identity, settings and networks. Set it right after opening.
   */
  setRetention(retention: Retention): void
  /** Commits what is written, now. */
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
  /**
   * Checks the file for damage in a thread: one of some size right after it was opened, and all of them from time to time, also
   * for whether they are still there. By default it is checked before it is open, which holds the event loop for up to
   * 0.2 s, and looked for when it is written.
   */
  readonly checkAside?: boolean
  /** Encrypts the identity; without it the identity is in the database, which only its owner can read. */
  readonly cipher?: KeyCipher
}

/** The system's keychain, as far as it is used. Both throw when it cannot. */
export interface KeyCipher {
  encrypt(secret: Uint8Array): Uint8Array
  decrypt(sealed: Uint8Array): Uint8Array
}
