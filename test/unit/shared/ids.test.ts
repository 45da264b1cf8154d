import { blake3 } from '@noble/hashes/blake3.js'
import * as fc from 'fast-check'
import { fromString, toString } from 'uint8arrays'
import { describe, expect, it } from 'vitest'
import {
  bytes32From,
  derive,
  exactNetworkIdFrom,
  idBytes,
  isPeerId,
  networkIdFrom,
  networkIdOf,
  parsePeerId,
  peerIdOf,
  publicKeyOf,
  shortPeerId,
  uniqueIdOf,
} from '../../../src/shared/ids.ts'
import { networkNameFrom } from '../../../src/shared/network-name.ts'

const KEY = Uint8Array.from({ length: 32 }, (_, index) => index + 1)

describe('ids', () => {
  it('[ID1] takes names that look alike as one, and mosaik\u2019s as they are written', () => {
    const same = ['café net', 'cafe\u0301 net', ' café net\n', 'café\u00a0 net', 'café\t\u2003net', '\ufeffcafé net']
    expect(new Set(same.map(networkIdFrom))).toEqual(new Set([networkIdFrom('café net')]))
    expect(networkIdFrom('café net')).toBe(toString(blake3(fromString('café net', 'utf8')), 'hex'))
    expect(new Set(same.map(exactNetworkIdFrom)).size).toBe(same.length)
    expect(networkIdFrom(` ${'AB'.repeat(32)} `)).toBe('ab'.repeat(32))
    for (const empty of [' ', '\u00a0\n', '\ufeff'])
      expect(() => networkIdFrom(empty)).toThrow('a network needs a name')
    for (const other of ['cafenet', 'Café net', 'cafe net', 'café-net'])
      expect(networkIdFrom(other)).not.toBe(networkIdFrom('café net'))
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const name = networkNameFrom(text)
        expect(networkNameFrom(name)).toBe(name)
      }),
    )
    fc.assert(
      fc.property(fc.stringMatching(/^[!-~]+( [!-~]+)*$/), (plain) => {
        expect(networkIdFrom(plain)).toBe(exactNetworkIdFrom(plain))
      }),
    )
  })

  it('[ID1] takes 64 hex digits as the network id and hashes any other name', () => {
    const hex = 'Ab'.repeat(32)
    expect(networkIdFrom(hex)).toBe(hex.toLowerCase())
    expect(networkIdFrom('my-network')).toBe(toString(blake3(fromString('my-network')), 'hex'))
    expect(networkIdFrom('My-Network')).not.toBe(networkIdFrom('my-network'))
    expect(networkIdFrom('ab'.repeat(31))).not.toContain('abab')
    expect(() => networkIdFrom('')).toThrow(expect.objectContaining({ code: 'InvalidArgument' }))
  })

  it('[ID2] writes an Ed25519 key as libp2p does, and reads it back', () => {
    const id = peerIdOf(KEY)
    expect(id).toMatch(/^12D3Koo/)
    expect(publicKeyOf(id)).toEqual(KEY)
    expect(parsePeerId(id)).toBe(id)
    expect(shortPeerId(id)).toBe(`${id.slice(0, 6)}…${id.slice(-6)}`)
    const alike = Uint8Array.from([...KEY.slice(0, -1), 0])
    expect(peerIdOf(alike)).not.toBe(id)
    expect(publicKeyOf(peerIdOf(alike))).toEqual(alike)
  })

  it('[ID2] does not take the id of a key of another kind or length for a peer id', () => {
    const idOf = (kind: number, key: Uint8Array): string =>
      toString(Uint8Array.from([0, key.length + 4, 8, kind, 0x12, key.length, ...key]), 'base58btc')
    expect(idOf(1, KEY)).toBe(peerIdOf(KEY))
    expect(isPeerId(idOf(2, KEY))).toBe(false)
    const longer = toString(Uint8Array.from([...fromString(peerIdOf(KEY), 'base58btc'), 7]), 'base58btc')
    expect(isPeerId(longer)).toBe(false)
  })

  it.each(['', 'nobody', '12D3Koo', 'QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N', '0OIl', 'z'.repeat(10_000)])(
    '[ID2] does not take %j for a peer id',
    (text) => {
      expect(isPeerId(text)).toBe(false)
      expect(() => parsePeerId(text)).toThrow(expect.objectContaining({ code: 'InvalidArgument' }))
    },
  )

  it('[ID3] makes the same secret of the same text each time', () => {
    expect(bytes32From('my-beacon')).toEqual(bytes32From('my-beacon'))
    expect(bytes32From('my-beacon')).toHaveLength(32)
    expect(bytes32From('00'.repeat(32))).toEqual(new Uint8Array(32))
  })

  it('[ID4] derives by hashing the id followed by the info', () => {
    expect(derive(KEY, 'info')).toEqual(blake3(Uint8Array.from([...KEY, ...fromString('info')])))
    expect(derive(KEY, fromString('info'))).toEqual(derive(KEY, 'info'))
  })

  it('refuses ids of another length', () => {
    expect(() => peerIdOf(KEY.slice(1))).toThrow(expect.objectContaining({ code: 'InvalidArgument' }))
    expect(idBytes(uniqueIdOf(KEY))).toEqual(KEY)
  })
})

it('[ID1] ids and keys that begin alike are told apart', () => {
  const [one, two] = [new Uint8Array(32).fill(7), new Uint8Array(32).fill(7)]
  two[31] = 8
  for (const bytes of [one, two, one]) {
    expect(uniqueIdOf(bytes)).toBe(Buffer.from(bytes).toString('hex'))
    expect(networkIdOf(bytes)).toBe(Buffer.from(bytes).toString('hex'))
    expect(publicKeyOf(peerIdOf(bytes))).toEqual(bytes)
  }
  // What is remembered is not what was given: buffers are used again.
  const reused = two.slice()
  const text = uniqueIdOf(reused)
  reused.fill(9, 8)
  expect(uniqueIdOf(two)).toBe(text)
})
