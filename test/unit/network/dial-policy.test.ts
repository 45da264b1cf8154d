import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import { createPorts } from '../../../src/main/network/libp2p/create-ports.ts'
import { parseDialAddress } from '../../../src/shared/dial-address.ts'
import type { Interface } from '../../../src/main/network/dial-policy.ts'
import { DialPolicy, whyNotDialed } from '../../../src/main/network/dial-policy.ts'
import { idOf } from '../../support/discovery/entries.ts'

const RELAY = idOf('relay')
const OTHER = idOf('other relay')

const HOME: readonly Interface[] = [
  { cidr: '127.0.0.1/8', internal: true },
  { cidr: '192.168.1.5/24', internal: false },
  { cidr: 'fd00:1:2:3::5/64', internal: false },
  { cidr: 'fe80::5/64', internal: false },
  { cidr: '100.100.1.2/32', internal: false },
]
const EVERYWHERE = ['/ip4/0.0.0.0/tcp/0']
const HERE = ['/ip4/127.0.0.1/tcp/0', '/ip6/::1/tcp/0']

interface Given {
  readonly listen?: readonly string[]
  readonly interfaces?: readonly Interface[]
  readonly names?: Readonly<Record<string, readonly string[]>>
}

function policy({ listen = EVERYWHERE, interfaces = HOME, names = {} }: Given = {}): DialPolicy {
  return new DialPolicy({
    parse: parseDialAddress,
    listen,
    interfaces: () => interfaces,
    resolve: (name) => Promise.resolve(names[name] ?? []),
    isConnected: (peerId) => peerId === RELAY,
  })
}

describe('[AD2] a node at home, 192.168.1.5, that listens on all interfaces', () => {
  it.each([
    ['/ip4/93.184.216.7/tcp/1', true],
    ['/ip6/2a00:1450::1/tcp/1', true],
    ['/ip4/192.168.1.200/tcp/1', true],
    ['/ip4/192.168.1.5/tcp/1', true],
    ['/ip6/::ffff:192.168.1.7/tcp/1', true],
    ['/ip6/fd00:1:2:3::9/tcp/1', true],
    ['/ip6zone/eth0/ip6/fe80::9/tcp/1', true],
    ['/ip4/100.64.7.7/tcp/1', true],
    ['/ip4/192.168.2.5/tcp/1', false],
    ['/ip4/10.0.0.1/tcp/1', false],
    ['/ip4/172.17.0.2/tcp/1', false],
    ['/ip4/169.254.1.1/tcp/1', false],
    ['/ip6/fd00:1:2:4::9/tcp/1', false],
    ['/ip6/::ffff:10.0.0.1/tcp/1', false],
    ['/ip4/127.0.0.1/tcp/1', false],
    ['/ip6/::1/tcp/1', false],
    ['/ip6/::ffff:127.0.0.1/tcp/1', false],
    ['/ip4/0.0.0.0/tcp/1', false],
    ['/ip6/::/tcp/1', false],
    ['/ip6/::ffff:7f00:1/tcp/1', false],
    ['/ip6/0:0:0:0:0:ffff:127.0.0.1/tcp/1', false],
    ['/ip6/64:ff9b::7f00:1/tcp/1', false],
    ['/ip6/64:ff9b::c0a8:107/tcp/1', false],
    ['/ip6/2002:7f00:1::/tcp/1', false],
    ['/ip4/224.0.0.1/tcp/1', false],
    ['/ip4/255.255.255.255/tcp/1', false],
    ['/ip4/203.0.113.7/tcp/1', false],
    ['/ip4/198.18.0.1/tcp/1', false],
    ['/ip4/93.184.216.7/tcp/0', false],
    ['/unix/%2Frun%2Fdocker.sock', false],
    [`/ip4/0.0.0.0/tcp/1/p2p/${OTHER}/p2p-circuit`, false],
    ['/ip6zone/lo/ip6/::1/tcp/1', false],
    ['/dns4/localhost/tcp/1', false],
    ['/dns4/example.org/tcp/1', false],
    [`/ip4/93.184.216.7/tcp/1/p2p/${OTHER}/p2p-circuit`, true],
    [`/ip4/192.168.1.9/tcp/1/p2p/${OTHER}/p2p-circuit`, true],
    [`/ip4/192.168.2.9/tcp/1/p2p/${OTHER}/p2p-circuit`, false],
    [`/ip4/127.0.0.1/tcp/1/p2p/${OTHER}/p2p-circuit`, false],
    [`/ip4/192.168.2.9/tcp/1/p2p/${RELAY}/p2p-circuit`, true],
    [`/p2p/${RELAY}/p2p-circuit/p2p/${OTHER}`, true],
    [`/p2p/${OTHER}/p2p-circuit/p2p/${RELAY}`, false],
  ])('%s is dialed: %s', (address, dialed) => {
    expect(policy().allows(address)).toBe(dialed)
  })
})

