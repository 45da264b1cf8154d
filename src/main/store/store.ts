import type { RecentNetwork, StoreStatus } from '../../shared/contract.ts'
import { StoreFailed } from '../../shared/errors.ts'
import type { DiscoveryEvent, LoggedEvent } from '../../shared/events.ts'
import type { NetworkId, PeerId } from '../../shared/ids.ts'
import type { Opened } from './open.ts'
import { openAfterDamage, openPlace } from './open.ts'
import { Pending } from './pending.ts'
import { Reader } from './reader.ts'
import { describeTrouble, troubleOf } from './sqlite-errors.ts'
import { Sweeper } from './sweeper.ts'
import type {
  EventsPage,
  EventsQuery,
  JoinedNetwork,
  RttSample,
  Schedule,
  Store,
  StoredPeer,
  StoreOptions,
  VersionRecord,
} from './types.ts'
import type { Write } from './writer.ts'
import { Writer } from './writer.ts'

/** How long a write may wait, milliseconds; below the promised 250 ms, since timers are late and writing takes time. */
export const FLUSH_AFTER_MS = 150
/** How many writes may wait; more are written at once (about 25 ms of work). */
export const FLUSH_AT = 1000
/** Pause before writing is tried again after a failure, milliseconds; doubled up to the second figure. */
const RETRY_MS = 1000
const RETRY_MAX_MS = 30_000
/** Peers read at once. */
const PEERS_PAGE = 500
/** Most events of a page. */
const MAX_PAGE = 1000

/**
 * Opens the store. A folder that is missing is made (0700). Whatever is wrong with the disk, there is a store: see
 * `status`.
 * @throws StoreInUse when another process holds the folder, StoreFromNewerVersion
 */
export function openStore(options: StoreOptions): Store {
  return new SqliteStore(options, openPlace(options))
}

class SqliteStore implements Store {
  readonly #options: StoreOptions
  readonly #schedule: Schedule
  readonly #pending = new Pending()
  #opened: Opened
  #reader: Reader
  #writer: Writer
  #sweeper: Sweeper
  #status: StoreStatus
  #nextSeq: number
  #cancelTimer: (() => void) | null = null
  /** Pause before the next try; null while writing works. */
  #retryMs: number | null = null
  /** Until the constructor is through, nobody can know what a status is about. */
  #started = false
  #closed = false

  constructor(options: StoreOptions, opened: Opened) {
    this.#options = options
    this.#schedule = options.schedule ?? scheduleTimer
    this.#opened = opened
    this.#status = opened.status
    this.#reader = new Reader(opened.db)
    this.#writer = new Writer(opened.db)
    this.#sweeper = this.#startSweeper()
    this.#nextSeq = this.#reader.lastSeq() + 1
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
    return this.#read((reader) => this.#pending.secret() ?? reader.secret())
  }

  saveSecret(secret: Uint8Array): void {
    this.#write({ kind: 'secret', secret: Uint8Array.from(secret) })
    this.flush()
  }

  getSetting(key: string): unknown {
    const read = (reader: Reader): unknown => {
      const json = this.#pending.setting(key)
      if (json === null) return undefined
      return json === undefined ? reader.setting(key) : JSON.parse(json)
    }
    return this.#read(read)
  }

  setSetting(key: string, value: unknown): void {
    this.#write({ kind: 'setting', key, json: value === undefined ? null : JSON.stringify(value) })
    this.flush()
  }

  networkJoined(network: JoinedNetwork): void {
    this.#write({ kind: 'network', network })
    this.flush()
  }

  recentNetworks(): RecentNetwork[] {
    return this.#read((reader) => this.#pending.networks(reader.networks()).sort(lastJoinedFirst))
  }

  forgetNetwork(networkId: NetworkId): void {
    this.#write({ kind: 'forget', networkId })
    this.flush()
    this.#sweeper.start()
  }

  putPeer(networkId: NetworkId, peer: StoredPeer): void {
    this.#write({ kind: 'peer', networkId, peer })
  }

  peers(networkId: NetworkId): StoredPeer[] {
    return this.#read((reader) => {
      const byId = new Map<PeerId, StoredPeer>()
      for (const peer of this.#storedPeers(reader, networkId)) byId.set(peer.peerId, peer)
      for (const peer of this.#pending.peers(networkId)) byId.set(peer.peerId, over(byId.get(peer.peerId), peer))
      return [...byId.values()]
    })
  }

