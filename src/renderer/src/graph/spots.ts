/** Clusters by place: peers that lie together, as the forces of their lines put them. Pure. */

/** Clusters that are found: at least, at most, and peers of one about, by the root. */
const SPOTS = { least: 6, most: 28, share: 12 } as const
/** Peers that are looked at, and rounds of looking. */
const SAMPLE = 2000
const ROUNDS = 8
/** How much looser clusters may be than others would be, and how many more or fewer of them there may be: then they stay. */
const STAY = { looser: 1.3, other: 1.4 } as const

/** Where peers are, in arrays by slot. */
export interface SpotScene {
  readonly slots: number
  readonly live: Uint8Array
  /** x and y of each slot. */
  readonly positions: Float32Array
  /** A number for each slot that stays the same for its peer. */
  readonly hashes: Uint32Array
}

/** Clusters by place. */
export interface Spots {
  /** The cluster of each slot; -1 where it is free. */
  readonly of: Int32Array
  readonly count: number
}

/** Middles of clusters, x and y of each; not a number where a cluster has none. Flat, for it is gone through for each peer. */
export type Middles = Float64Array

/**
 * Finds clusters by place. The same places always give the same clusters, whatever the order of the slots. With clusters
 * `before`, these are found again where their peers are by now, as long as they are about as good as others would be.
 */
export function spotsOf(scene: SpotScene, before: Int32Array | null = null): Spots {
  const { slots, live, positions, hashes } = scene
  const all: number[] = []
  for (let slot = 0; slot < slots; slot++) if (live[slot] === 1) all.push(slot)
  const stride = Math.max(1, Math.ceil(all.length / SAMPLE))
  const sample = all.filter((slot) => (hashes[slot] ?? 0) % stride === 0)
  const wanted = Math.min(SPOTS.most, Math.max(SPOTS.least, Math.round(Math.sqrt(all.length / SPOTS.share))))
  const other = settled(farApart(sample, scene, wanted), sample, positions)
  const same = before === null ? null : settled(middlesOf(before, sample, positions), sample, positions)
  const middles = same !== null && stays(same, other) ? same.middles : other.middles
  return { of: assigned(scene, middles), count: middles.length / 2 }
}

/** The cluster of each slot, by the nearest middle; -1 where it is free. */
export function assigned({ slots, live, positions }: Omit<SpotScene, 'hashes'>, middles: Middles): Int32Array {
  const of = new Int32Array(slots).fill(-1)
  for (let slot = 0; slot < slots; slot++) {
    if (live[slot] === 1) of[slot] = nearest(middles, positions[slot * 2] ?? 0, positions[slot * 2 + 1] ?? 0)
  }
  return of
}

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

/** Middles, and how far peers are from them: the sum of squares. */
interface Settled {
  readonly middles: Middles
  readonly away: number
}

/** Whether clusters are about as many and as close together as others. */
function stays(same: Settled, other: Settled): boolean {
  const [many, wanted] = [same.middles.length, other.middles.length]
  if (many > wanted * STAY.other || wanted > many * STAY.other) return false
  // More clusters are closer together by as much.
  return same.away * many <= other.away * wanted * STAY.looser
}

/** Moves middles to where their peers are. */
function settled(from: Middles, sample: readonly number[], positions: Float32Array): Settled {
  let middles = from
  let away = 0
  for (let round = 0; round < ROUNDS; round++) {
    const sums = new Float64Array(middles.length)
    const counts = new Uint32Array(middles.length / 2)
    away = 0
    for (const slot of sample) {
      const [x, y] = [positions[slot * 2] ?? 0, positions[slot * 2 + 1] ?? 0]
      const at = nearest(middles, x, y)
      sums[at * 2] = (sums[at * 2] ?? 0) + x
      sums[at * 2 + 1] = (sums[at * 2 + 1] ?? 0) + y
      counts[at] = (counts[at] ?? 0) + 1
      away += (x - (middles[at * 2] ?? 0)) ** 2 + (y - (middles[at * 2 + 1] ?? 0)) ** 2
    }
    const before = middles
    middles = sums.map((sum, index) => {
      const peers = counts[index >> 1] ?? 0
      return peers === 0 ? (before[index] ?? 0) : sum / peers
    })
  }
  return { middles, away }
}

/** The middle of each cluster that has peers. */
function middlesOf(of: Int32Array, sample: readonly number[], positions: Float32Array): Middles {
  const sums = new Map<number, { x: number; y: number; peers: number }>()
  for (const slot of sample) {
    const at = of[slot] ?? -1
    if (at < 0) continue
    const sum = sums.get(at) ?? { x: 0, y: 0, peers: 0 }
    sums.set(at, sum)
    sum.x += positions[slot * 2] ?? 0
    sum.y += positions[slot * 2 + 1] ?? 0
    sum.peers++
  }
  const inOrder = [...sums].sort(([a], [b]) => a - b)
  return Float64Array.from(inOrder.flatMap(([, { x, y, peers }]) => [x / peers, y / peers]))
}

/** Places that are far from each other: the first that of the peer with the least hash, each next one the farthest from those before. */
function farApart(
  sample: readonly number[],
  { positions, hashes }: Pick<SpotScene, 'positions' | 'hashes'>,
  wanted: number,
): Middles {
  const count = Math.min(wanted, sample.length)
  const middles = new Float64Array(count * 2)
  const away = new Float64Array(sample.length).fill(Number.POSITIVE_INFINITY)
  let next = 0
  sample.forEach((slot, index) => {
    if ((hashes[slot] ?? 0) < (hashes[sample[next] ?? 0] ?? 0)) next = index
  })
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
