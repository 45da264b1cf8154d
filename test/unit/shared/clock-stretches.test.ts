import { describe, expect, it } from 'vitest'
import type { ClockTurn } from '../../../src/shared/clock-stretches.ts'
import { ClockStretches } from '../../../src/shared/clock-stretches.ts'
import { clockOfLog } from '../../../src/shared/clock-turns.ts'
import type { DiscoveryEvent, LoggedEvent } from '../../../src/shared/events.ts'
import { networkIdFrom } from '../../../src/shared/ids.ts'
import { idOf } from '../../support/discovery/entries.ts'

const came = { kind: 'NeighborUp', peerId: idOf('a') } as const
const log = (...told: readonly (readonly [at: number, event: DiscoveryEvent])[]): readonly LoggedEvent[] =>
  told.map(([at, event], index) => ({ seq: index + 1, at, event }))

/** The same numbers for the same seed. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return Math.floor((state / 2_147_483_648) * below)
  }
}

/** A clock that is set some times, and what was told by it, each millisecond or so. */
function setAtRandom(random: (below: number) => number) {
  const turns: ClockTurn[] = []
  const told: { readonly number: number; readonly at: number }[] = []
  let at = 20
  for (let number = 1; number < 60; number += 1) {
    const before = at
    if (random(10) === 0) {
      at = random(100)
      turns.push({ first: number, from: at, before })
    } else at += random(3)
    told.push({ number, at })
  }
  return { clock: new ClockStretches(turns), told, turns }
}

const stretchesOf = (turns: readonly ClockTurn[]) =>
  [{ first: -Infinity, from: -Infinity }, ...turns].map(({ first, from }, index) => {
    return { first, from, to: Math.max(from, turns[index]?.before ?? Infinity) }
  })

/** The first number of the stretch of a moment, looked for one by one. */
function shownAt(turns: readonly ClockTurn[], moment: number): number {
  const all = stretchesOf(turns)
  const shown = all.findLast(({ from, to }) => from <= moment && moment <= to)
  return (shown ?? all.findLast(({ to }) => to < moment))?.first ?? -Infinity
}

/** The moment that something counts for, step by step. */
function countedAt(turns: readonly ClockTurn[], number: number, at: number): number {
  const first = shownAt(turns, at)
  const from = stretchesOf(turns).find((one) => one.first === first)?.from ?? at
  return first <= number || from >= at ? at : countedAt(turns, first, from)
}

