import { afterEach, describe, expect, it } from 'vitest'
import { Cancelled, InvalidSecretKey, ListenFailed, PeerIdChanged, UnknownPeer } from '../../../../src/shared/errors.ts'
import { resolveConfig } from '../../../../src/shared/config.ts'
import { peerscope } from '../../../../src/main/discovery/dialects/peerscope/peerscope.ts'
import type { Discovery, DiscoveryOptions } from '../../../../src/main/discovery/handle.ts'
import { startDiscovery } from '../../../../src/main/discovery/discovery.ts'
import { derive, idBytes, uniqueIdOf } from '../../../../src/shared/ids.ts'
import type { PeerEntry } from '../../../../src/shared/peer.ts'
import type { SimNode } from '../../../sim/network.ts'
import { SimNetwork } from '../../../sim/network.ts'
import type { Host } from '../../../sim/world.ts'
import { SYNC_LIMITS } from '../../../../src/main/discovery/dialects/peerscope/protocols.ts'
import { Stranger } from './stranger.ts'

let network: SimNetwork
const begin = (config: ConstructorParameters<typeof SimNetwork>[0]['config'] = {}): SimNetwork => {
  network = new SimNetwork({ seed: 1, config })
  return network
}
afterEach(async () => await network.stop())

const targetOf = (node: SimNode) => ({ peerId: node.peerId, addresses: [node.host.address] })
const ID = uniqueIdOf(new Uint8Array(32).fill(1))
const OTHER_ID = uniqueIdOf(new Uint8Array(32).fill(2))

function discoveryOn(
  host: Host,
  { secret = host.secret, ...more }: Partial<Pick<DiscoveryOptions, 'secret' | 'onListenerError' | 'bootstrap'>> = {},
): Discovery {
  const { networkId } = network
  const config = resolveConfig({})
  return startDiscovery({
    networkId,
    dialect: peerscope,
    secret,
    config,
    ports: host.ports,
    bootstrap: [],
    tags: [],
    ...more,
  })
}

describe('the start', () => {
  it('[WK1, EV2] nothing runs before the node is online; then the entry has its addresses', async () => {
    begin()
    const host = network.world.addHost()
    const open = Promise.withResolvers<void>()
    const start = host.start.bind(host)
    host.start = async (signal) => {
      await open.promise
      await start(signal)
    }
    const discovery = discoveryOn(host)
    const kinds: string[] = []
    discovery.onEvent((event) => kinds.push(event.kind))
    await network.run(60_000)
    expect([kinds, discovery.health().state, discovery.me().entry.addresses]).toEqual([[], 'starting', []])
    open.resolve()
    await discovery.online
    expect(kinds).toEqual(['LocalEntryUpdated', 'NetworkJoined'])
    expect(discovery.me().entry.addresses).toEqual([host.address])
    await discovery.leave()
  })

  it('[WK9, WK1] a node that cannot listen ends the network with the cause', async () => {
    begin()
    const one = await network.start()
    const twin = network.world.addHost(one.host.secret)
    const discovery = discoveryOn(twin)
    await expect(discovery.online).rejects.toBeInstanceOf(ListenFailed)
    await expect(discovery.ended).rejects.toBeInstanceOf(ListenFailed)
  })

  it("[EN7] a secret that is not the node's is refused", () => {
    begin()
    const host = network.world.addHost()
    expect(() => discoveryOn(host, { secret: new Uint8Array(32).fill(9) })).toThrow(InvalidSecretKey)
  })
})

describe('listeners', () => {
  it('[EV4] that throw, or whose promise is rejected, are told and end nothing', async () => {
    begin()
    const other = await network.start()
    const told: unknown[] = []
    const discovery = discoveryOn(network.world.addHost(), {
      bootstrap: [targetOf(other)],
      onListenerError: (error) => told.push(error),
    })
    const kinds = new Set<string>()
    let changes = 0
    discovery.onEvent(() => {
      throw new Error('of an event')
    })
    discovery.onEvent(async () => {
      await Promise.reject(new Error('of an event, later'))
    })
    discovery.onEvent((event) => void kinds.add(event.kind))
    discovery.onChange(async () => {
      await Promise.reject(new Error('of a change'))
    })
    discovery.onChange(() => void (changes += 1))
    await network.run(20_000)
    expect(discovery.health().state).toBe('online')
    expect([...kinds]).toEqual(expect.arrayContaining(['PeerDiscovered', 'NeighborUp', 'SyncCompleted']))
    expect(changes).toBeGreaterThan(1)
    expect(told.filter((error) => String(error) === 'Error: of a change')).toHaveLength(changes)
    expect(told).toContainEqual(new Error('of an event'))
    expect(told).toContainEqual(new Error('of an event, later'))
    await Promise.all([discovery.leave(), network.run(2000)])
    await discovery.ended
  })
})

