import { expect, it } from 'vitest'
import type { DiscoveryEvent } from '../../../src/shared/events.ts'
import { idOf } from '../../support/discovery/entries.ts'
import { DataFolder, NETWORK, NETWORK_ID, OTHER, OTHER_ID, START, peerOf } from './data-folder.ts'

const version = { startedAt: 1, updatedAt: 1 }

it('[schema 7] who was purged while we had lost the network did not go silent, in log, presences and catalog', () => {
  using data = new DataFolder()
  const before = data.open()
  const log = (second: number, event: DiscoveryEvent, key = NETWORK): void =>
    void before.append(key, START + second * 1000, event)
  const go = (second: number, name: string, reason: 'purged' | 'graceful' = 'purged'): void => {
    log(second, { kind: 'PeerDeparted', peerId: idOf(name), reason, version })
    before.sessionEnded(NETWORK, idOf(name), START + second * 1000, reason)
    const state = reason === 'purged' ? reason : 'departed'
    before.peerGone(NETWORK, idOf(name), state, reason)
  }
  const come = (second: number, name: string): void => {
    before.putPeer(NETWORK, peerOf(name))
    before.sessionStarted(NETWORK, idOf(name), START + second * 1000, version, 'gossip')
  }
  for (const id of [NETWORK_ID, OTHER_ID])
    before.networkJoined({ kind: 'peerscope', id, name: null, bootstrap: [], tags: [], at: START })
  log(0, { kind: 'NetworkJoined', peerId: idOf('me'), networkId: NETWORK_ID, addresses: [] })
  for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) come(1, name)
  go(5, 'a')
  // Purged since the loss began, which was told later.
  go(12, 'b')
  log(15, { kind: 'NetworkLost', heardAt: null, since: START + 10_000 })
  go(16, 'c')
  go(17, 'd', 'graceful')
  go(18, 'e')
  log(19, { kind: 'PeerDeparted', peerId: idOf('x'), reason: 'purged', version }, OTHER)
  log(20, { kind: 'NetworkBack', since: START + 19_000 })
  come(21, 'e')
  go(30, 'e')
  go(31, 'f')
  // A loss that goes on when we leave is over.
  log(40, { kind: 'NetworkLost', heardAt: null })
  go(41, 'g')
  log(42, { kind: 'NetworkLeft', networkId: NETWORK_ID })
  go(43, 'h')
  before.close()
  const raw = data.raw({ write: true })
  raw.exec('DROP INDEX journal_turns; ALTER TABLE journal DROP COLUMN turned; ALTER TABLE events DROP COLUMN earlier')
  raw.pragma('user_version = 6')
  // What a damaged file has is left as it is.
  raw.prepare("UPDATE events SET detail = '{' WHERE at = ?").run(START + 31_000)
  raw.close()

  const store = data.open()
  const events = store.eventsPage({ networkKey: NETWORK, kinds: ['PeerDeparted'], limit: 100 }).events.toReversed()
  expect(
    events.map(({ at, event }) => [(at - START) / 1000, event.kind === 'PeerDeparted' ? event.reason : null]),
  ).toEqual([
    [5, 'purged'],
    [12, 'lost'],
    [16, 'lost'],
    [17, 'graceful'],
    [18, 'lost'],
    [30, 'purged'],
    [41, 'lost'],
    [43, 'purged'],
  ])
  const sessions = store.sessionsPage({ networkKey: NETWORK, limit: 100 }).sessions
  const ends = sessions.map(({ to, reason }) => `${((to ?? 0) - START) / 1000} ${reason}`)
  expect(new Set(ends)).toEqual(
    new Set(['5 purged', '12 lost', '16 lost', '17 graceful', '18 lost', '30 purged', '31 purged', '41 lost']),
  )
  const peers = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => store.peer(NETWORK, idOf(name)))
  expect(peers.map((peer) => `${peer?.state} ${peer?.departureReason}`)).toEqual([
    'purged purged',
    'lost lost',
    'lost lost',
    'departed graceful',
    // It came back, and went silent when we could have heard it.
    'purged purged',
    'purged purged',
    'lost lost',
  ])
  // Another network lost nothing.
  const [other] = store.eventsPage({ networkKey: OTHER, kinds: ['PeerDeparted'], limit: 10 }).events
  expect(other?.event).toMatchObject({ reason: 'purged' })
  // Searched by what they are now.
  const found = store
    .search(NETWORK, 'lost', { limit: 100 })
    .events.filter(({ event }) => event.kind === 'PeerDeparted')
  expect(found).toHaveLength(4)
})

it('[schema 7] who was purged by a clock that was ahead, before a loss, went silent still', () => {
  using data = new DataFolder()
  const before = data.open()
  const log = (second: number, event: DiscoveryEvent): void => void before.append(NETWORK, START + second * 1000, event)
  const go = (second: number, name: string): void => {
    before.putPeer(NETWORK, peerOf(name))
    before.sessionStarted(NETWORK, idOf(name), START + (second - 1) * 1000, version, 'gossip')
    log(second, { kind: 'PeerDeparted', peerId: idOf(name), reason: 'purged', version })
    before.sessionEnded(NETWORK, idOf(name), START + second * 1000, 'purged')
    before.peerGone(NETWORK, idOf(name), 'purged', 'purged')
  }
  const joined: DiscoveryEvent = { kind: 'NetworkJoined', peerId: idOf('me'), networkId: NETWORK_ID, addresses: [] }
  before.networkJoined({ kind: 'peerscope', id: NETWORK_ID, name: null, bootstrap: [], tags: [], at: START })
  // An earlier run, minutes ahead of what the clock says later.
  log(250, joined)
  go(297, 'a')
  go(360, 'b')
  log(370, { kind: 'NetworkLeft', networkId: NETWORK_ID })
  log(200, joined)
  // In the run of the loss it was ahead as well, and was set right.
  go(400, 'c')
  log(300, { kind: 'NetworkLost', heardAt: null, since: START + 295_000 })
  log(310, { kind: 'NetworkBack', since: START + 305_000 })
  go(311, 'd')
  before.close()
  const raw = data.raw({ write: true })
  raw.exec('DROP INDEX journal_turns; ALTER TABLE journal DROP COLUMN turned; ALTER TABLE events DROP COLUMN earlier')
  raw.pragma('user_version = 6')
  raw.close()

  const store = data.open()
  const { events } = store.eventsPage({ networkKey: NETWORK, kinds: ['PeerDeparted'], limit: 10 })
  expect(events.map(({ event }) => 'reason' in event && event.reason)).toEqual(['purged', 'purged', 'purged', 'purged'])
  const { sessions } = store.sessionsPage({ networkKey: NETWORK, limit: 10 })
  expect(new Set(sessions.map(({ reason }) => reason))).toEqual(new Set(['purged']))
  const states = ['a', 'b', 'c', 'd'].map((name) => store.peer(NETWORK, idOf(name))?.state)
  expect(new Set(states)).toEqual(new Set(['purged']))
})
