import type { Snapshot, NetworkStatus, PeerDetail } from '../../../src/shared/contract.ts'
import type { DiscoveryEvent, LoggedEvent } from '../../../src/shared/events.ts'
import { networkIdFrom, peerIdOf, uniqueIdFrom } from '../../../src/shared/ids.ts'
import type { PeerId } from '../../../src/shared/ids.ts'
import { ABILITIES } from '../../../src/shared/network-kind.ts'
import type { Edge, PeerRow, PeerState, Source } from '../../../src/shared/peer.ts'

/** Numbers from 0 to 1, always the same for a seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A peer id that belongs to a number. */
export function peerIdAt(index: number): PeerId {
  const random = randomFrom(index + 1)
  return peerIdOf(Uint8Array.from({ length: 32 }, () => Math.floor(random() * 256)))
}

/** A plain online peer; `given` changes what a test is about. */
export function peerRow(index: number, given: Partial<PeerRow> = {}): PeerRow {
  return {
    peerId: peerIdAt(index),
    self: false,
    state: 'online',
    signed: true,
    protocolVersion: '1.0.0',
    version: { startedAt: 1_000_000, updatedAt: 1_000_000 + index },
    addresses: [`/ip4/10.0.${index >> 8}.${index & 255}/tcp/4001`],
    tags: [],
    streams: [],
    functions: [],
    groups: [],
    ticketCount: 0,
    neighbor: false,
    connected: false,
    source: 'gossip',
    firstSeen: 1_000_000,
    lastSeen: 1_000_000 + index,
    rtt: null,
    ...given,
  }
}

const STATES: readonly [PeerState, ...PeerState[]] = ['departed', 'purged', 'stored']
const SOURCES: readonly [Source, ...Source[]] = ['gossip', 'sync', 'ping', 'dht']
const ROLES: readonly [string, ...string[]] = ['role:validator', 'role:relay', 'role:archive', 'role:light']
const REGIONS: readonly [string, ...string[]] = ['region:eu-north', 'region:us-east', 'region:ap-south']

/** A fabricated network of `size` peers with ourselves as peer 0, as it looks at `now`. */
export function fakeSnapshot(size: number, now: number, seed = 7): Snapshot {
  const random = randomFrom(seed)
  const pick = <T>(from: readonly [T, ...T[]]): T => from[Math.floor(random() * from.length)] ?? from[0]
  const peers = Array.from({ length: size }, (_, index) => {
    const gone = index > 8 && random() < 0.08
    const startedAt = now - Math.floor(random() * 86_400_000 * 3)
    const srtt = 4 + random() ** 3 * 420
    return peerRow(index, {
      self: index === 0,
      state: gone ? pick(STATES) : 'online',
      neighbor: index > 0 && index <= Math.min(6, size - 1),
      connected: index > 0 && index <= Math.min(9, size - 1),
      version: { startedAt, updatedAt: now - Math.floor(random() * 45_000) },
      tags: [pick(ROLES), pick(REGIONS)].sort(),
      streams: index % 5 === 0 ? [uniqueIdFrom('blocks')] : [],
      groups: index % 7 === 0 ? [uniqueIdFrom('shard-1')] : [],
      ticketCount: index % 6 === 0 ? 1 : 0,
      source: index === 0 ? 'self' : pick(SOURCES),
      firstSeen: startedAt,
      lastSeen: now - Math.floor(random() * 40_000),
      rtt: index === 0 || gone || random() < 0.1 ? null : { srtt, rttvar: srtt / 5, last: srtt, at: now },
    })
  })
  const edges: Edge[] = []
  for (let index = 1; index < size; index++) {
    for (let link = 0; link < 1 + random() * 2.4; link++) {
      const hub = Math.floor(random() ** 3 * index)
      // Our own links we see ourselves.
      const [a, b] = hub === 0 ? [peerIdAt(0), peerIdAt(index)] : [peerIdAt(index), peerIdAt(hub)]
      if (a !== b) edges.push({ a, b, kind: random() < 0.5 ? 'neighbor' : 'connection', saidBy: a, at: now - 5000 })
    }
  }
  const events = Array.from({ length: 160 }, (_, index) =>
    fakeEvent(
      400 - index,
      now - Math.floor(index * 2600 + random() * 2000),
      peerIdAt(Math.floor(random() * size)),
      random,
    ),
  )
  return {
    type: 'snapshot',
    alerts: [],
    rules: [],
    names: [],
    seq: 1,
    status: fakeStatus(size - 1, now),
    store: { state: 'ok', reason: '', path: '/home/user/.local/share/peerscope' },
    peers,
    edges,
    events,
  }
}

