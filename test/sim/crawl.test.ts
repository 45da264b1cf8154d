import { afterEach, expect, it } from 'vitest'
import type { PeerId } from '../../src/shared/ids.ts'
import type { CrawlMessage, CrawlProgress } from '../../src/shared/topology.ts'
import type { SimNode } from './network.ts'
import { SimNetwork } from './network.ts'
import type { Observer } from './observer.ts'
import { follow, observe } from './observer.ts'
import { Stranger } from '../unit/discovery/worker/stranger.ts'
import { keyOf } from '../support/networks.ts'

/** Nothing but what is asked for. */
const QUIET = { announceInterval: 600_000, rttProbeInterval: 600_000, rttDialInterval: 600_000, purgeAfter: 3_600_000 }

let network: SimNetwork
let observer: Observer | null = null
afterEach(async () => {
  observer?.close()
  observer = null
  for (const { host } of network.nodes.values()) host.frozen = false
  await network.stop()
})

/** A settled network and the node that looks at it. */
async function settled(count: number, seed: number, config = {}): Promise<SimNode> {
  network = new SimNetwork({ seed, config: { rttProbeInterval: 10_000, rttDialInterval: 10_000, ...config } })
  await network.startKnowing(count)
  const [first] = network.nodes.values()
  if (first === undefined) throw new Error('no node')
  expect(network.converged()).toBe(true)
  observer = observe(network, first)
  await network.run(1000)
  return first
}

function watcher(): Observer {
  if (observer === null) throw new Error('nobody observes')
  return observer
}

/** Every link that is there between others than us, from both sides. */
function links(self: PeerId): Set<string> {
  const found = new Set<string>()
  for (const { peerId, host } of network.nodes.values()) {
    if (peerId === self) continue
    for (const other of host.gossip.neighbors()) found.add(`neighbor ${peerId} ${other}`)
    for (const other of host.connections()) found.add(`connection ${peerId} ${other.peerId}`)
  }
  return found
}

function told(self: PeerId): Set<string> {
  return new Set(
    [...watcher().view.edges()].flatMap(({ a, b, kind, saidBy }) =>
      kind === 'holds' || saidBy === self ? [] : `${kind} ${a} ${b}`,
    ),
  )
}

function last(messages: readonly CrawlMessage[]): CrawlProgress {
  const message = messages.at(-1)
  if (message === undefined) throw new Error('the crawl told nothing')
  return message.progress
}

it.each([1])('[TP1, TP2] a crawl of 50 peers finds every link, and none that is not there (seed %i)', async (seed) => {
  const { peerId: self } = await settled(50, seed, QUIET)
  const always = links(self)
  const ever = new Set(always)
  const messages = await follow(network, watcher(), {
    onStep: () => {
      const now = links(self)
      for (const link of now) ever.add(link)
      for (const link of always) if (!now.has(link)) always.delete(link)
    },
  })
  const found = told(self)
  const about = (set: Iterable<string>): string[] => [...set].filter((link) => !link.includes(self))
  expect(about(always).length).toBeGreaterThan(200)
  expect(about(always).filter((link) => !found.has(link))).toEqual([])
  expect(about(found).filter((link) => !ever.has(link))).toEqual([])
  const progress = last(messages)
  expect(progress).toMatchObject({ asked: 49, answered: 49, waiting: 0, refused: 0, failed: 0, strangers: 0 })
  expect(progress.links).toBeLessThanOrEqual(progress.edges)
  const stored = watcher().store.topologies(keyOf(network.networkId)).at(-1)
  expect(messages.at(-1)).toMatchObject({ kind: 'done', topology: stored })
  expect(stored?.edgeCount).toBe([...watcher().view.edges()].length)
  expect(network.violations).toEqual([])
})

it('[TP1, AN9] who refuses, vanished or does not answer is counted; connections made for questions are closed', async () => {
  const one = await settled(16, 4, QUIET)
  const [vanished, frozen] = [...network.nodes.values()].slice(-2)
  if (vanished === undefined || frozen === undefined) throw new Error('too few nodes')
  // It answers nothing but announces itself, as one whose setting is off.
  const silent = await Stranger.meet(network, one)
  await one.discovery.feed(silent.entry())
  // Long enough for connections that serve nothing to be closed.
  await network.run(90_000)
  const before = one.host.connections().length
  // Those that a mesh took in serve something.
  const serveNothing = (): number => {
    const neighbors = new Set(one.discovery.neighbors())
    return one.host.connections().filter(({ peerId }) => !neighbors.has(peerId)).length
  }
  const idle = serveNothing()
  network.crash(vanished)
  frozen.host.frozen = true
  await network.run(200)
  let most = 0
  const onStep = (): void => {
    most = Math.max(most, one.host.connections().length)
  }
  const progress = last(await follow(network, watcher(), { onStep }))
  expect(progress).toMatchObject({ asked: 16, waiting: 0, answered: 13, refused: 1, failed: 2 })
  frozen.host.frozen = false
  expect(most).toBeGreaterThan(before)
  await network.run(15_000)
  expect(serveNothing()).toBeLessThanOrEqual(idle)
})

