/** Whom a node asks for neighbors of its own accord, and how much of what it is told it keeps (rules TP1, TP2). */
import { beforeEach, describe, expect, it } from 'vitest'
import type { Discovery } from '../../../src/main/discovery/handle.ts'
import type { NeighborsAnswer } from '../../../src/main/discovery/topology/neighbors.ts'
import { rowOf } from '../../../src/main/monitor/rows.ts'
import { Topology } from '../../../src/main/monitor/topology.ts'
import { View } from '../../../src/main/monitor/view.ts'
import type { PeerId } from '../../../src/shared/ids.ts'
import { peerIdOf } from '../../../src/shared/ids.ts'
import type { Edge } from '../../../src/shared/peer.ts'
import type { TopologyRow } from '../../../src/shared/topology.ts'
import { signedOf } from '../../support/discovery/entries.ts'
import { SeededRandom } from '../../sim/random.ts'
import { Scheduler } from '../../sim/scheduler.ts'

const random = new SeededRandom(1)
const SELF = peerIdOf(random.bytes(32))
const MINUTE = 60_000

let scheduler: Scheduler
let view: View
let topology: Topology
let connected: readonly PeerId[]
let answer: (peerId: PeerId) => NeighborsAnswer
let asked: { readonly peerId: PeerId; readonly at: number }[]

beforeEach(() => {
  scheduler = new Scheduler()
  const clock = {
    now: () => 1_000_000 + scheduler.now,
    monotonic: () => scheduler.now,
    schedule: (ms: number, run: () => void) => scheduler.schedule(ms, run),
  }
  view = new View(clock, { state: 'ok', reason: '', path: null })
  connected = []
  asked = []
  answer = () => ({ neighbors: [], connected: [] })
  const discovery = {
    connectedPeers: () => connected,
    askNeighbors: (peerId: PeerId) => {
      asked.push({ peerId, at: scheduler.now })
      return Promise.resolve(answer(peerId))
    },
  } as unknown as Discovery
  const store = (): Promise<TopologyRow> => Promise.resolve({ id: 1, at: 0, edgeCount: 0 })
  topology = new Topology({ discovery, self: SELF, view, clock, told: true, purgeAfterMs: 300_000, store })
})

/** So many peers that are online. */
function peers(count: number): PeerId[] {
  return Array.from({ length: count }, () => {
    const peerId = peerIdOf(random.bytes(32))
    putRow(peerId)
    return peerId
  })
}

function putRow(peerId: PeerId): void {
  const signed = signedOf('ann')
  const entry = { ...signed.entry, peerId }
  const seen = { firstSeen: 0, lastSeen: 0, rtt: null }
  view.putRow(rowOf({ entry, signed, self: peerId === SELF, source: 'gossip', ...seen }, false, false))
}

/** Its verdict. */
async function crawl(): Promise<string> {
  const follow = async (): Promise<string> => {
    let verdict = ''
    for await (const message of topology.crawl(new AbortController().signal))
      if (message.kind === 'done') ({ verdict } = message)
    return verdict
  }
  let over = false
  const ended = follow().finally(() => (over = true))
  await scheduler.until(() => over, 10 * MINUTE)
  return await ended
}

const told = (kind: Edge['kind']): Edge[] => [...view.edges()].filter((edge) => edge.kind === kind)

describe('a node asks of its own accord', () => {
  it('[TP1] peers that it is connected to, two a second and each twice a minute at most', async () => {
    connected = peers(30).slice(0, 10)
    topology.start()
    await scheduler.run(4900)
    expect(asked).toHaveLength(9)
    await scheduler.run(54_000)
    topology.stop()
    expect(new Set(asked.map(({ peerId }) => peerId))).toEqual(new Set(connected))
    for (const peerId of connected) expect(asked.filter((one) => one.peerId === peerId)).toHaveLength(2)
  })
})

