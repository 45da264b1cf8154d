import { createStore } from 'zustand/vanilla'
import type { StoreApi } from 'zustand/vanilla'
import { STEADY } from '../../../shared/clock-stretches.ts'
import { clockOfLog, countedBy, tellsOfClock } from '../../../shared/clock-turns.ts'
import type { ContractInputs, ViewMessage } from '../../../shared/contract.ts'
import type { EventKind, LoggedEvent } from '../../../shared/events.ts'
import { peerOf } from '../../../shared/events.ts'
import { EVENT_FIELDS } from '../../../shared/filter-events.ts'
import { RowsIn } from '../../../shared/rows-in.ts'
import type { FilterFields } from '../../../shared/filter.ts'
import type { PeerId } from '../../../shared/ids.ts'
import { LANES, laneOf } from '../../../shared/lanes.ts'
import type { Lane } from '../../../shared/lanes.ts'
import { compile } from '../peers/filter.ts'
import { describeFailure } from '../ui/errors.ts'
import type { Failure } from '../ui/errors.ts'
import type { Client } from './client.ts'
import { paced } from './paced.ts'
import type { ReadStore } from './paced.ts'
import type { PictureStore } from './picture-store.ts'
import { hostNow } from '../ui/host-time.ts'

/** Which events are listed. An empty `kinds` means all. */
export interface EventFilter {
  readonly kinds: readonly EventKind[]
  /** The lanes of the legend that were chosen; none means all. Re-announcements have a switch of their own. */
  readonly lanes: readonly Lane[]
  /** Whether re-announcements are listed. */
  readonly again: boolean
  readonly peerId: PeerId | null
  /** Only what happened between the two, both included; milliseconds since the epoch. Null stands for no end. */
  readonly from: number | null
  readonly to: number | null
  /** Of events at `to`, only those up to this number: what had happened at a shared moment. Null stands for all. */
  readonly lastSeq: number | null
  /** In the filter language. An invalid one passes all. */
  readonly text: string
}

/** All events but re-announcements, which would hide the others. */
export const ALL_EVENTS: EventFilter = {
  kinds: [],
  lanes: [],
  again: false,
  peerId: null,
  from: null,
  to: null,
  lastSeq: null,
  text: '',
}

/** The lanes that a filter shows. */
export function shownLanes({ lanes, again }: Pick<EventFilter, 'lanes' | 'again'>): Lane[] {
  return LANES.filter((lane) => (lane === 'again' ? again : lanes.length === 0 || lanes.includes(lane)))
}

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

/** What the engine is asked for, but for lanes and time. */
type Asked = Pick<ContractInputs['history']['counts'], 'kinds' | 'peerId' | 'filter' | 'asOf'>

/** The store with its verbs. */
export interface EventStore extends StoreApi<EventStoreState> {
  /** The same as it is drawn: the lists change a few times a second at most, however many events come. */
  readonly drawn: ReadStore<EventStoreState>
  apply(message: ViewMessage): void
  /** Lists these, newest first, and forgets what was loaded. */
  begin(recent: readonly LoggedEvent[]): void
  setFilter(filter: EventFilter): void
  /** Whether an event passes the filter, whatever its lane and its time: the bars show the others. */
  counts(logged: LoggedEvent): boolean
  /** An event with the moment that it counts for: where our clock was put back, what it showed too early counts for that. */
  counted(logged: LoggedEvent): LoggedEvent
  /** The same as the engine is asked for it. */
  asked(): Asked
  /** Holds the newest events against the filter again: it may ask for ages, and for what became known of peers since. */
  refilter(): void
  /** Loads the page before the oldest loaded event; nothing while one is loading. */
  loadOlder(): Promise<void>
}

/** Pause between two drawings of events that come one after the other, milliseconds. */
const DRAWN_MS = 250
const RECENT_MAX = 4000
const LIST_MAX = 20_000
const PAGE = 200

/**
 * A fresh, empty store that loads older events through `client`.
 * @param fields what the filter can ask of events
 * @param then the past moment that is looked at, from which ages count, milliseconds since the epoch; null for now
 */
