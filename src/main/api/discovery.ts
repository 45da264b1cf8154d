import { pino } from 'pino'
import type { BootstrapFacts, Learned } from '../../shared/bootstrap.ts'
import type { DhtStatus } from '../../shared/dht.ts'
import type { DiscoveryEvent } from '../../shared/events.ts'
import { bytes32From } from '../../shared/ids.ts'
import type { NetworkId, PeerId, UniqueId } from '../../shared/ids.ts'
import type { PeerEntry, Ticket } from '../../shared/peer.ts'
import { parseRelayMode } from '../../shared/relay-mode.ts'
import type { SignedPeerEntry } from '../discovery/entry.ts'
import type {
  CatalogPeer,
  CatalogSnapshot,
  ChangesSince,
  DiscoveryStats,
  Health,
  Told,
  UpsertOutcome,
} from '../discovery/handle.ts'
import type { Connection } from '../discovery/ports.ts'
import { DEFAULT_LISTEN, nodeSecret, openNode } from '../monitor/open-node.ts'
import { joined } from './joined.ts'
import { listenerErrors } from './listener-errors.ts'
import type { JoinOptions } from './options.ts'
import { checkOptions } from './options.ts'
import type { CallOptions, DialResult, NeighborsResult, PingResult, SignedBytes, SyncResult } from './results.ts'

/**
 * A joined network. Where a method takes `peer` it takes a peer id (`12D3Koo…`, or 64 hex digits) or an address, as `bootstrap`
 * takes it; an address is dialed first, as by `dial`. After the end calls that return a promise reject with the code `Cancelled`; the
 * others give the last state.
 */
export interface Discovery extends AsyncDisposable {
  /** Id of the network: 64 hex digits. */
  readonly networkId: NetworkId
  /** Our own id. */
  readonly peerId: PeerId
  /** Settles when the network was left; rejects with the cause after an error that ends it. */
  readonly ended: Promise<void>

  /** Our own multiaddrs with `/p2p/…` at the end, best first: what others take as `bootstrap`. */
  addresses(): readonly string[]
  /** Our own entry as it was signed last. */
  me(): SignedPeerEntry
  /** How this node is. */
  health(): Health
  /**
   * Says goodbye and stops the node. Resolves, after `gracefulDepartureWindow`, once nothing runs. Calling it twice is fine.
   * @throws the cause, where an error ended the network before
   */
  leave(): Promise<void>
  /** The same as `leave`, at the end of an `await using` block. */
  [Symbol.asyncDispose](): Promise<void>

  /**
   * The peer as the catalog has it; null where it is not known, silent for too long, or slower than `maxRtt`.
   * @throws InvalidArgument where it is not a peer id
   */
  get(peerId: string): CatalogPeer | null
  /** The whole catalog at this moment, ourselves included. The object never changes. */
  catalog(): CatalogSnapshot
  /** What changed after a sequence number that `catalog` or an earlier call gave: the last change of each peer. */
  changesSince(seq: number): ChangesSince
  /** Peers in our gossip mesh. */
  neighbors(): readonly PeerId[]
  /** How many peers are in our gossip mesh. */
  neighborsCount(): number
  /** Peers that we have an open connection to. */
  connectedPeers(): readonly PeerId[]
  /** Open connections, one for each peer. */
  connections(): readonly Connection[]

  /**
   * A reader of all events from now on, with a queue of its own. It ends when the network ends. A reader that falls more than
   * `eventsBacklog` events behind gets `EventsMissed` with their number instead.
   */
  events(): AsyncIterableIterator<DiscoveryEvent>
  /**
   * Calls the listener for each event, synchronously. Neither an error that it throws nor a promise that is rejected ends
   * anything (see `JoinOptions.onListenerError`).
   * @returns a function that ends the calls
   */
  onEvent(listener: (event: DiscoveryEvent) => unknown): () => void
  /**
   * Calls the listener for all that the node tells, synchronously and in order: events, changes of the catalog, connections that
   * open and close. The numbers grow by one. Errors are treated as those of `onEvent`.
   * @returns a function that ends the calls
   */
  onTold(listener: (told: Told) => unknown): () => void
  /**
   * Calls the listener after the catalog, round-trip times, neighbors or connections changed: once for changes that come
   * together. Errors are treated as those of `onEvent`.
   * @returns a function that ends the calls
   */
  onChange(listener: () => unknown): () => void

  /**
   * Dials addresses, at most eight at once and 10 s each, and keeps them as places to start from. Gives one result for each
   * address, in their order; an address that is wrong or does not answer fails alone.
   * @throws Cancelled after the end
   */
  dial(addresses: readonly string[], options?: CallOptions): Promise<readonly DialResult[]>
  /**
   * Exchanges catalogs with a peer: afterwards both hold the newest entries of both. Takes 30 s at most, and 10 s more to dial.
   * @throws InvalidArgument, UnknownPeer where the id is not in the catalog and not connected, DialFailed, NotDialed,
   * StreamFailed, SyncFailed, Timeout, Cancelled
   */
  syncWith(peer: string, options?: CallOptions): Promise<SyncResult>
  /**
   * Measures the round-trip time to a peer, which answers with its newest entry. Takes 5 s at most, and 10 s more to dial an
   * address.
   * @throws InvalidArgument, UnknownPeer where the id is not in the catalog and not connected, DialFailed, NotDialed,
   * StreamFailed, Timeout, Cancelled
   */
  ping(peer: string, options?: CallOptions): Promise<PingResult>
  /**
   * Asks a peer who its neighbors and connected peers are. Not all peers answer that. Takes 5 s at most, and 10 s more to dial.
   * @throws InvalidArgument, UnknownPeer where the id is not in the catalog and not connected, DialFailed, NotDialed,
   * StreamFailed, Timeout, Cancelled
   */
  askNeighbors(peer: string, options?: CallOptions): Promise<NeighborsResult>

