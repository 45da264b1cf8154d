/** Our records and those of the `pkarr` package, each read by the other. Packet functions only: nothing is sent. */
import SignedPacket from 'pkarr/lib/signed_packet.js'
import { generateKeyPair } from 'pkarr/lib/tools.js'
import type { Answer, Packet } from 'dns-packet'
import { fromString } from 'uint8arrays'
import { describe, expect, it } from 'vitest'
import { peerIdOf } from '../../../src/shared/ids.ts'
import { decodeHolder } from '../../../src/main/discovery/dialects/mosaik/holder.ts'
import { decodeMosaikRecord, decodeRecord, encodeRecord } from '../../../src/main/discovery/dht/record.ts'
import { createSignatures } from '../../../src/main/network/signatures.ts'

const SECRET = new Uint8Array(32).fill(42)
const SEQ = 1_750_000_000_123_456
const signatures = createSignatures()
const publicKey = signatures.publicKey(SECRET)
const HOLDER = peerIdOf(signatures.publicKey(new Uint8Array(32).fill(1)))
const ADDRESSES = ['/ip4/192.0.2.7/tcp/4001', '/ip6/2001:db8::1/tcp/4001']

/** BEP 44: what is signed. */
function signable(seq: number, value: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from(`3:seqi${seq}e1:v${value.length}:`), value])
}

const txt = (name: string, data: string): Answer => ({ name, type: 'TXT', class: 'IN', ttl: 600, data })
const packet = (...answers: Answer[]): Packet => ({ id: 0, type: 'response', flags: 0, answers })
const keypair = (): ReturnType<typeof generateKeyPair> => generateKeyPair(Buffer.from(SECRET))

describe('pkarr', () => {
  it('has the same key for a secret', () => {
    expect(Buffer.from(keypair().publicKey)).toEqual(Buffer.from(publicKey))
  })

  it('[DH2] reads a record of ours, with its signature, time to live and every address', () => {
    const { value } = encodeRecord(publicKey, { holder: HOLDER, addresses: ADDRESSES })
    const sig = signatures.sign(SECRET, signable(SEQ, value))
    const read = SignedPacket.fromBep44Args({ k: publicKey, seq: SEQ, v: value, sig })
    const texts = (name: string): string[] =>
      read.resourceRecords(name).map(({ data }) => data.map((part) => Buffer.from(part).toString()).join(''))
    expect(read.timestamp()).toBe(SEQ)
    expect(texts('_id')).toEqual([HOLDER])
    expect(texts('_a')).toEqual(ADDRESSES)
    expect(read.resourceRecords('_id').map(({ ttl }) => ttl)).toEqual([600])
    const forged = Buffer.from(value)
    forged[40] = (forged[40] ?? 0) ^ 1
    expect(() => SignedPacket.fromBep44Args({ k: publicKey, seq: SEQ, v: forged, sig })).toThrow('Invalid signature')
  })

  it('[DH2] writes records that we read, and signatures that hold', () => {
    const made = SignedPacket.fromPacket(
      keypair(),
      packet(txt('_id', HOLDER), ...ADDRESSES.map((address) => txt('_a', address))),
      { timestamp: SEQ },
    )
    const { v, seq, sig, k } = made.bep44Args()
    expect(decodeRecord(publicKey, v)).toEqual({ holder: HOLDER, addresses: ADDRESSES })
    expect(signatures.verify({ publicKey: k, message: signable(seq, v), signature: sig })).toBe(true)
  })

  it('[DH8] records in the way of mosaik (_id, _ip, _r) are read: holder, socket addresses and relays', () => {
    const holder = 'ATGFyJyt6WGKNrMV9fvsMkZwqTfMNyLEi4WkdhAhxjVS'
    const answers = packet(
      txt('_id', holder),
      txt('_ip', '192.0.2.7:4433'),
      txt('_ip', '[2001:db8::1]:4433'),
      txt('_r', 'https://relay.example.org./'),
    )
    const { v } = SignedPacket.fromPacket(keypair(), answers, { timestamp: SEQ }).bep44Args()
    expect(decodeMosaikRecord(publicKey, v)).toEqual({
      holder,
      addresses: ['192.0.2.7:4433', '[2001:db8::1]:4433', 'https://relay.example.org./'],
    })
    expect(decodeHolder(publicKey, v)).toEqual({
      holder: peerIdOf(fromString(holder, 'base58btc')),
      addresses: [
        '/ip4/192.0.2.7/udp/4433/quic-v1',
        '/ip6/2001:db8::1/udp/4433/quic-v1',
        '/iroh-relay/https%3A%2F%2Frelay.example.org.%2F',
      ],
    })
    // It is no record of ours, whatever chain it stands in.
    expect(() => decodeRecord(publicKey, v)).toThrow('names no peer')
  })
})
