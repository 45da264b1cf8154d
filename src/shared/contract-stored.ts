/** The contract's part about networks that were joined before: what is stored of one is looked at without joining. */
import { eventIterator, oc } from '@orpc/contract'
import { z } from 'zod'
import { breakdownQuery, seriesQuery } from './contract-health.ts'
import type { EventsFound, NotedPeer, PastPart, SessionRow } from './contract-history.ts'
import { countsQuery, eventsQuery } from './contract-history.ts'
import type { HistoryEnd, NetworkRef } from './contract-network.ts'
import { networkKind, output, peerId, text } from './contract-schemas.ts'
import { exportQuery } from './exports-query.ts'
import type { Breakdown, HealthSeries } from './health.ts'
import type { EventCounts } from './lanes.ts'
import type { KnownName } from './names.ts'
import type { ExportChunk, MomentSpan } from './reports.ts'
import type { NetworkWhy, PeerWhy } from './why.ts'

/** A stored network that can be looked at. */
export interface StoredNetwork {
  readonly network: NetworkRef
  /** Whether it was that of a demo, which nobody can join again. */
  readonly demo: boolean
  /** What is stored: `asOf` is the last moment at which the network was shown. */
  readonly moment: MomentSpan
  /** How it ended then; null where nothing tells. */
  readonly end: HistoryEnd | null
  /** The user's own names and words for its peers, at most `MAX_NOTES` of them, and its name book. */
  readonly notes: readonly NotedPeer[]
  readonly names: readonly KnownName[]
}

/** Which network, by name or id, and what is asked of it. */
const of = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.object({ network: text.min(1), kind: networkKind, ...shape })

/**
 * The calls name their network, so that nothing is open in between. All reject with `InvalidArgument` for one that is not among
 * the recent ones, and none writes anything.
 */
export const storedContract = {
  open: oc.input(of({})).output(output<StoredNetwork>()),
  /** As `history.at`; at the last moment that is stored, the catalog as it is stored where nothing else is known. */
  at: oc.input(of({ at: z.number().int().min(0) })).output(eventIterator(output<PastPart>())),
  events: oc.input(of({ query: eventsQuery })).output(output<EventsFound>()),
  counts: oc.input(of({ query: countsQuery })).output(output<EventCounts>()),
  /** Presences of one peer, those that began last first. */
  sessions: oc
    .input(of({ peerId, limit: z.number().int().min(1).max(1000).default(200) }))
    .output(output<{ readonly sessions: readonly SessionRow[]; readonly more: boolean }>()),
  series: oc.input(of({ query: seriesQuery })).output(output<HealthSeries>()),
  breakdown: oc.input(of({ query: breakdownQuery })).output(output<Breakdown>()),
  /** As `why.peer` and `why.network` of a past moment. */
  whyPeer: oc.input(of({ peerId, at: z.number().int().min(0) })).output(output<PeerWhy>()),
  whyNetwork: oc.input(of({ at: z.number().int().min(0) })).output(output<NetworkWhy>()),
  /** As `exports.file`. */
  file: oc.input(of({ query: exportQuery })).output(eventIterator(output<ExportChunk>())),
}
