/**
 * What a user interface shows, and how it hears of changes: a snapshot, then numbered batches. Each subscriber collects what
 * changed since its last batch, so a slow one gets fewer and larger batches, and one that falls far behind a new snapshot.
 * Of a large network the snapshot is only the beginning: the rest follows in batches, without a pause between them.
 */
import type { Alert, AlertRule } from '../../shared/alerts.ts'
import type { Batch, NetworkStatus, Snapshot, StoreStatus, ViewMessage } from '../../shared/contract.ts'
import type { LoggedEvent } from '../../shared/events.ts'
import type { PeerId } from '../../shared/ids.ts'
import type { KnownName, Names } from '../../shared/names.ts'
import { NO_NAMES } from '../../shared/names.ts'
import type { Edge, PeerRow } from '../../shared/peer.ts'
import { edgeKey } from '../../shared/peer.ts'
import type { Clock } from '../discovery/ports.ts'
import { weightOfRow } from './row-weight.ts'
import type { Subscriber } from './view-subscriber.ts'
import { firstOf, forget, isDirty, newSubscriber } from './view-subscriber.ts'

/** Least time between two batches of one subscriber, milliseconds. */
const BATCH_MS = 100
/** Most rows and most edges of one message: to send more at once would hold up everything else. */
const MAX_ROWS = 1000
const MAX_EDGES = 4000
const MAX_ROW_BYTES = 2 * 1024 * 1024
/** Newest events of a snapshot; older ones are asked for by page. */
const SNAPSHOT_EVENTS = 200
/** Events that may wait for a subscriber before it gets a new snapshot instead. */
const MAX_WAITING_EVENTS = 2000
/**
 * Rows of peers that are gone, kept until this many, and bytes of them: those that a full catalog displaced go first, then
 * those gone for the longest time.
 */
const MAX_GONE = 5000
const MAX_GONE_BYTES = 16 * 1024 * 1024

/** Hears of each change of what is shown, when it happens. */
export interface ViewWatcher {
  /** A row appeared, or took the place of another. */
  row(row: PeerRow): void
  rowGone(row: PeerRow): void
  edge(edge: Edge): void
  edgeGone(edge: Edge): void
}

/** The state behind all views of one Peerscope. */
export class View {
  readonly #clock: Clock
  readonly #subscribers = new Set<Subscriber>()
  readonly #listeners = new Set<() => void>()
  readonly #rows = new Map<PeerId, PeerRow>()
  readonly #edges = new Map<string, Edge>()
  /** How many rows are of peers that are not online. */
  #gone = 0
  #goneBytes = 0
  #here = 0
  #lost = 0
  #links = 0
  #watcher: ViewWatcher | null = null
  #events: LoggedEvent[] = []
  #alerts: readonly Alert[] = []
  #rules: readonly AlertRule[] = []
  #names: readonly KnownName[] = []
  #namesById: Names = NO_NAMES
  #status: NetworkStatus = { state: 'none' }
  #store: StoreStatus
  readonly #storeListeners: ((status: StoreStatus) => void)[] = []

  constructor(clock: Clock, store: StoreStatus) {
    this.#clock = clock
    this.#store = store
  }

  get status(): NetworkStatus {
    return this.#status
  }

  /** The words behind ids, as far as they are known. */
  get names(): Names {
    return this.#namesById
  }

  get subscribers(): number {
    return this.#subscribers.size
  }

  row(peerId: PeerId): PeerRow | undefined {
    return this.#rows.get(peerId)
  }

  rows(): IterableIterator<PeerRow> {
    return this.#rows.values()
  }

  /** How many rows are of peers that are here, ourselves not counted. */
  get here(): number {
    return this.#here
  }

  /** How many rows are of peers that were lost with the network. */
  get lost(): number {
    return this.#lost
  }

  edges(): IterableIterator<Edge> {
    return this.#edges.values()
  }

  /** Grows when a link comes or goes; that a catalog holds an entry is no link. */
  get links(): number {
    return this.#links
  }

  /** Has one hear of every change until the view is reset, or somebody else asks for it; null ends it. */
  watch(watcher: ViewWatcher | null): void {
    this.#watcher = watcher
  }

