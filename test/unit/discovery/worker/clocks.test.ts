import { afterEach, describe, expect, it } from 'vitest'
import { dialect } from '../../../support/discovery/dialect.ts'
import { SimNetwork } from '../../../sim/network.ts'
import { at, count, QUIET } from './setup.ts'
import { Stranger } from './stranger.ts'

let network: SimNetwork
const begin = (config: ConstructorParameters<typeof SimNetwork>[0]['config'] = {}, seed = 1): SimNetwork => {
  network = new SimNetwork({ seed, config })
  return network
}
afterEach(async () => await network.stop())

describe('silence and clocks', () => {
  it('[WK6, EV1, CT10] a peer that is silent for purgeAfter is purged, soon after, and told as purged', async () => {
    begin({ purgeAfter: 20_000, announceInterval: 5000, announceJitter: 0, maxTimeDrift: 10_000 })
    const [one, two] = await network.startMany(2)
    if (one === undefined || two === undefined) throw new Error('no nodes')
    await network.run(12_000)
    network.crash(two)
    const heard = one.discovery.catalog().peers.get(two.peerId)?.entry.version.updatedAt ?? 0
    await network.run(heard + 20_000 - one.host.ports.clock.now() - 1)
    expect(count(one, 'PeerDeparted')).toBe(0)
    await network.run(200)
    expect(one.events.findLast((event) => event.kind === 'PeerDeparted')).toMatchObject({
      peerId: two.peerId,
      reason: 'purged',
    })
  })

  it('[WK6] what expires sooner is purged in time, though a later purge was due first', async () => {
    begin({ ...QUIET, purgeAfter: 60_000, announceInterval: 20_000, maxTimeDrift: 50_000 })
    const one = await network.start()
    const [late, soon] = [await Stranger.meet(network), await Stranger.meet(network)]
    await one.discovery.feed(late.entry({ addresses: [] }))
    await network.run(100)
    await one.discovery.feed(soon.entry({ addresses: [], version: soon.version(-50_000) }))
    await network.run(10_200)
    expect(one.events.filter(({ kind }) => kind === 'PeerDeparted')).toMatchObject([{ peerId: soon.peerId }])
  })

  it('[WK11] after a jump of the clock peers are asked before any is purged; only the silent ones go', async () => {
    begin({ purgeAfter: 20_000, announceInterval: 5000, maxTimeDrift: 10_000 })
    const nodes = await network.startMany(6)
    await network.run(15_000)
    const sleeper = at(nodes, 0)
    // The machine slept for an hour; meanwhile one of the others died.
    const dead = at(nodes, 5)
    network.crash(dead)
    sleeper.host.skew += 3_600_000
    for (const node of network.nodes.values()) if (node !== sleeper) node.host.skew += 3_600_000
    // Not even for the moment until it is noticed does the catalog look empty.
    expect(sleeper.discovery.catalog().peers.size).toBe(6)
    await network.run(2000)
    expect(sleeper.discovery.catalog().peers.size).toBe(6)
    expect(count(sleeper, 'ClockJumped')).toBe(1)
    expect(count(sleeper, 'PeerDeparted')).toBe(0)
    await network.run(40_000)
    const gone = sleeper.events.filter((event) => event.kind === 'PeerDeparted')
    expect(gone).toMatchObject([{ peerId: dead.peerId, reason: 'purged' }])
    expect(network.converged()).toBe(true)
  })

  it('[WK11] a word from the host that the machine woke is enough', async () => {
    begin({ purgeAfter: 20_000, announceInterval: 5000, maxTimeDrift: 10_000 })
    const [one] = await network.startMany(3)
    if (one === undefined) throw new Error('no node')
    await network.run(10_000)
    for (const node of network.nodes.values()) node.host.skew += 600_000
    one.discovery.clockMayHaveJumped()
    await network.run(0)
    expect(one.events.findLast((event) => event.kind === 'ClockJumped')).toMatchObject({ byMs: 600_000 })
    one.host.skew -= 600_000
    one.discovery.clockMayHaveJumped()
    await network.run(0)
    expect(one.events.findLast((event) => event.kind === 'ClockJumped')).toMatchObject({ byMs: -600_000 })
  })

  it('[WK11] after a jump all peers are asked soon, also where nothing else is due', async () => {
    begin(QUIET)
    const one = await network.start()
    const stranger = await Stranger.meet(network, one)
    let pings = 0
    stranger.host.handle(stranger.ids.ping, dialect.limits.ping, () => {
      pings += 1
      return Promise.reject(new Error('busy'))
    })
    await stranger.announce(stranger.entry())
    await network.run(10_000)
    const before = pings
    one.host.skew += 600_000
    one.discovery.clockMayHaveJumped()
    await network.run(2000)
    expect(pings).toBe(before + 1)
    // Until they were, staleness is judged as before: who reads our health is told.
    expect(one.discovery.health().judgedAt).toBeLessThan(one.host.ports.clock.now() - 500_000)
  })

  it('[AN7, WK13] our own health is told apart from what is known of others', async () => {
    begin({ purgeAfter: 20_000, announceInterval: 5000, maxTimeDrift: 10_000 })
    const one = await network.start()
    await network.run(1000)
    expect(one.discovery.health()).toMatchObject({ state: 'alone', listening: true, neighbors: 0, lastHeardAt: null })
    const two = await network.start({ bootstrap: [one] })
    await network.run(10_000)
    const online = one.discovery.health()
    expect(online).toMatchObject({ state: 'online', neighbors: 1, connections: 1, suspectedClockSkewMs: null })
    expect(online.lastHeardAt).toBeGreaterThan(one.host.ports.clock.now() - 10_000)
    // Both meshes are full, as it were; the connection stays.
    one.host.gossip.pruned(two.peerId)
    two.host.gossip.pruned(one.peerId)
    expect(one.discovery.health()).toMatchObject({ state: 'online', neighbors: 0, connections: 1 })
    await network.run(10_000)
    network.crash(two)
    await network.run(1000)
    expect(one.discovery.health().state).toBe('lost')
    // Known for a while yet: that says nothing about us.
    expect(one.discovery.catalog().peers.has(two.peerId)).toBe(true)
  })

  it('[WK13] with a clock of our own that is wrong, that is said, and nobody else is blamed', async () => {
    begin({ maxTimeDrift: 50_000 })
    const wrong = await network.start({ skew: 20_000 })
    for (let index = 0; index < 5; index += 1) await network.start({ bootstrap: [wrong] })
    await network.run(60_000)
    const skew = wrong.discovery.health().suspectedClockSkewMs ?? 0
    expect(Math.abs(skew - 20_000)).toBeLessThan(1000)
    const others = [...network.nodes.values()].filter((node) => node !== wrong)
    for (const node of others) expect(node.discovery.health().suspectedClockSkewMs).toBeNull()
  })

  it('[WK10] the same seed gives the same run, another one another', async () => {
    const run = async (seed: number): Promise<string> => {
      begin({ announceInterval: 5000 }, seed)
      const nodes = await network.startMany(6)
      // The events of a sync that fails tell when it is tried again.
      const stranger = await Stranger.meet(network)
      stranger.host.handle(stranger.ids.sync, dialect.limits.sync, () => Promise.reject(new Error('no')))
      await at(nodes, 0).discovery.feed(stranger.entry())
      await network.run(30_000)
      const told = nodes.map((node) => node.events.map((event) => JSON.stringify(event)).join('\n')).join('\n')
      await network.stop()
      return told
    }
    const [first, again, other] = [await run(7), await run(7), await run(8)]
    expect(again).toBe(first)
    expect(other).not.toBe(first)
  })
})