describe('a crawl', () => {
  it('[TP1] that is asked for while another runs joins it', async () => {
    peers(40)
    await Promise.all([crawl(), crawl()])
    expect(asked).toHaveLength(40)
  })

  it('[TP1] does not count connections that were made to ask', async () => {
    const [near, far, other] = peers(3)
    if (near === undefined || far === undefined || other === undefined) throw new Error('no peers')
    connected = [near]
    answer = () => ({ neighbors: [], connected: [SELF, other] })
    await crawl()
    const said = (peerId: PeerId): PeerId[] =>
      told('connection').flatMap(({ saidBy, b }) => (saidBy === peerId ? [b] : []))
    expect(said(near)).toEqual([SELF, other])
    expect(said(far)).toEqual([other])
  })
})

describe('the verdict of a crawl in a split network', () => {
  const two = async (): Promise<readonly [PeerId, PeerId, PeerId]> => {
    const [near, a, b] = peers(3)
    if (near === undefined || a === undefined || b === undefined) throw new Error('no peers')
    answer = (peerId) => ({ neighbors: peerId === near ? [SELF] : peerId === a ? [b] : [a], connected: [] })
    putRow(SELF)
    topology.own([near], [near])
    connected = [near]
    await crawl()
    await scheduler.run(2 * MINUTE)
    return [near, a, b]
  }

  it('says who of the other island did not answer, and how old their links are', async () => {
    const [near, a] = await two()
    // What a sync tells is no link.
    topology.synced(a)
    answer = (peerId) => {
      if (peerId !== near) throw new Error('no answer')
      return { neighbors: [SELF], connected: [] }
    }
    expect(await crawl()).toMatch(
      /^all 4 peers, ourselves included, form 2 islands: 2 and 2; .*; none of the 2 peers of the other island answered; the last of them to tell its links did so 2 min earlier$/,
    )
  })

  it('says nothing of the age of links that only others told of', async () => {
    const [near, a, b] = peers(3)
    if (near === undefined || a === undefined || b === undefined) throw new Error('no peers')
    answer = (peerId) => {
      if (peerId === b) throw new Error('no answer')
      return { neighbors: peerId === near ? [SELF] : [b], connected: [] }
    }
    putRow(SELF)
    topology.own([near], [near])
    expect(await crawl()).toMatch(/; 1 of the 2 peers of the other island did not answer$/)
  })

  it('says nothing of that where they answer', async () => {
    await two()
    expect(await crawl()).not.toContain('answer')
  })
})

describe('of edges that others told of', () => {
  it('[TP2] 30,000 links are kept, the newest', async () => {
    const known = peers(500)
    answer = () => ({ neighbors: known.slice(0, 64), connected: [] })
    await crawl()
    const kept = told('neighbor').length
    expect(kept).toBeLessThanOrEqual(30_000)
    expect(kept).toBeGreaterThan(30_000 - 65)
    const first = asked[0]?.peerId
    expect(told('neighbor').some(({ saidBy }) => saidBy === first)).toBe(false)
  })

  it('[TP2] a link goes after 15 minutes', async () => {
    const [first, second] = peers(2)
    if (first === undefined || second === undefined) throw new Error('no peers')
    answer = (peerId) => ({ neighbors: [peerId === first ? second : first], connected: [] })
    topology.start()
    await crawl()
    await scheduler.run(14.8 * MINUTE)
    expect(told('neighbor')).toHaveLength(2)
    await scheduler.run(MINUTE)
    expect(told('neighbor')).toEqual([])
    topology.stop()
  })

  it('[TP2] 64 entries of one catalog are kept and 2,000 in all, for an hour', async () => {
    const known = peers(100)
    topology.start()
    const [first] = known
    if (first === undefined) throw new Error('no peers')
    topology.synced(first)
    expect(told('holds')).toHaveLength(64)
    expect(told('holds')[0]).toMatchObject({ a: first, b: SELF, saidBy: first })
    for (const peerId of known.slice(1, 50)) topology.synced(peerId)
    expect(told('holds').length).toBeLessThanOrEqual(2000)
    expect(told('holds').length).toBeGreaterThan(2000 - 64)
    await scheduler.run(59.8 * MINUTE)
    expect(told('holds').length).toBeGreaterThan(0)
    await scheduler.run(MINUTE)
    expect(told('holds')).toEqual([])
    topology.stop()
  })
})
