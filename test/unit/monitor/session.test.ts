import { describe, expect, it, vi } from 'vitest'
import type { DiscoveryEvent } from '../../../src/shared/events.ts'
import type { Told } from '../../../src/main/discovery/handle.ts'
import { PLACES } from '../../../src/main/discovery/bootstrap/known-places.ts'
import { eventAsOf } from '../../../src/shared/events.ts'
import type { Edge } from '../../../src/shared/peer.ts'
import { FIRST_LINKS_MS } from '../../../src/main/monitor/session.ts'
import { REPEATS_MS } from '../../../src/main/monitor/session-log.ts'
import { LOSS_KINDS } from '../../../src/main/monitor/loss.ts'
import type { View } from '../../../src/main/monitor/view.ts'
import { NETWORK, idOf } from '../../support/discovery/entries.ts'
import { countTurns } from '../../support/turns.ts'
import type { LoopDelay } from '../../../src/main/store/types.ts'
import { finished, peerOf } from '../store/data-folder.ts'
import { toldAt } from './session-table.ts'
import { keyOf } from '../../support/networks.ts'
import { loneNode, rig } from './session-rig.ts'

function told(seq: number, event: DiscoveryEvent): Told {
  return { seq, at: 0, kind: 'event', event }
}

const states = (view: View): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (const { state } of view.rows()) counts[state] = (counts[state] ?? 0) + 1
  return counts
}

