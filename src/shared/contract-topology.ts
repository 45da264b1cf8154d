/** The contract's part about who is linked to whom. */
import { eventIterator, oc } from '@orpc/contract'
import { z } from 'zod'
import { output, peerId } from './contract-schemas.ts'
import type { AskedNeighbors, CrawlMessage, TopologyChange, TopologyPart, TopologyRow } from './topology.ts'

const id = z.number().int().min(1)

/** Times are milliseconds since the epoch. */
export const topologyContract = {
  /**
   * Asks all peers of the catalog for their neighbors (rule TP1). One crawl runs at a time: who calls while it runs joins
   * it. Leaving the loop takes part no more; the last to leave ends it.
   */
  crawl: oc.output(eventIterator(output<CrawlMessage>())),
  /** Asks one peer for its neighbors (rule TP1). Rejects with `Unavailable` where peers of the network do not tell. */
  ask: oc.input(z.object({ peerId })).output(output<AskedNeighbors>()),
  /** What is stored of the links of the shown network, newest first. */
  list: oc
    .input(
      z.object({
        /** Only what was stored before. */
        before: z.number().int().optional(),
        limit: z.number().int().min(1).max(500).default(50),
      }),
    )
    .output(output<{ readonly topologies: readonly TopologyRow[]; readonly more: boolean }>()),
  /** In parts; null at their end where it is not stored. */
  get: oc.input(z.object({ id })).output(eventIterator(output<TopologyPart>())),
  /** Lines that came and went between two stored ones, or since then (null). Rejects with `InvalidArgument`. */
  compare: oc.input(z.object({ before: id, after: id.nullable() })).output(output<TopologyChange>()),
}
