/** Entries with their signatures, whatever the kind of network (rules EN4, EN7, CT8). */
import { describe, expect, it } from 'vitest'
import { parseSignedEntry, signEntry, verifyEntries, verifyEntry } from '../../../src/main/discovery/entry/entry.ts'
import { BadSignature, InvalidSecretKey } from '../../../src/shared/errors.ts'
import { uniqueIdFrom } from '../../../src/shared/ids.ts'
import { dialect, tagsHere } from '../../support/discovery/dialect.ts'
import { entryOf, idOf, secretOf, signatures, signedOf } from '../../support/discovery/entries.ts'

describe('a signed entry', () => {
  it('[CT8] keeps no more memory than its own bytes', () => {
    const { bytes, signature } = signedOf('alice')
    expect(bytes.buffer.byteLength).toBe(bytes.length)
    const parsed = verifyEntry(parseSignedEntry(dialect, bytes, signature), signatures)
    expect(parsed.bytes.buffer.byteLength).toBe(bytes.length + 64)
  })

  it('[EN4] verifies, with the bytes and signature as they were', () => {
    const signed = signedOf('alice', { tags: tagsHere('x') })
    const again = verifyEntry(parseSignedEntry(dialect, signed.bytes, signed.signature), signatures)
    expect(again.entry).toEqual(signed.entry)
    expect(again.bytes).toEqual(signed.bytes)
    expect(again.signature).toEqual(signed.signature)
  })

  it('[EN4] never verifies with a changed byte or the signature of another, one by one and among others', async () => {
    const signed = signedOf('alice')
    const changed = signed.signature.slice()
    changed[0] = (changed[0] ?? 0) ^ 1
    const bad = [changed, signedOf('bob').signature].map((signature) =>
      parseSignedEntry(dialect, signed.bytes, signature),
    )
    for (const entry of bad) expect(() => verifyEntry(entry, signatures)).toThrow(BadSignature)
    const good = parseSignedEntry(dialect, signed.bytes, signed.signature)
    const verdicts = await verifyEntries([...bad, good], signatures, new AbortController().signal)
    expect(verdicts.map((verdict) => verdict?.entry.peerId ?? null)).toEqual([null, null, idOf('alice')])
    expect(() => parseSignedEntry(dialect, signed.bytes, new Uint8Array(3))).toThrow(BadSignature)
  })

  it('[EN4] does not change when the buffer does in which it came', () => {
    const signed = signedOf('alice', { tickets: [{ class: uniqueIdFrom('c'), data: Uint8Array.of(7) }] })
    const buffer = signed.bytes.slice()
    const unverified = parseSignedEntry(dialect, buffer, signed.signature)
    buffer.fill(0)
    expect(verifyEntry(unverified, signatures).bytes).toEqual(signed.bytes)
    expect(unverified.entry.tickets[0]?.data).toEqual(Uint8Array.of(7))
  })

  it('[EN7] is not made with the key of another, or with no key: that fails with InvalidSecretKey', () => {
    expect(() => signEntry(entryOf('alice'), secretOf('bob'), signatures, dialect)).toThrow(InvalidSecretKey)
    expect(() => signEntry(entryOf('alice'), new Uint8Array(31), signatures, dialect)).toThrow(InvalidSecretKey)
  })
})