it('[TP1] nobody is asked twice within a second, also by crawls one after the other', async () => {
  await settled(8, 5, QUIET)
  for (let round = 0; round < 3; round += 1)
    expect(last(await follow(network, watcher()))).toMatchObject({ asked: 7, answered: 7 })
  const refused = [...network.nodes.values()].map(({ discovery }) => discovery.stats().refused['NeighborsRate'] ?? 0)
  expect(refused).toEqual([0, 0, 0, 0, 0, 0, 0, 0])
})

it('[TP1] one crawl runs at a time: a second one joins it, and the last to leave ends it', async () => {
  await settled(20, 6, QUIET)
  const both = await Promise.all([follow(network, watcher(), { onMessage: () => false }), follow(network, watcher())])
  expect(both[0]).toHaveLength(1)
  expect(last(both[1])).toMatchObject({ answered: 19 })
  expect(watcher().store.topologies(keyOf(network.networkId))).toHaveLength(1)

  const count = (): number =>
    [...network.nodes.values()].reduce((sum, node) => sum + node.discovery.stats().streamsIn, 0)
  await network.run(2000)
  const left = await follow(network, watcher(), { onMessage: () => false })
  expect(left).toHaveLength(1)
  const before = count()
  await network.run(400)
  // Eight were being asked, and streams to them may have been on their way.
  expect(count() - before).toBeLessThanOrEqual(9)
  expect(watcher().store.topologies(keyOf(network.networkId))).toHaveLength(1)
})

it('[TP2] what a sync that we began tells: the catalog of the other side holds what ours holds', async () => {
  network = new SimNetwork({ seed: 7, config: QUIET })
  const [one] = await network.startMany(10)
  if (one === undefined) throw new Error('no node')
  observer = observe(network, one)
  await network.run(30_000)
  const [other] = [...network.nodes.values()].filter(({ peerId }) => peerId !== one.peerId)
  if (other === undefined) throw new Error('no node')
  const synced = one.discovery.syncWith(other.peerId)
  await network.run(1000)
  await synced
  const at = one.host.ports.clock.now()
  const holds = [...observer.view.edges()].filter(({ kind, a }) => kind === 'holds' && a === other.peerId)
  const { peers } = other.discovery.catalog()
  expect(holds).toHaveLength(9)
  for (const { a, b, saidBy, at: said } of holds) {
    expect(saidBy).toBe(a)
    expect(peers.has(b)).toBe(true)
    expect(at - said).toBeLessThanOrEqual(1000)
  }
  const [gone] = holds
  const leaving = [...network.nodes.values()].find(({ peerId }) => peerId === gone?.b && peerId !== one.peerId)
  const leaver = leaving ?? [...network.nodes.values()].findLast(({ peerId }) => peerId !== other.peerId)
  if (leaver === undefined) throw new Error('nobody leaves')
  await network.leave(leaver)
  await network.run(1000)
  expect([...observer.view.edges()].some(({ a, b }) => a === leaver.peerId || b === leaver.peerId)).toBe(false)
})

it('links are stored while they change, and at the end', async () => {
  const one = await settled(6, 8, QUIET)
  const { store, session } = watcher()
  const stored = (): number => store.topologies(keyOf(network.networkId)).length
  await network.run(5000)
  expect(stored()).toBe(0)
  await network.run(7000)
  expect(stored()).toBe(1)
  await network.run(46_000)
  expect(stored()).toBe(1)
  await network.run(61_000)
  expect(stored()).toBeGreaterThan(0)
  // Idle connections are closed by now, and all that is told is told again; many links are stored less often.
  await network.run(900_000)
  const settledAt = stored()
  await network.run(300_000)
  expect(stored()).toBe(settledAt)
  const [leaver] = [...network.nodes.values()].filter(({ peerId }) => peerId !== one.peerId)
  if (leaver === undefined) throw new Error('nobody leaves')
  await network.leave(leaver)
  await network.run(1000)
  session.end()
  const topologies = store.topologies(keyOf(network.networkId))
  expect(topologies).toHaveLength(settledAt + 1)
  const last = store.topology(keyOf(network.networkId), topologies.at(-1)?.id ?? 0)
  expect(last?.edges.length).toBeGreaterThan(0)
  expect(last?.edges.some(({ a, b }) => a === leaver.peerId || b === leaver.peerId)).toBe(false)
})
