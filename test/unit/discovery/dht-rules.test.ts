import { blake3 } from '@noble/hashes/blake3.js'
import { describe, expect, it } from 'vitest'
import { MalformedMessage } from '../../../src/shared/errors.ts'
import { idBytes, networkIdFrom, peerIdOf } from '../../../src/shared/ids.ts'
import { chainRoot, SLOTS, slotChain } from '../../../src/main/discovery/dht/chain.ts'
import { slotView } from '../../../src/main/discovery/dht/read.ts'
import {
  decodeMosaikRecord,
  decodeRecord,
  encodeRecord,
  MAX_RECORD_BYTES,
} from '../../../src/main/discovery/dht/record.ts'
import type { SlotFinding } from '../../../src/main/discovery/dht/rules.ts'
import {
  ageOf,
  mayClaim,
  needsRefresh,
  nextSeq,
  pickSlot,
  pollDelay,
  shouldAsk,
} from '../../../src/main/discovery/dht/rules.ts'
import { z32 } from '../../../src/main/discovery/dht/z32.ts'
import { createSignatures } from '../../../src/main/network/signatures.ts'

const NETWORK = networkIdFrom('my-network')
const KEY = new Uint8Array(32).fill(7)
const HOLDER = peerIdOf(createSignatures().publicKey(new Uint8Array(32).fill(1)))
const NOW = 1_750_000_000_000

describe('the chain', () => {
  const publicKey = (secret: Uint8Array): Uint8Array => createSignatures().publicKey(secret)

  it('[DH1] has 16 slots, each derived from the one before, beginning with a root of our own', () => {
    const chain = slotChain(chainRoot(NETWORK, 'peerscope'), publicKey)
    expect(chain).toHaveLength(SLOTS)
    expect(SLOTS).toBe(16)
    let id = blake3(Buffer.concat([idBytes(NETWORK), Buffer.from('peerscope/libp2p')]))
    for (const slot of chain) {
      expect(slot.secret).toEqual(id)
      expect(slot.publicKey).toEqual(publicKey(id))
      id = blake3(Buffer.concat([id, id]))
    }
    expect(new Set(chain.map((slot) => Buffer.from(slot.secret).toString('hex'))).size).toBe(16)
  })

  it('[DH1, DH8] of a mosaik network of the same name is another one, which begins with the network id', () => {
    const ours = slotChain(chainRoot(NETWORK, 'peerscope'), publicKey)
    const mosaik = slotChain(chainRoot(NETWORK, 'mosaik'), publicKey)
    expect(mosaik[0]?.secret).toEqual(idBytes(NETWORK))
    const keys = new Set(ours.map((slot) => Buffer.from(slot.secret).toString('hex')))
    for (const slot of mosaik) expect(keys).not.toContain(Buffer.from(slot.secret).toString('hex'))
  })
})

describe('z-base-32', () => {
  it.each([
    [[], ''],
    [[0], 'yy'],
    [[0xff], '9h'],
    [[0xf0, 0xbf, 0xc7], '6n9hq'],
    [[0xd4, 0x7a, 0x04], '4t7ye'],
  ])('writes %j as %j', (bytes, text) => expect(z32(Uint8Array.from(bytes))).toBe(text))
})