export function createEventStore(
  client: Pick<Client, 'events'>,
  fields: FilterFields<LoggedEvent> = EVENT_FIELDS,
  then: () => number | null = () => null,
): EventStore {
  const store = createStore<EventStoreState>()(() => ({
    recent: [],
    list: [],
    filter: ALL_EVENTS,
    more: true,
    loading: false,
    failure: null,
  }))
  let compiled = compile('', fields)
  // What an earlier filter or snapshot asked for is called off.
  let asking = new AbortController()
  // Where the search for older ones goes on; null: below the oldest that is known.
  let older: number | null = null
  // As the newest events tell it.
  let clock = STEADY

  function counts(logged: LoggedEvent, { kinds, peerId } = store.getState().filter): boolean {
    if (kinds.length > 0 && !kinds.includes(logged.event.kind)) return false
    if (peerId !== null && peerOf(logged.event) !== peerId) return false
    return compiled.passes(logged, then() ?? hostNow())
  }

  function passes(logged: LoggedEvent, filter = store.getState().filter): boolean {
    const { from, to, lastSeq, lanes, again } = filter
    if (new RowsIn(clock, from, to).happened(logged) === null) return false
    if (logged.at === to && logged.seq > (lastSeq ?? Infinity)) return false
    const lane = laneOf(logged.event)
    if (lane === 'again' ? !again : lanes.length > 0 && !lanes.includes(lane)) return false
    return counts(logged, filter)
  }

  function asked(): Asked {
    const { kinds, peerId, text } = store.getState().filter
    const asOf = text.trim() === '' ? null : then()
    return {
      ...(kinds.length === 0 ? {} : { kinds: [...kinds] }),
      ...(peerId === null ? {} : { peerId }),
      ...(compiled.problem === null ? { filter: text } : {}),
      ...(asOf === null ? {} : { asOf: Math.floor(asOf) }),
    }
  }

  function counted(logged: LoggedEvent): LoggedEvent {
    return countedBy(clock, logged)
  }

  /** Lists what passes of the newest events, and forgets what was loaded. In one go, for that is drawn at once. */
  function begin(recent: readonly LoggedEvent[], filter = store.getState().filter): void {
    asking.abort()
    asking = new AbortController()
    older = null
    clock = clockOfLog(recent.toReversed())
    const list = recent.filter((logged) => passes(logged, filter))
    store.setState({ filter, recent, list, more: true, loading: false, failure: null })
  }

  function apply(message: ViewMessage): void {
    if (message.type === 'snapshot') return begin(message.events)
    if (message.events === undefined || message.events.length === 0) return undefined
    const { recent, list } = store.getState()
    const newest = recent[0]?.seq ?? -1
    // Of one that is told twice in a message the second is the newer.
    const told = new Map(message.events.map((event) => [event.seq, event]))
    const fresh = [...told.values()].filter((event) => event.seq > newest).reverse()
    // What happened again has its place already; where a span is listed, what began before it may come into it so.
    const grown = [...told.values()].filter((event) => event.seq <= newest)
    const asTold = (known: readonly LoggedEvent[]): readonly LoggedEvent[] =>
      grown.length > 0 ? known.map((logged) => told.get(logged.seq) ?? logged) : known
    if (fresh.some(tellsOfClock)) {
      clock = clockOfLog([...fresh, ...recent].toReversed())
      // What was listed, or was not, may now count for another moment.
      if (clock.repeats) return begin([...fresh, ...recent].slice(0, RECENT_MAX))
    }
    const matching = fresh.filter((logged) => passes(logged))
    // What falls off the end can be loaded again.
    const over = matching.length + list.length > LIST_MAX
    if (over) older = null
    return store.setState({
      recent: [...fresh, ...asTold(recent)].slice(0, RECENT_MAX),
      ...(matching.length + grown.length === 0
        ? {}
        : { list: [...matching, ...withGrown(asTold(list), grown)].slice(0, LIST_MAX) }),
      ...(over ? { more: true } : {}),
    })
  }

  /** The list with rows that grew into its span. */
  function withGrown(list: readonly LoggedEvent[], grown: readonly LoggedEvent[]): readonly LoggedEvent[] {
    const { filter, recent, more } = store.getState()
    const { from } = filter
    if (from === null) return list
    const listed = new Set(list.map(({ seq }) => seq))
    // What is not looked through yet is loaded when it is.
    const oldest = more ? (older ?? Math.min(...[list, recent].map((some) => some.at(-1)?.seq ?? Infinity))) : 0
    const came = grown.filter(
      (logged) => logged.seq >= oldest && logged.at < from && !listed.has(logged.seq) && passes(logged, filter),
    )
    return came.length === 0 ? list : [...list, ...came].sort((a, b) => b.seq - a.seq)
  }

  function setFilter(filter: EventFilter): void {
    if (filter.text !== store.getState().filter.text) compiled = compile(filter.text, fields)
    begin(store.getState().recent, filter)
  }

  async function loadOlder(): Promise<void> {
    const { loading, more, filter } = store.getState()
    if (loading || !more) return
    const { signal } = asking
    store.setState({ loading: true, failure: null })
    try {
      const page = await olderPage(filter, signal)
      if (signal.aborted) return
      const now = store.getState().list
      const oldest = now.at(-1)?.seq ?? Number.POSITIVE_INFINITY
      const next = [...now, ...page.filter((event) => event.seq < oldest)]
      store.setState({ list: next.slice(0, LIST_MAX), more: older !== null && next.length < LIST_MAX, loading: false })
    } catch (thrown) {
      if (!signal.aborted) store.setState({ loading: false, failure: describeFailure(thrown), more: false })
    }
  }

  /** The next older events that pass. Where few do, many answers are empty. */
  async function olderPage(filter: EventFilter, signal: AbortSignal): Promise<readonly LoggedEvent[]> {
    const { from, to } = filter
    const lanes = shownLanes(filter)
    for (;;) {
      const { list, recent } = store.getState()
      // With nothing listed yet the search goes on below what is known to hold no match.
      const before = older ?? list.at(-1)?.seq ?? recent.at(-1)?.seq
      const query = {
        limit: PAGE,
        ...(before === undefined ? {} : { before }),
        ...asked(),
        ...(lanes.length === LANES.length ? {} : { lanes }),
        ...(from === null ? {} : { from }),
        ...(to === null ? {} : { to }),
      }
      const page = await client.events.page(query, { signal })
      if (signal.aborted) return []
      older = page.next
      if (page.events.length > 0 || older === null) return page.events
    }
  }

  function refilter(): void {
    const { recent, list, filter } = store.getState()
    if (filter.text.trim() === '') return
    const oldest = recent.at(-1)?.seq ?? Number.POSITIVE_INFINITY
    const next = [...recent.filter((logged) => passes(logged)), ...list.filter(({ seq }) => seq < oldest)].slice(
      0,
      LIST_MAX,
    )
    const same = next.length === list.length && next.every(({ seq }, index) => seq === list[index]?.seq)
    if (!same) store.setState({ list: next })
  }

  const drawn = paced(store, () => DRAWN_MS, hasOnlyMore)
  return {
    ...store,
    drawn,
    apply,
    begin: (recent) => begin(recent),
    setFilter,
    counts: (logged) => counts(logged),
    counted,
    asked,
    refilter,
    loadOlder,
  }
}