describe('reads', () => {
  it('[HD1] get gives a peer as the catalog shows it, and null for one that is not known', async () => {
    begin()
    const one = await network.start()
    const two = await network.start({ bootstrap: [one] })
    await network.run(10_000)
    const { discovery } = one
    expect(discovery.get(two.peerId)?.entry.peerId).toBe(two.peerId)
    expect(discovery.get(two.peerId)).toBe(discovery.catalog().peers.get(two.peerId))
    expect(discovery.get(one.peerId)?.self).toBe(true)
    await Promise.all([two.discovery.leave(), network.run(2000)])
    expect(discovery.get(two.peerId)).toBeNull()
  })
})

describe('the end', () => {
  it('[WK8] is graceful and idempotent, and leaves no timer behind', async () => {
    begin()
    const nodes = await network.startMany(3)
    await network.run(20_000)
    const [one] = nodes
    if (one === undefined) throw new Error('no node')
    const syncing = one.discovery.syncWith(nodes[1]?.peerId ?? one.peerId).catch((error: unknown) => error)
    const [first, second] = [one.discovery.leave(), one.discovery.leave()]
    await network.run(2000)
    await Promise.all([first, second, one.discovery.ended, syncing])
    expect(one.host.running).toBe(false)
    expect(one.events.filter((event) => event.kind === 'NetworkLeft')).toHaveLength(1)
    await network.stop()
    await network.run(600_000)
    const { events } = network.world.scheduler
    await network.run(600_000)
    expect(network.world.scheduler.events).toBe(events)
  })

  it('[WK8] ends a sync that runs, at once', async () => {
    begin()
    const one = await network.start()
    const stranger = await Stranger.meet(network, one)
    stranger.host.handle(stranger.ids.sync, SYNC_LIMITS, async (link) => {
      await link.read(new AbortController().signal)
      await link.read(new AbortController().signal)
    })
    await stranger.announce(stranger.entry())
    await network.run(5000)
    const syncing = one.discovery.syncWith(stranger.peerId).catch((error: unknown) => error)
    await network.run(100)
    network.nodes.delete(one.peerId)
    const left = one.discovery.leave()
    await network.run(network.config.gracefulDepartureWindow + 10)
    await left
    expect(await syncing).toBeInstanceOf(Cancelled)
  })

  it('[WK8] leaves no timer that would keep the process alive', async () => {
    begin()
    const one = await network.start()
    const stranger = await Stranger.meet(network)
    await one.discovery.feed(stranger.entry({ addresses: [] }))
    stranger.host.crash()
    await network.run(10_000)
    expect(network.world.scheduler.waiting).toBeGreaterThan(0)
    network.nodes.delete(one.peerId)
    await one.discovery.leave()
    await network.run(1)
    expect(network.world.scheduler.waiting).toBe(0)
  })

  it('[HD3] afterwards commands fail with Cancelled, readers end, and reads give the last state', async () => {
    begin()
    const one = await network.start()
    const reader = one.discovery.events()
    network.nodes.delete(one.peerId)
    await one.discovery.leave()
    const calls = [
      one.discovery.dial([]),
      one.discovery.syncWith(one.peerId),
      one.discovery.ping(one.peerId),
      one.discovery.askNeighbors(one.peerId),
      one.discovery.addTags('x'),
      one.discovery.feed(one.discovery.me()),
      one.discovery.insert(one.discovery.me().entry),
      one.discovery.remove(one.peerId),
      one.discovery.clearUnsigned(),
    ]
    for (const call of calls) await expect(call).rejects.toBeInstanceOf(Cancelled)
    const read = []
    for await (const event of reader) read.push(event.kind)
    expect(read.at(-1)).toBe('NetworkLeft')
    expect(one.discovery.health().state).toBe('stopped')
    expect(one.discovery.catalog().peers.size).toBe(1)
  })

  it('[WK9, EV2] a node that fails ends the network, and the cause is told', async () => {
    begin()
    const one = await network.start()
    network.nodes.delete(one.peerId)
    const cause = new Error('the disk is gone')
    const ended = one.discovery.ended.catch((error: unknown) => error)
    one.host.tell({ kind: 'Failed', error: cause })
    await network.run(1000)
    expect(await ended).toBe(cause)
    expect(one.events.at(-1)).toMatchObject({ kind: 'NetworkFailed', reason: 'the disk is gone' })
    expect(network.violations).toHaveLength(1)
  })
})

