import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { LimitExceeded, MalformedMessage } from '../../../../../src/shared/errors.ts'
import { BOUNDS } from '../../../../../src/main/network/iroh/gossip/config.ts'
import { decodePeerData, encodePeerData } from '../../../../../src/main/network/iroh/gossip/peer-data.ts'
import { idOf } from '../../../../../src/main/network/iroh/gossip/plumtree.ts'
import type { Message, PeerInfo } from '../../../../../src/main/network/iroh/gossip/wire.ts'
import {
  decodeHeader,
  decodeMessage,
  encodeHeader,
  encodeMessage,
  frameOf,
  LENGTH_BYTES,
  maxAnnounced,
  maxContentBytes,
} from '../../../../../src/main/network/iroh/gossip/wire.ts'
import { peerIdOf, publicKeyOf } from '../../../../../src/shared/ids.ts'

interface Data {
  readonly bytes: string
  readonly relay: string | null
  readonly addresses: readonly { readonly ip: string; readonly port: number }[]
}

interface RecordOf<Decoded> {
  readonly name: string
  readonly hex: string
  readonly decoded: Decoded
}

type Frame = RecordOf<Record<string, unknown> & { readonly type: string }> & { readonly role: string }

const VERSIONS = ['0.3.13', '0.4.2']
const read = <T>(version: string, file: string): T[] => {
  const path = new URL(`../../../../vectors/mosaik/${version}/${file}`, import.meta.url)
  return (JSON.parse(readFileSync(path, 'utf8')) as { records: T[] }).records
}
const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'))
const hex = (data: Uint8Array): string => Buffer.from(data).toString('hex')
const ALL = VERSIONS.flatMap((version) => read<Frame>(version, 'gossip.json').map((frame) => ({ ...frame, version })))
const MESSAGES = ALL.filter(({ role }) => role === 'message')

/** A message as the vectors show it, but for contents, which are entries there. */
function shown(message: Message): Record<string, unknown> {
  const layer = ['Gossip', 'Prune', 'Graft', 'IHave'].includes(message.type) ? 'Plumtree' : 'Swarm'
  const peer = ({ id, data }: PeerInfo): unknown => ({ id: hex(publicKeyOf(id)), data: data && dataOf(data) })
  const rest = Object.entries(message).map(([name, value]) => {
    if (name === 'data') return [name, value === null ? null : dataOf(value as Uint8Array)]
    if (name === 'peer') return [name, peer(value as PeerInfo)]
    if (name === 'nodes') return [name, (value as PeerInfo[]).map(peer)]
    if (name === 'origin') return [name, hex(publicKeyOf(value as never))]
    return [name, value as unknown]
  })
  return { layer, ...Object.fromEntries(rest) } as Record<string, unknown>
}

function dataOf(data: Uint8Array): Data {
  const { relay, addresses } = decodePeerData(data)
  const text = (ip: Uint8Array): string =>
    ip.length === 4 ? ip.join('.') : hex(ip).endsWith('0'.repeat(31) + '1') ? '::1' : hex(ip)
  return { bytes: hex(data), relay, addresses: addresses.map(({ ip, port }) => ({ ip: text(ip), port })) }
}

