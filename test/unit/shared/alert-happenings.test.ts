import { describe, expect, it } from 'vitest'
import {
  aimOf,
  happeningEvents,
  happeningLines,
  happeningsBy,
  happeningsIn,
  inNetwork,
  isLasting,
  lastedMs,
  purgedOf,
  repeatsOf,
  toldAt,
  waitingIn,
} from '../../../src/shared/alert-happenings.ts'
import type { Alert } from '../../../src/shared/alerts.ts'
import type { EventKind } from '../../../src/shared/events.ts'
import { networkIdFrom } from '../../../src/shared/ids.ts'
import { networkKeyOf } from '../../../src/shared/network-kind.ts'
import { peerIdAt } from '../../support/renderer/fake-network.ts'

type Logged = Alert['events'][number]

const event = (seq: number, kind: EventKind = 'PeerDeparted'): Logged =>
  ({ seq, at: seq, event: { kind } }) as unknown as Logged
const alert = (id: number, given: Partial<Alert> = {}): Alert => ({
  id,
  ruleId: `r${id}`,
  ruleName: `Rule ${id}`,
  kind: 'peer-departed',
  network: null,
  peerId: peerIdAt(1),
  beganAt: 1000,
  firedAt: 1000 + id,
  resolvedAt: 1000 + id,
  what: 'brave fox left',
  cause: 'It said goodbye.',
  events: [event(7)],
  repeats: 0,
  quiet: false,
  notify: true,
  dismissed: false,
  test: false,
  webhook: 'none',
  ...given,
})
/** Ids of the alerts of each happening, of alerts that fired in this order. */
const groups = (...alerts: Alert[]): number[][] =>
  happeningsIn(alerts.toReversed()).map((one) => one.alerts.map(({ id }) => id))

const FEW = { kind: 'peer-count', peerId: null, what: '2 peers: below 3', cause: '1 peer said goodbye.' } as const

describe('alerts of one happening', () => {
  it('are together, newest first, and count once', () => {
    const other = alert(2, { peerId: peerIdAt(2), events: [event(8)] })
    const all = [alert(1), other, alert(3)]
    expect(groups(...all)).toEqual([[3, 1], [2]])
    expect(waitingIn(all.toReversed(), null)).toBe(2)
    expect(waitingIn([alert(3, { dismissed: true }), alert(1)], null)).toBe(1)
    expect(waitingIn([alert(3, { dismissed: true }), alert(1, { dismissed: true })], null)).toBe(0)
  })

  it('are as old as the newest of them, by which cards are sorted', () => {
    const other = alert(2, { peerId: peerIdAt(2), events: [event(8)], firedAt: 61_000 })
    expect(happeningsIn([alert(3, { firedAt: 90_000 }), other, alert(1)]).map(toldAt)).toEqual([
      { first: 1001, last: 90_000 },
      { first: 61_000, last: 61_000 },
    ])
    // What happened again within the cool-down is told by the alert that fired before the other one.
    const again = alert(1, { repeats: 2, lastAt: 120_000 })
    expect(groups(again, other)).toEqual([[1], [2]])
    expect(happeningsIn([other, again]).map(toldAt)[0]).toEqual({ first: 1001, last: 120_000 })
  })

  it('are known by the departure itself: one that came back leaves once more', () => {
    // The second departure has the first one among what was before.
    const again = { events: [event(9), event(8, 'PeerDiscovered'), event(7)], beganAt: 9000 }
    expect(groups(alert(1), alert(2), alert(3, again), alert(4, again))).toEqual([
      [4, 3],
      [2, 1],
    ])
    const back = { kind: 'peer-appeared', events: [event(8, 'PeerDiscovered'), event(7)] } as const
    expect(groups(alert(1), alert(2, back), alert(3, back))).toEqual([[3, 2], [1]])
  })

  it('are known by what lasts: a slow peer, a split, a loss, many that went silent by our own fault', () => {
    const slow = { kind: 'rtt-above', resolvedAt: null, events: [] } as const
    expect(
      groups(
        alert(1, slow),
        alert(2, { ...slow, firedAt: 61_000 }),
        alert(3, { ...slow, beganAt: 60_000, firedAt: 62_000 }),
      ),
    ).toEqual([[3], [2, 1]])
    expect(groups(alert(1, slow), alert(2, { ...slow, peerId: peerIdAt(2) }))).toHaveLength(2)
    for (const kind of ['network-split', 'network-lost', 'peer-departed'] as const) {
      const whole = { kind, peerId: null, events: [] }
      expect(groups(alert(1, whole), alert(2, whole))).toEqual([[2, 1]])
    }
  })

  it('are of counts only by what happened: two counts may be of different peers', () => {
    expect(groups(alert(1, { ...FEW, events: [] }), alert(2, { ...FEW, events: [] }))).toHaveLength(2)
    expect(groups(alert(1), alert(2, { ...FEW, events: [event(9), event(7)] }))).toEqual([[2, 1]])
  })

  it('are never tries of a rule', () => {
    const tried = { kind: 'network-lost', peerId: null, events: [], test: true } as const
    expect(groups(alert(1, tried), alert(2, tried))).toHaveLength(2)
  })
})

