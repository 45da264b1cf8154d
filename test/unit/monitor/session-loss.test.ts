import { expect, it } from 'vitest'
import { idOf, NETWORK } from '../../support/discovery/entries.ts'
import { keyOf } from '../../support/networks.ts'
import { toldAt } from './session-table.ts'
import { LONE, loneNode, rig } from './session-rig.ts'

it('tells who is purged while we have lost the network as lost with it, in log, view, catalog and presences alike', async () => {
  const { scheduler, store, view, session } = rig()
  const health = { ...LONE }
  session.follow(loneNode(health))
  const key = keyOf(NETWORK)
  const names = ['ann', 'bob'] as const
  const discovered = (seq: number, name: string, startedAt: number): void => {
    const entry = { peerId: idOf(name), source: 'gossip', version: { startedAt, updatedAt: startedAt } } as const
    const event = { kind: 'PeerDiscovered', ...entry, tags: [], addresses: [] } as const
    session.take({ kind: 'event', seq, at: 0, event })
  }
  for (const [index, name] of names.entries()) {
    session.take(toldAt(`put ${name} 1`, 2 * index + 1))
    discovered(2 * index + 2, name, 1)
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
  // Where they come back with a new start, the restart tells how they were gone as the log does.
  for (const [index, name] of names.entries()) discovered(index + 8, name, 5000)
  session.flush()
  const restarts = store.eventsPage({ networkKey: key, kinds: ['PeerRestarted'], limit: 10 }).events
  expect(restarts.toReversed().map(({ event }) => event)).toMatchObject([
    { peerId: idOf('ann'), after: 'purged' },
    { peerId: idOf('bob'), after: 'lost' },
  ])
  session.end()
  store.close()
})

it('is deserted, and not lost, once the last ones said goodbye', async () => {
  const { scheduler, store, view, session } = rig()
  const health = { ...LONE, state: 'online', neighbors: 1 }
  session.follow(loneNode(health))
  session.take(toldAt('put ann 1', 1))
  session.take(toldAt('up ann', 2))
  await scheduler.run(2000)
  session.take(toldAt('departed ann graceful', 3))
  await scheduler.run(500)
  Object.assign(health, { state: 'lost', neighbors: 0 })
  session.take(toldAt('down ann', 4))
  await scheduler.run(200)
  expect([session.status().state, view.status.state]).toEqual(['deserted', 'deserted'])
  await scheduler.run(20_000)
  expect(session.status()).toMatchObject({ state: 'deserted', loss: null, peers: 0 })
  expect(store.eventsPage({ networkKey: keyOf(NETWORK), kinds: ['NetworkLost'], limit: 1 }).events).toEqual([])
  session.end()
  store.close()
})
