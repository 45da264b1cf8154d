import { describe, expect, it } from 'vitest'
import { DEFAULT_CONFIG } from '../../../src/shared/config.ts'
import type { DiscoveryConfig } from '../../../src/shared/config.ts'
import { networkIdFrom } from '../../../src/shared/ids.ts'
import type { Version } from '../../../src/shared/peer.ts'
import { Catalog } from '../../../src/main/discovery/catalog/catalog.ts'
import { PURGED_AT_ONCE } from '../../../src/main/discovery/catalog/purge.ts'
import type { Numbering } from '../../../src/main/discovery/handle.ts'
import { TestBus } from '../../support/discovery/bus.ts'
import { entryOf, idOf, signedOf } from '../../support/discovery/entries.ts'

const NOW = 1_000_000
const CONFIG: DiscoveryConfig = { ...DEFAULT_CONFIG, purgeAfter: 10_000, maxTimeDrift: 2000 }
const at = (updatedAt: number, startedAt = NOW - 5000): Version => ({ startedAt, updatedAt })

function newCatalog(config: Partial<DiscoveryConfig> = {}, numbering: Numbering = new TestBus()): Catalog {
  return new Catalog(signedOf('me', { version: at(NOW) }), { ...CONFIG, ...config }, NOW, numbering)
}

function offer(catalog: Catalog, name: string, version: Version, now = NOW) {
  return catalog.upsertSigned(signedOf(name, { version }), 'gossip', now)
}

describe('the local entry', () => {
  it('[CT1] is there from the start, is never removed, purged or displaced', () => {
    const catalog = newCatalog({ maxPeers: 1 })
    expect(catalog.get(idOf('me'))?.self).toBe(true)
    expect(catalog.remove(idOf('me'))).toBeNull()
    expect(catalog.depart(idOf('me'), at(NOW + 1), NOW)).toBeNull()
    expect(catalog.purgeStale(NOW + 100 * CONFIG.purgeAfter)).toEqual([])
    offer(catalog, 'ann', at(NOW))
    offer(catalog, 'ben', at(NOW))
    const later = NOW + 100 * CONFIG.purgeAfter
    expect(catalog.snapshot(later).peers.has(idOf('me'))).toBe(true)
    const me = catalog.get(idOf('me'))
    expect(me !== null && catalog.isFresh(me, later)).toBe(true)
  })

  it('[CT1, SY2] is not changed by an entry from the network, however new', () => {
    const catalog = newCatalog()
    const before = catalog.get(idOf('me'))
    expect(offer(catalog, 'me', at(NOW + 1000, NOW)).outcome).toBe('Rejected')
    expect(catalog.insertUnsigned(entryOf('me', { version: at(NOW + 1000) }), NOW)).toBe(false)
    expect(catalog.get(idOf('me'))).toBe(before)
  })
})

