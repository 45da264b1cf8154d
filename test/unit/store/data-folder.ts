import Database from 'better-sqlite3'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach } from 'vitest'
import type { StoreStatus } from '../../../src/shared/contract.ts'
import type { DiscoveryEvent } from '../../../src/shared/events.ts'
import { networkIdFrom, uniqueIdFrom } from '../../../src/shared/ids.ts'
import { networkKeyOf } from '../../../src/shared/network-kind.ts'
import type { Clock } from '../../../src/main/discovery/ports.ts'
import { databasePath } from '../../../src/main/store/data-dir.ts'
import { openStore } from '../../../src/main/store/store.ts'
import type { JoinedNetwork, Store, StoredPeer, StoreLogger, StoreOptions } from '../../../src/main/store/types.ts'
import { Scheduler } from '../../sim/scheduler.ts'
import { idOf } from '../../support/discovery/entries.ts'

/** When virtual time begins, milliseconds since the epoch. */
export const START = Date.UTC(2026, 0, 1)
export const NETWORK_ID = networkIdFrom('a')
export const OTHER_ID = networkIdFrom('b')
export const NETWORK = networkKeyOf({ kind: 'peerscope', id: NETWORK_ID })
export const OTHER = networkKeyOf({ kind: 'peerscope', id: OTHER_ID })

/** A temporary data folder, virtual time, and everything that was opened in it. */
export class DataFolder implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'peerscope-store-'))
  readonly path = databasePath(this.folder, process.platform)
  readonly scheduler = new Scheduler()
  /** Virtual time as the monitor takes it. */
  readonly clock: Clock = {
    now: () => START + this.scheduler.now,
    monotonic: () => this.scheduler.now,
    schedule: (delayMs, fn) => this.scheduler.schedule(delayMs, fn),
  }
  /** Each status that stores told of, oldest first. */
  readonly statuses: StoreStatus[] = []
  /** Each line that stores logged: level, message and details. */
  readonly log: { readonly level: string; readonly message: string; readonly details: object }[] = []
  readonly #opened: { close(): unknown }[] = []

  open(changes: Partial<StoreOptions> = {}): Store {
    const line = (level: string) => (details: object, message: string) => {
      this.log.push({ level, message, details })
    }
    const logger: StoreLogger = { info: line('info'), warn: line('warn'), error: line('error') }
    return this.keep(
      openStore({
        path: this.path,
        now: () => START + this.scheduler.now,
        schedule: (delayMs, fn) => this.scheduler.schedule(delayMs, fn),
        onStatus: (status) => void this.statuses.push(status),
        logger,
        ...changes,
      }),
    )
  }

  /** The database without the store, for reading unless told. */
  raw(options: { readonly write?: boolean; readonly path?: string } = {}): Database.Database {
    return this.keep(new Database(options.path ?? this.path, { readonly: options.write !== true }))
  }

  /** One value from the file, as another process sees it now. */
  value(sql: string): unknown {
    const db = new Database(this.path, { readonly: true })
    try {
      return db.prepare(sql).pluck().get()
    } finally {
      db.close()
    }
  }

  /** Closes it with the folder. */
  keep<T extends { close(): unknown }>(opened: T): T {
    this.#opened.push(opened)
    return opened
  }

  [Symbol.dispose](): void {
    for (const opened of this.#opened.reverse()) opened.close()
    rmSync(this.folder, { recursive: true, force: true })
  }
}

export function peerOf(name: string, changes: Partial<StoredPeer> = {}): StoredPeer {
  return {
    peerId: idOf(name),
    state: 'online',
    departureReason: null,
    protocolVersion: '1.0.0',
    version: { startedAt: 1000, updatedAt: 2000 },
    addresses: ['/ip4/127.0.0.1/tcp/4001'],
    tags: ['role:test', 'ünïcode "quoted"'],
    streams: [uniqueIdFrom('stream')],
    functions: [],
    groups: [uniqueIdFrom('group')],
    ticketCount: 3,
    source: 'gossip',
    firstSeen: START,
    lastSeen: START + 10,
    rtt: { srtt: 1.25, rttvar: 0.5, last: 1.5, at: START + 5 },
    signed: { entry: Uint8Array.of(1, 2, 3, 0), signature: new Uint8Array(64).fill(7) },
    ...changes,
  }
}

export function joinedOf(changes: Partial<JoinedNetwork> = {}): JoinedNetwork {
  return {
    kind: 'peerscope',
    id: NETWORK_ID,
    name: 'a',
    bootstrap: ['/ip4/127.0.0.1/tcp/1'],
    tags: ['t'],
    at: START,
    ...changes,
  }
}

/** An event that is unlike those of other numbers. */
export function slotOf(slot: number): DiscoveryEvent {
  return { kind: 'DhtSlotClaimed', slot }
}

/** What steps come to. */
export function finished<T>(steps: Iterator<void, T>): T {
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}

/** A data folder for each test of a file. @param opened takes its store before the test */
export function eachWithStore(opened: (store: Store) => void): void {
  let folder: DataFolder
  beforeEach(() => {
    folder = new DataFolder()
    opened(folder.open())
  })
  afterEach(() => folder[Symbol.dispose]())
}
