import { describe, expect, it } from 'vitest'
import { FLUSH_AFTER_MS, FLUSH_AT } from '../../../src/main/store/store.ts'
import { idOf } from '../../support/discovery/entries.ts'
import { DataFolder, NETWORK, peerOf, slotOf, START } from './data-folder.ts'

/** What the store promises, milliseconds. */
const PROMISED_MS = 250
const ROWS = 'SELECT count(*) FROM events'

describe('batching', () => {
  it('writes nothing at once, and everything within 250 ms of the first write', async () => {
    using data = new DataFolder()
    const store = data.open()
    store.append(NETWORK, START, slotOf(1))
    store.putPeer(NETWORK, peerOf('x'))
    await data.scheduler.run(FLUSH_AFTER_MS - 1)
    expect(data.value(ROWS)).toBe(0)
    await data.scheduler.run(PROMISED_MS - FLUSH_AFTER_MS)
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
    for (let n = 1; n < FLUSH_AT; n++) store.append(NETWORK, START, slotOf(n))
    expect(commits()).toBe(before)
    store.append(NETWORK, START, slotOf(FLUSH_AT))
    expect(data.value(ROWS)).toBe(FLUSH_AT)
    expect(commits()).not.toBe(before)
    await data.scheduler.run(PROMISED_MS)
    expect(data.value(ROWS)).toBe(FLUSH_AT)
  })

  it('takes several states of a peer as one, the newest', () => {
    using data = new DataFolder()
    const store = data.open()
    for (let n = 0; n < 50; n++) store.putPeer(NETWORK, peerOf('x', { ticketCount: n }))
    expect(data.value('SELECT count(*) FROM peers')).toBe(0)
    store.flush()
    expect(data.value('SELECT ticket_count FROM peers')).toBe(49)
  })

  it('reads see what still waits', () => {
    using data = new DataFolder()
    const store = data.open()
    const logged = store.append(NETWORK, START, slotOf(1))
    store.putPeer(NETWORK, peerOf('x'))
    store.recordRtt(NETWORK, idOf('x'), { at: 1, ms: 2 })
    expect(store.eventsPage({ networkId: NETWORK, limit: 1 }).events).toEqual([logged])
    store.putPeer(NETWORK, peerOf('x', { ticketCount: 8 }))
    expect(store.peer(NETWORK, idOf('x'))?.ticketCount).toBe(8)
    expect(store.rttSamplesOf(NETWORK, idOf('x'))).toEqual([{ at: 1, ms: 2 }])
  })

  it('one row is read over what waits, without writing that first', () => {
    using data = new DataFolder()
    const store = data.open()
    store.putPeer(NETWORK, peerOf('x', { tags: ['waits'] }))
    expect(store.peer(NETWORK, idOf('x'))?.tags).toEqual(['waits'])
    expect(store.note(NETWORK, idOf('x'))).toBeNull()
    expect(store.getSetting('none')).toBeUndefined()
    expect(data.value('SELECT count(*) FROM peers')).toBe(0)
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
    expect(store.eventsPage({ networkId: NETWORK, limit: 5 }).events).toEqual([after, before])
    expect(store.rttSamplesOf(NETWORK, idOf('x'))).toEqual([{ at: 2, ms: 1 }])
    expect(store.peer(NETWORK, idOf('x'))).toEqual(peerOf('x'))
  })
})
