/**
 * Peerscope as a library: joins a network from a Node program. docs/api.md is its reference.
 *
 * ```ts
 * import { Discovery } from 'peerscope'
 * await using discovery = await Discovery.join({ network: 'my-network', bootstrap: ['/ip4/…/tcp/…'], tags: ['role:watcher'] })
 * for await (const event of discovery.events()) console.log(event)
 * ```
 */
export type { Logger } from 'pino'
export { Discovery } from './api/discovery.ts'
export type { JoinOptions } from './api/options.ts'
export type { CallOptions, DialResult, NeighborsResult, PingResult, SignedBytes, SyncResult } from './api/results.ts'
export { BOOTSTRAP_PATHS } from '../shared/bootstrap.ts'
export type { Attempt, BootstrapFacts, BootstrapPath, Learned, WarmStatus } from '../shared/bootstrap.ts'
export { CONFIG_FIELDS, DEFAULT_CONFIG } from '../shared/config.ts'
export type { ConfigField, DiscoveryConfig } from '../shared/config.ts'
export type { DhtSlot, DhtSlotState, DhtStatus } from '../shared/dht.ts'
export { PeerscopeError } from '../shared/errors.ts'
export type { ErrorCode, ErrorShape } from '../shared/errors.ts'
export { EVENT_KINDS } from '../shared/events.ts'
export type { DiscoveryEvent, EntryField, EventKind, RejectReason } from '../shared/events.ts'
export type { NotDialedWhy } from '../shared/not-dialed.ts'
export { derive, idBytes, isPeerId, networkIdFrom, parsePeerId, uniqueIdFrom, uniqueIdOf } from '../shared/ids.ts'
export type { NetworkId, PeerId, UniqueId } from '../shared/ids.ts'
export type { NetworkKind } from '../shared/network-kind.ts'
export type { DepartureReason, PeerEntry, Rtt, Source, Ticket, Version } from '../shared/peer.ts'
export type { SignedPeerEntry } from './discovery/entry.ts'
export type {
  CatalogChange,
  CatalogPeer,
  CatalogSnapshot,
  ChangesSince,
  DiscoveryStats,
  Health,
  Numbered,
  Told,
  UpsertOutcome,
} from './discovery/handle.ts'
export type { Connection } from './discovery/ports.ts'