/** Whether nothing but the events changed. */
function hasOnlyMore(state: EventStoreState, before: EventStoreState): boolean {
  const { filter, more, loading, failure } = before
  return state.filter === filter && state.more === more && state.loading === loading && state.failure === failure
}

/** Where a list of events without a span ends: at the past moment that is shown; null for now. */
export function listEnd(picture: PictureStore): number | null {
  const { wanted } = picture.getState()
  // Also at the end of a history: while a network is left more is logged, which no picture shows. How it ended is said beside it.
  return wanted === null ? null : Math.floor(wanted)
}

/**
 * The list ends where the picture is: at the past moment that was asked for, as soon as it is. Once its peers are there, what a filter asks
 * of them is held against the events again.
 */
export function listsEndAt(picture: PictureStore, events: EventStore): void {
  picture.subscribe((state, before) => {
    if (state.played !== null || before.played !== null) return
    const { filter } = events.getState()
    const arrived = state.picture !== before.picture && state.picture !== null && filter.text.trim() !== ''
    // Those beyond the newest were asked for as of the moment before. In time that is played it has no end.
    if (arrived && !state.playing) events.setFilter(filter)
    else if (arrived) events.refilter()
    if (state.wanted === before.wanted) return
    events.setFilter({ ...events.getState().filter, from: null, to: listEnd(picture) })
  })
}
