/** For tests of which connections are made. */
import type { DiscoveryConfig } from '../../../src/shared/config.ts'
import type { PeerId } from '../../../src/shared/ids.ts'
import { SeededRandom } from '../../sim/random.ts'
import { Bench } from './bench.ts'
import { addressHere } from './dialect.ts'
import { idOf } from './entries.ts'

/** With a neighbor, whose catalog is ours. */
export function withNeighbor(seed = 1, config: Partial<DiscoveryConfig> = {}): Bench {
  const bench = Bench.online({ verbosity: 'trace', random: new SeededRandom(seed), config })
  bench.connect(idOf('near'))
  bench.step({ kind: 'neighborUp', peerId: idOf('near') })
  bench.finishSync(bench.lastStream('sync'))
  bench.take()
  return bench
}

/** Whom we dial to keep connections up; others are dialed for syncs and probes. */
export function dialed(bench: Bench): (PeerId | null)[] {
  return bench
    .taken('log')
    .flatMap(({ line }) => (line.message === 'dialing' && line.fields['for'] === 'connections' ? [line.peer] : []))
}

/** What an entry says of its address; another one for each number. */
export function at(index: number): { addresses: string[] } {
  return { addresses: [addressHere(`/ip4/10.0.0.${index}/tcp/1`)] }
}