describe('a session', () => {
  it('keeps presences as long as they are where the wall clock is set back while they last', async () => {
    const { scheduler, store, session, wall } = rig()
    session.follow(loneNode())
    const version = { startedAt: 1, updatedAt: 1 }
    const [peerId, hour] = [idOf('ann'), 3_600_000]
    const tell = (seq: number, event: DiscoveryEvent): unknown =>
      session.take({ ...told(seq, event), at: scheduler.now + wall.skew })
    await scheduler.run(10 * hour)
    tell(1, { kind: 'PeerDiscovered', peerId, source: 'gossip', version, tags: [], addresses: [] })
    await scheduler.run(hour)
    wall.skew = -2 * hour
    tell(2, { kind: 'ClockJumped', byMs: -2 * hour })
    await scheduler.run(hour)
    tell(3, { kind: 'PeerDeparted', peerId, reason: 'graceful', version })
    const { sessions } = store.sessionsPage({ networkKey: keyOf(NETWORK), limit: 10 })
    expect(sessions).toMatchObject([{ peerId, from: 8 * hour, to: 10 * hour }])
    session.end()
  })

  it('gives a restart a row and tells whoever counts, and a peer that restarts each second does not write one each', async () => {
    const heard: DiscoveryEvent['kind'][] = []
    const { scheduler, store, session } = rig({ onLogged: ({ event }) => void heard.push(event.kind) })
    session.follow(loneNode())
    const entry = { peerId: idOf('ann'), source: 'gossip', tags: [], addresses: [] } as const
    const start = (startedAt: number) => ({ ...entry, version: { startedAt, updatedAt: startedAt } })
    session.take(told(1, { kind: 'PeerDiscovered', ...start(1) }))
    session.take({ ...told(2, { kind: 'PeerUpdated', ...start(5000), changed: [] }), at: 700 })
    expect(heard).toEqual(['PeerDiscovered', 'PeerUpdated', 'PeerRestarted'])
    const rows = () => {
      session.flush()
      return store.eventsPage({ networkKey: keyOf(NETWORK), kinds: ['PeerRestarted'], limit: 1000 }).events
    }
    expect(rows()).toMatchObject([{ at: 700, event: { peerId: entry.peerId, startedAt: 5000, after: null } }])
    for (let second = 1; second < 500; second += 1) {
      await scheduler.run(1000)
      session.take(told(second + 2, { kind: 'PeerUpdated', ...start(5000 + second * 1000), changed: [] }))
    }
    expect(rows()).toHaveLength(10)
    expect(rows().reduce((sum, { times = 1 }) => sum + times, 0)).toBe(500)
    session.end()
    store.close()
  })

  it('looks through all peers ten times a second at most, however many dials fail', async () => {
    const { scheduler, store, view, session } = rig()
    session.follow(loneNode())
    const rows = vi.spyOn(view, 'rows')
    for (let index = 0; index < 500; index += 1)
      session.take(told(index + 1, { kind: 'DialFailed', target: `/ip4/127.0.0.1/tcp/${index}`, reason: 'refused' }))
    expect(rows).not.toHaveBeenCalled()
    await scheduler.run(100)
    expect(rows.mock.calls.length).toBeLessThanOrEqual(2)
    const { status } = view
    expect('problems' in status ? status.problems[0]?.target : null).toBe('/ip4/127.0.0.1/tcp/499')
    session.end()
    store.close()
  })

  it('gives a target that keeps failing one row, which is written and shown some seconds later, and at the end', async () => {
    const { scheduler, store, view, session } = rig()
    session.follow(loneNode())
    const dial = (seq: number, at: number, reason: string) =>
      session.take({ ...told(seq, { kind: 'DialFailed', target: 'x', reason }), at })
    const stored = () => store.eventsPage({ networkKey: keyOf(NETWORK), limit: 9 }).events
    // Each is told to whoever counts, with its own time.
    expect([dial(1, 10, 'a'), dial(2, 20, 'b'), dial(3, 30, 'c')]).toMatchObject(
      [10, 20, 30].map((at) => ({ seq: 1, at })),
    )
    expect(stored()).toMatchObject([{ seq: 1, at: 10, event: { reason: 'a' } }])
    await scheduler.run(REPEATS_MS)
    const row = { seq: 1, at: 10, event: { kind: 'DialFailed', target: 'x', reason: 'c' }, times: 3, lastAt: 30 }
    expect(stored()).toMatchObject([row])
    expect([10, 25, 30].map((at) => stored().map((logged) => eventAsOf(logged, at)))).toMatchObject([
      [{ at: 10, event: { reason: 'a' } }],
      [{ at: 10, event: { reason: 'b' }, times: 2, lastAt: 20 }],
      [row],
    ])
    const abort = new AbortController()
    const first = await view.subscribe(abort.signal).next()
    expect(first.value).toMatchObject({ events: [row] })
    dial(4, 40, 'd')
    session.end()
    expect(stored()).toMatchObject([{ times: 4, lastAt: 40 }])
    dial(5, 50, 'e')
    expect(stored()).toMatchObject([{ times: 5, lastAt: 50 }])
    abort.abort()
    store.close()
  })

  it('stores few links at once, and many in turns, to the end also when it is left meanwhile', async () => {
    const { scheduler, store, view, session } = rig()
    const link = (n: number): Edge => {
      return { a: idOf(`p${n % 50}`), b: idOf(`p${n}`), kind: 'connection', saidBy: idOf(`p${n % 50}`), at: 0 }
    }
    const stored = (): number[] => store.topologies(keyOf(NETWORK)).map(({ edgeCount }) => edgeCount)
    session.follow(loneNode())
    for (let n = 50; n < 60; n += 1) view.putEdge(link(n))
    await scheduler.run(FIRST_LINKS_MS)
    expect(stored()).toEqual([10])
    for (let n = 60; n < 7050; n += 1) view.putEdge(link(n))
    const turns = countTurns()
    session.end()
    expect(stored()).toEqual([10])
    await session.stored
    turns.stop()
    expect(stored()).toEqual([10, 7000])
    // 3000 links or 2000 peers at a time.
    expect(turns.count).toBeGreaterThanOrEqual(6)
    const [, last] = store.topologies(keyOf(NETWORK))
    expect(store.topology(keyOf(NETWORK), last?.id ?? 0)?.edges).toEqual([...view.edges()])
    store.close()
  })

  it('stores the first links as soon as there are any, and those of other islands when they are told', async () => {
    const { scheduler, store, view, session } = rig()
    session.follow(loneNode())
    const stored = (): number[] => store.topologies(keyOf(NETWORK)).map(({ edgeCount }) => edgeCount)
    await scheduler.run(FIRST_LINKS_MS + 5000)
    const meet = (seq: number, one: string, other: string): void => {
      for (const name of [one, other]) session.take(toldAt(`put ${name} 1`, seq))
      const [a, b] = [idOf(one), idOf(other)]
      view.putEdge({ a, b, kind: 'connection', saidBy: a, at: scheduler.now })
    }
    meet(1, 'ann', 'bob')
    await scheduler.run(2000)
    expect(stored()).toEqual([1])
    meet(3, 'cid', 'dan')
    await scheduler.run(240_000)
    expect(stored()).toEqual([1, 2])
    session.end()
    store.close()
  })

  it('gives the links up that are not stored yet when the store is closed', async () => {
    const { store, view, session } = rig()
    session.follow(loneNode())
    for (let n = 0; n < 4000; n += 1)
      view.putEdge({ a: idOf('a'), b: idOf(`p${n}`), kind: 'connection', saidBy: idOf('a'), at: 0 })
    session.end()
    store.close()
    await expect(session.stored).resolves.toBeDefined()
  })

  it('takes over many peers that come at once in parts, with turns for others between them, and counts them at the end', async () => {
    const { scheduler, store, view, session, turns } = rig()
    session.follow(loneNode())
    const looks = vi.spyOn(view, 'setStatus')
    const { waiting } = scheduler
    for (let index = 0; index < 500; index += 1) session.take(toldAt(`put peer-${index} 1`, index))
    expect([states(view), scheduler.waiting - waiting]).toEqual([{}, 1])
    const parts: number[] = []
    turns.after = () => parts.push(states(view)['online'] ?? 0)
    await scheduler.run(110)
    expect([...new Set(parts)]).toEqual([0, 200, 400, 500])
    expect(store.peers(keyOf(NETWORK))).toHaveLength(500)
    expect(looks).toHaveBeenCalledTimes(1)
    const { status } = view
    expect('peers' in status ? status.peers : null).toBe(500)
    session.end()
    store.close()
  })

  it('gives each event its place in the log, with the time at which it was told', () => {
    const { store, session } = rig()
    const logged = ['put ann 1', 'discovered ann 1', 'up ann'].map((words, index) =>
      session.take(toldAt(words, 5.7 + index)),
    )
    expect(logged.map((one) => (one === null ? null : [one.event.kind, one.at]))).toEqual([
      null,
      ['PeerDiscovered', 6],
      ['NeighborUp', 7],
    ])
    expect(store.eventsPage({ networkKey: keyOf(NETWORK), limit: 10 }).events).toEqual([logged[2], logged[1]])
    store.close()
  })

  it('shows peers that come before the node is online, and leaves the status to its host until then', async () => {
    const { scheduler, store, view, session } = rig()
    session.take(toldAt('put ann 1', 1))
    await scheduler.run(100)
    expect([states(view), view.status.state]).toEqual([{ online: 1 }, 'none'])
    session.follow(loneNode())
    // The node says that it knows nobody: what was told before does not count.
    expect([states(view), view.status.state]).toEqual([{}, 'alone'])
    session.end()
    store.close()
  })

  it('keeps the last picture once it has ended, and logs what is still told', async () => {
    const { scheduler, store, view, session } = rig()
    session.follow(loneNode())
    session.take(toldAt('put ann 1', 1))
    session.end()
    expect(states(view)).toEqual({ online: 1 })
    const late = ['put ben 1', 'remove ann', 'departed ann graceful', 'dial failed ben', 'left']
    const logged = late.map((words, index) => session.take(toldAt(words, 10 + index))?.event.kind ?? null)
    expect(logged).toEqual([null, null, 'PeerDeparted', 'DialFailed', 'NetworkLeft'])
    await scheduler.run(5000)
    expect(states(view)).toEqual({ online: 1 })
    expect([store.peer(keyOf(NETWORK), idOf('ann'))?.state, store.peer(keyOf(NETWORK), idOf('ben'))]).toEqual([
      'departed',
      null,
    ])
    store.close()
  })

  it('logs when we lose the network, and when we are back', async () => {
    const { scheduler, store, view, session } = rig()
    const node = loneNode()
    const health = node.discovery.health()
    const [asked, shown] = [vi.spyOn(node.discovery, 'health'), vi.spyOn(view, 'setStatus')]
    session.follow(node)
    const told = (): unknown[] =>
      store
        .eventsPage({ networkKey: keyOf(NETWORK), kinds: LOSS_KINDS, limit: 10 })
        .events.map(({ at, event }) => [at, event])
        .toReversed()
    await scheduler.run(2000)
    expect(told()).toEqual([])
    // The node is asked once how it is for all that is shown.
    expect(asked.mock.calls.length).toBe(shown.mock.calls.length)
    Object.assign(health, { state: 'online', neighbors: 1 })
    await scheduler.run(2000)
    Object.assign(health, { state: 'lost', neighbors: 0, lastHeardAt: 3500, judgedAt: 4000 })
    await scheduler.run(1000)
    const loss = { at: 5000, judgedAt: 4000, heardAt: 3500, purgeAfterMs: 300_000 }
    expect([told(), session.status()]).toMatchObject([[], { state: 'lost', loss }])
    await scheduler.run(9000)
    Object.assign(health, { state: 'online', neighbors: 1 })
    await scheduler.run(6000)
    expect(session.status()).toMatchObject({ state: 'online', loss: null })
    expect(told()).toEqual([
      [10_000, { kind: 'NetworkLost', heardAt: 3500, since: 5000, judgedAt: 4000, purgeAfterMs: 300_000 }],
      [20_000, { kind: 'NetworkBack', since: 15_000 }],
    ])
    // A node that stops while it is lost has not come back.
    Object.assign(health, { state: 'lost', neighbors: 0 })
    await scheduler.run(6000)
    Object.assign(health, { state: 'stopped' })
    await scheduler.run(6000)
    expect(told().at(-1)).toMatchObject([expect.any(Number), { kind: 'NetworkLost' }])
    session.end()
    store.close()
  })

  it('shows since when a peer is known also after it came back, and since when it is back', async () => {
    const { scheduler, store, view, session } = rig()
    session.follow(loneNode())
    const since = (): unknown => view.row(idOf('ann'))?.firstSeen
    const backAt = (): unknown => view.row(idOf('ann'))?.backAt
    session.take(toldAt('put ann 1', 1))
    await scheduler.run(200)
    const first = since()
    expect(backAt()).toBeUndefined()
    session.take(toldAt('departed ann graceful', 2))
    session.take(toldAt('remove ann', 3))
    await scheduler.run(5000)
    expect(view.row(idOf('ann'))?.state).toBe('departed')
    const again = toldAt('put ann 3', 4)
    session.take(again.kind === 'put' ? { ...again, peer: { ...again.peer, firstSeen: 5000 } } : again)
    await scheduler.run(200)
    expect(view.row(idOf('ann'))?.state).toBe('online')
    expect([typeof first, since(), backAt()]).toEqual(['number', first, 5000])
    session.end()
    store.close()
  })

  it('says of a demo that ended by itself that its network failed, not that we left it', async () => {
    for (const lost of [new Error('the demo swarm ended (SIGTERM)'), null]) {
      const { store, session } = rig({
        demo: true,
        swarm: { lost: Promise.resolve(lost), look: () => undefined, story: () => null },
      })
      session.follow(loneNode())
      await Promise.resolve()
      session.end()
      session.take(toldAt('left x', 5))
      const [{ event } = {}] = store.eventsPage({ networkKey: keyOf(NETWORK), limit: 1 }).events
      expect(event).toEqual(
        lost === null
          ? { kind: 'NetworkLeft', networkId: NETWORK }
          : { kind: 'NetworkFailed', networkId: NETWORK, reason: 'the demo swarm ended (SIGTERM)' },
      )
      store.close()
    }
  })

  it('leaves no timer, whatever waits when it ends', async () => {
    const { scheduler, store, session } = rig()
    session.follow(loneNode())
    await scheduler.run(0)
    session.take(toldAt('put ann 1', 1))
    session.end()
    session.take(toldAt('departed ann graceful', 2))
    store.close()
    expect(scheduler.waiting).toBe(0)
  })

  it('keeps how late our own event loop was, from when the node is online until the end', async () => {
    const measured = [4, 260.5, 8]
    const calls: string[] = []
    const delays = {
      start: () => void calls.push('start'),
      worst: () => measured.shift() ?? -1,
      soFar: () => 0,
      stop: () => void calls.push('stop'),
    }
    const { scheduler, store, session } = rig({ delays })
    await scheduler.run(1000)
    expect(calls).toEqual([])
    session.follow(loneNode())
    await scheduler.run(33_000)
    session.end()
    session.end()
    const kept: LoopDelay[] = []
    const fold = () => ({ delay: (one: LoopDelay) => void kept.push(one), result: () => null })
    finished(store.delaySteps({ networkKey: keyOf(NETWORK), from: 0, to: 1e6 }, fold))
    expect(kept).toEqual([
      { at: 16_000, ms: 4 },
      { at: 31_000, ms: 260.5 },
      { at: 34_000, ms: 8 },
    ])
    store.close()
    expect([calls, scheduler.waiting]).toEqual([['start', 'stop'], 0])
  })

  it.each([
    [false, []],
    [true, undefined],
  ])('keeps whom a node had to do with for the next run, but not of a demo: %o', (demo, kept) => {
    const { store, session } = rig({ demo })
    session.follow(loneNode())
    session.end()
    expect(store.getSetting(`contacts:${NETWORK}`)).toEqual(kept)
    store.close()
  })

  it('shows what is stored by pages, and stops between two of them when the network is left', async () => {
    const { store, view, session } = rig()
    for (let index = 0; index < 450; index += 1) store.putPeer(keyOf(NETWORK), peerOf(`peer ${index}`))
    const pages = vi.spyOn(view, 'addRows')
    const known = await session.load(new AbortController().signal)
    // As many as a warm start dials, and one more: one of them may be ourselves.
    expect(known).toHaveLength(PLACES + 1)
    expect([...view.rows()].every(({ state }) => state === 'stored')).toBe(true)
    expect(pages.mock.calls.map(([rows]) => rows.length)).toEqual([200, 200, 50])
    const stop = new AbortController()
    pages.mockImplementationOnce(() => stop.abort(new Error('left')))
    await expect(session.load(stop.signal)).rejects.toThrow('left')
    expect(pages).toHaveBeenCalledTimes(4)
    store.close()
  })
})