describe('offering a signed entry', () => {
  it('[CT2] only New and Updated change the catalog', () => {
    const catalog = newCatalog()
    expect(offer(catalog, 'ann', at(NOW)).outcome).toBe('New')
    expect(offer(catalog, 'ann', at(NOW + 1)).outcome).toBe('Updated')
    const before = catalog.snapshot(NOW)
    const others = [
      offer(catalog, 'ann', at(NOW + 1)).outcome,
      offer(catalog, 'ben', at(NOW - CONFIG.purgeAfter - 1)).outcome,
      offer(catalog, 'ben', at(NOW + CONFIG.maxTimeDrift + 1)).outcome,
      catalog.upsertSigned(signedOf('ben', { version: at(NOW), networkId: networkIdFrom('other') }), 'sync', NOW)
        .outcome,
    ]
    expect(others).toEqual(['Rejected', 'Outdated', 'FromTheFuture', 'DifferentNetwork'])
    expect(catalog.snapshot(NOW)).toBe(before)
  })

  it('[CT3] of another network is DifferentNetwork, whatever its version', () => {
    const catalog = newCatalog()
    const foreign = signedOf('ann', { version: at(NOW), networkId: networkIdFrom('other') })
    expect(catalog.upsertSigned(foreign, 'gossip', NOW).outcome).toBe('DifferentNetwork')
    expect(catalog.has(idOf('ann'))).toBe(false)
  })

  it('[CT4] updated before now − purgeAfter is Outdated, at that moment it is not', () => {
    const catalog = newCatalog()
    expect(offer(catalog, 'ann', at(NOW - CONFIG.purgeAfter - 1)).outcome).toBe('Outdated')
    expect(offer(catalog, 'ann', at(NOW - CONFIG.purgeAfter)).outcome).toBe('New')
  })

  it('[CT5] a newer version replaces an older one; an equal or older one is Rejected', () => {
    const catalog = newCatalog()
    offer(catalog, 'ann', at(NOW))
    expect(offer(catalog, 'ann', at(NOW)).outcome).toBe('Rejected')
    expect(offer(catalog, 'ann', at(NOW - 1)).outcome).toBe('Rejected')
    expect(offer(catalog, 'ann', at(NOW + 2000, NOW - 6000)).outcome).toBe('Rejected')
    expect(offer(catalog, 'ann', at(NOW + 1)).outcome).toBe('Updated')
    expect(offer(catalog, 'ann', at(NOW - 1000, NOW - 1000)).outcome).toBe('Updated')
    expect(catalog.get(idOf('ann'))?.entry.version).toEqual(at(NOW - 1000, NOW - 1000))
  })

  it('[CT6] updated later than now + maxTimeDrift is FromTheFuture', () => {
    const catalog = newCatalog()
    expect(offer(catalog, 'ann', at(NOW + CONFIG.maxTimeDrift + 1)).outcome).toBe('FromTheFuture')
    expect(offer(catalog, 'ann', at(NOW + CONFIG.maxTimeDrift)).outcome).toBe('New')
  })

  it('[CT7] a departed peer comes back only with a newer version, as New', () => {
    const catalog = newCatalog()
    offer(catalog, 'ann', at(NOW))
    expect(catalog.depart(idOf('ann'), at(NOW + 10), NOW)?.entry.version).toEqual(at(NOW))
    expect(offer(catalog, 'ann', at(NOW)).outcome).toBe('Departed')
    expect(offer(catalog, 'ann', at(NOW + 10)).outcome).toBe('Departed')
    expect(offer(catalog, 'ann', at(NOW + 11)).outcome).toBe('New')
  })

  it('[CT7] a tombstone ends after purgeAfter, when its entries are stale by themselves, and there are at most maxPeers', () => {
    const catalog = newCatalog({ maxPeers: 3 })
    for (let index = 0; index < 10; index += 1) {
      offer(catalog, `peer ${index}`, at(NOW))
      catalog.depart(idOf(`peer ${index}`), at(NOW), NOW)
    }
    expect(catalog.tombstones).toBeLessThanOrEqual(3)
    const later = NOW + CONFIG.purgeAfter + 1
    expect(offer(catalog, 'peer 9', at(NOW), later).outcome).toBe('Outdated')
  })

  it('[CT7] a tombstone holds for purgeAfter and no longer, whatever the version of the goodbye', () => {
    const catalog = newCatalog()
    const ahead = at(NOW + CONFIG.maxTimeDrift)
    offer(catalog, 'ann', at(NOW))
    catalog.depart(idOf('ann'), ahead, NOW)
    expect(offer(catalog, 'ann', ahead, NOW + CONFIG.purgeAfter).outcome).toBe('Departed')
    expect(offer(catalog, 'ann', ahead, NOW + CONFIG.purgeAfter + 1).outcome).toBe('New')
  })

  it('[WK7] a goodbye of an older version than the known one removes nobody', () => {
    const catalog = newCatalog()
    offer(catalog, 'ann', at(NOW))
    expect(catalog.depart(idOf('ann'), at(NOW - 1), NOW)).toBeNull()
    expect(catalog.depart(idOf('ann'), at(NOW + 1, NOW - 6000), NOW)).toBeNull()
    expect(catalog.has(idOf('ann'))).toBe(true)
    expect(catalog.depart(idOf('ann'), at(NOW), NOW)).not.toBeNull()
    expect(catalog.depart(idOf('ben'), at(NOW), NOW)).toBeNull()
  })

  it('[CT8] at maxPeers a new peer takes the place of one never reached, the longest silent first; else it is Full', () => {
    const catalog = newCatalog({ maxPeers: 3 })
    offer(catalog, 'ann', at(NOW), NOW)
    offer(catalog, 'ben', at(NOW), NOW + 1)
    offer(catalog, 'cat', at(NOW), NOW + 2)
    offer(catalog, 'ann', at(NOW + 3), NOW + 3)
    catalog.markReached(idOf('cat'))
    expect(offer(catalog, 'dan', at(NOW), NOW + 4)).toMatchObject({
      outcome: 'New',
      displaced: [{ entry: { peerId: idOf('ben') } }],
    })
    expect(offer(catalog, 'eve', at(NOW), NOW + 5).displaced[0]?.entry.peerId).toBe(idOf('ann'))
    for (const name of ['dan', 'eve']) catalog.markReached(idOf(name))
    expect(offer(catalog, 'fay', at(NOW), NOW + 6)).toMatchObject({ outcome: 'Full', displaced: [] })
    expect(offer(catalog, 'dan', at(NOW + 7), NOW + 7).outcome).toBe('Updated')
    expect(catalog.size).toBe(4)
  })
})

