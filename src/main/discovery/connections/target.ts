import type { CatalogPeer } from '../handle.ts'
import type { DialTarget } from '../ports.ts'

/** Where a peer of the catalog can be reached. */
export function targetOf({ entry }: CatalogPeer): DialTarget {
  return { peerId: entry.peerId, addresses: entry.addresses }
}