/** A status as it is when joined. */
export function fakeStatus(
  peers: number,
  now: number,
  state: 'alone' | 'online' | 'lost' | 'deserted' = peers === 0 ? 'alone' : 'online',
): Extract<NetworkStatus, { neighbors: number }> {
  return {
    state,
    network: { kind: 'peerscope', id: networkIdFrom('mosaic-main'), name: 'mosaic-main' },
    self: peerIdAt(0),
    abilities: ABILITIES.peerscope,
    relay: null,
    addresses: [`/ip4/192.168.1.20/tcp/4001/p2p/${peerIdAt(0)}`, `/ip4/127.0.0.1/tcp/4001/p2p/${peerIdAt(0)}`],
    neighbors: Math.min(6, peers),
    connections: Math.min(9, peers),
    peers,
    lastHeardAt: now,
    loss: state === 'lost' ? { at: now, judgedAt: now, heardAt: now, purgeAfterMs: 300_000 } : null,
    notKnown: null,
    suspectedClockSkewMs: null,
    clocksCompared: 0,
    identityClash: null,
    joinedAt: now - 600_000,
    trying: peers === 0 ? ['dialing /ip4/10.0.0.7/tcp/4001', 'listening for peers on this LAN'] : [],
    problems: peers === 0 ? [{ target: '/ip4/10.0.0.7/tcp/4001', reason: 'connection refused', at: now - 4000 }] : [],
    demo: false,
    story: null,
  }
}

/** Some event about a peer. */
export function fakeEvent(seq: number, at: number, peerId: PeerId, random: () => number): LoggedEvent {
  const version = { startedAt: at - 900_000, updatedAt: at - 301_000 }
  const more = { peerId, source: 'gossip', version, tags: [], addresses: [] } as const
  const kinds: readonly DiscoveryEvent[] = [
    { kind: 'PeerDiscovered', ...more },
    { kind: 'PeerUpdated', ...more, changed: [] },
    { kind: 'PeerUpdated', ...more, changed: ['tags'] },
    { kind: 'PeerDeparted', peerId, reason: 'graceful', version },
    { kind: 'PeerDeparted', peerId, reason: 'purged', version },
    { kind: 'NeighborUp', peerId },
    { kind: 'NeighborDown', peerId },
    { kind: 'SyncCompleted', peerId, received: 12, sent: 3, bytes: 8200, durationMs: 84 },
    { kind: 'SyncFailed', peerId, reason: 'the peer closed the stream', retryInMs: 4000 },
    { kind: 'DialFailed', target: '/ip4/10.0.0.7/tcp/4001', reason: 'connection refused' },
    { kind: 'EntryRejected', peerId, reason: 'Outdated', source: 'sync', detail: '' },
  ]
  return { seq, at, event: kinds[Math.floor(random() * kinds.length)] ?? { kind: 'NeighborUp', peerId } }
}

/** Everything of a peer, fabricated. */
export function fakeDetail(row: PeerRow, now: number): PeerDetail {
  const random = randomFrom(row.lastSeen & 0xffff)
  const base = row.rtt?.srtt ?? 30
  return {
    row,
    raw: { entry: '0a0b0c0d'.repeat(60), signature: 'f00dcafe'.repeat(16) },
    decoded: {
      protocolVersion: row.protocolVersion,
      networkId: fakeStatus(1, now).network.id,
      version: row.version,
      peerId: row.peerId,
      publicKey: 'c0ffee00'.repeat(8),
      addresses: row.addresses,
      tags: row.tags,
      streams: row.streams,
      functions: row.functions,
      groups: row.groups,
      tickets: row.ticketCount,
    },
    checkedAt: row.self ? null : row.lastSeen,
    learnedBy: null,
    gone: row.state === 'departed' ? { at: row.lastSeen, reason: 'graceful' } : null,
    tickets: Array.from({ length: row.ticketCount }, (_, index) => {
      const data = index % 2 === 0 ? new TextEncoder().encode(fakeToken(now)) : new Uint8Array(320).fill(0xab)
      return {
        id: uniqueIdFrom(`ticket ${index}`),
        class: uniqueIdFrom('class'),
        bytes: data.length,
        dataHex: Array.from(data, (byte) => byte.toString(16).padStart(2, '0')).join(''),
      }
    }),
    clockDrift: -320,
    restarts: 2,
    versions: Array.from({ length: 5 }, (_, index) => ({
      version: { startedAt: row.version.startedAt, updatedAt: row.version.updatedAt - index * 45_000 },
      at: now - index * 45_000,
      source: row.source,
    })),
    rttSamples: Array.from({ length: 60 }, (_, index) => ({
      at: now - (60 - index) * 30_000,
      ms: base * (0.8 + random() * 0.4 + (index > 44 && index < 50 ? 0.9 : 0)),
      gap: false,
    })),
  }
}

/** A JSON Web Token that is valid for two hours from `now`. */
function fakeToken(now: number): string {
  const part = (value: object): string =>
    btoa(JSON.stringify(value)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
  const seconds = Math.floor(now / 1000)
  const claims = { iss: 'peerscope', sub: 'invitation', exp: seconds + 7200, iat: seconds }
  return `${part({ alg: 'EdDSA', typ: 'JWT' })}.${part(claims)}.c2lnbmF0dXJl`
}
