import { afterEach, describe, expect, it } from 'vitest'
import { addressHere, dialect, pong, SAME, tagsHere } from '../../../support/discovery/dialect.ts'
import { SimNetwork } from '../../../sim/network.ts'
import { at, count, QUIET } from './setup.ts'
import { Stranger } from './stranger.ts'

let network: SimNetwork
const begin = (config: ConstructorParameters<typeof SimNetwork>[0]['config'] = {}, seed = 1): SimNetwork => {
  network = new SimNetwork({ seed, config })
  return network
}
afterEach(async () => await network.stop())

describe('connections', () => {
  it('[AN7] when the last neighbor goes, peers of the catalog are dialed', async () => {
    begin(QUIET)
    const [hub, leaf, far] = [await network.start(), await network.start(), await network.start()]
    void leaf.discovery.dial([{ addresses: [hub.host.address] }])
    await network.run(4000)
    // Known by what the hub says of it, and not connected: so only the catalog can lead there.
    await leaf.discovery.feed(far.discovery.me())
    expect(leaf.discovery.neighbors()).toEqual([hub.peerId])
    network.crash(hub)
    await network.run(1000)
    expect(count(leaf, 'NeighborDown')).toBe(1)
    expect(leaf.discovery.connectedPeers()).toEqual([far.peerId])
  })

  it('[WK4] a dial whose signal fires gives results, whether it fired before or while the dial ran', async () => {
    begin(QUIET)
    const node = await network.start()
    const targets = [
      { addresses: [addressHere('/ip4/10.200.0.1/tcp/1')] },
      { addresses: [addressHere('/ip4/10.200.0.2/tcp/1')] },
    ]
    const dialed: unknown[] = []
    node.host.connect = (target) => {
      dialed.push(target)
      return new Promise(() => undefined)
    }
    const cancelled = targets.map((target) => ({
      target,
      peerId: null,
      error: expect.objectContaining({ code: 'Cancelled' }),
    }))
    expect(await node.discovery.dial(targets, AbortSignal.abort())).toEqual(cancelled)
    expect(dialed).toEqual([])
    const later = new AbortController()
    const results = node.discovery.dial(targets, later.signal)
    expect(dialed).toHaveLength(2)
    later.abort()
    expect(await results).toEqual(cancelled)
    await network.stop()
    await expect(node.discovery.dial(targets, AbortSignal.abort())).rejects.toMatchObject({ code: 'Cancelled' })
  })

  it('[AN7] then eight are dialed at once, and not all of a large catalog', async () => {
    begin(QUIET)
    const [hub, leaf] = [await network.start(), await network.start()]
    void leaf.discovery.dial([{ addresses: [hub.host.address] }])
    await network.run(4000)
    const liar = await Stranger.meet(network)
    for (let index = 0; index < 80; index += 1) {
      const secret = network.world.random.bytes(32)
      const { peerId } = network.world.addHost(secret)
      const signed = liar.entryBy(secret, { peerId, addresses: [addressHere(`/ip4/10.200.0.${index}/tcp/1`)] })
      await leaf.discovery.feed(signed)
    }
    await network.run(20_000)
    const dialed: string[] = []
    leaf.host.connect = ({ addresses }) => {
      dialed.push(addresses[0] ?? '')
      return Promise.reject(new Error('nobody is there'))
    }
    network.crash(hub)
    for (let step = 0; step < 200 && count(leaf, 'NeighborDown') === 0; step += 1) await network.run(10)
    await network.run(20)
    expect(count(leaf, 'NeighborDown')).toBe(1)
    const ghosts = new Set(dialed.filter((address) => address.includes('10.200')))
    // A sync may be due beside them.
    expect(ghosts.size).toBeGreaterThanOrEqual(8)
    expect(ghosts.size).toBeLessThanOrEqual(12)
  })

  it('[AN8] a peer that is learned of is dialed at once where there is no neighbor', async () => {
    begin(QUIET)
    const [one, two] = [await network.start(), await network.start()]
    expect(one.discovery.connectedPeers()).toEqual([])
    await one.discovery.feed(two.discovery.me())
    await network.run(500)
    expect(one.discovery.connectedPeers()).toEqual([two.peerId])
  })

  it('[AN9] every node holds connections to at least 4 others, though all began with one address, and at most 64', async () => {
    begin({}, 4)
    const first = await network.start()
    for (let index = 0; index < 19; index += 1) await network.start({ bootstrap: [first] })
    await network.run(120_000)
    expect(network.converged()).toBe(true)
    for (const node of network.nodes.values()) {
      expect(node.discovery.connectedPeers().length).toBeGreaterThanOrEqual(4)
      expect(node.discovery.connectedPeers().length).toBeLessThanOrEqual(64)
    }
  })

  it.each([
    ['all have their connections', 120_000],
    ['most have one to it alone', 6000],
  ])('[AN7, AN9] the one with which all began is not missed where %s', async (_when, ms) => {
    begin({}, 4)
    const first = await network.start()
    for (let index = 0; index < 9; index += 1) await network.start({ bootstrap: [first] })
    await network.run(ms)
    expect(network.converged()).toBe(true)
    network.crash(first)
    await network.run(5000)
    await at([...network.nodes.values()], 0).discovery.addTags(...tagsHere('still:heard'))
    await network.run(2000)
    for (const node of network.nodes.values())
      expect(
        [...node.discovery.catalog().peers.values()].some((peer) =>
          peer.entry.tags.includes(dialect.tagOf('still:heard')),
        ),
      ).toBe(true)
  })

  // With these seeds the mesh of the first one was no part of the others' where one neighbor was enough.
  it.runIf(dialect.abilities.reconciles).each([1, 3, 25, 39])(
    '[AN2, AN9] of more nodes than find room in one mesh all know all within seconds (seed %i)',
    async (seed) => {
      begin({}, seed)
      const first = await network.start()
      await Promise.all(Array.from({ length: 29 }, async () => await network.start({ bootstrap: [first] })))
      await network.run(5000)
      expect(network.converged()).toBe(true)
    },
  )

  it('[AN9] connections that serve nothing are closed after a minute', async () => {
    begin(QUIET)
    const one = await network.start()
    const idle: Stranger[] = []
    for (let index = 0; index < 20; index += 1) {
      const stranger = await Stranger.meet(network)
      await stranger.host.gossip.leave()
      void stranger.host.connect({ addresses: [one.host.address] }, new AbortController().signal)
      idle.push(stranger)
    }
    await network.run(2000)
    expect(one.discovery.connectedPeers()).toHaveLength(20)
    await network.run(50_000)
    expect(one.discovery.connectedPeers()).toHaveLength(20)
    await network.run(30_000)
    expect(one.discovery.connectedPeers().length).toBeLessThanOrEqual(6)
  })

  it('[AN9] fewer than 4 are filled up', async () => {
    begin(QUIET)
    const one = await network.start()
    const strangers = await Promise.all(Array.from({ length: 12 }, () => Stranger.meet(network)))
    const same = SAME
    const { signal } = new AbortController()
    for (const stranger of strangers) {
      stranger.host.handle(stranger.ids.sync, dialect.limits.sync, async (link) => {
        await link.read(signal)
        await link.write(same, signal)
        await link.read(signal).catch(() => undefined)
      })
      await stranger.host.gossip.leave()
      await one.discovery.feed(stranger.entry())
    }
    await network.run(90_000)
    expect(one.discovery.connectedPeers().length).toBeGreaterThanOrEqual(4)
    expect(one.discovery.connectedPeers().length).toBeLessThanOrEqual(6)
    const leave = async (left: number): Promise<void> => {
      const connected = new Set(one.discovery.connectedPeers())
      const some = strangers.filter(({ peerId }) => connected.has(peerId)).slice(left)
      for (const { host } of some) void host.disconnect(one.peerId)
      await network.run(500)
      expect(one.discovery.connectedPeers()).toHaveLength(left)
      await network.run(8000)
    }
    await leave(4)
    expect(one.discovery.connectedPeers()).toHaveLength(4)
    await leave(3)
    expect(one.discovery.connectedPeers()).toHaveLength(4)
  })

  it('[AN9] those of the mesh stay, though nothing is said on them', async () => {
    begin(QUIET)
    const one = await network.start()
    for (let index = 0; index < 10; index += 1) await Stranger.meet(network, one)
    const neighbors = one.discovery.neighbors()
    expect(neighbors.length).toBeGreaterThan(6)
    await network.run(120_000)
    expect(one.discovery.connectedPeers()).toEqual(expect.arrayContaining([...neighbors]))
  })

  it('[AN9] of many that are used 64 are kept', async () => {
    begin(QUIET)
    const one = await network.start()
    for (let index = 0; index < 100; index += 1) {
      const stranger = await Stranger.meet(network)
      await stranger.host.gossip.leave()
      void stranger.host.connect({ addresses: [one.host.address] }, new AbortController().signal)
    }
    await network.run(10_000)
    expect(one.discovery.connectedPeers()).toHaveLength(64)
  })

  it('[AN11] a connection to a peer that froze is closed, and there is a new one when the peer is back', async () => {
    begin({ rttProbeInterval: 5000, rttDialInterval: 5000 })
    const nodes = await network.startMany(3)
    await network.run(15_000)
    const [one, two] = [at(nodes, 0), at(nodes, 1)]
    expect(one.discovery.connectedPeers()).toContain(two.peerId)
    two.host.frozen = true
    await network.run(30_000)
    expect(one.discovery.connectedPeers()).not.toContain(two.peerId)
    expect(one.discovery.stats().refused['Unanswered']).toBeGreaterThan(0)
    two.host.frozen = false
    await network.run(60_000)
    expect(one.discovery.connectedPeers()).toContain(two.peerId)
    expect(network.violations).toEqual([])
  })

  it('[AN11] a connection is closed with the second ping in a row that got no answer', async () => {
    begin({ ...QUIET, rttProbeInterval: 10_000, rttDialInterval: 10_000 })
    const one = await network.start()
    const stranger = await Stranger.meet(network, one)
    const { signal } = new AbortController()
    let pings = 0
    // Every other one is no reason.
    let silent = (ping: number): boolean => ping % 2 === 0
    stranger.host.handle(stranger.ids.ping, dialect.limits.ping, async (link) => {
      pings += 1
      const quiet = silent(pings)
      await link.read(signal)
      // Until the other side gives it up.
      if (quiet) await link.read(signal)
      await link.write(pong(stranger.entry()), signal)
    })
    await stranger.announce(stranger.entry())
    await network.run(150_000)
    expect(pings).toBeGreaterThan(6)
    expect(one.discovery.stats().refused['Unanswered']).toBeUndefined()
    const last = pings
    silent = (ping) => ping > last
    for (let step = 0; step < 1000 && one.discovery.stats().refused['Unanswered'] === undefined; step += 1)
      await network.run(100)
    // The one before it may have got no answer either.
    expect(pings - last).toBeGreaterThanOrEqual(last % 2 === 0 ? 1 : 2)
    expect(pings - last).toBeLessThanOrEqual(2)
  })

  it('[AN10] two halves, apart for longer than purgeAfter, find each other again', async () => {
    begin({ purgeAfter: 20_000, announceInterval: 5000, maxTimeDrift: 10_000 })
    const nodes = await network.startMany(8)
    await network.run(10_000)
    const left = new Set(nodes.slice(0, 4).map((node) => node.peerId))
    network.world.passes = (from, to) => left.has(from) === left.has(to)
    await network.run(60_000)
    expect(at(nodes, 0).discovery.catalog().peers.size).toBe(4)
    network.world.passes = () => true
    await network.run(60_000)
    expect(network.converged()).toBe(true)
    expect(network.violations).toEqual([])
  })
})

