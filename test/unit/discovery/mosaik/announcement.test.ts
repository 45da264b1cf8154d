import { describe, expect, it } from 'vitest'
import { mosaik, mosaikDialect } from '../../../../src/main/discovery/dialects/mosaik/mosaik.ts'
import { joinSigned } from '../../../../src/main/discovery/dialects/mosaik/signed-entry.ts'
import { signEntry } from '../../../../src/main/discovery/entry/entry.ts'
import { MOSAIK_GOSSIP_BYTES } from '../../../../src/main/discovery/dialects/mosaik/limits.ts'
import { InvalidArgument, InvalidSecretKey, LimitExceeded, MalformedMessage } from '../../../../src/shared/errors.ts'
import { networkIdFrom } from '../../../../src/shared/ids.ts'
import { PostcardWriter } from '../../../../src/shared/postcard.ts'
import { joined } from '../../../fuzz/inputs.ts'
import { NOW } from '../../../support/discovery/bench.ts'
import { idOf, NETWORK, secretOf, signatures } from '../../../support/discovery/entries.ts'
import { hexOf, mosaikEntryOf, mosaikSignedOf, onlineIn } from '../../../support/discovery/mosaik.ts'

const departure = {
  peerId: idOf('ann'),
  networkId: NETWORK,
  lastVersion: { startedAt: 1000, updatedAt: 2000 },
  timestamp: 1_795_886_982_279,
}
const goodbye = mosaik.encodeDeparture(departure, secretOf('ann'), signatures)
const TIME = '2026-11-28T17:29:42.279Z'

/** The goodbye with another text for its time. */
function timed(text: string): Uint8Array {
  const [from, to] = [TIME, text].map((one) => hexOf(new PostcardWriter().text(one).finish()))
  return Uint8Array.from(Buffer.from(hexOf(goodbye).replace(from ?? '', to ?? ''), 'hex'))
}

function departureIn(message: Uint8Array) {
  const heard = mosaik.decodeGossip(message, NETWORK)
  if (heard.kind !== 'departure') throw new Error('not a goodbye')
  return heard
}

