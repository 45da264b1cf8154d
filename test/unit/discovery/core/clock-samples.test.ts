/** What entries and answers tell of the clocks of peers (rule WK13). */
import { describe, expect, it } from 'vitest'
import type { BenchOptions } from '../../../support/discovery/bench.ts'
import { Bench, NOW } from '../../../support/discovery/bench.ts'
import { dialect } from '../../../support/discovery/dialect.ts'
import { idOf } from '../../../support/discovery/entries.ts'

/** In networks where what a peer announces of itself tells the time (answers.test.ts has the others). */
const fresh: BenchOptions = { dialect: { ...dialect, announcesFresh: true } }
/** These peers answered, by clocks that are that much behind ours. */
const answered = (bench: Bench, behindMs: number, names: readonly string[]): void => {
  for (const name of names) bench.core.env.clockWatch.noteClock(bench.connect(idOf(name), 'inbound'), behindMs)
}

describe('that our clock is off', () => {
  it('[WK13] is not told by entries that come late, on a machine that has no time for them', () => {
    const bench = Bench.online(fresh)
    const late = { startedAt: NOW - 20_000, updatedAt: NOW - 7600 }
    answered(bench, 0, ['ann', 'bob', 'cyd', 'dan'])
    for (const name of ['ann', 'bob', 'cyd']) bench.announce(bench.signed(name, { version: late }), idOf(name))
    bench.core.parts.presence.offerAll([bench.signed('dan', { version: { startedAt: 1, updatedAt: 1 } })], idOf('dan'))
    expect(bench.core.env.clockWatch.compare()).toEqual({ byMs: null, peers: 4 })
  })

  it('[WK13] is not told by answers that were long under way', () => {
    const bench = Bench.online()
    const compare = (): unknown => bench.core.env.clockWatch.compare()
    bench.connect(idOf('ann'), 'inbound')
    const { clockWatch } = bench.core.env
    clockWatch.heardAnswer(idOf('ann'), 7600, 2001)
    expect(compare()).toEqual({ byMs: null, peers: 0 })
    clockWatch.heardAnswer(idOf('ann'), 7600, 2000)
    expect(compare()).toEqual({ byMs: 7600, peers: 1 })
    // What was measured well stays.
    clockWatch.heardAnswer(idOf('ann'), 12_000, 4000)
    expect(compare()).toEqual({ byMs: 7600, peers: 1 })
  })

  it('[WK13] is told by the own entries of peers alone, not by what others tell of them', () => {
    const bench = Bench.online(fresh)
    answered(bench, 0, ['ann', 'cyd', 'dan', 'eve'])
    const behind = (name: string): number | null => bench.core.env.peers.get(idOf(name))?.clockBehindMs ?? null
    const ahead = { startedAt: NOW, updatedAt: NOW + 20_000 }
    bench.announce(bench.signed('ann', { version: ahead }), idOf('bob'))
    expect(behind('ann')).toBe(0)
    bench.announce(bench.signed('cyd', { version: ahead }), idOf('cyd'))
    expect(behind('cyd')).toBe(-20_000)
    bench.core.parts.presence.offerAll(
      [bench.signed('dan', { version: ahead }), bench.signed('eve', { version: ahead })],
      idOf('eve'),
    )
    expect([behind('dan'), behind('eve')]).toEqual([0, -20_000])
  })

  it('[WK13] is told by three peers whose clocks are off alike', () => {
    const bench = Bench.online(fresh)
    answered(bench, 0, ['ann', 'bob', 'cyd'])
    for (const name of ['ann', 'bob', 'cyd']) {
      const version = { startedAt: NOW, updatedAt: NOW + 9000 }
      bench.announce(bench.signed(name, { version }), idOf(name))
    }
    expect(bench.core.env.clockWatch.compare()).toEqual({ byMs: -9000, peers: 3 })
  })

  it('[WK13] is told by what peers answered, where their entries say less, and not by peers that answered nothing', () => {
    const bench = Bench.online(fresh)
    const compare = (): unknown => bench.core.env.clockWatch.compare()
    const early = (name: string, aheadMs: number): unknown =>
      bench.announce(bench.signed(name, { version: { startedAt: NOW, updatedAt: NOW + aheadMs } }), idOf(name))
    answered(bench, -7000, ['ann', 'bob', 'cyd'])
    for (const name of ['ann', 'bob']) early(name, 1000)
    expect(compare()).toEqual({ byMs: -7000, peers: 3 })
    // Of all peers only those whose clocks are ahead announce something that is early.
    for (const name of ['dan', 'eve', 'fay', 'gil', 'hal', 'ida', 'jon', 'kim', 'leo']) early(name, 20_000)
    expect(compare()).toEqual({ byMs: -7000, peers: 3 })
  })
})
