import { describe, expect, it } from 'vitest'
import { idOf } from '../../support/discovery/entries.ts'
import type { Store } from '../../../src/main/store/types.ts'
import { countTurns } from '../../support/turns.ts'
import { DataFolder, joinedOf, NETWORK, peerOf, slotOf, START } from './data-folder.ts'

const X = idOf('x')
const NOTHING = { peers: [], events: [], more: false }

describe('a search aside', () => {
  it('finds what a search finds, while others have their turns', async () => {
    using data = new DataFolder()
    const store = data.open()
    store.putPeer(NETWORK, peerOf('x', { tags: ['role:lighthouse'] }))
    for (let n = 0; n < 20; n += 1)
      store.append(NETWORK, START + n, { kind: 'DialFailed', target: `/ip4/127.0.0.1/tcp/${n}`, reason: 'lighthouse' })
    for (const options of [{ limit: 7 }, { limit: 7, before: 10 }]) {
      const turns = countTurns()
      const found = await store.searchAside(NETWORK, 'light', options)
      turns.stop()
      expect(found).toEqual(store.search(NETWORK, 'light', options))
      expect(found.events).toHaveLength(7)
      expect(turns.count).toBeGreaterThan(0)
    }
    expect(await store.searchAside(NETWORK, '...', { limit: 7 })).toEqual(NOTHING)
  })

  it('sees what is not committed yet, and works in memory', async () => {
    using data = new DataFolder()
    const store = data.open()
    store.append(NETWORK, START, { kind: 'NeighborUp', peerId: X })
    const searching = store.searchAside(NETWORK, 'neighbor', { limit: 5 })
    store.append(NETWORK, START + 1, { kind: 'NeighborUp', peerId: X })
    expect((await searching).events.map(({ at }) => at)).toContain(START)
    const memory = data.open({ path: ':memory:' })
    memory.append(NETWORK, START, { kind: 'NeighborUp', peerId: X })
    expect((await memory.searchAside(NETWORK, 'neighbor', { limit: 5 })).events).toHaveLength(1)
  })

  it('finds what is new while the file cannot be written', async () => {
    using data = new DataFolder()
    const store = data.open()
    store.putPeer(NETWORK, peerOf('x', { tags: ['early'] }))
    store.flush()
    const other = data.raw({ write: true })
    other.exec('BEGIN IMMEDIATE')
    store.putPeer(NETWORK, peerOf('y', { tags: ['early'] }))
    expect(store.status().state).toBe('memory-only')
    expect(await store.searchAside(NETWORK, 'early', { limit: 5 })).toEqual(
      store.search(NETWORK, 'early', { limit: 5 }),
    )
    expect((await store.searchAside(NETWORK, 'early', { limit: 5 })).peers.toSorted()).toEqual(
      [X, idOf('y')].toSorted(),
    )
    // It did not even try to open the file, which lacks what is new.
    expect(data.log.map(({ message }) => message)).toEqual(['the state of the store changed'])
    other.exec('ROLLBACK')
  })

  it('takes nothing from the file once another database is in use, which has other numbers', async () => {
    using data = new DataFolder()
    const store = data.open()
    store.networkJoined(joinedOf())
    store.putPeer(NETWORK, peerOf('x', { tags: ['early'] }))
    store.setNote(NETWORK, idOf('y'), { name: 'b', note: 'attic' })
    const other = data.raw({ write: true })
    // Too large to be copied.
    other.exec('INSERT INTO topologies SELECT 99, num, 1, 0, zeroblob(33 << 20) FROM networks')
    expect((await store.searchAside(NETWORK, 'early', { limit: 5 })).peers).toEqual([X])
    const searching = store.searchAside(NETWORK, 'early', { limit: 5 })
    other.exec('BEGIN IMMEDIATE')
    store.append(NETWORK, START, slotOf(1))
    expect(store.status().state).toBe('memory-only')
    expect(await searching).toEqual(NOTHING)
    other.exec('ROLLBACK')
  })

  it('finds nothing of a network that was forgotten meanwhile, also when it was joined again', async () => {
    using data = new DataFolder()
    const store = data.open()
    store.networkJoined(joinedOf())
    store.putPeer(NETWORK, peerOf('x', { tags: ['early'] }))
    for (const again of [false, true]) {
      const searching = store.searchAside(NETWORK, 'early', { limit: 5 })
      store.forgetNetwork(NETWORK)
      if (again) store.networkJoined(joinedOf())
      expect(await searching).toEqual(NOTHING)
      store.networkJoined(joinedOf())
      store.putPeer(NETWORK, peerOf('x', { tags: ['early'] }))
    }
  })

  it('rejects when the store is closed meanwhile', async () => {
    using data = new DataFolder()
    const store = data.open()
    store.append(NETWORK, START, { kind: 'NeighborUp', peerId: X })
    const searching = store.searchAside(NETWORK, 'neighbor', { limit: 5 })
    store.close()
    await expect(searching).rejects.toMatchObject({ code: 'StoreFailed' })
    await expect(store.searchAside(NETWORK, 'neighbor', { limit: 5 })).rejects.toMatchObject({ code: 'StoreFailed' })
  })
})

describe('events that name something, aside', () => {
  const query = { networkKey: NETWORK, kind: 'DialFailed', texts: ['/ip4/192.0.2.1/tcp/1'], limit: 7 } as const
  const never = new AbortController().signal
  const fill = (store: Store): void => {
    for (let n = 0; n < 20; n += 1)
      store.append(NETWORK, START + n, { kind: 'DialFailed', target: `/ip4/192.0.2.1/tcp/${n % 2}`, reason: 'no' })
  }

  it('are what is found here, while others have their turns, also before they are committed', async () => {
    using data = new DataFolder()
    const store = data.open()
    fill(store)
    const turns = countTurns()
    const found = await store.eventsNamingAside(query, never)
    turns.stop()
    expect(found).toEqual(store.eventsNaming(query))
    expect(found).toHaveLength(7)
    expect(turns.count).toBeGreaterThan(0)
    expect(await store.eventsNamingAside({ ...query, texts: ['...'] }, never)).toEqual([])
    const memory = data.open({ path: ':memory:' })
    fill(memory)
    expect(await memory.eventsNamingAside(query, never)).toHaveLength(7)
  })

  it('are not waited for once nobody wants them, and are not looked for here instead', async () => {
    using data = new DataFolder()
    const store = data.open()
    fill(store)
    const stop = new AbortController()
    const looking = store.eventsNamingAside(query, stop.signal)
    stop.abort(new Error('enough'))
    await expect(looking).rejects.toThrow('enough')
    await expect(store.eventsNamingAside(query, stop.signal)).rejects.toThrow('enough')
    expect(data.log).toEqual([])
  })
})
