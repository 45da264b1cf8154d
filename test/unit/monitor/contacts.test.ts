import { afterEach, describe, expect, it } from 'vitest'
import type { PeerId } from '../../../src/shared/ids.ts'
import { networkIdFrom, peerIdOf } from '../../../src/shared/ids.ts'
import type { ContactStore } from '../../../src/main/monitor/contacts.ts'
import { Contacts, forgetContacts, NOWHERE, readContacts, storedPlaces } from '../../../src/main/monitor/contacts.ts'
import type { StoredPeer } from '../../../src/main/store/types.ts'
import type { Discovery } from '../../../src/main/discovery/handle.ts'
import { signedOf } from '../../support/discovery/entries.ts'
import type { SimNode } from '../../sim/network.ts'
import { SimNetwork } from '../../sim/network.ts'
import { SeededRandom } from '../../sim/random.ts'
import { keyOf } from '../../support/networks.ts'

const random = new SeededRandom(3)
const someone = (): PeerId => peerIdOf(random.bytes(32))

/** Settings as the store keeps them: JSON. */
function settings(): ContactStore & { readonly kept: Map<string, string>; writes: number } {
  const kept = new Map<string, string>()
  const store = {
    kept,
    writes: 0,
    getSetting: (key: string): unknown => {
      const text = kept.get(key)
      return text === undefined ? undefined : (JSON.parse(text) as unknown)
    },
    setSetting: (key: string, value: unknown): void => {
      store.writes += 1
      if (value === undefined) kept.delete(key)
      else kept.set(key, JSON.stringify(value))
    },
  }
  return store
}

let network: SimNetwork
afterEach(async () => await network.stop())

/** A node whose contacts are kept in `store`. */
async function follow(store: ContactStore, bootstrap: readonly SimNode[] = []): Promise<[SimNode, Contacts]> {
  const node = await network.start({ bootstrap })
  const contacts = new Contacts(store, keyOf(network.networkId), node.host.ports.clock)
  node.discovery.onEvent((event) => contacts.record(event))
  contacts.follow(node.discovery)
  return [node, contacts]
}

describe('what a run keeps for the next one', () => {
  it('[BS1] is who was connected: where, since when, for how long', async () => {
    network = new SimNetwork({ seed: 1 })
    const store = settings()
    const other = await network.start()
    const [node, contacts] = await follow(store, [other])
    await network.run(60_000)
    const before = readContacts(store, keyOf(network.networkId))
    expect(before).toMatchObject([
      { peerId: other.peerId, addresses: [other.host.address], connected: true, failures: 0, departed: false },
    ])
    await network.run(3_600_000)
    contacts.end()
    const [after] = readContacts(store, keyOf(network.networkId))
    expect(after?.presentMs).toBeGreaterThan(3_600_000)
    expect(after?.seenAt).toBe(node.host.ports.clock.now())
    // An hour of peers that come and go costs two writes a minute at most.
    expect(store.writes).toBeLessThan(130)
  })

  it('[BS1] counts dials that failed, until one does not; and notes a goodbye', async () => {
    network = new SimNetwork({ seed: 2 })
    const store = settings()
    const other = await network.start()
    const [node, contacts] = await follow(store, [other])
    await network.run(10_000)
    network.crash(other)
    await network.run(1000)
    const [place] = contacts.places()
    const dialed = node.discovery.dial([{ peerId: other.peerId, addresses: place?.addresses ?? [] }])
    await network.run(11_000)
    await dialed
    const failures = contacts.places()[0]?.failures
    expect(failures).toBeGreaterThan(0)
    contacts.record({ kind: 'DialFailed', target: `/p2p/${other.peerId}`, reason: 'it rests', notDialed: 'rests' })
    expect(contacts.places()[0]?.failures).toBe(failures)
    const again = await network.start({ secret: other.host.secret, bootstrap: [node] })
    await network.run(10_000)
    expect(contacts.places()).toMatchObject([{ peerId: other.peerId, failures: 0 }])
    await network.leave(again)
    await network.run(1000)
    expect(contacts.places()).toMatchObject([{ peerId: other.peerId, departed: true }])
    contacts.end()
    expect(readContacts(store, keyOf(network.networkId))).toMatchObject([{ departed: true }])
  })

  it('[BS1] is 128 peers at most, and nothing of a node that never came online', async () => {
    network = new SimNetwork({ seed: 3 })
    const store = settings()
    const many = Array.from({ length: 300 }, (_, index) => ({
      peerId: someone(),
      addresses: ['/ip4/192.0.2.7/tcp/1'],
      seenAt: index,
      connected: true,
      failures: 0,
      presentMs: 0,
      departed: false,
    }))
    store.setSetting(`contacts:${network.networkId}`, many)
    const [, contacts] = await follow(store)
    expect(contacts.places()).toHaveLength(128)
    contacts.end()
    expect(readContacts(store, keyOf(network.networkId))).toHaveLength(128)
    const offline = new Contacts(NOWHERE, keyOf(network.networkId), network.world.addHost().ports.clock)
    offline.end()
    const { writes } = store
    new Contacts(store, keyOf(network.networkId), network.world.addHost().ports.clock).end()
    expect(store.writes).toBe(writes)
  })

  it('[BS1] has the address that worked first, and none of an incoming connection', () => {
    network = new SimNetwork({ seed: 6 })
    const ADDRESSES = ['/ip4/192.0.2.1/tcp/1', '/ip4/192.0.2.2/tcp/1']
    const entries = [signedOf('ann', { addresses: ADDRESSES }), signedOf('bob', { addresses: ADDRESSES })]
    const [ann, bob] = entries.map(({ entry }) => entry.peerId)
    if (ann === undefined || bob === undefined) throw new Error('no peers')
    const open = { remoteAddress: '/ip4/192.0.2.2/tcp/1', openedAt: 0 }
    const came = { remoteAddress: '/ip4/192.0.2.3/tcp/50000', openedAt: 0 }
    let [looks, changed]: [number, () => void] = [0, () => undefined]
    const discovery = {
      // One that is no peer of the network, and stays one, is among them.
      connectedPeers: () => [ann, bob, someone()],
      connections: () => {
        looks += 1
        return [
          { peerId: ann, direction: 'outbound', ...open },
          { peerId: bob, direction: 'inbound', ...came },
        ]
      },
      get: (peerId: PeerId) =>
        entries.map(({ entry }) => ({ entry })).find(({ entry }) => entry.peerId === peerId) ?? null,
      onChange: (listener: () => void) => {
        changed = listener
        return () => undefined
      },
    }
    const at = (_ms: number, fn: () => void) => (fn(), () => undefined)
    const clock = { now: () => 1, monotonic: () => 1, schedule: at }
    const contacts = new Contacts(NOWHERE, keyOf(network.networkId), clock)
    contacts.follow(discovery as unknown as Discovery)
    expect(contacts.places().map(({ addresses }) => addresses)).toEqual([ADDRESSES.toReversed(), ADDRESSES])
    // What changes mostly is no connection, and they are not looked at for it.
    changed()
    expect(looks).toBe(1)
    // Who was removed by the user is not among them; who was purged is.
    const version = { startedAt: 1, updatedAt: 1 }
    contacts.record({ kind: 'PeerDeparted', peerId: ann, reason: 'removed', version })
    contacts.record({ kind: 'PeerDeparted', peerId: bob, reason: 'purged', version })
    expect(contacts.places()).toMatchObject([{ peerId: bob, departed: false }])
  })

  it('what cannot be read is nothing, and a network that is forgotten takes its contacts along', () => {
    network = new SimNetwork({ seed: 4 })
    const store = settings()
    const key = `contacts:${network.networkId}`
    for (const wrong of ['text', 7, null, {}, [null, 1, {}, { peerId: 'x' }]]) {
      store.setSetting(key, wrong)
      expect(readContacts(store, keyOf(network.networkId))).toEqual([])
    }
    forgetContacts(store, keyOf(network.networkId))
    expect(store.kept.size).toBe(0)
  })
})

