import { describe, expect, it } from 'vitest'
import { BLOCK } from '../../../src/main/store/event-log.ts'
import type { Store } from '../../../src/main/store/types.ts'
import { ALL_MS, MINUTES_MS } from '../../../src/main/store/upkeep/samples.ts'
import { idOf } from '../../support/discovery/entries.ts'
import { DataFolder, NETWORK, OTHER, OTHER_ID, START, finished, joinedOf, peerOf, slotOf } from './data-folder.ts'

const DAY = 24 * 3_600_000
const MINUTE = 60_000
const HOUR = 3_600_000
const VERSION = { startedAt: 1, updatedAt: 1 }
const X = idOf('x')

function seqsOf(store: Store): number[] {
  return store.eventsAfter({ networkKey: NETWORK, limit: 1000 }).events.map(({ seq }) => seq)
}

function agesOf(store: Store, now: number): number[] {
  return store.rttSamplesOf(NETWORK, X).map(({ at }) => now - at)
}

describe('history that is too old', () => {
  it('is deleted by the age of each thing, whatever order the clock gave it', async () => {
    using data = new DataFolder()
    let store = data.open()
    // A jump of the clock, and two networks in one block.
    const days = [-40, -20, -41, -31, 0, -35, -29]
    for (const day of days) store.append(NETWORK, START + day * DAY, slotOf(day))
    for (const day of days) store.append(OTHER, START + day * DAY, slotOf(day))
    store.sessionStarted(NETWORK, X, START - 50 * DAY, VERSION, 'gossip')
    store.sessionEnded(NETWORK, X, START - 40 * DAY, 'graceful')
    store.sessionStarted(NETWORK, X, START - 39 * DAY, VERSION, 'gossip')
    store.sessionEnded(NETWORK, X, START - 10 * DAY, 'graceful')
    store.sessionStarted(NETWORK, idOf('y'), START - 60 * DAY, VERSION, 'gossip')
    store.putTopology(NETWORK, { at: START - 31 * DAY, edges: [] })
    store.putTopology(NETWORK, { at: START - 29 * DAY, edges: [] })
    for (const day of days) store.recordRtt(NETWORK, X, { at: START + day * DAY, ms: 1 })
    store.close()
    store = data.open()
    await data.scheduler.run(3000)
    expect(seqsOf(store)).toEqual([2, 5, 7])
    expect(store.eventsAfter({ networkKey: OTHER, limit: 9 }).events).toHaveLength(3)
    expect(store.sessionsPage({ networkKey: NETWORK, limit: 9 }).sessions.map(({ id }) => id)).toEqual([2, 3])
    expect(store.topologies(NETWORK).map(({ at }) => at)).toEqual([START - 29 * DAY])
    expect(agesOf(store, START).map((age) => age / DAY)).toEqual([29, 20, 0])
    // The log of blocks is true again.
    expect(store.stats(NETWORK)).toMatchObject({ oldestEvent: START - 29 * DAY, networks: [{ newestEvent: START }] })
    expect(store.stats(null).rows.events).toBe(6)
    expect(data.value('SELECT count(*) FROM event_text_docsize')).toBe(6)
  })

  it('is deleted as time passes, and by a new limit at once', async () => {
    using data = new DataFolder()
    const store = data.open()
    store.setRetention({ maxAgeMs: 10 * DAY, maxBytes: 1e12 })
    for (let day = 0; day < 8; day++) store.append(NETWORK, START + day * DAY, slotOf(day))
    await data.scheduler.run(13 * DAY)
    store.append(NETWORK, START + 13 * DAY, slotOf(13))
    await data.scheduler.run(2000)
    expect(seqsOf(store)).toEqual([5, 6, 7, 8, 9])
    store.setRetention({ maxAgeMs: DAY, maxBytes: 1e12 })
    await data.scheduler.run(2000)
    expect(seqsOf(store)).toEqual([9])
  })

  it('keeps peers of the catalog, those with a note, and those that were seen lately', async () => {
    using data = new DataFolder()
    let store = data.open()
    const old = { firstSeen: START - 90 * DAY, lastSeen: START - 80 * DAY }
    store.networkJoined(joinedOf({ at: START - DAY }))
    store.networkJoined(joinedOf({ id: OTHER_ID, at: START - 70 * DAY }))
    store.putPeer(NETWORK, peerOf('online', old))
    store.putPeer(NETWORK, peerOf('noted', { ...old, state: 'purged' }))
    store.setNote(NETWORK, idOf('noted'), { name: 'a', note: '' })
    store.putPeer(NETWORK, peerOf('present', { ...old, state: 'stored' }))
    store.sessionStarted(NETWORK, idOf('present'), START - 80 * DAY, VERSION, 'manual')
    store.putPeer(NETWORK, peerOf('lately', { state: 'purged', lastSeen: START - DAY }))
    for (const id of [NETWORK, OTHER]) {
      store.putPeer(id, peerOf('gone', { ...old, state: 'purged' }))
      store.recordVersion(id, idOf('gone'), { version: VERSION, at: START - 80 * DAY, source: 'sync' })
    }
    store.putPeer(OTHER, peerOf('forgotten', old))
    store.close()
    store = data.open()
    await data.scheduler.run(3000)
    const left = new Set(store.peers(NETWORK).map(({ peerId }) => peerId))
    expect(left).toEqual(new Set(['online', 'noted', 'present', 'lately'].map(idOf)))
    expect(store.peers(OTHER)).toEqual([])
    expect(store.versionsOf(NETWORK, idOf('gone'))).toEqual([])
    // Ids that nothing refers to go too, and may come back.
    expect(data.value('SELECT count(*) FROM peer_ids')).toBe(4)
    store.putPeer(NETWORK, peerOf('gone'))
    expect(store.peer(NETWORK, idOf('gone'))).toEqual(peerOf('gone'))
    store.flush()
    expect(data.value('PRAGMA foreign_key_check')).toBeUndefined()
    expect(data.value(`SELECT count(*) FROM peers WHERE peer NOT IN (SELECT num FROM peer_ids)`)).toBe(0)
  })

  it('takes checkpoints along, but the one that the oldest moments are rebuilt from', async () => {
    using data = new DataFolder()
    const store = data.open()
    // Events that are not searched, which is quicker.
    const plain = { peerId: X, source: 'sync', version: VERSION, tags: [], addresses: [], changed: [] } as const
    for (let n = 0; n < BLOCK * 9; n++) store.append(NETWORK, START + n, { kind: 'PeerUpdated', ...plain })
    await data.scheduler.run(2000)
    expect(data.value("SELECT group_concat((seq + 1) / 4096, ' ') FROM checkpoints")).toBe('4 8')
    // In block 8.
    store.setRetention({ maxAgeMs: data.scheduler.now - 8.5 * BLOCK, maxBytes: 1e12 })
    await data.scheduler.run(120_000)
    expect(data.value("SELECT group_concat((seq + 1) / 4096, ' ') FROM checkpoints")).toBe('8')
    expect(finished(store.catalogAt(NETWORK, START + 9 * BLOCK))).toHaveLength(1)
    expect(seqsOf(store)[0]).toBeGreaterThan(8 * BLOCK)
  })
})

