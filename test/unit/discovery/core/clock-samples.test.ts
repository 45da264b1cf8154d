/** What tells nothing of a clock, since it only came late (rule WK13). */
import { describe, expect, it } from 'vitest'
import { Bench, NOW } from '../../../support/discovery/bench.ts'
import { dialect } from '../../../support/discovery/dialect.ts'
import { idOf } from '../../../support/discovery/entries.ts'

describe('that our clock is off', () => {
  it('[WK13] is not told by entries that come late, on a machine that has no time for them', () => {
    const bench = Bench.online({ dialect: { ...dialect, announcesFresh: true } })
    const late = { startedAt: NOW - 20_000, updatedAt: NOW - 7600 }
    for (const name of ['ann', 'bob', 'cyd', 'dan'])
      bench.core.env.clockWatch.noteClock(bench.connect(idOf(name), 'inbound'), 0)
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
})
