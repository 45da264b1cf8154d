import { describe, expect, it } from 'vitest'
import { decodeEntry, encodeEntry, mosaikEntries } from '../../../../src/main/discovery/dialects/mosaik/entry.ts'
import { mosaik, mosaikDialect } from '../../../../src/main/discovery/dialects/mosaik/mosaik.ts'
import { readSigned } from '../../../../src/main/discovery/dialects/mosaik/signed-entry.ts'
import { ForeignEntry, isSemver } from '../../../../src/main/discovery/dialects/mosaik/layout.ts'
import { dialectOf } from '../../../../src/main/discovery/dialects/dialects.ts'
import { normalized, typedEntry } from '../../../../src/main/discovery/entry/local-entry.ts'
import { sortedSet, sortedTickets } from '../../../../src/main/discovery/entry/sets.ts'
import { BadSignature, InvalidArgument, LimitExceeded, MalformedMessage } from '../../../../src/shared/errors.ts'
import { verifyEntry } from '../../../../src/main/discovery/entry/entry.ts'
import { derive, idBytes, networkIdFrom, uniqueIdFrom, uniqueIdOf } from '../../../../src/shared/ids.ts'
import type { PeerEntry } from '../../../../src/shared/peer.ts'
import { PostcardWriter } from '../../../../src/shared/postcard.ts'
import { signatures } from '../../../support/discovery/entries.ts'
import { bytesOf, hexOf, mosaikEntryOf, mosaikSignedOf, someIds } from '../../../support/discovery/mosaik.ts'
import { joined } from '../../../fuzz/inputs.ts'

const ids = (count: number) => someIds(count) as PeerEntry['streams']
const RELAY = '/iroh-relay/https%3A%2F%2Frelay.example.%2F'
const IP4 = '/ip4/10.0.0.1/udp/5/quic-v1'
const tickets = (count: number, bytes = 3) =>
  sortedTickets(
    Array.from({ length: count }, (_, index) => ({
      class: ids(1)[0] ?? uniqueIdFrom(''),
      data: new Uint8Array(bytes).fill(index),
    })),
  )

const rich: Partial<PeerEntry> = {
  addresses: sortedSet([
    RELAY,
    IP4,
    '/ip6/2001:db8::7/udp/443/quic-v1',
    '/iroh-custom/7/',
    '/iroh-custom/7/0102',
    `/iroh-custom/18446744073709551615/${'ab'.repeat(31)}`,
  ]),
  tags: someIds(2),
  streams: ids(3),
  functions: ids(1),
  groups: ids(2),
  tickets: tickets(4),
}

/** Bytes of an entry in which one part was replaced: the first place where it stands. */
function edited(entry: PeerEntry, find: string, replace: string): Uint8Array {
  const hex = hexOf(encodeEntry(entry))
  if (!hex.includes(find)) throw new Error(`${find} is not in it`)
  return bytesOf(hex.replace(find, replace))
}

const hexText = (text: string) => hexOf(new TextEncoder().encode(text))