describe('history that is too much', () => {
  it('is deleted, the oldest first, and the file shrinks; current peers stay', async () => {
    using data = new DataFolder()
    const store = data.open()
    const peers = Array.from({ length: 200 }, (_, n) => peerOf(`p${n}`))
    for (const peer of peers) store.putPeer(NETWORK, peer)
    const count = BLOCK * 3
    for (let n = 0; n < count; n++) {
      store.append(NETWORK, START + n, { kind: 'DhtFailed', reason: `number ${n} ${'x'.repeat(300)}` })
    }
    store.flush()
    const { fileBytes } = store.stats(null)
    store.setRetention({ maxAgeMs: 30 * DAY, maxBytes: fileBytes / 2 })
    await data.scheduler.run(120_000)
    const stats = store.stats(null)
    expect(stats.fileBytes - stats.freeBytes).toBeLessThanOrEqual(fileBytes / 2)
    expect(stats.fileBytes).toBeLessThan(fileBytes * 0.6)
    expect(stats.rows.events).toBeGreaterThan(count / 4)
    expect(stats.rows.peers).toBe(200)
    const last = store.eventsPage({ networkKey: NETWORK, limit: 1 }).events[0]?.seq
    const first = seqsOf(store)[0] ?? 0
    expect([last, (last ?? 0) - first + 1]).toEqual([count, stats.rows.events])
    expect(store.search(NETWORK, 'number 7', { limit: 3 }).events.every(({ seq }) => seq >= first)).toBe(true)
    store.close()
    expect(data.raw().pragma('integrity_check', { simple: true })).toBe('ok')
  })

  it('ends when there is nothing left that may go', async () => {
    using data = new DataFolder()
    const store = data.open()
    for (let n = 0; n < 300; n++) store.putPeer(NETWORK, peerOf(`p${n}`))
    for (let n = 0; n < 300; n++) store.append(NETWORK, START, slotOf(n))
    store.putTopology(NETWORK, { at: START, edges: [] })
    store.flush()
    store.setRetention({ maxAgeMs: 30 * DAY, maxBytes: 1000 })
    await data.scheduler.run(10_000)
    expect(store.stats(null).rows).toMatchObject({ events: 0, topologies: 0, peers: 300 })
    const ran = data.scheduler.events
    await data.scheduler.run(60_000)
    expect(data.scheduler.events - ran).toBeLessThan(5)
    expect(store.status().state).toBe('ok')
  })
})

