/**
 * Peerscope as a library: joins a network from a Node program.
 *
 * ```ts
 * import { Discovery } from 'peerscope'
 * await using discovery = await Discovery.join({ network: 'my-network', bootstrap: ['/ip4/…/tcp/…'], tags: ['role:watcher'] })
 * for await (const event of discovery.events()) console.log(event)
 * ```
 */
import { pino } from 'pino'
import type { DiscoveryConfig } from '../shared/config.ts'
import { bytes32From } from '../shared/ids.ts'
import type { NetworkId, PeerId } from '../shared/ids.ts'
import type { Discovery as Handle } from './discovery/handle.ts'
import type { Logger } from './monitor/open-node.ts'
import { DEFAULT_LISTEN, nodeSecret, openNode } from './monitor/open-node.ts'

export type { DiscoveryConfig } from '../shared/config.ts'
export { CONFIG_FIELDS, DEFAULT_CONFIG } from '../shared/config.ts'
export { PeerscopeError } from '../shared/errors.ts'
export type { DiscoveryEvent, EventKind } from '../shared/events.ts'
export type { NetworkId, PeerId, UniqueId } from '../shared/ids.ts'
export { derive, networkIdFrom, uniqueIdOf } from '../shared/ids.ts'
export type { PeerEntry, Rtt, Source, Ticket, Version } from '../shared/peer.ts'
export type { CatalogChange, CatalogPeer, CatalogSnapshot, Health, Told } from './discovery/handle.ts'

/** What a program says to join a network. */
export interface JoinOptions {
  /** A name, or an id of 64 hex digits: all who share it form one network. */
  readonly network: string
  /** Multiaddrs of peers to start from, `/p2p/…` at the end where the id is known. Default: none. */
  readonly bootstrap?: readonly string[]
  /** Multiaddrs to listen on. Default: all interfaces, a free TCP port. */
  readonly listen?: readonly string[]
  /** Advertised from the first moment on; at most 64 of 64 bytes. */
  readonly tags?: readonly string[]
  /** 64 hex digits, or any text for a key that stays the same. Default: a new random key. */
  readonly secret?: string | Uint8Array
  /** Intervals and bounds; durations in milliseconds. Default: those of docs/protocol.md. */
  readonly config?: Partial<DiscoveryConfig>
  /** Look for peers in the Mainline DHT. Default: only where `dhtBootstrap` is given. */
  readonly dht?: boolean
  /** `HOST:PORT` of the only DHT nodes to start from. Default: the public routers. */
  readonly dhtBootstrap?: readonly string[]
  /** Gives up joining when it fires. */
  readonly signal?: AbortSignal
  /** A pino logger. Default: silence. */
  readonly logger?: Logger
}

/** A joined network. `leave` says goodbye; so does the end of an `await using` block. */
export interface Discovery extends Handle, AsyncDisposable {
  readonly networkId: NetworkId
  readonly peerId: PeerId
  /** What others take as bootstrap addresses: multiaddrs with `/p2p/…` at the end. */
  addresses(): readonly string[]
}

/** Joins networks. */
export const Discovery = {
  /**
   * Joins a network with a node of its own, and resolves once it is online.
   * @throws InvalidArgument for options that cannot be meant, ListenFailed, Cancelled
   */
  async join(options: JoinOptions): Promise<Discovery> {
    const node = await openNode(
      {
        network: options.network,
        secret: secretOf(options.secret),
        listen: options.listen ?? DEFAULT_LISTEN,
        bootstrap: options.bootstrap ?? [],
        tags: options.tags ?? [],
        config: options.config ?? {},
        dht: options.dht ?? options.dhtBootstrap !== undefined,
        dhtBootstrap: options.dhtBootstrap ?? [],
        mdns: false,
        logger: options.logger ?? pino({ enabled: false }),
      },
      options.signal ?? new AbortController().signal,
    )
    const { discovery, networkId, peerId } = node
    return {
      ...discovery,
      networkId,
      peerId,
      addresses: () => node.addresses(),
      [Symbol.asyncDispose]: () => discovery.leave(),
    }
  },
}

function secretOf(secret: string | Uint8Array | undefined): Uint8Array {
  if (secret === undefined) return nodeSecret(null)
  return typeof secret === 'string' ? bytes32From(secret) : secret
}
