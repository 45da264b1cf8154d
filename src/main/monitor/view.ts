/**
 * What a user interface shows, and how it hears of changes: a snapshot, then numbered batches. Each subscriber collects what
 * changed since its last batch, so a slow one gets fewer and larger batches, and one that falls far behind a new snapshot.
 */
import type { Alert } from '../../shared/alerts.ts'
import type { Batch, NetworkStatus, Snapshot, StoreStatus, ViewMessage } from '../../shared/contract.ts'
import type { LoggedEvent } from '../../shared/events.ts'
import type { PeerId } from '../../shared/ids.ts'
import type { Edge, PeerRow } from '../../shared/peer.ts'
import type { Clock } from '../discovery/ports.ts'

/** Least time between two batches of one subscriber, milliseconds. */
const BATCH_MS = 100
/** Newest events of a snapshot; older ones are asked for by page. */
const SNAPSHOT_EVENTS = 200
/** Events that may wait for a subscriber before it gets a new snapshot instead. */
const MAX_WAITING_EVENTS = 2000
/** Rows of peers that are gone, kept until this many; those gone for the longest time go first. */
const MAX_GONE = 5000

interface Subscriber {
  seq: number
  status: boolean
  store: boolean
  alerts: boolean
  readonly peers: Set<PeerId>
  readonly removed: Set<PeerId>
  readonly edgesAdded: Map<string, Edge>
  readonly edgesRemoved: Map<string, Edge>
  events: LoggedEvent[]
  restart: boolean
  wake: (() => void) | null
}

/** The state behind all views of one Peerscope. */
export class View {
  readonly #clock: Clock
  readonly #subscribers = new Set<Subscriber>()
  readonly #rows = new Map<PeerId, PeerRow>()
  readonly #edges = new Map<string, Edge>()
  #events: LoggedEvent[] = []
  #alerts: readonly Alert[] = []
  #status: NetworkStatus = { state: 'none' }
  #store: StoreStatus

  constructor(clock: Clock, store: StoreStatus) {
    this.#clock = clock
    this.#store = store
  }