describe('round-trip samples', () => {
  it('are all kept for an hour, then one a minute, after a day one an hour', async () => {
    using data = new DataFolder()
    const store = data.open()
    const now = START + 10 * DAY
    await data.scheduler.run(10 * DAY)
    const every = 20_000
    for (let at = now - 3 * DAY; at <= now; at += every) store.recordRtt(NETWORK, X, { at, ms: 1 })
    for (let at = now - 3 * DAY; at <= now; at += HOUR) store.recordRtt(OTHER, X, { at, ms: 1 })
    store.setRetention({ maxAgeMs: 30 * DAY, maxBytes: 1e12 })
    await data.scheduler.run(1000)
    const ages = agesOf(store, now)
    const spacing = (from: number, to: number): number[] => {
      const part = ages.filter((age) => age > from && age < to)
      return [...new Set(part.slice(1).map((age, n) => (part[n] ?? 0) - age))]
    }
    expect(spacing(0, ALL_MS)).toEqual([every])
    expect(spacing(ALL_MS, MINUTES_MS)).toEqual([MINUTE])
    expect(spacing(MINUTES_MS, 9 * DAY)).toEqual([HOUR])
    expect(Math.max(...ages)).toBe(3 * DAY)
    expect(store.rttSamplesOf(OTHER, X)).toHaveLength(73)
  })

  it('are thinned by and by to the same as at once', async () => {
    using data = new DataFolder()
    const store = data.open()
    const every = 23_000
    const recorded: number[] = []
    for (let minute = 0; minute < 30 * 60; minute += 11) {
      while ((recorded.at(-1) ?? -every) + every <= minute * MINUTE) {
        recorded.push((recorded.at(-1) ?? -every) + every)
        store.recordRtt(NETWORK, X, { at: START + (recorded.at(-1) ?? 0), ms: 1 })
      }
      await data.scheduler.run(11 * MINUTE)
    }
    const now = START + data.scheduler.now
    const slow = store.rttSamplesOf(NETWORK, X)
    const other = data.open({ path: `${data.path}-2` })
    for (const at of recorded) other.recordRtt(NETWORK, X, { at: START + at, ms: 1 })
    other.flush()
    await data.scheduler.run(1000)
    // The newest thinning of the first store is up to some minutes older.
    const settled = (at: number): boolean =>
      now - at > MINUTES_MS + HOUR || (now - at > ALL_MS + HOUR && now - at < 22 * HOUR)
    const once = other.rttSamplesOf(NETWORK, X)
    expect(slow.filter(({ at }) => settled(at))).toEqual(once.filter(({ at }) => settled(at)))
    expect(slow.length).toBeLessThan(recorded.length / 2)
  })
})
