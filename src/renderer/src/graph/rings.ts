import { membersOf, SPACING } from './clusters.ts'
import type { Placed, Placing } from './clusters.ts'

/** Upper bounds of the rings, milliseconds; what is slower has the last ring but one, what was not measured the last. */
export const RING_BOUNDS = [10, 25, 50, 100, 250, 500] as const
/** Number of rings: one for each bound, one for what is slower, one for what was not measured. */
export const RINGS = RING_BOUNDS.length + 2
/** Between the middle and the first ring, and between two rings, in layout units. */
const GAP = 2.4 * SPACING
/** What we in the middle take of that. */
const OURS = SPACING

/** The ring of a round-trip time; null for one that was not measured. */
export function ringOf(ms: number | null): number {
  if (ms === null) return RINGS - 1
  const found = RING_BOUNDS.findIndex((bound) => ms < bound)
  return found < 0 ? RING_BOUNDS.length : found
}

/**
 * Puts nodes on rings around the middle, in as many rows as their ring needs. Nodes with a ring of -1 are in the middle:
 * ourselves. A node moves along its ring when others come, and to another one only when its own time changed so much.
 */
export function placeRings({ of, count, hashes }: Placing): Placed {
  const positions = new Float32Array(of.length * 2)
  const circles = new Float32Array(count * 3)
  // We are the largest: the first ring keeps clear of us in a small window too.
  let radius = OURS
  membersOf(of, count).forEach((nodes, ring) => {
    if (nodes.length === 0) return
    radius += GAP
    nodes.sort((a, b) => (hashes[a] ?? 0) - (hashes[b] ?? 0))
    let from = 0
    while (from < nodes.length) {
      const room = Math.max(1, Math.floor((2 * Math.PI * radius) / SPACING))
      const row = nodes.slice(from, from + room)
      // Of a last row that is not full the nodes are as far apart as can be.
      row.forEach((node, index) => {
        const angle = ((index + (ring % 2) / 2) / row.length) * 2 * Math.PI + ring
        positions[node * 2] = radius * Math.cos(angle)
        positions[node * 2 + 1] = radius * Math.sin(angle)
      })
      from += room
      if (from < nodes.length) radius += SPACING
    }
    circles.set([0, 0, radius + SPACING * 0.7], ring * 3)
  })
  return { positions, circles }
}
