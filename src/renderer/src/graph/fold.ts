import { NO_SLOT } from './renderer.ts'

/** Peers from which on they are folded into clusters. */
export const FOLD_FROM = 500
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
  /** Names it as long as it is the same cluster. */
  readonly key: string
  readonly x: number
  readonly y: number
  /** In layout units: of the disc that stands for its peers, and of the room that they fill. */
  readonly radius: number
  readonly reach: number
  /** Peers in it, ourselves among them where we are. */
  readonly count: number
  /** Whether we are in it. */
  readonly self: boolean
  /** How many of it are in the foreground of attention. */
  readonly bright: number
  /** Of the peers without us those that pass the filter; null without a filter. */
  readonly matches: number | null
  /** Colours of the peers that pass the filter, of all without one, with how many have them, the most frequent first; at most six. */
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
  /** 1 for slots that pass the filter; null without a filter. */
  readonly passes: Uint8Array | null
  readonly pairs: number
  readonly edges: Uint32Array
}

/** A bubble for each cluster, null for one without peers. `keys` has what each cluster is told from others by. */
export function bubblesOf(
  scene: Omit<FoldScene, 'pairs' | 'edges'>,
  of: Int32Array,
  keys: readonly string[],
  self: number,
): (Bubble | null)[] {
  const { slots, live, positions, colours, dimmed, passes } = scene
  const sums = keys.map(() => ({ x: 0, y: 0, squares: 0, peers: 0, bright: 0, matches: 0 }))
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
    if (passes !== null && passes[slot] !== 1) continue
    if (slot !== self) sum.matches++
    const colour = colours[slot] ?? 0
    const known = shares[of[slot] ?? 0]
    known?.set(colour, (known.get(colour) ?? 0) + 1)
  }
  const places = sums.map(({ x, y, peers }) => [x / Math.max(peers, 1), y / Math.max(peers, 1)] as const)
  const own = of[self] ?? -1
  return sums.map(({ squares, peers, bright, matches }, at) => {
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
    return {
      key: keys[at] ?? '',
      x,
      y,
      radius,
      reach,
      count: peers,
      self: own === at,
      bright,
      matches: passes === null ? null : matches,
      shares: most,
    }
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
