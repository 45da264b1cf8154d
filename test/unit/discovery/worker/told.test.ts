/** The one numbered stream of a node: catalog changes, events and connections. */
import { afterEach, describe, expect, it } from 'vitest'
import { tagsHere } from '../../../support/discovery/dialect.ts'
import type { DiscoveryConfig } from '../../../../src/shared/config.ts'
import type { PeerId } from '../../../../src/shared/ids.ts'
import type { Told } from '../../../../src/main/discovery/handle.ts'
import { Follower } from '../../../sim/follower.ts'
import type { SimNode } from '../../../sim/network.ts'
import { SimNetwork } from '../../../sim/network.ts'
import { QUICK } from '../../../sim/scenarios/scenario.ts'
import type { Weather } from '../../../sim/weather.ts'
import { EPOCH } from '../../../sim/world.ts'
import { QUIET } from './setup.ts'
import { Stranger } from './stranger.ts'

const forever = new AbortController().signal

let network: SimNetwork
afterEach(async () => await network.stop())

/** Kinds of items, and of the events among them, that are about a peer. */
function toldOf(items: readonly Told[], peerId: PeerId): string[] {
  return items.flatMap((told) => {
    if (told.kind === 'put') return told.peer.entry.peerId === peerId ? 'put' : []
    if (told.kind !== 'event') return told.peerId === peerId ? told.kind : []
    return 'peerId' in told.event && told.event.peerId === peerId ? told.event.kind : []
  })
}

/** The catalog's part: the last change of each peer. */
function changesIn(items: readonly Told[]): Told[] {
  const last = new Map<PeerId, Told>()
  for (const told of items) {
    if (told.kind !== 'put' && told.kind !== 'remove') continue
    const peerId = told.kind === 'put' ? told.peer.entry.peerId : told.peerId
    last.delete(peerId)
    last.set(peerId, told)
  }
  return [...last.values()]
}

async function quietNode(config: Partial<DiscoveryConfig> = {}): Promise<SimNode> {
  network = new SimNetwork({ seed: 1, config: { ...QUIET, ...config } })
  return await network.start()
}

