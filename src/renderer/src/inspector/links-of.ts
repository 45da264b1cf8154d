/** A peer's links, what its catalog holds, and which catalogs hold it: three different things that edges tell. Pure. */
import type { PeerId } from '../../../shared/ids.ts'
import type { Edge } from '../../../shared/peer.ts'

/** Another peer, with the edges that tell of it. */
export type Linked = readonly [other: PeerId, edges: readonly Edge[]]

/** What edges tell of one peer. */
export interface LinksOf {
  /** Live connections and gossip neighbors, no matter which peer said so. */
  readonly links: readonly Linked[]
  /** Peers whose entries its catalog holds. */
  readonly holds: readonly Linked[]
  /** Peers whose catalogs hold its entry. */
  readonly heldBy: readonly Linked[]
}

/** Sorts out the edges of a peer. */
export function linksOf(edges: Iterable<Edge>, peerId: PeerId): LinksOf {
  const found = {
    links: new Map<PeerId, Edge[]>(),
    holds: new Map<PeerId, Edge[]>(),
    heldBy: new Map<PeerId, Edge[]>(),
  }
  for (const edge of edges) {
    if (edge.a !== peerId && edge.b !== peerId) continue
    const of = edge.kind !== 'holds' ? found.links : edge.a === peerId ? found.holds : found.heldBy
    const other = edge.a === peerId ? edge.b : edge.a
    const known = of.get(other)
    if (known === undefined) of.set(other, [edge])
    else known.push(edge)
  }
  return { links: [...found.links], holds: [...found.holds], heldBy: [...found.heldBy] }
}
