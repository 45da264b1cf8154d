import { describe, expect, it } from 'vitest'
import { dialectOf } from '../../../src/main/discovery/dialects/dialects.ts'
import { kindInfos, kindOf } from '../../../src/main/monitor/kinds/kinds.ts'
import { networkRef } from '../../../src/main/monitor/network-ref.ts'
import { exactNetworkIdFrom, networkIdFrom, peerIdOf } from '../../../src/shared/ids.ts'
import { ABILITIES, kindAndIdOf, NETWORK_KINDS, networkKeyOf } from '../../../src/shared/network-kind.ts'
import { nameOrId } from '../../../src/shared/network-names.ts'
import { parseRelayMode, relayWords } from '../../../src/shared/relay-mode.ts'

const id = networkIdFrom('n')
const HEX = '4eda842cb248a32977c01011756948dddb9e5c0ebc61f0898dc0b410adb02ece'

describe('kinds of network', () => {
  it.each(NETWORK_KINDS)('of kind %s have a key of their own, which can be read back', (kind) => {
    const key = networkKeyOf({ kind, id })
    expect(kindAndIdOf(key)).toEqual({ kind, id })
    expect(new Set(NETWORK_KINDS.map((one) => networkKeyOf({ kind: one, id }))).size).toBe(NETWORK_KINDS.length)
  })

  it('keep the keys that their networks had before there were kinds', () => {
    expect(networkKeyOf({ kind: 'peerscope', id })).toBe(id)
  })

  it.each(NETWORK_KINDS)('are told to a window with what %s can do', (kind) => {
    expect(dialectOf(kind).abilities).toEqual(ABILITIES[kind])
    expect(kindInfos().find((one) => one.kind === kind)).toMatchObject({
      abilities: ABILITIES[kind],
      entryVersion: dialectOf(kind).protocolVersion,
    })
  })

  it('read addresses to start from as people of the network write them', () => {
    const { peerId } = kindOf('mosaik').parseTarget(`${HEX}@127.0.0.1:4433`)
    expect(peerId).toBe(peerIdOf(Buffer.from(HEX, 'hex')))
    expect(() => kindOf('mosaik').parseTarget('/ip4/127.0.0.1/tcp/1')).toThrow('64 hex digits')
    expect(() => kindOf('peerscope').parseTarget(`${HEX}@127.0.0.1:4433`)).toThrow('multiaddr')
    const own = kindOf('mosaik').ownAddress('/ip6/::1/udp/9/quic-v1', peerIdOf(Buffer.from(HEX, 'hex')))
    expect(own).toBe(`${HEX}@[::1]:9`)
    expect(
      kindOf('mosaik').ownAddress('/iroh-relay/https%3A%2F%2Fr.example%2F', peerIdOf(Buffer.from(HEX, 'hex'))),
    ).toBe(`${HEX}@https://r.example/`)
  })

  it('listen by UDP where the settings name TCP addresses', () => {
    expect(kindOf('mosaik').listen(['/ip4/127.0.0.1/tcp/4001'])).toEqual(['/ip4/127.0.0.1/udp/4001/quic-v1'])
    expect(kindOf('peerscope').listen(['/ip4/127.0.0.1/tcp/4001'])).toEqual(['/ip4/127.0.0.1/tcp/4001'])
  })

  it('state versions that their dialect speaks, and no others', () => {
    expect(kindOf('mosaik').dialect('0.3.19').protocolVersion).toBe('0.3.19')
    expect(() => kindOf('mosaik').dialect('7.0.0')).toThrow('7.0.0')
    expect(() => kindOf('peerscope').dialect('0.4.2')).toThrow('1.1.0')
  })
})

it('mosaik hashes names as they are written, Peerscope normalised; ids are ids in both', () => {
  expect(networkRef('  a  b ', 'peerscope')).toMatchObject({ name: 'a b', id: networkIdFrom('a b') })
  expect(networkRef(' a  b', 'mosaik')).toEqual({ kind: 'mosaik', name: ' a  b', id: exactNetworkIdFrom(' a  b') })
  for (const kind of NETWORK_KINDS) expect(networkRef(id.toUpperCase(), kind)).toEqual({ kind, id, name: null })
  // Links and forms change such a name: the id leads there.
  expect(nameOrId(networkRef(' a  b', 'mosaik'))).toBe(exactNetworkIdFrom(' a  b'))
  expect(nameOrId(networkRef('a b', 'mosaik'))).toBe('a b')
})

describe('a choice of relays', () => {
  it.each([
    ['off', 'off'],
    [' default ', 'default'],
    ['https://Relay.Example', 'https://relay.example/'],
    ['http://127.0.0.1:3340', 'http://127.0.0.1:3340/'],
  ])('%o is %o', (text, mode) => expect(parseRelayMode(text)).toBe(mode))

  it.each([
    '',
    'on',
    'relay.example',
    'ftp://relay.example/',
    'https://user:secret@relay.example/',
    `https://relay.example/${'a'.repeat(235)}`,
  ])('is not %o', (text) => expect(() => parseRelayMode(text)).toThrow('choice of relays'))

  it('says what is contacted before it is', () => {
    expect(relayWords('off')).toContain('No relay')
    expect(relayWords('default')).toContain('relay.n0.iroh.link')
    expect(relayWords('https://relay.example/')).toContain('https://relay.example/ is contacted')
  })
})
