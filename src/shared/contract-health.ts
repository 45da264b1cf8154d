/** The contract's part about how it is, and why. */
import { oc } from '@orpc/contract'
import { z } from 'zod'
import { output, peerId, text } from './contract-schemas.ts'
import { MAX_FILTER } from './filter.ts'
import type { Breakdown, BreakdownBy, HealthNow, HealthSeries } from './health.ts'
import { MAX_POINTS } from './health.ts'
import type { NetworkWhy, PeerWhy } from './why.ts'

const moment = z.number().int().min(0)

/** Longest key of a tag that is asked for, with its prefix, in characters. */
const MAX_BY = 80

const by = z.custom<BreakdownBy>(
  (value) => typeof value === 'string' && value.length <= MAX_BY && /^(protocol|source|tag:.+)$/s.test(value),
  'counted by protocol, source or tag:KEY',
)

/** Times are milliseconds since the epoch. */
export const seriesQuery = z.object({
  from: moment,
  to: moment,
  points: z.number().int().min(1).max(MAX_POINTS).default(200),
  /** Only peers that pass, as they are known now, are counted and measured. Islands and our own stalls are of all. */
  filter: text.max(MAX_FILTER).default(''),
  /** Whether who left in all of it is told too: each of them is looked up. */
  left: z.boolean().default(false),
})

/** The moment is now where it is left out. */
export const breakdownQuery = z.object({ by, at: moment.optional() })

/** All of these reject with `NotJoined` where no network is shown. Times are milliseconds since the epoch. */
export const healthContract = {
  /** Cheap: may be asked every second. */
  now: oc.output(output<HealthNow>()),
  /** From what is stored. Rejects with `FilterError`, and with `InvalidArgument` where the span ends before it begins. */
  series: oc.input(seriesQuery).output(output<HealthSeries>()),
  /**
   * Peers by value: those that are here, or were at a moment, as they were shown then. While we have lost the network, those
   * that were here when that began.
   */
  breakdown: oc.input(breakdownQuery).output(output<Breakdown>()),
}

/**
 * Why a peer or the network is as it is, or with `at` as it was at that past moment. Both reject with `InvalidArgument` where of
 * that moment nothing is kept that explains it.
 */
export const whyContract = {
  /** Rejects with `UnknownPeer`. */
  peer: oc.input(z.object({ peerId, at: moment.optional() })).output(output<PeerWhy>()),
  network: oc.input(z.strictObject({ at: moment.optional() })).output(output<NetworkWhy>()),
}
