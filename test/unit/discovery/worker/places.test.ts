/** Addresses that the user gave, and what else a node that lost everybody dials (rules AN10, AD2, WK4). */
import { afterEach, describe, expect, it } from 'vitest'
import { addressHere, dialect } from '../../../support/discovery/dialect.ts'
import { resolveConfig } from '../../../../src/shared/config.ts'
import type { DialTarget } from '../../../../src/main/discovery/ports.ts'
import { SimNetwork } from '../../../sim/network.ts'
import type { SimNode } from '../../../sim/network.ts'
import { QUIET } from './setup.ts'
import { Stranger } from './stranger.ts'

let network: SimNetwork
afterEach(async () => await network.stop())
const begin = (config = {}): SimNetwork => (network = new SimNetwork({ seed: 1, config }))

/** What a node dials from now on. */
function dialsOf(node: SimNode): DialTarget[] {
  const dialed: DialTarget[] = []
  const connect = node.host.connect.bind(node.host)
  node.host.connect = (target, signal) => {
    dialed.push(target)
    return connect(target, signal)
  }
  return dialed
}

describe('an address that the user gave', () => {
  it('[AN10] is found again after a seed restarts gracefully at the same address', async () => {
    begin(QUIET)
    const seed = await network.start()
    const { secret, address } = seed.host
    const nodes = [await network.start({ bootstrap: [seed] }), await network.start({ bootstrap: [seed] })]
    await network.run(15_000)
    await network.leave(seed)
    await network.run(8000)
    for (const node of nodes) expect(node.discovery.catalog().peers.size).toBe(2)
    const again = await network.start({ secret, address })
    await network.run(30_000)
    expect(network.converged()).toBe(true)
    expect(again.discovery.catalog().peers.size).toBe(3)
  })

  it('[AN10] is not pushed out by ghosts, and tried for ever while nobody is there', async () => {
    begin({ ...QUIET, purgeAfter: 60_000, announceInterval: 20_000 })
    const seed = await network.start()
    const one = await network.start({ bootstrap: [seed] })
    const { secret, address } = seed.host
    await network.run(5000)
    network.crash(seed)
    const liar = await Stranger.meet(network)
    for (let index = 0; index < 400; index += 1) {
      const ghost = network.world.random.bytes(32)
      const { peerId } = network.world.addHost(ghost)
      const signed = liar.entryBy(ghost, {
        peerId,
        addresses: [addressHere(`/ip4/192.0.2.${index % 256}/tcp/${index + 1}`)],
      })
      await one.discovery.feed(signed)
    }
    // All ghosts are purged, and remembered.
    await network.run(600_000)
    expect(one.discovery.catalog().peers.size).toBe(1)
    const again = await network.start({ secret, address })
    await network.run(70_000)
    expect(one.discovery.catalog().peers.has(again.peerId)).toBe(true)
  })

  it('[AN10] where nobody ever was is tried for ever, a minute apart at most', async () => {
    begin(QUIET)
    const seed = await network.start()
    const { secret, address } = seed.host
    network.crash(seed)
    const one = await network.start({ bootstrap: [seed] })
    const dialed = dialsOf(one)
    await network.run(10_000)
    // The first retries are seconds apart.
    expect(dialed.length).toBeGreaterThanOrEqual(2)
    await network.run(590_000)
    expect(dialed.length).toBeLessThan(40)
    const again = await network.start({ secret, address })
    await network.run(61_000)
    expect(one.discovery.catalog().peers.has(again.peerId)).toBe(true)
  })

  it('[WK4, AD2, AN10] by dial is dialed whatever it is, with a result for each, and kept', async () => {
    begin(QUIET)
    const [one, two] = [await network.start(), await network.start()]
    const dialed = dialsOf(one)
    const dead = { addresses: [addressHere('/ip4/10.255.0.1/tcp/1')] }
    const work = one.discovery.dial([dead, { addresses: [two.host.address] }])
    await network.run(5000)
    expect(await work).toMatchObject([
      { target: dead, peerId: null, error: { code: 'DialFailed' } },
      { peerId: two.peerId, error: null },
    ])
    expect(dialed.every(({ given }) => given === true)).toBe(true)
    // The one that failed is tried again.
    await network.run(60_000)
    const dialsTo = (address: string | undefined): number =>
      dialed.filter(({ addresses }) => addresses[0] === address).length
    expect(dialsTo(dead.addresses[0])).toBeGreaterThan(1)
    expect(dialsTo(two.host.address)).toBe(1)
  })
})

