import { describe, expect, it } from 'vitest'
import type { KnownAddress } from '../../../../../src/main/network/libp2p/reach/own-addresses.ts'
import {
  announcedAddresses,
  needsRelay,
  relayedAddresses,
  unheard,
  verdictOf,
} from '../../../../../src/main/network/libp2p/reach/own-addresses.ts'
import { idOf } from '../../../../support/discovery/entries.ts'

const RELAY = idOf('relay')

function known(address: string, rest: Partial<KnownAddress> = {}): KnownAddress {
  return { address, type: 'transport', verified: false, expires: 0, ...rest }
}

const listened = known('/ip4/93.184.216.7/tcp/1')
const mapped = known('/ip4/93.184.216.8/tcp/1', { type: 'ip-mapping' })
const seen = known('/ip4/93.184.216.9/tcp/1', { type: 'observed' })
const private_ = known('/ip4/192.168.1.5/tcp/1', { verified: true, expires: 1e15, lastVerified: 1 })
const reached = { verified: true, expires: 1e15, lastVerified: 1 }
const unreached = { verified: false, expires: 1e15 }

describe('[AD1] announced are', () => {
  it.each<[string, readonly KnownAddress[], readonly string[]]>([
    ['what we listen on, asked or not', [listened, private_], [listened.address, private_.address]],
    ['what the router opened', [mapped], [mapped.address]],
    ['not what others only saw', [seen], []],
    ['what others saw and could dial', [{ ...seen, ...reached }], [seen.address]],
    [
      'not what others could not dial',
      [
        { ...listened, ...unreached },
        { ...mapped, ...unreached },
      ],
      [],
    ],
    ['public ones first, each once', [private_, listened, listened], [listened.address, private_.address]],
    ['no relayed ones of libp2p', [known(`/ip4/93.184.216.7/tcp/1/p2p/${RELAY}/p2p-circuit`, reached)], []],
  ])('%s', (_name, addresses, expected) => {
    expect(announcedAddresses(addresses, [])).toEqual(expected)
  })

  it('[EN5] 32 at most, 8 of them relayed, none longer than an entry takes', () => {
    const many = Array.from({ length: 40 }, (_, index) => known(`/ip4/93.184.216.${index}/tcp/1`))
    const relayed = Array.from({ length: 12 }, (_, index) => `/ip4/93.184.216.7/tcp/${index}/p2p/${RELAY}/p2p-circuit`)
    const long = known(`/dns4/${'x'.repeat(250)}/tcp/1`)
    const announced = announcedAddresses([...many, long], relayed)
    expect(announced).toHaveLength(32)
    expect(announced.filter((address) => address.endsWith('p2p-circuit'))).toHaveLength(8)
    expect(announced).not.toContain(long.address)
    expect(announcedAddresses([private_], relayed.slice(0, 1))).toEqual([private_.address, relayed[0]])
  })
})

describe('[AD4] through a relay we are reached at', () => {
  const at = (host: string): string => `/ip4/${host}/tcp/1/p2p/${RELAY}`

  it('its public addresses, or else those of the local network, or else loopback', () => {
    const all = ['127.0.0.1', '10.0.0.1', '93.184.216.7']
    expect(relayedAddresses(RELAY, all.map(at))).toEqual([`${at('93.184.216.7')}/p2p-circuit`])
    expect(relayedAddresses(RELAY, all.slice(0, 2).map(at))).toEqual([`${at('10.0.0.1')}/p2p-circuit`])
    expect(relayedAddresses(RELAY, all.slice(0, 1).map(at))).toEqual([`${at('127.0.0.1')}/p2p-circuit`])
  })

  it('four of them at most, none of another peer, and none through a second relay', () => {
    const many = Array.from({ length: 9 }, (_, index) => at(`93.184.216.${index}`))
    expect(relayedAddresses(RELAY, many)).toHaveLength(4)
    const other = `/ip4/93.184.216.7/tcp/1/p2p/${idOf('victim')}`
    expect(relayedAddresses(RELAY, [other, `${other}/p2p-circuit/p2p/${RELAY}`])).toEqual([])
  })
})

it.each<[string, readonly KnownAddress[], string]>([
  ['nobody tried', [listened, private_, seen], 'unknown'],
  [
    'one could',
    [
      { ...listened, ...reached },
      { ...mapped, ...unreached },
    ],
    'public',
  ],
  ['none could', [{ ...listened, ...unreached }, private_], 'private'],
])('[AD6] the verdict where %s', (_name, addresses, verdict) => {
  expect(verdictOf(addresses)).toBe(verdict)
})

it.each<[readonly string[], boolean]>([
  [[], true],
  [['/ip4/192.168.1.5/tcp/1'], true],
  [['/ip4/192.168.1.5/tcp/1', '/ip4/127.0.0.1/tcp/1'], true],
  [['/ip4/93.184.216.7/tcp/1', '/ip4/192.168.1.5/tcp/1'], false],
  [['/ip4/127.0.0.1/tcp/1'], false],
  [[`/ip4/93.184.216.7/tcp/1/p2p/${RELAY}/p2p-circuit`], true],
])('[AD4] with the addresses %j a relay is needed: %s', (addresses, needed) => {
  expect(needsRelay(addresses)).toBe(needed)
})

describe('listen addresses that nothing listens on', () => {
  const both = ['/ip4/0.0.0.0/tcp/0', '/ip6/::/tcp/0']
  it.each<[string, readonly KnownAddress[], readonly string[]]>([
    ['are none where both families are there', [listened, known('/ip6/::1/tcp/2')], []],
    ['are those of IPv6 where there is none', [listened, private_], ['/ip6/::/tcp/0']],
    ['are those of IPv4 where there is none', [known('/ip6/2001:db8::1/tcp/2')], ['/ip4/0.0.0.0/tcp/0']],
    [
      'are not told by what others saw',
      [listened, known('/ip6/2001:db8::1/tcp/2', { type: 'observed' })],
      ['/ip6/::/tcp/0'],
    ],
    ['are none while nothing is known', [], []],
  ])('%s', (_name, addresses, expected) => {
    expect(unheard(both, addresses)).toEqual(expected)
  })
})
