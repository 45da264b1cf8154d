import type { NetworkId, PeerId } from './ids.ts'
import type { NotDialedWhy } from './not-dialed.ts'
import type { DepartureReason, Source, Version } from './peer.ts'

/** Why an offered entry did not enter the catalog (rules CT2 to CT9, AN4; EarlierStart: ID5). */
export type RejectReason =
  | 'Rejected'
  | 'Outdated'
  | 'DifferentNetwork'
  | 'FromTheFuture'
  | 'Departed'
  | 'EarlierStart'
  | 'Full'
  | 'Malformed'
  | 'BadSignature'
  | 'LimitExceeded'

/** Rules EV1 and EV2: everything that discovery tells, by kind. JSON-safe. */
export type DiscoveryEvent =
  | {
      readonly kind: 'PeerDiscovered'
      readonly peerId: PeerId
      readonly source: Source
      readonly version: Version
      readonly tags: readonly string[]
      readonly addresses: readonly string[]
    }
  | {
      readonly kind: 'PeerUpdated'
      readonly peerId: PeerId
      readonly source: Source
      readonly version: Version
      readonly tags: readonly string[]
      readonly addresses: readonly string[]
      /** Which fields changed; empty for a plain re-announcement. */ readonly changed: readonly EntryField[]
    }
  | {
      readonly kind: 'PeerDeparted'
      readonly peerId: PeerId
      readonly reason: DepartureReason
      /** Version that was known last. */ readonly version: Version
    }
  | {
      /**
       * Told by the monitor, next to the `PeerUpdated` or `PeerDiscovered` that shows it: the entry of a peer that was known in this run has a
       * later start.
       */
      readonly kind: 'PeerRestarted'
      readonly peerId: PeerId
      /** When it started, by its own clock, milliseconds since the epoch. */
      readonly startedAt: number
      /** How it had departed before; null where we heard of no departure. */
      readonly after: DepartureReason | null
    }
  | { readonly kind: 'NeighborUp'; readonly peerId: PeerId }
  | { readonly kind: 'NeighborDown'; readonly peerId: PeerId }
  | {
      readonly kind: 'SyncCompleted'
      readonly peerId: PeerId
      readonly received: number
      readonly sent: number
      readonly bytes: number
      readonly durationMs: number
    }
  | {
      readonly kind: 'SyncFailed'
      readonly peerId: PeerId
      readonly reason: string
      /** Milliseconds until the next try; null where there is none. */ readonly retryInMs: number | null
      /** As of `DialFailed`. */
      readonly since?: number
    }
  | {
      readonly kind: 'DialFailed'
      readonly target: string
      readonly reason: string
      /** Why nobody was dialed; left out where somebody was. */
      readonly notDialed?: NotDialedWhy
      /**
       * Told by the monitor: since when it fails so without the peer being met in between, milliseconds since the epoch, where earlier rows
       * of the log tell of it too.
       */
      readonly since?: number
    }
  | {
      readonly kind: 'EntryRejected'
      /** Null where the bytes did not name one. */ readonly peerId: PeerId | null
      readonly reason: RejectReason
      readonly source: Source
      readonly detail: string
      /**
       * By how much the time that it states is ahead of ours, milliseconds in whole seconds; negative where it is behind. Left out where it was
       * not refused for its time.
       */
      readonly aheadMs?: number
    }
  | { readonly kind: 'DhtSlotClaimed'; readonly slot: number }
  | { readonly kind: 'DhtFailed'; readonly reason: string }
  | {
      /** Rule ID5: another node runs with our key. */
      readonly kind: 'IdentityClash'
      readonly peerId: PeerId
      /** When that node started, milliseconds since the epoch; null where it was met without its entry. */
      readonly startedAt: number | null
    }
  | {
      readonly kind: 'LocalEntryUpdated'
      readonly version: Version
      readonly tags: readonly string[]
      readonly addresses: readonly string[]
    }
  | {
      readonly kind: 'NetworkJoined'
      readonly peerId: PeerId
      readonly networkId: NetworkId
      readonly addresses: readonly string[]
      /**
       * Told by the monitor: when the run before told or showed something last, milliseconds since the epoch, where that ended without a goodbye:
       * Peerscope was killed, or the machine stopped. Left out where it left, and of a first run.
       */
      readonly brokeOffAt?: number
      /** Told by the monitor: after which silence peers are purged in this run, milliseconds. Earlier versions did not say. */
      readonly purgeAfterMs?: number
      /** Told by the monitor: it is the network of a demo. Left out where it is none; earlier versions did not say. */
      readonly demo?: true
    }
  | {
      readonly kind: 'NetworkLeft'
      readonly networkId: NetworkId
      /** Told by the monitor: the user left the network, or Peerscope was closed. Left out where neither was why; earlier versions did not say. */
      readonly how?: 'left' | 'closed'
    }
  | { readonly kind: 'NetworkFailed'; readonly networkId: NetworkId; readonly reason: string }
  | {
      /**
       * Rule WK11: the clock was set, or the machine slept where the monotonic clock stops meanwhile (Linux). Where the machine stood
       * still and its clocks agree, none jumped.
       */
      readonly kind: 'ClockJumped'
      /** Positive when the clock went forward. */
      readonly byMs: number
    }
  | {
      /** Rule WK13: what the clocks of peers say of ours, whenever that changes. */
      readonly kind: 'ClockCompared'
      /** By how much ours is ahead of them, milliseconds (behind where negative); null when it agrees with them again. */
      readonly byMs: number | null
      /** How many peers were asked. Of one or two it may as well be theirs that is wrong. */
      readonly peers: number
    }
  | {
      /** Told by the monitor, not by discovery: our own event loop, or the machine, stood still. */
      readonly kind: 'Stalled'
      /** For how long, milliseconds by the monotonic clock. It ended when this was logged. */
      readonly ms: number
    }
  | {
      /** Told by the monitor: the number of islands of the known links, when it became known and when it changed for good. */
      readonly kind: 'Islands'
      readonly count: number
      /** How many peers are in each, the largest first; of many the first twenty. */
      readonly sizes: readonly number[]
      /**
       * When that number was seen first, milliseconds since the epoch: it is told once it has lasted. Earlier versions did not
       * say.
       */
      readonly since?: number
      /** Of a split: who alone held together what is apart now, as far as the links told in the minute before. Earlier versions did not say. */
      readonly held?: readonly PeerId[]
      /** Of a split: who is in other islands than ours, of many the first 256. Earlier versions did not say. */
      readonly apart?: readonly PeerId[]
      /** Of a split: peers without a known link, which may be on any side; of many the first 256. Left out where there were none. */
      readonly unlinked?: readonly PeerId[]
      /** So many that were apart went silent or left, and that is why there are fewer islands: they did not grow together. */
      readonly gone?: number
      /** Who that is, of many the first 256. */
      readonly missing?: readonly PeerId[]
      /** So many of those are back in our island. */
      readonly back?: number
      /**
       * There had been more for a short time, which is over since they grew together; several such times soon after each
       * other are told as one. Nothing changed for good.
       */
      readonly brief?: {
        readonly count: number
        readonly sizes: readonly number[]
        /** Milliseconds since the epoch. */
        readonly since: number
        readonly until: number
      }
    }
  | {
      /** Told by the monitor: our last neighbor is gone. Until `NetworkBack` nothing is known of the others. */
      readonly kind: 'NetworkLost'
      /** When anybody was heard last, milliseconds since the epoch; null where nobody was. */
      readonly heardAt: number | null
      /** Since when, milliseconds since the epoch: it is told once it has lasted. Earlier versions did not say. */
      readonly since?: number
      /**
       * By which time staleness was judged then, milliseconds since the epoch: after a jump of the clock or a sleep the one
       * before it (rule WK11). Earlier versions did not say.
       */
      readonly judgedAt?: number
      /** After which silence peers were purged, milliseconds. Earlier versions did not say. */
      readonly purgeAfterMs?: number
    }
  | {
      /** Told by the monitor: there is a neighbor again. */
      readonly kind: 'NetworkBack'
      /** Since when, milliseconds since the epoch: it is told once it has lasted. Earlier versions did not say. */
      readonly since?: number
    }
  | {
      readonly kind: 'EventsMissed'
      /** Rule EV3: how many events this reader was too slow for. */ readonly count: number
    }

