/** Which clusters are the same as before, and which peer each is named after. Pure: the same changes give the same names. */
import type { SpotScene } from './spots.ts'

/** Arrays by slot. */
export interface ClusterScene extends Pick<SpotScene, 'slots' | 'live' | 'hashes'> {
  readonly degrees: Uint32Array
  /** Grows each time a slot is given to a peer. */
  readonly generations: Uint32Array
}

/** A cluster: while most of its peers stay together it is the same one, and named after the same peer while that is in it. */
export interface ClusterId {
  readonly id: number
  /** The slot of the peer that it is named after; -1 for a cluster without peers. */
  readonly hub: number
}

interface Known extends ClusterId {
  readonly size: number
}

/** Tells clusters by place that are found again from new ones. */
export class ClusterIds {
  #of: Int32Array = new Int32Array(0)
  #generations: Uint32Array = new Uint32Array(0)
  #known: readonly Known[] = []
  #next = 0

  /**
   * Takes in the cluster of each slot. A new cluster is named after its peer with the most lines.
   * @param named peers that clusters were named after when the network was last shown: these come before others
   * @param settled whether peers are where they belong: while they are on their way, one that passes through another cluster
   * takes no name away
   */
  update(
    scene: ClusterScene,
    of: Int32Array,
    count: number,
    named: ReadonlySet<number> = new Set(),
    settled = true,
  ): readonly ClusterId[] {
    const same = this.#sameAs(scene, of, count)
    const [sizes, hubs] = bestOf(scene, of, count, named)
    const known = Array.from({ length: count }, (_, at): Known => {
      const before = same[at]
      const stays =
        before !== undefined &&
        before.hub >= 0 &&
        this.#isThere(scene, before.hub) &&
        (!settled || of[before.hub] === at)
      const [size, hub] = [sizes[at] ?? 0, stays ? before.hub : (hubs[at] ?? -1)]
      return { id: before?.id ?? this.#next++, hub, size }
    })
    this.#known = known
    this.#of = of.slice()
    this.#generations = scene.generations.slice(0, scene.slots)
    return known
  }

  /** Nothing is known from now on. */
  clear(): void {
    this.#of = new Int32Array(0)
    this.#known = []
  }

  #isThere({ live, generations }: ClusterScene, slot: number): boolean {
    return live[slot] === 1 && generations[slot] === this.#generations[slot]
  }

  /** For each cluster the one before of whose peers it has most; the one with more of them where it has most of two. */
  #sameAs({ slots, live, generations }: ClusterScene, of: Int32Array, count: number): (Known | undefined)[] {
    const before = this.#known
    const shared = new Uint32Array(before.length * count)
    for (let slot = 0; slot < Math.min(slots, this.#of.length); slot++) {
      const [was, is] = [this.#of[slot] ?? -1, of[slot] ?? -1]
      if (was < 0 || is < 0 || live[slot] !== 1 || generations[slot] !== this.#generations[slot]) continue
      shared[was * count + is] = (shared[was * count + is] ?? 0) + 1
    }
    const same: (Known | undefined)[] = Array.from({ length: count })
    const most = new Uint32Array(count)
    before.forEach((one, was) => {
      for (let is = 0; is < count; is++) {
        const peers = shared[was * count + is] ?? 0
        if (peers * 2 <= one.size || peers <= (most[is] ?? 0)) continue
        most[is] = peers
        same[is] = one
      }
    })
    return same
  }
}

/** How many peers each cluster has, and the one that it would be named after; of peers with as many lines the one with the least hash. */
function bestOf(
  { slots, live, degrees, hashes }: ClusterScene,
  of: Int32Array,
  count: number,
  named: ReadonlySet<number>,
): readonly [sizes: Uint32Array, hubs: Int32Array] {
  const [sizes, hubs] = [new Uint32Array(count), new Int32Array(count).fill(-1)]
  for (let slot = 0; slot < slots; slot++) {
    const at = of[slot] ?? -1
    if (at < 0 || live[slot] !== 1) continue
    sizes[at] = (sizes[at] ?? 0) + 1
    const best = hubs[at] ?? -1
    const more =
      best < 0 ? 1 : Number(named.has(slot)) - Number(named.has(best)) || (degrees[slot] ?? 0) - (degrees[best] ?? 0)
    if (more > 0 || (more === 0 && (hashes[slot] ?? 0) < (hashes[best] ?? 0))) hubs[at] = slot
  }
  return [sizes, hubs]
}