describe('[AD2] an address that we listen at', () => {
  it('is dialed though its interface is down, and no other of its network', () => {
    const down = policy({ listen: ['/ip4/192.168.9.5/tcp/0', '/ip6/fd00:9::5/tcp/0'] })
    for (const ours of ['/ip4/192.168.9.5/tcp/7', '/ip6/fd00:9::5/tcp/7']) expect(down.allows(ours)).toBe(true)
    for (const other of ['/ip4/192.168.9.6/tcp/7', '/ip6/fd00:9::6/tcp/7']) expect(down.allows(other)).toBe(false)
    expect(policy({ listen: EVERYWHERE }).allows('/ip4/192.168.9.5/tcp/7')).toBe(false)
  })
})

describe('[AD2] loopback', () => {
  const loopback = '/ip4/127.0.0.1/tcp/4001'

  it('is dialed by a node that listens on loopback only, or has no other interface', () => {
    expect(policy({ listen: HERE }).allows(loopback)).toBe(true)
    expect(policy({ interfaces: HOME.slice(0, 1) }).allows(loopback)).toBe(true)
    expect(policy({ listen: [...HERE, ...EVERYWHERE] }).allows(loopback)).toBe(false)
    expect(policy({ listen: [] }).allows(loopback)).toBe(false)
  })

  it('is dialed where the user gave it, and no other port of this machine', async () => {
    const one = policy()
    expect(await one.choose({ addresses: [loopback] })).toEqual([])
    expect(await one.choose({ addresses: [loopback], given: true })).toEqual([loopback])
    expect(one.allows(`${loopback}/p2p/${OTHER}`)).toBe(true)
    expect(await one.choose({ peerId: OTHER, addresses: [loopback] })).toEqual([loopback])
    expect(one.allows('/ip4/127.0.0.1/tcp/22')).toBe(false)
  })

  it('of a relay is dialed where the user gave the way through it', async () => {
    const one = policy()
    const through = `${loopback}/p2p/${OTHER}/p2p-circuit`
    await one.choose({ peerId: RELAY, addresses: [through], given: true })
    expect(one.allows(loopback)).toBe(true)
    expect(one.allows(`${through}/p2p/${RELAY}`)).toBe(true)
  })
})

