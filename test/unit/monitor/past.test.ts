import { expect, it } from 'vitest'
import { historySpan, pastParts, pastPicture } from '../../../src/main/monitor/past.ts'
import type { DiscoveryEvent } from '../../../src/shared/events.ts'
import { idOf } from '../../support/discovery/entries.ts'
import { peerRow } from '../../support/renderer/fake-network.ts'
import { DataFolder, NETWORK, NETWORK_ID, START } from '../store/data-folder.ts'

const [X, Y, Z] = [idOf('x'), idOf('y'), idOf('z')]

function came(peerId: typeof X): DiscoveryEvent {
  return {
    kind: 'PeerDiscovered',
    peerId,
    source: 'gossip',
    version: { startedAt: 1, updatedAt: 1 },
    tags: ['a'],
    addresses: [],
  }
}

async function all<T>(parts: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const part of parts) found.push(part)
  return found
}

const joined: DiscoveryEvent = { kind: 'NetworkJoined', networkId: NETWORK_ID, peerId: Z, addresses: [] }

it('a past picture has the links that were stored last before, of those who were there', async () => {
  using data = new DataFolder()
  const store = data.open()
  const parts = { store, networkKey: NETWORK, self: undefined }
  store.append(NETWORK, START, joined)
  store.append(NETWORK, START + 10, came(X))
  store.append(NETWORK, START + 20, came(Y))
  const edge = (a: typeof X, b: typeof X) => ({ a, b, kind: 'neighbor', saidBy: a, at: START + 15 }) as const
  store.putTopology(NETWORK, { at: START + 25, edges: [edge(X, Y), edge(X, Z)] })
  store.putTopology(NETWORK, { at: START + 90, edges: [] })
  expect(await pastPicture(parts, START + 15)).toMatchObject({ seq: 2, edges: [], edgesAt: null })
  const picture = await pastPicture(parts, START + 30)
  expect(new Set(picture.peers.map(({ peerId }) => peerId))).toEqual(new Set([X, Y]))
  expect(picture).toMatchObject({ seq: 3, edges: [edge(X, Y)], edgesAt: START + 25 })
  expect(picture.peers.every((row) => row.state === 'online' && row.rtt === null && !row.connected)).toBe(true)
})

it('the span of history is that of its events', () => {
  using data = new DataFolder()
  const store = data.open()
  for (let n = 0; n < 50; n += 1) store.append(NETWORK, START + n * 10, joined)
  expect(historySpan(store, NETWORK)).toEqual({ from: START, to: START + 490 })
})

it('a picture is told in parts of a thousand, with the moment last', async () => {
  const peers = Array.from({ length: 2500 }, (_, index) => peerRow(index))
  const edges = Array.from({ length: 3001 }, (_, n) => ({ a: X, b: Y, kind: 'holds', saidBy: X, at: n }) as const)
  const parts = await all(pastParts({ at: START, seq: 7, edgesAt: 5, peers, edges }))
  expect(parts.length).toBe(5)
  expect(parts.flatMap((part) => (part.kind === 'rows' ? part.peers : []))).toEqual(peers)
  expect(parts.flatMap((part) => (part.kind === 'rows' ? part.edges : []))).toEqual(edges)
  expect(parts.every((part) => part.kind === 'done' || Math.max(part.peers.length, part.edges.length) <= 1000)).toBe(
    true,
  )
  expect(parts.at(-1)).toEqual({ kind: 'done', at: START, seq: 7, edgesAt: 5 })
  expect(await all(pastParts({ at: START, seq: 0, edgesAt: null, peers: [], edges: [] }))).toHaveLength(1)
})
