import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hostOf, isRelayUrl, parseDialAddress, parsePlace, placeKey } from '../../../src/shared/dial-address.ts'
import { parseIp6, plainIpText } from '../../../src/shared/ip.ts'
import {
  compareIrohAddresses,
  irohAddressOf,
  plainUrlOf,
  showAddress,
  textOfIrohAddress,
} from '../../../src/shared/iroh-address.ts'
import type { IrohAddress } from '../../../src/shared/iroh-address.ts'
import { addressClass, hostClass } from '../../../src/shared/reachability.ts'

const RELAY = '/iroh-relay/https%3A%2F%2Frelay.example.test.%2F'

const octets = (length: number): fc.Arbitrary<number[]> =>
  fc.array(fc.oneof(fc.constant(0), fc.nat(255)), { minLength: length, maxLength: length })
const address: fc.Arbitrary<IrohAddress> = fc.oneof(
  fc.record({
    kind: fc.constant('ip' as const),
    bytes: fc.oneof(octets(4), octets(16)),
    port: fc.nat(65_535),
  }),
  fc.record({
    kind: fc.constant('relay' as const),
    url: fc
      .tuple(fc.domain(), fc.constantFrom('', '.', ':8443'), fc.constantFrom('', 'a/', 'a/b.c~d'))
      .map(([name, end, path]) => `https://${name.toLowerCase().replaceAll('xn--', '')}${end}/${path}`),
  }),
  fc.record({
    kind: fc.constant('custom' as const),
    id: fc.bigInt(0n, 2n ** 64n - 1n),
    data: fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString('hex')),
  }),
)