/** The parts of an entry that an update can change. */
export type EntryField = 'addresses' | 'tags' | 'streams' | 'functions' | 'groups' | 'tickets' | 'protocolVersion'

/** The names of all events. */
export type EventKind = DiscoveryEvent['kind']

/** All kinds, in the order in which filters list them. */
export const EVENT_KINDS = [
  'PeerDiscovered',
  'PeerUpdated',
  'PeerRestarted',
  'PeerDeparted',
  'NeighborUp',
  'NeighborDown',
  'SyncCompleted',
  'SyncFailed',
  'DialFailed',
  'EntryRejected',
  'DhtSlotClaimed',
  'DhtFailed',
  'IdentityClash',
  'LocalEntryUpdated',
  'NetworkJoined',
  'NetworkLeft',
  'NetworkFailed',
  'ClockJumped',
  'ClockCompared',
  'Stalled',
  'Islands',
  'NetworkLost',
  'NetworkBack',
  'EventsMissed',
] as const satisfies readonly EventKind[]

/** Islands that there were for too short a time to be told. */
export type BriefIslands = NonNullable<Extract<DiscoveryEvent, { kind: 'Islands' }>['brief']>

/** An event with its place in the log. */
export interface LoggedEvent {
  /** Grows by one with each event of a data folder, without gaps. */
  readonly seq: number
  /** When it happened, of several the first time. Milliseconds since the epoch. */
  readonly at: number
  readonly event: DiscoveryEvent
  /** How often the same happened, where that was more than once; `event` is the newest then. */
  readonly times?: number
  /** When it happened last, milliseconds since the epoch. */
  readonly lastAt?: number
  /** How the row was before it happened last, oldest first, the first time among them; of many the newest and some of the others. */
  readonly earlier?: readonly EarlierState[]
}

