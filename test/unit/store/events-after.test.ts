import { describe, expect, it } from 'vitest'
import type { LoggedEvent } from '../../../src/shared/events.ts'
import { BLOCK } from '../../../src/main/store/event-log.ts'
import { openStoreReadOnly } from '../../../src/main/store/read-only.ts'
import type { EventsAfterQuery, Store } from '../../../src/main/store/types.ts'
import { SeededRandom } from '../../sim/random.ts'
import { DataFolder, NETWORK, OTHER, peerOf, slotOf, START } from './data-folder.ts'

/** All pages, one after the other. */
function walk(store: Pick<Store, 'eventsAfter'>, query: EventsAfterQuery): LoggedEvent[] {
  const result: LoggedEvent[] = []
  for (let after = query.after; ; after = result.at(-1)?.seq) {
    const page = store.eventsAfter({ ...query, after })
    expect(page.events.length).toBeLessThanOrEqual(query.limit)
    result.push(...page.events)
    if (!page.more) return result
    expect(page.events).toHaveLength(query.limit)
  }
}

describe('events from old to new', () => {
  it.each([1, 2])('by key give each event of the span once, also when the clock jumps (seed %i)', (seed) => {
    using data = new DataFolder()
    const random = new SeededRandom(seed)
    const store = data.open()
    const logged: LoggedEvent[] = []
    let at = START
    for (let n = 0; n < 400; n++) {
      at += random.below(50) === 0 ? random.below(2000) - 1000 : random.below(10)
      const networkKey = random.pick([NETWORK, OTHER])
      const event = store.append(networkKey, at, slotOf(n))
      if (networkKey === NETWORK) logged.push(event)
    }
    store.flush()
    const reader = data.keep(openStoreReadOnly(data.path))
    for (const limit of [1, 7, 1000]) {
      for (const after of [undefined, 0, 100, 399, 5000]) {
        for (const [from, to] of [[], [START + 200], [START, START + 300], [START + 9_000_000]] as const) {
          const matching = logged.filter(
            (event) => event.seq > (after ?? 0) && event.at >= (from ?? 0) && event.at <= (to ?? Infinity),
          )
          expect(walk(store, { networkKey: NETWORK, after, from, to, limit })).toEqual(matching)
          expect(walk(reader, { networkKey: NETWORK, after, from, to, limit })).toEqual(matching)
        }
      }
    }
  })

  it('are found over many blocks, and over blocks that have none of the network', () => {
    using data = new DataFolder()
    const store = data.open()
    const first = store.append(NETWORK, START, slotOf(0))
    for (let n = 0; n < 2 * BLOCK; n++) store.append(OTHER, START + n, slotOf(n))
    const last = store.append(NETWORK, START + 5, slotOf(1))
    expect(walk(store, { networkKey: NETWORK, limit: 1 })).toEqual([first, last])
    expect(walk(store, { networkKey: NETWORK, from: START + 5, limit: 5 })).toEqual([last])
    expect(walk(store, { networkKey: OTHER, from: START + BLOCK, limit: 1000 })).toHaveLength(BLOCK)
    store.flush()
    expect(data.value('SELECT count(*) FROM event_blocks')).toBe(5)
  })

  it('hold 1 to 1000, whatever is asked, and none of an unknown network', () => {
    using data = new DataFolder()
    const store = data.open()
    for (let n = 0; n < 1003; n++) store.append(NETWORK, START, slotOf(n))
    expect(store.eventsAfter({ networkKey: NETWORK, limit: 5000 }).events).toHaveLength(1000)
    expect(store.eventsAfter({ networkKey: NETWORK, limit: 0 })).toMatchObject({ events: [{ seq: 1 }], more: true })
    expect(store.eventsAfter({ networkKey: NETWORK, after: 3, limit: 1000 }).more).toBe(false)
    expect(store.eventsAfter({ networkKey: OTHER, limit: 5 })).toEqual({ events: [], more: false })
  })
})

describe('pages of peers', () => {
  it('by key give each peer once, also when peers are added meanwhile', () => {
    using data = new DataFolder()
    const store = data.open()
    for (let n = 0; n < 25; n++) store.putPeer(n % 5 === 0 ? OTHER : NETWORK, peerOf(`p${n}`))
    const seen: string[] = []
    let pages = 0
    for (let after: number | null = null; ;) {
      const page = store.peersPage(NETWORK, after, 7)
      seen.push(...page.peers.map(({ peerId }) => peerId))
      pages += 1
      if (pages === 1) store.putPeer(NETWORK, peerOf('late'))
      if (page.next === null) break
      after = page.next
    }
    expect(seen).toHaveLength(21)
    expect(new Set(seen)).toEqual(new Set(store.peers(NETWORK).map(({ peerId }) => peerId)))
    expect(pages).toBe(4)
    expect(store.peersPage(NETWORK, null, 1).peers).toEqual([peerOf('p1')])
    expect(store.peersPage(NETWORK, null, 99_999)).toMatchObject({ next: null })
  })

  it('of an unknown network are empty', () => {
    using data = new DataFolder()
    expect(data.open().peersPage(NETWORK, null, 10)).toEqual({ peers: [], next: null })
  })
})
