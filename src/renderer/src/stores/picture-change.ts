import type { Batch, PastPicture } from '../../../shared/contract.ts'
import type { PeerRow } from '../../../shared/peer.ts'
import { edgeKey } from './peer-store.ts'
import type { PeerStoreState } from './peer-store.ts'

/** What differs between two pictures. */
export type PictureChange = Required<Pick<Batch, 'peers' | 'removed' | 'edgesAdded' | 'edgesRemoved'>>

/** What leads from one picture of the past to another: of thousands of peers few differ between two moments. */
export function pictureChange(
  from: Pick<PeerStoreState, 'peers' | 'edges'>,
  to: Pick<PastPicture, 'peers' | 'edges'>,
): PictureChange {
  const there = new Set(to.peers.map(({ peerId }) => peerId))
  const edges = new Set<string>()
  const edgesAdded = to.edges.filter((edge) => {
    const key = edgeKey(edge)
    edges.add(key)
    return from.edges.get(key)?.at !== edge.at
  })
  return {
    peers: to.peers.filter((row) => !sameRow(from.peers.get(row.peerId), row)),
    removed: [...from.peers.keys()].filter((peerId) => !there.has(peerId)),
    edgesAdded,
    edgesRemoved: [...from.edges].filter(([key]) => !edges.has(key)).map(([, edge]) => edge),
  }
}

/** A row of the past follows from the entry that was known, and from when it was. */
function sameRow(a: PeerRow | undefined, b: PeerRow): boolean {
  return (
    a !== undefined &&
    a.version.startedAt === b.version.startedAt &&
    a.version.updatedAt === b.version.updatedAt &&
    a.source === b.source &&
    a.firstSeen === b.firstSeen &&
    a.lastSeen === b.lastSeen &&
    a.state === b.state &&
    a.ticketCount === b.ticketCount
  )
}