describe('a record', () => {
  it('[DH2] holds the peer id and its addresses, and is under 1000 bytes', () => {
    const addresses = ['/ip4/192.0.2.7/tcp/4001', '/ip4/127.0.0.1/tcp/4001']
    const { value, addresses: included } = encodeRecord(KEY, { holder: HOLDER, addresses })
    expect(included).toEqual(addresses)
    expect(decodeRecord(KEY, value)).toEqual({ holder: HOLDER, addresses })
  })

  it('[DH2] of many addresses takes the first ones; what does not fit stays out, however long it is', () => {
    const many = Array.from({ length: 32 }, (_, index) => `/ip4/192.0.2.${index}/tcp/4001`)
    const { value, addresses } = encodeRecord(KEY, { holder: HOLDER, addresses: many })
    expect(value.length).toBeLessThanOrEqual(MAX_RECORD_BYTES)
    expect(MAX_RECORD_BYTES).toBeLessThan(1000)
    expect(addresses).toEqual(many.slice(0, addresses.length))
    expect(addresses.length).toBeGreaterThan(6)
    const long = [`/dns4/${'a'.repeat(300)}/tcp/1`, `/dns4/${'b'.repeat(200)}/tcp/1`, '/ip4/192.0.2.1/tcp/1']
    expect(encodeRecord(KEY, { holder: HOLDER, addresses: long }).addresses).toEqual(long.slice(1))
    // A shorter one may fit where one before it did not.
    const full = [...['a', 'b', 'c', 'd'].map((letter) => `/dns4/${letter.repeat(230)}/tcp/1`), '/ip4/192.0.2.1/tcp/1']
    const kept = encodeRecord(KEY, { holder: HOLDER, addresses: full }).addresses
    expect(kept.at(-1)).toBe('/ip4/192.0.2.1/tcp/1')
    expect(kept.length).toBeLessThan(full.length)
  })

  it.each([
    ['nothing', new Uint8Array(0)],
    ['noise', Uint8Array.from({ length: 200 }, (_, index) => (index * 37) & 255)],
    ['no answers', new Uint8Array(12)],
    ['a cut record', encodeRecord(KEY, { holder: HOLDER, addresses: [] }).value.subarray(0, 40)],
    ['a holder that is none', encodeRecord(KEY, { holder: 'nobody' as typeof HOLDER, addresses: [] }).value],
    [
      'the record of another slot',
      encodeRecord(new Uint8Array(32), { holder: HOLDER, addresses: ['/ip4/192.0.2.1/tcp/1'] }).value,
    ],
  ])('[DH2] is refused when it is %s', (_what, value) => {
    expect(() => decodeRecord(KEY, value)).toThrow(MalformedMessage)
    expect(() => decodeMosaikRecord(KEY, value)).toThrow(MalformedMessage)
  })

  it('[DH2] is read without addresses that are none: those of terminals in particular', () => {
    const addresses = ['/ip4/192.0.2.7/tcp/1', 'http://x', '/\u001b[31m', '']
    const { value } = encodeRecord(KEY, { holder: HOLDER, addresses })
    expect(decodeRecord(KEY, value).addresses).toEqual(['/ip4/192.0.2.7/tcp/1'])
  })
})

describe('time', () => {
  it.each([
    [0, 0, 5000],
    [0, 0.999_999, 6667],
    [1, 0, 60_000],
    [7, 0.5, 70_000],
  ])('[DH6] with %d neighbors and u = %d the next poll comes in %d ms', (neighbors, u, ms) => {
    expect(Math.round(pollDelay(neighbors, u))).toBe(ms)
  })

  it.each([
    [NOW, null, 1_750_000_000_000_000n],
    [NOW, 5n, 1_750_000_000_000_000n],
    // The holder's clock is ahead.
    [NOW, 1_750_000_000_000_000n, 1_750_000_000_000_001n],
    [NOW, 1_999_000_000_000_000n, 1_999_000_000_000_001n],
    // Somebody wrote the last number that there is.
    [NOW, BigInt(Number.MAX_SAFE_INTEGER), null],
  ])('[DH2] at %d after %s the sequence number, in microseconds, is %s', (now, before, seq) => {
    expect(nextSeq(now, before)).toBe(seq)
  })

  it('[DH2] a record has the age of its sequence number, and none below zero', () => {
    expect(ageOf({ seq: 1_749_999_990_000_123n }, NOW)).toBe(10_000)
    expect(ageOf({ seq: 1_750_000_010_000_000n }, NOW)).toBe(0)
  })

  it.each([
    ['the same and young', ['/a', '/b'], ['/a', '/b'], 299_999, false],
    ['the same and half its TTL old', ['/a'], ['/a'], 300_000, true],
    ['of other addresses', ['/a'], ['/b'], 0, true],
    ['in another order', ['/a', '/b'], ['/b', '/a'], 0, true],
    ['old, of a node that has no address now', ['/a'], [], 900_000, false],
  ])('[DH5] our record that is %s is made anew or not', (_what, published, current, age, anew) => {
    expect(needsRefresh(published, current, age)).toBe(anew)
  })
})

