import type { RecentNetwork } from '../../shared/contract.ts'
import type { EventKind, LoggedEvent } from '../../shared/events.ts'
import type { NetworkId, PeerId } from '../../shared/ids.ts'
import type { Pending } from './pending.ts'
import type { Reader } from './reader.ts'
import { Matcher } from './search.ts'
import type { SearchFound, SearchValues } from './search.ts'
import { inSpan, WaitingSessions } from './sessions.ts'
import type {
  EventsAfterQuery,
  EventsPage,
  EventsQuery,
  PastPeer,
  PeerNote,
  PeersPage,
  RttSample,
  SearchOptions,
  SearchResult,
  SessionsPage,
  SessionsQuery,
  StoredPeer,
  StoreReader,
  StoreStats,
  TopologyInfo,
  TopologySnapshot,
  VersionRecord,
} from './types.ts'

/** Peers read at once. */
const PEERS_PAGE = 500
/** Most records of a page. */
const MAX_PAGE = 1000

/** All reads of a store but those that have a life of their own. */
export type StoreReads = Omit<StoreReader, 'backup' | 'close'>

/**
 * What is in the file, with what waits to be written over it: usually nothing, since reading writes first; much while
 * the file cannot be written. Throws what SQLite throws.
 */
export class Reads implements Omit<StoreReads, 'topology' | 'stats'> {
  readonly #reader: Reader
  readonly #pending: Pending

  constructor(reader: Reader, pending: Pending) {
    this.#reader = reader
    this.#pending = pending
  }

  secret(): Uint8Array | null {
    const waiting = this.#pending.secret()
    return waiting === undefined ? this.#reader.secret() : waiting
  }

  getSetting(key: string): unknown {
    const json = this.#pending.setting(key)
    if (json === null) return undefined
    return json === undefined ? this.#reader.setting(key) : JSON.parse(json)
  }

  recentNetworks(): RecentNetwork[] {
    return this.#pending.networks(this.#reader.networks()).sort((a, b) => b.lastJoinedAt - a.lastJoinedAt)
  }

