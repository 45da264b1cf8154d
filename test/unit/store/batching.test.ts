import { describe, expect, it } from 'vitest'
import { COMMIT_AFTER_MS, COMMIT_AT } from '../../../src/main/store/databases.ts'
import { idOf } from '../../support/discovery/entries.ts'
import { DataFolder, finished, NETWORK, peerOf, slotOf, START } from './data-folder.ts'

/** What the store promises, milliseconds. */
const PROMISED_MS = 250
const ROWS = 'SELECT count(*) FROM events'

describe('batching', () => {
  it('commits nothing at once, and everything within 250 ms of the first write', async () => {
    using data = new DataFolder()
    const store = data.open()
    store.append(NETWORK, START, slotOf(1))
    store.putPeer(NETWORK, peerOf('x'))
    await data.scheduler.run(COMMIT_AFTER_MS - 1)
    expect(data.value(ROWS)).toBe(0)
    await data.scheduler.run(PROMISED_MS - COMMIT_AFTER_MS)
    expect(data.value(ROWS)).toBe(1)
    expect(data.value('SELECT count(*) FROM peers')).toBe(1)
  })

  it('is never put off by more writes: at no moment is an event older than 250 ms missing from the file', async () => {
    using data = new DataFolder()
    const store = data.open()
    const writtenAt: number[] = []
    for (let step = 0; step < 400; step++) {
      store.append(NETWORK, START + data.scheduler.now, slotOf(step))
      writtenAt.push(data.scheduler.now)
      await data.scheduler.run(7)
      const due = writtenAt.filter((at) => at <= data.scheduler.now - PROMISED_MS).length
      expect(Number(data.value(ROWS))).toBeGreaterThanOrEqual(due)
    }
    expect(data.value(ROWS)).toBeLessThan(400)
  })

  it('takes many writes in one transaction, and does not wait when there are very many', async () => {
    using data = new DataFolder()
    const store = data.open()
    const reader = data.raw()
    // SQLite's own count of what other connections committed.
    const commits = (): unknown => reader.pragma('data_version', { simple: true })
    const before = commits()
    for (let n = 1; n < COMMIT_AT; n++) store.append(NETWORK, START, slotOf(n))
    expect(commits()).toBe(before)
    store.append(NETWORK, START, slotOf(COMMIT_AT))
    expect(data.value(ROWS)).toBe(COMMIT_AT)
    expect(commits()).not.toBe(before)
    await data.scheduler.run(PROMISED_MS)
    expect(data.value(ROWS)).toBe(COMMIT_AT)
  })

  it('keeps the newest of several states of a peer', () => {
    using data = new DataFolder()
    const store = data.open()
    for (let n = 0; n < 50; n++) store.putPeer(NETWORK, peerOf('x', { ticketCount: n }))
    expect(data.value('SELECT count(*) FROM peers')).toBe(0)
    store.flush()
    expect(data.value('SELECT ticket_count FROM peers')).toBe(49)
  })

  it('every read sees what is not committed, and does not commit it', () => {
    using data = new DataFolder()
    const store = data.open()
    const reader = data.raw()
    const commits = (): unknown => reader.pragma('data_version', { simple: true })
    const before = commits()
    const peerId = idOf('x')
    const version = { startedAt: 1, updatedAt: 2 }
    const event = { kind: 'PeerDiscovered', peerId, source: 'sync', version, tags: ['early'], addresses: [] } as const
    const logged = store.append(NETWORK, START, event)
    store.putPeer(NETWORK, peerOf('x', { ticketCount: 8, tags: ['early'] }))
    store.recordRtt(NETWORK, peerId, { at: 1, ms: 2 })
    store.recordVersion(NETWORK, peerId, { version, at: 1, source: 'sync' })
    store.sessionStarted(NETWORK, peerId, START, version, 'sync')
    const id = store.putTopology(NETWORK, { at: START, edges: [] })
    expect(store.peer(NETWORK, peerId)?.ticketCount).toBe(8)
    expect(store.peers(NETWORK)).toHaveLength(1)
    expect(store.rttSamplesOf(NETWORK, peerId)).toEqual([{ at: 1, ms: 2 }])
    expect(store.versionsOf(NETWORK, peerId)).toHaveLength(1)
    expect(store.eventsPage({ networkKey: NETWORK, limit: 1 }).events).toEqual([logged])
    expect(store.eventsAfter({ networkKey: NETWORK, limit: 1 }).events).toEqual([logged])
    expect([store.firstEventAt(NETWORK), store.lastEventAt(NETWORK)]).toEqual([START, START])
    expect(store.lastSeqAt(NETWORK, START)).toBe(1)
    expect([...store.eventCounts(NETWORK, 0, 1)]).toEqual([['PeerDiscovered', 1]])
    expect(finished(store.catalogAt(NETWORK, START))).toHaveLength(1)
    expect(store.sessionsPage({ networkKey: NETWORK, limit: 1 }).sessions).toMatchObject([{ peerId, to: null }])
    expect(store.topology(NETWORK, id)).toEqual({ at: START, edges: [] })
    expect(store.search(NETWORK, 'early', { limit: 5 })).toEqual({ peers: [peerId], events: [logged], more: false })
    expect(store.stats(NETWORK).rows).toMatchObject({ events: 1, peers: 1, sessions: 1 })
    expect(commits()).toBe(before)
    expect(data.value(ROWS)).toBe(0)
  })

  it('leaves no timer behind when there is nothing to write, and runs none after closing', async () => {
    using data = new DataFolder()
    const store = data.open()
    await data.scheduler.run(1000)
    expect(data.scheduler.waiting).toBe(0)
    store.append(NETWORK, START, slotOf(1))
    store.close()
    const ran = data.scheduler.events
    await data.scheduler.run(1000)
    expect(data.scheduler.events).toBe(ran)
  })

  it('numbers events without gaps over all networks, over restarts, and never twice', () => {
    using data = new DataFolder()
    const first = data.open()
    expect([1, 2].map((n) => first.append(NETWORK, START, slotOf(n)).seq)).toEqual([1, 2])
    first.forgetNetwork(NETWORK)
    first.flush()
    expect(first.append(NETWORK, START, slotOf(3)).seq).toBe(3)
    first.flush()
    first.forgetNetwork(NETWORK)
    first.close()
    data.raw({ write: true }).exec('DELETE FROM events')
    expect(data.open().append(NETWORK, START, slotOf(4)).seq).toBe(4)
  })

  it('a refused record alone leaves the database free for others', () => {
    using data = new DataFolder()
    const store = data.open()
    store.recordRtt(NETWORK, idOf('x'), { at: 1, ms: Number.NaN })
    expect(data.log).toMatchObject([{ level: 'error', details: { kind: 'rtt' } }])
    data.raw({ write: true }).exec("INSERT INTO settings VALUES ('free', '1')")
  })

  it('writes all but a record that the schema refuses, and logs that one', () => {
    using data = new DataFolder()
    const store = data.open()
    const before = store.append(NETWORK, START, slotOf(1))
    store.recordRtt(NETWORK, idOf('x'), { at: 1, ms: Number.NaN })
    store.putPeer(NETWORK, peerOf('x'))
    store.recordRtt(NETWORK, idOf('x'), { at: 2, ms: 1 })
    const after = store.append(NETWORK, START, slotOf(2))
    store.flush()
    expect(data.log).toMatchObject([{ level: 'error', details: { kind: 'rtt' } }])
    expect(store.status().state).toBe('ok')
    expect(data.value(ROWS)).toBe(2)
    expect(store.eventsPage({ networkKey: NETWORK, limit: 5 }).events).toEqual([after, before])
    expect(store.rttSamplesOf(NETWORK, idOf('x'))).toEqual([{ at: 2, ms: 1 }])
    expect(store.peer(NETWORK, idOf('x'))).toEqual(peerOf('x'))
  })
})