  /**
   * Changes our entry in one step. What `change` returns is signed and sent to the network.
   * @returns whether that is something new
   * @throws PeerIdChanged, LimitExceeded, InvalidArgument, Cancelled, or what `change` throws
   */
  updateLocalEntry(change: (entry: PeerEntry) => PeerEntry): Promise<boolean>
  /**
   * Adds tags to our entry: at most 64, each of at most 64 bytes.
   * @returns whether the entry changed
   * @throws LimitExceeded, Cancelled
   */
  addTags(...tags: string[]): Promise<boolean>
  /** Removes tags. @returns whether the entry changed @throws Cancelled */
  removeTags(...tags: string[]): Promise<boolean>
  /** Adds stream ids, at most 256. @returns whether the entry changed @throws LimitExceeded, Cancelled */
  addStreams(...ids: UniqueId[]): Promise<boolean>
  /** Removes stream ids. @returns whether the entry changed @throws Cancelled */
  removeStreams(...ids: UniqueId[]): Promise<boolean>
  /** Adds group ids, at most 256. @returns whether the entry changed @throws LimitExceeded, Cancelled */
  addGroups(...ids: UniqueId[]): Promise<boolean>
  /** Removes group ids. @returns whether the entry changed @throws Cancelled */
  removeGroups(...ids: UniqueId[]): Promise<boolean>
  /** Adds a ticket: at most 16, each of at most 4 KiB. @returns whether the entry changed @throws LimitExceeded, Cancelled */
  addTicket(ticket: Ticket): Promise<boolean>
  /** Removes the ticket with this id, which is `derive(class, data)`. @returns whether the entry changed @throws Cancelled */
  removeTicket(id: UniqueId): Promise<boolean>
  /** Removes all tickets of a class. @returns whether the entry changed @throws Cancelled */
  removeTicketsOf(ticketClass: UniqueId): Promise<boolean>
  /** Puts this ticket in the place of all of its class. @returns whether the entry changed @throws LimitExceeded, Cancelled */
  replaceTicket(ticket: Ticket): Promise<boolean>

  /**
   * Offers a signed entry of another peer, through all rules of the catalog.
   * @throws BadSignature, MalformedMessage, LimitExceeded, Cancelled
   */
  feed(signed: SignedBytes): Promise<UpsertOutcome>
  /**
   * Offers an entry without a signature. It is shown, never sent to others, and gives way to a signed one.
   * @returns whether it was taken
   * @throws Cancelled
   */
  insert(entry: PeerEntry): Promise<boolean>
  /**
   * Removes a peer from the catalog until it is heard of again.
   * @returns whether it was there
   * @throws InvalidArgument, Cancelled
   */
  remove(peerId: string): Promise<boolean>
  /** Removes all entries without a signature. @returns how many those were @throws Cancelled */
  clearUnsigned(): Promise<number>

  /** What is tried to find peers, and by which paths they were learned. */
  bootstrap(): BootstrapFacts
  /**
   * How a peer of the catalog was first learned; null for ourselves and for peers that are not in it.
   * @throws InvalidArgument where it is not a peer id
   */
  learned(peerId: string): Learned | null
  /** The slots of the network in the DHT as they were read last. */
  slots(): DhtStatus
  /** Counters since the start. */
  stats(): DiscoveryStats
}

/** Joins networks. */
export const Discovery = {
  /**
   * Joins a network with a node of its own, and resolves once that listens. Whether there are other peers is not waited for.
   * @throws InvalidArgument, InvalidSecretKey or LimitExceeded for wrong options; ListenFailed; Unavailable for a mosaik
   * network where iroh has no build for this platform; Cancelled
   */
  async join(options: JoinOptions): Promise<Discovery> {
    checkOptions(options)
    const { logger, onListenerError } = options
    const node = await openNode(
      {
        network: options.network,
        kind: options.kind ?? 'peerscope',
        relay: parseRelayMode(options.relay ?? 'off'),
        entryVersion: options.entryVersion ?? null,
        secret: secretOf(options.secret),
        listen: options.listen ?? DEFAULT_LISTEN,
        bootstrap: options.bootstrap ?? [],
        tags: options.tags ?? [],
        config: options.config ?? {},
        dht: options.dht ?? options.dhtBootstrap !== undefined,
        dhtBootstrap: options.dhtBootstrap ?? [],
        mdns: false,
        logger: logger ?? pino({ enabled: false }),
        onListenerError: listenerErrors({ given: onListenerError, logger }),
      },
      options.signal ?? new AbortController().signal,
    )
    return joined(node)
  },
}

function secretOf(secret: string | Uint8Array | undefined): Uint8Array {
  if (secret === undefined) return nodeSecret(null)
  return typeof secret === 'string' ? bytes32From(secret) : secret
}