describe('of many places', () => {
  it('[AN10] the last 64 that were dialed are kept', async () => {
    begin(QUIET)
    const one = await network.start()
    const addresses = Array.from({ length: 70 }, (_, index) => addressHere(`/ip4/10.201.0.${index}/tcp/1`))
    for (const address of addresses) {
      const tried = one.discovery.dial([{ addresses: [address] }])
      await network.run(200)
      await tried
    }
    const dialed = dialsOf(one)
    await network.run(120_000)
    const again = new Set(dialed.map((target) => target.addresses[0]))
    expect([...again].toSorted()).toEqual(addresses.slice(6).toSorted())
  })

  it('[AN10] 256 that were purged are kept, and neighbors beside them', async () => {
    begin({ ...QUIET, purgeAfter: 60_000, announceInterval: 20_000 })
    const one = await network.start()
    const neighbor = await Stranger.meet(network, one)
    await neighbor.announce(neighbor.entry())
    neighbor.host.crash()
    await network.run(70_000)
    expect(one.discovery.catalog().peers.size).toBe(1)
    for (let index = 0; index < 300; index += 1) {
      const ghost = network.world.random.bytes(32)
      const { peerId } = network.world.addHost(ghost)
      await one.discovery.feed(
        neighbor.entryBy(ghost, { peerId, addresses: [addressHere(`/ip4/10.202.${index >> 8}.${index & 255}/tcp/1`)] }),
      )
    }
    await network.run(70_000)
    expect(one.discovery.catalog().peers.size).toBe(1)
    const dialed = dialsOf(one)
    await network.run(60_000)
    expect(dialed.some(({ peerId }) => peerId === neighbor.peerId)).toBe(true)
    // Long enough for most to have had their turn.
    await network.run(12_000_000)
    const ghosts = new Set(dialed.flatMap(({ peerId }) => (peerId === neighbor.peerId ? [] : [peerId])))
    expect(ghosts.size).toBeLessThanOrEqual(256)
    expect(ghosts.size).toBeGreaterThan(220)
  })
})

describe('a peer that was purged', () => {
  /** A node without any given address that lost the only peer it knew of. */
  async function forgotten(purgeAfter: number): Promise<{ one: SimNode; lost: Stranger; dialed: DialTarget[] }> {
    begin({ ...QUIET, purgeAfter, announceInterval: 1000, maxTimeDrift: 1000 })
    const one = await network.start()
    const lost = await Stranger.meet(network)
    // It was there once: it came to us from its address.
    const met = lost.host.connect({ peerId: one.peerId, addresses: [one.host.address] }, new AbortController().signal)
    await network.run(200)
    await met
    network.world.passes = (from, to) => from !== lost.peerId && to !== lost.peerId
    void lost.host.disconnect(one.peerId)
    await network.run(200)
    await one.discovery.feed(lost.entry())
    await network.run(purgeAfter + 100)
    expect(one.discovery.catalog().peers.size).toBe(1)
    return { one, lost, dialed: dialsOf(one) }
  }
  const dialsTo = (dialed: readonly DialTarget[], lost: Stranger): number =>
    dialed.filter(({ peerId }) => peerId === lost.peerId).length

  it('[AN10] is dialed every 15 s, or every purgeAfter / 2 where that is less, and found when it is back', async () => {
    const slow = await forgotten(60_000)
    await network.run(120_000)
    expect(dialsTo(slow.dialed, slow.lost)).toBeGreaterThanOrEqual(5)
    expect(dialsTo(slow.dialed, slow.lost)).toBeLessThanOrEqual(9)
    network.world.passes = () => true
    await network.run(25_000)
    expect(slow.one.discovery.connectedPeers()).toEqual([slow.lost.peerId])
    await network.stop()
    const quick = await forgotten(4000)
    await network.run(30_000)
    expect(dialsTo(quick.dialed, quick.lost)).toBeGreaterThanOrEqual(4)
  })

  it('[AN10] and says goodbye later is not dialed any more', async () => {
    const { one, lost, dialed } = await forgotten(60_000)
    network.world.passes = () => true
    await network.run(25_000)
    await one.discovery.feed(lost.entry())
    const known = one.discovery.catalog().peers.get(lost.peerId)?.entry.version
    if (known === undefined) throw new Error('it is not known')
    const timestamp = lost.version().updatedAt
    const goodbye = { peerId: lost.peerId, networkId: network.networkId, lastVersion: known, timestamp }
    await lost.publish(dialect.encodeDeparture(goodbye, lost.host.secret, lost.host.ports.signatures))
    expect(one.discovery.catalog().peers.has(lost.peerId)).toBe(false)
    lost.host.crash()
    const before = dialsTo(dialed, lost)
    await network.run(120_000)
    expect(dialsTo(dialed, lost)).toBe(before)
  })
})

