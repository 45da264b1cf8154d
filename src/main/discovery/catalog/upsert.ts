import type { DiscoveryConfig } from '../../../shared/config.ts'
import type { NetworkId } from '../../../shared/ids.ts'
import type { Version } from '../../../shared/peer.ts'
import { compareVersions } from '../../../shared/peer.ts'
import type { UpsertOutcome } from '../handle.ts'
import type { Aging } from './purge.ts'
import { isStale } from './purge.ts'

/** All that the outcome of an offered entry depends on, but for the room in the catalog. */
export interface Offer {
  readonly entry: Aging
  readonly networkId: NetworkId
  readonly ownNetworkId: NetworkId
  /** The version in the catalog, if there is a signed one. */
  readonly known: Version | null
  /** Last version of a peer that left (rule CT7). */
  readonly tombstone: Version | null
  /** Milliseconds since the epoch. */
  readonly now: number
  readonly config: Pick<DiscoveryConfig, 'purgeAfter' | 'announceInterval' | 'maxTimeDrift'>
}

/** Rules CT2 to CT7: what becomes of an offered entry of another peer. Full is for the catalog to say. */
export function upsertOutcome(offer: Offer): Exclude<UpsertOutcome, 'Full'> {
  const { entry, known, tombstone, now, config } = offer
  const { version } = entry
  if (offer.networkId !== offer.ownNetworkId) return 'DifferentNetwork'
  if (version.updatedAt > now + config.maxTimeDrift) return 'FromTheFuture'
  if (isStale(entry, now, config)) return 'Outdated'
  if (tombstone !== null && compareVersions(version, tombstone) <= 0) return 'Departed'
  if (known === null) return 'New'
  return compareVersions(version, known) > 0 ? 'Updated' : 'Rejected'
}
