/** What others hold of discovery (rules HD). `startDiscovery` in discovery.ts makes one. */
import type { BootstrapFacts, Learned } from '../../shared/bootstrap.ts'
import type { DiscoveryConfig } from '../../shared/config.ts'
import type { DhtStatus } from '../../shared/dht.ts'
import type { ErrorShape } from '../../shared/errors.ts'
import type { DiscoveryEvent } from '../../shared/events.ts'
import type { NetworkId, PeerId, UniqueId } from '../../shared/ids.ts'
import type { PeerEntry, Rtt, Source, Ticket, Version } from '../../shared/peer.ts'
import type { DiscoveryLog } from './core/log.ts'
import type { Dialect } from './dialect.ts'
import type { OnListenerError } from './base/listeners.ts'
import type { SignedPeerEntry } from './entry/entry.ts'
import type { Connection, DialTarget, Ports } from './ports.ts'
import type { KnownPlace } from './bootstrap/known-places.ts'
import type { NeighborsAnswer } from './topology/neighbors.ts'

/** What `startDiscovery` is given. */
export interface DiscoveryOptions {
  readonly networkId: NetworkId
  /** How peers of the network speak. */
  readonly dialect: Dialect
  /** Rule EN8: what our entry states. Default: what most peers can read. */
  readonly protocolVersion?: string
  /** 32-byte Ed25519 secret; the ports' node has the same identity. */
  readonly secret: Uint8Array
  readonly config: DiscoveryConfig
  readonly ports: Ports
  /** Dialed once the node is online. */
  readonly bootstrap: readonly DialTarget[]
  /** Peers of earlier runs, in any order: they are dialed too (rules BS). */
  readonly known?: readonly KnownPlace[]
  readonly tags: readonly string[]
  /** What is done and refused, and why. Default: nothing is logged. */
  readonly log?: DiscoveryLog
  /** Rule EV4: gets what listeners throw. Default: it is thrown again as an uncaught error. */
  readonly onListenerError?: OnListenerError
}

/** One peer in a catalog snapshot. Never changes (rule CT11). */
export interface CatalogPeer {
  /** What the peer says of itself. */
  readonly entry: PeerEntry
  /** Null for an unsigned entry (rule CT9). */
  readonly signed: SignedPeerEntry | null
  /** Whether it is this node. */
  readonly self: boolean
  /** By which path its newest entry came. */
  readonly source: Source
  /** When the peer entered the catalog, milliseconds since the epoch. */
  readonly firstSeen: number
  /** When its newest entry came, or an answer to a ping, milliseconds since the epoch. */
  readonly lastSeen: number
  /** Its round-trip time; null while it was not measured. */
  readonly rtt: Rtt | null
}

/** A moment of the catalog, stale and too slow peers left out (rules CT10, RT3). */
export interface CatalogSnapshot {
  /** Number of the last change in it; what is told with a higher number came after it. */
  readonly seq: number
  /** By their ids; ourselves included. */
  readonly peers: ReadonlyMap<PeerId, CatalogPeer>
}

/** Where something stands among all that discovery tells (rule CT11). */
export interface Numbered {
  /** Grows by one with each item, from 1 on. */
  readonly seq: number
  /** Milliseconds since the epoch. */
  readonly at: number
}

/** One change of what `catalog()` shows (rule CT11). */
export type CatalogChange = Numbered &
  (
    | { readonly kind: 'put'; readonly peer: CatalogPeer }
    | {
        readonly kind: 'remove'
        readonly peerId: PeerId
        readonly version: Version
        /** The peer is still known, and slower than `maxRtt` (rule RT3); else `PeerDeparted` follows. */
        readonly hidden: boolean
      }
  )

/**
 * One item of all that discovery tells (rule CT11). Catalog changes come before the event that tells of them: `put` before
 * `PeerDiscovered` and `PeerUpdated`, `remove` before `PeerDeparted`. `EventsMissed` is never among the events.
 */
export type Told =
  | CatalogChange
  | (Numbered &
      (
        | { readonly kind: 'event'; readonly event: DiscoveryEvent }
        | { readonly kind: 'connected'; readonly peerId: PeerId }
        | { readonly kind: 'disconnected'; readonly peerId: PeerId }
      ))

type WithoutNumber<T> = T extends unknown ? Omit<T, keyof Numbered> : never

/** What is told, before it has its number. */
export type Untold = WithoutNumber<Told>

