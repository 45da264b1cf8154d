import { NO_SLOT } from './renderer.ts'

/** Peers from which on they are folded into clusters. */
export const FOLD_FROM = 500
/** Clusters that are found by place: at least, at most, and peers of one about, by the root. */
const SPOTS = { least: 6, most: 28, share: 12 } as const
/** Peers that are looked at to find clusters by place, and rounds of looking. */
const SAMPLE = 2000
const ROUNDS = 8
/** Colours of a cluster that are told apart. */
const SHARES_MAX = 6
/** Lines between clusters that are drawn at most, the thickest. */
const TIES_MAX = 120
/** How much nearer than the whole graph a cluster is looked at when it opens, and pixels that each of its peers has then at least. */
const OPENS = { nearer: 1.6, room: 9 } as const
/** Pixels that each peer has where there is room for all of them, however far away. */
const ROOMY = 60

/** Peers that are drawn as one bubble while there is too little room to draw each. */
export interface Bubble {
  /** Names it as long as the clusters are the same. */
  readonly key: string
  readonly x: number
  readonly y: number
  /** In layout units: of the disc that stands for its peers, and of the room that they fill. */
  readonly radius: number
  readonly reach: number
  /** Peers in it, ourselves among them where we are. */
  readonly count: number
  /** The slot that has the most lines. */
  readonly hub: number
  /** Whether we are in it, and how many of it pass the filter. */
  readonly self: boolean
  readonly bright: number
  /** Its colours with how many peers have them, the most frequent first; at most six. */
  readonly shares: readonly (readonly [colour: number, peers: number])[]
}

/** How many peers a bubble stands for, as it is told: ourselves not counted. */
export function toldOf({ count, self }: Pick<Bubble, 'count' | 'self'>): number {
  return count - (self ? 1 : 0)
}

/** Lines between two bubbles, which are drawn as one. */
export interface Tie {
  readonly a: number
  readonly b: number
  readonly lines: number
}

/** What is folded: arrays indexed by slot and pair, as of a scene. */
export interface FoldScene {
  readonly slots: number
  readonly live: Uint8Array
  readonly positions: Float32Array
  readonly colours: Uint32Array
  readonly dimmed: Uint8Array
  readonly degrees: Uint32Array
  readonly pairs: number
  readonly edges: Uint32Array
}

/** Clusters by place. */
export interface Spots {
  /** The cluster of each slot; -1 where it is free. */
  readonly of: Int32Array
  readonly count: number
}

/**
 * Finds clusters by place: peers that lie together, as the forces of their lines put them. The same places always give the same
 * clusters.
 */
export function spotsOf({ slots, live, positions }: Pick<FoldScene, 'slots' | 'live' | 'positions'>): Spots {
  const all: number[] = []
  for (let slot = 0; slot < slots; slot++) if (live[slot] === 1) all.push(slot)
  const stride = Math.max(1, Math.ceil(all.length / SAMPLE))
  const sample = all.filter((_, index) => index % stride === 0)
  const wanted = Math.min(SPOTS.most, Math.max(SPOTS.least, Math.round(Math.sqrt(all.length / SPOTS.share))))
  const middles = farApart(sample, positions, wanted)
  const count = middles.length / 2
  for (let round = 0; round < ROUNDS; round++) {
    const sums = new Float64Array(count * 2)
    const counts = new Uint32Array(count)
    for (const slot of sample) {
      const [x, y] = [positions[slot * 2] ?? 0, positions[slot * 2 + 1] ?? 0]
      const at = nearest(middles, x, y)
      sums[at * 2] = (sums[at * 2] ?? 0) + x
      sums[at * 2 + 1] = (sums[at * 2 + 1] ?? 0) + y
      counts[at] = (counts[at] ?? 0) + 1
    }
    for (let at = 0; at < count; at++) {
      const peers = counts[at] ?? 0
      if (peers === 0) continue
      middles[at * 2] = (sums[at * 2] ?? 0) / peers
      middles[at * 2 + 1] = (sums[at * 2 + 1] ?? 0) / peers
    }
  }
  const of = new Int32Array(slots).fill(-1)
  for (const slot of all) of[slot] = nearest(middles, positions[slot * 2] ?? 0, positions[slot * 2 + 1] ?? 0)
  return { of, count }
}

