import { afterEach, describe, expect, it } from 'vitest'
import { addressHere, dialect, tagsHere } from '../../../support/discovery/dialect.ts'
import type { Link } from '../../../../src/main/discovery/ports.ts'
import { networkIdFrom } from '../../../../src/shared/ids.ts'
import type { Version } from '../../../../src/shared/peer.ts'
import type { SimNode } from '../../../sim/network.ts'
import { SimNetwork } from '../../../sim/network.ts'
import { EPOCH } from '../../../sim/world.ts'
import { QUIET } from './setup.ts'
import { Stranger } from './stranger.ts'

/** Nothing happens by itself. */

let network: SimNetwork
const begin = (config: ConstructorParameters<typeof SimNetwork>[0]['config'] = {}): SimNetwork => {
  network = new SimNetwork({ seed: 1, config })
  return network
}
afterEach(async () => await network.stop())

const rejected = (node: SimNode): string[] =>
  node.events.flatMap((event) => (event.kind === 'EntryRejected' ? [event.reason] : []))
const knows = (node: SimNode, other: { readonly peerId: SimNode['peerId'] }): boolean =>
  node.discovery.catalog().peers.has(other.peerId)

describe('announcing', () => {
  it('[AN1, BD2] nodes of two networks that are connected hear nothing of each other', async () => {
    begin()
    const one = await network.start()
    const other = await network.start({ network: 'another', bootstrap: [one] })
    await network.run(10_000)
    expect(one.discovery.connectedPeers()).toEqual([other.peerId])
    expect([one.discovery.catalog().peers.size, other.discovery.catalog().peers.size]).toEqual([1, 1])
  })

  it('[AN2, WK2, EV1] a change of the entry reaches a peer two steps away, with what changed', async () => {
    begin()
    const [a, b, c] = [await network.start(), await network.start(), await network.start()]
    void b.discovery.dial([{ addresses: [a.host.address] }])
    void c.discovery.dial([{ addresses: [b.host.address] }])
    await network.run(10_000)
    await a.discovery.addTags(...tagsHere('role:validator'))
    await network.run(500)
    expect(c.discovery.catalog().peers.get(a.peerId)?.entry.tags).toEqual(tagsHere('role:validator'))
    // A greeting may come after it.
    const of = c.events.filter((event) => event.kind === 'PeerUpdated' && event.peerId === a.peerId)
    expect(of.find((event) => event.kind === 'PeerUpdated' && event.changed.includes('tags'))).toMatchObject({
      changed: ['tags'],
      source: 'gossip',
      tags: tagsHere('role:validator'),
    })
    a.host.tell({ kind: 'AddressesChanged', addresses: [addressHere('/ip4/10.9.9.9/tcp/1')] })
    await network.run(500)
    expect(c.discovery.catalog().peers.get(a.peerId)?.entry.addresses).toEqual([addressHere('/ip4/10.9.9.9/tcp/1')])
  })

  // With these seeds the middle one's sync with one end came before it knew the other, and the mesh a moment later.
  it.each([1, 23, 26, 69])(
    '[AN2, SY11, AN4] the ends of a line know each other within seconds (seed %i)',
    async (seed) => {
      network = new SimNetwork({ seed })
      const [a, b, c] = [await network.start(), await network.start(), await network.start()]
      void b.discovery.dial([{ addresses: [a.host.address] }])
      void c.discovery.dial([{ addresses: [b.host.address] }])
      await network.run(3000)
      expect(knows(c, a) && knows(a, c)).toBe(true)
      const d = await network.start({ bootstrap: [c] })
      await network.run(3000)
      expect(knows(a, d) && knows(d, a)).toBe(true)
    },
  )

  it('[AN2, WK5] without any change it is repeated periodically, each time with a newer version', async () => {
    begin({ announceInterval: 5000, announceJitter: 0, rttProbeInterval: 3_600_000, rttDialInterval: 3_600_000 })
    const one = await network.start()
    const stranger = await Stranger.meet(network, one)
    const before = stranger.heard.length
    const versions: Version[] = []
    for (let round = 0; round < 4; round += 1) {
      await network.run(5000)
      versions.push(one.discovery.me().entry.version)
    }
    expect(stranger.heard.length - before).toBe(4)
    expect(
      versions.every((version, index) => index === 0 || version.updatedAt > (versions[index - 1]?.updatedAt ?? 0)),
    ).toBe(true)
  })

  it('[AN2] a neighbor that comes up is greeted, but not more than once in 10 s', async () => {
    begin(QUIET)
    const one = await network.start()
    const sent = (): number => one.discovery.stats().gossipOut
    await Promise.all([Stranger.meet(network, one), Stranger.meet(network, one), Stranger.meet(network, one)])
    expect(sent()).toBeGreaterThan(0)
    expect(sent()).toBeLessThanOrEqual(1 + network.world.scheduler.now / 10_000)
    const [before, from] = [sent(), network.world.scheduler.now]
    const more = await Promise.all(Array.from({ length: 12 }, () => Stranger.meet(network)))
    for (const { host } of more) {
      void host.connect({ peerId: one.peerId, addresses: [one.host.address] }, new AbortController().signal)
      await network.run(2000)
    }
    // In a network that reconciles those that come later hear of us by syncs.
    const inTime = 1 + (network.world.scheduler.now - from) / 10_000
    const [least, most] = dialect.abilities.reconciles ? [0, 2] : [2, inTime]
    expect(sent() - before).toBeGreaterThanOrEqual(least)
    expect(sent() - before).toBeLessThanOrEqual(most)
  })

  it('[AN3] without a neighbor only the newest entry waits', async () => {
    begin(QUIET)
    const one = await network.start()
    for (let index = 0; index < 10; index += 1) await one.discovery.addTags(...tagsHere(`tag:${index}`))
    await network.run(5000)
    expect(one.discovery.stats().gossipOut).toBe(0)
    const stranger = await Stranger.meet(network, one)
    expect(stranger.heard).toHaveLength(1)
    expect(one.discovery.me().entry.tags).toHaveLength(10)
  })
})

