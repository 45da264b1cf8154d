/**
 * What discovery needs from outside. Each port has one contract test suite (test/contract) that runs on every
 * implementation: libp2p in network/, virtual time in test/sim.
 *
 * Common rules. `start` and `stop` may be called twice; `stop` before `start` is fine. Every wait takes an AbortSignal
 * and rejects with `Cancelled` when it fires. Nothing keeps the process alive after `stop`. Listeners are called
 * synchronously and must not throw. Multiaddrs are strings without a `/p2p/…` end.
 */
import type { PeerId } from '../../shared/ids.ts'

/** Ends a subscription or a timer. Calling it twice is fine. */
export type Unsubscribe = () => void

/** Time. Discovery has no other (rule WK10). */
export interface Clock {
  /** Milliseconds since the epoch. May jump in both directions. */
  now(): number
  /** Milliseconds since some start. Never goes back; may or may not count while the machine sleeps. */
  monotonic(): number
  /** Calls `fn` once, `delayMs` from now. The timer does not keep the process alive. */
  schedule(delayMs: number, fn: () => void): Unsubscribe
}

/** Randomness. Discovery has no other (rule WK10). */
export interface Random {
  /** Uniform in [0, 1). */
  number(): number
  /** `length` random bytes, fit for keys. */
  bytes(length: number): Uint8Array
}

/** A message, the signature that is claimed for it, and the 32-byte Ed25519 key that is claimed to have made it. */
export interface SignatureClaim {
  readonly publicKey: Uint8Array
  readonly message: Uint8Array
  readonly signature: Uint8Array
}

/** Ed25519. One verdict for every signature, edge cases included, whichever method is asked (docs/protocol.md, EN4). */
export interface Signatures {
  /** The public key of a 32-byte secret. */
  publicKey(secret: Uint8Array): Uint8Array
  sign(secret: Uint8Array, message: Uint8Array): Uint8Array
  /** At once, on the event loop: for one message at a time. */
  verify(claim: SignatureClaim): boolean
  /** Many will soon have to be verified: what has to be made ready for that may be begun. */
  expectMany(): void
  /** Many, off the event loop: it is never blocked for longer than 10 ms (rule SY5). Verdicts in the claims' order. */
  verifyAll(claims: readonly SignatureClaim[], signal: AbortSignal): Promise<readonly boolean[]>
}

/** Where a peer may be reached. Without `peerId`, any peer that answers at the address is taken. */
export interface DialTarget {
  readonly peerId?: PeerId
  readonly addresses: readonly string[]
  /** The user gave the addresses: they are dialed whatever kind they are (rule AD2). */
  readonly given?: boolean
  /** The user asked for this peer now: its addresses are dialed though they rest (rule AD7). */
  readonly insisted?: boolean
  /**
   * The protocol of the one stream that it is dialed for. Where each stream has a connection of its own, the node makes that one,
   * and the next `Streams.open` of the protocol to the peer takes it; left unused it is closed soon. Other nodes ignore it.
   */
  readonly exchange?: string
}

/** An open connection. Several to one peer count as one. */
export interface Connection {
  /** Who is at the other end. */
  readonly peerId: PeerId
  /** Its multiaddr, without a `/p2p/…` end. */
  readonly remoteAddress: string
  /** Who opened it: `inbound` is the other side. */
  readonly direction: 'inbound' | 'outbound'
  /** When, milliseconds since the epoch. */
  readonly openedAt: number
}

/** What is bounded before discovery sees it. */
export type Bounded = 'Connection' | 'Stream' | 'Message'

/** What a node tells of itself. */
export type NodeEvent =
  | { readonly kind: 'AddressesChanged'; readonly addresses: readonly string[] }
  | { readonly kind: 'PeerConnected'; readonly peerId: PeerId }
  | { readonly kind: 'PeerDisconnected'; readonly peerId: PeerId }
  /** An inbound connection, stream or gossip message was over its bounds, and is gone (rules AN4, BD5, BD6). */
  | { readonly kind: 'Refused'; readonly what: Bounded }
  /** Another node that has our key is at the other end of a connection; there is none to ourselves (rule ID5). */
  | { readonly kind: 'TwinMet' }
  /** The node cannot go on (rule WK9). */
  | { readonly kind: 'Failed'; readonly error: Error }

