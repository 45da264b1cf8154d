import type { StoreStatus } from '../../shared/contract.ts'
import { StoreFailed } from '../../shared/errors.ts'
import type { DiscoveryEvent, LoggedEvent } from '../../shared/events.ts'
import type { NetworkId, PeerId } from '../../shared/ids.ts'
import type { DepartureReason, Source, Version } from '../../shared/peer.ts'
import { backupTo } from './backup.ts'
import { SealedIdentity } from './identity-file.ts'
import type { Opened } from './open.ts'
import { openAfterDamage, openPlace } from './open.ts'
import { Pending } from './pending.ts'
import { Reader } from './reader.ts'
import type { StoreReads } from './reads.ts'
import { offerReads, Reads } from './reads.ts'
import { scheduleTimer } from './schedule.ts'
import { searchAside } from './search-aside.ts'
import { describeTrouble, troubleOf } from './sqlite-errors.ts'
import type {
  JoinedNetwork,
  BackupProgress,
  PeerNote,
  Retention,
  RttSample,
  Schedule,
  SearchOptions,
  SearchResult,
  Store,
  StoredPeer,
  StoreOptions,
  TopologySnapshot,
  VersionRecord,
} from './types.ts'
import { Writer } from './writer.ts'
import { Upkeep } from './upkeep/upkeep.ts'
import type { Write } from './writes.ts'

/** How long a write may wait, milliseconds; below the promised 250 ms, since timers are late and writing takes time. */
export const FLUSH_AFTER_MS = 150
/** How many writes may wait; more are written at once (about 10 ms of work). */
export const FLUSH_AT = 400
/** Open sessions of an earlier run that are closed at once: about 5 ms of work. */
const SESSIONS_AT_ONCE = 250
/** Pause before writing is tried again after a failure, milliseconds; doubled up to the second figure. */
const RETRY_MS = 1000
const RETRY_MAX_MS = 30_000

/**
 * Opens the store. A folder that is missing is made (0700). Whatever is wrong with the disk, there is a store: see
 * `status`.
 * @throws StoreInUse when another process holds the folder, StoreFromNewerVersion
 */
export function openStore(options: StoreOptions): Store {
  const store = new SqliteStore(options, openPlace(options))
  return Object.assign(
    store,
    offerReads(
      (what) => store.read(what),
      (what) => store.glance(what),
    ),
  )
}

class SqliteStore implements Omit<Store, keyof StoreReads> {
  readonly #options: StoreOptions
  readonly #schedule: Schedule
  readonly #pending = new Pending()
  readonly #identity: SealedIdentity
  #opened: Opened
  #reads: Reads
  #writer: Writer
  #upkeep: Upkeep
  #retention: Retention | null = null
  #status: StoreStatus
  #nextSeq: number
  #nextSession: number
  #nextTopology: number
  /** The first session of the run that began with a NetworkJoined event, by network. */
  readonly #firstSession = new Map<NetworkId, number>()
  #cancelTimer: (() => void) | null = null
  /** Pause before the next try; null while writing works. */
  #retryMs: number | null = null
  /** Until the constructor is through, nobody can know what a status is about. */
  #started = false
  #closed = false

