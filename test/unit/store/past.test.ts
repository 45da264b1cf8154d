import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DiscoveryEvent } from '../../../src/shared/events.ts'
import type { PeerId } from '../../../src/shared/ids.ts'
import { BLOCK } from '../../../src/main/store/event-log.ts'
import { decodePresent, encodePresent } from '../../../src/main/store/past.ts'
import { openStoreReadOnly } from '../../../src/main/store/read-only.ts'
import { BLOCKS_BETWEEN } from '../../../src/main/store/upkeep/checkpoints.ts'
import type { PastPeer, Store } from '../../../src/main/store/types.ts'
import { SeededRandom } from '../../sim/random.ts'
import { idOf } from '../../support/discovery/entries.ts'
import { DataFolder, NETWORK, NETWORK_ID, OTHER, START, finished, peerOf, slotOf } from './data-folder.ts'

const X = idOf('x')
const Y = idOf('y')
const SELF = idOf('self')

function joined(): DiscoveryEvent {
  return { kind: 'NetworkJoined', peerId: SELF, networkId: NETWORK_ID, addresses: [] }
}

function left(): DiscoveryEvent {
  return { kind: 'NetworkLeft', networkId: NETWORK_ID }
}

function came(peerId: PeerId, n: number, update = false): DiscoveryEvent {
  const state = {
    peerId,
    source: n % 2 === 0 ? 'sync' : 'gossip',
    version: { startedAt: 1, updatedAt: n },
    tags: [`n:${n}`],
    addresses: [`/ip4/127.0.0.1/tcp/${n}`],
  } as const
  return update ? { kind: 'PeerUpdated', ...state, changed: [] } : { kind: 'PeerDiscovered', ...state }
}

function went(peerId: PeerId): DiscoveryEvent {
  return { kind: 'PeerDeparted', peerId, reason: 'purged', version: { startedAt: 1, updatedAt: 1 } }
}

function pastOf(peerId: PeerId, n: number): PastPeer {
  const { version, tags, addresses, source } = came(peerId, n) as Extract<DiscoveryEvent, { kind: 'PeerDiscovered' }>
  return { peerId, version, tags, addresses, source }
}

function sorted(peers: readonly PastPeer[]): PastPeer[] {
  return peers.toSorted((a, b) => (a.peerId < b.peerId ? -1 : 1))
}

