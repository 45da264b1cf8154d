/** A data folder with much in it: all peers of the network, and a long history of them. */
import { join } from 'node:path'
import type { DiscoveryEvent } from '../../src/shared/events.ts'
import type { PeerId } from '../../src/shared/ids.ts'
import { networkIdFrom, peerIdOf } from '../../src/shared/ids.ts'
import type { Edge } from '../../src/shared/peer.ts'
import type { SignedPeerEntry } from '../../src/main/discovery/entry.ts'
import { DATABASE_FILE } from '../../src/main/store/data-dir.ts'
import { openStore } from '../../src/main/store/store.ts'
import type { Store } from '../../src/main/store/types.ts'
import { SeededRandom } from '../../test/sim/random.ts'
import { entryOf, NETWORK_NAME } from './entries.ts'
import { keyOf } from '../../test/support/networks.ts'

const NETWORK = networkIdFrom(NETWORK_NAME)
const DAY = 24 * 3_600_000
/** The history covers so much time. */
const SPAN_MS = 20 * DAY
/** Links of a kept topology. */
const EDGES = 30_000

/** Makes it, with history up to `end`, milliseconds since the epoch. */
export async function makeFixture(folder: string, peers: number, events: number, end: number): Promise<void> {
  let now = end - SPAN_MS
  const store = openStore({ path: join(folder, DATABASE_FILE), now: () => now })
  store.networkJoined({ kind: 'peerscope', id: NETWORK, name: NETWORK_NAME, bootstrap: [], tags: [], at: now })
  const self = peerIdOf(new Uint8Array(32))
  store.append(keyOf(NETWORK), now, { kind: 'NetworkJoined', peerId: self, networkId: NETWORK, addresses: [] })
  const random = new SeededRandom(1)
  const entries = Array.from({ length: peers }, (_, index) => entryOf(index, end - SPAN_MS + index))
  const present = new Set<number>()
  for (let n = 2; n <= events; n += 1) {
    now = end - SPAN_MS + Math.floor((SPAN_MS * n) / events)
    const peer = random.below(peers)
    const signed = entries[peer]
    if (signed !== undefined) one(store, { now, n, signed, choice: random.below(100), peer, present })
    if (n % 500 === 0) await new Promise((resolve) => setImmediate(resolve))
    if (n % 100_000 === 0) process.stderr.write(`filling: ${n} of ${events} events\n`)
  }
  for (const [peer, signed] of entries.entries()) if (!present.has(peer)) put(store, signed, now)
  const ids = entries.map(({ entry }) => entry.peerId)
  for (const age of [6, 3, 0])
    store.putTopology(keyOf(NETWORK), { at: end - age * DAY, edges: edges(ids, random, end - age * DAY) })
  store.flush()
  store.close()
}

interface Happening {
  readonly now: number
  readonly n: number
  readonly signed: SignedPeerEntry
  readonly choice: number
  readonly peer: number
  readonly present: Set<number>
}

function one(store: Store, { now, n, signed, choice, peer, present }: Happening): void {
  const { peerId, tags, addresses } = signed.entry
  const version = { startedAt: signed.entry.version.startedAt, updatedAt: now }
  const event = { peerId, source: 'gossip', version, tags, addresses } as const
  if (!present.has(peer)) {
    present.add(peer)
    store.append(keyOf(NETWORK), now, { kind: 'PeerDiscovered', ...event })
    put(store, signed, now)
    store.recordVersion(keyOf(NETWORK), peerId, { version, at: now, source: 'gossip' })
    store.sessionStarted(keyOf(NETWORK), peerId, now, version, 'gossip')
  } else if (choice < 85) {
    store.append(keyOf(NETWORK), now, { kind: 'PeerUpdated', ...event, changed: choice === 0 ? ['tags'] : [] })
    store.recordVersion(keyOf(NETWORK), peerId, { version, at: now, source: 'gossip' })
    if (choice < 20) store.recordRtt(keyOf(NETWORK), peerId, { at: now, ms: (n % 2000) / 10 })
  } else if (choice < 90) {
    present.delete(peer)
    store.append(keyOf(NETWORK), now, { kind: 'PeerDeparted', peerId, reason: 'purged', version })
    store.sessionEnded(keyOf(NETWORK), peerId, now, 'purged')
  } else store.append(keyOf(NETWORK), now, other(choice, peerId))
}

function other(choice: number, peerId: PeerId): DiscoveryEvent {
  if (choice < 95) return { kind: choice % 2 === 0 ? 'NeighborUp' : 'NeighborDown', peerId }
  return { kind: 'DialFailed', target: `/ip4/127.0.0.1/tcp/9/p2p/${peerId}`, reason: `timed out after ${choice} s` }
}

function put(store: Store, { entry, bytes, signature }: SignedPeerEntry, now: number): void {
  store.putPeer(keyOf(NETWORK), {
    peerId: entry.peerId,
    state: 'online',
    departureReason: null,
    protocolVersion: entry.protocolVersion,
    version: entry.version,
    addresses: entry.addresses,
    tags: entry.tags,
    streams: [],
    functions: [],
    groups: [],
    ticketCount: 0,
    source: 'gossip',
    firstSeen: now,
    lastSeen: now,
    rtt: { srtt: 20, rttvar: 1, last: 21, at: now },
    signed: { entry: bytes, signature },
  })
}

function edges(ids: readonly PeerId[], random: SeededRandom, at: number): Edge[] {
  return Array.from({ length: EDGES }, (_, index): Edge => {
    const a = ids[index % ids.length] ?? peerIdOf(new Uint8Array(32))
    const b = ids[random.below(ids.length)] ?? a
    return { a, b, kind: index % 3 === 0 ? 'neighbor' : 'connection', saidBy: a, at: at - random.below(60_000) }
  })
}
