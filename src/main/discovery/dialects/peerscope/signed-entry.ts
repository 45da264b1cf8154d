/** Signed entries within messages. */
import { ownBuffer } from '../../base/bytes.ts'
import type { SignedPeerEntry, UnverifiedEntry } from '../../entry/entry.ts'
import { parseSignedEntry } from '../../entry/entry.ts'
import { entryCodec } from './entry-codec.ts'
import type { SignedEntry } from './wire/generated/discovery.js'

/** What a message carries of a signed entry. */
export function wireEntryOf({ bytes, signature }: SignedPeerEntry): SignedEntry {
  return { entry: ownBuffer(bytes), signature: ownBuffer(signature) }
}

/**
 * The entry of a message.
 * @throws LimitExceeded, MalformedMessage, BadSignature where there is none, or the signature has not the length of one
 */
export function parseWireEntry(wire: SignedEntry | undefined): UnverifiedEntry {
  return parseSignedEntry(entryCodec, wire?.entry ?? new Uint8Array(), wire?.signature ?? new Uint8Array())
}
