import { isIPv4, isIPv6 } from 'node:net'
import { multiaddr } from '@multiformats/multiaddr'
import { describe, expect, it } from 'vitest'
import { hostKey, parseDialAddress, placeKey } from '../../../src/shared/dial-address.ts'
import type { IpBytes, IpClass } from '../../../src/shared/ip.ts'
import { embeddedIp4, ipClass, ipHost, parseIp, parseIp4, parseIp6 } from '../../../src/shared/ip.ts'
import { addressClass, hostClass } from '../../../src/shared/reachability.ts'
import { addressGroup } from '../../../src/main/discovery/base/rates.ts'
import { idOf } from '../../support/discovery/entries.ts'

/** First and last address of each special range, and the neighbors of it that are not. */
const EDGES: readonly (readonly [string, IpClass])[] = [
  ['0.0.0.0', 'reserved'],
  ['0.255.255.255', 'reserved'],
  ['1.0.0.0', 'public'],
  ['9.255.255.255', 'public'],
  ['10.0.0.0', 'private'],
  ['10.255.255.255', 'private'],
  ['11.0.0.0', 'public'],
  ['100.63.255.255', 'public'],
  ['100.64.0.0', 'private'],
  ['100.127.255.255', 'private'],
  ['100.128.0.0', 'public'],
  ['126.255.255.255', 'public'],
  ['127.0.0.0', 'loopback'],
  ['127.255.255.255', 'loopback'],
  ['128.0.0.0', 'public'],
  ['169.254.0.0', 'private'],
  ['169.255.0.0', 'public'],
  ['172.15.255.255', 'public'],
  ['172.16.0.0', 'private'],
  ['172.31.255.255', 'private'],
  ['172.32.0.0', 'public'],
  ['192.0.0.0', 'reserved'],
  ['192.0.0.170', 'reserved'],
  ['192.0.1.0', 'public'],
  ['192.0.2.255', 'private'],
  ['192.0.3.0', 'public'],
  ['192.88.98.255', 'public'],
  ['192.88.99.1', 'reserved'],
  ['192.167.255.255', 'public'],
  ['192.168.0.0', 'private'],
  ['192.169.0.0', 'public'],
  ['198.17.255.255', 'public'],
  ['198.18.0.0', 'private'],
  ['198.19.255.255', 'private'],
  ['198.20.0.0', 'public'],
  ['198.51.100.1', 'private'],
  ['203.0.113.255', 'private'],
  ['223.255.255.255', 'public'],
  ['224.0.0.0', 'reserved'],
  ['239.255.255.255', 'reserved'],
  ['240.0.0.0', 'reserved'],
  ['255.255.255.255', 'reserved'],
  ['::', 'reserved'],
  ['::1', 'loopback'],
  ['::2', 'reserved'],
  ['::ffff:7f00:1', 'loopback'],
  ['::ffff:0:7f00:1', 'loopback'],
  ['::7f00:1', 'loopback'],
  ['::ffff:0.0.0.0', 'reserved'],
  ['::ffff:8.8.4.4', 'public'],
  ['64:ff9b::7f00:1', 'loopback'],
  ['64:ff9b::10.0.0.1', 'private'],
  ['64:ff9b::8.8.4.4', 'public'],
  ['64:ff9b:1::1', 'private'],
  ['64:ff9b:2::1', 'reserved'],
  ['100::1', 'reserved'],
  ['1fff:ffff::', 'reserved'],
  ['2001::1', 'reserved'],
  ['2001:2::1', 'private'],
  ['2001:2:1::1', 'reserved'],
  ['2001:10::1', 'reserved'],
  ['2001:1ff:ffff::', 'reserved'],
  ['2001:200::1', 'public'],
  ['2001:db8::1', 'private'],
  ['2001:db9::1', 'public'],
  ['2002:7f00:1::1', 'loopback'],
  ['2002:c0a8:101::1', 'private'],
  ['2002:e000:1::', 'reserved'],
  ['2002:808:404::1', 'public'],
  ['2a00:1450::1', 'public'],
  ['3ffe:ffff::', 'public'],
  ['3fff::1', 'private'],
  ['3fff:fff:ffff::', 'private'],
  ['3fff:1000::', 'public'],
  ['4000::1', 'reserved'],
  ['5f00::1', 'reserved'],
  ['fbff::1', 'reserved'],
  ['fc00::1', 'private'],
  ['fdff::1', 'private'],
  ['fe00::1', 'reserved'],
  ['fe80::1', 'private'],
  ['febf::1', 'private'],
  ['fec0::1', 'private'],
  ['feff::1', 'private'],
  ['ff02::1', 'reserved'],
]

/** Pseudo-random whole numbers below `n`, the same in each run. */
function numbers(seed: number): (n: number) => number {
  let state = seed
  return (n) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return Math.floor((state / 2 ** 32) * n)
  }
}

