import type { NetworkId, PeerId, UniqueId } from './ids.ts'

/** Rule EN2: milliseconds since the epoch, compared `startedAt` first. */
export interface Version {
  /** When the peer started. */
  readonly startedAt: number
  /** When it signed this entry. */
  readonly updatedAt: number
}

/** Rule EN6: opaque bytes of a class. Its id is `derive(class, data)`. */
export interface Ticket {
  /** What kind of ticket it is. */
  readonly class: UniqueId
  /** At most 4 KiB; only those who know the class know what is in it. */
  readonly data: Uint8Array
}

/** Rule EN1: what a peer says about itself. Every collection is sorted and without duplicates. */
export interface PeerEntry {
  /** Semantic version of the discovery protocol that the peer speaks. */
  readonly protocolVersion: string
  /** The network that it is in. */
  readonly networkId: NetworkId
  /** Grows with each entry that the peer signs. */
  readonly version: Version
  /** Whose entry it is. */
  readonly peerId: PeerId
  /** Multiaddrs without a `/p2p/…` end: at most 32, each of at most 256 bytes. */
  readonly addresses: readonly string[]
  /** At most 64, each of at most 64 bytes. */
  readonly tags: readonly string[]
  /** Ids of streams that it offers, at most 256. */
  readonly streams: readonly UniqueId[]
  /** Ids of functions that it offers, at most 256; none where the network's entries have no such field. */
  readonly functions: readonly UniqueId[]
  /** Ids of groups that it is in, at most 256. */
  readonly groups: readonly UniqueId[]
  /** At most 16. */
  readonly tickets: readonly Ticket[]
  /**
   * The time between its announcements in a large network, milliseconds: it stays known for longer by it (rule AN14). Left out
   * where it announces itself as often as usual.
   */
  readonly announcedEvery?: number
}

/** By which path the newest entry of a peer came. */
export type Source = 'gossip' | 'sync' | 'ping' | 'dht' | 'manual' | 'self'

/**
 * Why a peer is gone: it said goodbye, it went silent, the user removed it, or a full catalog made room for another (rule
 * CT8). Told by the monitor only: `lost`, purged while we had lost the network, which says nothing of the peer.
 */
export type DepartureReason = 'graceful' | 'purged' | 'lost' | 'removed' | 'displaced'

/**
 * What is known of a peer at this moment.
 * - `online`: in the catalog; - `departed`: said goodbye; - `purged`: went silent; - `lost`: purged while we had lost the
 * network, so that it is not known what became of it; - `removed`: removed by the user;
 * - `displaced`: a full catalog made room for another peer;
 * - `stored`: known from an earlier session and not heard of since.
 */
export type PeerState = 'online' | 'departed' | 'purged' | 'lost' | 'removed' | 'displaced' | 'stored'

/** Rule RT1: smoothed round-trip time, in milliseconds. */
export interface Rtt {
  /** The smoothed time. */
  readonly srtt: number
  /** Its smoothed deviation. */
  readonly rttvar: number
  /** The newest sample. */
  readonly last: number
  /** When it was taken, milliseconds since the epoch. */
  readonly at: number
}

/** A peer as every view shows it: its entry's plain fields and what was observed of it. JSON-safe. */
export interface PeerRow {
  readonly peerId: PeerId
  readonly self: boolean
  readonly state: PeerState
  /** Set by `rowInLoss` alone: it was here when we lost the network, and it is not known what became of it. */
  readonly notKnown?: true
  /** False for entries that were typed in locally (rule CT9). */
  readonly signed: boolean
  readonly protocolVersion: string
  readonly version: Version
  readonly addresses: readonly string[]
  readonly tags: readonly string[]
  readonly streams: readonly UniqueId[]
  readonly functions: readonly UniqueId[]
  readonly groups: readonly UniqueId[]
  readonly ticketCount: number
  /** In our gossip mesh now. */
  readonly neighbor: boolean
  /** We hold an open connection to it now. */
  readonly connected: boolean
  readonly source: Source
  /** Milliseconds since the epoch. */
  readonly firstSeen: number
  /** Since when it is here, where it was known before: it came back, or we found it after our own restart. Left out where neither is so. */
  readonly backAt?: number
  readonly lastSeen: number
  readonly rtt: Rtt | null
}

/** One end-to-end fact between two peers, with its evidence (rule TP2). `a` said it or holds it. */
export interface Edge {
  readonly a: PeerId
  readonly b: PeerId
  readonly kind: 'connection' | 'neighbor' | 'holds'
  /** Who said so: `a`; our own id for what we see ourselves. */
  readonly saidBy: PeerId
  /** When it was said or seen, milliseconds since the epoch. */
  readonly at: number
}

/**
 * Characters of an id that tell peers apart: 76 bits, so that nobody finds a key whose id ends as that of a given peer. Two keys of one's own whose ids end
 * alike can be found in hours; all that comes of it is that one's own edges replace each other.
 */
const TAIL = 13

/**
 * Names an edge: the same text where the same is said again, another one for other ends, another kind, or where somebody else says it.
 * Short, because there are tens of thousands: whole ids would take four times as much.
 */
export function edgeKey({ kind, a, b, saidBy }: Edge): string {
  return `${kind.charAt(0)}${a.slice(-TAIL)}${b.slice(-TAIL)}${saidBy === a ? '' : saidBy.slice(-TAIL)}`
}

/** Since when a peer is here, milliseconds since the epoch. */
export function hereSince({ firstSeen, backAt }: Pick<PeerRow, 'firstSeen' | 'backAt'>): number {
  return backAt ?? firstSeen
}

/** When a peer was seen first, and came back, that is here since a moment, milliseconds since the epoch. @param before how it was known by then */
export function backSince(
  since: number,
  before: Pick<PeerRow, 'firstSeen'> | undefined,
): Pick<PeerRow, 'firstSeen' | 'backAt'> {
  const known = before !== undefined && before.firstSeen < since
  return known ? { firstSeen: before.firstSeen, backAt: since } : { firstSeen: since }
}

/** Rule EN2: negative, zero or positive as `a` is older than, equal to or newer than `b`. */
export function compareVersions(a: Version, b: Version): number {
  return a.startedAt - b.startedAt || a.updatedAt - b.updatedAt
}

/**
 * No process starts twice within so long, milliseconds. A peer that goes on after its clock was set back states a start that is later by 1:
 * only so is its next version newer (rule EN2).
 */
const SAME_START_MS = 1000

/** Whether two starts that a peer stated are those of one process. */
export function isSameStart(a: Pick<Version, 'startedAt'>, b: Pick<Version, 'startedAt'>): boolean {
  return Math.abs(a.startedAt - b.startedAt) < SAME_START_MS
}