  constructor(options: StoreOptions, opened: Opened) {
    this.#options = options
    this.#schedule = options.schedule ?? scheduleTimer
    this.#identity = new SealedIdentity(options)
    this.#opened = opened
    this.#status = opened.status
    const reader = new Reader(opened.db)
    this.#reads = new Reads(reader, this.#pending)
    this.#writer = new Writer(opened.db)
    this.#upkeep = this.#startUpkeep(reader)
    this.#nextSeq = reader.log.lastSeq() + 1
    this.#nextSession = reader.sessions.lastId() + 1
    this.#nextTopology = reader.topologies.lastId() + 1
    for (const write of opened.salvaged) this.#pending.add(write)
    this.flush()
    if (this.#status.state !== 'ok' || this.#status.notice !== undefined) {
      options.logger?.warn({ status: this.#status }, 'the store does not work as it should')
    }
    this.#started = true
  }

  status(): StoreStatus {
    return this.#status
  }

  loadSecret(): Uint8Array | null {
    const plain = this.read((reads) => reads.secret())
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

  networkJoined(network: JoinedNetwork): void {
    // The first sessions of this run may have begun before.
    this.#closeSessions(network.id, this.#firstSession.get(network.id) ?? this.#nextSession)
    this.#firstSession.delete(network.id)
    this.#write({ kind: 'network', network })
    this.flush()
  }

  *closeSessions(networkId: NetworkId): Generator<void, void> {
    const at = this.read((reads) => reads.lastEventAt(networkId))
    // While nothing can be written, what waits closes them all.
    while (this.#retryMs === null && this.#closeSome(networkId, at)) yield
  }

  forgetNetwork(networkId: NetworkId): void {
    this.#write({ kind: 'forget', networkId })
    this.flush()
    this.#upkeep.start()
  }

  putPeer(networkId: NetworkId, peer: StoredPeer): void {
    this.#write({ kind: 'peer', networkId, peer })
  }

  recordVersion(networkId: NetworkId, peerId: PeerId, record: VersionRecord): void {
    this.#write({ kind: 'version', networkId, peerId, record })
  }

  recordRtt(networkId: NetworkId, peerId: PeerId, sample: RttSample): void {
    this.#write({ kind: 'rtt', networkId, peerId, sample })
  }

  append(networkId: NetworkId, at: number, event: DiscoveryEvent): LoggedEvent {
    this.#assertOpen()
    if (event.kind === 'NetworkJoined') {
      this.#closeSessions(networkId, this.#nextSession)
      this.#firstSession.set(networkId, this.#nextSession)
    }
    const logged = { seq: this.#nextSeq++, at, event }
    this.#write({ kind: 'event', networkId, event: logged })
    return logged
  }

  sessionStarted(networkId: NetworkId, peerId: PeerId, at: number, version: Version, source: Source): void {
    this.#assertOpen()
    this.#write({ kind: 'session-started', networkId, id: this.#nextSession++, peerId, at, version, source })
  }

  sessionEnded(networkId: NetworkId, peerId: PeerId, at: number, reason: DepartureReason): void {
    this.#write({ kind: 'session-ended', networkId, peerId, at, reason })
  }

  setNote(networkId: NetworkId, peerId: PeerId, note: PeerNote | null): void {
    this.#write({ kind: 'note', networkId, peerId, note: note === null ? null : { name: note.name, note: note.note } })
    this.flush()
  }

  putTopology(networkId: NetworkId, snapshot: TopologySnapshot): number {
    this.#assertOpen()
    const id = this.#nextTopology++
    this.#write({ kind: 'topology', networkId, id, snapshot })
    return id
  }

  setRetention(retention: Retention): void {
    this.#assertOpen()
    this.#retention = retention
    this.#upkeep.keep(retention)
  }

  async backup(path: string, onProgress: (progress: BackupProgress) => void, signal: AbortSignal): Promise<void> {
    this.flush()
    await backupTo(this.#opened.db, path, onProgress, signal)
  }

  async searchAside(networkId: NetworkId, text: string, options: SearchOptions): Promise<SearchResult> {
    const values = this.read((reads) => reads.searchValues(networkId, text, options))
    const { state, path } = this.#opened.status
    const found =
      values === null || path === null || state !== 'ok' ? null : await searchAside(path, values, this.#options.logger)
    return this.read((reads) => reads.search(networkId, text, options, found))
  }

  flush(): void {
    this.#assertOpen()
    this.#flush()
  }

  close(): void {
    if (this.#closed) return
    this.#flush()
    this.#closed = true
    this.#cancelTimer?.()
    this.#upkeep.stop()
    if (this.#pending.size > 0) {
      this.#options.logger?.error({ records: this.#pending.size }, 'closed with records that could not be written')
    }
    this.#opened.db.close()
    this.#opened.lock?.release()
  }

  /** Reads through here are over what is in the file and what waits. */
  read<T>(what: (reads: Reads) => T): T {
    this.#assertOpen()
    if (this.#retryMs === null) this.#flush()
    return this.glance(what)
  }

  /** The same, without writing what waits before. */
  glance<T>(what: (reads: Reads) => T): T {
    this.#assertOpen()
    try {
      return what(this.#reads)
    } catch (error) {
      if (!this.#replaceDamaged(error)) throw new StoreFailed(describeTrouble(error), { cause: error })
      return what(this.#reads)
    }
  }

  /** No trace of it stays in the file or in its log. */
  #dropPlainSecret(): void {
    if (this.read((reads) => reads.secret()) === null) return
    const { db } = this.#opened
    try {
      db.pragma('secure_delete = ON')
      this.#write({ kind: 'secret', secret: null })
      this.flush()
      db.pragma('wal_checkpoint(TRUNCATE)')
      db.pragma('secure_delete = OFF')
    } catch (error) {
      // It is tried again by the next start.
      this.#options.logger?.warn({ error }, 'the unencrypted identity could not be taken out of the database')
    }
  }

  /** @returns whether there are more */
  #closeSome(networkId: NetworkId, at: number | null): boolean {
    this.#assertOpen()
    try {
      return this.#writer.closeSome(networkId, at, SESSIONS_AT_ONCE)
    } catch (error) {
      // Joining closes those that are left, and tells what is wrong with the disk.
      this.#options.logger?.warn({ error }, 'sessions of an earlier run could not be closed one by one')
      return false
    }
  }

  /** What an earlier run left open ends when that run logged its last event. */
  #closeSessions(networkId: NetworkId, before: number): void {
    const at = this.read((reads) => reads.lastEventAt(networkId))
    this.#write({ kind: 'sessions-closed', networkId, before, at })
  }

  #write(write: Write): void {
    this.#assertOpen()
    this.#pending.add(write)
    if (this.#retryMs === null && this.#pending.size >= FLUSH_AT) this.#flush()
    else this.#startTimer()
  }

  #startTimer(): void {
    if (this.#closed || this.#cancelTimer !== null || this.#pending.size === 0) return
    this.#cancelTimer = this.#schedule(this.#retryMs ?? FLUSH_AFTER_MS, () => {
      this.#cancelTimer = null
      this.#flush()
    })
  }

  #flush(): void {
    this.#cancelTimer?.()
    this.#cancelTimer = null
    if (this.#pending.size === 0) return
    try {
      this.#writer.write(this.#pending.writes())
      this.#pending.clear()
      this.#upkeep.wrote()
      this.#writingWorks()
    } catch (error) {
      if (this.#replaceDamaged(error)) this.#flush()
      else if (troubleOf(error) === 'other') this.#writeAccepted()
      else this.#writingFails(error)
    }
  }

  /** One record that the schema refuses must not hold up the others: it is dropped and logged. */
  #writeAccepted(): void {
    try {
      this.#writer.writeAccepted(this.#pending.writes(), ({ kind }, error) => {
        this.#options.logger?.error({ error, kind }, 'a record could not be written and was dropped')
      })
      this.#pending.clear()
      this.#upkeep.wrote()
      this.#writingWorks()
    } catch (error) {
      this.#writingFails(error)
    }
  }

  #writingWorks(): void {
    if (this.#retryMs === null) return
    this.#retryMs = null
    const { dropped } = this.#pending
    this.#setStatus(
      dropped === 0
        ? this.#opened.status
        : { ...this.#opened.status, notice: `${dropped} records were lost while the database could not be written` },
    )
  }

  #writingFails(error: unknown): void {
    this.#retryMs = Math.min((this.#retryMs ?? RETRY_MS / 2) * 2, RETRY_MAX_MS)
    const { dropped } = this.#pending
    const lost = dropped === 0 ? '' : ` (${dropped} records were dropped, the oldest first)`
    this.#setStatus({
      ...this.#opened.status,
      state: troubleOf(error) === 'read-only' ? 'read-only' : 'memory-only',
      reason: `${describeTrouble(error)}: what is new is kept in memory, and writing is tried again${lost}`,
    })
    this.#startTimer()
  }

  /** Whether the error was damage and there is a new database now. */
  #replaceDamaged(error: unknown): boolean {
    if (troubleOf(error) !== 'damaged' || this.#opened.status.state !== 'ok') return false
    this.#upkeep.stop()
    this.#opened.db.close()
    this.#opened = openAfterDamage(this.#options, this.#opened.lock, error)
    const reader = new Reader(this.#opened.db)
    this.#reads = new Reads(reader, this.#pending)
    this.#writer = new Writer(this.#opened.db)
    this.#upkeep = this.#startUpkeep(reader)
    this.#retryMs = null
    this.#setStatus(this.#opened.status)
    try {
      // Before what waits, which is newer.
      this.#writer.write(this.#opened.salvaged)
    } catch (error) {
      this.#options.logger?.error({ error }, 'what was saved of the damaged database could not be written')
    }
    return true
  }

  #startUpkeep(reader: Reader): Upkeep {
    const upkeep = new Upkeep({
      db: this.#opened.db,
      reader,
      schedule: this.#schedule,
      now: () => this.#options.now(),
      onIdsDeleted: () => this.#writer.forgetNumbers(),
      onError: (error) => this.#options.logger?.warn({ error }, 'work on the database in the background stopped'),
    })
    if (this.#retention === null) upkeep.start()
    else upkeep.keep(this.#retention)
    return upkeep
  }

  #setStatus(status: StoreStatus): void {
    const before = this.#status
    if (before.state === status.state && before.reason === status.reason && before.notice === status.notice) return
    this.#status = status
    if (!this.#started) return
    this.#options.logger?.warn({ status }, 'the state of the store changed')
    this.#options.onStatus?.(status)
  }

  #assertOpen(): void {
    if (this.#closed) throw new StoreFailed('the store is closed')
  }
}
