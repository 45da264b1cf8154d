/** The contract's part about snapshots that others made. */
import { eventIterator, oc } from '@orpc/contract'
import { z } from 'zod'
import { breakdownQuery, seriesQuery } from './contract-health.ts'
import type { EventsFound, PastPart } from './contract-history.ts'
import { countsQuery, eventsQuery } from './contract-history.ts'
import { output, peerId, text } from './contract-schemas.ts'
import type { Breakdown, HealthSeries } from './health.ts'
import type { EventCounts } from './lanes.ts'
import type { NetworkWhy, PeerWhy } from './why.ts'
import type { ImportReport, RowsMessage, SnapshotReport, WorkMessage } from './reports.ts'

/** Work on a file takes its time: it tells how far it is, and last what came of it. Leaving the loop ends it. */
const work = <Result>() => eventIterator(output<WorkMessage<Result>>())

/** A file is handed over in parts: begin, put each, use, drop. It is forgotten after half an hour. */
export const snapshotsContract = {
  begin: oc.output(output<{ readonly file: string }>()),
  put: oc.input(z.object({ file: text, base64: z.base64().max(700_000) })).output(output<void>()),
  drop: oc.input(z.object({ file: text })).output(output<void>()),
  /** Checks every signature. What is wrong is in the report; it rejects only for what is no snapshot. */
  verify: oc.input(z.object({ file: text })).output(work<SnapshotReport>()),
  /** Offers its entries to the joined network's catalog, through all rules. Those that were offered before it ends stay. */
  import: oc.input(z.object({ file: text })).output(work<ImportReport>()),
  /** Its peers, to look at: in parts. A shared moment can be played from then on, until another file is looked at. */
  look: oc.input(z.object({ file: text })).output(eventIterator(output<RowsMessage>())),
  /** A shared moment that is looked at, as `history.at`, `events.page`, `history.counts` and `health` tell of the network. */
  at: oc.input(z.object({ file: text, at: z.number() })).output(eventIterator(output<PastPart>())),
  events: oc.input(z.object({ file: text, query: eventsQuery })).output(output<EventsFound>()),
  counts: oc.input(z.object({ file: text, query: countsQuery })).output(output<EventCounts>()),
  series: oc.input(z.object({ file: text, query: seriesQuery })).output(output<HealthSeries>()),
  breakdown: oc.input(z.object({ file: text, query: breakdownQuery })).output(output<Breakdown>()),
  /** As `why.peer` and `why.network` of a past moment, by what the file holds. */
  whyPeer: oc.input(z.object({ file: text, peerId, at: z.number() })).output(output<PeerWhy>()),
  whyNetwork: oc.input(z.object({ file: text, at: z.number() })).output(output<NetworkWhy>()),
}