describe('what is heard', () => {
  it('[AN4, EV2] undecodable, oversized and wrongly signed messages are told, counted and not passed on', async () => {
    begin({ rttProbeInterval: 3_600_000, rttDialInterval: 3_600_000 })
    const one = await network.start()
    const bad = await Stranger.meet(network, one)
    const far = await Stranger.meet(network, one)
    const before = far.heard.length
    await bad.publish(Uint8Array.from([255, 1, 2, 3]))
    await bad.publish(new Uint8Array(0))
    await bad.publish(new Uint8Array(dialect.limits.gossipMessageBytes + 1))
    const good = bad.entry()
    await bad.announce(good, new Uint8Array(64))
    await bad.announce(bad.entryBy(far.host.secret, { peerId: far.peerId }), good.signature)
    expect(knows(one, bad) || knows(one, far)).toBe(false)
    expect(rejected(one)).toEqual(expect.arrayContaining(['Malformed', 'BadSignature']))
    expect(rejected(one).filter((reason) => reason === 'BadSignature')).toHaveLength(2)
    const own = far.heard.slice(before).filter(({ kind }) => kind !== 'entry')
    expect(own).toEqual([])
  })

  it('[AN4] a good entry enters and is passed on; the same or an older one again is neither', async () => {
    begin(QUIET)
    const one = await network.start()
    const near = await Stranger.meet(network, one)
    const far = await Stranger.meet(network, one)
    const passedOn = async (offsetMs: number): Promise<number> => {
      const before = far.heard.length
      await near.announce(near.entry({ version: near.version(offsetMs) }))
      return far.heard.length - before
    }
    expect(await passedOn(0)).toBe(1)
    expect(knows(one, near)).toBe(true)
    const known = one.discovery.catalog().peers.get(near.peerId)?.entry.version
    expect(await passedOn(-5000)).toBe(0)
    await near.announce(near.entry({ version: known ?? near.version() }))
    expect(one.discovery.catalog().peers.get(near.peerId)?.entry.version).toEqual(known)
    expect(one.discovery.stats().refused['Rejected']).toBe(2)
  })

  it('[AN4, CT3, CT6] entries of another network, too old and from the future are ignored', async () => {
    begin({ maxTimeDrift: 2000 })
    const one = await network.start()
    const near = await Stranger.meet(network, one)
    await near.announce(near.entry({ networkId: networkIdFrom('another') }))
    await near.announce(near.entry({ version: near.version(-2500) }))
    await near.announce(near.entry({ version: near.version(3000) }))
    expect(rejected(one)).toEqual(['DifferentNetwork', 'Outdated', 'FromTheFuture'])
    expect(knows(one, near)).toBe(false)
  })

  it('[ID5] an entry with our own id from another run of our key is reported once and changes nothing', async () => {
    begin(QUIET)
    const one = await network.start()
    const near = await Stranger.meet(network, one)
    const before = one.discovery.me()
    const startedAt = before.entry.version.startedAt + 1000
    const other = { peerId: one.peerId, tags: tagsHere('stolen') }
    await near.announce(near.entryBy(one.host.secret, { ...other, version: { ...near.version(), startedAt } }))
    await near.announce(near.entryBy(one.host.secret, { ...other, version: { ...near.version(1), startedAt } }))
    // Whose signature does not hold: anybody could say so.
    const forged = { ...near.version(2), startedAt: startedAt + 1 }
    await near.announce(near.entryBy(one.host.secret, { ...other, version: forged }), new Uint8Array(64))
    const clashes = one.events.filter((event) => event.kind === 'IdentityClash')
    expect(clashes).toEqual([{ kind: 'IdentityClash', peerId: one.peerId, startedAt }])
    expect(one.discovery.me().entry.tags).toEqual([])
    expect(one.discovery.me().entry.version.startedAt).toBe(before.entry.version.startedAt)
  })
})

