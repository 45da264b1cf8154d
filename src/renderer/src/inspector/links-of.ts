/** A peer's links, what its catalog holds, and which catalogs hold it: three different things that edges tell. Pure. */
import type { PeerId } from '../../../shared/ids.ts'
import { isClaim } from '../../../shared/links.ts'
import type { Edge } from '../../../shared/peer.ts'
import type { Links } from '../stores/link-book.ts'

/** Another peer, with the edges that tell of it. */
export type Linked = readonly [other: PeerId, edges: readonly Edge[]]

/** What edges tell of one peer. */
export interface LinksOf {
  /** Live connections and gossip neighbors at the moment, no matter which peer said so. */
  readonly links: readonly Linked[]
  /** Those that are claimed, and are not links of the moment. */
  readonly claims: readonly Linked[]
  /** Peers whose entries its catalog holds. */
  readonly holds: readonly Linked[]
  /** Peers whose catalogs hold its entry. */
  readonly heldBy: readonly Linked[]
}

/** Sorts out what is told of a peer. */
export function linksOf(told: Pick<Links, 'of' | 'against'>, peerId: PeerId): LinksOf {
  const found = { links: linked(), claims: linked(), holds: linked(), heldBy: linked() }
  for (const edge of told.of(peerId)) {
    const [list, other] = edge.a === peerId ? [found.holds, edge.b] : [found.heldBy, edge.a]
    const into = !isClaim(edge) ? list : told.against(edge) === null ? found.links : found.claims
    const known = into.get(other)
    if (known === undefined) into.set(other, [edge])
    else known.push(edge)
  }
  for (const other of found.links.keys()) found.claims.delete(other)
  const { links, claims, holds, heldBy } = found
  return { links: [...links], claims: [...claims], holds: [...holds], heldBy: [...heldBy] }
}

function linked(): Map<PeerId, Edge[]> {
  return new Map()
}