describe('[AD2] a name', () => {
  const names = {
    'good.org': ['93.184.216.7', '2a00:1450::7'],
    'evil.org': ['127.0.0.1', '10.0.0.1', '192.168.2.1', '192.168.1.7'],
    'many.org': Array.from({ length: 50 }, (_, index) => `93.184.216.${index}`),
  }

  it('of an entry is dialed by the addresses that it stands for, which follow the same rule', async () => {
    const choose = async (...addresses: string[]): Promise<readonly string[]> =>
      await policy({ names }).choose({ addresses })
    expect(await choose('/dns4/good.org/tcp/1')).toEqual(['/ip4/93.184.216.7/tcp/1'])
    expect(await choose('/dns6/good.org/tcp/1')).toEqual(['/ip6/2a00:1450::7/tcp/1'])
    expect(await choose('/dns/good.org/tcp/1')).toEqual(['/ip4/93.184.216.7/tcp/1', '/ip6/2a00:1450::7/tcp/1'])
    expect(await choose('/dns4/evil.org/tcp/1')).toEqual(['/ip4/192.168.1.7/tcp/1'])
    expect(await choose('/dnsaddr/good.org', '/dns4/unknown.org/tcp/1')).toEqual([])
    expect(await choose(`/dns4/good.org/tcp/1/p2p/${OTHER}/p2p-circuit`)).toEqual([
      `/ip4/93.184.216.7/tcp/1/p2p/${OTHER}/p2p-circuit`,
    ])
  })

  it('of an entry costs a bounded number of look-ups and dials', async () => {
    let asked = 0
    const one = new DialPolicy({
      parse: parseDialAddress,
      listen: EVERYWHERE,
      interfaces: () => HOME,
      resolve: () => Promise.resolve(((asked += 1), names['many.org'])),
      isConnected: () => false,
    })
    const addresses = Array.from({ length: 32 }, (_, index) => `/dns4/host${index}.org/tcp/1`)
    expect((await one.choose({ addresses })).length).toBeLessThanOrEqual(16)
    expect(asked).toBe(4)
    const single = new DialPolicy({
      parse: parseDialAddress,
      listen: EVERYWHERE,
      interfaces: () => HOME,
      resolve: () => Promise.resolve(['93.184.216.7']),
      isConnected: () => false,
    })
    expect(await single.choose({ addresses })).toHaveLength(4)
    const plain = Array.from({ length: 32 }, (_, index) => `/ip4/93.184.216.${index}/tcp/1`)
    expect(await one.choose({ addresses: plain })).toHaveLength(16)
  })

  it('that the user gave is dialed as it stands', async () => {
    const one = policy()
    const target = { addresses: ['/dns4/localhost/tcp/1'], given: true }
    expect(await one.choose(target)).toEqual(target.addresses)
    expect(one.allows('/dns4/localhost/tcp/1')).toBe(true)
  })
})

it.each([
  [[], 'noAddress'],
  [['/ip4/127.0.0.1/tcp/1', '/ip6/::1/tcp/1'], 'ownMachine'],
  [['/ip4/127.0.0.1/udp/1/quic-v1'], 'ownMachine'],
  // Another machine, which has loopback addresses as every one has.
  [['/ip4/10.255.254.253/tcp/1', '/ip4/127.0.0.1/tcp/1'], 'elsewhere'],
  [['/ip4/127.0.0.1/udp/1/quic-v1', '/iroh-relay/https%3A%2F%2Frelay.example.%2F'], 'elsewhere'],
  // A name was looked up: that is charged as a dial.
  [['/dns4/victim.example/tcp/1'], null],
  [['/ip4/127.0.0.1/tcp/1', '/dns/victim.example/tcp/1'], null],
] as const)('[AD2] says why nobody is dialed at %j', (addresses, why) => {
  expect(whyNotDialed(addresses)).toBe(why)
})

it('[AD2] what users gave is remembered up to a bound', async () => {
  const one = policy()
  const at = (port: number): string => `/ip4/127.0.0.1/tcp/${port}`
  for (let port = 1; port <= 1025; port += 1) await one.choose({ addresses: [at(port)], given: true })
  expect(one.allows(at(1))).toBe(false)
  expect(one.allows(at(2))).toBe(true)
  expect(one.allows(at(1025))).toBe(true)
})

it('[AD2] a node dials no address of another private network for an entry, but for its user', async () => {
  const ports = await createPorts({
    secret: new Uint8Array(32).fill(5),
    listen: ['/ip4/127.0.0.1/tcp/0'],
    logger: pino({ enabled: false }),
  })
  const signal = new AbortController().signal
  await ports.node.start(signal)
  try {
    const elsewhere = ['/ip4/10.255.254.253/tcp/1', '/ip4/172.31.254.253/tcp/1']
    await expect(ports.node.connect({ addresses: elsewhere }, signal)).rejects.toThrow('other places than ours')
    // Port 1 of this machine: nothing listens there, and that is noticed by asking it.
    const here = { addresses: ['/ip4/127.0.0.1/tcp/1'] }
    await expect(ports.node.connect(here, signal)).rejects.toThrow('connection refused')
    await expect(ports.node.connect({ ...here, given: true }, signal)).rejects.toThrow('connection refused')
  } finally {
    await ports.node.stop()
  }
})
