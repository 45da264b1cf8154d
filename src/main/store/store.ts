import type { StoreStatus } from '../../shared/contract.ts'
import type { DiscoveryEvent, LoggedEvent } from '../../shared/events.ts'
import type { PeerId } from '../../shared/ids.ts'
import type { NetworkKey } from '../../shared/network-kind.ts'
import { networkKeyOf } from '../../shared/network-kind.ts'
import type { DepartureReason, PeerState, Source, Version } from '../../shared/peer.ts'
import { Databases } from './databases.ts'
import { guardReads, resultOf } from './guard-reads.ts'
import { SealedIdentity } from './identity-file.ts'
import { backUp, closeSome, namingHere, namingInThread, searchHere, searchInThread } from './long-reads.ts'
import type { NewJournalPart } from './journal-types.ts'
import { openPlace } from './open.ts'
import type { StoreReads } from './reader.ts'
import { whole } from './rows.ts'
import { encodeEdges } from './topologies.ts'
import type {
  JoinedNetwork,
  BackupProgress,
  LoopDelay,
  PeerNote,
  Retention,
  RttSample,
  Store,
  StoredPeer,
  StoreOptions,
  TopologySnapshot,
  VersionRecord,
} from './types.ts'
import type { NamingQuery, SearchOptions, SearchResult } from './search-options.ts'
import type { Holder } from './lock.ts'
import type { Write } from './writes.ts'

/** Open sessions of an earlier run that are closed at once: about 5 ms of work. */
const SESSIONS_AT_ONCE = 250

/**
 * Opens the store. A folder that is missing is made (0700). Whatever is wrong with the disk, there is a store: see
 * `status`.
 * @throws StoreInUse when another process holds the folder, StoreFromNewerVersion
 */
export function openStore(options: StoreOptions): Store {
  const identity = new SealedIdentity(options)
  const databases = new Databases({ ...options, onRescue: () => identity.restore() }, openPlace(options))
  const store = new SqliteStore(options, databases, identity)
  return Object.assign(
    store,
    guardReads((what) => databases.read(what)),
    {
      search: (networkKey: NetworkKey, text: string, search: SearchOptions) =>
        searchHere(databases, networkKey, text, search),
      eventsNaming: (query: NamingQuery) => namingHere(databases, query),
    },
  )
}

class SqliteStore implements Omit<Store, keyof StoreReads> {
  readonly #logger: StoreOptions['logger']
  readonly #databases: Databases
  readonly #identity: SealedIdentity
  readonly #holder: Holder
  #nextSeq: number
  #nextSession: number
  #nextTopology: number
  #nextJournal: number
  /** The first session of the run that began with a NetworkJoined event, by network. */
  readonly #firstSession = new Map<NetworkKey, number>()

  constructor(options: StoreOptions, databases: Databases, identity: SealedIdentity) {
    this.#logger = options.logger
    this.#databases = databases
    this.#identity = identity
    this.#holder = { kind: 'process', pid: process.pid }
    this.#nextSeq = databases.read((reader) => reader.lastSeq()) + 1
    this.#nextSession = databases.read((reader) => reader.lastSessionId()) + 1
    this.#nextTopology = databases.read((reader) => reader.lastTopologyId()) + 1
    this.#nextJournal = databases.read((reader) => reader.journal.lastId()) + 1
  }

  holder(): Holder {
    return this.#holder
  }

  status(): StoreStatus {
    return this.#databases.status
  }

  loadSecret(): Uint8Array | null {
    const plain = this.#databases.secret()
    const { secret, dropPlain } = this.#identity.load(plain)
    if (dropPlain) this.#dropPlainSecret()
    return secret
  }

