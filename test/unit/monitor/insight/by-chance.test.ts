/** Peers that went near each other: together, or by chance alone. */
import { describe, expect, it } from 'vitest'
import { lastFacts } from '../../../../src/main/monitor/insight/why-crashes.ts'
import { beyondChance } from '../../../../src/main/monitor/insight/by-chance.ts'
import type { WentAt } from '../../../../src/main/monitor/insight/by-chance.ts'
import { peerFacts } from '../../../../src/main/monitor/insight/why-facts.ts'
import type { WhySource } from '../../../../src/main/monitor/insight/why-facts.ts'
import { whyNetwork } from '../../../../src/main/monitor/insight/why-network.ts'
import { whyPeer } from '../../../../src/main/monitor/insight/why.ts'
import type { Store } from '../../../../src/main/store/types.ts'
import type { DiscoveryEvent } from '../../../../src/shared/events.ts'
import type { PeerId } from '../../../../src/shared/ids.ts'
import type { PeerRow } from '../../../../src/shared/peer.ts'
import type { NetworkWhy } from '../../../../src/shared/why.ts'
import { peerRow } from '../../../support/renderer/fake-network.ts'
import { eachWithStore, NETWORK, NETWORK_ID, START } from '../../store/data-folder.ts'
import { whySource } from './why-source.ts'

const SECOND = 1000
const HOUR = 3600
const PURGE = 300
/** How far apart peers crash in the churn, and how many do in an hour. */
const EVERY = 9
const MANY = HOUR / EVERY

let store: Store
eachWithStore((opened) => {
  store = opened
})

const peer = (index: number): PeerId => peerRow(index).peerId

/** A peer that crashed at a second: a neighbor breaks off at once; it is dialed half a minute later, and purged by its last word. */
interface Crash {
  readonly index: number
  readonly second: number
  readonly neighbor?: boolean
  readonly purgedAfter?: number
}

/** Writes the log of crashes in the order of time, and gives the peers as they are at a second, by what was logged by then. */
function crashed(crashes: readonly Crash[], until: number): WhySource {
  const rows = new Map<PeerId, PeerRow>()
  const told: { readonly second: number; readonly does: () => void }[] = []
  const tell = (second: number, event: DiscoveryEvent): void =>
    void told.push({ second, does: () => void store.append(NETWORK, START + second * SECOND, event) })
  tell(-PURGE, { kind: 'NetworkJoined', networkId: NETWORK_ID, peerId: peer(0), addresses: [] })
  for (const { index, second, neighbor = false, purgedAfter = PURGE } of crashes) {
    const peerId = peer(index)
    const at = START + second * SECOND
    const version = { startedAt: START - HOUR * SECOND, updatedAt: at - SECOND }
    const purgedAt = second + purgedAfter
    rows.set(peerId, {
      ...peerRow(index),
      version,
      state: purgedAt <= until ? 'purged' : 'online',
      lastSeen: at - SECOND,
      rtt: null,
      connected: false,
      neighbor: false,
      addresses: [`/ip4/198.51.100.7/tcp/${index + 1000}`],
    })
    if (neighbor) tell(second, { kind: 'NeighborDown', peerId })
    tell(second + 30, { kind: 'DialFailed', target: peerId, reason: 'connection refused' })
    told.push({
      second: purgedAt,
      does: () => {
        store.sessionStarted(NETWORK, peerId, at - HOUR * SECOND, version, 'gossip')
        store.sessionEnded(NETWORK, peerId, START + purgedAt * SECOND, 'purged')
      },
    })
    tell(purgedAt, { kind: 'PeerDeparted', peerId, reason: 'purged', version })
  }
  const known = told.filter(({ second }) => second <= until).toSorted((a, b) => a.second - b.second)
  for (const { does } of known) does()
  const here = { ...peerRow(9999), neighbor: true, addresses: ['/ip4/198.51.100.7/tcp/9'] }
  return whySource(store, {
    state: 'online',
    now: START + until * SECOND,
    purgeAfterMs: PURGE * SECOND,
    rows: () => [...rows.values(), here],
  })
}

const churn = Array.from({ length: MANY }, (_, place): Crash => ({ index: place + 100, second: place * EVERY }))
const whyOf = async (source: WhySource): Promise<NetworkWhy> => whyNetwork(await lastFacts(source))
const namedIn = async (source: WhySource): Promise<readonly PeerId[]> => {
  const { together } = await lastFacts(source)
  return [...(together?.peers ?? [])].toSorted()
}
/** What the network says, and one of its peers that is gone. */
const saidOf = async (source: WhySource, peerId: PeerId) => {
  const row = [...source.rows()].find((one) => one.peerId === peerId)
  if (row?.state !== 'purged') throw new Error('it is not gone')
  const { causes } = whyPeer(await peerFacts(source, row))
  return {
    matter: (await whyOf(source)).matter,
    kind: causes[0]?.kind,
    together: causes.some(({ words }) => words.includes('went together')),
  }
}
/** It crashed, and no other with it. */
const ALONE = { matter: 'fine', kind: 'crashed', together: false }

