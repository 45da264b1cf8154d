import { UnknownPeer } from '../../../shared/errors.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { CatalogPeer } from '../handle.ts'
import type { DialTarget } from '../ports.ts'

/** Where a peer of the catalog can be reached. */
export function targetOf({ entry }: CatalogPeer): DialTarget {
  return { peerId: entry.peerId, addresses: entry.addresses }
}

/** The error for a peer that we have no way to reach. */
export function unknownPeer(peerId: PeerId): UnknownPeer {
  return new UnknownPeer(`${peerId} is neither in the catalog nor connected`)
}
