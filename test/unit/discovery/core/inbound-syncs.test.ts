/** Syncs that peers begin with us: how many, how often, and which makes room (rule BD7). */
import { describe, expect, it } from 'vitest'
import type { PeerId } from '../../../../src/shared/ids.ts'
import { Bench } from '../../../support/discovery/bench.ts'
import { syncRequest } from '../../../support/discovery/dialect.ts'
import { idOf } from '../../../support/discovery/entries.ts'

describe('syncs that peers begin', () => {
  const say = (bench: Bench, id: number): void => void bench.step({ kind: 'message', id, bytes: syncRequest() })

  /** As many as there may be, each of a peer of its own. */
  function many(bench: Bench): { peerId: PeerId; id: number }[] {
    return Array.from({ length: 32 }, (_, index) => {
      bench.pass(1)
      const peerId = bench.connect(idOf(`asker ${index}`), 'inbound')
      return { peerId, id: bench.stream(peerId, 'sync') }
    })
  }
  const resets = (bench: Bench): number[] => bench.taken('reset').map(({ id }) => id)

  it('[BD7, SY8] make room where one is silent for 2 s, which then is not taken for done', () => {
    const bench = Bench.online()
    const syncs = many(bench)
    const [first, second] = syncs
    if (first === undefined || second === undefined) throw new Error('no syncs')
    bench.pass(500)
    say(bench, first.id)
    // The second one began 30 ms before the last one.
    bench.pass(1469)
    bench.take()
    const early = bench.stream(bench.connect(idOf('one more'), 'inbound'), 'sync')
    expect(resets(bench)).toEqual([early])
    bench.pass(1)
    const late = bench.stream(idOf('one more'), 'sync')
    // Of the others the first that came, since the first of all said something.
    expect(resets(bench)).toEqual([second.id])
    bench.step({ kind: 'ended', id: late })
    expect(bench.core.env.peers.get(second.peerId)?.sync.phase).not.toBe('done')
  })

  it('[BD7] make room one after the other, the one that was silent for longest first', () => {
    const bench = Bench.online()
    const [first, second, third] = many(bench)
    if (first === undefined || second === undefined || third === undefined) throw new Error('no syncs')
    bench.pass(500)
    say(bench, first.id)
    // By now all of them were silent for more than 2 s.
    bench.pass(4000)
    bench.take()
    for (const [name, id] of [
      ['one more', second.id],
      ['another', third.id],
    ] as const) {
      const peerId = bench.connect(idOf(name), 'inbound')
      bench.take()
      bench.stream(peerId, 'sync')
      expect(resets(bench)).toEqual([id])
    }
  })

  it('[BD7] are not displaced by those of the same peer', () => {
    const bench = Bench.online()
    const [own, ...others] = many(bench)
    if (own === undefined) throw new Error('no sync')
    bench.pass(3000)
    for (const { id } of others) say(bench, id)
    bench.take()
    const again = bench.stream(own.peerId, 'sync')
    expect(resets(bench)).toEqual([again])
  })

  it('[BD7] of one peer are ten at once and one a second, 32 of all', () => {
    const bench = Bench.online()
    const peerId = bench.connect(idOf('ann'), 'inbound')
    const begin = (): boolean => {
      const id = bench.stream(peerId, 'sync')
      const refused = bench.take().some((output) => output.kind === 'reset' && output.id === id)
      if (!refused) bench.step({ kind: 'ended', id })
      return !refused
    }
    const inTurn = (): number => Array.from({ length: 15 }, begin).filter(Boolean).length
    expect(inTurn()).toBe(10)
    bench.pass(3000)
    expect(inTurn()).toBe(3)
    many(bench)
    bench.take()
    bench.stream(bench.connect(idOf('one more'), 'inbound'), 'sync')
    expect(resets(bench)).toHaveLength(1)
  })
})
