/** What waits for one subscriber of a view. */
import type { LoggedEvent } from '../../shared/events.ts'
import type { PeerId } from '../../shared/ids.ts'
import type { Edge } from '../../shared/peer.ts'

/** One that follows a view, and what changed since its last message. */
export interface Subscriber {
  seq: number
  status: boolean
  store: boolean
  alerts: boolean
  rules: boolean
  names: boolean
  readonly peers: Set<PeerId>
  readonly removed: Set<PeerId>
  readonly edgesAdded: Map<string, Edge>
  readonly edgesRemoved: Map<string, Edge>
  events: LoggedEvent[]
  /** There was more to tell than one message takes. */
  full: boolean
  restart: boolean
  wake: (() => void) | null
}

/** For one that begins: the first message is a snapshot. */
export function newSubscriber(): Subscriber {
  return {
    seq: 0,
    status: false,
    store: false,
    alerts: false,
    rules: false,
    names: false,
    peers: new Set(),
    removed: new Set(),
    edgesAdded: new Map(),
    edgesRemoved: new Map(),
    events: [],
    full: false,
    restart: true,
    wake: null,
  }
}

/** Whether there is anything to tell. */
export function isDirty(subscriber: Subscriber): boolean {
  const { status, store, alerts, rules, names, peers, removed, edgesAdded, edgesRemoved, events } = subscriber
  const sets = peers.size + removed.size + edgesAdded.size + edgesRemoved.size
  return status || store || alerts || rules || names || sets + events.length > 0
}

/** Takes out the first ones, until there are enough or `takeOut` says that it is enough. */
export function firstOf<Item>(items: Iterable<Item>, most: number, takeOut: (item: Item) => boolean): Item[] {
  const first: Item[] = []
  for (const item of items) {
    if (first.length >= most) break
    first.push(item)
    if (!takeOut(item)) break
  }
  return first
}

/** What is told whole with one message. */
export function forget(subscriber: Subscriber): void {
  subscriber.status = false
  subscriber.store = false
  subscriber.alerts = false
  subscriber.rules = false
  subscriber.names = false
  subscriber.removed.clear()
  subscriber.edgesRemoved.clear()
  subscriber.events = []
}
