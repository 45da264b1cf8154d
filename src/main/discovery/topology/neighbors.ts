import type { PeerId } from '../../../shared/ids.ts'

/** What a peer says of its surroundings (rule TP1). */
export interface NeighborsAnswer {
  readonly neighbors: readonly PeerId[]
  readonly connected: readonly PeerId[]
}
