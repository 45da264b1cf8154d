/** What the kept bytes of an entry say, and whether they still hold. */
import { toString } from 'uint8arrays'
import type { DecodedEntry, EntryCheckName, EntryCheckResult, EntryVerdict } from '../../shared/entry-check.ts'
import { ENTRY_CHECKS } from '../../shared/entry-check.ts'
import { errorShape } from '../../shared/errors.ts'
import type { NetworkId, PeerId } from '../../shared/ids.ts'
import { publicKeyOf } from '../../shared/ids.ts'
import type { PeerEntry } from '../../shared/peer.ts'
import type { EntryCodec } from '../discovery/entry/codec.ts'
import { parseSignedEntry, SIGNATURE_BYTES } from '../discovery/entry.ts'
import type { UnverifiedEntry } from '../discovery/entry.ts'
import type { Signatures } from '../discovery/ports.ts'
import { isStrict } from '../network/strict-ed25519.ts'

/** The exact bytes of an entry and the signature over them, and where they were kept. */
export interface KeptEntry {
  readonly from: 'catalog' | 'store'
  readonly entry: Uint8Array
  readonly signature: Uint8Array
}

/** The fields in an entry's bytes; null when there are none or they cannot be read, which `checkEntry` explains. */
export function decodedEntry(kept: KeptEntry | null, codec: EntryCodec): DecodedEntry | null {
  if (kept === null) return null
  try {
    return fieldsOf(parseSignedEntry(codec, kept.entry, kept.signature).entry)
  } catch {
    return null
  }
}

function fieldsOf(entry: PeerEntry): DecodedEntry {
  const { tickets, ...fields } = entry
  return { ...fields, publicKey: toString(publicKeyOf(entry.peerId), 'hex'), tickets: tickets.length }
}

/** Checks the kept bytes from scratch, trusting nothing that was concluded when they came (rules EN1 to EN5). */
export function checkEntry(
  kept: KeptEntry | null,
  expected: { readonly peerId: PeerId; readonly networkId: NetworkId; readonly codec: EntryCodec },
  signatures: Signatures,
  now: number,
): EntryVerdict {
  const results = new Map<EntryCheckName, EntryCheckResult>()
  const say = (check: EntryCheckName, passed: boolean, reason: string): void => {
    results.set(check, { check, outcome: passed ? 'passed' : 'failed', reason: passed ? '' : reason })
  }
  const parsed = kept === null ? null : parse(kept, expected.codec, say)
  if (kept === null) say('signed', false, 'no signed bytes are kept of it')
  if (parsed !== null) {
    const { peerId, networkId } = parsed.entry
    say('peer', peerId === expected.peerId, `it is the entry of ${peerId}`)
    say('network', networkId === expected.networkId, `it is of the network ${networkId}`)
    const claim = parsed.claim()
    const strict = isStrict(claim)
    say('strict', strict, 'key or signature are in a form that verifiers disagree about')
    if (strict) say('signature', signatures.verify(claim), 'the signature is not of these bytes by this key')
  }
  const checks = ENTRY_CHECKS.map((check) => results.get(check) ?? { check, outcome: 'skipped' as const, reason: '' })
  return {
    at: now,
    holds: checks.every(({ outcome }) => outcome === 'passed'),
    from: kept?.from ?? 'nowhere',
    version: parsed?.entry.version ?? null,
    checks,
  }
}

function parse(
  { entry, signature }: KeptEntry,
  codec: EntryCodec,
  say: (check: EntryCheckName, passed: boolean, reason: string) => void,
): UnverifiedEntry | null {
  const whole = signature.length === SIGNATURE_BYTES
  say('signed', whole, `its signature has ${signature.length} bytes instead of ${SIGNATURE_BYTES}`)
  if (!whole) return null
  try {
    const parsed = parseSignedEntry(codec, entry, signature)
    say('decodes', true, '')
    return parsed
  } catch (error) {
    say('decodes', false, errorShape(error).message)
    return null
  }
}