describe('iroh addresses', () => {
  it.each([
    ['/ip4/192.0.2.7/udp/4433/quic-v1', '192.0.2.7:4433'],
    ['/ip6/2001:db8::7/udp/443/quic-v1', '[2001:db8::7]:443'],
    ['/ip6/::ffff:102:304/udp/1/quic-v1', '[::ffff:102:304]:1'],
    [RELAY, 'relay https://relay.example.test./'],
    ['/iroh-custom/18446744073709551615/00ff', 'custom 18446744073709551615 00ff'],
    ['/iroh-custom/0/', 'custom 0'],
    ['/ip4/192.0.2.7/tcp/4001', '/ip4/192.0.2.7/tcp/4001'],
  ])('shows %s as %s', (text, shown) => {
    expect(showAddress(text)).toBe(shown)
  })

  it('[MO5] each address has one text, and each text one address', () => {
    fc.assert(
      fc.property(address, address, (a, b) => {
        const text = textOfIrohAddress(a)
        expect(irohAddressOf(text)).toEqual(a)
        expect(compareIrohAddresses(a, b) === 0).toBe(text === textOfIrohAddress(b))
        expect(Math.sign(compareIrohAddresses(a, b))).toBe(-Math.sign(compareIrohAddresses(b, a)) || 0)
      }),
      { seed: 20 },
    )
  })

  it.each([
    '/ip4/192.0.2.007/udp/4433/quic-v1',
    '/ip4/192.0.2.7/udp/04433/quic-v1',
    '/ip4/192.0.2.7/udp/65536/quic-v1',
    '/ip4/192.0.2.7/udp/4433',
    '/ip6/2001:DB8::7/udp/443/quic-v1',
    '/ip6/2001:db8:0::7/udp/443/quic-v1',
    '/ip6/::ffff:1.2.3.4/udp/443/quic-v1',
    '/iroh-relay/https://relay.example/',
    '/iroh-relay/https%3A%2F%2Frelay.example',
    '/iroh-relay/https%3a%2f%2frelay.example%2f',
    '/iroh-relay/nothing',
    ...[
      'ftp://relay.example/',
      'https://Relay.example/',
      'https://relay.example:443/',
      'https://relay.example:65536/',
      'https://relay.example/../',
      'https://relay.example/?a',
      'https://relay.example/%20',
      'https://me@relay.example/',
      'https://xn--bcher-kva.example/',
      'https://relay..example/',
      'https://1.2.3/',
      'https://1.2.3.4./',
      'https://relay.0x7f/',
      'https://[2001:0db8::1]/',
    ].map((url) => `/iroh-relay/${encodeURIComponent(url)}`),
    '/iroh-relay/%',
    '/iroh-custom/18446744073709551616/',
    '/iroh-custom/01/00',
    '/iroh-custom/1/0A',
    '/iroh-custom/1/0',
  ])('[MO5] takes no other spelling: %s', (text) => {
    expect(irohAddressOf(text)).toBeNull()
  })

  it('[MO5] are in the order of mosaik: relays, IPv4, IPv6, others', () => {
    const sorted = [
      '/iroh-relay/https%3A%2F%2Fa.example.%2F',
      '/iroh-relay/https%3A%2F%2Fa.example%2F',
      '/iroh-relay/https%3A%2F%2Fa.example%3A8443%2F',
      '/ip4/9.0.0.1/udp/5/quic-v1',
      '/ip4/10.0.0.1/udp/5/quic-v1',
      '/ip4/10.0.0.1/udp/10000/quic-v1',
      '/ip4/200.0.0.1/udp/1/quic-v1',
      '/ip6/::1/udp/9/quic-v1',
      '/ip6/2001:db8::7/udp/443/quic-v1',
      '/iroh-custom/2/ff',
      // Short data by its length first, long data by its bytes.
      '/iroh-custom/2/0000',
      `/iroh-custom/2/${'ff'.repeat(30)}`,
      `/iroh-custom/2/${'00'.repeat(32)}`,
      `/iroh-custom/2/${'01'.repeat(31)}`,
      '/iroh-custom/10/',
    ]
    const addresses = sorted.map((text) => irohAddressOf(text)).filter((one) => one !== null)
    expect(addresses.toReversed().sort(compareIrohAddresses).map(textOfIrohAddress)).toEqual(sorted)
  })

  it('[MO5] a plain URL is in the normal form of the URL standard', () => {
    fc.assert(
      fc.property(address, (one) => {
        fc.pre(one.kind === 'relay')
        expect(plainUrlOf(one.url)).not.toBeNull()
        expect(new URL(one.url).href).toBe(one.url)
      }),
      { seed: 20 },
    )
  })

  it.each([
    ['00000000000000000000000000000000', '::'],
    ['00000000000000000000000000000001', '::1'],
    ['20010db8000000000001000000000001', '2001:db8::1:0:0:1'],
    ['20010db8000000010001000100010001', '2001:db8:0:1:1:1:1:1'],
    ['00010000000000000000000000000000', '1::'],
    ['00000000000000000000ffff01020304', '::ffff:102:304'],
  ])('writes the IPv6 address %s as %s', (hex, text) => {
    const bytes = [...Buffer.from(hex, 'hex')]
    expect(plainIpText(bytes)).toBe(text)
    expect(parseIp6(text)).toEqual(bytes)
  })

  it('[AD7] IP addresses and relays are places: IP by value, a relay by its host', () => {
    expect(placeKey('/ip6/::ffff:c000:207/udp/4433/quic-v1')).toBe(placeKey('/ip4/192.0.2.7/udp/4433/quic-v1'))
    expect(placeKey('/ip4/192.0.2.7/udp/4434/quic-v1')).not.toBe(placeKey('/ip4/192.0.2.7/udp/4433/quic-v1'))
    expect(parsePlace(RELAY)).toEqual({ host: { kind: 'dns', name: 'relay.example.test' }, port: 443, relay: null })
    const local = '/iroh-relay/http%3A%2F%2F127.0.0.1%3A41219%2F'
    expect(parsePlace(local)).toMatchObject({ host: { kind: 'ip', bytes: [127, 0, 0, 1] }, port: 41_219 })
    expect(hostOf('/iroh-relay/http%3A%2F%2F%5B%3A%3A1%5D%2F')).toMatchObject({ kind: 'ip' })
    expect([RELAY, '/ip4/192.0.2.7/tcp/1'].map(isRelayUrl)).toEqual([true, false])
    for (const nowhere of ['/ip4/192.0.2.7/udp/0/quic-v1', '/iroh-custom/1/00', '/iroh-relay/nothing'])
      expect(parsePlace(nowhere)).toBeNull()
    // libp2p dials none of them.
    expect([RELAY, '/ip4/192.0.2.7/udp/4433/quic-v1'].map(parseDialAddress)).toEqual([null, null])
  })

  it.each([
    [RELAY, 'public'],
    ['/iroh-relay/http%3A%2F%2F127.0.0.1%3A41219%2F', 'loopback'],
    ['/ip4/192.168.1.5/udp/4433/quic-v1', 'private'],
    ['/ip6/::1/udp/4433/quic-v1', 'loopback'],
    ['/iroh-custom/1/00', 'reserved'],
  ])('classes %s as %s', (text, of) => {
    expect(hostClass(text)).toBe(of)
    expect(addressClass(text)).toBe(of)
  })
})