describe('a past moment', () => {
  it('has those who were present, as they were', () => {
    using data = new DataFolder()
    const store = data.open()
    const events: [number, DiscoveryEvent][] = [
      [0, joined()],
      [10, came(X, 1)],
      [20, came(Y, 2)],
      [30, came(X, 3, true)],
      [40, went(Y)],
      [50, { kind: 'NeighborUp', peerId: Y }],
      [60, left()],
    ]
    for (const [after, event] of events) store.append(NETWORK, START + after, event)
    const at = (after: number): PastPeer[] => sorted(finished(store.catalogAt(NETWORK, START + after)))
    expect(at(-1)).toEqual([])
    expect(at(9)).toEqual([])
    expect(at(10)).toEqual([pastOf(X, 1)])
    expect(at(29)).toEqual(sorted([pastOf(X, 1), pastOf(Y, 2)]))
    expect(at(30)).toEqual(sorted([pastOf(X, 3), pastOf(Y, 2)]))
    expect(at(59)).toEqual([pastOf(X, 3)])
    expect(at(60)).toEqual([])
    expect(at(9999)).toEqual([])
    expect(finished(store.catalogAt(OTHER, START + 30))).toEqual([])
    store.flush()
    expect(sorted(finished(data.keep(openStoreReadOnly(data.path)).catalogAt(NETWORK, START + 30)))).toEqual(at(30))
  })

  it('after a run that was killed has nobody until the network was joined again', () => {
    using data = new DataFolder()
    const store = data.open()
    store.append(NETWORK, START, joined())
    store.append(NETWORK, START + 10, came(X, 1))
    store.append(OTHER, START + 500, came(Y, 1))
    expect(finished(store.catalogAt(NETWORK, START + 700))).toEqual([pastOf(X, 1)])
    // Just before it joins a node tells its own entry.
    const version = { startedAt: 1, updatedAt: 1 }
    store.append(NETWORK, START + 1000, { kind: 'LocalEntryUpdated', version, tags: [], addresses: [] })
    store.append(NETWORK, START + 1000, joined())
    store.append(NETWORK, START + 1010, came(Y, 2))
    expect(finished(store.catalogAt(NETWORK, START + 10))).toEqual([pastOf(X, 1)])
    expect(finished(store.catalogAt(NETWORK, START + 700))).toEqual([])
    expect(finished(store.catalogAt(NETWORK, START + 1005))).toEqual([])
    expect(finished(store.catalogAt(NETWORK, START + 1010))).toEqual([pastOf(Y, 2)])
  })

  it.each([1, 2])('is the same with checkpoints, which are made in the background (seed %i)', async (seed) => {
    using data = new DataFolder()
    const random = new SeededRandom(seed)
    const store = data.open()
    const peers = Array.from({ length: 40 }, (_, n) => idOf(`p${n}`))
    const present = new Map<PeerId, PastPeer>()
    const moments: [at: number, present: PastPeer[]][] = []
    store.append(NETWORK, START, joined())
    const events = BLOCK * (2 * BLOCKS_BETWEEN + 1) + 500
    for (let n = 1; n <= events; n++) {
      const at = START + n * 10
      const peerId = random.pick(peers)
      const kind = random.below(40)
      if (n % 16_000 === 0) {
        store.append(NETWORK, at, random.below(2) === 0 ? left() : joined())
        present.clear()
      } else if (kind === 0 && present.delete(peerId)) store.append(NETWORK, at, went(peerId))
      else if (kind < 30) {
        store.append(NETWORK, at, came(peerId, n, present.has(peerId)))
        present.set(peerId, pastOf(peerId, n))
      } else store.append(random.pick([NETWORK, OTHER]), at, slotOf(n))
      if (n % 1111 === 0) moments.push([at, sorted([...present.values()])])
    }
    const check = (from: Pick<Store, 'catalogAt'>): void => {
      for (const [at, expected] of moments) expect(sorted(finished(from.catalogAt(NETWORK, at)))).toEqual(expected)
    }
    expect(store.stats(NETWORK).rows.checkpoints).toBe(0)
    check(store)
    await data.scheduler.run(2000)
    expect(store.stats(NETWORK).rows.checkpoints).toBe(2)
    expect(store.stats(OTHER).rows.checkpoints).toBe(2)
    check(store)
    // They are really read: without what is in them there is nobody at their own moment.
    const seq = Number(data.value('SELECT max(seq) FROM checkpoints'))
    const at = store.eventsAfter({ networkKey: NETWORK, after: seq - 5, limit: 1 }).events[0]?.at ?? 0
    expect(finished(store.catalogAt(NETWORK, at + 50)).length).toBeGreaterThan(30)
    data.raw({ write: true }).exec("UPDATE checkpoints SET present = x''")
    expect(finished(store.catalogAt(NETWORK, at + 100)).length).toBeLessThan(15)
  })

  it('whose events are deleted has the peers as they are known now', () => {
    using data = new DataFolder()
    const store = data.open()
    const known = peerOf('x', { firstSeen: START })
    store.putPeer(NETWORK, known)
    store.append(NETWORK, START, slotOf(1))
    store.append(NETWORK, START + 1, slotOf(2))
    store.flush()
    const raw = data.raw({ write: true })
    raw.prepare('INSERT INTO checkpoints (network, seq, present) VALUES (1, 1, ?)').run(
      encodePresent(
        new Map([
          [1, 0],
          [77, 1],
        ]),
        1,
      ),
    )
    expect(finished(store.catalogAt(NETWORK, START + 1))).toEqual([
      { peerId: X, version: known.version, tags: known.tags, addresses: known.addresses, source: known.source },
    ])
  })
})

describe('the bytes of a checkpoint', () => {
  it('hold any numbers, in the same order', () => {
    const peers = fc.uniqueArray(fc.tuple(fc.nat(2 ** 31 - 1), fc.nat(2 ** 31 - 1)), { selector: ([peer]) => peer })
    fc.assert(
      fc.property(peers, fc.nat(1000), (entries, more) => {
        const seq = 2 ** 31 + more
        const present = new Map(entries)
        expect([...decodePresent(encodePresent(present, seq), seq)]).toEqual([...present])
      }),
      { seed: 3, numRuns: 300 },
    )
  })

  it('are few: five for a peer among others', () => {
    const present = new Map(Array.from({ length: 1000 }, (_, n) => [n * 3, 1_000_000 - n]))
    expect(encodePresent(present, 1_000_000).length).toBeLessThan(5000)
  })
})