describe('stretches of our clock', () => {
  // Ahead from 100 to 280, and put back at 340 to 160.
  const clock = new ClockStretches([
    { first: 10, from: 280, before: 100 },
    { first: 20, from: 160, before: 340 },
  ])

  it('a moment is of the newest one that showed it, and where none did of the newest before', () => {
    expect(clock.repeats).toBe(true)
    expect([50, 100, 130, 160, 300, 400].map((at) => clock.at(at).first)).toEqual([
      -Infinity,
      -Infinity,
      -Infinity,
      20,
      20,
      20,
    ])
  })

  it('what was told by a clock that was ahead counts for the moment to which it was put back', () => {
    expect([clock.counted(5, 90), clock.counted(12, 290), clock.counted(25, 290)]).toEqual([90, 160, 290])
    expect([clock.shows(5, 90), clock.shows(12, 290), clock.shows(25, 290)]).toEqual([true, false, true])
  })

  it('a span reaches over all numbers that count for it', () => {
    expect(clock.span(50, 200, (at) => (at >= 160 ? 25 : at >= 90 ? 5 : 0))).toEqual({
      after: 0,
      until: 25,
      mixed: true,
    })
    expect(clock.span(170, 200, (at) => (at >= 180 ? 30 : 25))).toEqual({
      after: 25,
      until: 30,
      mixed: false,
    })
  })

  it('later moments are of the last one while that goes on, and of those before once it ended', () => {
    const turns = [{ first: 10, from: 20, before: 80 }]
    expect(new ClockStretches(turns).at(70).first).toBe(10)
    expect(new ClockStretches(turns, 40).at(70).first).toBe(-Infinity)
  })

  it('all that counts for a span lies between its numbers, however often the clock was set', () => {
    const random = randomFrom(7)
    for (let round = 0; round < 300; round += 1) {
      const { clock, told, turns } = setAtRandom(random)
      const lastAt = (moment: number): number => {
        const { first, last } = clock.at(moment)
        const inside = told.findLast(({ number, at }) => number >= first && number <= last && at <= moment)
        return inside?.number ?? told.findLast(({ number }) => number < first)?.number ?? 0
      }
      const moments = Array.from({ length: 135 }, (_, place) => place - 5)
      expect(moments.map((at) => clock.at(at).first)).toEqual(moments.map((at) => shownAt(turns, at)))
      const counted = told.map(({ number, at }) => ({ number, at: countedAt(turns, number, at) }))
      expect(told.map(({ number, at }) => clock.counted(number, at))).toEqual(counted.map(({ at }) => at))
      for (let from = 0; from < 110; from += 9)
        for (const to of [from, from + 1, from + 7, from + 40]) {
          const { after, until, mixed } = clock.span(from, to, lastAt)
          const wrong = counted.filter(({ number, at }) => {
            const [isOf, isInside] = [at >= from && at <= to, number > after && number <= until]
            return isOf ? !isInside : isInside && !mixed
          })
          expect({ round, from, to, wrong }).toEqual({ round, from, to, wrong: [] })
        }
    }
  })

  it('a clock that was never set repeats nothing', () => {
    expect(new ClockStretches([{ first: 10, from: 280, before: 100 }])).toMatchObject({ repeats: false, ended: false })
  })
})

describe('what a log tells of our clock', () => {
  it('what was logged between a jump and its notice is of the clock as it was set', () => {
    const { turns } = clockOfLog(
      log([900_000, came], [120_000, came], [120_800, came], [121_000, { kind: 'ClockJumped', byMs: -780_000 }]),
    )
    expect(turns).toEqual([{ first: 2, from: 120_000, before: 901_000 }])
  })

  it('what was told long before a small jump is of the clock as it was', () => {
    const events = log([500_000, came], [505_000, came], [506_000, { kind: 'ClockJumped', byMs: 5000 }])
    // 505 is a second before the notice, and 500 is six.
    expect(clockOfLog(events).turns).toEqual([{ first: 2, from: 505_000, before: 501_000 }])
    const near = log([503_400, came], [506_000, { kind: 'ClockJumped', byMs: 5000 }])
    expect(clockOfLog(near).turns).toEqual([{ first: 2, from: 506_000, before: 501_000 }])
  })

  it('of jumps that share a row, as in logs of earlier versions, the first is told', () => {
    const event = { kind: 'ClockJumped', byMs: 70_000 } as const
    const first = { times: 1, lastAt: 100_000, event: { kind: 'ClockJumped', byMs: -50_000 } } as const
    const grown: LoggedEvent = { seq: 2, at: 100_000, event, times: 2, lastAt: 200_000, earlier: [first] }
    expect(clockOfLog([...log([140_000, came]), grown]).turns).toEqual([{ first: 2, from: 100_000, before: 150_000 }])
  })

  it('a run begins with what is told before it joined, and ends with its last event', () => {
    const entry: DiscoveryEvent = {
      kind: 'LocalEntryUpdated',
      version: { startedAt: 1, updatedAt: 1 },
      tags: [],
      addresses: [],
    }
    const joined: DiscoveryEvent = {
      kind: 'NetworkJoined',
      peerId: idOf('me'),
      networkId: networkIdFrom('n'),
      addresses: [],
    }
    expect(clockOfLog(log([500, came], [200, entry], [200, joined], [300, came])).turns).toEqual([
      { first: 2, from: 200, before: 500 },
    ])
  })
})
