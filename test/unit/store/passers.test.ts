import { describe, expect, it } from 'vitest'
import type { PeerId } from '../../../src/shared/ids.ts'
import { SEARCHED_CHARACTERS } from '../../../src/main/store/event-text.ts'
import { PASSING_MS } from '../../../src/main/store/upkeep/passers.ts'
import { idOf } from '../../support/discovery/entries.ts'
import type { Store, StoredPeer } from '../../../src/main/store/types.ts'
import { DataFolder, NETWORK, START, peerOf, slotOf } from './data-folder.ts'

const DAY = 24 * 3_600_000
const MIB = 1024 * 1024
const VERSION = { startedAt: 1, updatedAt: 1 }
/** Words that no two entries share. */
const words = (of: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${of}word${index}${'y'.repeat(40)}`)

/** A peer came, was seen for so long, and went, as a session stores it. */
function passes(store: Store, name: string, changes: Partial<StoredPeer> = {}): PeerId {
  const peerId = idOf(name)
  const tags = words(name, 40)
  const at = START
  store.append(NETWORK, at, {
    kind: 'PeerDiscovered',
    peerId,
    source: 'gossip',
    version: VERSION,
    tags,
    addresses: words(name, 40),
  })
  store.recordVersion(NETWORK, peerId, { version: VERSION, at, source: 'gossip' })
  store.sessionStarted(NETWORK, peerId, at, VERSION, 'gossip')
  store.putPeer(NETWORK, { ...peerOf(name), peerId, tags, firstSeen: at, lastSeen: at, rtt: null, ...changes })
  if (changes.state === 'online') return peerId
  store.append(NETWORK, at, { kind: 'PeerDeparted', peerId, reason: 'displaced', version: VERSION })
  store.sessionEnded(NETWORK, peerId, at, 'displaced')
  store.peerGone(NETWORK, peerId, 'displaced', 'displaced')
  return peerId
}

describe('a database that is too large', () => {
  it('forgets passers-by before long history, whole, and nobody who was noted, measured, known for long or is there', async () => {
    using data = new DataFolder()
    const store = data.open()
    store.setSetting('a', 1)
    for (let n = 0; n < 200; n++) store.append(NETWORK, START - 20 * DAY + n, slotOf(n))
    const kept = [
      passes(store, 'long', { lastSeen: START + PASSING_MS }),
      passes(store, 'measured', { rtt: { srtt: 1, rttvar: 1, last: 1, at: START } }),
      passes(store, 'noted'),
      passes(store, 'there', { state: 'online' }),
    ]
    store.setNote(NETWORK, idOf('noted'), { name: 'mine', note: 'a friend' })
    for (let n = 0; n < 300; n++) {
      passes(store, `ghost ${n}`)
      // They come one after the other: what one commit made searchable is given back as a whole.
      if (n % 25 === 0) store.flush()
    }
    store.flush()
    const before = store.stats(null)
    const used = before.fileBytes - before.freeBytes
    expect(used).toBeGreaterThan(2 * MIB)
    // With room for some of them: what was searchable is given back a while after its events went.
    const most = 1.5 * MIB
    store.setRetention({ maxAgeMs: 30 * DAY, maxBytes: most })
    await data.scheduler.run(180_000)
    const after = store.stats(null)
    expect(after.fileBytes - after.freeBytes).toBeLessThanOrEqual(most)
    // All of the old history is there, and those who were more than passers-by with all that was logged of them.
    const { events } = store.eventsAfter({ networkKey: NETWORK, limit: 5000 })
    expect(events.filter(({ event }) => event.kind === 'DhtSlotClaimed')).toHaveLength(200)
    expect(kept.map((peerId) => store.peer(NETWORK, peerId)?.peerId)).toEqual(kept)
    expect(store.peer(NETWORK, idOf('noted'))).not.toBeNull()
    expect(store.note(NETWORK, idOf('noted'))).toMatchObject({ note: 'a friend' })
    for (const peerId of kept)
      expect(store.eventsPage({ networkKey: NETWORK, peerId, limit: 9 }).events.length).toBeGreaterThan(0)
    // Of those who went nothing is left, and of the others everything is as it was.
    const ghosts = Array.from({ length: 300 }, (_, n) => idOf(`ghost ${n}`))
    const gone = ghosts.filter((peerId) => store.peer(NETWORK, peerId) === null)
    expect(gone.length).toBeGreaterThan(50)
    expect(gone.length).toBeLessThan(300)
    for (const peerId of gone) expect(store.eventsPage({ networkKey: NETWORK, peerId, limit: 9 }).events).toEqual([])
    expect(data.value('SELECT count(*) FROM sessions')).toBe(304 - gone.length)
    expect(data.value('SELECT count(*) FROM peer_versions')).toBe(304 - gone.length)
    expect(data.value('SELECT sum(count) FROM event_blocks')).toBe(after.rows.events)
    expect(data.value('SELECT count(*) FROM peer_ids')).toBe(304 - gone.length)
    expect(store.getSetting('a')).toBe(1)
    store.close()
    expect(data.raw().pragma('integrity_check', { simple: true })).toBe('ok')
  })

  it('deletes the oldest history where passers-by are not enough', async () => {
    using data = new DataFolder()
    const store = data.open()
    for (let n = 0; n < 20; n++) passes(store, `ghost ${n}`)
    for (let n = 0; n < 9000; n++)
      store.append(NETWORK, START + n, { kind: 'DhtFailed', reason: `number ${n} ${'x'.repeat(300)}` })
    store.flush()
    const { fileBytes } = store.stats(null)
    store.setRetention({ maxAgeMs: 30 * DAY, maxBytes: fileBytes / 2 })
    await data.scheduler.run(180_000)
    const stats = store.stats(null)
    expect(stats.fileBytes - stats.freeBytes).toBeLessThanOrEqual(fileBytes / 2)
    expect(store.peer(NETWORK, idOf('ghost 0'))).toBeNull()
    expect(store.eventsPage({ networkKey: NETWORK, limit: 1 }).events[0]?.event).toMatchObject({
      reason: `number 8999 ${'x'.repeat(300)}`,
    })
  })
})

describe('search', () => {
  it('looks into the first texts of an event, so that the largest entry costs little there', () => {
    using data = new DataFolder()
    const store = data.open()
    const tags = words('large', 60)
    const version = VERSION
    const peerId = idOf('large')
    store.append(NETWORK, START, { kind: 'PeerDiscovered', peerId, source: 'gossip', version, tags, addresses: [] })
    store.flush()
    const found = (text: string): number => store.search(NETWORK, text, { limit: 3 }).events.length
    expect(found(tags[0] ?? '')).toBe(1)
    expect(found('Discovered')).toBe(1)
    const at = Math.floor(SEARCHED_CHARACTERS / ((tags[0]?.length ?? 0) + 1))
    expect(found(tags[at - 2] ?? '')).toBe(1)
    expect(found(tags[at + 2] ?? '')).toBe(0)
    expect(store.eventsPage({ networkKey: NETWORK, limit: 1 }).events[0]?.event).toMatchObject({ tags })
  })
})