describe('in a network in which peers crash all the time', () => {
  it('none are told to have gone together that crashed one by one, though some are always purged near each other', async () => {
    expect(await saidOf(crashed(churn, HOUR), peer(100 + MANY - 40))).toEqual(ALONE)
  })

  it('neighbors are that break off at once, as we know ourselves, and none that was purged near them is added', async () => {
    const two = [1, 2].map((index) => ({ index, second: HOUR - 400 + index, neighbor: true }))
    const source = crashed([...churn, ...two], HOUR)
    expect(await namedIn(source)).toEqual([peer(1), peer(2)].toSorted())
  })

  it('two neighbors are not that break off near each other, where neighbors do so all the time', async () => {
    const neighbors = churn.map((crash) => ({ ...crash, neighbor: true }))
    const two = { index: 1, second: HOUR - 396 - 1.5, neighbor: true }
    expect(await saidOf(crashed([...neighbors, two], HOUR), peer(1))).toEqual(ALONE)
  })
})

describe('in a quiet network', () => {
  it('two that are killed within two seconds are told to have gone together, from the first refused dials on', async () => {
    const two = [1, 2].map((index) => ({ index, second: 100 + index * 1.9, neighbor: true }))
    expect(await namedIn(crashed(two, 140))).toEqual([peer(1), peer(2)].toSorted())
  })

  it('so are two of which the purge alone is known, and one that crashed long before is none of them', async () => {
    const two = [1, 2].map((index) => ({ index, second: 2000, purgedAfter: PURGE - index * 4 }))
    const source = crashed([{ index: 3, second: 100 }, ...two], 2400)
    expect(await namedIn(source)).toEqual([peer(1), peer(2)].toSorted())
  })

  it('a few that crash one by one make no two of them suspect whose purges are near', async () => {
    const single = [0, 1, 2, 3, 4, 5].map((place) => ({ index: place + 10, second: place * 300 }))
    const two = [1, 2].map((index) => ({ index, second: 2000, purgedAfter: PURGE - index * 7 }))
    expect(await saidOf(crashed([...single, ...two], 2400), peer(1))).toEqual(ALONE)
  })

  it('a group is told for ten minutes, however many went one by one since', async () => {
    const two = [1, 2].map((index) => ({ index, second: 1000 + index / 10, neighbor: true }))
    const since = Array.from({ length: 14 }, (_, place) => ({
      index: place + 10,
      second: 1010 + place * 20,
      neighbor: place % 2 === 0,
    }))
    expect(await namedIn(crashed([...two, ...since], 1590))).toEqual([peer(1), peer(2)].toSorted())
  })

  it('of two groups the one that went last is told', async () => {
    const two = [1, 2].map((index) => ({ index, second: 1000 + index / 10, neighbor: true }))
    const many = Array.from({ length: 14 }, (_, place) => ({
      index: place + 10,
      second: 1100 + place / 100,
      neighbor: true,
    }))
    expect(await namedIn(crashed([...two, ...many], 1200))).toHaveLength(14)
  })
})

describe('chance', () => {
  /** Numbers from 0 to 1 that are the same each time. */
  function chances(): () => number {
    let state = 1
    return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647
  }
  const span = { from: 0, to: HOUR * SECOND }
  const nearness = { withinMs: 15_000, leastMs: 2000 }
  /** Whether any of those that went seem to have gone together. */
  const told = (times: readonly WentAt[]): boolean =>
    times.some((one) => {
      const near = times.filter((other) => other !== one && Math.abs(other.at - one.at) <= nearness.withinMs)
      return beyondChance(near, one.at, { ...span, times }, nearness).size > 0
    })

  it.each([3, 20, 100, 400, 2000])('of %i that go in an hour makes hardly ever a group', (count) => {
    const next = chances()
    const hours = Array.from({ length: 40 }, () =>
      Array.from({ length: count }, (_, index) => ({ peerId: peer(index), at: next() * span.to })),
    )
    expect(hours.filter(told).length).toBeLessThanOrEqual(4)
  })

  it.each([
    [0, 2],
    [20, 5],
    [400, 20],
  ])('does not hide that beside %i that go in an hour %i went together', (count, together) => {
    const next = chances()
    const times = Array.from({ length: count }, (_, index) => ({ peerId: peer(index), at: next() * span.to }))
    const group = Array.from({ length: together }, (_, index) => ({
      peerId: peer(5000 + index),
      at: 1_800_000 + index * 200,
    }))
    const near = [...times, ...group.slice(1)].filter(({ at }) => Math.abs(at - 1_800_000) <= nearness.withinMs)
    expect(beyondChance(near, 1_800_000, { ...span, times: [...times, ...group] }, nearness)).toContain(peer(5001))
  })

  it('is not judged by a group before, as if its peers had gone one by one', () => {
    const before = Array.from({ length: 50 }, (_, index) => ({ peerId: peer(index), at: 600_000 + index * 100 }))
    const near = [{ peerId: peer(100), at: 2_400_100 }]
    expect(beyondChance(near, 2_400_000, { ...span, times: before }, nearness).size).toBe(1)
  })
})