describe('departures', () => {
  const goodbye = (from: Stranger, lastVersion: Version, secret = from.host.secret, offsetMs = 0): Uint8Array => {
    const timestamp = EPOCH + Math.floor(network.world.scheduler.now) + offsetMs
    const departure = { peerId: from.peerId, networkId: network.networkId, lastVersion, timestamp }
    return dialect.encodeDeparture(departure, secret, from.host.ports.signatures)
  }

  it('[AN5] with a bad signature or a timestamp too far from now are ignored', async () => {
    begin({ maxTimeDrift: 2000, rttProbeInterval: 3_600_000, rttDialInterval: 3_600_000 })
    const one = await network.start()
    const near = await Stranger.meet(network, one)
    await near.announce(near.entry())
    await near.publish(goodbye(near, near.version(), new Uint8Array(32).fill(7)))
    await near.publish(goodbye(near, near.version(), near.host.secret, 3000))
    await near.publish(goodbye(near, near.version(), near.host.secret, -3000))
    expect(knows(one, near)).toBe(true)
    expect(rejected(one)).toEqual(['BadSignature'])
    await near.publish(goodbye(near, near.version()))
    expect(knows(one, near)).toBe(false)
  })

  it('[WK7] one with an older version than the known one removes nobody, nor does one of an unknown peer', async () => {
    begin({ rttProbeInterval: 3_600_000, rttDialInterval: 3_600_000 })
    const one = await network.start()
    const near = await Stranger.meet(network, one)
    await near.publish(goodbye(near, near.version()))
    expect(one.events.filter((event) => event.kind === 'PeerDeparted')).toEqual([])
    const known = near.version()
    await near.announce(near.entry({ version: known }))
    await near.publish(goodbye(near, { ...known, updatedAt: known.updatedAt - 1 }))
    expect(knows(one, near)).toBe(true)
    await near.publish(goodbye(near, known))
    expect(one.events.findLast((event) => event.kind === 'PeerDeparted')).toMatchObject({
      reason: 'graceful',
      version: known,
    })
  })

  it('[AN6, CT7, EV1] a node that leaves says goodbye, waits, and stays gone though others still send its entry', async () => {
    begin()
    const nodes = await network.startMany(4)
    await network.run(10_000)
    const [first, second] = nodes
    if (first === undefined || second === undefined) throw new Error('no nodes')
    const late = second.discovery.catalog().peers.get(first.peerId)?.signed
    const from = network.world.scheduler.now
    let leftAt = 0
    network.nodes.delete(first.peerId)
    void first.discovery.leave().finally(() => {
      leftAt = network.world.scheduler.now
    })
    await network.run(1000)
    expect(leftAt - from).toBe(network.config.gracefulDepartureWindow)
    for (const node of nodes.slice(1)) {
      expect(knows(node, first)).toBe(false)
      expect(node.events.findLast((event) => event.kind === 'PeerDeparted')).toMatchObject({ reason: 'graceful' })
    }
    if (late === null || late === undefined) throw new Error('it was known')
    expect(await second.discovery.feed(late)).toBe('Departed')
    expect(network.violations).toEqual([])
  })

  it('[AN6, PG1, PG4] a ping that is under way during the goodbye is not answered with a newer version', async () => {
    begin(QUIET)
    const one = await network.start()
    const stranger = await Stranger.meet(network, one)
    const { signal } = new AbortController()
    const open = (): Promise<Link> => stranger.host.open(one.peerId, stranger.ids.ping, dialect.limits.ping, signal)
    const ask = async (link: Link): Promise<Version> => {
      await link.write(dialect.encodePing(), signal)
      const answered = link.read(signal)
      await network.run(1000)
      return dialect.decodePong(await answered).entry.version
    }
    const before = await ask(await open())
    const late = await open()
    await network.run(100)
    network.nodes.delete(one.peerId)
    const left = one.discovery.leave()
    await network.run(100)
    expect(await ask(late)).toEqual(before)
    await left
    // Who keeps what answered the ping before takes the goodbye.
    const goodbye = stranger.heard.findLast(({ kind }) => kind === 'departure')
    expect(goodbye).toMatchObject({ departure: { lastVersion: before } })
  })

  it('[AN6] from the goodbye on no newer version goes out, whatever happens until the end', async () => {
    begin({
      announceInterval: 500,
      announceJitter: 0,
      gracefulDepartureWindow: 5000,
      rttProbeInterval: 3_600_000,
      rttDialInterval: 3_600_000,
    })
    const one = await network.start()
    const stranger = await Stranger.meet(network, one)
    network.nodes.delete(one.peerId)
    const left = one.discovery.leave()
    await network.run(200)
    const said = stranger.heard.findIndex(({ kind }) => kind === 'departure')
    expect(said).toBeGreaterThan(0)
    const { version } = one.discovery.me().entry
    void one.discovery.addTags(...tagsHere('late')).catch(() => false)
    one.host.tell({ kind: 'AddressesChanged', addresses: [addressHere('/ip4/10.9.9.9/tcp/1')] })
    await network.run(4000)
    expect(stranger.heard.slice(said + 1)).toEqual([])
    expect(one.discovery.me().entry).toMatchObject({ version, tags: [] })
    await network.run(2000)
    await left
  })

  it('[AN6] with connections and no neighbor it says goodbye too', async () => {
    begin(QUIET)
    const one = await network.start()
    const stranger = await Stranger.meet(network)
    await stranger.host.gossip.leave()
    const { signal } = new AbortController()
    void stranger.host.connect({ peerId: one.peerId, addresses: [one.host.address] }, signal)
    await network.run(1000)
    expect([one.discovery.neighbors(), one.discovery.connectedPeers()]).toEqual([[], [stranger.peerId]])
    const [sent, from] = [one.discovery.stats().gossipOut, network.world.scheduler.now]
    network.nodes.delete(one.peerId)
    let leftAt = 0
    void one.discovery.leave().finally(() => (leftAt = network.world.scheduler.now))
    await network.run(1000)
    expect(one.discovery.stats().gossipOut).toBe(sent + 1)
    expect(leftAt - from).toBe(network.config.gracefulDepartureWindow)
  })

  it('[AN6] without neighbors it leaves at once', async () => {
    begin()
    const one = await network.start()
    network.nodes.delete(one.peerId)
    await one.discovery.leave()
    expect(network.world.scheduler.now).toBe(0)
    expect(one.events.at(-1)).toMatchObject({ kind: 'NetworkLeft' })
  })
})
