/** Distance of two peers in a cluster, in layout units. */
export const SPACING = 20
/** Each peer's way round and its distance from the middle of a cluster, by its place: that fills a disc evenly. */
const GOLDEN = Math.PI * (3 - Math.sqrt(5))
const FILL = 0.58 * SPACING
/** Room around a cluster: to the next one, and for its name. */
const MARGIN = 1.6 * SPACING
/** How much wider than high all of them are together: as screens are. */
const WIDE = 1.5
/** Places that are tried for one cluster. */
const TRIES = 4000

/** Where the peers of clusters are: x and y of each node, and x, y and radius of each cluster. */
export interface Placed {
  readonly positions: Float32Array
  readonly circles: Float32Array
}

/** What is to be placed: the cluster (or ring) of each node, 0 and up, and what its weight is. */
export interface Placing {
  readonly of: Int32Array
  /** Number of clusters. */
  readonly count: number
  /** Known lines of each node: those with the most are in the middle. */
  readonly weights: Uint32Array
  /** A number for each node that stays the same for its peer. */
  readonly hashes: Uint32Array
}

/**
 * Puts each cluster's nodes into a disc, the best connected in the middle, and the discs beside each other, the largest in the
 * middle, so that none lies over another. The same nodes always come to the same places.
 */
export function placeClusters({ of, count, weights, hashes }: Placing): Placed {
  const members = membersOf(of, count)
  const positions = new Float32Array(of.length * 2)
  const circles = new Float32Array(count * 3)
  const order = members.map((_, cluster) => cluster)
  order.sort((a, b) => (members[b]?.length ?? 0) - (members[a]?.length ?? 0) || a - b)
  const placed: Circle[] = []
  for (const cluster of order) {
    const nodes = members[cluster] ?? []
    if (nodes.length === 0) continue
    const radius = FILL * Math.sqrt(nodes.length) + SPACING / 2
    const { x, y } = freePlace(placed, radius)
    placed.push({ x, y, radius })
    circles.set([x, y, radius], cluster * 3)
    nodes.sort((a, b) => (weights[b] ?? 0) - (weights[a] ?? 0) || (hashes[a] ?? 0) - (hashes[b] ?? 0))
    nodes.forEach((node, index) => {
      const away = nodes.length === 1 ? 0 : FILL * Math.sqrt(index + 0.5)
      positions[node * 2] = x + away * Math.cos(index * GOLDEN)
      positions[node * 2 + 1] = y + away * Math.sin(index * GOLDEN)
    })
  }
  return { positions, circles }
}

/** The nodes of each cluster. */
export function membersOf(of: Int32Array, count: number): number[][] {
  const members: number[][] = Array.from({ length: count }, () => [])
  of.forEach((cluster, node) => members[cluster]?.push(node))
  return members
}

interface Circle {
  readonly x: number
  readonly y: number
  readonly radius: number
}

/** The first place on a spiral from the middle where a disc lies over none of the others. */
function freePlace(placed: readonly Circle[], radius: number): { readonly x: number; readonly y: number } {
  if (placed.length === 0) return { x: 0, y: 0 }
  const step = Math.max(radius, SPACING) * 0.5
  let reach = 0
  for (let at = 1; at <= TRIES; at++) {
    const away = step * Math.sqrt(at)
    const [x, y] = [WIDE * away * Math.cos(at * GOLDEN), away * Math.sin(at * GOLDEN)]
    reach = Math.max(reach, away)
    if (placed.every((other) => Math.hypot(other.x - x, other.y - y) >= other.radius + radius + MARGIN)) return { x, y }
  }
  // Right of all there are, which is always free.
  const right = Math.max(...placed.map((other) => other.x + other.radius))
  return { x: right + radius + MARGIN, y: 0 }
}