it('alerts belong to their network: those of others are told of by its name, and count for none that is joined', () => {
  const network = (name: string) => ({ kind: 'peerscope', id: networkIdFrom(name), name }) as const
  const [a, b] = [network('a'), network('b')]
  const of = (id: number, to: Alert['network']) => alert(id, { network: to, peerId: peerIdAt(id), events: [event(id)] })
  const all = [of(5, b), of(4, a), of(3, null), of(2, b), of(1, a)]
  const by = (shown: typeof a | null) => {
    const { here, elsewhere } = happeningsBy(all, shown === null ? null : networkKeyOf(shown))
    const ids = (some: typeof here) => some.flatMap(({ alerts }) => alerts.map(({ id }) => id))
    return [ids(here), ...elsewhere.map((one) => [one.network.name, ...ids(one.happenings)])]
  }
  expect(by(a)).toEqual([
    [4, 3, 1],
    ['b', 5, 2],
  ])
  expect(by(null)).toEqual([[3], ['b', 5, 2], ['a', 4, 1]])
  // The same id is another network in another kind.
  expect(by({ ...a, kind: 'mosaik' } as never)[0]).toEqual([3])
  expect([networkKeyOf(a), networkKeyOf(b), null].map((shown) => waitingIn(all, shown))).toEqual([3, 3, 1])
  const aim = { network: a, at: 1004, split: null }
  expect(aimOf([of(4, a)])).toEqual({ ...aim, peerId: peerIdAt(4), departure: 4 })
  expect(aimOf([of(4, a), of(1, a)])).toEqual({ ...aim, peerId: null, departure: null })
  expect([a, { ...a, name: null }, null].map((one) => inNetwork('Rule', one))).toEqual([
    'Rule in a',
    `Rule in ${a.id.slice(0, 16)}…`,
    'Rule',
  ])
})

it('alerts are grouped once for all that look at them, and each is read once, however many they are', () => {
  let reads = 0
  const counting = (id: number): Alert =>
    Object.defineProperty(alert(id, { peerId: peerIdAt(id) }), 'events', {
      get: () => {
        reads += 1
        return [event(id)]
      },
    })
  const all = Array.from({ length: 50 }, (_, index) => counting(50 - index))
  expect([waitingIn(all, null), happeningsIn(all), reads]).toEqual([50, expect.any(Array), 50])
  expect(happeningsIn(all)).toBe(happeningsIn(all))
})

it('a happening says each thing once, the oldest first, with its peer', () => {
  const few = alert(3, { ...FEW, resolvedAt: null, events: [event(8), event(7)] })
  const [happening] = happeningsIn([few, alert(2), alert(1)])
  expect(happening && [happeningLines(happening), isLasting(happening)]).toEqual([
    [
      { words: 'brave fox left. It said goodbye.', peerId: peerIdAt(1), departure: 7 },
      { words: '2 peers: below 3. 1 peer said goodbye.', peerId: null, departure: null },
    ],
    true,
  ])
})

it('an alert of a departure leads to that departure, the newest of them; one of anything else to none', () => {
  const again = alert(4, { events: [event(9), event(8, 'PeerDiscovered'), event(7)] })
  const few = alert(3, { ...FEW, events: [event(8), event(7)] })
  const departures = [[alert(1)], [again, alert(1)], [few, alert(1)]].map((alerts) => aimOf(alerts).departure)
  expect(departures).toEqual([7, 9, 7])
  const back = alert(2, { kind: 'peer-appeared', events: [event(8, 'PeerDiscovered'), event(7)] })
  const slow = alert(2, { kind: 'rtt-above', events: [event(7)] })
  const many = [alert(1), alert(2, { peerId: peerIdAt(2), events: [event(8)] })]
  expect([[back], [slow], [few], many].map((alerts) => aimOf(alerts).departure)).toEqual([null, null, null, null])
})

it('a happening that lasts says the number of now beside that of when it fired, and one that is over does not', () => {
  const words = (resolvedAt: number | null) => {
    const [happening] = happeningsIn([alert(3, { ...FEW, now: 'Now: 0 peers.', resolvedAt })])
    return happening && happeningLines(happening).map((line) => line.words)
  }
  expect(words(null)).toEqual(['2 peers: below 3. Now: 0 peers. 1 peer said goodbye.'])
  expect(words(5)).toEqual(['2 peers: below 3. 1 peer said goodbye.'])
})

