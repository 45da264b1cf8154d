import type { RecentNetwork } from '../../shared/contract.ts'
import { peerOf } from '../../shared/events.ts'
import type { LoggedEvent } from '../../shared/events.ts'
import type { NetworkId, PeerId } from '../../shared/ids.ts'
import type {
  EventsAfterQuery,
  EventsQuery,
  PeerNote,
  RttSample,
  StoredPeer,
  TopologySnapshot,
  VersionRecord,
} from './types.ts'
import { VERSIONS_KEPT } from './writer.ts'
import type { SessionWrite, Write } from './writes.ts'

/** Most records that wait while the file cannot be written; beyond that the oldest log records are dropped. */
export const MAX_PENDING = 20_000
/** Most peers that wait while the file cannot be written. */
export const MAX_PENDING_PEERS = 60_000
/** How many are dropped at once. */
export const DROPPED_AT_ONCE = 1000

type LogWrite = Exclude<Write, { kind: 'peer' }>

/**
 * What is to be written, and reads over it: while the file cannot be written this is the memory of the store. Several
 * states of one peer are one. Peers come first in a batch, whose records do not depend on each other's order; what
 * does (forgetting a network and joining it again) keeps its order.
 */
export class Pending {
  /** By network and peer; the longest waiting first. */
  readonly #peers = new Map<string, Extract<Write, { kind: 'peer' }>>()
  #log: LogWrite[] = []
  #dropped = 0

  get size(): number {
    return this.#peers.size + this.#log.length
  }

  /** How many records were given up since the start. */
  get dropped(): number {
    return this.#dropped
  }

  add(write: Write): void {
    if (write.kind === 'peer') this.#addPeer(write.networkId, write.peer)
    else {
      if (write.kind === 'forget') this.#removeNetwork(write.networkId)
      this.#log.push(write)
    }
    this.#bound()
  }

  /** All, in an order in which they can be written. */
  *writes(): Iterable<Write> {
    const forgets = this.#log.filter((write) => write.kind === 'forget')
    yield* forgets
    yield* this.#peers.values()
    for (const write of this.#log) if (write.kind !== 'forget') yield write
  }

  clear(): void {
    this.#peers.clear()
    this.#log = []
  }

  /** The secret that waits; null to remove it; undefined when nothing waits. */
  secret(): Uint8Array | null | undefined {
    return this.#log.findLast((write) => write.kind === 'secret')?.secret
  }

  /** The JSON that waits for the key; null to remove it; undefined when nothing waits. */
  setting(key: string): string | null | undefined {
    const write = this.#log.findLast(
      (write): write is Extract<LogWrite, { kind: 'setting' }> => write.kind === 'setting' && write.key === key,
    )
    return write?.json
  }

  /** Whether rows in the file belong to a network that was forgotten since. */
  forgotten(networkId: NetworkId): boolean {
    return this.#log.some((write) => write.kind === 'forget' && write.networkId === networkId)
  }

  /** The networks of the file with what waits. */
  networks(stored: readonly RecentNetwork[]): RecentNetwork[] {
    const result = new Map(stored.map((network) => [network.id, network]))
    for (const write of this.#log) {
      if (write.kind === 'forget') result.delete(write.networkId)
      if (write.kind !== 'network') continue
      const { id, name, bootstrap, tags, at } = write.network
      const known = result.get(id)
      result.set(id, {
        id,
        name: name ?? known?.name ?? null,
        lastJoinedAt: at,
        bootstrap,
        tags,
        knownPeers: known?.knownPeers ?? 0,
      })
    }
    return [...result.values()]
  }

  peer(networkId: NetworkId, peerId: PeerId): StoredPeer | null {
    return this.#peers.get(`${networkId} ${peerId}`)?.peer ?? null
  }

