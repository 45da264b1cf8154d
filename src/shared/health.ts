/** How a network and we ourselves are: what the health page, its strip and `peerscope health` show. Plain data, fit for IPC. */
import type { NetworkRef, NetworkStatus } from './contract-network.ts'
import type { EventKind } from './events.ts'
import type { PeerId } from './ids.ts'
import type { IslandsSummary } from './islands.ts'
import type { Loss, NotKnown } from './loss.ts'
import type { Parted } from './parted.ts'

/** How far back `HealthNow` looks for departures and stalls, milliseconds. */
export const HEALTH_SPAN_MS = 600_000
/** Most points of a series. */
export const MAX_POINTS = 400
/** Most values, and most tag keys, that a breakdown lists. */
export const MAX_SLICES = 100
/** From so many milliseconds on it is told that our own machine stood still. */
export const STALL_MS = 1000
/** From so many milliseconds on a delay of our own event loop is worth a word. */
export const LATE_MS = 250

/** What a phrase is told from, as a view can open it. */
export interface Evidence {
  readonly view: 'peers' | 'timeline' | 'network'
  /** A filter of that view; empty for all. */
  readonly filter: string
  /** Kinds of events, for the timeline; empty for all. */
  readonly kinds: readonly EventKind[]
  /** The span of time, milliseconds since the epoch; null where it is now. */
  readonly from: number | null
  readonly to: number | null
  /** The peer to select; null for none. */
  readonly peerId: PeerId | null
}

/** How many peers left in a span of time, by how. */
export interface LeftCounts {
  /** Milliseconds since the epoch. */
  readonly from: number
  readonly to: number
  /** Said goodbye. */
  readonly goodbye: number
  /** Went silent and were purged. */
  readonly silent: number
  /** Were purged after our own machine stood still: it was us who did not hear them. Not among `silent`. */
  readonly ownStall: number
  /** Were purged while our own clock was wrong: we refused what they said, or took it for old. Not among `silent`. */
  readonly ownClock: number
  /** Were purged while we had lost the network: what became of them is not known, so they are not told to have left. */
  readonly ownLoss: number
  /** Were removed by the user, and made room for others: they did not leave. */
  readonly removed: number
  readonly displaced: number
  /**
   * Were crawls (`isCrawl`), however they left; they are in none of the others: a crawl asks all peers for their links and leaves, and the network has lost no member.
   * Charts and timeline show what happened, and so count them.
   */
  readonly crawls: number
}

/** Round-trip times in milliseconds, as `rttOf` (shared/rtt.ts) defines them. */
export interface RttFigures {
  readonly measured: number
  readonly p50: number
  readonly p95: number
  /** Between the p95 and the next time below: the slowest stay above it when their times change a little. */
  readonly slowFrom: number
}

/**
 * When our own event loop, or the machine, stood still in a span. A stall belongs to the span in which it ended, whole; one that
 * happened again and shares a row of the log counts for each time. Durations in milliseconds, times since the epoch.
 */
export interface StallFigures {
  readonly from: number
  readonly to: number
  readonly count: number
  readonly totalMs: number
  readonly worstMs: number
}

/** When we had lost the network, of losses that ended in a span by our being back. Milliseconds, times since the epoch. */
export interface LossFigures {
  /** When the first began, and when the last was over. */
  readonly from: number
  readonly to: number
  readonly count: number
  readonly totalMs: number
}

/** How late our own event loop ran. */
export interface DelayFigures {
  /** The largest delay, milliseconds. */
  readonly worstMs: number
  /** When it was written down, up to a quarter of a minute later; milliseconds since the epoch. */
  readonly worstAt: number
}