/** Our own node: an identity that listens and holds connections. */
export interface LocalNode {
  readonly peerId: PeerId
  /** Listens. Resolves when the addresses are known; rejects with `ListenFailed`. */
  start(signal: AbortSignal): Promise<void>
  stop(): Promise<void>
  /** Addresses under which others can reach us, best first. Empty before `start` and after `stop`. */
  addresses(): readonly string[]
  connections(): readonly Connection[]
  /** The connection to one peer; asked far more often than for all of them. Null where there is none. */
  connection(peerId: PeerId): Connection | null
  /** Connects, or finds the open connection. Rejects with `DialFailed`, also when another peer answered, or `NotDialed`. */
  connect(target: DialTarget, signal: AbortSignal): Promise<PeerId>
  /** Closes all connections to the peer. */
  disconnect(peerId: PeerId): Promise<void>
  subscribe(listener: (event: NodeEvent) => void): Unsubscribe
}

/** One stream of length-prefixed messages to one peer. */
export interface Link {
  readonly remote: PeerId
  /**
   * The next message. Rejects with `LimitExceeded`, `Cancelled`, `StreamFailed` where the stream broke, and `StreamEnded` (a
   * `StreamFailed` too) where the other side closed it after its last message.
   */
  read(signal: AbortSignal): Promise<Uint8Array>
  /** Resolves when the message was handed to the transport. */
  write(message: Uint8Array, signal: AbortSignal): Promise<void>
  /** Ends the stream after what was written. */
  close(): Promise<void>
  /** Ends it at once. Synchronous; a pending read or write rejects with `StreamFailed`. */
  abort(reason: Error): void
}

/** Bounds of one protocol's streams (rule BD1). */
export interface StreamLimits {
  /** Largest message in bytes. */
  readonly maxMessageBytes: number
  /** Streams that one peer may have open at once; more are reset. */
  readonly maxInboundPerPeer: number
}

/** Request/response protocols over the node's connections. */
export interface Streams {
  /** Opens a stream on an existing connection, or connects first if the node knows addresses for the peer. */
  open(peerId: PeerId, protocol: string, limits: StreamLimits, signal: AbortSignal): Promise<Link>
  /** Answers a protocol. The handler owns the link; when it settles the link is closed, or aborted if it rejected. */
  handle(protocol: string, limits: StreamLimits, handler: (link: Link) => Promise<void>): Unsubscribe
}

/** What to do with a gossip message: take and pass on; drop and count against the sender; drop quietly (rule AN4). */
export type Verdict = 'accept' | 'reject' | 'ignore'

/** What the mesh tells. */
export type GossipEvent =
  { readonly kind: 'NeighborUp'; readonly peerId: PeerId } | { readonly kind: 'NeighborDown'; readonly peerId: PeerId }

/** One gossip topic. */
export interface Gossip {
  /**
   * Joins the topic. `validate` sees every message of others once and decides; an accepted message counts as delivered.
   * Larger messages than `maxMessageBytes` are rejected before.
   */
  join(topic: string, maxMessageBytes: number, validate: (message: Uint8Array, from: PeerId) => Verdict): Promise<void>
  leave(): Promise<void>
  /** Sends to the mesh. Reaching nobody is not an error. */
  publish(message: Uint8Array): Promise<void>
  /** The peers in our mesh for the topic. */
  neighbors(): readonly PeerId[]
  subscribe(listener: (event: GossipEvent) => void): Unsubscribe
}

/** A BEP 44 mutable item. */
export interface DhtItem {
  readonly value: Uint8Array
  readonly seq: bigint
}

/** The Mainline DHT (rules DH). */
export interface Dht {
  start(signal: AbortSignal): Promise<void>
  stop(): Promise<void>
  /** The newest item under the key, or null. Rejects with `DhtFailed` or `Timeout`. */
  get(publicKey: Uint8Array, signal: AbortSignal): Promise<DhtItem | null>
  /** Writes, if the newest item still has sequence number `cas` (null: there is none); false when the race was lost. */
  put(secret: Uint8Array, item: DhtItem, cas: bigint | null, signal: AbortSignal): Promise<boolean>
}

/** Discovery on the local network (mDNS). It reports; it does not dial. */
export interface Lan {
  start(signal: AbortSignal): Promise<void>
  stop(): Promise<void>
  subscribe(listener: (found: DialTarget) => void): Unsubscribe
}

/** All ports of one node. */
export interface Ports {
  readonly clock: Clock
  readonly random: Random
  readonly signatures: Signatures
  readonly node: LocalNode
  readonly streams: Streams
  readonly gossip: Gossip
  /** Null where turned off (rule DH7). */
  readonly dht: Dht | null
  readonly lan: Lan | null
}
