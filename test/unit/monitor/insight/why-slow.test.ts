import { describe, expect, it } from 'vitest'
import type { PeerFacts } from '../../../../src/main/monitor/insight/why-parts.ts'
import { isSlower } from '../../../../src/main/monitor/insight/why-slow.ts'
import { whyPeer } from '../../../../src/main/monitor/insight/why.ts'
import { NOW, rtt, row, times, stall, facts, SLOW } from './peer-facts.ts'

describe('why a peer is slow', () => {
  it.each<[string, Partial<PeerFacts>, string, string]>([
    [
      'it is relayed, however steady it is',
      { ...SLOW, connectedAt: '/ip4/203.0.113.9/tcp/4001/p2p/12D3KooWx/p2p-circuit' },
      'relayed',
      'certain',
    ],
    [
      'it has only relayed addresses',
      { ...SLOW, row: row({ rtt: rtt(400), addresses: ['/ip4/203.0.113.9/tcp/1/p2p/12D3KooWx/p2p-circuit'] }) },
      'relayed',
      'likely',
    ],
    ['it is far: its time is steady', SLOW, 'far', 'likely'],
    [
      'the way is busy: its time varies',
      { ...SLOW, samples: times(40, 900, 100, 700, 60, 500, 30, 870) },
      'unsteady',
      'likely',
    ],
    [
      'everybody is slower than before: it is us',
      {
        ...SLOW,
        others: { measured: 10, median: 390, slower: 8, compared: 10, few: false },
        samples: times(40, 41, 40, 40, 39, 400, 410, 405),
      },
      'everybody slow',
      'likely',
    ],
    [
      'everybody else is slower than before, and it came only then',
      {
        row: row({ rtt: rtt(400) }),
        samples: times(400, 405),
        others: { measured: 10, median: 390, slower: 8, compared: 10, few: false },
      },
      'everybody slow',
      'likely',
    ],
    [
      'everybody takes longer than any way does, and always did',
      {
        row: row({ rtt: rtt(820) }),
        samples: times(800, 830, 810, 820, 815, 822, 818, 820),
        others: { measured: 10, median: 790, slower: 0, compared: 10, few: false },
      },
      'everybody slow',
      'likely',
    ],
    [
      'it is relayed, where everybody is slow',
      {
        row: row({ rtt: rtt(820) }),
        connectedAt: '/ip4/203.0.113.9/tcp/4001/p2p/12D3KooWx/p2p-circuit',
        others: { measured: 10, median: 790, slower: 0, compared: 10, few: false },
      },
      'relayed',
      'certain',
    ],
    [
      'it is far, much slower than everybody, who are slow too',
      {
        row: row({ rtt: rtt(2000) }),
        samples: times(2000, 2010, 1990, 2000, 2005, 1995, 2000, 2002),
        others: { measured: 10, median: 790, slower: 0, compared: 10, few: false },
      },
      'far',
      'likely',
    ],
  ])('%s', (_name, changes, kind, confidence) => {
    const why = whyPeer(facts(changes))
    expect(why.matter).toBe('slow')
    expect(why.causes[0]).toMatchObject({ kind, confidence })
  })

  it('is not slow where it answers at once, though all others are slower than before', () => {
    const others = { measured: 10, median: 390, slower: 8, compared: 10, few: false }
    expect(whyPeer(facts({ row: row({ rtt: rtt(20) }), samples: times(20, 21), others })).matter).toBe('fine')
    // Nor where its own time did not change.
    expect(
      whyPeer(facts({ row: row({ rtt: rtt(200) }), samples: times(...Array.from({ length: 12 }, () => 200)), others }))
        .matter,
    ).toBe('fine')
    // Of a few peers nobody can tell that it is everybody.
    const few = { measured: 2, median: 790, slower: 0, compared: 0, few: false }
    expect(whyPeer(facts({ row: row({ rtt: rtt(820) }), samples: [], others: few })).matter).toBe('fine')
  })

  it('names our own stall beside a better cause', () => {
    const { causes } = whyPeer(facts({ ...SLOW, stalls: [stall(NOW - 30_000, 4000)] }))
    expect(causes.map(({ kind }) => kind)).toEqual(['far', 'own stall'])
    expect(causes[1]?.events).toEqual([90])
  })

  it('says so where few measurements tell it, or too few', () => {
    const others = { measured: 10, median: 390, slower: 8, compared: 10, few: true }
    const [cause] = whyPeer(facts({ ...SLOW, others, samples: times(40, 41, 400, 405) })).causes
    expect(cause).toMatchObject({ kind: 'everybody slow', confidence: 'possible' })
    expect(cause?.words).toMatch(/8 of 10 measured peers are slower than before \(by few measurements of each\)$/)
    const said = (...ms: number[]): string => whyPeer(facts({ ...SLOW, samples: times(...ms) })).sentence
    expect(said(400, 405)).toMatch(
      /others in 38 ms\): it was measured only 2 times, which is too little to tell why\.$/,
    )
    expect(said(400)).toMatch(/: it was measured only once, which is too little to tell why\.$/)
    // Beside a cause it is none.
    const stalled = whyPeer(facts({ ...SLOW, samples: times(400), stalls: [stall(NOW - 30_000, 4000)] }))
    expect(stalled.causes.map(({ kind }) => kind)).toEqual(['own stall'])
  })

  it('tells from four measurements on whether it is slower than before, and not by one odd one', () => {
    const is = (...ms: number[]): boolean | null => isSlower(times(...ms))
    expect([is(), is(40, 41, 400), is(40, 41, 400, 405)]).toEqual([null, null, true])
    expect([is(40, 41, 40, 405), is(400, 40, 400, 405), is(40, 40, 40, 40, 40, 40, 400, 405)]).toEqual([
      false,
      false,
      true,
    ])
  })

  it('says by how much', () => {
    expect(whyPeer(facts(SLOW)).sentence).toMatch(
      /^[a-z]+ [a-z]+ is slow \(it answers in 400 ms, others in 38 ms\), probably because it is far away \(its round-trip time is steady, between 390 and 410 ms\)\.$/,
    )
  })

  it('compares it with what decided: of one that is faster than the others it does not say that it is slower', () => {
    const others = { measured: 10, median: 201, slower: 8, compared: 10, few: false }
    const said = (changes: Partial<PeerFacts>): string =>
      whyPeer(facts({ others, ...changes })).sentence.replace(/^[a-z]+ [a-z]+ /, '')
    const slower = times(8, 9, 8, 8, 9, 8, 70, 68, 66)
    expect(said({ row: row({ rtt: rtt(67) }), samples: slower })).toMatch(
      /^is slower than before \(it answers in 67 ms, before in 8 ms\), probably because our own connection or this machine is slow/,
    )
    // Two slow answers of three, which hardly move the time that is shown.
    expect(said({ row: row({ rtt: rtt(12) }), samples: slower })).toBe('is here and answers in 12 ms.')
    expect(said({ row: row({ rtt: rtt(120) }), samples: times(120, 121) })).toMatch(
      /^is slow, and so are most others since it came \(it answers in 120 ms, others in 201 ms\), /,
    )
    const all = { ...others, median: 790, slower: 0 }
    expect(said({ row: row({ rtt: rtt(600) }), samples: times(600, 610, 600, 605), others: all })).toMatch(
      /^is slow, as others are \(it answers in 600 ms, others in 790 ms\), /,
    )
  })

  it('does not put it down to what slows all of them where it is much slower than those, and always was', () => {
    const others = { measured: 10, median: 150, slower: 8, compared: 10, few: false }
    const stalls = [stall(NOW - 30_000, 4000)]
    const causes = (samples: PeerFacts['samples']) =>
      whyPeer(facts({ ...SLOW, samples, others, stalls })).causes.map(({ kind, confidence }) => [kind, confidence])
    expect(causes(SLOW.samples)).toEqual([
      ['far', 'likely'],
      ['own stall', 'possible'],
      ['everybody slow', 'possible'],
    ])
    expect(causes(times(40, 41, 40, 40, 39, 400, 410, 405)).slice(0, 2)).toEqual([
      ['own stall', 'likely'],
      ['everybody slow', 'likely'],
    ])
  })
})
