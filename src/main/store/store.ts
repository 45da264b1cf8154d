import type { StoreStatus } from '../../shared/contract.ts'
import type { DiscoveryEvent, LoggedEvent } from '../../shared/events.ts'
import type { NetworkId, PeerId } from '../../shared/ids.ts'
import type { DepartureReason, PeerState, Source, Version } from '../../shared/peer.ts'
import { Databases } from './databases.ts'
import { guardReads, resultOf } from './guard-reads.ts'
import { SealedIdentity } from './identity-file.ts'
import { backUp, closeSome, searchHere, searchInThread } from './long-reads.ts'
import { openPlace } from './open.ts'
import type { StoreReads } from './reader.ts'
import { whole } from './rows.ts'
import { encodeEdges } from './topologies.ts'
import type {
  JoinedNetwork,
  BackupProgress,
  PeerNote,
  Retention,
  RttSample,
  SearchOptions,
  SearchResult,
  Store,
  StoredPeer,
  StoreOptions,
  TopologySnapshot,
  VersionRecord,
} from './types.ts'
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
      search: (networkId: NetworkId, text: string, search: SearchOptions) =>
        searchHere(databases, networkId, text, search),
    },
  )
}

class SqliteStore implements Omit<Store, keyof StoreReads> {
  readonly #logger: StoreOptions['logger']
  readonly #databases: Databases
  readonly #identity: SealedIdentity
  #nextSeq: number
  #nextSession: number
  #nextTopology: number
  /** The first session of the run that began with a NetworkJoined event, by network. */
  readonly #firstSession = new Map<NetworkId, number>()

  constructor(options: StoreOptions, databases: Databases, identity: SealedIdentity) {
    this.#logger = options.logger
    this.#databases = databases
    this.#identity = identity
    this.#nextSeq = databases.read((reader) => reader.lastSeq()) + 1
    this.#nextSession = databases.read((reader) => reader.lastSessionId()) + 1
    this.#nextTopology = databases.read((reader) => reader.lastTopologyId()) + 1
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
    this.#closeSessions(network.id, this.#firstSession.get(network.id) ?? this.#nextSession)
    this.#firstSession.delete(network.id)
    this.#write({ kind: 'network', network })
    this.flush()
  }

  *closeSessions(networkId: NetworkId): Generator<void, void> {
    const at = this.#databases.read((reader) => reader.lastEventAt(networkId))
    while (closeSome(this.#databases, networkId, at, SESSIONS_AT_ONCE, this.#logger)) yield
  }

  forgetNetwork(networkId: NetworkId): void {
    this.#write({ kind: 'forget', networkId })
    this.flush()
    this.#databases.sweep()
  }

  putPeer(networkId: NetworkId, peer: StoredPeer): void {
    this.#write({ kind: 'peer', networkId, peer })
  }

  peerGone(networkId: NetworkId, peerId: PeerId, state: PeerState, reason: DepartureReason): void {
    this.#write({ kind: 'peer-gone', networkId, peerId, state, reason })
  }

  recordVersion(networkId: NetworkId, peerId: PeerId, record: VersionRecord): void {
    this.#write({ kind: 'version', networkId, peerId, record })
  }

  recordRtt(networkId: NetworkId, peerId: PeerId, sample: RttSample): void {
    this.#write({ kind: 'rtt', networkId, peerId, sample })
  }

  append(networkId: NetworkId, at: number, event: DiscoveryEvent): LoggedEvent {
    if (event.kind === 'NetworkJoined') {
      this.#closeSessions(networkId, this.#nextSession)
      this.#firstSession.set(networkId, this.#nextSession)
    }
    const logged = { seq: this.#nextSeq++, at, event }
    this.#write({ kind: 'event', networkId, event: logged })
    return logged
  }

  appendAgain(networkId: NetworkId, logged: LoggedEvent): void {
    this.#write({ kind: 'event-again', networkId, event: logged })
  }

  sessionStarted(networkId: NetworkId, peerId: PeerId, at: number, version: Version, source: Source): void {
    this.#write({ kind: 'session-started', networkId, id: this.#nextSession++, peerId, at, version, source })
  }

  sessionEnded(networkId: NetworkId, peerId: PeerId, at: number, reason: DepartureReason): void {
    this.#write({ kind: 'session-ended', networkId, peerId, at, reason })
  }

  sessionsMoved(networkId: NetworkId, byMs: number): void {
    this.#write({ kind: 'sessions-moved', networkId, byMs })
  }

  setNote(networkId: NetworkId, peerId: PeerId, note: PeerNote | null): void {
    this.#write({ kind: 'note', networkId, peerId, note: note === null ? null : { name: note.name, note: note.note } })
    this.flush()
  }

  putTopology(networkId: NetworkId, snapshot: TopologySnapshot): number {
    return resultOf(this.putTopologySteps(networkId, snapshot))
  }

  *putTopologySteps(networkId: NetworkId, snapshot: TopologySnapshot): Generator<void, number> {
    const at = whole(snapshot.at)
    // The ages of edges are told from the moment that is kept.
    const edges = yield* encodeEdges({ ...snapshot, at })
    const id = this.#nextTopology++
    this.#write({ kind: 'topology', networkId, id, at, edgeCount: snapshot.edges.length, edges })
    return id
  }

  setRetention(retention: Retention): void {
    this.#databases.keep(retention)
  }

  backup(path: string, onProgress: (progress: BackupProgress) => void, signal: AbortSignal): Promise<void> {
    return backUp(this.#databases, path, onProgress, signal)
  }

  searchAside(networkId: NetworkId, text: string, options: SearchOptions): Promise<SearchResult> {
    return searchInThread(this.#databases, networkId, text, options, this.#logger)
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

  /** What an earlier run left open ends when that run logged its last event. */
  #closeSessions(networkId: NetworkId, before: number): void {
    const at = this.#databases.read((reader) => reader.lastEventAt(networkId))
    this.#write({ kind: 'sessions-closed', networkId, before, at })
  }

  #write(write: Write): void {
    this.#databases.write(write)
  }
}
