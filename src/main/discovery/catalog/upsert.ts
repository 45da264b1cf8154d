import type { NetworkId } from '../../../shared/ids.ts'
import type { Version } from '../../../shared/peer.ts'
import { compareVersions } from '../../../shared/peer.ts'
import type { UpsertOutcome } from '../handle.ts'
import { isStale } from './purge.ts'

/** All that the outcome of an offered entry depends on, but for the room in the catalog. */
export interface Offer {
  readonly version: Version
  readonly networkId: NetworkId
  readonly ownNetworkId: NetworkId
  /** The version in the catalog, if there is a signed one. */
  readonly known: Version | null
  /** Last version of a peer that left (rule CT7). */
  readonly tombstone: Version | null
  /** Milliseconds since the epoch. */
  readonly now: number
  readonly purgeAfter: number
  readonly maxTimeDrift: number
}

/** Rules CT2 to CT7: what becomes of an offered entry of another peer. Full is for the catalog to say. */
export function upsertOutcome(offer: Offer): Exclude<UpsertOutcome, 'Full'> {
  const { version, known, tombstone } = offer
  if (offer.networkId !== offer.ownNetworkId) return 'DifferentNetwork'
  if (version.updatedAt > offer.now + offer.maxTimeDrift) return 'FromTheFuture'
  if (isStale(version, offer.now, offer.purgeAfter)) return 'Outdated'
  if (tombstone !== null && compareVersions(version, tombstone) <= 0) return 'Departed'
  if (known === null) return 'New'
  return compareVersions(version, known) > 0 ? 'Updated' : 'Rejected'
}