  get status(): NetworkStatus {
    return this.#status
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

  edges(): IterableIterator<Edge> {
    return this.#edges.values()
  }

  setStatus(status: NetworkStatus): void {
    this.#status = status
    this.#mark((subscriber) => {
      subscriber.status = true
    })
  }

  setStore(store: StoreStatus): void {
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

  /** Adds a row or replaces it. */
  putRow(row: PeerRow): void {
    this.#rows.set(row.peerId, row)
    this.#mark((subscriber) => {
      subscriber.removed.delete(row.peerId)
      subscriber.peers.add(row.peerId)
    })
    if (row.state !== 'online') this.#trimGone()
  }

  removeRow(peerId: PeerId): void {
    if (!this.#rows.delete(peerId)) return
    this.#mark((subscriber) => {
      subscriber.peers.delete(peerId)
      subscriber.removed.add(peerId)
    })
  }

  putEdge(edge: Edge): void {
    const key = edgeKey(edge)
    this.#edges.set(key, edge)
    this.#mark((subscriber) => {
      subscriber.edgesRemoved.delete(key)
      subscriber.edgesAdded.set(key, edge)
    })
  }

  removeEdge(edge: Edge): void {
    const key = edgeKey(edge)
    if (!this.#edges.delete(key)) return
    this.#mark((subscriber) => {
      subscriber.edgesAdded.delete(key)
      subscriber.edgesRemoved.set(key, edge)
    })
  }

  addEvent(event: LoggedEvent): void {
    this.#events.push(event)
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
    this.#rows.clear()
    this.#edges.clear()
    for (const row of rows) this.#rows.set(row.peerId, row)
    this.#events = events.slice(0, SNAPSHOT_EVENTS).toReversed()
    this.#mark((subscriber) => {
      subscriber.restart = true
    })
  }

  /** The stream of one user interface. Ends when the signal fires or its loop is left. */
  async *subscribe(signal: AbortSignal): AsyncGenerator<ViewMessage> {
    const subscriber: Subscriber = {
      seq: 0,
      status: false,
      store: false,
      alerts: false,
      peers: new Set(),
      removed: new Set(),
      edgesAdded: new Map(),
      edgesRemoved: new Map(),
      events: [],
      restart: true,
      wake: null,
    }
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
          await this.#pause(signal)
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
      subscriber.seq += 1
      return this.#snapshot(subscriber.seq)
    }
    if (!isDirty(subscriber)) return null
    const batch = this.#batch(subscriber)
    forget(subscriber)
    return batch
  }

  #snapshot(seq: number): Snapshot {
    return {
      type: 'snapshot',
      seq,
      status: this.#status,
      store: this.#store,
      peers: [...this.#rows.values()],
      edges: [...this.#edges.values()],
      events: this.#events.slice(-SNAPSHOT_EVENTS).toReversed(),
      alerts: this.#alerts,
    }
  }

  #batch(subscriber: Subscriber): Batch {
    subscriber.seq += 1
    const peers = [...subscriber.peers].flatMap((peerId) => this.#rows.get(peerId) ?? [])
    return {
      type: 'batch',
      seq: subscriber.seq,
      ...(subscriber.status ? { status: this.#status } : {}),
      ...(subscriber.store ? { store: this.#store } : {}),
      ...(peers.length > 0 ? { peers } : {}),
      ...(subscriber.removed.size > 0 ? { removed: [...subscriber.removed] } : {}),
      ...(subscriber.edgesAdded.size > 0 ? { edgesAdded: [...subscriber.edgesAdded.values()] } : {}),
      ...(subscriber.edgesRemoved.size > 0 ? { edgesRemoved: [...subscriber.edgesRemoved.values()] } : {}),
      ...(subscriber.events.length > 0 ? { events: subscriber.events } : {}),
      ...(subscriber.alerts ? { alerts: this.#alerts } : {}),
    }
  }

  #pause(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal.aborted) return resolve()
      const done = (): void => {
        cancel()
        signal.removeEventListener('abort', done)
        resolve()
      }
      const cancel = this.#clock.schedule(BATCH_MS, done)
      signal.addEventListener('abort', done)
      return undefined
    })
  }

  #mark(change: (subscriber: Subscriber) => void): void {
    for (const subscriber of this.#subscribers) {
      change(subscriber)
      subscriber.wake?.()
      subscriber.wake = null
    }
  }

  #trimGone(): void {
    if (this.#rows.size <= MAX_GONE) return
    const gone = [...this.#rows.values()].filter((row) => row.state !== 'online')
    if (gone.length <= MAX_GONE) return
    gone.sort((a, b) => a.lastSeen - b.lastSeen)
    // A tenth at a time, so that this does not happen with every departure.
    for (const row of gone.slice(0, gone.length - MAX_GONE + MAX_GONE / 10)) this.removeRow(row.peerId)
  }
}

/** What makes an edge one and the same: its ends, its kind and who said so. */
export function edgeKey(edge: Edge): string {
  return `${edge.a} ${edge.b} ${edge.kind} ${edge.saidBy}`
}

function isDirty(subscriber: Subscriber): boolean {
  const { status, store, alerts, peers, removed, edgesAdded, edgesRemoved, events } = subscriber
  return (
    status || store || alerts || peers.size + removed.size + edgesAdded.size + edgesRemoved.size + events.length > 0
  )
}

function forget(subscriber: Subscriber): void {
  subscriber.restart = false
  subscriber.status = false
  subscriber.store = false
  subscriber.alerts = false
  subscriber.peers.clear()
  subscriber.removed.clear()
  subscriber.edgesAdded.clear()
  subscriber.edgesRemoved.clear()
  subscriber.events = []
}
