/** An entry and the signature behind it (rule MO4). */
import { MalformedMessage } from '../../../../shared/errors.ts'
import { PostcardReader } from '../../../../shared/postcard.ts'
import type { SignedPeerEntry, UnverifiedEntry } from '../../entry/entry.ts'
import { parseSignedEntry, SIGNATURE_BYTES } from '../../entry/entry.ts'
import { mosaikEntries } from './entry.ts'
import { layoutOf, skipSignedEntry } from './layout.ts'
import { MOSAIK_ENTRY_LIMITS } from './limits.ts'

/** The bytes of a signed entry. */
export function joinSigned({ bytes, signature }: Pick<SignedPeerEntry, 'bytes' | 'signature'>): Uint8Array {
  const joined = new Uint8Array(bytes.length + signature.length)
  joined.set(bytes)
  joined.set(signature, bytes.length)
  return joined
}

/**
 * The signed entry in these bytes, all of them.
 * @throws LimitExceeded; ForeignEntry for one that mosaik would keep; MalformedMessage
 */
export function splitSigned(bytes: Uint8Array): UnverifiedEntry {
  const end = bytes.length - SIGNATURE_BYTES
  if (end < 0) throw new MalformedMessage('the bytes end too early')
  return parseSignedEntry(mosaikEntries, bytes.subarray(0, end), bytes.subarray(end))
}

/**
 * The signed entry with which the bytes begin. As mosaik does, it takes bytes that are left over.
 * @throws as `splitSigned`
 */
export function readSigned(bytes: Uint8Array): UnverifiedEntry {
  const stated = new PostcardReader(bytes).text(MOSAIK_ENTRY_LIMITS.protocolVersionBytes, 'bytes a protocol version')
  const reader = new PostcardReader(bytes)
  skipSignedEntry(reader, layoutOf(stated))
  return splitSigned(bytes.subarray(0, reader.offset))
}
