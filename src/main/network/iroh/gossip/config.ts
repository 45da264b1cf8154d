/** The numbers of gossip on iroh, and its bounds. Durations are milliseconds. */
import type { Rate } from '../../../discovery/base/rates.ts'

/** Settings of the membership, named as the paper on HyParView names them. */
export interface MembershipConfig {
  /** Peers that we are connected to. */
  readonly activeView: number
  /** Peers that we could be connected to. */
  readonly passiveView: number
  /** Hops of a ForwardJoin until its peer is asked to be a neighbor. */
  readonly activeWalk: number
  /** Hops that are left when a ForwardJoin's peer is kept in the passive view. */
  readonly passiveWalk: number
  /** Hops of a Shuffle until somebody answers it. */
  readonly shuffleWalk: number
  /** Peers of the active and of the passive view in a Shuffle. */
  readonly shuffleActive: number
  readonly shufflePassive: number
  readonly shuffleIntervalMs: number
  /** How long a peer has to answer that it is our neighbor; dialing it is a part of that. */
  readonly neighborTimeoutMs: number
}

/** Settings of the broadcast, named as the paper on Plumtree names them. */
export interface BroadcastConfig {
  /** From the first IHave of a message to the first Graft. */
  readonly graftFirstMs: number
  /** From one Graft to the next, which goes to another peer. */
  readonly graftNextMs: number
  /** How long IHaves are collected. */
  readonly dispatchMs: number
  /** By how many hops a lazy path must be shorter to become an eager one. */
  readonly optimizationHops: number
  /** How long contents are kept for Grafts. */
  readonly contentMs: number
  /** How long ids are remembered. */
  readonly idMs: number
}

/** Settings of one topic. All members of a mesh should have the same. */
export interface GossipConfig {
  readonly membership: MembershipConfig
  readonly broadcast: BroadcastConfig
  /** A frame without its length must be smaller than this, bytes. */
  readonly maxMessageBytes: number
}

/** What iroh-gossip 0.97 and 0.101 do unless told otherwise; mosaik tells them nothing. */
export const IROH_GOSSIP: GossipConfig = {
  membership: {
    activeView: 5,
    passiveView: 30,
    activeWalk: 6,
    passiveWalk: 3,
    shuffleWalk: 6,
    shuffleActive: 3,
    shufflePassive: 4,
    shuffleIntervalMs: 60_000,
    neighborTimeoutMs: 500,
  },
  broadcast: {
    graftFirstMs: 80,
    graftNextMs: 40,
    dispatchMs: 5,
    optimizationHops: 7,
    contentMs: 30_000,
    idMs: 90_000,
  },
  maxMessageBytes: 4096,
}

/** Bounds that iroh-gossip does not have. */
export const BOUNDS = {
  /** Peers that one Join input names. */
  joins: 64,
  /** Peers that were asked for something and have neither answered nor been given up. */
  waiting: 96,
  /** Peers of a message that are looked at; iroh-gossip sends 8. */
  nodes: 16,
  /** Address data of one peer, bytes; more is left out. */
  peerData: 1024,
  /** Contents kept for Grafts, and their bytes. */
  contents: 16_384,
  contentBytes: 8 * 2 ** 20,
  /** Message ids remembered. */
  ids: 65_536,
  /** Contents that were put out and not yet judged. */
  unjudged: 256,
  /** Messages that one neighbor announced and that are missing. */
  missing: 1024,
  /** Ids that wait to be announced to one neighbor. */
  announcements: 4096,
  /** Hops that a content is said to have come at most: an honest number is far below, and it must not overflow anywhere. */
  hops: 1000,
} as const

/** How often peers may do what costs us or others something. */
export const RATES = {
  /** New neighbors by requests that may not be refused. */
  admissions: { perSecond: 4, burst: 40 },
  /** Peers that come when admissions are used up: they get other peers' names. */
  turnedAway: { perSecond: 20, burst: 100 },
  /** ShuffleReplies of peers that are no neighbors. */
  strangers: { perSecond: 1, burst: 20 },
  /** One neighbor's Joins and Neighbors, each of which is answered. */
  renewals: { perSecond: 0.2, burst: 5 },
  /** One neighbor's ForwardJoins. */
  forwards: { perSecond: 20, burst: 100 },
  /** One neighbor's Shuffles and ShuffleReplies. */
  shuffles: { perSecond: 0.5, burst: 20 },
  /** One neighbor's Grafts that are answered with a content. */
  grafts: { perSecond: 100, burst: 400 },
} as const satisfies Readonly<Record<string, Rate>>

/** Times of our own, milliseconds. */
export const TIMES = {
  /** A peer that was asked and did not become a neighbor is disconnected after this. */
  settleMs: 10_000,
  /** A peer that refused to be a neighbor is not asked again for so long. */
  restMs: 60_000,
  /** From one refusal to the next request, where there are two neighbors or more. */
  refillMs: 1000,
  /** How long a Neighbor of ours waits for its answer, so that the answer is not answered. */
  greetingMs: 5000,
} as const