describe('who is asked', () => {
  it.each([
    [{ known: 10_000, neighbors: 0, verdict: true }, 0.99, true],
    [{ known: 10_000, neighbors: 5, verdict: null }, 0.99, true],
    [{ known: 32, neighbors: 5, verdict: true }, 0.99, true],
    [{ known: 3200, neighbors: 5, verdict: false }, 0.0099, true],
    [{ known: 3200, neighbors: 5, verdict: true }, 0.0101, false],
  ])('[DH3] %j with u = %d: %s', (about, u, asked) => expect(shouldAsk(about, u)).toBe(asked))
})

describe('which slot is taken', () => {
  const item = (seq: bigint): SlotFinding['item'] => ({ value: new Uint8Array(1), seq })
  const empty: SlotFinding = { index: 0, item: null, holder: null, answered: null }
  const healthy: SlotFinding = { index: 1, item: item(1n), holder: HOLDER, answered: true }
  const silent: SlotFinding = { index: 2, item: item(1n), holder: HOLDER, answered: false }
  const unasked: SlotFinding = { index: 3, item: item(1n), holder: HOLDER, answered: null }
  const unreadable: SlotFinding = { index: 4, item: item(1n), holder: null, answered: null }
  const poisoned: SlotFinding = { index: 5, item: item(BigInt(Number.MAX_SAFE_INTEGER)), holder: null, answered: null }
  const all = [empty, healthy, silent, unasked, unreadable, poisoned]

  it('[DH4] a random one that is empty, silent or unreadable, and that can be written still', () => {
    const picked = [0, 0.2, 0.4, 0.6, 0.8, 0.99].map((u) => pickSlot(all, NOW, u)?.index)
    expect(picked).toEqual([0, 0, 2, 2, 4, 4])
    expect(pickSlot([healthy, unasked, poisoned], NOW, 0.5)).toBeNull()
  })

  const TTL = 600_000
  it.each([
    ['a new node', { holds: false, claims: [], overtaken: false }, 0, true],
    ['one that holds a slot', { holds: true, claims: [], overtaken: false }, 0, false],
    ['one whose record is not visible yet', { holds: false, claims: [0], overtaken: false }, TTL - 1, false],
    ['the same after the TTL', { holds: false, claims: [0], overtaken: false }, TTL, true],
    ['one that lost a race late', { holds: false, claims: [0], overtaken: true }, 5000, true],
    ['one that lost three', { holds: false, claims: [0, 5000, 9000], overtaken: true }, 14_000, false],
    ['the same once the first is a TTL ago', { holds: false, claims: [0, 5000, 9000], overtaken: true }, TTL, true],
  ])('[DH4] %s takes one or not', (_who, holding, now, may) => expect(mayClaim(holding, now)).toBe(may))
})

describe('a slot', () => {
  const record = { holder: HOLDER, addresses: ['/ip4/192.0.2.7/tcp/4001'] }
  const item = { value: new Uint8Array(1), seq: BigInt(NOW - 1500) * 1000n }
  const view = (known: Parameters<typeof slotView>[1], answered: boolean | null, self: string | null = null): unknown =>
    slotView(3, known, { self, answered, now: NOW })

  it('[DH8] is empty, healthy, unhealthy, unchecked, invalid or ours, with its holder and age', () => {
    const shown = { index: 3, holder: HOLDER, addresses: record.addresses, ageMs: 1500 }
    expect(view({ item: null, record: null }, null)).toMatchObject({ state: 'empty', holder: null, ageMs: null })
    expect(view({ item, record: null }, null)).toMatchObject({ state: 'invalid', holder: null, ageMs: 1500 })
    expect(view({ item, record }, true)).toEqual({ ...shown, state: 'healthy' })
    expect(view({ item, record }, false)).toEqual({ ...shown, state: 'unhealthy' })
    expect(view({ item, record }, null)).toEqual({ ...shown, state: 'unchecked' })
    expect(view({ item, record }, null, HOLDER)).toEqual({ ...shown, state: 'ours' })
  })
})
