import { describe, expect, it } from 'vitest'
import { signedMessage } from '../../../src/main/discovery/dialects/peerscope/signed-message.ts'
import { sortedSet, sortedTickets } from '../../../src/main/discovery/entry/sets.ts'
import { peerscope } from '../../../src/main/discovery/dialects/peerscope/peerscope.ts'
import { decodeEntry, encodeEntry } from '../../../src/main/discovery/dialects/peerscope/entry-codec.ts'
import { parseSignedEntry, verifyEntry } from '../../../src/main/discovery/entry/entry.ts'
import { Entry } from '../../../src/main/discovery/dialects/peerscope/wire/generated/discovery.js'
import { BadSignature, LimitExceeded, MalformedMessage } from '../../../src/shared/errors.ts'
import { uniqueIdFrom } from '../../../src/shared/ids.ts'
import type { PeerEntry } from '../../../src/shared/peer.ts'
import { entryOf, idOf, secretOf, signatures, signedOf } from '../../support/discovery/entries.ts'

const ids = (count: number) => sortedSet(Array.from({ length: count }, (_, index) => uniqueIdFrom(`id-${index}`)))
const texts = (count: number, text: (index: string) => string) =>
  sortedSet(Array.from({ length: count }, (_, index) => text(String(index))))

describe('entry', () => {
  it('[EN1] the same content has the same bytes, whatever order it was given in', () => {
    const tags = ['b', 'a', 'c', 'a']
    const one = encodeEntry(entryOf('alice', { tags: sortedSet(tags) }))
    const two = encodeEntry(entryOf('alice', { tags: sortedSet(tags.reverse()) }))
    expect(one).toEqual(two)
  })

  it('[EN1] an entry comes back from its bytes with all fields', () => {
    const entry = entryOf('alice', {
      addresses: ['/dns4/example.net/tcp/1', '/ip4/10.0.0.1/tcp/2'],
      tags: ['a', 'ünï'],
      streams: ids(3),
      groups: ids(2),
      tickets: [{ class: uniqueIdFrom('class'), data: Uint8Array.of(1, 2, 3) }],
    })
    const back = decodeEntry(encodeEntry(entry))
    expect({ ...back, tickets: back.tickets.map((t) => ({ ...t, data: [...t.data] })) }).toEqual({
      ...entry,
      tickets: [{ class: uniqueIdFrom('class'), data: [1, 2, 3] }],
    })
  })

  it('entries that came have one empty list between them', () => {
    const lists = ({ tags, streams, functions, groups, tickets }: PeerEntry) => [
      tags,
      streams,
      functions,
      groups,
      tickets,
    ]
    const came = ['alice', 'bob'].map((name) => decodeEntry(encodeEntry(entryOf(name, { tags: [] }))))
    expect(new Set(came.flatMap(lists)).size).toBe(1)
  })

  it('[EN4] a signature made for another kind of message never verifies', () => {
    const { bytes } = signedOf('alice')
    const departure = signatures.sign(secretOf('alice'), signedMessage('peerscope/departure/1', bytes))
    expect(() => verifyEntry(parseSignedEntry(peerscope, bytes, departure), signatures)).toThrow(BadSignature)
  })

  it('[EN4] bytes with fields of a later version are kept as they came', () => {
    const later = Uint8Array.of(...encodeEntry(entryOf('alice')), 0xf8, 0x07, 1)
    const signature = signatures.sign(secretOf('alice'), signedMessage('peerscope/entry/1', later))
    expect(verifyEntry(parseSignedEntry(peerscope, later, signature), signatures).bytes).toEqual(later)
  })

  const big = (count: number) =>
    sortedTickets(
      Array.from({ length: count }, (_, index) => ({
        class: uniqueIdFrom('c'),
        data: new Uint8Array(4096).fill(index),
      })),
    )
  const small = (count: number) =>
    sortedTickets(
      Array.from({ length: count }, (_, index) => ({ class: uniqueIdFrom('c'), data: Uint8Array.of(index) })),
    )
  const over: readonly [string, Partial<PeerEntry>, string][] = [
    ['33 addresses', { addresses: texts(33, (n) => `/ip4/10.0.0.1/tcp/${n}`) }, 'addresses'],
    ['a long address', { addresses: [`/dns4/${'a'.repeat(300)}`] }, 'bytes an address'],
    ['65 tags', { tags: texts(65, (n) => `tag-${n}`) }, 'tags'],
    ['a tag of 65 UTF-8 bytes', { tags: [`${'ü'.repeat(32)}a`] }, 'bytes a tag'],
    ['257 streams', { streams: ids(257) }, 'streams'],
    ['257 groups', { groups: ids(257) }, 'groups'],
    ['17 tickets', { tickets: small(17) }, 'tickets'],
    ['a ticket over 4 KiB', { tickets: [{ class: uniqueIdFrom('c'), data: new Uint8Array(4097) }] }, 'bytes a ticket'],
    ['more than 16 KiB', { tickets: big(4) }, 'bytes an entry'],
  ]
  it.each(over)('[EN5] %s is refused with the limit named', (_title, changes, limit) => {
    const attempt = () => encodeEntry(entryOf('alice', changes))
    expect(attempt).toThrow(LimitExceeded)
    expect(attempt).toThrow(limit)
  })

  it('[EN5] an entry at its limits is taken', () => {
    const entry = entryOf('alice', {
      addresses: texts(32, (n) => `/ip4/10.0.0.1/tcp/${n}`),
      tags: texts(64, (n) => `${n.padStart(2, '0')}${'ü'.repeat(31)}`),
      streams: ids(100),
      groups: ids(100),
    })
    expect(decodeEntry(encodeEntry(entry))).toEqual(entry)
  })

  const sized = (bytes: number) => {
    const ticket = (size: number) => ({ class: uniqueIdFrom('c'), data: new Uint8Array(size).fill(size) })
    const tickets = [1, 2, 3].map((index) => ticket(4096 - index))
    const length = (last: number) =>
      encodeEntry(entryOf('alice', { tickets: sortedTickets([...tickets, ticket(last)]) }))
    return length(3000 + bytes - length(3000).length)
  }
  it.each<[string, () => Uint8Array]>([
    ['256 streams', () => encodeEntry(entryOf('alice', { streams: ids(256) }))],
    ['256 groups', () => encodeEntry(entryOf('alice', { groups: ids(256) }))],
    ['16 tickets', () => encodeEntry(entryOf('alice', { tickets: small(16) }))],
    ['a ticket of 4 KiB', () => encodeEntry(entryOf('alice', { tickets: big(1) }))],
    ['16 KiB', () => sized(16 * 1024)],
  ])('[EN5] %s are taken', (_title, encoded) => {
    expect(decodeEntry(encoded()).peerId).toBe(idOf('alice'))
  })

  it('[EN5] one byte more than 16 KiB is refused', () => {
    expect(sized(16 * 1024)).toHaveLength(16 * 1024)
    expect(() => sized(16 * 1024 + 1)).toThrow('bytes an entry')
  })

  const wire = () => Entry.decode(encodeEntry(entryOf('alice')))
  const hostile: readonly [string, () => Uint8Array, new (...args: never[]) => Error][] = [
    ['unsorted tags', () => Entry.encode({ ...wire(), tags: ['b', 'a'] }), MalformedMessage],
    ['repeated tags', () => Entry.encode({ ...wire(), tags: ['a', 'a'] }), MalformedMessage],
    ['a tag with an escape', () => Entry.encode({ ...wire(), tags: ['\u001b[2J'] }), MalformedMessage],
    ['an empty tag', () => Entry.encode({ ...wire(), tags: [''] }), MalformedMessage],
    ['a version that is no semver', () => Entry.encode({ ...wire(), protocolVersion: '1.0' }), MalformedMessage],
    ['an address that is none', () => Entry.encode({ ...wire(), addresses: ['10.0.0.1'] }), MalformedMessage],
    ['a short key', () => Entry.encode({ ...wire(), publicKey: new Uint8Array(31) }), MalformedMessage],
    ['a long network id', () => Entry.encode({ ...wire(), networkId: new Uint8Array(33) }), MalformedMessage],
    ['a time beyond reason', () => Entry.encode({ ...wire(), updatedAt: 2 ** 52 }), MalformedMessage],
    ['nothing', () => new Uint8Array(0), MalformedMessage],
    ['noise', () => Uint8Array.of(0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f), MalformedMessage],
    ['a time of more than 53 bits', () => Uint8Array.of(0x18, ...Array(9).fill(0xff), 1), MalformedMessage],
    ['65 tags', () => Uint8Array.of(...wire65()), LimitExceeded],
    ['17 KiB', () => new Uint8Array(17 * 1024), LimitExceeded],
  ]
  const wire65 = () => [...encodeEntry(entryOf('alice')), ...Array.from({ length: 65 }, () => [0x3a, 1, 0x61]).flat()]
  it.each(hostile)('[EN1, EN5] %s from the network is refused', (_title, bytes, kind) => {
    expect(() => parseSignedEntry(peerscope, bytes(), new Uint8Array(64))).toThrow(kind)
  })

  it('[EN6] the same ticket twice is one ticket', () => {
    const ticket = () => ({ class: uniqueIdFrom('c'), data: Uint8Array.of(1, 2) })
    const other = { class: uniqueIdFrom('c'), data: Uint8Array.of(1) }
    expect(sortedTickets([ticket(), other, ticket()])).toEqual([other, ticket()])
  })
})
