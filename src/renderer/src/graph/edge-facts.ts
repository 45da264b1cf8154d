import type { PeerId } from '../../../shared/ids.ts'
import { isClaim } from '../../../shared/links.ts'
import type { Edge } from '../../../shared/peer.ts'
import type { Links } from '../stores/link-book.ts'
import { EDGE_KINDS } from './renderer.ts'

/** Which edges make lines: links that count at the moment, and what catalogs hold where that is chosen. */
export function makesLine(links: Pick<Links, 'isLink'>, holds: boolean): (edge: Edge) => boolean {
  return (edge) => (isClaim(edge) ? links.isLink(edge) : holds)
}

/** All that is said of a line between two peers: the strongest kind first, then the newest. */
export function factsBetween(edges: Iterable<Edge>, one: PeerId, other: PeerId): Edge[] {
  const found: Edge[] = []
  for (const edge of edges) {
    if ((edge.a === one && edge.b === other) || (edge.a === other && edge.b === one)) found.push(edge)
  }
  return found.sort((a, b) => EDGE_KINDS.indexOf(a.kind) - EDGE_KINDS.indexOf(b.kind) || b.at - a.at)
}