/** A row of the log as it was at a time. */
export interface EarlierState {
  readonly times: number
  /** When it had happened last, milliseconds since the epoch. */
  readonly lastAt: number
  /** Left out where it is that of the next state; of the last state that of the row. */
  readonly event?: DiscoveryEvent
}

/**
 * An event as it was at a moment: how often it had happened by then, when last, and what was told last.
 * @param counted the moment that a time of it counts for
 */
export function eventAsOf(
  logged: LoggedEvent,
  at: number,
  counted: (time: number) => number = (time) => time,
): LoggedEvent {
  const { seq, at: first, lastAt = first, earlier = [] } = logged
  if (counted(lastAt) <= at) return logged
  let { event } = logged
  for (let index = earlier.length - 1; index >= 0; index -= 1) {
    const state = earlier[index]
    event = state?.event ?? event
    if (state === undefined || counted(state.lastAt) > at || state.times === 1) continue
    return { seq, at: first, event, times: state.times, lastAt: state.lastAt, earlier: earlier.slice(0, index) }
  }
  return { seq, at: first, event }
}

/** What of a row happened from a moment on: how often, and when first, as far as that is kept; null where nothing did. */
export function eventSince(logged: LoggedEvent, from: number): LoggedEvent | null {
  const { seq, at, event, times = 1, lastAt = at, earlier = [] } = logged
  if (lastAt < from) return null
  const before = earlier.findLast((state) => state.lastAt < from)
  if (at >= from || before === undefined) return logged
  const count = times - before.times
  const first = earlier.find((state) => state.lastAt >= from)?.lastAt ?? lastAt
  return count === 1 ? { seq, at: lastAt, event } : { seq, at: first, event, times: count, lastAt }
}

/**
 * What of a row passes a test: how often, when first and last, and what was told then, as far as that is kept; null where nothing
 * does. A row may tell of the same peer at several addresses, and what was told last says nothing of the times before it.
 */
export function eventWhere(
  logged: LoggedEvent,
  passes: (event: DiscoveryEvent, at: number) => boolean,
): LoggedEvent | null {
  const { seq, times: all = 1 } = logged
  const kept: Required<EarlierState>[] = []
  let [times, before] = [0, 0]
  for (const state of statesOf(logged)) {
    if (passes(state.event, state.lastAt)) kept.push({ ...state, times: (times += state.times - before) })
    before = state.times
  }
  const [first, last] = [kept[0], kept.at(-1)]
  if (first === undefined || last === undefined) return null
  if (times === all) return logged
  if (times === 1) return { seq, at: last.lastAt, event: last.event }
  return { seq, at: first.lastAt, event: last.event, times, lastAt: last.lastAt, earlier: kept.slice(0, -1) }
}

/** How a row was each time, as far as that is kept, and as it is now; oldest first. */
function statesOf({
  at,
  event: newest,
  times = 1,
  lastAt = at,
  earlier = [],
}: LoggedEvent): readonly Required<EarlierState>[] {
  const states: Required<EarlierState>[] = [{ times, lastAt, event: newest }]
  let event = newest
  for (const state of earlier.toReversed()) {
    event = state.event ?? event
    states.push({ times: state.times, lastAt: state.lastAt, event })
  }
  return states.toReversed()
}

/** The peer that an event is about, if it is about one. */
export function peerOf(event: DiscoveryEvent): PeerId | null {
  return 'peerId' in event ? event.peerId : null
}

/**
 * Whether a run begins with these events, which follow each other: a node tells that its own entry has addresses just before it tells
 * that it joined.
 */
export function beginsRun([first, second]: readonly (Pick<LoggedEvent, 'event'> | undefined)[]): boolean {
  const kind = first?.event.kind
  return kind === 'NetworkJoined' || (kind === 'LocalEntryUpdated' && second?.event.kind === 'NetworkJoined')
}

/** Newest events that a view begins with: where it has fewer, it has all that are stored. */
export const FIRST_EVENTS = 200
