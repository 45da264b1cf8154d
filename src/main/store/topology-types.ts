import type { Edge } from '../../shared/peer.ts'

/** A snapshot of who was linked to whom, without its edges. */
export interface TopologyInfo {
  readonly id: number
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly edgeCount: number
}

/** A snapshot of who was linked to whom. */
export interface TopologySnapshot {
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly edges: readonly Edge[]
}
