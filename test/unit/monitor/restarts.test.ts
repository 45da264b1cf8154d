import { describe, expect, it } from 'vitest'
import type { DiscoveryEvent } from '../../../src/shared/events.ts'
import type { DepartureReason, Version } from '../../../src/shared/peer.ts'
import { nextOwnVersion } from '../../../src/main/discovery/entry/version.ts'
import { Restarts } from '../../../src/main/monitor/restarts.ts'
import { idOf } from '../../support/discovery/entries.ts'

/** Starts are seconds. */
const version = (started: number): Version => ({ startedAt: started * 1000, updatedAt: started * 1000 })
const entry = (n: string, startedAt: number) =>
  ({
    peerId: idOf(n),
    source: 'gossip',
    version: version(startedAt),
    tags: [],
    addresses: [],
  }) as const
const joined = (n: string, startedAt: number): DiscoveryEvent => ({ kind: 'PeerDiscovered', ...entry(n, startedAt) })
const updated = (n: string, startedAt: number): DiscoveryEvent => ({
  kind: 'PeerUpdated',
  ...entry(n, startedAt),
  changed: [],
})
const departed = (n: string, startedAt: number, reason: DepartureReason): DiscoveryEvent => ({
  kind: 'PeerDeparted',
  peerId: idOf(n),
  reason,
  version: version(startedAt),
})

/** What the last of the events tells besides. */
function told(...events: readonly DiscoveryEvent[]) {
  const restarts = new Restarts()
  return events.map((event) => restarts.take(event)).at(-1)
}

describe('a peer restarted', () => {
  const restarted = (after: DepartureReason | null) => ({
    kind: 'PeerRestarted',
    peerId: idOf('a'),
    startedAt: 9000,
    after,
  })

  it('where its entry has a later start while it is here, also more than once', () => {
    expect(told(joined('a', 1), updated('a', 9))).toEqual(restarted(null))
    expect(told(joined('a', 1), updated('a', 5), updated('a', 9))).toEqual(restarted(null))
  })

  it.each(['graceful', 'purged', 'lost', 'removed', 'displaced'] as const)(
    'where it comes back with a later start after it departed (%s)',
    (reason) => expect(told(joined('a', 1), departed('a', 1, reason), joined('a', 9))).toEqual(restarted(reason)),
  )

  it('once for each start, and of a departure before an earlier restart nothing is said', () => {
    const events = [joined('a', 1), departed('a', 1, 'graceful'), joined('a', 5), updated('a', 9)]
    expect(told(...events)).toEqual(restarted(null))
    expect(told(...events, updated('a', 9))).toBe(null)
  })

  it.each<[string, readonly DiscoveryEvent[]]>([
    ['while it is here', [updated('a', 1)]],
    ['after it was removed', [departed('a', 9, 'removed'), joined('a', 1)]],
    ['with which it goes too', [departed('a', 1, 'purged')]],
  ])('once, also where others bring back an entry from before it %s', (_, older) => {
    const events = [joined('a', 1), updated('a', 9), ...older]
    expect(told(...events, updated('a', 9))).toBe(null)
    expect(told(...events, updated('a', 12))).toMatchObject({ startedAt: 12_000 })
  })
})

describe('a peer did not restart', () => {
  it.each<[string, readonly DiscoveryEvent[]]>([
    ['that joined', [joined('a', 1)]],
    ['that announced itself again', [joined('a', 1), updated('a', 1)]],
    [
      'that came back as it was, as after a broken connection',
      [joined('a', 1), departed('a', 1, 'purged'), joined('a', 1)],
    ],
    ['when another did', [joined('a', 1), joined('b', 9)]],
    ['that is told of first by a change', [updated('a', 9)]],
    [
      'as far as is known, where events were missed',
      [joined('a', 1), { kind: 'EventsMissed', count: 1 }, updated('a', 9)],
    ],
  ])('%s', (_, events) => expect(told(...events)).toBe(null))

  it('where its clock was set back, however often: its next version states a start that is later by 1', () => {
    const restarts = new Restarts()
    let last: Version = { startedAt: 5000, updatedAt: 900_000 }
    const next = (now: number): unknown => {
      last = nextOwnVersion(last, now, 50_000)
      return restarts.take({ kind: 'PeerUpdated', ...entry('a', 5), version: last, changed: [] })
    }
    expect([900_000, 800_000, 700_000, 600_000].map(next)).toEqual([null, null, null, null])
    expect(last.startedAt).toBe(5003)
  })
})

it('remembers a bounded number of those that departed', () => {
  const restarts = new Restarts()
  for (let n = 0; n < 20_500; n += 1) {
    restarts.take(joined(`${n}`, 1))
    restarts.take(departed(`${n}`, 1, 'graceful'))
  }
  expect(restarts.size).toBe(20_000)
  expect([restarts.take(joined('0', 9)), restarts.take(joined('20499', 9))]).toEqual([
    null,
    expect.objectContaining({ kind: 'PeerRestarted' }),
  ])
})
