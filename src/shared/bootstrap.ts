/** How this node finds others: what it tries, and by which path each peer was first learned. JSON-safe. */
import type { PeerId } from './ids.ts'
import type { ReachabilityStatus } from './reachability.ts'

/**
 * Ways to a peer, in the order in which they are listed (rule BS4).
 * - `given`: an address that the user gave; - `store`: known from an earlier run; - `dht`: a holder of a slot;
 * - `lan`: found by multicast DNS; - `relay`: a place at a relay; - `incoming`: it dialed us;
 * - `gossip`, `sync`: others told of it; - `manual`: an entry that the user brought.
 */
export const BOOTSTRAP_PATHS = [
  'given',
  'store',
  'dht',
  'lan',
  'relay',
  'incoming',
  'gossip',
  'sync',
  'manual',
] as const
/** One of the ways. */
export type BootstrapPath = (typeof BOOTSTRAP_PATHS)[number]

/** How a peer was first learned in this run. */
export interface Learned {
  /** The way on which it was. */
  readonly path: BootstrapPath
  /** Who told of it; null where nobody did. */
  readonly from: PeerId | null
  /** The DHT slot that named it; null for other paths. */
  readonly slot: number | null
  /** When it was, milliseconds since the epoch. */
  readonly at: number
}

/** One place that is dialed, or was. */
export interface Attempt {
  /** How the place was learned. */
  readonly path: BootstrapPath
  /** Null while it is not known who answers there. */
  readonly peerId: PeerId | null
  /** The first address that is tried. */
  readonly address: string
  /** The DHT slot that named it; null for other paths. */
  readonly slot: number | null
  /** How far it is; `notDialed`: nobody was dialed there, for the reason. */
  readonly state: 'waiting' | 'dialing' | 'connected' | 'failed' | 'notDialed'
  /** Why it failed, or was not dialed; null where neither is so. */
  readonly reason: string | null
  /** When the state began, milliseconds since the epoch. */
  readonly at: number
  /** How long the last dial took, milliseconds; null while there was none. */
  readonly tookMs: number | null
  /** How often this place was dialed in this run. */
  readonly tries: number
  /** Who opened the connection that we have with the peer now, at whichever address: `inbound` is the peer; null where there is none. */
  readonly connection: 'inbound' | 'outbound' | null
}

/** How far the warm start is (rules BS1 to BS3). */
export interface WarmStatus {
  /** `none`: nobody is known from before; `done`: all were dialed, the time is over, or there are neighbors enough. */
  readonly state: 'none' | 'running' | 'done'
  /** Places of this round. */
  readonly places: number
  /** How many of them were dialed. */
  readonly dialed: number
  /** When the next round comes if we stay alone, milliseconds since the epoch; null where none will. */
  readonly nextAt: number | null
}

/** What discovery tells of its way into the network. */
export interface BootstrapFacts {
  /** Newest first, a bounded number. */
  readonly attempts: readonly Attempt[]
  /** Addresses that the user dialed and that are kept until they are forgotten; not those given at the join. */
  readonly dialed: readonly string[]
  /** Peers of the catalog by the path on which they were first learned. */
  readonly learned: Readonly<Record<BootstrapPath, number>>
  /** How far the peers of earlier runs are dialed. */
  readonly warm: WarmStatus
}

/** What the Bootstrap view shows. The DHT's slots are asked for apart. */
export interface BootstrapStatus extends BootstrapFacts {
  /** False while no network is joined: then all else is empty. */
  readonly joined: boolean
  /** Bootstrap addresses that were given at the join. */
  readonly given: readonly string[]
  readonly reachability: ReachabilityStatus
  /** Milliseconds since the epoch, by the clock that all times here have. */
  readonly at: number
}

/** Nothing was tried. */
export const NO_BOOTSTRAP: BootstrapFacts = {
  attempts: [],
  dialed: [],
  learned: { given: 0, store: 0, dht: 0, lan: 0, relay: 0, incoming: 0, gossip: 0, sync: 0, manual: 0 },
  warm: { state: 'none', places: 0, dialed: 0, nextAt: null },
}