describe('a full catalog', () => {
  it('[CT8, SY5] wants no entry of a new peer where nobody makes room for it', () => {
    const catalog = newCatalog({ maxPeers: 3 })
    const wants = (name: string, from = 'b'): boolean[] => [
      catalog.isNews(idOf(name), { version: at(NOW + 9) }, NOW + 9, from),
      catalog.mayBeNews(idOf(name), at(NOW + 9), NOW + 9, from),
    ]
    for (const [index, name] of ['ann', 'ben', 'cat'].entries()) {
      expect(wants('dan')).toEqual([true, true])
      catalog.upsertSigned(signedOf(name, { version: at(NOW) }), 'sync', NOW, index === 2 ? 'c' : 'b')
    }
    // One of them is a passer-by, whoever brings another.
    for (const name of ['ann', 'ben']) catalog.markReached(idOf(name))
    expect([wants('dan'), wants('dan', 'c')]).toEqual([
      [true, true],
      [true, true],
    ])
    catalog.markReached(idOf('cat'))
    // Their source has more than half, and makes room for another one.
    expect([wants('dan'), wants('dan', 'c')]).toEqual([
      [false, false],
      [true, true],
    ])
    expect(wants('ann')).toEqual([true, true])
    expect(catalog.upsertSigned(signedOf('dan', { version: at(NOW) }), 'sync', NOW + 1, 'b').outcome).toBe('Full')
    catalog.remove(idOf('cat'))
    expect(wants('dan')).toEqual([true, true])
  })
})

describe('unsigned entries', () => {
  it('[CT9] are refused for the local id, another network, and where a signed one is', () => {
    const catalog = newCatalog()
    offer(catalog, 'ann', at(NOW))
    expect(catalog.insertUnsigned(entryOf('me'), NOW)).toBe(false)
    expect(catalog.insertUnsigned(entryOf('ann', { version: at(NOW + 1) }), NOW)).toBe(false)
    expect(catalog.insertUnsigned(entryOf('ben', { networkId: networkIdFrom('other') }), NOW)).toBe(false)
    expect(catalog.insertUnsigned(entryOf('ben', { version: at(NOW) }), NOW)).toBe(true)
  })

  it('[CT9, CT6] are refused from the future: they could never be purged', () => {
    const catalog = newCatalog()
    expect(catalog.insertUnsigned(entryOf('ben', { version: at(NOW + CONFIG.maxTimeDrift + 1) }), NOW)).toBe(false)
    expect(catalog.insertUnsigned(entryOf('ben', { version: at(NOW + CONFIG.maxTimeDrift) }), NOW)).toBe(true)
  })

  it('[CT9] go when a signed one comes, and are not in the index that syncs send from', () => {
    const catalog = newCatalog()
    catalog.insertUnsigned(entryOf('ben', { version: at(NOW + 100) }), NOW)
    expect(catalog.index.size).toBe(1)
    expect(offer(catalog, 'ben', at(NOW)).outcome).toBe('New')
    expect(catalog.get(idOf('ben'))?.signed).not.toBeNull()
    expect(catalog.index.size).toBe(2)
    catalog.insertUnsigned(entryOf('cat', { version: at(NOW) }), NOW)
    expect(catalog.clearUnsigned().map((peer) => peer.entry.peerId)).toEqual([idOf('cat')])
    expect(catalog.size).toBe(2)
  })
})

