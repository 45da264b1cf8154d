/** What calls of the library take and give. */
import type { ErrorShape } from '../../shared/errors.ts'
import type { PeerId } from '../../shared/ids.ts'
import type { PeerEntry } from '../../shared/peer.ts'

/** Options of a call that waits for other peers. */
export interface CallOptions {
  /** Ends the wait when it fires; the call then fails with the code `Cancelled`; `dial` instead returns `Cancelled` for each address. */
  readonly signal?: AbortSignal | undefined
}

/** What came of dialing one address. */
export type DialResult =
  | {
      /** As it was given. */
      readonly address: string
      /** The peer that answered there. */
      readonly peerId: PeerId
      readonly error: null
    }
  | {
      /** As it was given. */
      readonly address: string
      readonly peerId: null
      /** Why it failed: `InvalidArgument` where it is not a multiaddr, `DialFailed`, `NotDialed`, `Timeout` after 10 s, or `Cancelled`. */
      readonly error: ErrorShape
    }

/** What a sync exchanged. */
export interface SyncResult {
  /** The peer that we synced with. */
  readonly peerId: PeerId
  /** Entries that we took from the peer. */
  readonly received: number
  /** Entries that we sent to the peer. */
  readonly sent: number
  /** Bytes in both directions. */
  readonly bytes: number
  /** Milliseconds from the first message to the last. */
  readonly durationMs: number
}

/** The answer to a ping. */
export interface PingResult {
  /** The peer that answered. */
  readonly peerId: PeerId
  /** Its entry, signed for this answer. */
  readonly entry: PeerEntry
  /** Round-trip time in milliseconds. */
  readonly rttMs: number
}

/** What a peer says of its surroundings: at most 64 ids in each list. */
export interface NeighborsResult {
  /** The peer that answered. */
  readonly peerId: PeerId
  /** Peers in its gossip mesh. */
  readonly neighbors: readonly PeerId[]
  /** Peers that it has an open connection to. */
  readonly connected: readonly PeerId[]
}

/** A signed entry as it is kept and passed on. Each `SignedPeerEntry` is one. */
export interface SignedBytes {
  /** The entry's exact bytes, as they were signed. */
  readonly bytes: Uint8Array
  /** Ed25519 signature of 64 bytes. */
  readonly signature: Uint8Array
}
