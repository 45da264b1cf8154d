import type { LoggedEvent } from '../../shared/events.ts'
import type { PeerId } from '../../shared/ids.ts'
import type { NetworkKey } from '../../shared/network-kind.ts'
import type { DepartureReason, PeerState, Source, Version } from '../../shared/peer.ts'
import type { JournalPart } from './journal-types.ts'
import type { JoinedNetwork, LoopDelay, PeerNote, RttSample, SessionEnd, StoredPeer, VersionRecord } from './types.ts'

/** One thing to write. */
export type Write =
  | {
      readonly kind: 'secret'
      /** Null removes it. */ readonly secret: Uint8Array | null
    }
  | { readonly kind: 'setting'; readonly key: string; readonly json: string | null }
  | { readonly kind: 'network'; readonly network: JoinedNetwork }
  | { readonly kind: 'forget'; readonly networkKey: NetworkKey }
  | { readonly kind: 'peer'; readonly networkKey: NetworkKey; readonly peer: StoredPeer }
  | PeerGone
  | {
      readonly kind: 'version'
      readonly networkKey: NetworkKey
      readonly peerId: PeerId
      readonly record: VersionRecord
    }
  | { readonly kind: 'rtt'; readonly networkKey: NetworkKey; readonly peerId: PeerId; readonly sample: RttSample }
  | { readonly kind: 'loop-delay'; readonly networkKey: NetworkKey; readonly delay: LoopDelay }
  | { readonly kind: 'event'; readonly networkKey: NetworkKey; readonly event: LoggedEvent }
  /** What has a row happened again. */
  | { readonly kind: 'event-again'; readonly networkKey: NetworkKey; readonly event: LoggedEvent }
  | SessionWrite
  | {
      readonly kind: 'note'
      readonly networkKey: NetworkKey
      readonly peerId: PeerId
      /** Null removes it. */ readonly note: PeerNote | null
    }
  | { readonly kind: 'journal'; readonly networkKey: NetworkKey; readonly part: JournalPart }
  | {
      readonly kind: 'topology'
      readonly networkKey: NetworkKey
      readonly id: number
      /** Whole milliseconds since the epoch. */ readonly at: number
      readonly edgeCount: number
      /** See `encodeEdges`. */ readonly edges: Uint8Array
    }

/** A stored peer is not there now; all else that is known of it stays. */
export interface PeerGone {
  readonly kind: 'peer-gone'
  readonly networkKey: NetworkKey
  readonly peerId: PeerId
  readonly state: PeerState
  readonly reason: DepartureReason
}

/** What happens to sessions: one begins, one ends, or all that are open and have a smaller id are closed as `unknown`. */
export type SessionWrite =
  | {
      readonly kind: 'session-started'
      readonly networkKey: NetworkKey
      readonly id: number
      readonly peerId: PeerId
      readonly at: number
      readonly version: Version
      readonly source: Source
    }
  | {
      readonly kind: 'session-ended'
      readonly networkKey: NetworkKey
      readonly peerId: PeerId
      readonly at: number
      readonly reason: SessionEnd
    }
  | {
      /** The wall clock was set: what began by it before, and is open, began at another time by it as it is now. */
      readonly kind: 'sessions-moved'
      readonly networkKey: NetworkKey
      /** Milliseconds. */ readonly byMs: number
    }
  | {
      readonly kind: 'sessions-closed'
      readonly networkKey: NetworkKey
      readonly before: number
      /** When we stopped to look; null where nothing tells. */ readonly at: number | null
    }
