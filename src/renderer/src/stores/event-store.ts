import { createStore } from 'zustand/vanilla'
import type { StoreApi } from 'zustand/vanilla'
import type { ViewMessage } from '../../../shared/contract.ts'
import type { EventKind, LoggedEvent } from '../../../shared/events.ts'
import { peerOf } from '../../../shared/events.ts'
import type { PeerId } from '../../../shared/ids.ts'
import { describeFailure } from '../ui/errors.ts'
import type { Failure } from '../ui/errors.ts'
import type { Client } from './client.ts'

/** Which events are listed. An empty `kinds` means all. */
export interface EventFilter {
  readonly kinds: readonly EventKind[]
  readonly peerId: PeerId | null
  /** Only what happened between the two, both included; milliseconds since the epoch. Null stands for no end. */
  readonly from: number | null
  readonly to: number | null
}

/** All events. */
export const ALL_EVENTS: EventFilter = { kinds: [], peerId: null, from: null, to: null }

/** The events that are loaded, newest first. */
export interface EventStoreState {
  /** The newest events of any kind: for the histogram. */
  readonly recent: readonly LoggedEvent[]
  /** Those that pass the filter, with the older ones that were asked for. */
  readonly list: readonly LoggedEvent[]
  readonly filter: EventFilter
  readonly more: boolean
  readonly loading: boolean
  readonly failure: Failure | null
}

/** The store with its verbs. */
export interface EventStore extends StoreApi<EventStoreState> {
  apply(message: ViewMessage): void
  setFilter(filter: EventFilter): void
  /** Loads the page before the oldest loaded event; nothing while one is loading. */
  loadOlder(): Promise<void>
}

const RECENT_MAX = 4000
const LIST_MAX = 20_000
const PAGE = 200

/** Whether an event passes the filter. */
export function passes(filter: EventFilter, logged: LoggedEvent): boolean {
  if (filter.kinds.length > 0 && !filter.kinds.includes(logged.event.kind)) return false
  if ((filter.from ?? -Infinity) > logged.at || (filter.to ?? Infinity) < logged.at) return false
  return filter.peerId === null || peerOf(logged.event) === filter.peerId
}

/** A fresh, empty store that loads older events through `client`. */
export function createEventStore(client: Pick<Client, 'events'>): EventStore {
  const store = createStore<EventStoreState>()(() => ({
    recent: [],
    list: [],
    filter: ALL_EVENTS,
    more: true,
    loading: false,
    failure: null,
  }))
  // Answers to an earlier filter or snapshot are dropped by their generation.
  let generation = 0

  function apply(message: ViewMessage): void {
    const { recent, list, filter } = store.getState()
    if (message.type === 'snapshot') {
      generation++
      store.setState({
        recent: message.events,
        list: message.events.filter((event) => passes(filter, event)),
        more: true,
        loading: false,
        failure: null,
      })
      return
    }
    if (message.events === undefined || message.events.length === 0) return
    const newest = recent[0]?.seq ?? -1
    const fresh = message.events.filter((event) => event.seq > newest).reverse()
    const matching = fresh.filter((event) => passes(filter, event))
    store.setState({
      recent: [...fresh, ...recent].slice(0, RECENT_MAX),
      ...(matching.length === 0 ? {} : trimmed([...matching, ...list])),
    })
  }

  function setFilter(filter: EventFilter): void {
    generation++
    const list = store.getState().recent.filter((event) => passes(filter, event))
    store.setState({ filter, list, more: true, loading: false, failure: null })
  }

  async function loadOlder(): Promise<void> {
    const { loading, more, list, recent, filter } = store.getState()
    if (loading || !more) return
    const mine = generation
    store.setState({ loading: true, failure: null })
    // With nothing listed yet the search goes on below what is known to hold no match.
    const before = list.at(-1)?.seq ?? recent.at(-1)?.seq
    try {
      const page = await client.events.page({
        limit: PAGE,
        ...(before === undefined ? {} : { before }),
        ...(filter.kinds.length === 0 ? {} : { kinds: [...filter.kinds] }),
        ...(filter.peerId === null ? {} : { peerId: filter.peerId }),
        ...(filter.from === null ? {} : { from: filter.from }),
        ...(filter.to === null ? {} : { to: filter.to }),
      })
      if (mine !== generation) return
      const now = store.getState().list
      const oldest = now.at(-1)?.seq ?? Number.POSITIVE_INFINITY
      const next = [...now, ...page.events.filter((event) => event.seq < oldest)]
      store.setState({ list: next.slice(0, LIST_MAX), more: page.more && next.length < LIST_MAX, loading: false })
    } catch (thrown) {
      if (mine === generation) store.setState({ loading: false, failure: describeFailure(thrown), more: false })
    }
  }

  return { ...store, apply, setFilter, loadOlder }
}

function trimmed(list: readonly LoggedEvent[]): Pick<EventStoreState, 'list'> & Partial<EventStoreState> {
  return list.length > LIST_MAX ? { list: list.slice(0, LIST_MAX), more: true } : { list }
}
