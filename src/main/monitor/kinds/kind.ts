/** What a kind of network needs so that a node of it can be opened. The one place above discovery where kinds differ. */
import type { NetworkKind } from '../../../shared/network-kind.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { ReachabilityStatus } from '../../../shared/reachability.ts'
import type { Dialect } from '../../discovery/dialect.ts'
import type { Discovery } from '../../discovery/handle.ts'
import type { DialTarget, Ports } from '../../discovery/ports.ts'
import type { NodeSettings } from '../open-node.ts'

/** The ports of a node, and what only real ones have. */
export interface NodePorts extends Ports {
  /** How others reach us, now. */
  reachability(): ReachabilityStatus
  /** Told once discovery runs, before it is online. */
  begin(discovery: Discovery): void
}

/** One kind. */
export interface Kind {
  readonly kind: NetworkKind
  /**
   * How its peers speak, for a node whose entries state this version; null for the newest that is known.
   * @throws InvalidArgument for a version that the dialect does not speak
   */
  dialect(entryVersion: string | null): Dialect
  /** Why none of its networks can be joined here, in one line; null where they can. Starts nothing. */
  unavailable(): string | null
  /** @throws InvalidArgument for what nobody can be dialed at */
  parseTarget(text: string): DialTarget
  /** Where a node listens that was told so, or by the settings. @throws InvalidArgument */
  listen(addresses: readonly string[]): readonly string[]
  /** An own address of a node as others take it to start from. */
  ownAddress(address: string, self: PeerId): string
  /** @throws Unavailable, InvalidArgument before anything is started */
  createPorts(
    settings: NodeSettings,
    network: { readonly id: Parameters<Dialect['protocolIds']>[0] },
  ): Promise<NodePorts>
}
