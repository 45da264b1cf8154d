/** Whom a node dials that lost its last neighbor (rule AN13). */
import { describe, expect, it, vi } from 'vitest'
import type { DiscoveryConfig } from '../../../../src/shared/config.ts'
import { SeededRandom } from '../../../sim/random.ts'
import { Bench, named } from '../../../support/discovery/bench.ts'
import { addressHere } from '../../../support/discovery/dialect.ts'
import { idOf } from '../../../support/discovery/entries.ts'

/** With a neighbor, whose catalog is ours. */
function withNeighbor(seed = 1, config: Partial<DiscoveryConfig> = {}): Bench {
  const bench = Bench.online({ verbosity: 'trace', random: new SeededRandom(seed), config })
  bench.connect(idOf('near'))
  bench.step({ kind: 'neighborUp', peerId: idOf('near') })
  bench.finishSync(bench.lastStream('sync'))
  bench.take()
  return bench
}

const at = (index: number): { addresses: string[] } => ({ addresses: [addressHere(`/ip4/10.0.0.${index}/tcp/1`)] })

describe('[AN13] a node without a neighbor', () => {
  it('dials who answered where it says it is before others that it had to do with', () => {
    const bench = withNeighbor()
    for (const [index, name] of named('smaller', 40).entries()) {
      const peerId = bench.feed(name, at(index))
      // All were neighbors, and came from elsewhere; eight were dialed where they say they are.
      const remoteAddress = index < 8 ? (at(index).addresses[0] ?? '') : addressHere(`/ip4/10.1.0.${index}/tcp/1`)
      const direction = index < 8 ? 'outbound' : 'inbound'
      bench.step({ kind: 'connected', connection: { peerId, remoteAddress, direction, openedAt: 0 } })
      bench.step({ kind: 'neighborUp', peerId })
      bench.step({ kind: 'neighborDown', peerId })
      bench.step({ kind: 'disconnected', peerId })
    }
    bench.take()
    bench.step({ kind: 'disconnected', peerId: idOf('near') })
    bench.step({ kind: 'neighborDown', peerId: idOf('near') })
    const answered = Array.from({ length: 8 }, (_, index) => at(index).addresses[0])
    expect(bench.dialed().toSorted()).toEqual(answered.toSorted())
  })

  it('looks at no more peers for that than it may, however many rest', () => {
    const bench = withNeighbor()
    for (let index = 0; index < 600; index += 1)
      bench.feed(`ghost ${index}`, { addresses: [addressHere(`/ip4/9.9.${index >> 8}.${index & 255}/tcp/1`)] })
    const rests = vi.spyOn(bench.core.parts.dials, 'rests').mockReturnValue(true)
    bench.step({ kind: 'neighborDown', peerId: idOf('near') })
    // Those that are dialed already are not asked.
    expect(rests.mock.calls.length).toBeGreaterThan(480)
    expect(rests.mock.calls.length).toBeLessThanOrEqual(500)
  })

  it('dials what it knows something of before ghosts, and before what waits', () => {
    const FRIENDS = 30
    const bench = Bench.online({ config: { rttProbeInterval: 5000, rttDialInterval: 5000 } })
    bench.connect(idOf('near'))
    bench.step({ kind: 'neighborUp', peerId: idOf('near') })
    for (let index = 0; index < FRIENDS; index += 1) {
      const peerId = bench.feed(`friend ${index}`, at(index + 1))
      const [remoteAddress = ''] = at(index + 1).addresses
      bench.step({ kind: 'connected', connection: { peerId, remoteAddress, direction: 'outbound', openedAt: 0 } })
      bench.step({ kind: 'disconnected', peerId })
    }
    for (let index = 0; index < 200; index += 1)
      bench.feed(`ghost ${index}`, { addresses: [addressHere(`/ip4/9.9.1.${index}/tcp/1`)] })
    // Eight dials of ghosts are under way, and nobody answers; more wait.
    bench.pass(4000)
    const before = bench.dialed()
    bench.take()
    bench.step({ kind: 'disconnected', peerId: idOf('near') })
    bench.step({ kind: 'neighborDown', peerId: idOf('near') })
    const all = Array.from({ length: FRIENDS }, (_, index) => at(index + 1).addresses[0] ?? '')
    const friends = all.filter((address) => !before.includes(address))
    expect(friends.length).toBeGreaterThan(8)
    bench.pass(6000)
    const then = bench.dialed().slice(0, 8)
    expect(then.length).toBeGreaterThan(1)
    for (const address of then) expect(all).toContain(address)
  })
})