describe('what a node tells', () => {
  it('[CT11, EV1] of a peer comes as its entry, then the event, and its removal before its departure', async () => {
    const one = await quietNode()
    const stranger = await Stranger.meet(network)
    const follower = new Follower(one.discovery)
    await one.discovery.feed(stranger.entry())
    await one.discovery.remove(stranger.peerId)
    await one.discovery.insert(stranger.entry().entry)
    const now = stranger.version().updatedAt
    await one.discovery.feed(stranger.entry({ version: { startedAt: now, updatedAt: now + 1 }, tags: tagsHere('new') }))
    await one.discovery.remove(stranger.peerId)
    const back = ['put', 'PeerDiscovered', 'put', 'PeerUpdated', 'remove', 'PeerDeparted']
    expect(toldOf(follower.items, stranger.peerId)).toEqual([
      'put',
      'PeerDiscovered',
      'remove',
      'PeerDeparted',
      ...back,
    ])
    expect(follower.items.flatMap((told) => (told.kind === 'remove' ? told.hidden : []))).toEqual([false, false])
    expect(follower.wrong).toEqual([])
  })

  it('[CT11, CT8] who is displaced is removed before the other one is there', async () => {
    const one = await quietNode({ maxPeers: 1 })
    const [first, second] = [await Stranger.meet(network), await Stranger.meet(network)]
    await one.discovery.feed(first.entry())
    const follower = new Follower(one.discovery)
    await one.discovery.feed(second.entry())
    const kinds = follower.items.map((told) => (told.kind === 'event' ? told.event.kind : told.kind))
    expect(kinds.slice(0, 4)).toEqual(['remove', 'put', 'PeerDeparted', 'PeerDiscovered'])
    expect(toldOf(follower.items, first.peerId).slice(0, 2)).toEqual(['remove', 'PeerDeparted'])
    follower.compare()
    expect(follower.wrong).toEqual([])
  })

  it('[CT11] has one numbering for all, without a gap, and changesSince takes any of its numbers', async () => {
    const one = await quietNode()
    const follower = new Follower(one.discovery)
    const from = one.discovery.catalog().seq
    const two = await network.start({ bootstrap: [one] })
    await network.run(5000)
    await one.discovery.addTags(...tagsHere('a'))
    await network.leave(two)
    await network.run(1000)
    const { items } = follower
    expect(new Set(items.map(({ kind }) => kind))).toEqual(
      new Set(['put', 'event', 'connected', 'remove', 'disconnected']),
    )
    for (let index = 0; index <= items.length; index += 1) {
      const since = one.discovery.changesSince(items[index - 1]?.seq ?? from)
      expect(since).toEqual({ kind: 'changes', changes: changesIn(items.slice(index)), seq: follower.seq })
    }
    expect(one.discovery.catalog().seq).toBe(changesIn(items).at(-1)?.seq)
    expect(one.discovery.changesSince(follower.seq + 1)).toEqual({ kind: 'snapshot-needed' })
    expect(follower.wrong).toEqual([])
  })

  it('[CT11, HD3] is told when its cause was worked through, in the same order to all, whatever a listener does', async () => {
    const one = await quietNode()
    const { discovery } = one
    const stranger = await Stranger.meet(network)
    const seen: boolean[] = []
    discovery.onTold((told) => {
      if (told.kind !== 'put' || told.peer.self) return
      seen.push(discovery.catalog().peers.get(stranger.peerId) === told.peer)
      seen.push(discovery.learned(stranger.peerId) !== null, discovery.checkInvariants().length === 0)
      void discovery.remove(stranger.peerId)
    })
    const follower = new Follower(discovery)
    const events: string[] = []
    discovery.onEvent(({ kind }) => events.push(kind))
    await discovery.feed(stranger.entry())
    expect(seen).toEqual([true, true, true])
    const kinds = ['put', 'PeerDiscovered', 'remove', 'PeerDeparted']
    expect(toldOf(follower.items, stranger.peerId)).toEqual(kinds)
    expect(events).toEqual(kinds.filter((kind) => kind.startsWith('Peer')))
    expect(follower.wrong).toEqual([])
  })

  it('[CT11] of connections is that they open and close, each once, whatever the node repeats', async () => {
    const one = await quietNode()
    const stranger = await Stranger.meet(network)
    // Without an address, so that it is not dialed.
    await one.discovery.feed(stranger.entry({ addresses: [] }))
    const follower = new Follower(one.discovery)
    const { peerId } = stranger
    // It closes before it could be served.
    one.host.tell({ kind: 'PeerConnected', peerId })
    one.host.tell({ kind: 'PeerDisconnected', peerId })
    const connected = stranger.host.connect({ peerId: one.peerId, addresses: [one.host.address] }, forever)
    await network.run(1000)
    await connected
    one.host.tell({ kind: 'PeerConnected', peerId })
    follower.compare()
    await stranger.host.disconnect(one.peerId)
    await network.run(1000)
    one.host.tell({ kind: 'PeerDisconnected', peerId })
    expect(toldOf(follower.items, peerId).filter((kind) => kind.endsWith('connected'))).toEqual([
      'connected',
      'disconnected',
    ])
    follower.compare()
    expect(follower.wrong).toEqual([])
  })

  it('[CT11, EV3] misses nothing in a burst that a slow reader of events misses most of', async () => {
    const one = await quietNode({ eventsBacklog: 5 })
    const stranger = await Stranger.meet(network)
    const reader = one.discovery.events()
    const follower = new Follower(one.discovery)
    for (let index = 0; index < 100; index += 1) {
      await one.discovery.feed(stranger.entry())
      await one.discovery.remove(stranger.peerId)
    }
    expect((await reader.next()).value).toEqual({ kind: 'EventsMissed', count: 195 })
    expect(toldOf(follower.items, stranger.peerId)).toHaveLength(400)
    expect(follower.wrong).toEqual([])
  })

  it('[CT11] of itself begins after the local entry; it ends with the network, and nothing comes later', async () => {
    network = new SimNetwork({ seed: 1, config: QUIET })
    const items: Told[] = []
    const one = await network.start({ onTold: (told) => items.push(told) })
    expect(items.map(({ seq }) => seq)).toEqual([2, 3, 4])
    expect(toldOf(items, one.peerId)).toEqual(['put', 'NetworkJoined'])
    expect(items.every(({ at }) => at === EPOCH)).toBe(true)
    await network.run(1000)
    await network.leave(one)
    await one.discovery.updateLocalEntry((entry) => ({ ...entry, tags: tagsHere('late') })).catch(() => undefined)
    const last = items.at(-1)
    expect(last?.kind === 'event' ? last.event.kind : null).toBe('NetworkLeft')
    expect(last?.at).toBeGreaterThan(EPOCH)
  })

  it('[CT11, RT3] says of a peer that is too slow that it is hidden only, and of its departure by the event alone', async () => {
    const weather: Weather = { latency: [30, 30], loss: 0, bandwidth: 1e9 }
    network = new SimNetwork({
      seed: 7,
      config: { ...QUIET, rttProbeInterval: 5000, rttDialInterval: 5000, maxRtt: 10 },
      weather,
    })
    const one = await network.start()
    const follower = new Follower(one.discovery)
    const two = await network.start({ bootstrap: [one] })
    await network.run(20_000)
    network.world.weather = { ...weather, latency: [1, 1] }
    await network.run(200_000)
    network.world.weather = weather
    await network.run(60_000)
    await network.leave(two)
    const hidden = follower.items.filter((told) => told.kind === 'remove').map((told) => told.hidden)
    expect(hidden).toEqual([true, true])
    const presence = toldOf(follower.items, two.peerId).filter((kind) => /remove|Departed|Discovered/.test(kind))
    expect(presence).toEqual(['PeerDiscovered', 'remove', 'remove', 'PeerDeparted'])
    follower.compare()
    expect(follower.wrong).toEqual([])
  })
})

