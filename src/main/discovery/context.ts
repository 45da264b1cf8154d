import type { DiscoveryConfig } from '../../shared/config.ts'
import type { DiscoveryEvent, RejectReason } from '../../shared/events.ts'
import type { NetworkId, PeerId } from '../../shared/ids.ts'
import type { Source } from '../../shared/peer.ts'
import type { Way } from './bootstrap/attempts.ts'
import type { Catalog } from './catalog/catalog.ts'
import type { CommandQueue } from './base/command-queue.ts'
import type { Counters } from './base/counters.ts'
import type { PeerTable } from './core/peers.ts'
import type { LaneName, WorkQueue } from './core/work.ts'
import type { Connection, DialTarget, Ports } from './ports.ts'
import type { ProtocolIds } from './protocols.ts'

/** What the parts of discovery share. The worker makes it; state is changed only inside `queue` commands. */
export interface Context {
  readonly self: PeerId
  readonly networkId: NetworkId
  readonly secret: Uint8Array
  readonly config: DiscoveryConfig
  readonly ports: Ports
  readonly ids: ProtocolIds
  readonly peers: PeerTable
  readonly work: WorkQueue<LaneName>
  readonly catalog: Catalog
  readonly queue: CommandQueue
  readonly counters: Counters
  /** Fires when the network is left: every wait ends. */
  readonly ended: AbortSignal
  emit(event: DiscoveryEvent): void
  /** Something that `onChange` listeners look at has changed. */
  changed(): void
  /** Counts a refusal and, within a rate, tells of it. */
  reject(peerId: PeerId | null, reason: RejectReason, source: Source, detail: string): void
  /** A peer may be reached there (rules WK3, AN8). */
  observe(target: DialTarget, way: Way): void
  /** Runs `fn` after a delay as a command, unless the network was left by then. */
  later(delayMs: number, fn: () => void): () => void
  /**
   * The time by which staleness is judged, milliseconds since the epoch: the clock's, but for a jump of it until all peers
   * were asked (rule WK11). Whatever reads the catalog takes this one.
   */
  judgingNow(): number
  /** The open connection to a peer. */
  connectionOf(peerId: PeerId): Connection | null
  /** The connection to the peer was used just now. */
  used(peerId: PeerId): void
  /** The connection to the peer serves nothing any more: it need not wait for its 60 s (rule AN9). */
  idle(peerId: PeerId): void
  /** Something valid was heard from the network just now. */
  heard(): void
}
