import type { NetworkKind } from '../../../shared/network-kind.ts'
import type { PeerEntry } from '../../../shared/peer.ts'

/** How the entries of a kind of network look, and what is signed of them. Each dialect is one. */
export interface EntryCodec {
  readonly kind: NetworkKind
  /** Largest encoded entry, bytes; its signature is not counted. */
  readonly maxEntryBytes: number
  /**
   * The bytes of an entry. The same content has the same bytes (rule EN1).
   * @throws LimitExceeded, InvalidArgument
   */
  encodeEntry(entry: PeerEntry): Uint8Array
  /**
   * The entry in the bytes, all of them. Byte fields may be views into them.
   * @throws LimitExceeded, MalformedMessage
   */
  decodeEntry(bytes: Uint8Array): PeerEntry
  /** The message whose Ed25519 signature an entry with these bytes carries. */
  entryMessage(bytes: Uint8Array): Uint8Array
}
