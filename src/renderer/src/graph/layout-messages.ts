/** How often the layout is told while it moves: before each frame, now and then, or only at its end. */
export type Pace = 'frames' | 'seconds' | 'end'

/** To the layout worker: begin (again), go on after a drawn frame, or stop. `run` grows with each start. */
export type LayoutRequest =
  | {
      readonly type: 'start'
      readonly run: number
      readonly positions: Float32Array
      readonly edges: Uint32Array
      /** 1 for nodes that stay where they are. */
      readonly fixed: Uint8Array
      readonly pace: Pace
    }
  | { readonly type: 'next'; readonly run: number }
  | { readonly type: 'stop' }

/** From the layout worker: positions in the order they were given; `done` when the layout rests. */
export interface LayoutReply {
  readonly run: number
  readonly positions: Float32Array
  readonly done: boolean
}
