/**
 * What events mean, for the timeline: each event belongs to one lane. The engine filters and counts by lanes, the window
 * draws them. A new kind of event does not compile until it has a lane.
 */
import type { DiscoveryEvent, EventKind, LoggedEvent } from './events.ts'
import { EVENT_KINDS } from './events.ts'
import { happenedIn } from './growing.ts'
import type { DepartureReason } from './peer.ts'

/**
 * The lanes, in the order in which bars are stacked and the legend lists them. `lost`: purged while we had lost the network, which
 * says nothing of the peer, so it does not count as a silence. `restarted`: neither a join nor a departure. `again`: a peer announced itself without a
 * change, which is most of all events and hidden unless asked for.
 */
export const LANES = [
  'joined',
  'goodbye',
  'silent',
  'lost',
  'restarted',
  'failed',
  'islands',
  'own',
  'other',
  'again',
] as const
/** One of the lanes. */
export type Lane = (typeof LANES)[number]

/** A kind has one lane, or tells by the event which of several it is. */
type LaneOfKind<Kind extends EventKind> =
  Lane | { readonly lanes: readonly Lane[]; readonly of: (event: Extract<DiscoveryEvent, { kind: Kind }>) => Lane }

const DEPARTED_IN = {
  graceful: 'goodbye',
  purged: 'silent',
  lost: 'lost',
  removed: 'other',
  displaced: 'other',
} as const satisfies Readonly<Record<DepartureReason, Lane>>

const LANE_OF: { readonly [Kind in EventKind]: LaneOfKind<Kind> } = {
  PeerDiscovered: 'joined',
  PeerUpdated: { lanes: ['other', 'again'], of: ({ changed }) => (changed.length === 0 ? 'again' : 'other') },
  PeerRestarted: 'restarted',
  PeerDeparted: {
    lanes: ['goodbye', 'silent', 'lost', 'other'],
    of: ({ reason }) => DEPARTED_IN[reason],
  },
  NeighborUp: 'other',
  NeighborDown: 'other',
  SyncCompleted: 'other',
  SyncFailed: 'failed',
  DialFailed: 'failed',
  EntryRejected: 'failed',
  DhtSlotClaimed: 'other',
  DhtFailed: 'own',
  IdentityClash: 'own',
  // Told for changes only: our own announcements are no events.
  LocalEntryUpdated: 'other',
  NetworkJoined: 'other',
  NetworkLeft: 'other',
  NetworkFailed: 'own',
  ClockJumped: 'own',
  ClockCompared: 'own',
  Stalled: 'own',
  Islands: 'islands',
  NetworkLost: 'own',
  NetworkBack: 'own',
  EventsMissed: 'own',
}

/** The lane of an event. */
export function laneOf(event: DiscoveryEvent): Lane {
  const lane = LANE_OF[event.kind]
  return typeof lane === 'string' ? lane : (lane.of as (event: DiscoveryEvent) => Lane)(event)
}

/** The lanes that events of a kind can have: of most kinds it is one. */
export function lanesOfKind(kind: EventKind): readonly Lane[] {
  const lane = LANE_OF[kind]
  return typeof lane === 'string' ? [lane] : lane.lanes
}

/** The kinds of which events can be in one of the lanes. */
export function kindsInLanes(lanes: readonly Lane[], among: readonly EventKind[] = EVENT_KINDS): EventKind[] {
  return among.filter((kind) => lanesOfKind(kind).some((lane) => lanes.includes(lane)))
}

/** Most bins that are counted at once. */
export const MAX_BINS = 400

/** How many events there were in each lane; lanes without any may be left out. */
export type LaneCounts = Readonly<Partial<Record<Lane, number>>>

/** How many events there were, by bin and lane. */
export interface EventCounts {
  readonly bins: readonly LaneCounts[]
  /** False where there were too many to look at each: the numbers are then estimated from those that were looked at. */
  readonly exact: boolean
}

/** Spans of one length, from `from` (included) to `to` (not included); milliseconds since the epoch. */
export interface BinSpan {
  readonly from: number
  readonly to: number
  readonly bins: number
}

/** The bin of a moment, or null where none holds it. */
export function binOf(at: number, { from, to, bins }: BinSpan): number | null {
  const bin = Math.floor(((at - from) / (to - from)) * bins)
  return at >= from && at < to && bin < bins ? bin : null
}

/**
 * Counts rows of the log by bin and lane, each once, where it happened first in the span (`happenedIn`), however often it happened. So of
 * the lane `again` too, whose rows hold the announcements of ten minutes: how many of them lie in a bin, or before a moment, is not kept.
 * @param barsFrom where the bars begin of which the span is a part
 */
export function countByLane(events: Iterable<LoggedEvent>, span: BinSpan, barsFrom = span.from): EventCounts {
  const bins: Partial<Record<Lane, number>>[] = Array.from({ length: span.bins }, () => ({}))
  for (const logged of events) {
    const at = happenedIn(logged, barsFrom, span.to)
    const counts = at === null ? undefined : bins[binOf(at, span) ?? -1]
    if (counts === undefined) continue
    const lane = laneOf(logged.event)
    counts[lane] = (counts[lane] ?? 0) + 1
  }
  return { bins, exact: true }
}