describe('the source of an entry', () => {
  it('[CT5] is the path on which the newest version came', () => {
    const catalog = newCatalog()
    catalog.upsertSigned(signedOf('ann', { version: at(NOW) }), 'sync', NOW)
    catalog.upsertSigned(signedOf('ann', { version: at(NOW + 1) }), 'gossip', NOW)
    expect(catalog.get(idOf('ann'))?.source).toBe('gossip')
    catalog.upsertSigned(signedOf('ann', { version: at(NOW + 1) }), 'ping', NOW)
    expect(catalog.get(idOf('ann'))?.source).toBe('gossip')
  })
})

describe('the state', () => {
  it('[BD9] holds no more than the peers that are there, however many came and went', () => {
    const catalog = newCatalog()
    for (let index = 0; index < 3000; index += 1) {
      const now = NOW + index * 100
      catalog.insertUnsigned(entryOf(`peer ${index}`, { version: at(now) }), now)
      for (let purged = catalog.purgeStale(now); purged.length > 0; purged = catalog.purgeStale(now));
    }
    expect(catalog.size).toBeLessThan(110)
    expect(catalog.check()).toEqual([])
  })
})

describe('reading', () => {
  it('[CT10] a peer whose newer entry has an earlier time goes by that', () => {
    for (const put of [
      (catalog: Catalog, version: Version) => void offer(catalog, 'ann', version),
      (catalog: Catalog, version: Version) => void catalog.insertUnsigned(entryOf('ann', { version }), NOW),
    ]) {
      const catalog = newCatalog()
      put(catalog, at(NOW + 1000))
      offer(catalog, 'ben', at(NOW - 1000))
      // Its clock was set back, and it started again.
      put(catalog, at(NOW - 3000, NOW - 3000))
      const later = NOW - 3000 + CONFIG.purgeAfter + 1
      expect(catalog.purgeStale(later).map(({ entry }) => entry.peerId)).toEqual([idOf('ann')])
    }
  })

  it('[CT10] purging many takes them a bounded number at a time, and the rest with the next call', () => {
    const catalog = newCatalog()
    for (let index = 0; index < 2.5 * PURGED_AT_ONCE; index += 1) offer(catalog, `peer ${index}`, at(NOW))
    const later = NOW + CONFIG.purgeAfter + 1
    const purged = [1, 2, 3, 4].map(() => catalog.purgeStale(later).length)
    expect(purged).toEqual([PURGED_AT_ONCE, PURGED_AT_ONCE, PURGED_AT_ONCE / 2, 0])
    expect(catalog.size).toBe(1)
  })
  it('[CT10] leaves stale entries out; purging removes and returns them', () => {
    const catalog = newCatalog()
    offer(catalog, 'ann', at(NOW))
    offer(catalog, 'ben', at(NOW + 1000))
    expect(catalog.snapshot(NOW).peers.size).toBe(3)
    const later = NOW + CONFIG.purgeAfter + 1
    expect([...catalog.snapshot(later).peers.keys()].toSorted()).toEqual([idOf('me'), idOf('ben')].toSorted())
    expect(catalog.has(idOf('ann'))).toBe(true)
    expect(catalog.purgeStale(later).map((peer) => peer.entry.peerId)).toEqual([idOf('ann')])
    expect(catalog.purgeStale(later)).toEqual([])
    expect(catalog.has(idOf('ann'))).toBe(false)
  })

  it('[WK6, CT10] an update moves the expiry, and the soonest is never later than the truth', () => {
    const catalog = newCatalog()
    offer(catalog, 'ann', at(NOW))
    offer(catalog, 'ben', at(NOW + 500))
    expect(catalog.soonestExpiry()).toBe(NOW + CONFIG.purgeAfter)
    offer(catalog, 'ann', at(NOW + 900))
    expect(catalog.soonestExpiry()).toBe(NOW + 500 + CONFIG.purgeAfter)
  })

  it('[CT11] a snapshot never changes', () => {
    const catalog = newCatalog()
    offer(catalog, 'ann', at(NOW))
    const snapshot = catalog.snapshot(NOW)
    const copy = new Map(snapshot.peers)
    offer(catalog, 'ann', at(NOW + 1))
    offer(catalog, 'ben', at(NOW))
    catalog.remove(idOf('ann'))
    const next = catalog.snapshot(NOW)
    expect(snapshot.peers).toEqual(copy)
    expect(next.seq).toBeGreaterThan(snapshot.seq)
    expect(next.peers).not.toEqual(copy)
  })

  it('[CT11] a snapshot and the changes since it give the next snapshot; who is too far behind is told so', () => {
    const catalog = newCatalog()
    const snapshot = catalog.snapshot(NOW)
    const replayed = new Map(snapshot.peers)
    offer(catalog, 'ann', at(NOW))
    offer(catalog, 'ben', at(NOW))
    catalog.depart(idOf('ann'), at(NOW), NOW)
    offer(catalog, 'ben', at(NOW + 1))
    const since = catalog.changesSince(snapshot.seq)
    if (since.kind !== 'changes') throw new Error('there must be changes')
    for (const change of since.changes) {
      if (change.kind === 'put') replayed.set(change.peer.entry.peerId, change.peer)
      else replayed.delete(change.peerId)
    }
    expect(since.changes.map(({ kind }) => kind)).toEqual(['remove', 'put'])
    expect(replayed).toEqual(catalog.snapshot(NOW).peers)
    expect(catalog.changesSince(since.seq)).toEqual({ kind: 'changes', changes: [], seq: since.seq })
    expect(catalog.changesSince(since.seq + 1)).toEqual({ kind: 'snapshot-needed' })
    for (let index = 0; index < 25_000; index += 1)
      catalog.setRtt(idOf('ben'), { srtt: 1, rttvar: 1, last: 1, at: index })
    expect(catalog.changesSince(snapshot.seq)).toEqual({ kind: 'snapshot-needed' })
  })

  it('[CT11] numbers its changes among all that is told, and knows the last one that it dropped', () => {
    const bus = new TestBus()
    const catalog = newCatalog({}, bus)
    offer(catalog, 'ben', at(NOW))
    const put = bus.last
    for (let index = 0; index < 600; index += 1) {
      bus.emit({ kind: 'DhtFailed', reason: 'between two' })
      catalog.setRtt(idOf('ben'), { srtt: 1, rttvar: 1, last: 1, at: index })
    }
    const seqsSince = (seq: number): readonly number[] | null => {
      const since = catalog.changesSince(seq)
      return since.kind === 'changes' ? since.changes.map((change) => change.seq) : null
    }
    const { last } = bus
    expect([seqsSince(last), seqsSince(last - 1), seqsSince(last - 2), seqsSince(last - 3)]).toEqual([
      [],
      [last],
      [last],
      [last],
    ])
    bus.emit({ kind: 'DhtFailed', reason: 'the last one' })
    expect([seqsSince(last), seqsSince(last + 1), seqsSince(last + 2)]).toEqual([[], [], null])
    let oldest = last
    while (seqsSince(oldest - 1) !== null) oldest -= 1
    // 602 changes: at the 513th half of them went, and 256 stayed. Each has two numbers.
    expect((last - oldest) / 2).toBe(256 + 602 - 513)
    expect(oldest).toBeGreaterThan(put)
  })

  it('[RT3] hides peers slower than maxRtt and shows those not measured', () => {
    const catalog = newCatalog({ maxRtt: 100 })
    for (const name of ['ann', 'ben', 'cat']) offer(catalog, name, at(NOW))
    catalog.setRtt(idOf('ann'), { srtt: 100, rttvar: 0, last: 900, at: NOW })
    catalog.setRtt(idOf('ben'), { srtt: 101, rttvar: 0, last: 1, at: NOW })
    const { peers } = catalog.snapshot(NOW)
    expect([peers.has(idOf('ann')), peers.has(idOf('ben')), peers.has(idOf('cat'))]).toEqual([true, false, true])
  })

  it('[RT4] the measurements of a peer that left are dropped', () => {
    const catalog = newCatalog()
    offer(catalog, 'ann', at(NOW))
    catalog.setRtt(idOf('ann'), { srtt: 5, rttvar: 1, last: 5, at: NOW })
    catalog.depart(idOf('ann'), at(NOW), NOW)
    offer(catalog, 'ann', at(NOW + 1))
    expect(catalog.get(idOf('ann'))?.rtt).toBeNull()
  })
})
