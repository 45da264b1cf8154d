/**
 * Signed entries (rules EN4, EN7). No `SignedPeerEntry` with a bad signature can exist: they come from `signEntry`, which
 * signs, and from `verifyEntry` and `verifyEntries`, which verify.
 */
import { BadSignature, InvalidSecretKey, LimitExceeded } from '../../../shared/errors.ts'
import { KEY_BYTES, peerIdOf, publicKeyOf } from '../../../shared/ids.ts'
import type { NetworkKind } from '../../../shared/network-kind.ts'
import type { PeerEntry } from '../../../shared/peer.ts'
import type { EntryCodec } from './codec.ts'
import { costOf } from './cost.ts'
import type { SignatureClaim, Signatures } from '../ports.ts'

/** Length in bytes of an Ed25519 signature. */
export const SIGNATURE_BYTES = 64

let makeSigned: (kind: NetworkKind, entry: PeerEntry, bytes: Uint8Array, signature: Uint8Array) => SignedPeerEntry
let makeUnverified: (codec: EntryCodec, entry: PeerEntry, bytes: Uint8Array, signature: Uint8Array) => UnverifiedEntry
let trust: (unverified: UnverifiedEntry) => SignedPeerEntry

/** An entry whose signature holds, with the exact bytes that were signed. Never changes. */
export class SignedPeerEntry {
  /** In which kind of network the bytes mean the entry. */
  readonly kind: NetworkKind
  /** What the peer says of itself. */
  readonly entry: PeerEntry
  /** What is passed on and stored; not to be written to. */
  readonly bytes: Uint8Array
  /** Ed25519 signature of 64 bytes. */
  readonly signature: Uint8Array
  /** What keeping it costs in memory, estimated bytes (rule CT8). */
  readonly cost: number

  private constructor(kind: NetworkKind, entry: PeerEntry, bytes: Uint8Array, signature: Uint8Array) {
    this.kind = kind
    this.entry = entry
    this.bytes = bytes
    this.signature = signature
    this.cost = costOf(entry, bytes.length + signature.length)
  }

  static {
    makeSigned = (kind, entry, bytes, signature) => new SignedPeerEntry(kind, entry, bytes, signature)
  }
}

/** An entry that was decoded and is within all limits, but is not yet trusted. Never changes. */
export class UnverifiedEntry {
  readonly entry: PeerEntry
  readonly #codec: EntryCodec
  readonly #bytes: Uint8Array
  readonly #signature: Uint8Array
  #claim: SignatureClaim | null = null
  #signed: SignedPeerEntry | null = null

  private constructor(codec: EntryCodec, entry: PeerEntry, bytes: Uint8Array, signature: Uint8Array) {
    this.#codec = codec
    this.entry = entry
    this.#bytes = bytes
    this.#signature = signature
  }

  /** In which kind of network it claims to be an entry. */
  get kind(): NetworkKind {
    return this.#codec.kind
  }

  /** What keeping it would cost in memory, estimated bytes (rule CT8). */
  get cost(): number {
    return costOf(this.entry, this.#bytes.length + this.#signature.length)
  }

  /** What must hold for the entry to be trusted. The same object each time. */
  claim(): SignatureClaim {
    this.#claim ??= {
      publicKey: publicKeyOf(this.entry.peerId),
      message: this.#codec.entryMessage(this.#bytes),
      signature: this.#signature,
    }
    return this.#claim
  }

  static {
    makeUnverified = (codec, entry, bytes, signature) => new UnverifiedEntry(codec, entry, bytes, signature)
    // One object for all who verify the same decoded message.
    trust = (unverified) =>
      (unverified.#signed ??= makeSigned(unverified.kind, unverified.entry, unverified.#bytes, unverified.#signature))
  }
}

/**
 * Signs an entry as it is.
 * @throws InvalidSecretKey when the secret is not 32 bytes, or not that of the entry's own peer id (rule EN7)
 * @throws LimitExceeded, InvalidArgument when the entry breaks a limit or its sets are not sorted
 */
export function signEntry(
  entry: PeerEntry,
  secret: Uint8Array,
  signatures: Pick<Signatures, 'publicKey' | 'sign'>,
  codec: EntryCodec,
): SignedPeerEntry {
  if (secret.length !== KEY_BYTES)
    throw new InvalidSecretKey(`a secret key has ${KEY_BYTES} bytes, not ${secret.length}`)
  if (peerIdOf(signatures.publicKey(secret)) !== entry.peerId) {
    throw new InvalidSecretKey('the secret key is not that of the entry that it should sign')
  }
  // A copy of its own size: what is encoded is a part of a larger piece of memory, which each kept version would keep.
  const bytes = Uint8Array.from(codec.encodeEntry(entry))
  return makeSigned(codec.kind, entry, bytes, signatures.sign(secret, codec.entryMessage(bytes)))
}

/**
 * Decodes what claims to be a signed entry and checks every limit, but not the signature. Copies what it keeps.
 * @throws LimitExceeded, MalformedMessage, BadSignature when the signature has not the length of one
 */
export function parseSignedEntry(codec: EntryCodec, entryBytes: Uint8Array, signature: Uint8Array): UnverifiedEntry {
  if (signature.length !== SIGNATURE_BYTES) throw new BadSignature('an entry is not signed')
  if (entryBytes.length > codec.maxEntryBytes) {
    throw new LimitExceeded('bytes an entry', codec.maxEntryBytes, entryBytes.length)
  }
  // One piece of memory for both: catalogs hold thousands of them.
  const kept = new Uint8Array(entryBytes.length + SIGNATURE_BYTES)
  kept.set(entryBytes)
  kept.set(signature, entryBytes.length)
  const bytes = kept.subarray(0, entryBytes.length)
  return makeUnverified(codec, codec.decodeEntry(bytes), bytes, kept.subarray(entryBytes.length))
}

/**
 * Verifies one entry, at once.
 * @throws BadSignature
 */
export function verifyEntry(unverified: UnverifiedEntry, signatures: Pick<Signatures, 'verify'>): SignedPeerEntry {
  if (!signatures.verify(unverified.claim())) {
    throw new BadSignature(`the signature of the entry of ${unverified.entry.peerId} does not hold`)
  }
  return trust(unverified)
}

/** Verifies many off the event loop (rule SY5); null where a signature does not hold. In the order given. */
export async function verifyEntries(
  unverified: readonly UnverifiedEntry[],
  signatures: Signatures,
  signal: AbortSignal,
): Promise<readonly (SignedPeerEntry | null)[]> {
  const verdicts = await signatures.verifyAll(
    unverified.map((entry) => entry.claim()),
    signal,
  )
  return unverified.map((entry, index) => (verdicts[index] ? trust(entry) : null))
}
