/** How the network behaves. */
export interface Weather {
  /** Milliseconds one way, drawn evenly. */
  readonly latency: readonly [number, number]
  /** Share of gossip messages and dials that are lost, 0 to 1. */
  readonly loss: number
  /** Bytes a second of one stream. */
  readonly bandwidth: number
}

/** What a machine room would have. */
export const FAIR: Weather = { latency: [2, 30], loss: 0, bandwidth: 10_000_000 }
