import type { PeerId } from '../../../src/shared/ids.ts'
import { Bench } from './bench.ts'
import { idOf } from './entries.ts'

/** Where the sync with a peer stands. */
export const phaseOf = (bench: Bench, peerId: PeerId): string | undefined =>
  bench.core.env.peers.get(peerId)?.sync.phase

/** With a neighbor, whose catalog is ours: nothing else is due. */
export function withNeighbor(): Bench {
  const bench = Bench.online({ verbosity: 'trace' })
  bench.neighbor(idOf('near'))
  return bench
}