describe('entries of mosaik', () => {
  it.each(['0.4.2', '0.4.99-rc.1'])('[MO4] come back from their bytes with all fields: %s', (protocolVersion) => {
    const entry = mosaikEntryOf('alice', { ...rich, protocolVersion })
    const bytes = encodeEntry(entry)
    expect(decodeEntry(bytes)).toEqual(entry)
    expect(encodeEntry(decodeEntry(bytes))).toEqual(bytes)
  })

  it('[MO4] of 0.3.x have no functions', () => {
    const old = { ...rich, protocolVersion: '0.3.19', functions: [] }
    const [entry, newer] = [mosaikEntryOf('alice', old), mosaikEntryOf('alice', { ...old, protocolVersion: '0.4.19' })]
    expect(decodeEntry(encodeEntry(entry))).toEqual(entry)
    // The count of functions is a byte; data of other addresses is kept in another way.
    const plain = { ...old, addresses: [IP4] }
    expect(encodeEntry(mosaikEntryOf('alice', { ...plain, protocolVersion: '0.4.19' })).length).toBe(
      encodeEntry(mosaikEntryOf('alice', plain)).length + 1,
    )
    expect(decodeEntry(encodeEntry(newer))).toEqual(newer)
    expect(() => encodeEntry(mosaikEntryOf('alice', { ...old, functions: ids(1) }))).toThrow(InvalidArgument)
  })

  it.each(['0.2.9', '0.5.0', '1.0.0', '99.1.2'])('[MO4] of other versions are not read: %s', (protocolVersion) => {
    const text = protocolVersion
    const bytes = edited(mosaikEntryOf('alice'), hexText('\u{5}0.4.2'), hexOf(new PostcardWriter().text(text).finish()))
    expect(() => decodeEntry(bytes)).toThrow(ForeignEntry)
    expect(() => encodeEntry(mosaikEntryOf('alice', { protocolVersion }))).toThrow(InvalidArgument)
    expect(() => mosaikDialect({ protocolVersion })).toThrow(InvalidArgument)
  })

  it.each(['abc', '0.4', '0.4.02', '0.4.2-01', '0.4.18446744073709551616', '0.4.2 ', 'v0.4.2'])(
    '[MO9] what states no version is refused: %s',
    (text) => {
      expect(isSemver(text)).toBe(false)
      const bytes = edited(
        mosaikEntryOf('alice'),
        hexText('\u{5}0.4.2'),
        hexOf(new PostcardWriter().text(text).finish()),
      )
      expect(() => decodeEntry(bytes)).toThrow(MalformedMessage)
      expect(() => decodeEntry(bytes)).not.toThrow(ForeignEntry)
    },
  )

  it('entries that came have one empty list between them', () => {
    const { streams, functions, groups, tickets } = decodeEntry(encodeEntry(mosaikEntryOf('alice', {})))
    expect([streams, functions, groups, tickets].map((list) => list.length)).toEqual([0, 0, 0, 0])
    expect(new Set([streams, functions, groups, tickets]).size).toBe(1)
  })

  it('[MO4] nothing but the one encoding of an entry is taken', () => {
    const entry = mosaikEntryOf('alice', { ...rich, addresses: sortedSet([RELAY, IP4]) })
    const hex = hexOf(encodeEntry(entry))
    const [first = '', second = ''] = ids(2)
    const refused = {
      'bytes behind it': `${hex}00`,
      'a byte too few': hex.slice(0, -2),
      'a count longer than it needs to be': hex.replace(`03${first}`, `8300${first}`),
      'tags not sorted': hex.replace(`02${first}${second}`, `02${second}${first}`),
      'the same tag twice': hex.replace(`02${first}${second}`, `02${first}${first}`),
      'addresses not sorted': hex.replace(/02(00.*)(01000a000001..)(02aaaa.*)/, '02$2$1$3'),
    }
    expect(new Set([hex, ...Object.values(refused)]).size).toBe(7)
    expect(decodeEntry(bytesOf(hex))).toEqual(entry)
    for (const bytes of Object.values(refused)) expect(() => decodeEntry(bytesOf(bytes))).toThrow(MalformedMessage)
  })

  it('[MO4] the signature is over the BLAKE3 of the bytes, and verifies for these alone', () => {
    const signed = mosaikSignedOf('alice', rich)
    const wire = joined(signed.bytes, signed.signature)
    expect(verifyEntry(readSigned(wire), signatures)).toMatchObject({ kind: 'mosaik', bytes: signed.bytes })
    wire[10] = (wire[10] ?? 0) ^ 1
    expect(() => verifyEntry(readSigned(wire), signatures)).toThrow(BadSignature)
    expect(() => readSigned(wire.subarray(0, -1))).toThrow(MalformedMessage)
  })

  it('[MO5] addresses are written in the order of mosaik, whatever order they have as texts', () => {
    const entry = mosaikEntryOf('alice', rich)
    const hex = hexOf(encodeEntry(entry))
    const at = [
      hexText('https://relay.'),
      '010000',
      '01000a000001',
      '010120010db8',
      '020700',
      '0207020102',
      '02ffffffff',
    ].map((part) => hex.indexOf(part))
    expect(at.filter((_, index) => index !== 1)).toEqual(at.filter((_, index) => index !== 1).sort((a, b) => a - b))
    expect(decodeEntry(bytesOf(hex)).addresses).toEqual(entry.addresses)
    expect(() => encodeEntry(mosaikEntryOf('alice', { addresses: ['/ip4/10.0.0.1/tcp/5'] }))).toThrow(InvalidArgument)
  })

  it('[MO5] data of other addresses has room for 30 bytes in entries of 0.3.x, and longer data none', () => {
    const of = (data: string) =>
      mosaikEntryOf('alice', { protocolVersion: '0.3.13', addresses: [`/iroh-custom/7/${data}`] })
    expect(hexOf(encodeEntry(of('0102')))).toContain(`01020700020102${'00'.repeat(28)}`)
    expect(hexOf(encodeEntry(of('ab'.repeat(31))))).toContain(`010207011f${'ab'.repeat(31)}`)
    for (const data of ['0102', 'ab'.repeat(30), 'ab'.repeat(31)])
      expect(decodeEntry(encodeEntry(of(data)))).toEqual(of(data))
    for (const bytes of [
      edited(of('0102'), '02070002', '0207001f'),
      edited(of('0102'), '02070002010200', '02070002010201'),
      edited(of('ab'.repeat(31)), `0207011f${'ab'.repeat(31)}`, `0207011e${'ab'.repeat(30)}`),
    ])
      expect(() => decodeEntry(bytes)).toThrow(MalformedMessage)
  })

  it('[MO5] a URL that is not plain is not taken, and one that is not normal is refused as mosaik does', () => {
    const url = (text: string) => {
      const old = hexOf(new PostcardWriter().text('https://relay.example./').finish())
      return edited(
        mosaikEntryOf('alice', { addresses: [RELAY] }),
        old,
        hexOf(new PostcardWriter().text(text).finish()),
      )
    }
    expect(decodeEntry(url('http://127.0.0.1:41219/')).addresses).toEqual([
      '/iroh-relay/http%3A%2F%2F127.0.0.1%3A41219%2F',
    ])
    for (const text of ['https://relay.example', 'https://Relay.example/', 'relay', 'https://relay.example:443/']) {
      expect(() => decodeEntry(url(text))).toThrow(MalformedMessage)
      expect(() => decodeEntry(url(text))).not.toThrow(ForeignEntry)
    }
    for (const text of ['https://relay.example/?a=b', 'https://xn--bcher-kva.example/', 'ftp://relay.example/'])
      expect(() => decodeEntry(url(text))).toThrow(ForeignEntry)
  })

  it('[MO6] tickets stand in the order of their ids, with them', () => {
    const entry = mosaikEntryOf('alice', { tickets: tickets(4) })
    const hex = hexOf(encodeEntry(entry))
    const wire = entry.tickets.map(({ class: of, data }) => uniqueIdOf(derive(idBytes(of), data))).sort()
    const at = wire.map((id) => hex.indexOf(id))
    expect(at).toEqual([...at].sort((a, b) => a - b))
    expect(at).not.toContain(-1)
    expect(decodeEntry(bytesOf(hex)).tickets).toEqual(entry.tickets)
    const [first = '', second = ''] = wire
    expect(() => decodeEntry(bytesOf(hex.replace(first, '0'.repeat(64))))).toThrow(ForeignEntry)
    expect(() => decodeEntry(bytesOf(hex.replace(second, first)))).toThrow(MalformedMessage)
  })

  it.each<[string, Partial<PeerEntry>, string]>([
    [
      'addresses',
      { addresses: sortedSet(Array.from({ length: 65 }, (_, n) => `/ip4/10.0.0.${n}/udp/5/quic-v1`)) },
      '64 addresses',
    ],
    ['tags', { tags: someIds(257) }, '256 tags'],
    ['streams', { streams: ids(257) }, '256 streams'],
    ['functions', { functions: ids(257) }, '256 functions'],
    ['groups', { groups: ids(257) }, '256 groups'],
    ['tickets', { tickets: tickets(17) }, '16 tickets'],
    ['bytes a ticket', { tickets: tickets(1, 4097) }, '4096 bytes a ticket'],
    [
      'bytes a relay URL',
      { addresses: [`/iroh-relay/${encodeURIComponent(`https://${'a.'.repeat(124)}/`)}`] },
      '256 bytes a relay',
    ],
    ['bytes a custom address', { addresses: [`/iroh-custom/1/${'00'.repeat(65)}`] }, '64 bytes a custom address'],
    ['bytes an entry', { streams: ids(256), functions: ids(256) }, '16384 bytes an entry'],
    ['bytes a protocol version', { protocolVersion: `0.4.0-${'a'.repeat(59)}` }, '64 bytes a protocol version'],
  ])('[MO10] an entry over the limit of %s is not made', (_limit, changes, text) => {
    expect(() => encodeEntry(mosaikEntryOf('alice', changes))).toThrow(LimitExceeded)
    expect(() => encodeEntry(mosaikEntryOf('alice', changes))).toThrow(text)
  })

  it.each<[string, Partial<PeerEntry>]>([
    ['addresses', { addresses: sortedSet(Array.from({ length: 64 }, (_, n) => `/ip4/10.0.0.${n}/udp/5/quic-v1`)) }],
    ['ids', { tags: someIds(256) }],
    ['streams', { streams: ids(256) }],
    ['functions', { functions: ids(256) }],
    ['groups', { groups: ids(256) }],
    ['tickets', { tickets: tickets(16) }],
    ['bytes a ticket', { tickets: tickets(1, 4096) }],
    ['bytes a protocol version', { protocolVersion: `0.4.0-${'a'.repeat(58)}` }],
    ['bytes a relay URL', { addresses: [`/iroh-relay/${encodeURIComponent(`https://${'a.'.repeat(123)}a/`)}`] }],
    ['bytes a custom address', { addresses: [`/iroh-custom/1/${'00'.repeat(64)}`] }],
  ])('[MO10] an entry at the limit of %s is made and read', (_limit, changes) => {
    const entry = mosaikEntryOf('alice', changes)
    expect(decodeEntry(encodeEntry(entry))).toEqual(entry)
  })

  it('[MO10] counts and lengths over a limit are refused as foreign, before anything is read', () => {
    const bytes = edited(mosaikEntryOf('alice', { addresses: [] }), '0000000000', 'ff7f00000000')
    expect(() => decodeEntry(bytes)).toThrow(LimitExceeded)
    expect(() => decodeEntry(new Uint8Array(mosaikEntries.maxEntryBytes + 1))).toThrow(LimitExceeded)
  })

  it.each([-1, 253_402_300_800_000])('[MO10] a time of other years is not taken: %d', (at) => {
    const bytes = (time: number) => hexOf(new PostcardWriter().i64(BigInt(time)).finish())
    const start = mosaikEntryOf('alice', { version: { startedAt: 1000, updatedAt: 2000 } })
    expect(() => decodeEntry(edited(start, bytes(2000), bytes(at)))).toThrow(ForeignEntry)
    expect(() => encodeEntry({ ...start, version: { startedAt: at, updatedAt: 2000 } })).toThrow(InvalidArgument)
    expect(decodeEntry(edited(start, bytes(2000), bytes(253_402_300_799_999))).version.updatedAt).toBe(
      253_402_300_799_999,
    )
  })

  it('what is not sorted, or no tag of such a network, is not encoded', () => {
    const [first = '', second = ''] = someIds(2)
    const wrong: Partial<PeerEntry>[] = [
      { tags: [second, first] },
      { tags: ['alpha'] },
      { tags: [first.toUpperCase()] },
      { groups: [...ids(1), ...ids(1)] },
      { addresses: [RELAY, IP4] },
      { tickets: tickets(2).toReversed() },
    ]
    for (const changes of wrong) expect(() => encodeEntry(mosaikEntryOf('alice', changes))).toThrow(InvalidArgument)
  })

  it('what a program gives is sorted and checked like that of other networks', () => {
    const given = mosaikEntryOf('alice', { addresses: [RELAY, IP4, RELAY], tags: someIds(2).toReversed() })
    expect(typedEntry(given, mosaikEntries)).toMatchObject({ addresses: sortedSet([RELAY, IP4]), tags: someIds(2) })
    const after = normalized(mosaikEntryOf('alice'), given)
    expect(decodeEntry(encodeEntry(after))).toEqual(after)
  })
})

describe('the dialect of mosaik', () => {
  const network = networkIdFrom('n')

  it('[MO1] names its protocols the same in each network, and the topic by the network', () => {
    expect(dialectOf('mosaik')).toBe(mosaik)
    expect(mosaik.protocolIds(network)).toEqual({
      sync: '/mosaik/discovery/sync/1.0',
      ping: '/mosaik/discovery/ping/1.0',
      neighbors: null,
      topic: network,
    })
    expect(mosaik.neighbors).toBeNull()
  })

  it('[MO1] states the version that it is given', () => {
    expect(mosaik.protocolVersion).toBe('0.4.2')
    expect(mosaikDialect({ protocolVersion: '0.3.13' }).protocolVersion).toBe('0.3.13')
  })

  it('[MO3] a tag is the id of its word as it is written', () => {
    expect(mosaik.tagOf('alpha')).toBe('644a9bc57c6063e2ba4028fa73ed585170ae7db8ac7723d32be49c021a0225f5')
    expect(mosaik.tagOf(' alpha')).not.toBe(mosaik.tagOf('alpha'))
    expect(mosaik.tagOf('AB'.repeat(32))).toBe('ab'.repeat(32))
    expect(() => mosaik.tagOf('')).toThrow(InvalidArgument)
    expect(() => mosaik.tagOf('a'.repeat(1025))).toThrow(LimitExceeded)
  })
})
