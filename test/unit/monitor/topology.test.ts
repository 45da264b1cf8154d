import { afterEach, expect, it } from 'vitest'
import { Topology } from '../../../src/main/monitor/topology.ts'
import { rowOf } from '../../../src/main/monitor/rows.ts'
import { View } from '../../../src/main/monitor/view.ts'
import { SimNetwork } from '../../sim/network.ts'

let network: SimNetwork
afterEach(async () => await network.stop())

it('[TP2, TP1] every edge says what it is, who said so and when; what a peer said goes with the peer', async () => {
  network = new SimNetwork({ seed: 3, config: { rttProbeInterval: 5000, rttDialInterval: 5000 } })
  const [one] = await network.startMany(4)
  if (one === undefined) throw new Error('no node')
  await network.run(10_000)
  const { clock } = one.host.ports
  const view = new View(clock, { state: 'ok', reason: '', path: null })
  for (const peer of one.discovery.catalog().peers.values()) view.putRow(rowOf(peer, false, true))
  const { discovery, peerId: self } = one
  const store = (): never => {
    throw new Error('nothing is stored')
  }
  const topology = new Topology({ discovery, self, view, clock, told: true, purgeAfterMs: 300_000, store })
  const before = clock.now()
  topology.own(one.discovery.neighbors(), one.discovery.connectedPeers())
  topology.start()
  await network.run(10_000)
  const edges = [...view.edges()]
  const own = edges.filter((edge) => edge.saidBy === one.peerId)
  expect(new Set(own.map((edge) => edge.kind))).toEqual(new Set(['neighbor', 'connection']))
  const told = edges.filter((edge) => edge.saidBy !== one.peerId)
  expect(new Set(told.map((edge) => edge.saidBy))).toEqual(new Set(one.discovery.connectedPeers()))
  for (const edge of edges) {
    expect(edge.a).toBe(edge.saidBy)
    expect(edge.at).toBeGreaterThanOrEqual(before)
    expect(edge.at).toBeLessThanOrEqual(clock.now())
    expect(network.nodes.has(edge.b)).toBe(true)
  }
  const [gone] = one.discovery.connectedPeers()
  if (gone === undefined) throw new Error('nobody is connected')
  topology.forget(gone)
  expect([...view.edges()].some(({ a, b }) => a === gone || b === gone)).toBe(false)
  topology.stop()
})