/** Something that happens to a network, by dice. */
async function disturb(dice: number, followed: SimNode): Promise<void> {
  const { random } = network.world
  const others = [...network.nodes.values()].filter((node) => node !== followed)
  const node = others.length === 0 ? null : random.pick(others)
  if (dice < 0.3 || node === null) await network.start({ bootstrap: [...network.nodes.values()].slice(0, 2) })
  else if (dice < 0.45) await network.leave(node)
  else if (dice < 0.6) network.crash(node)
  else if (dice < 0.7) await node.discovery.updateLocalEntry((entry) => ({ ...entry, tags: tagsHere(`at ${dice}`) }))
  else if (dice < 0.8) await followed.discovery.remove(node.peerId)
  else if (dice < 0.85) await followed.discovery.insert((await Stranger.meet(network)).entry().entry)
  else if (dice < 0.9) await followed.discovery.clearUnsigned()
  else await followed.host.disconnect(node.peerId)
}

describe('replaying what was told', () => {
  const weather: Weather = { latency: [5, 60], loss: 0.05, bandwidth: 1e7 }
  it.each([
    [1, {}],
    [2, {}],
    [3, { maxPeers: 4 }],
    [4, { maxRtt: 60 }],
    [5, { maxRtt: 60, maxPeers: 6 }],
  ])(
    '[CT11] from any snapshot on gives the catalog and the links, whatever happens (seed %i, %o)',
    async (seed, rules) => {
      network = new SimNetwork({ seed, config: { ...QUICK, ...rules }, weather })
      const [followed] = await network.startMany(5)
      if (followed === undefined) throw new Error('no node')
      const followers = [new Follower(followed.discovery)]
      const { random } = network.world
      for (let step = 0; step < 100; step += 1) {
        await disturb(random.number(), followed)
        await network.run(random.below(2000))
        const now = followed.host.ports.clock.now()
        const isStale = (peer: { readonly entry: { readonly version: { readonly updatedAt: number } } }): boolean =>
          peer.entry.version.updatedAt + network.config.purgeAfter < now + 1
        for (const follower of followers) follower.compare(isStale)
        if (step % 25 === 0) followers.push(new Follower(followed.discovery))
      }
      expect(followers.flatMap(({ wrong }) => wrong).slice(0, 5)).toEqual([])
      const [first] = followers
      const since = followed.discovery.changesSince((first?.seq ?? 0) - 100)
      expect(since.kind === 'changes' ? since.changes : null).toEqual(changesIn(first?.items.slice(-100) ?? []))
      const kinds = new Set(first?.items.map((told) => (told.kind === 'event' ? told.event.kind : told.kind)))
      for (const kind of ['put', 'remove', 'connected', 'disconnected', 'PeerDeparted', 'NeighborDown'])
        expect(kinds).toContain(kind)
    },
  )
})