  setStatus(status: NetworkStatus): void {
    this.#status = status
    this.#mark((subscriber) => {
      subscriber.status = true
    })
  }

  /** Called whenever the state of the store changes, and at once where there is something to know of it. */
  onStore(listener: (status: StoreStatus) => void): void {
    this.#storeListeners.push(listener)
    if (this.#store.state !== 'ok' || this.#store.notice !== undefined) listener(this.#store)
  }

  setStore(store: StoreStatus): void {
    for (const listener of this.#storeListeners) listener(store)
    this.#store = store
    this.#mark((subscriber) => {
      subscriber.store = true
    })
  }

  /** Newest first. */
  setAlerts(alerts: readonly Alert[]): void {
    this.#alerts = alerts
    this.#mark((subscriber) => {
      subscriber.alerts = true
    })
  }

  /** The rules that alerts fire by. */
  setRules(rules: readonly AlertRule[]): void {
    this.#rules = rules
    this.#mark((subscriber) => {
      subscriber.rules = true
    })
  }

  /** The name book of the shown network, by word. */
  setNames(names: readonly KnownName[]): void {
    this.#names = names
    this.#namesById = new Map(names.map(({ id, word }) => [id, word]))
    this.#mark((subscriber) => {
      subscriber.names = true
    })
  }

  /** Adds a row or replaces it. */
  putRow(row: PeerRow): void {
    this.#set(row)
    this.#mark((subscriber) => {
      subscriber.removed.delete(row.peerId)
      subscriber.peers.add(row.peerId)
    })
    if (row.state !== 'online') this.#trimGone(MAX_GONE)
  }

  /** Adds rows of peers that are not shown yet, however many there are. */
  addRows(rows: readonly PeerRow[]): void {
    for (const row of rows) this.#set(row)
    this.#mark((subscriber) => {
      for (const { peerId } of rows) subscriber.peers.add(peerId)
    })
    this.#trimGone(Infinity)
  }

  removeRow(peerId: PeerId): void {
    const before = this.#rows.get(peerId)
    if (before === undefined) return
    this.#rows.delete(peerId)
    this.#count(before, -1)
    this.#watcher?.rowGone(before)
    this.#mark((subscriber) => {
      subscriber.peers.delete(peerId)
      subscriber.removed.add(peerId)
    })
  }

  putEdge(edge: Edge): void {
    const key = edgeKey(edge)
    if (edge.kind !== 'holds' && !this.#edges.has(key)) this.#links += 1
    this.#edges.set(key, edge)
    this.#watcher?.edge(edge)
    this.#mark((subscriber) => {
      subscriber.edgesRemoved.delete(key)
      subscriber.edgesAdded.set(key, edge)
    })
  }

  removeEdge(edge: Edge): void {
    const key = edgeKey(edge)
    if (!this.#edges.delete(key)) return
    if (edge.kind !== 'holds') this.#links += 1
    this.#watcher?.edgeGone(edge)
    this.#mark((subscriber) => {
      subscriber.edgesAdded.delete(key)
      subscriber.edgesRemoved.set(key, edge)
    })
  }

  /** A new event, or one that happened again and has its place. */
  addEvent(event: LoggedEvent): void {
    const known = event.times === undefined ? -1 : this.#events.findLastIndex(({ seq }) => seq === event.seq)
    if (known >= 0) this.#events[known] = event
    else if (event.times === undefined) this.#events.push(event)
    if (this.#events.length > 2 * SNAPSHOT_EVENTS) this.#events = this.#events.slice(-SNAPSHOT_EVENTS)
    this.#mark((subscriber) => {
      if (subscriber.restart) return
      subscriber.events.push(event)
      if (subscriber.events.length > MAX_WAITING_EVENTS) {
        subscriber.restart = true
        subscriber.events = []
      }
    })
  }

  /** Another network, or none: nothing of the old one stays. Events are newest first. */
  reset(rows: Iterable<PeerRow>, events: readonly LoggedEvent[]): void {
    this.#watcher = null
    this.#rows.clear()
    this.#edges.clear()
    this.#gone = 0
    this.#goneBytes = 0
    this.#here = 0
    this.#lost = 0
    for (const row of rows) this.#set(row)
    this.#events = events.slice(0, SNAPSHOT_EVENTS).toReversed()
    this.#mark((subscriber) => {
      subscriber.restart = true
    })
  }

  /** Called whenever something changes that a user interface shows. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** The stream of one user interface. Ends when the signal fires or its loop is left. */
  async *subscribe(signal: AbortSignal): AsyncGenerator<ViewMessage> {
    const subscriber = newSubscriber()
    this.#subscribers.add(subscriber)
    const onAbort = (): void => subscriber.wake?.()
    signal.addEventListener('abort', onAbort)
    try {
      while (!signal.aborted) {
        const message = this.#next(subscriber)
        if (message === null) {
          await new Promise<void>((resolve) => {
            subscriber.wake = resolve
          })
        } else {
          yield message
          // What did not fit is not to wait for long.
          await this.#pause(subscriber.full ? 0 : BATCH_MS, signal)
        }
      }
    } finally {
      signal.removeEventListener('abort', onAbort)
      this.#subscribers.delete(subscriber)
    }
  }

  #next(subscriber: Subscriber): ViewMessage | null {
    if (subscriber.restart) {
      forget(subscriber)
      subscriber.restart = false
      subscriber.peers.clear()
      subscriber.edgesAdded.clear()
      for (const peerId of this.#rows.keys()) subscriber.peers.add(peerId)
      for (const [key, edge] of this.#edges) subscriber.edgesAdded.set(key, edge)
      return this.#snapshot(subscriber)
    }
    return isDirty(subscriber) ? this.#batch(subscriber) : null
  }

  #snapshot(subscriber: Subscriber): Snapshot {
    subscriber.seq += 1
    return {
      type: 'snapshot',
      sentAt: this.#clock.now(),
      seq: subscriber.seq,
      status: this.#status,
      store: this.#store,
      ...this.#part(subscriber),
      events: this.#events.slice(-SNAPSHOT_EVENTS).toReversed(),
      alerts: this.#alerts,
      rules: this.#rules,
      names: this.#names,
    }
  }

  #batch(subscriber: Subscriber): Batch {
    subscriber.seq += 1
    const { peers, edges } = this.#part(subscriber)
    const batch: Batch = {
      type: 'batch',
      sentAt: this.#clock.now(),
      seq: subscriber.seq,
      ...(subscriber.status ? { status: this.#status } : {}),
      ...(subscriber.store ? { store: this.#store } : {}),
      ...(peers.length > 0 ? { peers } : {}),
      ...(subscriber.removed.size > 0 ? { removed: [...subscriber.removed] } : {}),
      ...(edges.length > 0 ? { edgesAdded: edges } : {}),
      ...(subscriber.edgesRemoved.size > 0 ? { edgesRemoved: [...subscriber.edgesRemoved.values()] } : {}),
      ...(subscriber.events.length > 0 ? { events: subscriber.events } : {}),
      ...(subscriber.alerts ? { alerts: this.#alerts } : {}),
      ...(subscriber.rules ? { rules: this.#rules } : {}),
      ...(subscriber.names ? { names: this.#names } : {}),
    }
    forget(subscriber)
    return batch
  }

  /** As many rows and edges as one message takes, of those that wait. Edges come when the rows are there that they join. */
  #part(subscriber: Subscriber): { readonly peers: PeerRow[]; readonly edges: Edge[] } {
    const { peers: waiting, edgesAdded } = subscriber
    let bytes = 0
    const ids = firstOf(waiting, MAX_ROWS, (peerId) => {
      waiting.delete(peerId)
      const row = this.#rows.get(peerId)
      if (row !== undefined) bytes += weightOfRow(row)
      return bytes < MAX_ROW_BYTES
    })
    const edges = waiting.size > 0 ? [] : firstOf(edgesAdded, MAX_EDGES, ([key]) => edgesAdded.delete(key))
    subscriber.full = waiting.size + edgesAdded.size > 0
    return { peers: ids.flatMap((peerId) => this.#rows.get(peerId) ?? []), edges: edges.map(([, edge]) => edge) }
  }

  #pause(forMs: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal.aborted) return resolve()
      const done = (): void => {
        cancel()
        signal.removeEventListener('abort', done)
        resolve()
      }
      const cancel = this.#clock.schedule(forMs, done)
      signal.addEventListener('abort', done)
      return undefined
    })
  }

  #mark(change: (subscriber: Subscriber) => void): void {
    for (const listener of this.#listeners) listener()
    for (const subscriber of this.#subscribers) {
      change(subscriber)
      subscriber.wake?.()
      subscriber.wake = null
    }
  }

  #set(row: PeerRow): void {
    const before = this.#rows.get(row.peerId)
    if (before !== undefined) this.#count(before, -1)
    this.#count(row, 1)
    this.#rows.set(row.peerId, row)
    this.#watcher?.row(row)
  }

  #count(row: PeerRow, times: 1 | -1): void {
    if (row.state === 'online') {
      if (!row.self) this.#here += times
      return
    }
    if (row.state === 'lost') this.#lost += times
    this.#gone += times
    this.#goneBytes += times * weightOfRow(row)
  }

  #trimGone(most: number): void {
    if (this.#gone <= most && this.#goneBytes <= MAX_GONE_BYTES) return
    const gone = [...this.#rows.values()].filter((row) => row.state !== 'online')
    const rank = ({ state }: PeerRow): number => (state === 'displaced' ? 0 : 1)
    gone.sort((a, b) => rank(a) - rank(b) || a.lastSeen - b.lastSeen)
    // A tenth at a time, so that this does not happen with every departure.
    for (const row of gone) {
      if (this.#gone <= most * 0.9 && this.#goneBytes <= MAX_GONE_BYTES * 0.9) return
      this.removeRow(row.peerId)
    }
  }
}