/** Ways to write one IPv6 address. */
function spellings(bytes: IpBytes): string[] {
  const groups = Array.from({ length: 8 }, (_, at) => ((bytes[2 * at] ?? 0) << 8) | (bytes[2 * at + 1] ?? 0))
  const hex = groups.map((group) => group.toString(16))
  const full = hex.map((group) => group.padStart(4, '0'))
  const dotted = bytes.slice(12).join('.')
  const found = [hex.join(':'), full.join(':'), full.join(':').toUpperCase(), [...hex.slice(0, 6), dotted].join(':')]
  for (let from = 0; from < 8; from += 1)
    for (let to = from + 1; to <= 8 && groups[to - 1] === 0; to += 1) {
      if (groups[from] !== 0) break
      found.push(`${hex.slice(0, from).join(':')}::${hex.slice(to).join(':')}`)
      if (to <= 6) found.push(`${hex.slice(0, from).join(':')}::${[...hex.slice(to, 6), dotted].join(':')}`)
    }
  return found
}

describe('[AD2] the class of an IP address', () => {
  it.each(EDGES)('%s is %s', (text, expected) => {
    const bytes = parseIp(text)
    expect(bytes).not.toBeNull()
    expect(ipClass(bytes ?? [])).toBe(expected)
    expect(hostClass(`/ip${text.includes(':') ? 6 : 4}/${text}/tcp/1`)).toBe(expected)
  })

  it('is that of its value, however it is written', () => {
    const below = numbers(19)
    const heads = EDGES.map(([text]) => parseIp(text) ?? [])
    for (let turn = 0; turn < 3000; turn += 1) {
      const head = heads[below(heads.length)] ?? []
      // Of a special range, with other bytes behind; or anything.
      const kept = below(head.length + 1)
      const bytes = head.map((byte, at) => (at < kept || below(2) === 0 ? byte : below(256)))
      const expected = ipClass(bytes)
      const ways = bytes.length === 16 ? spellings(bytes) : [bytes.join('.')]
      const kind = bytes.length === 16 ? 'ip6' : 'ip4'
      const addresses = ways.map((text) => `/${kind}/${text}/tcp/4001`)
      expect(ways.filter((text) => parseIp(text)?.join() !== bytes.join())).toEqual([])
      expect(addresses.filter((address) => addressClass(address) !== expected)).toEqual([])
      // What libp2p makes of it is the same place.
      const places = addresses.flatMap((address) => [placeKey(address), placeKey(multiaddr(address).toString())])
      expect(new Set(places).size).toBe(1)
      const mapped = bytes.length === 16 ? [] : [...Array.from({ length: 10 }, () => 0), 255, 255, ...bytes]
      const others = mapped.length === 0 ? [] : spellings(mapped)
      expect(others.filter((text) => hostClass(`/ip6/${text}/tcp/1`) !== expected)).toEqual([])
      expect(others.filter((text) => ipHost(parseIp(text) ?? []) !== ipHost(bytes))).toEqual([])
    }
  })

  it('is read of standard text alone, and what the system would read beside it is no address', () => {
    const odd = [
      '127.1',
      '0177.0.0.1',
      '0x7f.0.0.1',
      '2130706433',
      '127.0.0.1 ',
      ' 127.0.0.1',
      '127.0.0.01',
      '1.2.3.4.5',
    ]
    odd.push('', '256.0.0.1', '1..2.3', '1.2.3.-4', '１.2.3.4', '127.0.0.1\0', '127.0.0.1%00')
    expect(odd.filter((text) => parseIp4(text) !== null)).toEqual([])
    expect(odd.filter((text) => parseDialAddress(`/ip4/${text}/tcp/1`) !== null)).toEqual([])
    expect(odd.filter((text) => hostClass(`/ip4/${text}/tcp/1`) !== 'reserved')).toEqual([])
    const odd6 = [':::', '1::2::3', '::1%lo', '::12345', '1:2:3:4:5:6:7', '1:2:3:4:5:6:7:8:9', ':1:2:3:4:5:6:7']
    odd6.push('1:2:3:4:5:6:7::8', '::1.2.3', '1.2.3.4::', '::1.2.3.4:5', '[::1]', ':', '::g')
    expect(odd6.filter((text) => parseIp6(text) !== null)).toEqual([])
    expect(odd6.filter((text) => hostClass(`/ip6/${text}/tcp/1`) !== 'reserved')).toEqual([])
    const below = numbers(7)
    const letters = '0123456789abcdef:.:.:::'
    const some = Array.from({ length: 20_000 }, () =>
      Array.from({ length: 1 + below(16) }, () => letters[below(letters.length)] ?? '').join(''),
    )
    expect(some.filter((text) => (parseIp4(text) !== null) !== isIPv4(text))).toEqual([])
    expect(some.filter((text) => (parseIp6(text) !== null) !== isIPv6(text))).toEqual([])
  })

  it('tells whether this machine or another one would make an IPv4 connection of it', () => {
    expect(embeddedIp4(parseIp('::ffff:10.0.0.1') ?? [])).toEqual({ bytes: [10, 0, 0, 1], by: 'mapped' })
    expect(embeddedIp4(parseIp('2002:0a00:1::') ?? [])).toEqual({ bytes: [10, 0, 0, 1], by: 'translated' })
    expect(embeddedIp4(parseIp('::1') ?? [])).toBeNull()
    expect(embeddedIp4(parseIp('2a00:1450::1') ?? [])).toBeNull()
  })
})

