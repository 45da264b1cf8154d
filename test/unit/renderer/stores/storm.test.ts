/** The engine's view and the window's store together, while much happens. */
import { expect, it } from 'vitest'
import { View } from '../../../../src/main/monitor/view.ts'
import { createPeerStore } from '../../../../src/renderer/src/stores/peer-store.ts'
import type { PeerStore } from '../../../../src/renderer/src/stores/peer-store.ts'
import type { Edge, PeerRow, PeerState } from '../../../../src/shared/peer.ts'
import { Scheduler } from '../../../sim/scheduler.ts'
import { fakeStatus, peerIdAt, peerRow, randomFrom } from '../../../support/renderer/fake-network.ts'

const PEERS = 60
const STEPS = 400
const STATES: readonly PeerState[] = ['online', 'online', 'online', 'departed', 'purged', 'stored']

/** Lets everything run that waits for nothing but its turn. */
const settled = () => new Promise((resolve) => setImmediate(resolve))

function rig(seed: number) {
  const scheduler = new Scheduler()
  const clock = {
    now: () => scheduler.now,
    monotonic: () => scheduler.now,
    schedule: (delayMs: number, fn: () => void) => scheduler.schedule(delayMs, fn),
  }
  const view = new View(clock, { state: 'ok', reason: '', path: null })
  const random = randomFrom(seed)
  const any = (): number => Math.floor(random() * PEERS)
  const edgeOf = (a: number, b: number): Edge => ({
    a: peerIdAt(a),
    b: peerIdAt(b),
    kind: a % 2 === 0 ? 'neighbor' : 'connection',
    saidBy: peerIdAt(a),
    at: scheduler.now,
  })
  /** One thing that happens. */
  const happen = (): void => {
    const what = random()
    if (what < 0.5)
      view.putRow(
        peerRow(any(), { state: STATES[Math.floor(random() * STATES.length)] ?? 'online', lastSeen: scheduler.now }),
      )
    else if (what < 0.6) view.removeRow(peerIdAt(any()))
    else if (what < 0.8) view.putEdge(edgeOf(any(), any()))
    else if (what < 0.9) view.removeEdge([...view.edges()][any()] ?? edgeOf(0, 1))
    else view.setStatus(fakeStatus(any(), scheduler.now))
  }
  /** A window that is opened now. */
  const open = (): { readonly store: PeerStore; readonly close: () => void; readonly refused: () => number } => {
    const store = createPeerStore()
    const ending = new AbortController()
    let refused = 0
    void (async () => {
      for await (const message of view.subscribe(ending.signal)) if (!store.apply(message)) refused += 1
    })()
    return { store, close: () => ending.abort(), refused: () => refused }
  }
  return { view, scheduler, random, happen, open }
}

/** All that a window shows, in an order of its own. */
function pictureOf({ getState }: PeerStore): unknown {
  const { peers, edges, ids, counts, status, store } = getState()
  const byKey = (a: readonly [string, unknown], b: readonly [string, unknown]): number => (a[0] < b[0] ? -1 : 1)
  return {
    peers: [...peers].toSorted(byKey),
    edges: [...edges].toSorted(byKey),
    ids: ids.toSorted(),
    counts,
    status,
    store,
  }
}

it.each([1, 2, 3, 4, 5])(
  'a window that is loaded again in a storm shows what one shows that never was: seed %i',
  async (seed) => {
    const { view, scheduler, random, happen, open } = rig(seed)
    const steady = open()
    let reloaded = open()
    for (let step = 0; step < STEPS; step++) {
      happen()
      if (random() < 0.5) {
        await scheduler.run(Math.floor(random() * 120))
      }
      // In the middle of whatever is on its way.
      if (random() < 0.03) {
        reloaded.close()
        reloaded = open()
      }
    }
    await scheduler.run(1000)
    await settled()
    expect([steady.refused(), reloaded.refused()]).toEqual([0, 0])
    expect(pictureOf(reloaded.store)).toEqual(pictureOf(steady.store))

    // And what the engine holds.
    const rows: PeerRow[] = [...view.rows()]
    expect(rows.length).toBeGreaterThan(10)
    expect([...steady.store.getState().peers.values()].toSorted(byId)).toEqual(rows.toSorted(byId))
    expect(new Set(steady.store.getState().edges.values())).toEqual(new Set(view.edges()))
    steady.close()
    reloaded.close()
  },
)

function byId(a: PeerRow, b: PeerRow): number {
  return a.peerId < b.peerId ? -1 : 1
}
