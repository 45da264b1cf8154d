import { beforeEach, describe, expect, it } from 'vitest'
import { Catalog } from '../../../src/main/discovery/catalog/catalog.ts'

import { LONG_KNOWN_MS, PeerTable } from '../../../src/main/discovery/core/peers.ts'
import type { SignedPeerEntry } from '../../../src/main/discovery/entry/entry.ts'
import type { UpsertOutcome } from '../../../src/main/discovery/handle.ts'
import { DEFAULT_CONFIG } from '../../../src/shared/config.ts'
import { TestBus } from '../../support/discovery/bus.ts'
import { tagsHere } from '../../support/discovery/dialect.ts'
import { entryOf, idOf, signedOf } from '../../support/discovery/entries.ts'

const NOW = 1_000_000_000
const WORDS = Array.from({ length: 64 }, (_, index) => `${index + 10}${'x'.repeat(60)}`)

/** A peer's entry, the larger the more tags it has. */
function entry(name: string, tags = 0, updatedAt = NOW): SignedPeerEntry {
  return signedOf(name, { version: { startedAt: 1000, updatedAt }, tags: tagsHere(...WORDS.slice(0, tags)) })
}

const SMALL = entry('anybody').cost
const LARGE = entry('anybody', 64).cost

describe('the room in the catalog', () => {
  let peers: PeerTable
  let catalog: Catalog
  let now: number

  function begin(maxCatalogBytes: number, maxPeers = 50_000): void {
    now = NOW
    peers = new PeerTable(() => now)
    const config = { ...DEFAULT_CONFIG, purgeAfter: 86_400_000, maxCatalogBytes, maxPeers }
    catalog = new Catalog(entry('me'), config, now, new TestBus(), peers)
  }

  /** Offers an entry; the state is right after it. */
  function offer(signed: SignedPeerEntry, from = 'a'): UpsertOutcome {
    now += 1
    const { outcome } = catalog.upsertSigned(signed, 'gossip', now, from)
    expect(catalog.check()).toEqual([])
    return outcome
  }

  function has(...names: string[]): boolean[] {
    return names.map((name) => catalog.has(idOf(name)))
  }

  beforeEach(() => begin(10 * SMALL))

  it('[CT8] stays within maxCatalogBytes, whatever the sizes of the entries', () => {
    begin(3 * LARGE + SMALL)
    for (let index = 0; index < 60; index++) expect(offer(entry(`peer ${index}`, (index * 7) % 65))).toBe('New')
    expect(catalog.bytes).toBeLessThanOrEqual(3 * LARGE + SMALL)
    expect(catalog.bytes).toBeGreaterThan(LARGE)
    expect(has('peer 59')).toEqual([true])
    for (let index = 0; index < 60; index++) catalog.remove(idOf(`peer ${index}`))
    expect(catalog.bytes).toBe(0)
    expect(catalog.check()).toEqual([])
  })

  it('[CT8] tells all whom a larger entry displaces, the longest silent first', () => {
    begin(4 * LARGE)
    const count = Math.floor((4 * LARGE) / SMALL)
    for (let index = 0; index < count; index++) offer(entry(`peer ${index}`))
    const { outcome, displaced } = catalog.upsertSigned(entry('large', 64), 'gossip', now, 'a')
    expect(outcome).toBe('New')
    expect(displaced.map((gone) => gone.entry.peerId)).toEqual(
      Array.from({ length: displaced.length }, (_, index) => idOf(`peer ${index}`)),
    )
    expect(displaced.length).toBeGreaterThanOrEqual(Math.floor(LARGE / SMALL) - 1)
    expect(catalog.check()).toEqual([])
  })

  it('[CT8] an entry that grows needs room as a new one does, and does not displace itself', () => {
    begin(2 * LARGE)
    offer(entry('ann', 20))
    offer(entry('ben', 20))
    offer(entry('cat', 20))
    expect(offer(entry('ann', 64, NOW + 1))).toBe('Updated')
    expect(offer(entry('cat', 64, NOW + 1))).toBe('Updated')
    expect(has('ann', 'ben', 'cat')).toEqual([true, false, true])
    for (const name of ['ann', 'cat']) catalog.markReached(idOf(name))
    begin(2 * LARGE - 1)
    offer(entry('ann', 64))
    offer(entry('ben', 60))
    for (const name of ['ann', 'ben']) catalog.markReached(idOf(name))
    expect(offer(entry('ben', 64, NOW + 1))).toBe('Full')
    expect(catalog.get(idOf('ben'))?.entry.tags).toHaveLength(60)
  })

  it('[CT8] what one source brings in a flood displaces what it brought, and nothing that another brought', () => {
    for (let index = 0; index < 4; index++) offer(entry(`honest ${index}`), 'honest')
    for (let index = 0; index < 100; index++) offer(entry(`ghost ${index}`), 'flood')
    expect(has('honest 0', 'honest 1', 'honest 2', 'honest 3')).toEqual([true, true, true, true])
    expect(catalog.size).toBe(11)
    // One that comes by the other source displaces ghosts too.
    offer(entry('honest 4'), 'honest')
    expect(has('honest 0', 'honest 4')).toEqual([true, true])
  })

  it('[CT8] who brought a peer first answers for it, also where another brings its newer entries', () => {
    for (let index = 0; index < 10; index++) offer(entry(`ghost ${index}`), 'flood')
    for (let index = 0; index < 10; index++) offer(entry(`ghost ${index}`, 0, NOW + 1), 'honest')
    offer(entry('ann'), 'honest')
    for (let index = 10; index < 30; index++) offer(entry(`ghost ${index}`), 'flood')
    expect(has('ann')).toEqual([true])
  })

  it('[CT8] whom we reached, are connected to, were given or know for long stays', () => {
    offer(entry('long known'))
    now += LONG_KNOWN_MS
    for (const name of ['reached', 'connected', 'given']) offer(entry(name))
    catalog.markReached(idOf('reached'))
    const connection = { peerId: idOf('connected'), remoteAddress: '', direction: 'inbound', openedAt: 0 } as const
    peers.connect(peers.ensure(idOf('connected')), connection)
    peers.ensure(idOf('given')).learned = { path: 'given', from: null, slot: null, at: now }
    for (let index = 0; index < 100; index++) expect(offer(entry(`ghost ${index}`))).toBe('New')
    expect(has('long known', 'reached', 'connected', 'given')).toEqual([true, true, true, true])
    expect(has('ghost 99')).toEqual([true])
  })

  it('[CT8] who is settled makes room only for another source, where its own holds more than half', () => {
    for (let index = 0; index < 10; index++) offer(entry(`squatter ${index}`), '203.0.113.0/24')
    for (let index = 0; index < 10; index++) catalog.markReached(idOf(`squatter ${index}`))
    expect(offer(entry('one more'), '203.0.113.0/24')).toBe('Full')
    const names = Array.from({ length: 8 }, (_, index) => `newcomer ${index}`)
    for (const name of names) {
      expect(offer(entry(name), 'honest')).toBe('New')
      catalog.markReached(idOf(name))
      if (catalog.get(idOf('squatter 4')) === null) break
    }
    // Half is left to each.
    expect(has('squatter 4', 'squatter 5', 'newcomer 4')).toEqual([false, true, true])
    expect(offer(entry('yet another'), 'honest')).toBe('Full')
    expect(offer(entry('of a third'), 'third')).toBe('Full')
  })

  it('[CT8] sources are told apart up to a number, and forgotten with what they brought', () => {
    begin(2000 * SMALL)
    for (let index = 0; index < 1000; index++) {
      now += 1
      catalog.upsertSigned(entry(`peer ${index}`), 'gossip', now, `source ${index}`)
    }
    expect(catalog.check()).toEqual([])
    expect(catalog.size).toBe(1001)
    for (let index = 0; index < 1000; index++) catalog.remove(idOf(`peer ${index}`))
    expect(catalog.check()).toEqual([])
  })

  it('[CT8, CT9] an unsigned entry needs room too, and displaces nobody', () => {
    for (let index = 0; index < 9; index++) offer(entry(`peer ${index}`))
    expect(catalog.insertUnsigned(entryOf('typed in', { version: { startedAt: 1, updatedAt: NOW } }), now)).toBe(true)
    expect(catalog.insertUnsigned(entryOf('another', { version: { startedAt: 1, updatedAt: NOW } }), now)).toBe(false)
    expect(catalog.check()).toEqual([])
    expect(catalog.size).toBe(11)
  })

  it('[CT8, SY5] wants no new peer where less is free than what others cost on average; by what its entry costs, where that is known', () => {
    begin(4 * LARGE - 1)
    for (const name of ['ann', 'ben', 'cat']) offer(entry(name, 64))
    for (const name of ['ann', 'ben', 'cat']) catalog.markReached(idOf(name))
    const { version } = entry('dan').entry
    const wants = (cost?: number): boolean => catalog.isNews(idOf('dan'), { version }, now, 'a', cost)
    expect(LARGE - 1).toBeGreaterThan(SMALL)
    expect([wants(), wants(LARGE), wants(SMALL)]).toEqual([false, false, true])
    expect(catalog.mayBeNews(idOf('dan'), version, now, 'a')).toBe(false)
    expect([offer(entry('dan', 64)), offer(entry('dan'))]).toEqual(['Full', 'New'])
    begin(4 * LARGE)
    for (const name of ['ann', 'ben', 'cat']) offer(entry(name, 64))
    for (const name of ['ann', 'ben', 'cat']) catalog.markReached(idOf(name))
    expect([wants(), wants(LARGE), wants(LARGE + 1)]).toEqual([true, true, false])
  })

  it('[CT8, SY5] who may make room for a newcomer is seen by what is there now', () => {
    begin(1e9, 4)
    const wants = (from: string): boolean => catalog.hasRoom(from)
    for (const name of ['ann', 'ben', 'cat']) offer(entry(name), 'one')
    offer(entry('dan'), 'other')
    for (const name of ['ann', 'ben', 'cat', 'dan']) catalog.markReached(idOf(name))
    expect([wants('one'), wants('other'), wants('third')]).toEqual([false, true, true])
    for (const name of ['ann', 'ben', 'cat']) catalog.remove(idOf(name))
    for (const name of ['eve', 'fay', 'guy']) offer(entry(name), 'other')
    // They pass by.
    expect([wants('one'), wants('other')]).toEqual([true, true])
    for (const name of ['eve', 'fay', 'guy']) catalog.markReached(idOf(name))
    expect([wants('one'), wants('other')]).toEqual([true, false])
    expect(catalog.check()).toEqual([])
  })

  it('[CT8] what an entry costs is no less than its bytes and its texts', () => {
    const { bytes, entry: decoded } = entry('ann', 64)
    const texts = [...decoded.tags, ...decoded.addresses].reduce((sum, text) => sum + text.length, 0)
    expect(LARGE).toBeGreaterThan(bytes.length + texts)
    expect(SMALL).toBeLessThan(2560)
  })
})
