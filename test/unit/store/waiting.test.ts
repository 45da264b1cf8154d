import { describe, expect, it } from 'vitest'
import type { Store } from '../../../src/main/store/types.ts'
import { idOf } from '../../support/discovery/entries.ts'
import { DataFolder, NETWORK, OTHER, START, finished, joinedOf, peerOf, slotOf } from './data-folder.ts'

const X = idOf('x')
const Y = idOf('y')
const VERSION = { startedAt: 1, updatedAt: 2 }
const NEWER = { startedAt: 1, updatedAt: 9 }

/** What is in the file before writing fails. */
function first(store: Store): void {
  store.networkJoined(joinedOf())
  store.append(NETWORK, START, { kind: 'NetworkJoined', peerId: idOf('self'), networkId: NETWORK, addresses: [] })
  store.putPeer(NETWORK, peerOf('x', { tags: ['early'] }))
  store.sessionStarted(NETWORK, X, START, VERSION, 'gossip')
  store.sessionStarted(NETWORK, idOf('gone'), START, VERSION, 'gossip')
  store.append(NETWORK, START + 1, { ...discovered(), peerId: X })
  store.setNote(NETWORK, X, { name: 'a', note: 'cellar' })
  store.setNote(NETWORK, idOf('gone'), { name: 'b', note: '' })
  store.putTopology(NETWORK, { at: START, edges: [] })
  store.flush()
}

/** What only waits. */
function second(store: Store): void {
  store.putPeer(NETWORK, peerOf('x', { tags: ['early'], ticketCount: 7 }))
  store.putPeer(NETWORK, peerOf('y', { tags: ['late'] }))
  store.sessionEnded(NETWORK, idOf('gone'), START + 5, 'purged')
  store.sessionStarted(NETWORK, Y, START + 6, VERSION, 'sync')
  store.recordVersion(NETWORK, Y, { version: NEWER, at: START + 7, source: 'gossip' })
  store.append(NETWORK, START + 8, { ...discovered(), peerId: Y })
  store.append(NETWORK, START + 9, { kind: 'PeerDeparted', peerId: X, reason: 'graceful', version: VERSION })
  store.sessionEnded(NETWORK, X, START + 9, 'graceful')
  store.sessionStarted(NETWORK, X, START + 10, NEWER, 'sync')
  store.append(OTHER, START + 11, slotOf(1))
  store.setNote(NETWORK, Y, { name: 'c', note: 'attic' })
  store.setNote(NETWORK, idOf('gone'), null)
  const edge = { a: X, b: Y, kind: 'holds', saidBy: X, at: START + 3 } as const
  store.putTopology(NETWORK, { at: START + 12, edges: [edge] })
}

function discovered() {
  return { kind: 'PeerDiscovered', source: 'sync', version: VERSION, tags: ['t'], addresses: [] } as const
}

/** Everything that reading gives, in an order that does not depend on where it is. */
function readAll(store: Store): object {
  const byId = <T extends { readonly peerId: string }>(list: readonly T[]): T[] =>
    list.toSorted((a, b) => (a.peerId < b.peerId ? -1 : 1))
  const sessions = []
  for (let before: number | undefined, more = true; more; before = sessions.at(-1)?.id) {
    const page = store.sessionsPage({ networkId: NETWORK, limit: 2, before })
    sessions.push(...page.sessions)
    more = page.more
  }
  const search = (text: string): object => {
    const { peers, events, more } = store.search(NETWORK, text, { limit: 10 })
    return { peers: peers.toSorted(), events, more }
  }
  return {
    peers: byId(store.peers(NETWORK)),
    page: byId(store.peersPage(NETWORK, null, 100).peers),
    after: store.eventsAfter({ networkId: NETWORK, after: 1, limit: 2 }),
    rest: store.eventsAfter({ networkId: NETWORK, from: START + 8, limit: 2 }),
    sessions,
    ofPeer: store.sessionsPage({ networkId: NETWORK, peerId: X, limit: 10 }),
    inSpan: store.sessionsPage({ networkId: NETWORK, from: START + 6, to: START + 7, limit: 10 }),
    catalogs: [0, 1, 8, 9, 99].map((after) => byId(finished(store.catalogAt(NETWORK, START + after)))),
    notes: byId([...store.notes(NETWORK)].map(([peerId, note]) => ({ peerId, ...note }))),
    note: [X, Y, idOf('gone')].map((peerId) => store.note(NETWORK, peerId)),
    topologies: store.topologies(NETWORK),
    edges: store.topology(NETWORK, 2),
    found: ['early', 'late', 'attic', 'cellar', 'departed', 'peerdisc', X].map(search),
  }
}

describe('while the file cannot be written', () => {
  it('everything reads as if it could', async () => {
    using data = new DataFolder()
    const good = data.open()
    first(good)
    second(good)
    const expected = readAll(good)
    good.close()

    using folder = new DataFolder()
    const store = folder.open()
    first(store)
    const other = folder.raw({ write: true })
    other.exec('BEGIN IMMEDIATE')
    store.append(OTHER, START, slotOf(0))
    await folder.scheduler.run(250)
    expect(store.status().state).toBe('memory-only')
    const before = folder.value('SELECT count(*) FROM events')
    second(store)
    expect(stripped(readAll(store))).toEqual(stripped(expected))
    expect(folder.value('SELECT count(*) FROM events')).toBe(before)
    other.exec('ROLLBACK')
    await folder.scheduler.run(31_000)
    expect(store.status().state).toBe('ok')
    expect(stripped(readAll(store))).toEqual(stripped(expected))
  })

  it('sessions of an earlier run are closed, and a forgotten network has nothing', async () => {
    using data = new DataFolder()
    const store = data.open()
    first(store)
    const other = data.raw({ write: true })
    other.exec('BEGIN IMMEDIATE')
    store.networkJoined(joinedOf({ at: START + 50 }))
    expect(store.status().state).toBe('memory-only')
    const reasons = store.sessionsPage({ networkId: NETWORK, limit: 9 }).sessions.map(({ to, reason }) => [to, reason])
    expect(reasons).toEqual([
      [START + 1, 'unknown'],
      [START + 1, 'unknown'],
    ])
    store.forgetNetwork(NETWORK)
    expect(store.sessionsPage({ networkId: NETWORK, limit: 9 }).sessions).toEqual([])
    expect(store.peersPage(NETWORK, null, 9)).toEqual({ peers: [], next: null })
    expect(store.eventsAfter({ networkId: NETWORK, limit: 9 }).events).toEqual([])
    expect(finished(store.catalogAt(NETWORK, START + 1))).toEqual([])
    expect(store.search(NETWORK, 'early', { limit: 9 }).peers).toEqual([])
    expect([store.notes(NETWORK).size, store.topologies(NETWORK), store.topology(NETWORK, 1)]).toEqual([0, [], null])
    store.append(NETWORK, START + 60, { ...discovered(), peerId: Y })
    expect(finished(store.catalogAt(NETWORK, START + 60))).toHaveLength(1)
    store.close()
    other.exec('ROLLBACK')
  })
})

/** Without the numbers of the log, which differ by one. */
function stripped(content: object): unknown {
  return JSON.parse(JSON.stringify(content, (key, value: unknown) => (key === 'seq' ? undefined : value)))
}