/** Gives out the numbers, and passes on what got one. */
export interface Numbering {
  /** The number given last; 0 before the first. */
  readonly last: number
  tell<T extends Untold>(what: T): T & Numbered
}

/** Changes after a number, and the number up to which they are all; or the word that only a snapshot can help. */
export type ChangesSince =
  | { readonly kind: 'changes'; readonly changes: readonly CatalogChange[]; readonly seq: number }
  | { readonly kind: 'snapshot-needed' }

/** Rule WK13: how *we* are, apart from what is known of others. */
export interface Health {
  /**
   * `starting`: not yet online; `alone`: online and never had a neighbor; `online`: at least one neighbor;
   * `lost`: had neighbors and has none now; `stopped`: left, or failed.
   */
  readonly state: 'starting' | 'alone' | 'online' | 'lost' | 'stopped'
  /** Whether we listen on at least one address. */
  readonly listening: boolean
  /** Multiaddrs under which others can reach us, without `/p2p/…`, best first. */
  readonly addresses: readonly string[]
  /** Peers in our gossip mesh. */
  readonly neighbors: number
  /** Open connections. */
  readonly connections: number
  /** When anything valid was heard last, milliseconds since the epoch. */
  readonly lastHeardAt: number | null
  /**
   * The time by which staleness is judged, milliseconds since the epoch: after a jump of the clock or a sleep the one before
   * it, until all peers were asked (rule WK11).
   */
  readonly judgedAt: number
  /** How late our timers run, milliseconds, smoothed. */
  readonly loopDelayMs: number
  /**
   * Our clock minus the median of our peers', milliseconds, when most of those that were asked (of one or two: all) are off by
   * about as much; else null. Where few were asked it may be theirs that is wrong.
   */
  readonly suspectedClockSkewMs: number | null
  /** With how many peers' clocks ours was compared for that. */
  readonly clocksCompared: number
}

/** Counters since the start. Sizes in bytes. */
export interface DiscoveryStats {
  /** Gossip messages that came. */
  readonly gossipIn: number
  /** Gossip messages that we published. */
  readonly gossipOut: number
  /** Bytes of the gossip messages that came. */
  readonly gossipBytesIn: number
  /** Bytes of the gossip messages that we published. */
  readonly gossipBytesOut: number
  /** Streams that others opened: syncs, pings and requests for neighbors. */
  readonly streamsIn: number
  /** Streams that we opened. */
  readonly streamsOut: number
  /** Bytes that came on streams. */
  readonly streamBytesIn: number
  /** Bytes that we sent on streams. */
  readonly streamBytesOut: number
  /** Signatures of other peers that we verified. */
  readonly signaturesVerified: number
  /** Memory that the entries of the catalog take now, estimated (rule CT8). */
  readonly catalogBytes: number
  /** Syncs that run now. */
  readonly syncsRunning: number
  /** Dials that began. */
  readonly dials: number
  /** Refused entries and requests, by reason. */
  readonly refused: Readonly<Record<string, number>>
}

/** What came of dialing one target. */
export interface DialResult {
  readonly target: DialTarget
  /** Who answered; null where it failed. */
  readonly peerId: PeerId | null
  /** Why it failed; null where it did not. */
  readonly error: ErrorShape | null
}

/** The answer to a ping (rules PG1, PG2). */
export interface PingResult {
  readonly entry: PeerEntry
  readonly rttMs: number
}

/** The result of a sync (rule SY7). */
export interface SyncResult {
  /** Entries that we took from the peer. */
  readonly received: number
  /** Entries that we sent to the peer. */
  readonly sent: number
  /** Bytes in both directions. */
  readonly bytes: number
  readonly durationMs: number
}

/**
 * A running discovery. After it ended every command rejects with `Cancelled` (rule HD3); what only reads (`me`, `catalog`,
 * `changesSince`, `health`, `stats`) gives the last state.
 */