/** How it is now. */
export interface HealthNow {
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly network: NetworkRef
  /** `stored`: read from a data folder. All but `here` and `rtt` is told from what was logged last then. */
  readonly state: NetworkStatus['state'] | 'stored'
  /** Peers that are here, ourselves not counted: the count of the header. */
  readonly here: number
  /** What the known links say; null where it is not known: `islandsUnknown` says why. */
  readonly islands: IslandsSummary | null
  /** Several islands, and that peers of the others ended explains it better than a cut: then the network only looks split, as its Why says. */
  readonly islandsEnded: boolean
  /** `untold`: peers of this network do not tell their links; `none yet`: nobody told any so far. */
  readonly islandsUnknown: 'untold' | 'none yet' | null
  /** In the last ten minutes (`HEALTH_SPAN_MS`). */
  readonly left: LeftCounts
  /** In the last ten minutes, those that are over; null where there were none. */
  readonly losses: LossFigures | null
  /** Who did not come back since our last loss of the network; null for nobody, and while that lasts. */
  readonly notKnown: NotKnown | null
  /** The last split, where the other island was taken for gone and is not back; null where there was none. */
  readonly parted: Parted | null
  /** Null while nobody is measured. */
  readonly rtt: RttFigures | null
  /** In the last ten minutes; null where there were none. */
  readonly stalls: StallFigures | null
  /** In the last ten minutes; null where nothing is known of it yet. */
  readonly loopDelay: DelayFigures | null
  /** By how much our clock is ahead of most of `peers` that were asked, milliseconds; null where it agrees. */
  readonly clock: { readonly byMs: number; readonly peers: number } | null
  /** Of how many peers we refuse the entries, since their clock is not ours. */
  readonly refused: number
  /** What is wrong with the store, in words; null where it works. */
  readonly store: string | null
}

/**
 * How it was, as columns of the same length: the value at an index is that of the span from `at` on for `stepMs`. Null where
 * nothing is known, as while the network was not joined.
 */
export interface HealthSeries {
  readonly from: number
  readonly to: number
  readonly stepMs: number
  /** When each span begins, milliseconds since the epoch. */
  readonly at: readonly number[]
  /** Peers here at the end of the span; null where we had left the network by then, unless all of a run lies in the span. */
  readonly here: readonly (number | null)[]
  readonly joined: readonly (number | null)[]
  readonly goodbye: readonly (number | null)[]
  readonly silent: readonly (number | null)[]
  /** Silent after our own stall. Not among `silent`. */
  readonly ownStall: readonly (number | null)[]
  /** Silent while our own clock was wrong. Not among `silent`. */
  readonly ownClock: readonly (number | null)[]
  /** Silent while we had lost the network. Not among `silent`. */
  readonly ownLoss: readonly (number | null)[]
  /** Removed and displaced. */
  readonly removed: readonly (number | null)[]
  /** As of the end of the span. */
  readonly p50: readonly (number | null)[]
  readonly p95: readonly (number | null)[]
  /** The most in the span, so that one that was there for a short time is seen. */
  readonly islands: readonly (number | null)[]
  /** For how long our own machine stood still in the span, milliseconds. */
  readonly stallMs: readonly (number | null)[]
  /** The largest delay of our own event loop in the span, milliseconds; null also where it was not measured. */
  readonly loopDelayMs: readonly (number | null)[]
  /** Of how many peers the round-trip times are, and how many have some: of many only a part is read. */
  readonly rttPeers: { readonly read: number; readonly all: number }
  /** Our last loss of the network until the end of the span, where that is over by then; null where it is not, or long ago. */
  readonly lastLoss: Loss | null
  /** Our losses of the network that ended in it; null where there were none. */
  readonly losses: LossFigures | null
  /** Our own stalls in all of it; null where there were none. */
  readonly stalls: StallFigures | null
  /** Who left in all of it, crawls apart, as the sentence counts them; null where that was not asked for. */
  readonly left: LeftCounts | null
}

/** What peers are counted by: what an entry states, or the values of a tag key (`role` of `role:seed` or `role=seed`). */
export type BreakdownBy = 'protocol' | 'source' | `tag:${string}`

/** How many peers have one value. */
export interface Slice {
  readonly value: string
  readonly count: number
  /** A filter that takes these peers; an empty value has one for those without any. Null where it would be too long for one. */
  readonly filter: string | null
}

/** Peers by value. A peer with several values of a key is counted for each. */
export interface Breakdown {
  readonly by: BreakdownBy
  /** Peers that were counted. */
  readonly peers: number
  /** The most common first, at most `MAX_SLICES`. */
  readonly slices: readonly Slice[]
  /** How many values there are beyond those. */
  readonly moreValues: number
  /** Peers without such a tag; null where there are none. */
  readonly without: Slice | null
  /** The tag keys that there are, those of most peers first, at most `MAX_SLICES`. */
  readonly keys: readonly { readonly key: string; readonly peers: number }[]
}