  peersPage(networkId: NetworkId, after: number | null, limit: number): PeersPage {
    const page = this.#forgotten(networkId)
      ? { peers: [], next: null }
      : this.#reader.peersPage(networkId, after, bounded(limit))
    const waiting = this.#pending.peers(networkId)
    if (waiting.length === 0) return page
    const peers = page.peers.map((peer) => over(peer, this.#pending.peer(networkId, peer.peerId)))
    // Those that the file does not have stand on the last page, however many they are.
    if (page.next === null) peers.push(...waiting.filter(({ peerId }) => this.#stored(networkId, peerId) === null))
    return { peers, next: page.next }
  }

  peers(networkId: NetworkId): StoredPeer[] {
    const result: StoredPeer[] = []
    let after: number | null = null
    do {
      const page = this.peersPage(networkId, after, PEERS_PAGE)
      result.push(...page.peers)
      after = page.next
    } while (after !== null)
    return result
  }

  peer(networkId: NetworkId, peerId: PeerId): StoredPeer | null {
    const stored = this.#stored(networkId, peerId)
    const pending = this.#pending.peer(networkId, peerId)
    return stored === null ? pending : over(stored, pending)
  }

  versionsOf(networkId: NetworkId, peerId: PeerId): VersionRecord[] {
    const stored = this.#forgotten(networkId) ? [] : this.#reader.versions(networkId, peerId)
    return this.#pending.versions(networkId, peerId, stored)
  }

  rttSamplesOf(networkId: NetworkId, peerId: PeerId): RttSample[] {
    const stored = this.#forgotten(networkId) ? [] : this.#reader.rtts(networkId, peerId)
    return this.#pending.rtts(networkId, peerId, stored)
  }

  eventsPage(query: EventsQuery): EventsPage {
    const limit = bounded(query.limit)
    const pending = this.#pending.events(query)
    if (pending.length > limit) return { events: pending.slice(0, limit), more: true }
    if (this.#forgotten(query.networkId)) return { events: pending, more: false }
    // With nothing left to show, one row still tells whether there are more.
    const rest = this.#reader.log.page({ ...query, limit: Math.max(1, limit - pending.length) })
    const events = [...pending, ...rest.events]
    return { events: events.slice(0, limit), more: rest.more || events.length > limit }
  }

  eventsAfter(query: EventsAfterQuery): EventsPage {
    const limit = bounded(query.limit)
    const page = this.#forgotten(query.networkId)
      ? { events: [], more: false }
      : this.#reader.log.after({ ...query, limit })
    if (page.more) return page
    const events = [...page.events, ...this.#pending.eventsAfter(query)]
    return { events: events.slice(0, limit), more: events.length > limit }
  }

  sessionsPage(query: SessionsQuery): SessionsPage {
    const limit = bounded(query.limit)
    const { networkId } = query
    const waiting = new WaitingSessions(this.#pending.sessions(networkId), (peerId) => {
      return this.#pending.versions(networkId, peerId, [])[0]?.version ?? null
    })
    const first = waiting.page(query)
    if (first.length > limit) return { sessions: first.slice(0, limit), more: true }
    if (this.#forgotten(networkId)) return { sessions: first, more: false }
    const sessions = [...first]
    let before = waiting.has(query.before) ? undefined : query.before
    for (let more = true; more && sessions.length <= limit;) {
      const rest = this.#reader.sessions.page({ ...query, before, limit })
      // What has ended since may be out of the span now.
      sessions.push(
        ...rest.sessions.map((session) => waiting.over(session)).filter((session) => inSpan(session, query)),
      )
      before = rest.sessions.at(-1)?.id
      more = rest.more
    }
    return { sessions: sessions.slice(0, limit), more: sessions.length > limit }
  }

  catalogAt(networkId: NetworkId, at: number): Generator<void, PastPeer[]> {
    return this.#reader.past.at(this.#forgotten(networkId) ? null : networkId, at, this.#pending.log(networkId))
  }

  firstEventAt(networkId: NetworkId): number | null {
    return this.eventsAfter({ networkId, limit: 1 }).events[0]?.at ?? null
  }

  lastSeqAt(networkId: NetworkId, at: number): number {
    const waiting = this.#pending.log(networkId).findLast((event) => event.at <= at)
    if (waiting !== undefined) return waiting.seq
    const network = this.#forgotten(networkId) ? null : this.#reader.numbers.network(networkId)
    return network === null ? 0 : (this.#reader.log.lastAt(network, at)?.seq ?? 0)
  }

  eventCounts(networkId: NetworkId, after: number, until: number): ReadonlyMap<EventKind, number> {
    const network = this.#forgotten(networkId) ? null : this.#reader.numbers.network(networkId)
    const stored = network === null ? [] : this.#reader.log.counts(network, after, until)
    const counts = new Map(stored as Iterable<[EventKind, number]>)
    for (const { seq, event } of this.#pending.log(networkId))
      if (seq > after && seq <= until) counts.set(event.kind, (counts.get(event.kind) ?? 0) + 1)
    return counts
  }

  /** When the newest event of the network was, milliseconds since the epoch; null without events. */
  lastEventAt(networkId: NetworkId): number | null {
    const pending = this.#pending.log(networkId).at(-1)?.at
    if (pending !== undefined) return pending
    const network = this.#forgotten(networkId) ? null : this.#reader.numbers.network(networkId)
    return network === null ? null : (this.#reader.log.lastAt(network, Number.MAX_SAFE_INTEGER)?.at ?? null)
  }

  note(networkId: NetworkId, peerId: PeerId): PeerNote | null {
    const pending = this.#pending.note(networkId, peerId)
    if (pending !== undefined) return pending
    return this.#forgotten(networkId) ? null : this.#reader.note(networkId, peerId)
  }

  notes(networkId: NetworkId): ReadonlyMap<PeerId, PeerNote> {
    const stored = this.#forgotten(networkId) ? new Map<PeerId, PeerNote>() : this.#reader.notes(networkId)
    return this.#pending.notes(networkId, stored)
  }

  topologies(networkId: NetworkId): TopologyInfo[] {
    const stored = this.#forgotten(networkId) ? [] : this.#reader.topologies.list(networkId)
    const waiting = this.#pending.topologies(networkId)
    return [...stored, ...waiting.map(({ id, snapshot: { at, edges } }) => ({ id, at, edgeCount: edges.length }))]
  }

  *topologySteps(networkId: NetworkId, id: number): Generator<void, TopologySnapshot | null> {
    const waiting = this.#pending.topologies(networkId).find((one) => one.id === id)
    if (waiting !== undefined) return waiting.snapshot
    return this.#forgotten(networkId) ? null : yield* this.#reader.topologies.snapshot(networkId, id)
  }

  /** What a search looks for in the file; null where nothing of it can be there. */
  searchValues(networkId: NetworkId, text: string, options: SearchOptions): SearchValues | null {
    if (this.#forgotten(networkId)) return null
    return this.#reader.search.values(networkId, text, { ...options, limit: bounded(options.limit) })
  }

  /** @param found where the file was searched already */
  search(networkId: NetworkId, text: string, options: SearchOptions, found: SearchFound | null = null): SearchResult {
    const limit = bounded(options.limit)
    const stored = this.#reader.search.find(this.searchValues(networkId, text, options), found)
    if (this.#pending.size === 0) return stored
    const matcher = new Matcher(text)
    const events: LoggedEvent[] = [
      ...this.#pending.events({ networkId, before: options.before, limit }).filter(({ event }) => matcher.event(event)),
      ...stored.events,
    ]
    const peers = this.#pending
      .peers(networkId)
      .filter(({ peerId, tags }) => matcher.peer(peerId, tags, this.note(networkId, peerId)))
    return {
      peers:
        options.before === undefined
          ? [...new Set([...peers.map(({ peerId }) => peerId), ...stored.peers])].slice(0, limit)
          : [],
      events: events.slice(0, limit),
      more: stored.more || events.length > limit,
    }
  }

  statsSteps(networkId: NetworkId | null): Generator<void, StoreStats> {
    return this.#reader.stats.stats(networkId)
  }

  /** Whether rows in the file belong to a network that was forgotten since. */
  #forgotten(networkId: NetworkId): boolean {
    return this.#pending.forgotten(networkId)
  }

  #stored(networkId: NetworkId, peerId: PeerId): StoredPeer | null {
    return this.#forgotten(networkId) ? null : this.#reader.peer(networkId, peerId)
  }
}

/**
 * The reads of a store, each through `read`, which decides what they read and what becomes of errors.
 * @param glance for what a row or two tell, with what waits to be written over them: writing first would cost far more
 */
export function offerReads(
  read: <T>(what: (reads: Reads) => T) => T,
  glance: <T>(what: (reads: Reads) => T) => T = read,
): StoreReads {
  return {
    getSetting: (key) => glance((reads) => reads.getSetting(key)),
    recentNetworks: () => read((reads) => reads.recentNetworks()),
    peersPage: (networkId, after, limit) => read((reads) => reads.peersPage(networkId, after, limit)),
    peers: (networkId) => read((reads) => reads.peers(networkId)),
    peer: (networkId, peerId) => glance((reads) => reads.peer(networkId, peerId)),
    versionsOf: (networkId, peerId) => read((reads) => reads.versionsOf(networkId, peerId)),
    rttSamplesOf: (networkId, peerId) => read((reads) => reads.rttSamplesOf(networkId, peerId)),
    eventsPage: (query) => read((reads) => reads.eventsPage(query)),
    eventsAfter: (query) => read((reads) => reads.eventsAfter(query)),
    sessionsPage: (query) => read((reads) => reads.sessionsPage(query)),
    firstEventAt: (networkId) => read((reads) => reads.firstEventAt(networkId)),
    lastEventAt: (networkId) => read((reads) => reads.lastEventAt(networkId)),
    lastSeqAt: (networkId, at) => read((reads) => reads.lastSeqAt(networkId, at)),
    eventCounts: (networkId, after, until) => read((reads) => reads.eventCounts(networkId, after, until)),
    catalogAt: (networkId, at) => stepwise(read, (reads) => reads.catalogAt(networkId, at)),
    note: (networkId, peerId) => glance((reads) => reads.note(networkId, peerId)),
    notes: (networkId) => read((reads) => reads.notes(networkId)),
    topologies: (networkId) => read((reads) => reads.topologies(networkId)),
    topology: (networkId, id) => read((reads) => resultOf(reads.topologySteps(networkId, id))),
    topologySteps: (networkId, id) => stepwise(read, (reads) => reads.topologySteps(networkId, id)),
    search: (networkId, text, options) => read((reads) => reads.search(networkId, text, options)),
    stats: (networkId) => read((reads) => resultOf(reads.statsSteps(networkId))),
    statsSteps: (networkId) => stepwise(read, (reads) => reads.statsSteps(networkId)),
  }
}

/** All steps at once. */
function resultOf<T>(steps: Iterator<void, T>): T {
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}

/** A read in steps, each of them through `read`. */
function* stepwise<T>(
  read: <R>(what: (reads: Reads) => R) => R,
  begin: (reads: Reads) => Iterator<void, T>,
): Generator<void, T> {
  const steps = read(begin)
  for (;;) {
    const step = read(() => steps.next())
    if (step.done === true) return step.value
    yield
  }
}

function bounded(limit: number): number {
  return Math.min(Math.max(1, Math.floor(limit)), MAX_PAGE)
}

function over(stored: StoredPeer, pending: StoredPeer | null): StoredPeer {
  if (pending === null) return stored
  return stored.firstSeen >= pending.firstSeen ? pending : { ...pending, firstSeen: stored.firstSeen }
}
