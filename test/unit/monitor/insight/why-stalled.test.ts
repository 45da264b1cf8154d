/** Why a peer is as it is, where it is ourselves: our machine stood still, or all are on it. */
import { describe, expect, it } from 'vitest'
import type { Stall } from '../../../../src/main/monitor/insight/stalls.ts'
import type { PeerFacts } from '../../../../src/main/monitor/insight/why-parts.ts'
import { whyPeer } from '../../../../src/main/monitor/insight/why.ts'
import type { LoggedEvent } from '../../../../src/shared/events.ts'
import { NOW, MINUTE, PEER, row, logged, times, stall, facts, SLOW, SILENT, STORED, dial } from './peer-facts.ts'

describe('why', () => {
  it('names our own stall first where everybody is slow', () => {
    const others = { measured: 10, median: 390, slower: 8, compared: 10, few: false }
    const samples = times(40, 41, 40, 40, 39, 400, 410, 405)
    const { causes } = whyPeer(facts({ ...SLOW, others, samples, stalls: [stall(NOW - 30_000, 4000)] }))
    expect(causes.map(({ kind, confidence }) => [kind, confidence]).slice(0, 2)).toEqual([
      ['own stall', 'likely'],
      ['everybody slow', 'likely'],
    ])
    expect(causes[0]).toMatchObject({ words: 'our own machine stalled for 4 s, 30 s ago', since: NOW - 30_000 })
    expect(causes[1]?.since).toBeNull()
  })

  it('tells all of several stalls, as Health and alerts do', () => {
    const [first, longest, last] = [
      stall(NOW - 9 * MINUTE, 3000, 70),
      stall(NOW - 8 * MINUTE, 7000, 71),
      stall(NOW - 7 * MINUTE, 2000, 72),
    ]
    const gone = { at: NOW - 5 * MINUTE, reason: 'purged' as const }
    const silent = (stalls: readonly Stall[], purgeAfterMs: number) =>
      whyPeer(facts({ ...SILENT, gone, purgeAfterMs, stalls })).causes.find(({ kind }) => kind === 'own stall')
    const told = {
      words: 'our own machine stalled 3 times, 12 s in all, the last one 2 min before',
      events: [72, 71, 70],
      evidence: { kinds: ['Stalled'], from: NOW - 9 * MINUTE - 3000, to: NOW - 7 * MINUTE },
    }
    expect(silent([first, longest, last], 5 * MINUTE)).toMatchObject({ confidence: 'possible', ...told })
    // Behind the silence, in which one came too late.
    expect(silent([first, longest, last, stall(NOW - 4 * MINUTE, 9000, 73)], 5 * MINUTE)).toMatchObject(told)
    const short = [stall(NOW - 6 * MINUTE, 2000, 80), { ...stall(NOW - 5 * MINUTE - 4000, 3000, 81), times: 3 }]
    expect(silent(short, 70_000)).toMatchObject({
      confidence: 'possible',
      words: 'our own machine stalled 4 times, 7 s in all, the last one 4 s before',
    })
    expect(silent([...short, stall(NOW - 5 * MINUTE - 1000, 7000, 82)], 70_000)).toMatchObject({
      confidence: 'likely',
      words: 'our own machine stalled 5 times, 14 s in all, the last one 1 s before',
      events: [82, 81, 80],
    })
    const others = { measured: 10, median: 390, slower: 8, compared: 10, few: false }
    const samples = times(40, 41, 40, 40, 39, 400, 410, 405)
    const stalls = [stall(NOW - 40_000, 4000, 91), stall(NOW - 30_000, 1000, 92)]
    expect(whyPeer(facts({ ...SLOW, others, samples, stalls })).causes[0]).toMatchObject({
      words: 'our own machine stalled 2 times, 5 s in all, the last one 30 s ago',
      since: NOW - 30_000,
      events: [92, 91],
    })
  })

  it('does not ask who listens where we stood still ourselves whenever it was dialed', () => {
    const reason = 'no answer in time; does a libp2p peer listen there?'
    const late = (seq: number, at: number, changes: Partial<LoggedEvent> = {}): LoggedEvent => ({
      ...logged(seq, at, { kind: 'DialFailed', target: PEER, reason }),
      ...changes,
    })
    const told = (dials: readonly LoggedEvent[], stalls: readonly Stall[]) =>
      whyPeer(facts({ ...STORED, dials, stalls })).causes.map(({ kind, confidence }) => `${kind}, ${confidence}`)
    const at = NOW - MINUTE
    const both = ['own stall, likely', 'dials failed, possible']
    expect(told([late(60, at)], [stall(at - 2000, 4000)])).toEqual(both)
    expect(whyPeer(facts({ ...STORED, dials: [late(60, at)], stalls: [stall(at - 2000, 4000)] })).sentence).toMatch(
      /was not reached in this run, probably because our own machine stalled for 4 s while it was dialed\.$/,
    )
    // The dial is told while the stall is on its way to the log.
    expect(told([late(60, at)], [stall(at + 4500, 4000)])).toEqual(both)
    const only = ['dials failed, likely']
    expect(told([late(60, at)], [])).toEqual(only)
    expect(told([late(60, at)], [stall(at - 20_000, 4000)])).toEqual(only)
    expect(told([late(60, at)], [stall(at + 30_000, 4000)])).toEqual(only)
    // One that failed without a stall is evidence, and so is one that was refused.
    expect(told([late(61, at), late(60, at - MINUTE)], [stall(at, 4000)])).toEqual(only)
    expect(told([late(60, at - MINUTE, { times: 9, lastAt: at })], [stall(at, 4000)])).toEqual(only)
    expect(told([dial(60)], [stall(at, 4000)])).toEqual(['crashed, likely', ...only])
  })

  it('takes such a dial for no sign of a crash', () => {
    const timed = logged(85, NOW - MINUTE, { kind: 'DialFailed', target: PEER, reason: 'no answer in time' })
    const stalls = [stall(NOW - MINUTE, 1200)]
    const { causes } = whyPeer(facts({ ...SILENT, purgeAfterMs: 300_000, dials: [timed], stalls }))
    expect(causes.map(({ kind }) => kind)).toEqual(['unknown', 'dials failed', 'own stall'])
  })

  it('does not blame addresses of this machine where our own lead here too', () => {
    const loopback = { row: row({ state: 'stored', rtt: null, addresses: ['/ip4/127.0.0.1/tcp/4001'] }) }
    const kinds = (changes: Partial<PeerFacts>): string[] =>
      whyPeer(facts({ ...STORED, ...loopback, ...changes })).causes.map(({ kind }) => kind)
    expect(kinds({})).toEqual(['private addresses', 'nobody dialed'])
    expect(kinds({ ownLocal: true })).toEqual(['nobody dialed'])
    const lan = { row: row({ state: 'stored', rtt: null, addresses: ['/ip4/192.168.1.7/tcp/4001'] }) }
    expect(kinds({ ...lan, ownLocal: true })).toEqual(['private addresses', 'nobody dialed'])
  })
})