export interface Discovery {
  /** Resolves when the node is online; rejects with the cause when it cannot be. */
  readonly online: Promise<void>
  /** Settles when the network was left; rejects with the cause after an unrecoverable error (rule WK9). */
  readonly ended: Promise<void>
  /**
   * Rules WK4, AD2: dials whatever is given, and keeps it as an address to start from (rule AN10). Never rejects for a target
   * that is not reached: what came of each stands in the results, in their order.
   */
  dial(targets: readonly DialTarget[], signal?: AbortSignal): Promise<readonly DialResult[]>
  syncWith(peerId: PeerId, signal?: AbortSignal): Promise<SyncResult>
  ping(peerId: PeerId, signal?: AbortSignal): Promise<PingResult>
  /**
   * Rule TP1: asks a peer who its neighbors and connected peers are. Dials it where there is no connection; that one is
   * closed soon unless something else uses it.
   */
  askNeighbors(peerId: PeerId, signal?: AbortSignal): Promise<NeighborsAnswer>
  neighborsCount(): number
  neighbors(): readonly PeerId[]
  connectedPeers(): readonly PeerId[]
  connections(): readonly Connection[]
  /** Rule BS4: what is tried to find peers, and by which paths they were learned. */
  bootstrap(): BootstrapFacts
  /** Rule BS4: how a peer of the catalog was first learned; null for ourselves and for peers that are not in it. */
  learned(peerId: PeerId): Learned | null
  me(): SignedPeerEntry
  catalog(): CatalogSnapshot
  /** The peer as `catalog()` has it; null where it has none. */
  get(peerId: PeerId): CatalogPeer | null
  /** Rule CT11: the last change of each peer that changed after that number, whatever kind of item had it. */
  changesSince(seq: number): ChangesSince
  /** A reader of its own. Ends when discovery ends or the loop is left. Rule EV3: a slow reader gets `EventsMissed`. */
  events(): AsyncIterableIterator<DiscoveryEvent>
  /**
   * Rule CT11: called synchronously for all that is told from now on, in order and without a gap in the numbers; for a
   * recorder, which may miss nothing. What an input of discovery led to is told once that input was worked through. Begin
   * with `catalog()`, `neighbors()` and `connectedPeers()` in the same turn.
   */
  onTold(listener: (told: Told) => unknown): () => void
  /** The events of `onTold` alone. One that throws ends nothing (rule EV4). */
  onEvent(listener: (event: DiscoveryEvent) => unknown): () => void
  /** Called (at most once a turn) when the catalog, RTTs or neighbors changed. */
  onChange(listener: () => unknown): () => void
  health(): Health
  /** Rule DH8: the slots of the network in the DHT, as they were read last. */
  slots(): DhtStatus
  stats(): DiscoveryStats
  /** Rule HD2: resolves to whether the version grew. */
  updateLocalEntry(change: (entry: PeerEntry) => PeerEntry): Promise<boolean>
  addTags(...tags: string[]): Promise<boolean>
  removeTags(...tags: string[]): Promise<boolean>
  addStreams(...ids: UniqueId[]): Promise<boolean>
  removeStreams(...ids: UniqueId[]): Promise<boolean>
  addGroups(...ids: UniqueId[]): Promise<boolean>
  removeGroups(...ids: UniqueId[]): Promise<boolean>
  addTicket(ticket: Ticket): Promise<boolean>
  removeTicket(id: UniqueId): Promise<boolean>
  removeTicketsOf(ticketClass: UniqueId): Promise<boolean>
  /** Replaces all tickets of the ticket's class by this one. */
  replaceTicket(ticket: Ticket): Promise<boolean>
  /** Offers a signed entry, through all catalog rules. */
  feed(signed: SignedPeerEntry): Promise<UpsertOutcome>
  /** Offers an unsigned entry (rule CT9). */
  insert(entry: PeerEntry): Promise<boolean>
  remove(peerId: PeerId): Promise<boolean>
  /** Takes back an address that was given to `dial` (rule AN10); false where it was not kept. */
  takeBack(target: DialTarget): Promise<boolean>
  clearUnsigned(): Promise<number>
  /**
   * What is wrong with the state, in words; empty unless there is a defect. Costs a look at every peer: for tests and for
   * `peerscope diagnostics`.
   */
  checkInvariants(): readonly string[]
  /** Rule WK11: the machine slept or woke; called by the host where it knows. */
  clockMayHaveJumped(): void
  /** Graceful and idempotent (rule WK8). */
  leave(): Promise<void>
}

/** What became of an entry that was offered (rule CT2); all but `New` and `Updated` leave the catalog as it was. */
export type UpsertOutcome =
  'New' | 'Updated' | 'Rejected' | 'Outdated' | 'DifferentNetwork' | 'FromTheFuture' | 'Departed' | 'Full'