  peer(networkId: NetworkId, peerId: PeerId): StoredPeer | null {
    return this.#read((reader) => {
      const stored = this.#pending.forgotten(networkId) ? null : reader.peer(networkId, peerId)
      const pending = this.#pending.peer(networkId, peerId)
      return pending === null ? stored : over(stored ?? undefined, pending)
    })
  }

  recordVersion(networkId: NetworkId, peerId: PeerId, record: VersionRecord): void {
    this.#write({ kind: 'version', networkId, peerId, record })
  }

  versionsOf(networkId: NetworkId, peerId: PeerId): VersionRecord[] {
    return this.#read((reader) => {
      const stored = this.#pending.forgotten(networkId) ? [] : reader.versions(networkId, peerId)
      return this.#pending.versions(networkId, peerId, stored)
    })
  }

  recordRtt(networkId: NetworkId, peerId: PeerId, sample: RttSample): void {
    this.#write({ kind: 'rtt', networkId, peerId, sample })
  }

  rttSamplesOf(networkId: NetworkId, peerId: PeerId): RttSample[] {
    return this.#read((reader) => {
      const stored = this.#pending.forgotten(networkId) ? [] : reader.rtts(networkId, peerId)
      return this.#pending.rtts(networkId, peerId, stored)
    })
  }

  append(networkId: NetworkId, at: number, event: DiscoveryEvent): LoggedEvent {
    this.#assertOpen()
    const logged = { seq: this.#nextSeq++, at, event }
    this.#write({ kind: 'event', networkId, event: logged })
    return logged
  }

  eventsPage(query: EventsQuery): EventsPage {
    const limit = Math.min(Math.max(1, Math.floor(query.limit)), MAX_PAGE)
    return this.#read((reader) => {
      const pending = this.#pending.events(query)
      if (pending.length > limit) return { events: pending.slice(0, limit), more: true }
      if (this.#pending.forgotten(query.networkId)) return { events: pending, more: false }
      // With nothing left to show, one row still tells whether there are more.
      const rest = reader.eventsPage({ ...query, limit: Math.max(1, limit - pending.length) })
      const events = [...pending, ...rest.events]
      return { events: events.slice(0, limit), more: rest.more || events.length > limit }
    })
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
    this.#sweeper.stop()
    if (this.#pending.size > 0) {
      this.#options.logger?.error({ records: this.#pending.size }, 'closed with records that could not be written')
    }
    this.#opened.db.close()
    this.#opened.lock?.release()
  }

  *#storedPeers(reader: Reader, networkId: NetworkId): Iterable<StoredPeer> {
    if (this.#pending.forgotten(networkId)) return
    let after: number | null = 0
    while (after !== null) {
      const page = reader.peersPage(networkId, after, PEERS_PAGE)
      yield* page.peers
      after = page.next
    }
  }

  #write(write: Write): void {
    this.#assertOpen()
    this.#pending.add(write)
    if (this.#retryMs === null && this.#pending.size >= FLUSH_AT) this.#flush()
    else this.#startTimer()
  }

  #read<T>(read: (reader: Reader) => T): T {
    this.#assertOpen()
    if (this.#retryMs === null) this.#flush()
    try {
      return read(this.#reader)
    } catch (error) {
      if (!this.#replaceDamaged(error)) throw new StoreFailed(describeTrouble(error), { cause: error })
      return read(this.#reader)
    }
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
    this.#sweeper.stop()
    this.#opened.db.close()
    this.#opened = openAfterDamage(this.#options, this.#opened.lock, error)
    this.#reader = new Reader(this.#opened.db)
    this.#writer = new Writer(this.#opened.db)
    this.#sweeper = this.#startSweeper()
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

  #startSweeper(): Sweeper {
    const sweeper = new Sweeper(this.#opened.db, this.#schedule, (error) => {
      this.#options.logger?.warn({ error }, 'forgotten networks could not be deleted now')
    })
    sweeper.start()
    return sweeper
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

function over(stored: StoredPeer | undefined, pending: StoredPeer): StoredPeer {
  if (stored === undefined || stored.firstSeen >= pending.firstSeen) return pending
  return { ...pending, firstSeen: stored.firstSeen }
}

function lastJoinedFirst(a: RecentNetwork, b: RecentNetwork): number {
  return b.lastJoinedAt - a.lastJoinedAt
}

const scheduleTimer: Schedule = (delayMs, fn) => {
  const timer = setTimeout(fn, delayMs)
  timer.unref()
  return () => {
    clearTimeout(timer)
  }
}
