/** A crash against a goodbye, as the demo plays them, on real nodes: what an observer is told. */
import { randomUUID } from 'node:crypto'
import pino from 'pino'
import { afterEach, expect, it } from 'vitest'
import { DemoWorld } from '../../src/main/monitor/demo/world.ts'
import { nodeSecret, openNode } from '../../src/main/monitor/open-node.ts'
import type { OpenNode } from '../../src/main/monitor/open-node.ts'
import { systemClock } from '../../src/main/network/clock.ts'
import type { PeerId } from '../../src/shared/ids.ts'
import { codeOf } from '../support/monitor.ts'

const POLL = { timeout: 60_000, interval: 20 }
const logger = pino({ enabled: false })
const CONFIG = {
  announceInterval: 1000,
  announceJitter: 0,
  purgeAfter: 5000,
  rttProbeInterval: 1000,
  rttDialInterval: 1000,
} as const

const ends: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end()
})

async function rig(): Promise<{
  readonly world: DemoWorld
  readonly observer: OpenNode
  readonly left: Map<PeerId, string>
}> {
  const network = `demo-${randomUUID()}`
  const { signal } = new AbortController()
  const world = new DemoWorld({ network, config: CONFIG, seed: 7, clock: systemClock, logger, signal })
  ends.push(() => world.stop())
  await world.start(6, 6)
  const observer = await openNode(
    {
      network,
      secret: nodeSecret(null),
      listen: ['/ip4/127.0.0.1/tcp/0'],
      bootstrap: world.addresses().slice(0, 3),
      tags: [],
      config: CONFIG,
      dht: false,
      mdns: false,
      logger,
    },
    signal,
  )
  ends.push(() => observer.stop())
  const left = new Map<PeerId, string>()
  observer.discovery.onEvent((event) => {
    if (event.kind === 'PeerDeparted') left.set(event.peerId, event.reason)
  })
  await expect.poll(() => observer.discovery.catalog().peers.size, POLL).toBe(7)
  return { world, observer, left }
}

it('a crash goes silent, a goodbye leaves at once; a slow peer really answers late', async () => {
  const { world, observer, left } = await rig()
  const [, , , crashed, leaving, slow] = world.peers().map(({ peerId }) => peerId)
  if (crashed === undefined || leaving === undefined || slow === undefined) throw new Error('too few peers')
  world.slow(slow, 400)
  const ping = (): Promise<number> =>
    observer.discovery.ping(slow).then(
      ({ rttMs }) => rttMs,
      () => 0,
    )
  // It waits for at least four fifths of that before it answers; a busy machine only adds to it.
  await expect.poll(ping, POLL).toBeGreaterThan(319)
  world.slow(slow, 0)
  await Promise.all([world.crash(crashed), world.leave(leaving)])
  await expect.poll(() => left.get(leaving), POLL).toBe('graceful')
  await expect.poll(() => left.get(crashed), POLL).toBe('purged')
}, 120_000)

it('a split keeps one half from the other and from us, and heals', async () => {
  const { world, observer } = await rig()
  const far = world.peers().flatMap(({ peerId }, index) => (index % 2 === 1 ? [peerId] : []))
  const connected = (): readonly PeerId[] => observer.discovery.connectedPeers().filter((one) => far.includes(one))
  await expect.poll(() => connected().length, POLL).toBe(far.length)
  await world.split()
  await expect.poll(() => connected(), POLL).toEqual([])
  expect(await codeOf(observer.discovery.ping(far[0] ?? observer.peerId))).not.toBe('ok')
  await world.heal()
  await expect.poll(() => connected().length, POLL).toBe(far.length)
}, 120_000)