it('a happening says how it ended, where that is more than that it did not last', () => {
  const [happening] = happeningsIn([alert(1, { ended: 'Nobody came back.' })])
  expect(happening && happeningLines(happening)).toMatchObject([
    { words: 'brave fox left. It said goodbye. Nobody came back.' },
  ])
})

it('a happening lasts as long as what of it lasts, and counts once what each rule counts', () => {
  const of = (...alerts: Alert[]) => {
    const [happening] = happeningsIn(alerts)
    return happening && [lastedMs(happening), repeatsOf(happening)]
  }
  // Told of one moment one after the other.
  expect(of(alert(5, { repeats: 1 }), alert(1, { repeats: 1 }))).toEqual([null, 1])
  // A rule waits before it tells: what it tells of lasted meanwhile too.
  expect(of(alert(3, { ...FEW, firedAt: 61_000, resolvedAt: 70_000 }), alert(1))).toEqual([69_000, 0])
  expect(of(alert(3, { ...FEW, resolvedAt: null }), alert(1))).toEqual([null, 0])
  // It came again: the time in between does not count, unless another rule tells that it lasted meanwhile.
  const again = { ...FEW, firedAt: 2000, resolvedAt: 205_000, calmMs: 122_000, repeats: 1 }
  expect(of(alert(3, again))).toEqual([82_000, 1])
  expect(of(alert(3, again), alert(4, { ...FEW, resolvedAt: 42_000 }))).toEqual([82_000, 1])
  expect(of(alert(3, again), alert(4, { ...FEW, resolvedAt: 301_000 }))).toEqual([300_000, 1])
})

it('a happening of peers that are purged by our own fault tells how many they are, and not that it came again', () => {
  const purged = (id: number, repeats: number) => alert(id, { peerId: null, what: 'Peers are purged', repeats })
  const counts = (...alerts: Alert[]) => [purgedOf({ alerts }), repeatsOf({ alerts })]
  expect([counts(purged(1, 0)), counts(purged(2, 4), purged(1, 1))]).toEqual([
    [1, 0],
    [5, 0],
  ])
  const lost = alert(3, { kind: 'network-lost', peerId: null, repeats: 2 })
  expect([counts(lost, purged(1, 4)), counts(alert(1, { repeats: 3 }))]).toEqual([
    [5, 2],
    [0, 3],
  ])
  expect(counts({ ...purged(1, 0), test: true })).toEqual([0, 0])
})

it('a loss is one happening with the purges that come of it, whenever each rule tells', () => {
  const loss = alert(1, { kind: 'network-lost', peerId: null, firedAt: 61_000, resolvedAt: null })
  const purges = alert(2, { peerId: null, firedAt: 101_000, resolvedAt: 101_000, events: [event(4, 'NetworkLost')] })
  expect(happeningsIn([purges, loss])).toHaveLength(1)
  expect(happeningsIn([{ ...purges, beganAt: 300_000 }, loss]), 'the next loss').toHaveLength(2)
  expect(happeningsIn([{ ...purges, events: [event(4, 'Stalled')] }, loss]), 'purges of another cause').toHaveLength(2)
})

it('its events are told once, newest first, as the newest alert has them, and are bounded', () => {
  const later = { ...event(7), lastAt: 99, times: 2 }
  const [happening] = happeningsIn([alert(2, { events: [event(8, 'SyncFailed'), later] }), alert(1)])
  expect(happening && happeningEvents(happening)).toEqual([event(8, 'SyncFailed'), later])
  const many = Array.from({ length: 30 }, (_, index) =>
    alert(index, { ...FEW, events: [7, 2 * index + 100, 2 * index + 101].map((seq) => event(seq)) }),
  )
  const [long] = happeningsIn(many.toReversed())
  expect(long && [long.alerts.length, happeningEvents(long).length]).toEqual([30, 20])
})

it('the one peer that was purged by our own fault is meant, and of several none', () => {
  const gone = (peer: number): Logged =>
    ({ seq: peer, at: 70 + peer, event: { kind: 'PeerDeparted', peerId: peerIdAt(peer) } }) as unknown as Logged
  const purged = (repeats: number, ...events: Logged[]): Alert => alert(1, { peerId: null, repeats, events })
  expect(aimOf([purged(0, event(9, 'NetworkLost'), gone(3))])).toMatchObject({ peerId: peerIdAt(3), departure: 73 })
  expect(aimOf([purged(1, gone(4), gone(3))])).toMatchObject({ peerId: null, departure: null })
  expect(aimOf([{ ...purged(0, gone(3)), test: true }])).toMatchObject({ peerId: null })
})
