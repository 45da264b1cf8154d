import type { PeerId } from '../../../shared/ids.ts'
import type { Edge } from '../../../shared/peer.ts'
import { EDGE_KINDS } from './renderer.ts'

/** All that is said of a line between two peers: the strongest kind first, then the newest. */
export function factsBetween(edges: Iterable<Edge>, one: PeerId, other: PeerId): Edge[] {
  const found: Edge[] = []
  for (const edge of edges) {
    if ((edge.a === one && edge.b === other) || (edge.a === other && edge.b === one)) found.push(edge)
  }
  return found.sort((a, b) => EDGE_KINDS.indexOf(a.kind) - EDGE_KINDS.indexOf(b.kind) || b.at - a.at)
}
