import { describe, expect, it } from 'vitest'
import { OwnFaults } from '../../../../src/main/monitor/alerts/own-faults.ts'
import type { Outcome } from '../../../../src/main/monitor/alerts/outcome.ts'
import type { DiscoveryEvent, LoggedEvent } from '../../../../src/shared/events.ts'
import { networkKeyOf } from '../../../../src/shared/network-kind.ts'
import { peerIdAt, peerRow } from '../../../support/renderer/fake-network.ts'
import { rig as sessionRig } from '../session-rig.ts'
import { EPOCH, rig, rule, words } from './rules-rig.ts'

const departed = (index: number, reason: 'graceful' | 'purged', updatedAt = EPOCH): DiscoveryEvent => ({
  kind: 'PeerDeparted',
  peerId: peerIdAt(index),
  reason,
  version: { startedAt: 1, updatedAt },
})

describe('peers that are purged after our own machine stood still', () => {
  const purge = (at: ReturnType<typeof rig>, index: number): readonly Outcome[] => {
    at.put(peerRow(index, { state: 'purged' }))
    return at.event(departed(index, 'purged', EPOCH - 9000))
  }

  it('are one alert, which says so', () => {
    const at = rig([rule({ kind: 'peer-departed' })])
    at.restart(20_000)
    at.event({ kind: 'Stalled', ms: 4100 })
    at.pass(1000)
    const fired = [1, 2, 3].flatMap((index) => purge(at, index))
    expect(words(fired)).toEqual([
      'It was our own machine that stalled: peers that it did not hear meanwhile are purged',
      'repeat 1',
      'repeat 1',
    ])
    expect(fired[0]).toMatchObject({ peerId: null, told: { cause: 'Our own machine stalled for 4.1 s.' } })
    // Said goodbye is said goodbye.
    at.put(peerRow(4, { state: 'departed' }))
    expect(words(at.event(departed(4, 'graceful')))).toEqual([expect.stringMatching(/ left$/)])
    // What comes later than the time of silence has another cause.
    at.pass(20_000)
    expect(words(purge(at, 5))).toEqual([expect.stringMatching(/went silent and was purged$/)])
  })

  it('are one alert too where many short stalls together explain it, which tells all of them', () => {
    const at = rig([rule({ kind: 'peer-departed' })])
    at.restart(120_000)
    for (let stall = 0; stall < 30; stall += 1) {
      at.event({ kind: 'Stalled', ms: 1400 })
      at.pass(3000)
    }
    const [fired] = purge(at, 1)
    expect(fired).toMatchObject({ peerId: null, told: { cause: 'Our own machine stalled 30 times, 42 s in all.' } })
  })

  it('are that too where the log has many of the stalls in one row, live and read again', async () => {
    const live: LoggedEvent[] = []
    const { session, scheduler, store } = sessionRig({ onLogged: (logged) => live.push(logged) })
    for (let stall = 0; stall < 30; stall += 1) {
      session.take({ seq: stall + 1, at: scheduler.now, kind: 'event', event: { kind: 'Stalled', ms: 2000 } })
      await scheduler.run(3000)
    }
    session.flush()
    const stored = store.eventsPage({ networkKey: networkKeyOf(session.network), limit: 100 }).events.toReversed()
    expect([live.length, stored.length]).toEqual([30, 10])
    for (const told of [live, stored]) {
      const faults = new OwnFaults()
      faults.restart(120_000)
      for (const logged of told) faults.take(logged)
      const own = faults.behind(peerIdAt(1), false, scheduler.now)
      expect(own?.finding).toMatchObject({ kind: 'peers-stalled', stalls: { count: 30 } })
    }
    store.close()
  })

  it('are told one by one where the stall was short against the time of silence', () => {
    const at = rig([rule({ kind: 'peer-departed' })])
    at.event({ kind: 'Stalled', ms: 1100 })
    const fired = [1, 2].flatMap((index) => purge(at, index))
    expect(fired.map((outcome) => outcome.type === 'fire' && outcome.peerId)).toEqual([peerIdAt(1), peerIdAt(2)])
    expect(fired[0]).toMatchObject({
      told: { cause: 'Its last announcement was 9 s old; our own machine stalled for 1.1 s.' },
    })
  })
})

it('peers that are purged while our clock is wrong are one alert, which says so, until it is right', () => {
  const at = rig([rule({ kind: 'peer-departed' })])
  const purge = (index: number): readonly Outcome[] => {
    at.put(peerRow(index, { state: 'purged' }))
    return at.event(departed(index, 'purged', EPOCH - 9000))
  }
  at.restart(60_000)
  at.event({ kind: 'ClockJumped', byMs: 180_000 })
  at.event({ kind: 'ClockCompared', byMs: 180_000, peers: 5 })
  const fired = [1, 2].flatMap(purge)
  expect(words(fired)).toEqual([
    'It was our own clock that was wrong: peers that it made seem old are purged',
    'repeat 1',
  ])
  expect(fired[0]).toMatchObject({
    peerId: null,
    told: {
      cause: expect.stringMatching(/^The clock of this machine seems to be wrong: it is 3 min ahead of most of/),
    },
  })
  at.event({ kind: 'ClockJumped', byMs: -180_000 })
  expect(words(purge(3))).toEqual([expect.stringMatching(/went silent and was purged$/)])
})
