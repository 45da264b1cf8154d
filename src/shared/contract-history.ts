/** The contract's part about what was: presences, notes, search, and past moments. */
import { eventIterator, oc } from '@orpc/contract'
import { z } from 'zod'
import { peerId, output, text } from './contract-schemas.ts'
import type { LoggedEvent } from './events.ts'
import { EVENT_KINDS } from './events.ts'
import { MAX_FILTER } from './filter.ts'
import type { PeerId } from './ids.ts'
import { LANES, MAX_BINS } from './lanes.ts'
import type { EventCounts } from './lanes.ts'
import type { Loss } from './loss.ts'
import type { Parted } from './parted.ts'
import type { DepartureReason, Edge, PeerRow } from './peer.ts'

/** One presence of a peer. Times are milliseconds since the epoch. */
export interface SessionRow {
  readonly id: number
  readonly peerId: PeerId
  readonly from: number
  /** Null while it lasts. */
  readonly to: number | null
  readonly reason: DepartureReason | 'unknown' | null
}

/** What the user wrote about a peer. Sent to nobody. */
export interface PeerNote {
  readonly name: string
  readonly note: string
}

/** A peer with what the user wrote about it. */
export interface NotedPeer extends PeerNote {
  readonly peerId: PeerId
}

/** Most notes that are given at once. */
export const MAX_NOTES = 10_000

/** Moments at which something was shown, before and after one at which nothing was; null where there is none. */
export interface Nearest {
  readonly before: number | null
  readonly after: number | null
}

/** A stall of our own machine, from when it began until it ended; milliseconds since the epoch. */
export interface StallSpan {
  readonly from: number
  readonly to: number
}

/** A past moment. Times are milliseconds since the epoch. */
export interface PastMoment {
  readonly at: number
  /** The number of the last event that had happened. */
  readonly seq: number
  /** When the links were stored that are shown: the moment itself where what was shown was kept. Null where none are. */
  readonly edgesAt: number | null
  /** The loss of the network that lasted then; null where we were in it, or that is not known. */
  readonly loss: Loss | null
  /** Whether everybody had said goodbye by then, so that nobody was left: no loss. */
  readonly deserted: boolean
  /** Whether nobody had been met since we joined. */
  readonly alone: boolean
  /** Our own stall that lasted then: what is shown is from before it. Null where there was none, or that is not known. */
  readonly stall: StallSpan | null
  /** The last split before it, as of `HealthNow`. */
  readonly parted: Parted | null
  /** As of `HealthNow`, where it is known: the links of the moment looked like several islands, whose peers rather ended. */
  readonly islandsEnded?: true
  /** Where nothing was shown then: the nearest moments at which something was. Null where something was. */
  readonly nearest: Nearest | null
}

/** What was shown at a moment. */
export interface PastRows {
  readonly peers: readonly PeerRow[]
  readonly edges: readonly Edge[]
}

/** The network as it was shown at a past moment; of older history as far as it was logged. */
export type PastPicture = PastMoment & PastRows

/** The same as it is told: rows in parts, so that thousands hold nobody up, and last the moment that they are of. */
export type PastPart = ({ readonly kind: 'rows' } & PastRows) | ({ readonly kind: 'done' } & PastMoment)

/** A page of events, newest first; oldest first where `after` was given. */
export interface EventsFound {
  readonly events: readonly LoggedEvent[]
  /** Where more may be: the `before` of the next page, the `after` of one that was asked for with it. Null where there are none. */
  readonly next: number | null
}

/** Which span the event log covers. Milliseconds since the epoch; null where it is empty. */
export interface HistorySpan {
  readonly from: number | null
  readonly to: number | null
}

/** How much is stored, of all networks. */
export interface StorageFigures {
  readonly fileBytes: number
  /** Free in the file, to be used again. */
  readonly freeBytes: number
  readonly events: number
  readonly peers: number
  readonly sessions: number
  /** Milliseconds since the epoch; null without events. */
  readonly oldestEvent: number | null
}

/** Which events a page shows, newest first; oldest first where `after` is given. */
export const eventsQuery = z.object({
  /** Only events with a smaller sequence number. */
  before: z.number().int().optional(),
  /** Only events with a greater sequence number, oldest first. */
  after: z.number().int().optional(),
  limit: z.number().int().min(1).max(1000).default(200),
  /** Only events of this span of time, both ends included. */
  from: z.number().optional(),
  to: z.number().optional(),
  kinds: z.array(z.enum(EVENT_KINDS)).max(EVENT_KINDS.length).optional(),
  /** Only events of these lanes of the timeline: without `again`, re-announcements are left out. */
  lanes: z.array(z.enum(LANES)).max(LANES.length).optional(),
  peerId: peerId.optional(),
  /** Only events that pass; peers count as they are known now, or as they were shown at `asOf`. */
  filter: text.max(MAX_FILTER).default(''),
  /** The past moment that is looked at: for a filter ages count from it. Now where left out. */
  asOf: z.number().int().min(0).optional(),
})

/** What is counted: the events that a page would show, in `bins` spans of the same length; `to` is not included. */
export const countsQuery = z.object({
  from: z.number().int().min(0),
  to: z.number().int().min(0),
  bins: z.number().int().min(1).max(MAX_BINS),
  kinds: z.array(z.enum(EVENT_KINDS)).max(EVENT_KINDS.length).optional(),
  peerId: peerId.optional(),
  filter: text.max(MAX_FILTER).default(''),
  asOf: z.number().int().min(0).optional(),
  /** Where the bars begin that this is a part of, left out where it is all: what began before them counts where it happened first in them. */
  barsFrom: z.number().int().min(0).optional(),
})

/** Times are milliseconds since the epoch. */
export const historyContract = {
  storage: oc.output(output<StorageFigures>()),
  /** Presences of peers, those that began last first. */
  sessions: oc
    .input(
      z.object({
        before: z.number().int().optional(),
        limit: z.number().int().min(1).max(1000).default(200),
        peerId: peerId.optional(),
      }),
    )
    .output(output<{ readonly sessions: readonly SessionRow[]; readonly more: boolean }>()),
  /** Full-text search over ids, nicknames, tags, notes and event details. */
  search: oc
    .input(
      z.object({
        text: text.min(1).max(200),
        before: z.number().int().optional(),
        limit: z.number().int().min(1).max(200).default(50),
      }),
    )
    .output(
      output<{
        readonly peers: readonly PeerId[]
        readonly events: readonly LoggedEvent[]
        readonly more: boolean
      }>(),
    ),
  /** The user's own name and words for a peer; null where there are none. */
  note: oc.input(z.object({ peerId })).output(output<PeerNote | null>()),
  /** All names and words of the user about peers of the network; at most `MAX_NOTES` of them. */
  notes: oc.output(output<readonly NotedPeer[]>()),
  /** Null takes them away. */
  setNote: oc
    .input(z.object({ peerId, note: z.object({ name: text.max(100), note: text.max(4000) }).nullable() }))
    .output(output<void>()),
  /** The network as it was. */
  at: oc.input(z.object({ at: z.number().int().min(0) })).output(eventIterator(output<PastPart>())),
  span: oc.output(output<HistorySpan>()),
  /** Events by lane of the timeline. */
  counts: oc.input(countsQuery).output(output<EventCounts>()),
}
