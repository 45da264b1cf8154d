/** Whom a node dials that lost its last neighbor (rules AN7, AN13). */
import { describe, expect, it, vi } from 'vitest'
import type { PeerId } from '../../../../src/shared/ids.ts'
import { Bench, named } from '../../../support/discovery/bench.ts'
import { at, dialed, withNeighbor } from '../../../support/discovery/connecting.ts'
import { addressHere } from '../../../support/discovery/dialect.ts'
import { idOf } from '../../../support/discovery/entries.ts'

describe('when the last neighbor goes', () => {
  function lost(seed: number): { chosen: (PeerId | null)[]; all: PeerId[]; waiting: number } {
    const bench = withNeighbor(seed)
    // They begin the syncs with us, later.
    const all = named('smaller', 30).map((name, index) => bench.feed(name, at(index)))
    bench.take()
    bench.step({ kind: 'disconnected', peerId: idOf('near') })
    bench.step({ kind: 'neighborDown', peerId: idOf('near') })
    return { chosen: dialed(bench), all, waiting: bench.core.env.work.waiting('dial') }
  }

  it('[AN7] eight peers of the catalog are dialed, chosen at random', () => {
    const [first, second, third] = [1, 2, 3].map(lost)
    if (first === undefined || second === undefined || third === undefined) throw new Error('no runs')
    for (const { chosen, waiting } of [first, second, third]) expect([new Set(chosen).size, waiting]).toEqual([8, 0])
    expect(new Set([first, second, third].flatMap(({ chosen }) => chosen)).size).toBeGreaterThan(12)
    const ranks = [first, second, third].flatMap(({ chosen, all }) =>
      chosen.map((peer) => all.indexOf(peer ?? idOf('me'))),
    )
    expect(Math.max(...ranks)).toBeGreaterThan(20)
    expect(Math.min(...ranks)).toBeLessThan(10)
  })

  it('[AN7, WK11] a jump of the clock does not make those to dial stale', () => {
    const config = { purgeAfter: 60_000, announceInterval: 20_000, maxTimeDrift: 20_000 }
    for (const noticed of [false, true]) {
      const bench = withNeighbor(1, config)
      for (const [index, name] of named('smaller', 12).entries()) bench.feed(name, at(index))
      bench.take()
      bench.skew = 3_600_000
      if (noticed) bench.step({ kind: 'woke' })
      bench.step({ kind: 'disconnected', peerId: idOf('near') })
      bench.step({ kind: 'neighborDown', peerId: idOf('near') })
      expect(dialed(bench)).toHaveLength(8)
    }
  })

  it('[AN7] nobody is dialed while there is another one, nor after the goodbye', () => {
    const bench = withNeighbor()
    bench.step({ kind: 'neighborUp', peerId: idOf('other') })
    for (const [index, name] of named('smaller', 5).entries()) bench.feed(name, at(index))
    bench.take()
    bench.step({ kind: 'neighborDown', peerId: idOf('other') })
    expect(dialed(bench)).toEqual([])
    bench.step({ kind: 'leave' })
    bench.step({ kind: 'disconnected', peerId: idOf('near') })
    bench.step({ kind: 'neighborDown', peerId: idOf('near') })
    expect(dialed(bench)).toEqual([])
  })

  /** Its last neighbor did not keep it in the mesh, and is still connected; enough others are too. */
  function leftOut(): Bench {
    const bench = withNeighbor()
    for (const name of ['b', 'c', 'd', 'e']) bench.connect(bench.feed(name, { addresses: [] }), 'inbound')
    for (const [index, name] of named('smaller', 30).entries()) bench.feed(name, at(index))
    bench.pass(10_000)
    bench.take()
    bench.step({ kind: 'neighborDown', peerId: idOf('near') })
    return bench
  }

  it('[AN7] that is still connected, nobody is dialed for 5 s, and then eight are', () => {
    const bench = leftOut()
    bench.pass(4999)
    expect(dialed(bench)).toEqual([])
    bench.pass(1)
    expect(dialed(bench)).toHaveLength(8)
  })

  it.each(['near', 'b'])('[AN7] that is still connected, eight are dialed once %s disconnects', (name) => {
    const bench = leftOut()
    bench.pass(1000)
    bench.step({ kind: 'disconnected', peerId: idOf(name) })
    expect(dialed(bench)).toHaveLength(8)
    bench.pass(10_000)
    expect(dialed(bench).length).toBeLessThan(8)
  })

  it('[AN7] and another one takes us into its mesh, nobody is dialed', () => {
    const bench = leftOut()
    bench.pass(1000)
    bench.step({ kind: 'neighborUp', peerId: idOf('b') })
    bench.step({ kind: 'disconnected', peerId: idOf('near') })
    bench.pass(10_000)
    expect(dialed(bench)).toEqual([])
  })

  it('[AN7, AN9] that is still connected, one is dialed soon where there are few connections', () => {
    const bench = withNeighbor()
    bench.pass(6000)
    for (const [index, name] of named('smaller', 30).entries()) bench.feed(name, at(index))
    // The next look at connections is far.
    bench.core.env.timers.set('balance', bench.ms + 5000)
    bench.take()
    bench.step({ kind: 'neighborDown', peerId: idOf('near') })
    bench.pass(400)
    expect(dialed(bench)).toHaveLength(1)
  })
})

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
    bench.step({ kind: 'disconnected', peerId: idOf('near') })
    bench.step({ kind: 'neighborDown', peerId: idOf('near') })
    // Those that are dialed already are not asked.
    expect(rests.mock.calls.length).toBeGreaterThan(480)
    expect(rests.mock.calls.length).toBeLessThanOrEqual(500)
  })

  it('dials what it knows something of before ghosts, and before what waits', () => {
    const FRIENDS = 30
    const bench = Bench.online()
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
    bench.core.at(bench.moment()).parts.prober.probeAll()
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
