import { expect, it } from 'vitest'
import { peerscope } from '../../../src/main/discovery/dialects/peerscope/peerscope.ts'
import type { OpenNode } from '../../../src/main/monitor/open-node.ts'
import { Session } from '../../../src/main/monitor/session.ts'
import { View } from '../../../src/main/monitor/view.ts'
import { openStore } from '../../../src/main/store/store.ts'
import { Scheduler } from '../../sim/scheduler.ts'
import { idOf, NETWORK } from '../../support/discovery/entries.ts'
import { keyOf } from '../../support/networks.ts'
import { toldAt } from './session-table.ts'

/** A session whose node knows nobody, and is how the test says. */
function rig() {
  const scheduler = new Scheduler()
  const schedule = (delayMs: number, fn: () => void) => scheduler.schedule(delayMs, fn)
  const clock = { now: () => scheduler.now, monotonic: () => scheduler.now, schedule }
  const store = openStore({ path: ':memory:', now: () => scheduler.now, schedule })
  const view = new View(clock, store.status())
  const network = { kind: 'peerscope', id: NETWORK, name: 'n' } as const
  const session = new Session({
    network,
    bootstrap: [],
    view,
    store,
    clock,
    demo: false,
    uptimeMs: () => scheduler.now,
  })
  const health = { state: 'alone', neighbors: 0, connections: 0, lastHeardAt: null, judgedAt: 0 }
  const discovery = {
    neighbors: () => [],
    connectedPeers: () => [],
    connections: () => [],
    catalog: () => ({ seq: 0, peers: new Map() }),
    health: () => health,
    bootstrap: () => ({ warm: { state: 'none', places: 0 } }),
    onChange: () => () => undefined,
  }
  session.follow({ discovery, dialect: peerscope, peerId: idOf('me'), addresses: () => [] } as unknown as OpenNode)
  return { scheduler, store, view, session, health }
}

it('tells who is purged while we have lost the network as lost with it, in log, view, catalog and presences alike', async () => {
  const { scheduler, store, view, session, health } = rig()
  const key = keyOf(NETWORK)
  const version = { startedAt: 1, updatedAt: 1 }
  const names = ['ann', 'bob'] as const
  for (const [index, name] of names.entries()) {
    session.take(toldAt(`put ${name} 1`, 2 * index + 1))
    const event = { source: 'gossip', version, tags: [], addresses: [] } as const
    session.take({
      kind: 'event',
      seq: 2 * index + 2,
      at: 0,
      event: { kind: 'PeerDiscovered', peerId: idOf(name), ...event },
    })
  }
  await scheduler.run(2000)
  session.take(toldAt('departed ann purged', 6))
  Object.assign(health, { state: 'lost', neighbors: 0 })
  await scheduler.run(2000)
  session.take(toldAt('departed bob purged', 7))
  const { events } = store.eventsPage({ networkKey: key, kinds: ['PeerDeparted', 'NetworkLost'], limit: 10 })
  // The loss is told before, though it did not last yet.
  expect(events.toReversed().map(({ event }) => ('reason' in event ? event.reason : event.kind))).toEqual([
    'purged',
    'NetworkLost',
    'lost',
  ])
  expect(names.map((name) => view.row(idOf(name))?.state)).toEqual(['purged', 'lost'])
  expect(names.map((name) => store.peer(key, idOf(name))?.departureReason)).toEqual(['purged', 'lost'])
  const { sessions } = store.sessionsPage({ networkKey: key, limit: 10 })
  expect(new Set(sessions.map(({ peerId, reason }) => `${peerId} ${reason}`))).toEqual(
    new Set([`${idOf('ann')} purged`, `${idOf('bob')} lost`]),
  )
  // Once we are back, the status says who is not.
  const notKnown = () => {
    const status = session.status()
    return 'notKnown' in status ? status.notKnown : undefined
  }
  expect(notKnown()).toBeNull()
  Object.assign(health, { state: 'online', neighbors: 1 })
  await scheduler.run(8000)
  expect(notKnown()).toMatchObject({ count: 1, lostAt: 2100 })
  session.end()
  store.close()
})