describe('[AD2] an address that can be dialed', () => {
  const peer = idOf('ann')
  const relay = idOf('relay')
  it.each([
    '/ip4/1.2.3.4/tcp/4001',
    `/ip4/1.2.3.4/tcp/4001/p2p/${peer}`,
    `/ip6/2a00:1450::1/tcp/4001/p2p/${relay}/p2p-circuit/p2p/${peer}`,
    `/p2p/${relay}/p2p-circuit`,
    '/ip6zone/eth0/ip6/fe80::1/tcp/1',
    '/dns4/Example.org./tcp/443',
    '/dnsaddr/example.org',
  ])('%s is one', (address) => {
    expect(parseDialAddress(address)).not.toBeNull()
  })

  it.each([
    '/unix/%2Frun%2Fdocker.sock',
    '/memory/1',
    '/ip4/1.2.3.4',
    '/ip4/1.2.3.4/tcp/0',
    '/ip4/1.2.3.4/tcp/65536',
    '/ip4/1.2.3.4/tcp/080',
    '/ip4/1.2.3.4/udp/4001',
    '/ip4/1.2.3.4/udp/4001/quic-v1',
    '/ip4/1.2.3.4/tcp/80/ws',
    '/ip4/1.2.3.4/tcp/1/ip4/127.0.0.1/tcp/2',
    '/ip4/1.2.3.4/ipcidr/8/tcp/1',
    '/ip4/1.2.3.4/tcp/1/',
    ' /ip4/1.2.3.4/tcp/1',
    'ip4/1.2.3.4/tcp/1',
    '/IP4/1.2.3.4/tcp/1',
    `/ip4/1.2.3.4/tcp/1/p2p-circuit`,
    `/p2p/${peer}`,
    `/ip4/1.2.3.4/tcp/1/p2p/${relay}/p2p-circuit/p2p/${peer}/p2p-circuit`,
    '/dns4/127.0.0.1/tcp/1',
    '/dns4/127.1/tcp/1',
    '/dns4/0x7f000001/tcp/1',
    '/dns4/2130706433/tcp/1',
    '/dns4/a b/tcp/1',
    '/dns4//tcp/1',
    '/ip6zone/lo/ip4/127.0.0.1/tcp/1',
    '',
  ])('%j is none', (address) => {
    expect(parseDialAddress(address)).toBeNull()
  })

  it('is one place with and without the peer, and in each spelling', () => {
    expect(placeKey(`/ip4/1.2.3.4/tcp/1/p2p/${peer}`)).toBe(placeKey('/ip6/::ffff:102:304/tcp/1'))
    expect(placeKey('/dns4/EXAMPLE.org./tcp/1')).toBe(placeKey(`/dns/example.org/tcp/1/p2p/${peer}`))
    expect(placeKey('/ip4/1.2.3.4/tcp/1')).not.toBe(placeKey('/ip4/1.2.3.4/tcp/2'))
    expect(placeKey(`/ip4/1.2.3.4/tcp/1/p2p/${relay}/p2p-circuit`)).not.toBe(placeKey('/ip4/1.2.3.4/tcp/1'))
  })

  it('[BD1] is of one host, and of one group, however it is written', () => {
    const hostOfText = (text: string): string | null => {
      const parsed = parseDialAddress(text)
      return parsed === null ? null : hostKey(parsed)
    }
    expect(hostOfText('/ip6/::ffff:1.2.3.4/tcp/1')).toBe('1.2.3.4')
    expect(hostOfText('/ip4/127.0.0.9/tcp/1')).toBe(hostOfText('/ip6/::1/tcp/2'))
    expect(hostOfText('/ip6/2a00:1450:0:1::1/tcp/1')).toBe(hostOfText('/ip6/2A00:1450:0:1:ffff::/tcp/2'))
    expect(addressGroup('/ip6/::ffff:102:304/tcp/1')).toBe('1.2.3.0/24')
    expect(addressGroup('/ip6/0:0:0:0:0:ffff:7f00:1/tcp/1')).toBeNull()
    expect(addressGroup('/ip6/2a00:1450:0:1::9')).toBe('2a00:1450:0:1::/64')
  })
})