describe('announcements of mosaik', () => {
  it('[EN7] an entry is signed with the key that it is of, and no other', () => {
    const sign = (secret: Uint8Array) => () => signEntry(mosaikEntryOf('ann'), secret, signatures, mosaik)
    for (const bytes of [31, 33]) expect(sign(new Uint8Array(bytes))).toThrow(`a secret key has 32 bytes, not ${bytes}`)
    expect(sign(secretOf('bob'))).toThrow(InvalidSecretKey)
  })

  it('[MO8] an entry comes back with its signature, whatever the repeat', () => {
    const signed = mosaikSignedOf('ann')
    const message = mosaik.encodeAnnouncement(signed, 3)
    expect(message).toEqual(joined(Uint8Array.of(0), joinSigned(signed)))
    expect(mosaik.encodeAnnouncement(signed, 4)).toEqual(message)
    const heard = mosaik.decodeGossip(message, NETWORK)
    expect(heard.kind === 'entry' && signatures.verify(heard.entry.claim())).toBe(true)
  })

  it('[MO8] a goodbye comes back, and is signed for its peer, version and time', () => {
    const heard = departureIn(goodbye)
    expect(heard.departure).toEqual(departure)
    expect(signatures.verify(heard.claim)).toBe(true)
    // It names no network: it is of the topic's.
    const other = networkIdFrom('other')
    expect(mosaik.decodeGossip(goodbye, other)).toMatchObject({ departure: { networkId: other } })
    for (const at of [5, 33, 35, 56]) {
      const changed = goodbye.slice()
      changed[at] = (changed[at] ?? 0) ^ 2
      expect(signatures.verify(departureIn(changed).claim)).toBe(false)
    }
  })

  it.each([
    ['2026-11-28T17:29:42.279999999Z', 0],
    ['2026-11-28T17:29:42.279+00:00', 0],
    ['2026-11-28T18:59:42.279+01:30', 0],
    ['2026-11-28T16:29:42.279-01:00', 0],
    ['2026-11-28T17:29:42Z', -279],
    ['2026-11-28T17:29:42.3Z', 21],
  ])('[MO8] the time of a goodbye is counted in whole milliseconds: %s', (text, off) => {
    expect(departureIn(timed(text)).departure.timestamp).toBe(departure.timestamp + off)
  })

  it.each([
    '2026-11-28',
    '2026-11-28T17:29:42',
    '2026-11-31T17:29:42Z',
    '2026-11-28T24:00:00Z',
    '1969-11-28T17:29:42Z',
    '2026-11-28T17:29:42.2790000001Z',
    '2026-11-28T17:29:42+1',
    '@1795886982',
    'now',
    '',
  ])('[MO8] what is no time is refused: %s', (text) => {
    expect(() => mosaik.decodeGossip(timed(text), NETWORK)).toThrow(MalformedMessage)
  })

  it('[MO8] what is neither is refused, and so is a goodbye cut short', () => {
    for (const message of [Uint8Array.of(2), new Uint8Array(), goodbye.subarray(0, -1)])
      expect(() => mosaik.decodeGossip(message, NETWORK)).toThrow(MalformedMessage)
    expect(() => mosaik.decodeGossip(new Uint8Array(MOSAIK_GOSSIP_BYTES + 1), NETWORK)).toThrow(LimitExceeded)
    const never = { ...departure, timestamp: -1 }
    expect(() => mosaik.encodeDeparture(never, secretOf('ann'), signatures)).toThrow(InvalidArgument)
  })

  it('[MO9] bytes left over behind a message are taken', () => {
    const more = Uint8Array.of(1, 2, 3)
    expect(departureIn(joined(goodbye, more)).departure).toEqual(departure)
    const heard = mosaik.decodeGossip(joined(mosaik.encodeAnnouncement(mosaikSignedOf('ann'), 0), more), NETWORK)
    expect(heard.kind === 'entry' && signatures.verify(heard.entry.claim())).toBe(true)
    expect(signatures.verify(mosaik.decodePong(joined(joinSigned(mosaikSignedOf('ann')), more)).claim())).toBe(true)
  })

  it('[MO7] a ping is empty and its answer a signed entry', () => {
    expect(mosaik.encodePing()).toEqual(new Uint8Array())
    const signed = mosaikSignedOf('ann')
    expect(mosaik.encodePong(signed)).toEqual(joinSigned(signed))
    expect(mosaik.decodePong(mosaik.encodePong(signed)).entry).toEqual(signed.entry)
    expect(() => mosaik.decodePong(new Uint8Array())).toThrow(MalformedMessage)
    mosaik.checkPing(new Uint8Array())
    for (const length of [1, 300]) expect(() => mosaik.checkPing(new Uint8Array(length))).toThrow(MalformedMessage)
  })

  it('[MO7] a ping whose answer states a later version fails', () => {
    expect(() => mosaik.decodePong(joinSigned(mosaikSignedOf('ann')).fill(0x31, 1, 2))).toThrow(MalformedMessage)
  })
})

describe('heard by a node of a mosaik network', () => {
  const version = { startedAt: NOW - 1000, updatedAt: NOW }
  const networkId = networkIdFrom('core')
  const announced = (name: string, changes = {}) =>
    mosaik.encodeAnnouncement(mosaikSignedOf(name, { version, networkId, ...changes }), 0)

  it('[MO8] entries enter, and goodbyes end them', () => {
    const bench = onlineIn(mosaik)
    expect(bench.gossip(announced('ann'))).toBe('accept')
    expect(bench.core.env.catalog.get(idOf('ann'))?.entry.version).toEqual(version)
    const left = { peerId: idOf('ann'), networkId, lastVersion: version, timestamp: NOW }
    expect(bench.gossip(mosaik.encodeDeparture(left, secretOf('eve'), signatures))).toBe('reject')
    expect(bench.gossip(mosaik.encodeDeparture(left, secretOf('ann'), signatures))).toBe('accept')
    expect(bench.core.env.catalog.get(idOf('ann'))).toBeNull()
    // Rule CT7.
    expect(bench.gossip(announced('ann'))).toBe('ignore')
  })

  it('[MO12] what mosaik keeps and we do not counts against nobody, however much comes', () => {
    const bench = onlineIn(mosaik)
    const near = idOf('near')
    bench.connect(near, 'inbound')
    bench.take()
    const foreign = announced('eve').fill(0x31, 2, 3)
    for (let index = 0; index < 40; index += 1) expect(bench.gossip(foreign, near)).toBe('ignore')
    expect(bench.taken('disconnect')).toEqual([])
    expect(bench.gossip(announced('bob').fill(0, -1), near)).toBe('reject')
    expect(bench.gossip(Uint8Array.of(7), near)).toBe('reject')
  })

  it('[MO1] our entry states the version that the dialect was made for', () => {
    const bench = onlineIn(mosaikDialect({ protocolVersion: '0.3.13' }))
    expect(bench.core.parts.own.entry.protocolVersion).toBe('0.3.13')
  })
})
