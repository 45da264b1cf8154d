/** How often peers are probed that have to be dialed for it, in a large network (rule RT2). */
import { describe, expect, it } from 'vitest'
import type { PeerId } from '../../../../src/shared/ids.ts'
import { Bench, fixedRandom } from '../../../support/discovery/bench.ts'
import { idOf } from '../../../support/discovery/entries.ts'

const probedIn = (bench: Bench, peerId: PeerId): number =>
  Math.round((bench.core.env.peers.get(peerId)?.probeAt ?? NaN) - bench.ms)

/** A node that is asked for the probe of a peer, of so many that it knows. */
function knowing(others: number): { readonly bench: Bench; readonly far: PeerId } {
  const bench = Bench.online({ random: fixedRandom(0.5), config: { rttDialInterval: 30_000 } })
  for (let index = 1; index < others; index += 1) bench.feed(`one of many ${index}`, { addresses: [] })
  return { bench, far: bench.feed('far', { addresses: [] }) }
}

describe('a peer that has to be dialed for a probe', () => {
  it.each([
    [10, 1],
    [299, 1],
    [599, 2],
  ])(
    '[RT2] is first probed and followed in the interval, of more than 300 peers as much later (%i others)',
    (others, times) => {
      const { bench, far } = knowing(others)
      expect(bench.core.env.catalog.size).toBe(others + 1)
      expect(Math.abs(probedIn(bench, far) - 20_000 * times)).toBeLessThanOrEqual(100)
      const work = bench.core.env.work.beginNow('probe', bench.ms)
      const record = bench.core.env.peers.get(far)
      if (work === null || record === null) throw new Error('no turn')
      bench.core.at(bench.moment()).parts.prober.ended(record, work)
      expect(Math.abs(probedIn(bench, far) - 30_000 * times)).toBeLessThanOrEqual(100)
      expect(bench.core.env.peers.get(idOf('far'))?.connection).toBeNull()
    },
  )
})
