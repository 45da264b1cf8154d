/** What both sides of a sync share. */
import type { PeerId } from '../../../shared/ids.ts'
import type { Version } from '../../../shared/peer.ts'
import type { Aging } from '../catalog/purge.ts'
import type { SignedPeerEntry } from '../entry/entry.ts'
import type { ReconcileIndex } from './reconcile.ts'

/** What a sync reads of the catalog. It may change between two messages. */
export interface SyncView {
  /** All signed entries that are neither stale nor hidden, the own one included. */
  readonly index: ReconcileIndex
  /** The signed entry, if it may be sent (rule SY2). */
  entry(peerId: PeerId): SignedPeerEntry | null
  /** Whether such an entry would enter the catalog, by the room there is too (rule CT8); asked before any signature is verified (rule SY5). By what it costs, where that is known. */
  isNews(peerId: PeerId, entry: Aging, cost?: number): boolean
  /** Whether one of this version may, whatever interval it states (rule AN14); asked before it is sent. */
  mayBeNews(peerId: PeerId, version: Version): boolean
  /** Whether an entry of a peer that is not known may enter the catalog (rule CT8). */
  hasRoom(): boolean
}

/** What a sync with this peer reads. */
export type SyncViewFor = (peerId: PeerId) => SyncView

/** What one side of a sync came to. */
export interface SyncCounts {
  /** Entries that changed our catalog. */
  readonly received: number
  readonly sent: number
  /** Bytes in both directions. */
  readonly bytes: number
}
