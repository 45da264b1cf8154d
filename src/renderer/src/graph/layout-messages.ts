import type { Placing } from './clusters.ts'
import type { Spots } from './spots.ts'

/** How often the layout is told while it moves: before each frame, now and then, or only at its end. */
export type Pace = 'frames' | 'seconds' | 'end'

/** How nodes are arranged: by the forces of their lines, in clusters, or on rings. */
export type LayoutKind = 'force' | 'clusters' | 'rings'

/** To the layout worker: begin (again), go on after a drawn frame, end as it is by now, or stop. `run` grows with each start. */
export type LayoutRequest =
  | {
      readonly type: 'start'
      readonly run: number
      readonly kind: LayoutKind
      readonly positions: Float32Array
      readonly edges: Uint32Array
      /** 1 for nodes that stay where they are. */
      readonly fixed: Uint8Array
      readonly placing: Placing
      /** The cluster by place that each node was in, -1 for none: these are looked for again. */
      readonly before: Int32Array
      /** How many times as wide as high the layout by forces becomes, about. */
      readonly wide: number
      readonly pace: Pace
    }
  | { readonly type: 'next'; readonly run: number }
  | { readonly type: 'finish'; readonly run: number }
  | { readonly type: 'stop' }

/** From the layout worker. */
export interface LayoutReply {
  readonly run: number
  /** In the order they were given; null where only the progress is told. */
  readonly positions: Float32Array | null
  /** x, y and radius of each cluster or ring; empty for the layout by forces. */
  readonly circles: Float32Array
  /** Clusters by place, in the order of the positions; null where they were not looked for again. */
  readonly spots: Spots | null
  /** How much of it is done, 0 to 1. */
  readonly share: number
  /** Whether the layout rests. */
  readonly done: boolean
}
