/** When connections are filled up among so many peers that it takes three neighbors (rule AN9). */
import { describe, expect, it } from 'vitest'
import { Bench, fixedRandom, named } from '../../../support/discovery/bench.ts'
import { at, dialed } from '../../../support/discovery/connecting.ts'
import { idOf } from '../../../support/discovery/entries.ts'

/** Among many, with two neighbors and a third one that just came. */
function withThree(): Bench {
  // First syncs are left to others.
  let number = 0.999
  const random = { ...fixedRandom(0), number: () => number }
  const bench = Bench.online({ verbosity: 'trace', random })
  bench.neighbor(idOf('a'))
  for (const [index, name] of named('smaller', 20).entries()) bench.feed(name, at(index))
  for (const name of ['b', 'c']) bench.connect(idOf(name))
  number = 0
  // One neighbor is too few.
  let dials = bench.taken('dial')
  for (; dials.length === 0 && bench.ms < 5000; dials = bench.taken('dial')) bench.pass(10)
  for (const { id } of dials) bench.step({ kind: 'dialFailed', id, error: new Error('nobody') })
  bench.step({ kind: 'neighborUp', peerId: idOf('b') })
  bench.pass(300)
  bench.step({ kind: 'neighborUp', peerId: idOf('c') })
  bench.take()
  return bench
}

describe('connections among many peers', () => {
  it('[AN9] are filled up 10 s after the third neighbor came among many, however many connections there were then', () => {
    for (const others of [0, 4]) {
      const bench = withThree()
      bench.pass(3000)
      for (let index = 0; index < others; index += 1)
        bench.connect(bench.feed(`other ${index}`, { addresses: [] }), 'inbound')
      bench.pass(3000)
      for (let index = 0; index < others; index += 1)
        bench.step({ kind: 'disconnected', peerId: idOf(`other ${index}`) })
      bench.core.env.timers.set('balance', bench.ms + 100)
      bench.take()
      bench.pass(3975)
      expect(dialed(bench)).toEqual([])
      bench.pass(50)
      expect(dialed(bench)).toHaveLength(1)
    }
  })

  it('[AN9] are filled up soon where the third neighbor of three goes among many', () => {
    const bench = withThree()
    bench.pass(3000)
    bench.core.env.timers.set('balance', bench.ms + 5000)
    bench.take()
    bench.step({ kind: 'neighborDown', peerId: idOf('c') })
    bench.pass(399)
    expect(dialed(bench)).toEqual([])
    bench.pass(1)
    expect(dialed(bench)).toHaveLength(1)
  })

  it('[AN9] are filled up though a neighbor goes and comes back all the time', () => {
    const bench = withThree()
    let count = 0
    for (let second = 0; second < 22; second += 1) {
      bench.pass(1000)
      bench.step({ kind: 'neighborDown', peerId: idOf('c') })
      bench.step({ kind: 'neighborUp', peerId: idOf('c') })
      count += dialed(bench).length
    }
    expect(count).toBe(2)
  })
})
