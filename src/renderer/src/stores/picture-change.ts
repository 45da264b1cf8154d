import type { Batch, PastRows } from '../../../shared/contract.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { PeerRow } from '../../../shared/peer.ts'
import { edgeKey } from '../../../shared/peer.ts'
import type { PeerStoreState } from './peer-store.ts'

/**
 * Leads a store from the picture that it shows to another one, part by part: of thousands of peers few differ between two
 * moments, and what is the same is not touched.
 */
export class PictureChange {
  readonly #shown: Pick<PeerStoreState, 'peers' | 'edges'>
  readonly #peers = new Set<PeerId>()
  readonly #edges = new Set<string>()

  constructor(shown: Pick<PeerStoreState, 'peers' | 'edges'>) {
    this.#shown = shown
  }

  /** What of a part is not shown yet, or is not shown as it is there. */
  take({ peers, edges }: PastRows): Required<Pick<Batch, 'peers' | 'edgesAdded'>> {
    for (const { peerId } of peers) this.#peers.add(peerId)
    return {
      peers: peers.filter((row) => !sameRow(this.#shown.peers.get(row.peerId), row)),
      edgesAdded: edges.filter((edge) => {
        const key = edgeKey(edge)
        this.#edges.add(key)
        return this.#shown.edges.get(key)?.at !== edge.at
      }),
    }
  }

  /** What is shown and was in no part. */
  rest(): Required<Pick<Batch, 'removed' | 'edgesRemoved'>> {
    const { peers, edges } = this.#shown
    return {
      removed: [...peers.keys()].filter((peerId) => !this.#peers.has(peerId)),
      edgesRemoved: [...edges].filter(([key]) => !this.#edges.has(key)).map(([, edge]) => edge),
    }
  }
}

function sameRow(a: PeerRow | undefined, b: PeerRow): boolean {
  return (
    a !== undefined &&
    a.version.startedAt === b.version.startedAt &&
    a.version.updatedAt === b.version.updatedAt &&
    a.source === b.source &&
    a.firstSeen === b.firstSeen &&
    a.backAt === b.backAt &&
    a.lastSeen === b.lastSeen &&
    a.state === b.state &&
    a.self === b.self &&
    a.neighbor === b.neighbor &&
    a.connected === b.connected &&
    a.rtt?.at === b.rtt?.at &&
    a.rtt?.srtt === b.rtt?.srtt &&
    a.ticketCount === b.ticketCount &&
    a.signed === b.signed &&
    a.protocolVersion === b.protocolVersion &&
    a.streams.join() === b.streams.join() &&
    a.tags.join('\n') === b.tags.join('\n') &&
    a.addresses.join() === b.addresses.join() &&
    a.functions.join() === b.functions.join() &&
    a.groups.join() === b.groups.join()
  )
}