describe('known places', () => {
  const stored = (change: Partial<StoredPeer> = {}): StoredPeer => ({
    peerId: someone(),
    state: 'online',
    departureReason: null,
    protocolVersion: '1.0.0',
    version: { startedAt: 1000, updatedAt: 2000 },
    addresses: ['/ip4/192.0.2.8/tcp/1'],
    tags: [],
    streams: [],
    functions: [],
    groups: [],
    ticketCount: 0,
    source: 'gossip',
    firstSeen: 500,
    lastSeen: 9000,
    rtt: null,
    signed: null,
    ...change,
  })

  it('[BS1] are contacts, the address that worked first, and peers that only the catalog knew', () => {
    network = new SimNetwork({ seed: 5 })
    const [met, heard, removed] = [stored(), stored({ state: 'departed' }), stored({ state: 'removed' })]
    const contact = (peerId: PeerId) => ({
      peerId,
      addresses: ['/ip4/192.0.2.9/tcp/2'],
      seenAt: 8000,
      connected: true,
      failures: 2,
      presentMs: 60_000,
      departed: false,
    })
    const places = storedPlaces(
      stores([contact(met.peerId), contact(removed.peerId)], [[met], [heard, removed]]),
      keyOf(networkIdFrom('a')),
      10_000,
    )
    expect(places).toEqual([
      { ...contact(met.peerId), addresses: ['/ip4/192.0.2.9/tcp/2', '/ip4/192.0.2.8/tcp/1'], seenAt: 9000 },
      {
        peerId: heard.peerId,
        addresses: ['/ip4/192.0.2.8/tcp/1'],
        seenAt: 9000,
        connected: false,
        failures: 0,
        presentMs: 8000,
        departed: true,
      },
    ])
  })

  it('[BS1] are the most promising of all pages, however many peers are stored', () => {
    network = new SimNetwork({ seed: 5 })
    let read = 0
    const pages = Array.from({ length: 20 }, () => Array.from({ length: 50 }, () => stored()))
    const best = stored({ lastSeen: 9999 })
    pages[3]?.push(best)
    const store = stores([], pages, () => (read += 1))
    const places = storedPlaces(store, keyOf(networkIdFrom('a')), 10_000)
    expect(read).toBe(20)
    expect(places.length).toBeLessThanOrEqual(65)
    expect(places.map(({ peerId }) => peerId)).toContain(best.peerId)
  })
})

/** A store with contacts, and pages of peers. */
function stores(contacts: readonly unknown[], pages: readonly (readonly StoredPeer[])[], onRead = (): unknown => null) {
  return {
    getSetting: () => contacts,
    peersPage: (_networkId: unknown, after: number | null) => {
      onRead()
      const at = after ?? 0
      return { peers: [...(pages[at] ?? [])], next: at + 1 < pages.length ? at + 1 : null }
    },
  }
}