describe('a defect', () => {
  it('[WK9] ends the network with its cause, and settles what is open', async () => {
    begin()
    const one = await network.start()
    const stranger = await Stranger.meet(network, one)
    network.nodes.delete(one.peerId)
    const cause = new RangeError('a defect')
    const ended = one.discovery.ended.catch((error: unknown) => error)
    const open = one.discovery.ping(stranger.peerId).catch((error: unknown) => error)
    one.host.ports.signatures.sign = () => {
      throw cause
    }
    one.host.tell({ kind: 'AddressesChanged', addresses: ['/ip4/10.9.9.9/tcp/1'] })
    await network.run(1000)
    expect(await ended).toBe(cause)
    expect(await open).toBeInstanceOf(Cancelled)
    expect(one.events.at(-1)).toMatchObject({ kind: 'NetworkFailed', reason: 'a defect' })
    expect(one.host.running).toBe(false)
  })
})

describe('the handle', () => {
  it('[HD1, HD2, EN3, EN6] adds and removes tags, streams, groups and tickets; a new version only where something changed', async () => {
    begin()
    const { discovery } = await network.start()
    const ticket = (fill: number, ofClass = ID) => ({ class: ofClass, data: new Uint8Array(8).fill(fill) })
    expect(await discovery.addTags('b', 'a')).toBe(true)
    const before = discovery.me()
    expect(await discovery.addTags('a')).toBe(false)
    expect(await discovery.removeTags('never there')).toBe(false)
    expect(discovery.me()).toBe(before)
    expect(await discovery.removeTags('a')).toBe(true)
    expect(await discovery.addStreams(ID, OTHER_ID)).toBe(true)
    expect(await discovery.removeStreams(OTHER_ID)).toBe(true)
    expect(await discovery.addGroups(OTHER_ID)).toBe(true)
    expect(await discovery.removeGroups(ID)).toBe(false)
    expect(await discovery.addTicket(ticket(1))).toBe(true)
    expect(await discovery.addTicket(ticket(1))).toBe(false)
    expect(await discovery.addTicket(ticket(2, OTHER_ID))).toBe(true)
    expect(await discovery.replaceTicket(ticket(3))).toBe(true)
    const { entry } = discovery.me()
    expect([entry.tags, entry.streams, entry.groups]).toEqual([['b'], [ID], [OTHER_ID]])
    expect(entry.tickets.map((one) => [one.class, one.data[0]])).toEqual([
      [ID, 3],
      [OTHER_ID, 2],
    ])
    expect(await discovery.removeGroups(OTHER_ID)).toBe(true)
    expect(discovery.me().entry.groups).toEqual([])
    // A ticket is named by its class and its data.
    const nameOf = (one: ReturnType<typeof ticket>) => uniqueIdOf(derive(idBytes(one.class), one.data))
    expect(await discovery.removeTicket(nameOf(ticket(3, OTHER_ID)))).toBe(false)
    expect(await discovery.removeTicket(nameOf(ticket(3)))).toBe(true)
    expect(await discovery.addTicket(ticket(4))).toBe(true)
    expect(await discovery.removeTicketsOf(ID)).toBe(true)
    expect(discovery.me().entry.tickets).toHaveLength(1)
  })

  it('[HD2, EN7, EN5] an update that fails changes nothing and tells why', async () => {
    begin()
    const one = await network.start()
    const before = one.discovery.me()
    const stolen = one.discovery.updateLocalEntry((entry) => ({
      ...entry,
      peerId: ID as unknown as typeof entry.peerId,
    }))
    await expect(stolen).rejects.toBeInstanceOf(PeerIdChanged)
    await expect(one.discovery.addTags('x'.repeat(65))).rejects.toMatchObject({ code: 'LimitExceeded' })
    await expect(
      one.discovery.updateLocalEntry(() => {
        throw new RangeError('of its own')
      }),
    ).rejects.toThrow('of its own')
    expect(one.discovery.me()).toBe(before)
    expect(await one.discovery.addTags('fine')).toBe(true)
  })

  it('[HD2] updates at the same time all count', async () => {
    begin()
    const { discovery } = await network.start()
    await Promise.all(Array.from({ length: 20 }, (_, index) => discovery.addTags(`tag:${index}`)))
    expect(discovery.me().entry.tags).toHaveLength(20)
  })

  it('[WK4] dial resolves when all were attempted, and failures are events', async () => {
    begin()
    const [one, two] = [await network.start(), await network.start()]
    let resolved = false
    const dialed = one.discovery.dial([{ addresses: ['/ip4/10.255.0.1/tcp/1'] }, targetOf(two)]).finally(() => {
      resolved = true
    })
    await network.run(20_000)
    await dialed
    expect(resolved).toBe(true)
    expect(one.discovery.connectedPeers()).toEqual([two.peerId])
    expect(one.events.find((event) => event.kind === 'DialFailed')).toMatchObject({ target: '/ip4/10.255.0.1/tcp/1' })
  })

  it('[HD1] asks of peers that are not known fail with UnknownPeer', async () => {
    begin()
    const one = await network.start()
    const stranger = network.world.addHost()
    await expect(one.discovery.ping(stranger.peerId)).rejects.toBeInstanceOf(UnknownPeer)
    await expect(one.discovery.syncWith(stranger.peerId)).rejects.toBeInstanceOf(UnknownPeer)
    expect(await one.discovery.remove(stranger.peerId)).toBe(false)
  })

  it('[EV1] what the user removes is told as removed', async () => {
    begin()
    const one = await network.start()
    const two = await network.start({ bootstrap: [one] })
    await network.run(5000)
    expect(await one.discovery.remove(two.peerId)).toBe(true)
    expect(one.events.findLast((event) => event.kind === 'PeerDeparted')).toMatchObject({
      peerId: two.peerId,
      reason: 'removed',
    })
  })

  it.each<[string, (entry: PeerEntry) => unknown]>([
    ['nothing', () => undefined],
    ['no version', (entry) => ({ ...entry, version: undefined })],
    ['no addresses', (entry) => ({ ...entry, addresses: undefined })],
    ['no tags', (entry) => ({ ...entry, tags: undefined })],
    ['tags that are no text', (entry) => ({ ...entry, tags: [5] })],
    ['addresses that are none', (entry) => ({ ...entry, addresses: ['nonsense'] })],
    ['a version without a time', (entry) => ({ ...entry, version: { startedAt: Number.NaN, updatedAt: 1 } })],
    ['an id that is none', (entry) => ({ ...entry, peerId: 'nonsense' })],
    ['a tag that is too long', (entry) => ({ ...entry, tags: ['x'.repeat(100)] })],
  ])('[CT9, EN5] an entry typed in with %s is refused, and ends nothing', async (_what, change) => {
    begin()
    const one = await network.start()
    const stranger = await Stranger.meet(network)
    const entry = change(stranger.entry().entry) as PeerEntry
    await expect(one.discovery.insert(entry)).rejects.toMatchObject({
      code: expect.stringMatching(/^(InvalidArgument|LimitExceeded)$/) as string,
    })
    expect([one.discovery.health().state, one.discovery.catalog().peers.size]).toEqual(['alone', 1])
  })

  it('[CT9] an unsigned entry is told like others and never reaches anyone', async () => {
    begin()
    const one = await network.start()
    const two = await network.start({ bootstrap: [one] })
    await network.run(5000)
    const stranger = await Stranger.meet(network)
    expect(await one.discovery.insert(stranger.entry().entry)).toBe(true)
    await network.run(100)
    expect(one.events.findLast((event) => event.kind === 'PeerDiscovered')).toMatchObject({ source: 'manual' })
    const synced = two.discovery.syncWith(one.peerId)
    await network.run(5000)
    await synced
    expect(two.discovery.catalog().peers.has(stranger.peerId)).toBe(false)
    expect(await one.discovery.clearUnsigned()).toBe(1)
  })
})