  peers(networkId: NetworkId): StoredPeer[] {
    const result = []
    for (const write of this.#peers.values()) if (write.networkId === networkId) result.push(write.peer)
    return result
  }

  /** The versions of the file with what waits, newest first; of two records of one version the first one. */
  versions(networkId: NetworkId, peerId: PeerId, stored: readonly VersionRecord[]): VersionRecord[] {
    const result = new Map<string, VersionRecord>()
    const waiting = this.#of('version', networkId, peerId).map(({ record }) => record)
    for (const record of [...stored, ...waiting]) {
      const key = `${record.version.startedAt} ${record.version.updatedAt}`
      if (!result.has(key)) result.set(key, record)
    }
    return [...result.values()].sort(newestFirst).slice(0, VERSIONS_KEPT)
  }

  /** The samples of the file with what waits, newest last; of two samples of one moment the second one. */
  rtts(networkId: NetworkId, peerId: PeerId, stored: readonly RttSample[]): RttSample[] {
    const waiting = this.#of('rtt', networkId, peerId).map(({ sample }) => sample)
    const result = new Map([...stored, ...waiting].map((sample) => [sample.at, sample]))
    return [...result.values()].sort((a, b) => a.at - b.at)
  }

  /** All that match, newest first. */
  events(query: EventsQuery): LoggedEvent[] {
    const result = []
    for (const write of this.#log) {
      if (write.kind === 'event' && write.networkId === query.networkId && matches(write.event, query)) {
        result.push(write.event)
      }
    }
    return result.reverse()
  }

  /** All events of the network, oldest first. */
  log(networkId: NetworkId): LoggedEvent[] {
    return this.#log.flatMap((write) => (write.kind === 'event' && write.networkId === networkId ? write.event : []))
  }

  /** All that match, oldest first. */
  eventsAfter({ networkId, after = 0, from = -Infinity, to = Infinity }: EventsAfterQuery): LoggedEvent[] {
    return this.log(networkId).filter(({ seq, at }) => seq > after && at >= from && at <= to)
  }

  /** In the order in which they came. */
  sessions(networkId: NetworkId): SessionWrite[] {
    return this.#log.filter(
      (write): write is SessionWrite =>
        'networkId' in write &&
        write.networkId === networkId &&
        (write.kind === 'session-started' || write.kind === 'session-ended' || write.kind === 'sessions-closed'),
    )
  }

  /** What waits for the peer; null to remove it; undefined when nothing waits. */
  note(networkId: NetworkId, peerId: PeerId): PeerNote | null | undefined {
    return this.#of('note', networkId, peerId).at(-1)?.note
  }

  /** The notes of the file with what waits. */
  notes(networkId: NetworkId, stored: ReadonlyMap<PeerId, PeerNote>): Map<PeerId, PeerNote> {
    const result = new Map(stored)
    for (const write of this.#log) {
      if (write.kind !== 'note' || write.networkId !== networkId) continue
      if (write.note === null) result.delete(write.peerId)
      else result.set(write.peerId, write.note)
    }
    return result
  }

  /** In the order in which they came. */
  topologies(networkId: NetworkId): { readonly id: number; readonly snapshot: TopologySnapshot }[] {
    return this.#log.flatMap((write) => (write.kind === 'topology' && write.networkId === networkId ? write : []))
  }

  /** In the order in which they came. */
  #of<Kind extends 'version' | 'rtt' | 'note'>(
    kind: Kind,
    networkId: NetworkId,
    peerId: PeerId,
  ): Extract<LogWrite, { kind: Kind }>[] {
    return this.#log.filter(
      (write): write is Extract<LogWrite, { kind: Kind }> =>
        write.kind === kind && 'peerId' in write && write.networkId === networkId && write.peerId === peerId,
    )
  }

  #addPeer(networkId: NetworkId, peer: StoredPeer): void {
    const key = `${networkId} ${peer.peerId}`
    const before = this.#peers.get(key)
    const firstSeen = Math.min(peer.firstSeen, before?.peer.firstSeen ?? peer.firstSeen)
    this.#peers.set(key, {
      kind: 'peer',
      networkId,
      peer: firstSeen === peer.firstSeen ? peer : { ...peer, firstSeen },
    })
  }

  #removeNetwork(networkId: NetworkId): void {
    for (const [key, write] of this.#peers) if (write.networkId === networkId) this.#peers.delete(key)
    this.#log = this.#log.filter((write) => networkOf(write) !== networkId)
  }

  #bound(): void {
    if (this.#peers.size > MAX_PENDING_PEERS) {
      let left = DROPPED_AT_ONCE
      for (const key of this.#peers.keys()) {
        if (left-- === 0) break
        this.#peers.delete(key)
      }
      this.#dropped += DROPPED_AT_ONCE
    }
    if (this.#log.length > MAX_PENDING) {
      let left = DROPPED_AT_ONCE
      const before = this.#log.length
      // Identity, settings and networks are few and precious: they stay.
      this.#log = this.#log.filter((write) => !isHistory(write) || left-- <= 0)
      this.#dropped += before - this.#log.length
    }
  }
}

const HISTORY: ReadonlySet<LogWrite['kind']> = new Set<LogWrite['kind']>([
  'event',
  'rtt',
  'version',
  'session-started',
  'session-ended',
  'sessions-closed',
  'topology',
])

function isHistory(write: LogWrite): boolean {
  return HISTORY.has(write.kind)
}

function newestFirst({ version: a }: VersionRecord, { version: b }: VersionRecord): number {
  return b.startedAt - a.startedAt || b.updatedAt - a.updatedAt
}

function networkOf(write: LogWrite): NetworkId | null {
  if (write.kind === 'network') return write.network.id
  return 'networkId' in write ? write.networkId : null
}

function matches({ seq, event }: LoggedEvent, query: EventsQuery): boolean {
  return (
    (query.before === undefined || seq < query.before) &&
    (query.kinds === undefined || query.kinds.includes(event.kind)) &&
    (query.peerId === undefined || peerOf(event) === query.peerId)
  )
}
