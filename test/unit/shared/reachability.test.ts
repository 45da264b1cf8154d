import { describe, expect, it } from 'vitest'
import type { AddressClass } from '../../../src/shared/reachability.ts'
import { addressClass, hostClass, isRelayed, onlyLocal } from '../../../src/shared/reachability.ts'

const RELAY = '12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN'

const TABLE: readonly (readonly [string, AddressClass])[] = [
  ['/ip4/93.184.216.7/tcp/1', 'public'],
  ['/ip4/172.32.0.1/tcp/1', 'public'],
  ['/ip4/172.15.255.255/tcp/1', 'public'],
  ['/ip4/100.63.0.1/tcp/1', 'public'],
  ['/ip4/100.128.0.1/tcp/1', 'public'],
  ['/ip4/192.167.0.1/tcp/1', 'public'],
  ['/ip6/2a00:1450::1/tcp/1', 'public'],
  ['/ip6/::ffff:93.184.216.7/tcp/1', 'public'],
  ['/dns4/example.org/tcp/1', 'public'],
  ['/ip4/10.0.0.1/tcp/1', 'private'],
  ['/ip4/192.168.1.1/tcp/1', 'private'],
  ['/ip4/172.16.0.1/tcp/1', 'private'],
  ['/ip4/172.31.255.255/tcp/1', 'private'],
  ['/ip4/100.64.0.1/tcp/1', 'private'],
  ['/ip4/169.254.0.1/tcp/1', 'private'],
  ['/ip6/fd00::1/tcp/1', 'private'],
  ['/ip6/FE80::1/tcp/1', 'private'],
  ['/ip6/febf::1/tcp/1', 'private'],
  ['/ip6zone/eth0/ip6/fe80::1/tcp/1', 'private'],
  ['/ip6/::ffff:10.0.0.1/tcp/1', 'private'],
  ['/ip4/127.0.0.1/tcp/1', 'loopback'],
  ['/ip4/127.255.0.1/tcp/1', 'loopback'],
  ['/ip6/::1/tcp/1', 'loopback'],
  ['/ip4/127.0.0.1', 'loopback'],
  ['/ip4/127.0.0.256/tcp/1', 'reserved'],
  ['/ip4/127.0.0.01/tcp/1', 'reserved'],
  ['/ip4/127.0.0.1.2/tcp/1', 'reserved'],
  ['/ip6/::1:2/tcp/1', 'reserved'],
  ['/ip6/0:0::1/tcp/1', 'loopback'],
  ['/ip6/::ffff:127.0.0.1/tcp/1', 'loopback'],
  ['/dns4/localhost/tcp/1', 'loopback'],
  ['/dns/peer.localhost/tcp/1', 'loopback'],
  [`/ip4/93.184.216.7/tcp/1/p2p/${RELAY}/p2p-circuit`, 'relayed'],
  [`/ip4/127.0.0.1/tcp/1/p2p/${RELAY}/p2p-circuit/p2p/${RELAY}`, 'relayed'],
  [`/p2p/${RELAY}/p2p-circuit`, 'relayed'],
]

describe('[AD2] the class of an address', () => {
  it.each(TABLE)('%s is %s', (address, expected) => {
    expect(addressClass(address)).toBe(expected)
  })

  it('of a relayed one is told apart from the class of the relay that is dialed', () => {
    expect(hostClass(`/ip4/10.0.0.1/tcp/1/p2p/${RELAY}/p2p-circuit`)).toBe('private')
    expect(hostClass(`/ip4/127.0.0.1/tcp/1/p2p/${RELAY}/p2p-circuit`)).toBe('loopback')
    expect(hostClass(`/ip4/93.184.216.7/tcp/1/p2p/${RELAY}/p2p-circuit`)).toBe('public')
  })

  it('an address leads through a relay by way of a peer, or by the relay server of an iroh peer', () => {
    const key = 'ab'.repeat(32)
    expect(TABLE.every(([address, expected]) => isRelayed(address) === (expected === 'relayed'))).toBe(true)
    expect(isRelayed('/iroh-relay/https%3A%2F%2Frelay.example%2F')).toBe(true)
    expect(isRelayed(`${key}@https://relay.example/`)).toBe(true)
    expect(isRelayed(`${key}@192.0.2.7:4433`)).toBe(false)
  })

  it('is not misled by a host name that only looks like the word', () => {
    expect(addressClass('/dns4/p2p-circuit.example.org/tcp/1')).toBe('public')
    expect(addressClass('/dns4/localhost.example.org/tcp/1')).toBe('public')
  })
})

it('addresses are of use on this machine only where there are some and all are loopback ones', () => {
  expect(onlyLocal(['/ip4/127.0.0.1/tcp/1', '/ip6/::1/tcp/1'])).toBe(true)
  expect(onlyLocal(['/ip4/127.0.0.1/tcp/1', '/ip4/10.0.0.1/tcp/1'])).toBe(false)
  expect(onlyLocal([])).toBe(false)
})