describe('a full catalog', () => {
  it('[CT8, EV1] tells that a peer was displaced, and dials it again later', async () => {
    begin({ ...QUIET, maxPeers: 4 })
    const one = await network.start()
    const [far, ...others] = await Promise.all(Array.from({ length: 7 }, () => Stranger.meet(network)))
    if (far === undefined) throw new Error('no stranger')
    network.world.passes = (from) => from !== one.peerId
    for (const stranger of [far, ...others]) {
      await one.discovery.feed(stranger.entry())
      await network.run(100)
    }
    const departed = one.events.filter((event) => event.kind === 'PeerDeparted')
    expect(departed).toHaveLength(3)
    expect(new Set(departed.map(({ reason }) => reason))).toEqual(new Set(['displaced']))
    const dialed = dialsOf(one)
    await network.run(120_000)
    const displaced = new Set(departed.map(({ peerId }) => peerId))
    expect(dialed.some(({ peerId }) => peerId !== undefined && displaced.has(peerId))).toBe(true)
  })
})

describe('after a long sleep', () => {
  it('[WK11] a node that lost its neighbors finds peers of its catalog to dial', async () => {
    begin({ announceInterval: 20_000, purgeAfter: 60_000, maxTimeDrift: 20_000 })
    const nodes = await network.startMany(5)
    await network.run(20_000)
    const [one] = nodes
    if (one === undefined) throw new Error('no node')
    // Its connections broke while it slept, and its clock is an hour ahead of what it was.
    const dialed = dialsOf(one)
    one.host.skew = 3_600_000
    for (const { peerId } of one.host.connections()) void one.host.disconnect(peerId)
    one.discovery.clockMayHaveJumped()
    await network.run(300)
    expect(dialed.length).toBeGreaterThan(0)
  })
})

describe('a node that is connected and in no mesh', () => {
  it('[AN12] learns by further syncs what is told to the others', async () => {
    begin(QUIET)
    const hub = await network.start()
    const apart = (host: SimNode['host']): void => {
      host.gossip.join = () => Promise.resolve()
    }
    const one = await network.start({ bootstrap: [hub], prepare: apart })
    await network.run(5000)
    // Nobody can reach it, and so it tells nobody itself.
    const late = await Stranger.meet(network)
    await hub.discovery.feed(late.entry({ addresses: [addressHere('/ip4/192.0.2.1/tcp/1')] }))
    await network.run(20_000)
    expect(one.discovery.neighbors()).toEqual([])
    expect(one.discovery.catalog().peers.has(late.peerId)).toBe(true)
  })
})

describe('two fresh peers', () => {
  it('[SY6] do not both begin: who dialed does, at once, and no sync fails', async () => {
    for (let seed = 1; seed <= 6; seed += 1) {
      network = new SimNetwork({ seed, config: QUIET })
      const one = await network.start()
      const two = await network.start({ bootstrap: [one] })
      await network.run(900)
      const kinds = (node: SimNode): string[] =>
        node.events.map(({ kind }) => kind).filter((kind) => kind.startsWith('Sync'))
      // Once more as it came into the mesh meanwhile (rule SY11), where that costs next to nothing.
      expect(kinds(two)).toEqual(dialect.abilities.reconciles ? ['SyncCompleted', 'SyncCompleted'] : ['SyncCompleted'])
      await network.run(10_000)
      expect(kinds(one)).toEqual([])
      if (seed < 6) await network.stop()
    }
  })

  it('[SY6] among ten that start together hardly a sync fails', async () => {
    network = new SimNetwork({ seed: 2, config: resolveConfig({}) })
    await network.startMany(10)
    await network.run(30_000)
    const all = [...network.nodes.values()].flatMap((node) => node.events)
    const failed = all.filter(({ kind }) => kind === 'SyncFailed').length
    expect(network.converged()).toBe(true)
    expect(failed).toBe(0)
  })
})
