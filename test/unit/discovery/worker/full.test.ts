/** Networks of more peers than a catalog holds (rule CT8). */
import { afterEach, describe, expect, it } from 'vitest'
import { SimNetwork } from '../../../sim/network.ts'

let network: SimNetwork
afterEach(async () => await network.stop())

describe('a network of more peers than catalogs hold', () => {
  it('[CT8, SY5] fetches nothing by sync for which there is no place', async () => {
    const maxPeers = 8
    network = new SimNetwork({ seed: 1, config: { maxPeers } })
    await network.startMany(maxPeers + 2)
    // Until then who is there is a passer-by, and makes room.
    await network.run(1_200_000)
    const nodes = [...network.nodes.values()]
    for (const { discovery, events } of nodes) {
      expect(discovery.catalog().peers.size).toBe(maxPeers + 1)
      events.length = 0
    }
    await network.run(600_000)
    const all = nodes.flatMap(({ events }) => events)
    // Who has no place here is met again and again: each time is a first sight.
    expect(all.filter(({ kind }) => kind === 'SyncCompleted').length).toBeGreaterThan(0)
    expect(all.filter(({ kind }) => kind === 'SyncFailed')).toEqual([])
    expect(all.filter((event) => event.kind === 'EntryRejected' && event.source === 'sync')).toEqual([])
  })
})
