import { afterEach, describe, expect, it } from 'vitest'
import type { Dialect } from '../../src/main/discovery/dialect.ts'
import { peerscope } from '../../src/main/discovery/dialects/peerscope/peerscope.ts'
import { pacedAt } from '../support/discovery/dialect.ts'
import type { SimNode } from './network.ts'
import { SimNetwork } from './network.ts'
import { EPOCH } from './world.ts'

/** Announcements a second that the networks here aim at: ten nodes are a large one. */
const PER_S = 0.1
const paced = pacedAt(PER_S)
/** What nodes speak that do not know it. */
const older: Dialect = { ...peerscope, pace: null, protocolVersion: '1.0.0' }
/** Peers measure each other seldom: that took half of the time, and answers to pings say nothing of this rule. */
const config = { rttProbeInterval: 300_000, rttDialInterval: 3_600_000 } as const
/** For as many intervals a peer stays. */
const INTERVALS = 300 / 45

let network: SimNetwork
afterEach(async () => await network.stop())

function broken(): readonly string[] {
  network.checkAll()
  return network.violations
}

async function settled(count: number, seed = 1): Promise<SimNode[]> {
  network = new SimNetwork({ seed, dialect: paced, config })
  const nodes = await network.startMany(count, 5000)
  // Each has announced itself since it knew all, and states its interval.
  await network.run(120_000)
  expect(network.converged()).toBe(true)
  return nodes
}

const stated = (node: SimNode): number | undefined => node.discovery.me().entry.announcedEvery
/** Peers that anybody saw go since events were looked at last. */
const departures = (nodes: readonly SimNode[]): number =>
  nodes.flatMap(({ events }) => events).filter(({ kind }) => kind === 'PeerDeparted').length

/** Announcements that a node heard in a span, a second, on average. */
async function heard(nodes: readonly SimNode[], ms: number): Promise<number> {
  for (const { events } of nodes) events.length = 0
  await network.run(ms)
  const announced = nodes
    .flatMap(({ events }) => events)
    .filter((e) => e.kind === 'PeerUpdated' && e.source === 'gossip')
  return announced.length / nodes.length / (ms / 1000)
}

describe('[AN14] in a large network', () => {
  it('each node hears as many announcements a second however many nodes there are, and purges nobody that lives', async () => {
    for (const count of [12, 24, 48]) {
      const nodes = await settled(count)
      for (const node of nodes) expect(stated(node)).toBeGreaterThan(((count / PER_S) * 1000) / 1.26)
      const ms = 4 * (count / PER_S) * 1000
      const perS = await heard(nodes, ms)
      expect(perS).toBeGreaterThan(PER_S * 0.7)
      expect(perS).toBeLessThan(PER_S * 1.4)
      expect(departures(nodes)).toBe(0)
      expect(network.converged()).toBe(true)
      expect(broken()).toEqual([])
      if (count < 48) await network.stop()
    }
  }, 120_000)

  it('a newcomer learns of all at once, however long ago they announced themselves', async () => {
    const nodes = await settled(30)
    await network.run(600_000)
    const ages = nodes
      .slice(1)
      .map(
        (node) =>
          EPOCH + network.world.scheduler.now - (nodes[0]?.discovery.get(node.peerId)?.entry.version.updatedAt ?? 0),
      )
    expect(Math.max(...ages)).toBeGreaterThan(300_000)
    const newcomer = await network.start({ bootstrap: nodes.slice(0, 2) })
    await network.run(5000)
    expect(newcomer.discovery.catalog().peers.size).toBe(31)
    expect(network.converged()).toBe(true)
    expect(broken()).toEqual([])
  })

  it('one that crashed is purged when as many of its own intervals have passed, and one that says goodbye is gone at once', async () => {
    const nodes = await settled(20)
    const [first, second, ...others] = nodes
    if (first === undefined || second === undefined) throw new Error('no nodes')
    const { version, announcedEvery = 0 } = first.discovery.me().entry
    expect(announcedEvery).toBeGreaterThan(150_000)
    network.crash(first)
    const expiry = version.updatedAt + announcedEvery * INTERVALS
    await network.run(expiry - 1000 - EPOCH - network.world.scheduler.now)
    for (const node of others) expect(node.discovery.get(first.peerId)?.entry.version).toEqual(version)
    await network.run(3000)
    for (const node of others) expect(node.discovery.get(first.peerId)).toBeNull()
    await network.leave(second)
    await network.run(500)
    for (const { events, discovery } of others) {
      expect(discovery.get(second.peerId)).toBeNull()
      expect(events).toContainEqual(
        expect.objectContaining({ kind: 'PeerDeparted', peerId: second.peerId, reason: 'graceful' }),
      )
      expect(events).toContainEqual(
        expect.objectContaining({ kind: 'PeerDeparted', peerId: first.peerId, reason: 'purged' }),
      )
    }
    expect(broken()).toEqual([])
  })

  it('where one in four is older all announce themselves as often as before, and nobody that lives is purged', async () => {
    network = new SimNetwork({ seed: 3, dialect: paced, config })
    const nodes: SimNode[] = []
    for (let index = 0; index < 24; index += 1)
      nodes.push(await network.start({ bootstrap: nodes.slice(0, 2), ...(index % 4 === 3 ? { dialect: older } : {}) }))
    await network.run(1_800_000)
    expect(network.converged()).toBe(true)
    expect(nodes.map(stated)).toEqual(nodes.map(() => undefined))
    expect(departures(nodes)).toBe(0)
    expect(broken()).toEqual([])
  })

  it('where one in twenty is older those that know the rule purge nobody that lives', async () => {
    network = new SimNetwork({ seed: 4, dialect: paced, config })
    const nodes: SimNode[] = []
    for (let index = 0; index < 20; index += 1)
      nodes.push(await network.start({ bootstrap: nodes.slice(0, 2), ...(index === 7 ? { dialect: older } : {}) }))
    await network.run(1_800_000)
    expect(network.converged()).toBe(true)
    expect(nodes.filter((node) => stated(node) === undefined)).toEqual([nodes[7]])
    expect(departures(nodes)).toBe(0)
    expect(broken()).toEqual([])
  })
})
