import { describe, expect, it, vi } from 'vitest'
import type { OpenNode } from '../../../src/main/monitor/open-node.ts'
import { PLACES } from '../../../src/main/discovery/bootstrap/known-places.ts'
import type { Edge } from '../../../src/shared/peer.ts'
import { FIRST_LINKS_MS, Session } from '../../../src/main/monitor/session.ts'
import { View } from '../../../src/main/monitor/view.ts'
import { openStore } from '../../../src/main/store/store.ts'
import { NETWORK, idOf } from '../../support/discovery/entries.ts'
import { Scheduler } from '../../sim/scheduler.ts'
import { countTurns } from '../../support/turns.ts'
import { peerOf } from '../store/data-folder.ts'

function rig() {
  const scheduler = new Scheduler()
  const schedule = (delayMs: number, fn: () => void) => scheduler.schedule(delayMs, fn)
  const clock = { now: () => scheduler.now, monotonic: () => scheduler.now, schedule }
  const store = openStore({ path: ':memory:', now: () => scheduler.now, schedule })
  const view = new View(clock, store.status())
  const session = new Session({ network: { id: NETWORK, name: 'n' }, bootstrap: [], view, store, clock, demo: false })
  return { scheduler, store, view, session }
}

/** A node that knows nobody. */
function loneNode(): OpenNode {
  const health = { state: 'alone', neighbors: 0, connections: 0, lastHeardAt: null }
  const discovery = {
    neighbors: () => [],
    connectedPeers: () => [],
    connections: () => [],
    catalog: () => ({ seq: 0, peers: new Map() }),
    changesSince: (seq: number) => ({ kind: 'changes', changes: [], seq }),
    health: () => health,
    bootstrap: () => ({ warm: { state: 'none', places: 0 } }),
    onChange: () => () => undefined,
  }
  return { discovery, peerId: idOf('me'), addresses: () => [] } as unknown as OpenNode
}

describe('a session', () => {
  it('looks through all peers ten times a second at most, however many dials fail', async () => {
    const { scheduler, store, view, session } = rig()
    session.follow(loneNode())
    const rows = vi.spyOn(view, 'rows')
    for (let index = 0; index < 500; index += 1)
      session.record({ kind: 'DialFailed', target: `/ip4/127.0.0.1/tcp/${index}`, reason: 'refused' }, scheduler.now)
    expect(rows).not.toHaveBeenCalled()
    await scheduler.run(100)
    expect(rows.mock.calls.length).toBeLessThanOrEqual(2)
    const { status } = view
    expect('problems' in status ? status.problems[0]?.target : null).toBe('/ip4/127.0.0.1/tcp/499')
    session.end()
    store.close()
  })

  it('stores few links at once, and many in turns, to the end also when it is left meanwhile', async () => {
    const { scheduler, store, view, session } = rig()
    const link = (n: number): Edge => {
      return { a: idOf(`p${n % 50}`), b: idOf(`p${n}`), kind: 'connection', saidBy: idOf(`p${n % 50}`), at: 0 }
    }
    const stored = (): number[] => store.topologies(NETWORK).map(({ edgeCount }) => edgeCount)
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
    const [, last] = store.topologies(NETWORK)
    expect(store.topology(NETWORK, last?.id ?? 0)?.edges).toEqual([...view.edges()])
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

  it('shows what is stored by pages, and stops between two of them when the network is left', async () => {
    const { store, view, session } = rig()
    for (let index = 0; index < 450; index += 1) store.putPeer(NETWORK, peerOf(`peer ${index}`))
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
