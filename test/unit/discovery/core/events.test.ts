/** What is told of all that happens (rules EV1, EV2). */
import { describe, expect, it } from 'vitest'
import { StreamFailed } from '../../../../src/shared/errors.ts'
import { tagsHere } from '../../../support/discovery/dialect.ts'
import { Bench, NOW, REACHABLE } from '../../../support/discovery/bench.ts'
import { idOf } from '../../../support/discovery/entries.ts'

describe('events', () => {
  it('[EV2, WK1] tell that the network was joined, with our addresses, and that our entry changed', () => {
    const bench = new Bench()
    bench.take()
    bench.step({ kind: 'online', addresses: REACHABLE.addresses })
    expect(bench.events()).toMatchObject([
      { kind: 'LocalEntryUpdated', addresses: REACHABLE.addresses },
      { kind: 'NetworkJoined', peerId: idOf('me'), addresses: REACHABLE.addresses },
    ])
    expect(bench.core.parts.own.entry.addresses).toEqual(REACHABLE.addresses)
  })

  it('[EV2] tell of neighbors that come and go', () => {
    const bench = Bench.online()
    const peerId = idOf('near')
    bench.step({ kind: 'neighborUp', peerId })
    bench.step({ kind: 'neighborDown', peerId })
    expect(bench.events()).toEqual([
      { kind: 'NeighborUp', peerId },
      { kind: 'NeighborDown', peerId },
    ])
  })

  it('[EV2, SY8] tell of syncs, how they went, and when one is tried again', () => {
    const bench = Bench.online()
    const good = bench.connect(idOf('good'))
    bench.finishSync(bench.lastStream('sync'))
    const bad = bench.connect(idOf('bad'))
    bench.feed('bad', { addresses: [] })
    bench.step({ kind: 'broke', id: bench.lastStream('sync'), error: new StreamFailed('reset') })
    const syncs = bench.events().filter(({ kind }) => kind.startsWith('Sync'))
    expect(syncs).toMatchObject([
      { kind: 'SyncCompleted', peerId: good, received: 0 },
      { kind: 'SyncFailed', peerId: bad, reason: 'reset' },
    ])
    const [, failed] = syncs
    const retryInMs = failed?.kind === 'SyncFailed' ? (failed.retryInMs ?? 0) : 0
    expect(retryInMs).toBeGreaterThanOrEqual(1000)
    bench.take()
    bench.pass(retryInMs - 1)
    expect(bench.opened('sync')).toEqual([])
    bench.pass(2)
    expect(bench.opened('sync')).toMatchObject([{ peerId: bad }])
    // The second pause is longer.
    bench.step({ kind: 'broke', id: bench.lastStream('sync'), error: new StreamFailed('reset') })
    const [again] = bench.events().filter(({ kind }) => kind === 'SyncFailed')
    expect(again?.kind === 'SyncFailed' ? again.retryInMs : 0).toBeGreaterThanOrEqual(2000)
  })

  it('[EV1] tell of a peer that is discovered, updated with what changed, and removed', () => {
    const bench = Bench.online()
    const peerId = bench.feed('ann', { addresses: [], version: { startedAt: NOW, updatedAt: NOW } })
    bench.feed('ann', { addresses: [], tags: tagsHere('new'), version: { startedAt: NOW, updatedAt: NOW + 1 } })
    bench.command({ kind: 'remove', peerId })
    expect(bench.events()).toMatchObject([
      { kind: 'PeerDiscovered', peerId, source: 'manual' },
      { kind: 'PeerUpdated', peerId, source: 'manual', changed: ['tags'] },
      { kind: 'PeerDeparted', peerId, reason: 'removed' },
    ])
  })

  it('[EV1, CT8] tell that a peer was displaced, by which reason alone', () => {
    const bench = Bench.online({ config: { maxPeers: 2 } })
    for (const name of ['ann', 'bob', 'cyd']) {
      bench.pass(10)
      bench.feed(name, { addresses: [] })
    }
    expect(bench.events().filter(({ kind }) => kind === 'PeerDeparted')).toMatchObject([
      { peerId: idOf('ann'), reason: 'displaced' },
    ])
  })
})
