import { RELAY_V2_STOP_CODEC } from '@libp2p/circuit-relay-v2'
import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import { createPorts } from '../../src/main/network/libp2p/create-ports.ts'
import { targetParserOf } from '../../src/main/monitor/open-node.ts'
import type { OpenNode } from '../../src/main/monitor/open-node.ts'
import { StreamFailed } from '../../src/shared/errors.ts'
import { addressClass } from '../../src/shared/reachability.ts'
import { Nodes, until } from '../support/reach/nodes.ts'

const BEHIND = { listen: [], relays: true }

function knows(node: OpenNode, other: OpenNode): readonly string[] | undefined {
  return node.discovery.catalog().peers.get(other.peerId)?.entry.addresses
}

async function relayed(node: OpenNode, relay: OpenNode): Promise<string> {
  return await until('a place at the relay', () =>
    node.addresses().find((address) => address.includes(`/p2p/${relay.peerId}/p2p-circuit/`)),
  )
}

describe('a node that listens on nothing', () => {
  it('[AD4] is reached through a relay: its entry has the relayed address, and pings and syncs go through it', async () => {
    await using nodes = new Nodes()
    const relay = await nodes.open([], { serveRelay: true, relays: true })
    const behind = await nodes.open([relay], BEHIND)
    const address = await relayed(behind, relay)
    expect(addressClass(address)).toBe('relayed')
    expect(address.endsWith(`/p2p/${behind.peerId}`)).toBe(true)
    expect(behind.reachability().relay).toMatchObject({
      using: [{ peerId: relay.peerId, address: address.slice(0, address.lastIndexOf('/p2p/')) }],
      lost: null,
      serving: false,
    })
    expect(relay.reachability().relay).toMatchObject({ serving: true, reservations: 1, using: [] })

    // It never dials anybody: what happens between the two comes through the relay.
    const other = await nodes.open([relay], { relays: true })
    await until('the relayed address', () => knows(other, behind)?.some((one) => addressClass(one) === 'relayed'))
    const { entry } = await other.discovery.ping(behind.peerId)
    expect(entry.peerId).toBe(behind.peerId)
    const through = await until('the connection', () => other.discovery.connectedPeers().includes(behind.peerId))
    expect(through).toBe(true)
    await other.discovery.syncWith(behind.peerId)
    await other.discovery.addTags('told:by-gossip')
    await until('the tag', () =>
      behind.discovery.catalog().peers.get(other.peerId)?.entry.tags.includes('told:by-gossip'),
    )
  })

  it('[AD4] that loses its relay says so, takes a place at another one, and tells the new address', async () => {
    await using nodes = new Nodes()
    const first = await nodes.open([], { serveRelay: true })
    const second = await nodes.open([first])
    const behind = await nodes.open([first, second], BEHIND)
    await relayed(behind, first)
    const third = await nodes.open([first, second], { serveRelay: true })
    await behind.discovery.dial(third.addresses().map(targetParserOf()))
    await relayed(behind, third)
    expect(behind.reachability().relay.using).toHaveLength(2)

    await first.stop()
    const { relay } = await until('the loss', () => {
      const status = behind.reachability()
      return status.relay.using.length === 1 && status
    })
    expect(relay.using[0]?.peerId).toBe(third.peerId)
    expect(relay.lost).toMatchObject({ peerId: first.peerId, reason: expect.stringContaining('closed') })
    await until('the entry without it', () => {
      const addresses = knows(second, behind) ?? []
      return addresses.length > 0 && addresses.every((address) => address.includes(third.peerId))
    })
  })

  it('[AD4] asks nobody that does not call itself a relay, and none when relays are off', async () => {
    await using nodes = new Nodes()
    const plain = await nodes.open([], { relays: true })
    const relay = await nodes.open([plain], { serveRelay: true })
    const off = await nodes.open([relay], { listen: [], relays: false })
    const on = await nodes.open([plain, relay], BEHIND)
    await relayed(on, relay)
    expect(on.reachability().relay.using.map(({ peerId }) => peerId)).toEqual([relay.peerId])
    expect(off.addresses()).toEqual([])
    expect(relay.reachability().relay.reservations).toBe(1)
  })
})

it('[AD4] a relayed connection becomes a direct one when one of the two can dial the other, and all goes on', async () => {
  await using nodes = new Nodes()
  const relay = await nodes.open([], { serveRelay: true })
  const behind = await nodes.open([relay], BEHIND)
  await relayed(behind, relay)
  const other = await nodes.open([relay], { relays: true })
  await until('the relayed address', () => knows(other, behind)?.some((one) => addressClass(one) === 'relayed'))
  await other.discovery.ping(behind.peerId)
  await behind.discovery.dial(other.addresses().map(targetParserOf()))
  await until('both notice', () => [behind, other].every((node) => node.reachability().holePunched === 1))

  await relay.stop()
  await until('the relay gone', () => other.discovery.catalog().peers.get(relay.peerId) === undefined)
  expect((await other.discovery.ping(behind.peerId)).entry.peerId).toBe(behind.peerId)
  await behind.discovery.addTags('told:directly')
  await until('the tag', () => other.discovery.catalog().peers.get(behind.peerId)?.entry.tags.includes('told:directly'))
})

it('[AD4] a node on loopback takes no place, since all of its network reach it', async () => {
  await using nodes = new Nodes()
  const relay = await nodes.open([], { serveRelay: true })
  const here = await nodes.open([relay], { relays: true })
  const behind = await nodes.open([relay], BEHIND)
  await relayed(behind, relay)
  expect(here.addresses().map(addressClass)).toEqual(['loopback'])
  expect(relay.reachability().relay.reservations).toBe(1)
})

it('[AD4] somebody that is no relay of ours cannot make us take a place there', async () => {
  await using nodes = new Nodes()
  const here = await nodes.open([], { relays: true })
  const signal = new AbortController().signal
  const liar = await createPorts({
    secret: new Uint8Array(32).fill(9),
    listen: ['/ip4/127.0.0.1/tcp/0'],
    logger: pino({ enabled: false }),
    reach: { serve: true },
  })
  await liar.node.start(signal)
  try {
    const [target] = here.addresses().map(targetParserOf())
    if (target === undefined) throw new Error('it listens')
    await liar.node.connect(target, signal)
    const limits = { maxMessageBytes: 4096, maxInboundPerPeer: 1 }
    const link = await liar.streams.open(here.peerId, RELAY_V2_STOP_CODEC, limits, signal)
    await expect(link.read(signal)).rejects.toBeInstanceOf(StreamFailed)
    await until('the refusal', () => here.discovery.stats().refused['Stream'] === 1)
    expect(liar.reachability().relay.reservations).toBe(0)
  } finally {
    await liar.node.stop()
  }
})
