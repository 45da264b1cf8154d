import { describe, expect, it } from 'vitest'
import { ClockStretches } from '../../../src/shared/clock-stretches.ts'
import { clockOfLog } from '../../../src/shared/clock-turns.ts'
import type { DiscoveryEvent, LoggedEvent } from '../../../src/shared/events.ts'
import { networkIdFrom } from '../../../src/shared/ids.ts'
import { idOf } from '../../support/discovery/entries.ts'

const came = { kind: 'NeighborUp', peerId: idOf('a') } as const
const log = (...told: readonly (readonly [at: number, event: DiscoveryEvent])[]): readonly LoggedEvent[] =>
  told.map(([at, event], index) => ({ seq: index + 1, at, event }))

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
    expect(clock.span(50, 200, (at) => (at >= 160 ? 25 : at >= 90 ? 5 : 0))).toEqual({ after: 0, until: 25 })
    expect(clock.span(170, 200, (at) => (at >= 180 ? 30 : 25))).toEqual({ after: 25, until: 30 })
  })

  it('later moments are of the last one while that goes on, and of those before once it ended', () => {
    const turns = [{ first: 10, from: 20, before: 80 }]
    expect(new ClockStretches(turns).at(70).first).toBe(10)
    expect(new ClockStretches(turns, 40).at(70).first).toBe(-Infinity)
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