  saveSecret(secret: Uint8Array): void {
    if (this.#identity.save(secret)) return this.#dropPlainSecret()
    this.#write({ kind: 'secret', secret: Uint8Array.from(secret) })
    return this.flush()
  }

  setSetting(key: string, value: unknown): void {
    this.#write({ kind: 'setting', key, json: value === undefined ? null : JSON.stringify(value) })
    this.flush()
  }

  setSettingAside(key: string, why: string): void {
    this.#databases.setSettingAside(key, why)
  }

  networkJoined(network: JoinedNetwork): void {
    // The first sessions of this run may have begun before.
    const key = networkKeyOf(network)
    this.#closeSessions(key, this.#firstSession.get(key) ?? this.#nextSession)
    this.#firstSession.delete(key)
    this.#write({ kind: 'network', network })
    this.flush()
  }

  *closeSessions(networkKey: NetworkKey): Generator<void, void> {
    const at = this.#databases.read((reader) => reader.lastWrittenAt(networkKey))
    while (closeSome(this.#databases, networkKey, at, SESSIONS_AT_ONCE, this.#logger)) yield
  }

  forgetNetwork(networkKey: NetworkKey): void {
    this.#write({ kind: 'forget', networkKey })
    this.flush()
    this.#databases.sweep()
  }

  putPeer(networkKey: NetworkKey, peer: StoredPeer): void {
    this.#write({ kind: 'peer', networkKey, peer })
  }

  peerGone(networkKey: NetworkKey, peerId: PeerId, state: PeerState, reason: DepartureReason): void {
    this.#write({ kind: 'peer-gone', networkKey, peerId, state, reason })
  }

  recordVersion(networkKey: NetworkKey, peerId: PeerId, record: VersionRecord): void {
    this.#write({ kind: 'version', networkKey, peerId, record })
  }

  recordRtt(networkKey: NetworkKey, peerId: PeerId, sample: RttSample): void {
    this.#write({ kind: 'rtt', networkKey, peerId, sample })
  }

  recordLoopDelay(networkKey: NetworkKey, delay: LoopDelay): void {
    this.#write({ kind: 'loop-delay', networkKey, delay })
  }

  append(networkKey: NetworkKey, at: number, event: DiscoveryEvent): LoggedEvent {
    if (event.kind === 'NetworkJoined') {
      this.#closeSessions(networkKey, this.#nextSession)
      this.#firstSession.set(networkKey, this.#nextSession)
    }
    const logged = { seq: this.#nextSeq++, at, event }
    this.#write({ kind: 'event', networkKey, event: logged })
    return logged
  }

  appendAgain(networkKey: NetworkKey, logged: LoggedEvent): void {
    this.#write({ kind: 'event-again', networkKey, event: logged })
  }

  sessionStarted(networkKey: NetworkKey, peerId: PeerId, at: number, version: Version, source: Source): void {
    this.#write({ kind: 'session-started', networkKey, id: this.#nextSession++, peerId, at, version, source })
  }

  sessionEnded(networkKey: NetworkKey, peerId: PeerId, at: number, reason: DepartureReason): void {
    this.#write({ kind: 'session-ended', networkKey, peerId, at, reason })
  }

  sessionsMoved(networkKey: NetworkKey, byMs: number): void {
    this.#write({ kind: 'sessions-moved', networkKey, byMs })
  }

  setNote(networkKey: NetworkKey, peerId: PeerId, note: PeerNote | null): void {
    this.#write({ kind: 'note', networkKey, peerId, note: note === null ? null : { name: note.name, note: note.note } })
    this.flush()
  }

  putTopology(networkKey: NetworkKey, snapshot: TopologySnapshot): number {
    return resultOf(this.putTopologySteps(networkKey, snapshot))
  }

  *putTopologySteps(networkKey: NetworkKey, snapshot: TopologySnapshot): Generator<void, number> {
    const at = whole(snapshot.at)
    // The ages of edges are told from the moment that is kept.
    const edges = yield* encodeEdges({ ...snapshot, at })
    const id = this.#nextTopology++
    this.#write({ kind: 'topology', networkKey, id, at, edgeCount: snapshot.edges.length, edges })
    return id
  }

  putJournal(networkKey: NetworkKey, parts: readonly NewJournalPart[]): void {
    for (const part of parts) this.#write({ kind: 'journal', networkKey, part: { ...part, id: this.#nextJournal++ } })
  }

  setRetention(retention: Retention): void {
    this.#databases.keep(retention)
  }

  backup(path: string, onProgress: (progress: BackupProgress) => void, signal: AbortSignal): Promise<void> {
    return backUp(this.#databases, path, onProgress, signal)
  }

  searchAside(networkKey: NetworkKey, text: string, options: SearchOptions): Promise<SearchResult> {
    return searchInThread(this.#databases, networkKey, text, options, this.#logger)
  }

  eventsNamingAside(query: NamingQuery, signal: AbortSignal): Promise<LoggedEvent[]> {
    return namingInThread(this.#databases, query, signal, this.#logger)
  }

  flush(): void {
    this.#databases.flush()
  }

  close(): void {
    this.#databases.close()
    this.#identity.restore()
  }

  /** No trace of it stays in the file or in its log. */
  #dropPlainSecret(): void {
    if (this.#databases.secret() === null) return
    this.flush()
    const { db } = this.#databases.live
    try {
      db.pragma('secure_delete = ON')
      this.#write({ kind: 'secret', secret: null })
      this.flush()
      this.#databases.emptyLog()
      db.pragma('secure_delete = OFF')
    } catch (error) {
      // It is tried again by the next start.
      this.#logger?.warn({ error }, 'the unencrypted identity could not be taken out of the database')
    }
  }

  /** What an earlier run left open ends when something was written of that run last. */
  #closeSessions(networkKey: NetworkKey, before: number): void {
    const at = this.#databases.read((reader) => reader.lastWrittenAt(networkKey))
    this.#write({ kind: 'sessions-closed', networkKey, before, at })
  }

  #write(write: Write): void {
    this.#databases.write(write)
  }
}
