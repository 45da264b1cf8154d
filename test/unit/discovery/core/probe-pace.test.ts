/** How often peers are probed that have to be dialed for it, in a large network (rule RT2). */
import { describe, expect, it } from 'vitest'
import type { PeerRecord } from '../../../../src/main/discovery/core/peers.ts'
import type { PeerId } from '../../../../src/shared/ids.ts'
import { Bench, fixedRandom } from '../../../support/discovery/bench.ts'
import { idOf } from '../../../support/discovery/entries.ts'

const probedIn = (bench: Bench, peerId: PeerId): number =>
  Math.round((bench.core.env.peers.get(peerId)?.probeAt ?? NaN) - bench.ms)

/** When the first one comes, in intervals, with random numbers of one half. */
const FIRST = 2 / 3

const recordOf = (bench: Bench, peerId: PeerId): PeerRecord => {
  const record = bench.core.env.peers.get(peerId)
  if (record === null) throw new Error('an unknown peer')
  return record
}

/** A node that is asked for the probe of a peer, of so many that it knows. */
function knowing(others: number): { readonly bench: Bench; readonly far: PeerId } {
  const bench = Bench.online({ random: fixedRandom(0.5), config: { rttDialInterval: 30_000 } })
  for (let index = 1; index < others; index += 1) bench.feed(`one of many ${index}`, { addresses: [] })
  return { bench, far: bench.feed('far', { addresses: [] }) }
}

describe('a peer that has to be dialed for a probe', () => {
  it.each([
    [10, 0, 30_000],
    [29, 0, 30_000],
    [59, 0, 60_000],
    [59, 20, 40_000],
  ])(
    '[RT2] is first probed and followed in the interval, of more than one a second as much later (%i others, %i connected)',
    (others, connected, interval) => {
      const { bench, far } = knowing(others)
      for (let index = 1; index <= connected; index += 1) bench.connect(idOf(`one of many ${index}`), 'inbound')
      expect(bench.core.env.catalog.size).toBe(others + 1)
      expect(bench.core.env.peers.get(far)?.connection).toBeNull()
      bench.core.at(bench.moment()).parts.prober.disconnected(recordOf(bench, far))
      expect(Math.abs(probedIn(bench, far) - interval * FIRST)).toBeLessThanOrEqual(100)
      const work = bench.core.env.work.beginNow('probe', bench.ms)
      if (work === null) throw new Error('no turn')
      bench.core.at(bench.moment()).parts.prober.ended(recordOf(bench, far), work)
      expect(Math.abs(probedIn(bench, far) - interval)).toBeLessThanOrEqual(100)
    },
  )
})
