import iterate from 'graphology-layout-forceatlas2/iterate.js'

/** Values a node and an edge have in the matrices of ForceAtlas2. */
const NODE = 10
const EDGE = 3
/** Nodes from which on far forces are approximated. */
const APPROXIMATE_FROM = 400
/** Mean movement in one step, as a share of the layout's radius, below which it rests. */
const REST = 0.0006
const STEPS_MAX = 600
/** Node steps after which thousands have found their places about; more only warms the machine. */
const WORK_MAX = 2_000_000

/** A force layout of nodes 0 to n-1. Deterministic: the same start gives the same end. */
export interface ForceLayout {
  /** Moves all nodes once. True once the layout rests. */
  step(): boolean
  /** How much of the way to rest is behind it at most, 0 to 1. */
  readonly share: number
  /** x and y of each node, copied. */
  positions(): Float32Array
}

/** Begins at `start` (x and y of each node), with `edges` as pairs of nodes. Nodes with a 1 in `fixed` stay where they are. */
export function createForceLayout(start: Float32Array, edges: Uint32Array, fixed?: Uint8Array): ForceLayout {
  const order = start.length / 2
  const nodes = new Float32Array(order * NODE)
  const links = new Float32Array((edges.length / 2) * EDGE)
  for (let node = 0; node < order; node++) {
    const at = node * NODE
    nodes[at] = start[node * 2] ?? 0
    nodes[at + 1] = start[node * 2 + 1] ?? 0
    nodes[at + 6] = 1
    nodes[at + 7] = 1
    nodes[at + 8] = 1
    nodes[at + 9] = fixed?.[node] ?? 0
  }
  for (let pair = 0; pair < edges.length / 2; pair++) {
    const a = (edges[pair * 2] ?? 0) * NODE
    const b = (edges[pair * 2 + 1] ?? 0) * NODE
    links[pair * EDGE] = a
    links[pair * EDGE + 1] = b
    links[pair * EDGE + 2] = 1
    nodes[a + 6] = (nodes[a + 6] ?? 1) + 1
    nodes[b + 6] = (nodes[b + 6] ?? 1) + 1
  }
  const settings = {
    linLogMode: false,
    outboundAttractionDistribution: false,
    adjustSizes: false,
    edgeWeightInfluence: 0,
    scalingRatio: 10,
    strongGravityMode: true,
    gravity: 0.25,
    slowDown: 1 + Math.log(Math.max(1, order)),
    barnesHutOptimize: order >= APPROXIMATE_FROM,
    barnesHutTheta: 0.7,
  }
  const most = Math.min(STEPS_MAX, Math.max(120, Math.ceil(WORK_MAX / Math.max(1, order))))
  let steps = 0
  return {
    step() {
      if (order < 2) return true
      const before = copy(nodes, order)
      iterate(settings, nodes, links)
      steps++
      return steps >= most || movement(before, nodes, order) < REST
    },
    get share() {
      return order < 2 ? 1 : steps / most
    },
    positions: () => copy(nodes, order),
  }
}

function copy(nodes: Float32Array, order: number): Float32Array {
  const positions = new Float32Array(order * 2)
  for (let node = 0; node < order; node++) {
    positions[node * 2] = nodes[node * NODE] ?? 0
    positions[node * 2 + 1] = nodes[node * NODE + 1] ?? 0
  }
  return positions
}

function movement(before: Float32Array, nodes: Float32Array, order: number): number {
  let moved = 0
  let spread = 0
  for (let node = 0; node < order; node++) {
    const x = nodes[node * NODE] ?? 0
    const y = nodes[node * NODE + 1] ?? 0
    moved += Math.hypot(x - (before[node * 2] ?? 0), y - (before[node * 2 + 1] ?? 0))
    spread += Math.hypot(x, y)
  }
  return spread === 0 ? 0 : moved / spread
}