describe('the first sight of a peer', () => {
  it('[WK3, SY11, AN12] starts one sync with it, and another as a neighbor; more only after it departed', async () => {
    begin({ announceInterval: 2000, rttProbeInterval: 3000, rttDialInterval: 3000 })
    const one = await network.start()
    const two = await network.start({ bootstrap: [one] })
    await network.run(60_000)
    const syncs = (): number => count(one, 'SyncCompleted') + count(two, 'SyncCompleted')
    // As a neighbor only where that costs next to nothing.
    const each = dialect.abilities.reconciles ? 2 : 1
    expect(syncs()).toBe(each)
    const { secret } = two.host
    await network.leave(two)
    await network.run(5000)
    const again = await network.start({ secret, bootstrap: [one] })
    await network.run(20_000)
    expect(count(one, 'SyncCompleted') + count(again, 'SyncCompleted') + count(two, 'SyncCompleted')).toBe(2 * each)
    expect(one.events.filter((event) => event.kind === 'PeerDiscovered')).toHaveLength(2)
  })

  it('[WK12] syncs at first sight are at most 8 at once and 10 a second; an explicit one does not wait', async () => {
    begin(QUIET)
    const one = await network.start()
    const strangers: Stranger[] = []
    for (let index = 0; index < 40; index += 1) strangers.push(await Stranger.meet(network))
    let open = 0
    let most = 0
    const opened: number[] = []
    for (const stranger of strangers) {
      stranger.host.handle(
        stranger.ids.sync,
        { maxMessageBytes: 1e6, maxInboundPerPeer: 9 },
        // It says nothing for as long as it is let.
        async (link) => {
          opened.push(network.world.scheduler.now)
          open += 1
          most = Math.max(most, open)
          await link.read(new AbortController().signal).catch(() => undefined)
          await link.read(new AbortController().signal).catch(() => undefined)
          open -= 1
        },
      )
      // One that is connected is not left to others.
      void stranger.host.connect({ addresses: [one.host.address] }, new AbortController().signal)
      await network.run(50)
      await one.discovery.feed(stranger.entry())
    }
    await network.run(5000)
    expect(most).toBe(8)
    const [chosen] = strangers.slice(-1)
    if (chosen === undefined) throw new Error('no stranger')
    const before = opened.length
    void one.discovery.syncWith(chosen.peerId).catch(() => undefined)
    await network.run(1000)
    expect(opened.length).toBe(before + 1)
    expect(most).toBe(9)
    await network.run(120_000)
    const busiest = Math.max(...opened.map((from) => opened.filter((one) => one >= from && one < from + 1000).length))
    expect(busiest).toBeLessThanOrEqual(21)
  })
})