/** A bubble for each cluster, null for one without peers. `prefix` tells the keys of one way to cluster from those of another. */
export function bubblesOf(
  scene: FoldScene,
  of: Int32Array,
  count: number,
  prefix: string,
  self: number,
): (Bubble | null)[] {
  const { slots, live, positions, colours, dimmed, degrees } = scene
  const sums = Array.from({ length: count }, () => ({ x: 0, y: 0, squares: 0, peers: 0, bright: 0, hub: -1 }))
  const shares = sums.map(() => new Map<number, number>())
  for (let slot = 0; slot < slots; slot++) {
    const sum = sums[of[slot] ?? -1]
    if (live[slot] !== 1 || sum === undefined) continue
    const [x, y] = [positions[slot * 2] ?? 0, positions[slot * 2 + 1] ?? 0]
    sum.x += x
    sum.y += y
    sum.squares += x * x + y * y
    sum.peers++
    if (dimmed[slot] !== 1) sum.bright++
    if (sum.hub < 0 || (degrees[slot] ?? 0) > (degrees[sum.hub] ?? 0)) sum.hub = slot
    const colour = colours[slot] ?? 0
    const known = shares[of[slot] ?? 0]
    known?.set(colour, (known.get(colour) ?? 0) + 1)
  }
  const places = sums.map(({ x, y, peers }) => [x / Math.max(peers, 1), y / Math.max(peers, 1)] as const)
  const own = of[self] ?? -1
  return sums.map(({ squares, peers, bright, hub }, at) => {
    const [x, y] = places[at] ?? [0, 0]
    if (peers === 0) return null
    const spread = Math.sqrt(Math.max(0, squares / peers - x * x - y * y))
    // So evenly filled a disc has this radius; half way to the next one it ends.
    const reach = Math.max(spread * Math.SQRT2, 4)
    let room = Number.POSITIVE_INFINITY
    places.forEach(([otherX, otherY], other) => {
      if (other !== at && (sums[other]?.peers ?? 0) > 0) room = Math.min(room, Math.hypot(otherX - x, otherY - y))
    })
    const radius = Math.max(Math.min(reach * 0.8, room * 0.42), 2)
    const most = [...(shares[at] ?? [])].sort(([a, m], [b, n]) => n - m || a - b).slice(0, SHARES_MAX)
    return { key: `${prefix}${at}`, x, y, radius, reach, count: peers, hub, self: own === at, bright, shares: most }
  })
}

/** Lines between clusters, and how many known lines of peers each stands for: of at most 120 the thickest. */
export function tiesOf({ pairs, edges }: Pick<FoldScene, 'pairs' | 'edges'>, of: Int32Array, count: number): Tie[] {
  const lines = new Uint32Array(count * count)
  for (let pair = 0; pair < pairs; pair++) {
    const slot = edges[pair * 2] ?? NO_SLOT
    if (slot === NO_SLOT) continue
    const [a, b] = [of[slot] ?? -1, of[edges[pair * 2 + 1] ?? 0] ?? -1]
    if (a < 0 || b < 0 || a === b) continue
    const at = Math.min(a, b) * count + Math.max(a, b)
    lines[at] = (lines[at] ?? 0) + 1
  }
  const found: Tie[] = []
  lines.forEach((n, at) => {
    if (n > 0) found.push({ a: Math.floor(at / count), b: at % count, lines: n })
  })
  return found.sort((x, y) => y.lines - x.lines).slice(0, TIES_MAX)
}

/** Whether a bubble is open at so many pixels a unit, where the whole graph fits at `fit`. */
export function opens({ reach, count }: Pick<Bubble, 'reach' | 'count'>, scale: number, fit: number): boolean {
  const room = scale * reach * Math.sqrt(Math.PI / Math.max(count, 1))
  return (scale >= fit * OPENS.nearer && room >= OPENS.room) || room >= ROOMY
}

/** Places that are far from each other: the first near the middle, each next one the farthest from those before. */
function farApart(sample: readonly number[], positions: Float32Array, wanted: number): Middles {
  const count = Math.min(wanted, sample.length)
  const middles = new Float64Array(count * 2)
  const away = new Float64Array(sample.length).fill(Number.POSITIVE_INFINITY)
  let next = 0
  for (let at = 0; at < count; at++) {
    const slot = sample[next] ?? 0
    const [x, y] = [positions[slot * 2] ?? 0, positions[slot * 2 + 1] ?? 0]
    middles[at * 2] = x
    middles[at * 2 + 1] = y
    next = 0
    let farthest = 0
    for (let index = 0; index < sample.length; index++) {
      const one = sample[index] ?? 0
      const [dx, dy] = [(positions[one * 2] ?? 0) - x, (positions[one * 2 + 1] ?? 0) - y]
      const far = Math.min(dx * dx + dy * dy, away[index] ?? 0)
      away[index] = far
      if (far <= farthest) continue
      farthest = far
      next = index
    }
  }
  return middles
}

/** Middles of clusters, x and y of each; not a number where a cluster has none. Flat, for it is gone through for each peer. */
export type Middles = Float64Array

/** The cluster whose middle is nearest. */
export function nearest(middles: Middles, x: number, y: number): number {
  let best = 0
  let least = Number.POSITIVE_INFINITY
  for (let at = 0; at < middles.length; at += 2) {
    const dx = (middles[at] ?? 0) - x
    const dy = (middles[at + 1] ?? 0) - y
    const far = dx * dx + dy * dy
    if (far < least) {
      best = at
      least = far
    }
  }
  return best >> 1
}
