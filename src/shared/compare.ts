/** Comparisons of two pictures of a network, moments or files, as they cross to a user interface. Plain data, fit for IPC. */
import type { NetworkId, PeerId } from './ids.ts'
import type { NetworkKind } from './network-kind.ts'
import type { WorkStep } from './reports.ts'
import type { Link } from './topology.ts'

/** One side of a comparison. Times are milliseconds since the epoch. */
export type CompareSide =
  /** The shown network as it was, or as it is now (null). */
  | { readonly kind: 'moment'; readonly at: number | null }
  /** A snapshot file; of a shared moment also another time of its span. Null for the one that it is of. */
  | { readonly kind: 'file'; readonly file: string; readonly at: number | null }

/** How a peer went from the first picture to the second: the state that it is in since, or that the second does not have it. */
export const LEFT_REASONS = ['departed', 'purged', 'lost', 'removed', 'displaced', 'stored', 'missing'] as const
/** One of them. */
export type LeftReason = (typeof LEFT_REASONS)[number]

/** Whether the first picture knew of a peer that came: `back` where it had left before. */
export type CameAs = 'new' | 'back'

/** What became of a peer. Those that are gone in both pictures are only counted. */
export type ComparedPeerRow =
  | { readonly what: 'came'; readonly peerId: PeerId; readonly as: CameAs }
  | {
      readonly what: 'left'
      readonly peerId: PeerId
      readonly reason: LeftReason
      /** When it was heard of last, milliseconds since the epoch; null where the second picture does not have it. */
      readonly lastSeen: number | null
    }
  | {
      readonly what: 'changed'
      readonly peerId: PeerId
      readonly restarted: boolean
      /** `tags: +a −b`, `protocolVersion: 1.0.0 → 1.1.0`. */
      readonly changes: readonly string[]
    }
  | { readonly what: 'same'; readonly peerId: PeerId }

/** How many. */
export interface ComparedCounts {
  readonly came: number
  readonly left: number
  /** Those that left, by reason. */
  readonly leftBy: Readonly<Record<LeftReason, number>>
  readonly changed: number
  /** Here in both, and not changed. Announcing again is no change. */
  readonly same: number
  /** Known to both, and gone in both. */
  readonly gone: number
}

/** What a side turned out to be. */
export interface ComparedSide {
  readonly network: { readonly kind: NetworkKind; readonly id: NetworkId; readonly name: string | null } | null
  /** When it was so, milliseconds since the epoch; null where a file does not say. */
  readonly at: number | null
  /** Peers that are here in it, ourselves not counted. */
  readonly here: number
  /** Whether the network was lost to us then, or to who shared the moment: peers count as they were when that began. */
  readonly lost: boolean
  /** What is wrong with a file; what does not verify was left out. */
  readonly faults: number
}

/** Whether A is of a later moment than B, so that the difference reads backwards: what left between them shows as come. */
export function isBackwards([a, b]: readonly [Pick<ComparedSide, 'at'>, Pick<ComparedSide, 'at'>]): boolean {
  return a.at !== null && b.at !== null && a.at > b.at
}

/** What a comparison tells: how far reading a file is, the peers in parts, and last the numbers. */
export type CompareMessage =
  | { readonly kind: 'progress'; readonly step: WorkStep }
  | { readonly kind: 'rows'; readonly rows: readonly ComparedPeerRow[] }
  | {
      readonly kind: 'done'
      readonly counts: ComparedCounts
      readonly sides: readonly [ComparedSide, ComparedSide]
      /** Lines between peers that came and went; null where a side knows none. */
      readonly links: {
        readonly came: number
        readonly went: number
        readonly same: number
        /** The first of them. */
        readonly firstCame: readonly Link[]
        readonly firstWent: readonly Link[]
      } | null
    }

/** What a peer's catalog held when it last synced with us: in parts, and last when that was (null: it never did). */
export type HeldMessage =
  { readonly kind: 'ids'; readonly peerIds: readonly PeerId[] } | { readonly kind: 'done'; readonly at: number | null }

/** No peer of any reason. */
export function noReasons(): Record<LeftReason, number> {
  return { departed: 0, purged: 0, lost: 0, removed: 0, displaced: 0, stored: 0, missing: 0 }
}