describe('[MO20] messages of iroh-gossip', () => {
  it.each(MESSAGES)('decodes and encodes what $version sent or took: $name', ({ hex: frame, decoded }) => {
    const all = bytes(frame)
    const message = decodeMessage(all.subarray(LENGTH_BYTES))
    expect(hex(frameOf(encodeMessage(message)))).toBe(frame)
    const { content: _content, ...expected } = decoded
    const { content: _bytes, ...found } = shown(message)
    expect(found).toEqual(expected)
    expect(message.type === 'Gossip' ? idOf(message.content) : expected['id']).toBe(expected['id'])
  })

  it.each(ALL.filter(({ role }) => role === 'header'))(
    'reads the topic of $version: $name',
    ({ hex: frame, decoded }) => {
      const topic = decodeHeader(bytes(frame).subarray(LENGTH_BYTES))
      expect(hex(topic)).toBe(decoded['topic'])
      expect(hex(encodeHeader(topic))).toBe(frame)
    },
  )

  it('reads every kind of message somewhere', () => {
    const types = new Set(MESSAGES.map(({ decoded }) => decoded.type))
    expect(types.size).toBe(10)
  })

  it.each(VERSIONS)('hashes contents to the ids of %s', (version) => {
    const records = read<RecordOf<unknown> & { readonly messageId: string }>(version, 'announcements.json')
    for (const { hex: content, messageId } of records) expect(idOf(bytes(content))).toBe(messageId)
    expect(records.length).toBeGreaterThan(5)
  })

  it('has also what no vector shows', () => {
    const peer = peerIdOf(new Uint8Array(32).fill(7))
    const messages: Message[] = [
      { type: 'Gossip', id: 'ab'.repeat(32), content: Uint8Array.of(1), scope: { kind: 'Neighbors' } },
      { type: 'Graft', id: null, round: 300 },
      { type: 'Shuffle', origin: peer, nodes: [], ttl: 65_535 },
      { type: 'Disconnect', alive: false, respond: true },
    ]
    for (const message of messages) expect(decodeMessage(encodeMessage(message))).toEqual(message)
    expect(hex(encodeMessage({ type: 'Graft', id: null, round: 300 }))).toBe('010200ac02')
  })

  it('leaves bytes alone that follow a message', () => {
    expect(decodeMessage(Uint8Array.of(1, 1, 9, 9))).toEqual({ type: 'Prune' })
  })

  it.each([
    ['a layer that there is not', '02'],
    ['a message of HyParView that there is not', '0006'],
    ['a message of Plumtree that there is not', '0104'],
    ['a priority that there is not', '000402'],
    ['a scope that there is not', `0100${'ab'.repeat(32)}0002`],
    ['half of a peer', '0001abab'],
    ['nothing', ''],
  ])('refuses %s', (_what, text) => {
    expect(() => decodeMessage(bytes(text))).toThrow(MalformedMessage)
  })

  it('refuses lists over their limits', () => {
    expect(() => decodeMessage(bytes('0103ff7f'))).toThrow(LimitExceeded)
    expect(() => decodeMessage(bytes('0003ff7f'))).toThrow(LimitExceeded)
  })

  it('fits contents and announcements into a message', () => {
    const content = new Uint8Array(maxContentBytes(4096))
    const scope = { kind: 'Swarm', round: 1000 } as const
    expect(encodeMessage({ type: 'Gossip', id: idOf(content), content, scope }).length).toBeLessThan(4096)
    const messages = Array.from({ length: maxAnnounced(4096) }, () => ({ id: 'ab'.repeat(32), round: 65_535 }))
    const size = encodeMessage({ type: 'IHave', messages }).length
    expect(size).toBeLessThan(4096)
    expect(size).toBeGreaterThan(4000)
  })
})

describe('[MO20] address data', () => {
  it('is written as iroh writes it, sorted', () => {
    const six = { ip: Uint8Array.from({ length: 16 }, (_, at) => (at === 15 ? 1 : 0)), port: 45_145 }
    const four = { ip: Uint8Array.of(127, 0, 0, 1), port: 33_396 }
    const data = encodePeerData({ relay: 'http://127.0.0.1:41219/', addresses: [six, four] })
    expect(hex(data)).toBe(
      '0117687474703a2f2f3132372e302e302e313a34313231392f02007f000001f484020100000000000000000000000000000001d9e002',
    )
    expect(decodePeerData(data)).toEqual({ relay: 'http://127.0.0.1:41219/', addresses: [four, six] })
  })

  it('says no more than others keep', () => {
    const addresses = Array.from({ length: 100 }, (_, at) => ({ ip: new Uint8Array(16).fill(at), port: 65_535 }))
    const data = encodePeerData({ relay: 'https://relay.example/', addresses })
    expect(data.length).toBeLessThanOrEqual(BOUNDS.peerData)
    expect(decodePeerData(data).addresses).toEqual(addresses.slice(0, 49))
    expect(decodePeerData(encodePeerData({ relay: `https://${'x'.repeat(600)}/`, addresses: [] })).relay).toBeNull()
  })

  it('may be empty, and is refused where it is broken', () => {
    expect(decodePeerData(new Uint8Array())).toEqual({ relay: null, addresses: [] })
    expect(() => decodePeerData(bytes('0001027f00000180'))).toThrow(MalformedMessage)
    expect(() => decodePeerData(bytes('0041'))).toThrow(LimitExceeded)
  })
})
