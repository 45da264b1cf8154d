import { describe, expect, it } from 'vitest'
import { openStoreReadOnly } from '../../../src/main/store/read-only.ts'
import type { PeerSession, SessionsQuery, Store } from '../../../src/main/store/types.ts'
import { SeededRandom } from '../../sim/random.ts'
import { idOf } from '../../support/discovery/entries.ts'
import { DataFolder, joinedOf, NETWORK, NETWORK_ID, OTHER, slotOf, START } from './data-folder.ts'

const X = idOf('x')
const Y = idOf('y')
const version = (updatedAt: number) => ({ startedAt: 1, updatedAt })

function walk(store: Pick<Store, 'sessionsPage'>, query: SessionsQuery): PeerSession[] {
  const result: PeerSession[] = []
  for (let before = query.before; ; before = result.at(-1)?.id) {
    const page = store.sessionsPage({ ...query, before })
    expect(page.sessions.length).toBeLessThanOrEqual(query.limit)
    result.push(...page.sessions)
    if (!page.more) return result
    expect(page.sessions).toHaveLength(query.limit)
  }
}

function all(store: Store): PeerSession[] {
  return walk(store, { networkKey: NETWORK, limit: 1000 })
}

describe('sessions', () => {
  it('last from first seen to gone, with the reason and the versions', () => {
    using data = new DataFolder()
    const store = data.open()
    store.sessionStarted(NETWORK, X, START, version(1), 'gossip')
    store.sessionStarted(NETWORK, Y, START + 1, version(5), 'sync')
    store.recordVersion(NETWORK, X, { version: version(3), at: START + 2, source: 'gossip' })
    const open = { id: 1, peerId: X, from: START, to: null, reason: null }
    const y = { id: 2, peerId: Y, from: START + 1, to: null, reason: null, firstVersion: version(5) }
    expect(all(store)).toEqual([
      { ...y, lastVersion: version(5) },
      { ...open, firstVersion: version(1), lastVersion: version(3) },
    ])
    store.recordVersion(NETWORK, X, { version: version(9), at: START + 3, source: 'gossip' })
    store.sessionEnded(NETWORK, X, START + 10, 'graceful')
    store.recordVersion(NETWORK, X, { version: version(20), at: START + 30, source: 'gossip' })
    store.sessionStarted(NETWORK, X, START + 40, version(20), 'gossip')
    store.close()
    const [again, , first] = all(data.open())
    expect(first).toEqual({
      ...open,
      to: START + 10,
      reason: 'graceful',
      firstVersion: version(1),
      lastVersion: version(9),
    })
    expect(again).toMatchObject({ id: 3, peerId: X, to: null, firstVersion: version(20) })
  })

  it.each([-7_200_000, 7_200_000])('keep their lengths when the wall clock is set by %d ms', (byMs) => {
    using data = new DataFolder()
    const store = data.open()
    const from = START + 10_000_000
    store.sessionStarted(NETWORK, Y, from - 500, version(1), 'gossip')
    store.sessionEnded(NETWORK, Y, from - 400, 'graceful')
    store.sessionStarted(NETWORK, X, from, version(1), 'gossip')
    store.sessionStarted(OTHER, X, from, version(1), 'gossip')
    store.sessionsMoved(NETWORK, byMs)
    store.sessionEnded(NETWORK, X, from + byMs + 60_000, 'graceful')
    const spans = new Map(all(store).map(({ peerId, from: began, to }) => [peerId, [began - from, Number(to) - began]]))
    expect(spans).toEqual(
      new Map([
        [X, [byMs, 60_000]],
        [Y, [-500, 100]],
      ]),
    )
    expect(walk(store, { networkKey: OTHER, limit: 10 })[0]?.from).toBe(from)
  })

  it('have one that is open at most: a second start closes the first, and an end without one is fine', () => {
    using data = new DataFolder()
    const store = data.open()
    store.sessionEnded(NETWORK, X, START, 'purged')
    store.sessionStarted(NETWORK, X, START + 5, version(1), 'gossip')
    store.sessionStarted(NETWORK, X, START + 8, version(2), 'gossip')
    // The clock was set back.
    store.sessionEnded(NETWORK, X, START + 2, 'removed')
    store.sessionEnded(NETWORK, X, START + 90, 'removed')
    expect(all(store).map(({ from, to, reason }) => [from - START, Number(to) - START, reason])).toEqual([
      [8, 8, 'removed'],
      [5, 8, 'unknown'],
    ])
  })

  it('that were open when we stopped end then, as unknown, once the network is joined again', () => {
    using data = new DataFolder()
    const first = data.open()
    first.networkJoined(joinedOf())
    first.sessionStarted(NETWORK, X, START, version(1), 'gossip')
    first.sessionStarted(OTHER, X, START, version(1), 'gossip')
    first.append(NETWORK, START + 70, slotOf(1))
    first.close()
    const second = data.open()
    expect(all(second)).toMatchObject([{ to: null }])
    second.networkJoined(joinedOf({ at: START + 500 }))
    expect(all(second)).toMatchObject([{ to: START + 70, reason: 'unknown' }])
    expect(walk(second, { networkKey: OTHER, limit: 9 })).toMatchObject([{ to: null }])
  })

  it('that were open when we stopped end in steps, where somebody takes the time', () => {
    using data = new DataFolder()
    const before = data.open()
    before.networkJoined(joinedOf())
    for (let index = 0; index < 600; index += 1)
      before.sessionStarted(NETWORK, idOf(`peer ${index}`), START, version(1), 'gossip')
    before.append(NETWORK, START + 50, { kind: 'DhtFailed', reason: 'the last that was heard' })
    before.close()
    const store = data.open()
    let steps = 0
    for (const _step of store.closeSessions(NETWORK)) {
      steps += 1
      expect(all(store).filter(({ to }) => to === null)).toHaveLength(600 - 250 * steps)
    }
    expect(steps).toBe(2)
    expect(all(store).every(({ to, reason }) => to === START + 50 && reason === 'unknown')).toBe(true)
    expect([...store.closeSessions(OTHER)]).toEqual([])
  })

  it('of a run that began before it was said to be joined stay open', () => {
    using data = new DataFolder()
    const store = data.open()
    const joined = { kind: 'NetworkJoined', peerId: Y, networkId: NETWORK_ID, addresses: [] } as const
    store.sessionStarted(NETWORK, X, START, version(1), 'gossip')
    store.append(NETWORK, START + 50, joined)
    store.sessionStarted(NETWORK, X, START + 60, version(2), 'gossip')
    store.networkJoined(joinedOf({ at: START + 70 }))
    expect(all(store)).toMatchObject([{ from: START + 60, to: null }, { reason: 'unknown' }])
    store.networkJoined(joinedOf({ at: START + 80 }))
    expect(all(store)).toMatchObject([
      { from: START + 60, to: START + 60, reason: 'unknown' },
      { to: START, reason: 'unknown' },
    ])
  })

  it.each([1, 2, 3])('come in pages by key, for every filter (seed %i)', (seed) => {
    using data = new DataFolder()
    const random = new SeededRandom(seed)
    const store = data.open()
    const peers = ['a', 'b', 'c', 'd'].map(idOf)
    let at = START
    for (let n = 0; n < 200; n++) {
      at += random.below(20) === 0 ? -random.below(30) : random.below(5)
      const peerId = random.pick(peers)
      const networkKey = random.pick([NETWORK, NETWORK, OTHER])
      if (random.below(2) === 0) store.sessionStarted(networkKey, peerId, at, version(n), 'gossip')
      else store.sessionEnded(networkKey, peerId, at, 'purged')
    }
    const whole = all(store)
    expect(whole.length).toBeGreaterThan(40)
    expect(whole).toEqual(whole.toSorted((a, b) => b.from - a.from || b.id - a.id))
    store.flush()
    const reader = data.keep(openStoreReadOnly(data.path))
    for (const limit of [1, 6, 1000]) {
      for (const peerId of [undefined, ...peers, idOf('unknown')]) {
        for (const [from, to] of [[], [START + 60], [undefined, START + 70], [START + 60, START + 70]] as const) {
          const matching = whole.filter(
            (session) =>
              (peerId === undefined || session.peerId === peerId) &&
              (to === undefined || session.from <= to) &&
              (from === undefined || session.to === null || session.to >= from),
          )
          expect(walk(store, { networkKey: NETWORK, peerId, from, to, limit })).toEqual(matching)
          expect(walk(reader, { networkKey: NETWORK, peerId, from, to, limit })).toEqual(matching)
        }
      }
    }
  })

  it('after one that is deleted are none, and none are of an unknown network', () => {
    using data = new DataFolder()
    const store = data.open()
    store.sessionStarted(NETWORK, X, START, version(1), 'gossip')
    expect(store.sessionsPage({ networkKey: NETWORK, before: 77, limit: 5 })).toEqual({ sessions: [], more: false })
    expect(store.sessionsPage({ networkKey: OTHER, limit: 5 })).toEqual({ sessions: [], more: false })
  })
})
