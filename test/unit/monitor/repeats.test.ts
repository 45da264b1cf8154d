import { describe, expect, it } from 'vitest'
import type { NotDialedWhy } from '../../../src/shared/not-dialed.ts'
import { eventAsOf, eventSince } from '../../../src/shared/events.ts'
import type { DiscoveryEvent, LoggedEvent } from '../../../src/shared/events.ts'
import { goesOnSince, GROWS_MS, happenedIn } from '../../../src/shared/growing.ts'
import { Repeats } from '../../../src/main/monitor/repeats.ts'
import { idOf } from '../../support/discovery/entries.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const EPOCH = 1_750_000_000_000

/** A log as a session keeps it: rows by number. */
class Log {
  readonly repeats = new Repeats()
  readonly rows = new Map<number, LoggedEvent>()

  add(event: DiscoveryEvent, now: number): void {
    const at = EPOCH + now
    if (this.repeats.take(event, at, now) !== null) return
    const logged = { seq: this.rows.size + 1, at, event: this.repeats.beginning(event, at, now) }
    this.rows.set(logged.seq, logged)
    this.repeats.began(logged, now)
  }

  all(): readonly LoggedEvent[] {
    for (const row of this.repeats.due()) this.rows.set(row.seq, row)
    return [...this.rows.values()]
  }
}

const dial = (target: string, reason = 'refused'): DiscoveryEvent => ({ kind: 'DialFailed', target, reason })
const told = { source: 'gossip', tags: [], addresses: [] } as const
const joined = (n: string): DiscoveryEvent => ({
  ...told,
  kind: 'PeerDiscovered',
  peerId: idOf(n),
  version: { startedAt: 1, updatedAt: 1 },
})
const left = (n: string): DiscoveryEvent => ({
  kind: 'PeerDeparted',
  peerId: idOf(n),
  reason: 'purged',
  version: { startedAt: 1, updatedAt: 1 },
})
const synced = (n: string): DiscoveryEvent => ({
  kind: 'SyncCompleted',
  peerId: idOf(n),
  received: 0,
  sent: 0,
  bytes: 0,
  durationMs: 1,
})
const updated = (n: string, changed: readonly 'tags'[] = []): DiscoveryEvent => ({
  ...told,
  kind: 'PeerUpdated',
  peerId: idOf(n),
  version: { startedAt: 1, updatedAt: 1 },
  changed,
})
const restarted = (n: string, startedAt = 2): DiscoveryEvent => ({
  kind: 'PeerRestarted',
  peerId: idOf(n),
  startedAt,
  after: null,
})

describe('rows of what happens again and again', () => {
  it('tell the longest of the stalls that share one', () => {
    const log = new Log()
    const stalls = [...Array.from({ length: 10 }, () => 1000), 4000, 9000, 2000]
    for (const [index, ms] of stalls.entries()) log.add({ kind: 'Stalled', ms }, index * 1000)
    const rows = log.all()
    expect(rows).toHaveLength(10)
    expect(rows.at(-1)).toMatchObject({ event: { kind: 'Stalled', ms: 9000 }, times: 4 })
  })

  it('are one for each way in which dials to a peer fail, at whichever address: what comes later hides none', () => {
    const log = new Log()
    const ways = ['timed out', 'connection refused; is a peer listening there?', 'it rests']
    const reasons = [...ways, 'no answer in time', 'no route to it', 'another peer answered there']
    const places = [1, 2, 1, 2, 1, 2].map((n) => `/ip4/10.0.0.${n}/tcp/1/p2p/${idOf('a')}`)
    const whys = new Map<number, NotDialedWhy>([
      [2, 'rests'],
      [6, 'elsewhere'],
      [7, 'ownMachine'],
    ])
    for (const [index, reason] of [...reasons, 'not here', 'not here'].entries()) {
      const notDialed = whys.get(index)
      const why = notDialed === undefined ? {} : { notDialed }
      log.add({ ...dial(places[index % 6] ?? '', reason), ...why }, index * 1000)
    }
    expect(log.all()).toMatchObject([
      { at: EPOCH, event: { reason: 'no answer in time' }, times: 2, lastAt: EPOCH + 3000 },
      { at: EPOCH + 1000, event: { reason: ways[1] } },
      { at: EPOCH + 2000, event: { reason: ways[2] } },
      { at: EPOCH + 4000, event: { reason: 'another peer answered there' }, times: 2, lastAt: EPOCH + 5000 },
      { at: EPOCH + 6000, event: { notDialed: 'ownMachine' }, times: 2, lastAt: EPOCH + 7000 },
    ])
  })

  it.each([60, 5000])(
    'tell of each moment what had happened by then, and nothing that came later (%i times)',
    (many) => {
      const log = new Log()
      const reasonOf = (n: number): string => `${Math.floor(n / 5)}`
      for (let n = 0; n < many; n += 1) log.add(dial('a', reasonOf(n)), n * 100)
      const [row] = log.all()
      if (row === undefined) throw new Error('no row')
      expect(row.earlier?.length).toBeLessThanOrEqual(64)
      for (let n = 0; n < many; n += 1) {
        const { times = 1, lastAt = EPOCH, event } = eventAsOf(row, EPOCH + n * 100 + 50)
        // Of so many not each state is kept: then the one before is told.
        const most = many <= 64 || n >= many - 16 ? 0 : many / 12
        expect([times <= n + 1, n + 1 - times <= most]).toEqual([true, true])
        expect([lastAt, event]).toEqual([EPOCH + (times - 1) * 100, dial('a', reasonOf(times - 1))])
      }
    },
  )

  it('tell how often, and when first, since a moment', () => {
    const log = new Log()
    for (let n = 0; n < 10; n += 1) log.add(dial('a', `${n}`), n * MINUTE)
    const [row = { seq: 0, at: 0, event: dial('b') }] = log.all()
    const since = (minute: number) => {
      const found = eventSince(row, EPOCH + minute * MINUTE)
      return found && [(found.at - EPOCH) / MINUTE, found.times ?? 1]
    }
    expect([since(0), since(6.5), since(7), since(8.5), since(9.5)]).toEqual([[0, 10], [7, 3], [7, 3], [9, 1], null])
  })

  it('keep little of how they were before, however long what is told', () => {
    const log = new Log()
    for (let n = 0; n < 200; n += 1) log.add(dial('a', `${n} ${'x'.repeat(1500)}`), n * 1000)
    const [row] = log.all()
    expect(row?.earlier?.[0]).toMatchObject({ times: 1, lastAt: EPOCH })
    expect(JSON.stringify(row?.earlier).length).toBeLessThanOrEqual(16_384)
    log.add(updated('a'), 0)
    log.add(updated('a'), 1000)
    expect(log.all().at(-1)).toMatchObject({ times: 2 })
    expect(log.all().at(-1)?.earlier).toBeUndefined()
  })

  it('are one for each target that fails: how often, first, last, and what was said last', () => {
    const log = new Log()
    for (let now = 0; now < 10 * MINUTE; now += 1000)
      for (const target of ['a', 'b']) log.add(dial(target, `at ${now}`), now)
    expect(log.all()).toEqual(
      ['a', 'b'].map((target, index) => ({
        seq: index + 1,
        at: EPOCH,
        event: dial(target, `at ${10 * MINUTE - 1000}`),
        times: 600,
        lastAt: EPOCH + 10 * MINUTE - 1000,
        earlier: expect.any(Array) as unknown,
      })),
    )
  })

  it.each<[string, string, boolean, DiscoveryEvent[]]>([
    ['joined again', 'connection refused', true, [joined('a')]],
    ['restarted', 'connection refused', true, [restarted('a')]],
    ['announced itself again', 'connection refused', false, [updated('a')]],
    ['was a neighbor again', 'no answer in time', true, [{ kind: 'NeighborUp', peerId: idOf('a') }]],
    ['synced', 'no route to it', true, [synced('a')]],
    // It runs, and its address is none at which it can be dialed.
    ['was reached another way', 'connection refused', false, [synced('a')]],
    ['left', 'connection refused', false, [left('a')]],
    ['was not it, but another that joined', 'connection refused', false, [joined('b')]],
  ])('of a peer that %s in between (%s) are two: %s', (_, reason, two, between) => {
    const log = new Log()
    const failed = dial(`/ip4/10.0.0.1/tcp/1/p2p/${idOf('a')}`, reason)
    log.add(joined('a'), 0)
    for (const now of [MINUTE, 2 * MINUTE]) log.add(failed, now)
    for (const event of between) log.add(event, 3 * MINUTE)
    for (const now of [4 * MINUTE, 5 * MINUTE, 6 * MINUTE]) log.add(failed, now)
    const rows = log.all().filter(({ event }) => event.kind === 'DialFailed')
    expect(rows.map(({ at, times = 1 }) => [(at - EPOCH) / MINUTE, times])).toEqual(
      two
        ? [
            [1, 2],
            [4, 3],
          ]
        : [[1, 5]],
    )
  })

  it('are at most ten in ten minutes for a peer that comes and goes, and syncs that fail are as dials', () => {
    const log = new Log()
    for (let now = 0; now < HOUR; now += 10_000) {
      log.add({ kind: 'SyncFailed', peerId: idOf('a'), reason: 'refused', retryInMs: null }, now)
      log.add(dial(idOf('a')), now)
      log.add(joined('a'), now)
    }
    const rows = log.all()
    const count = (kind: string): number => rows.filter(({ event }) => event.kind === kind).length
    expect([count('SyncFailed'), count('DialFailed')]).toEqual([60, 60])
  })

  it.each<[string, number, DiscoveryEvent]>([
    ['a peer that is dead', 60_000, dial(`/ip4/10.0.0.1/tcp/1/p2p/${idOf('a')}`, 'refused')],
    ['an address at which nobody is', 45_000, dial('/ip4/10.0.0.1/tcp/1', 'no answer in time')],
    ['a peer that rests', 15_000, { kind: 'DialFailed', target: idOf('a'), reason: 'it rests', notDialed: 'rests' }],
    ['a peer that does not sync', 60_000, { kind: 'SyncFailed', peerId: idOf('a'), reason: 'no', retryInMs: 1 }],
    [
      'a peer whose entries are refused',
      10_000,
      { kind: 'EntryRejected', peerId: idOf('a'), reason: 'FromTheFuture', source: 'gossip', detail: '' },
    ],
    ['the DHT', 30_000, { kind: 'DhtFailed', reason: 'no' }],
    ['another node with our key', 30_000, { kind: 'IdentityClash', peerId: idOf('a'), startedAt: 1 }],
  ])('of %s are one in ten minutes, and no span of time is without those that it failed in', (_, everyMs, event) => {
    const log = new Log()
    const times = Array.from({ length: (3 * HOUR) / everyMs }, (_gone, n) => n * everyMs)
    // It was away for twenty minutes.
    times.push(...times.slice(0, (40 * MINUTE) / everyMs).map((now) => now + 3 * HOUR + 20 * MINUTE))
    for (const now of times) log.add(event, now)
    const rows = log.all()
    expect(rows).toHaveLength(18 + 4)
    expect(rows.every(({ at, lastAt = at }) => lastAt - at < GROWS_MS)).toBe(true)
    for (let from = EPOCH; from < EPOCH + 4 * HOUR; from += 7 * MINUTE + 1) {
      const to = from + 2 * MINUTE
      const happened = times.map((now) => EPOCH + now).filter((at) => at >= from && at <= to)
      const found = rows.flatMap((row) => happenedIn(row, from, to) ?? [])
      expect([from, found.length > 0, found[0]]).toEqual([from, happened.length > 0, happened[0]])
    }
  })

  it('say since when a peer fails, in whichever row, until it is met or was left alone for six hours', () => {
    const log = new Log()
    const failed = dial(`/ip4/10.0.0.1/tcp/1/p2p/${idOf('a')}`, 'connection refused')
    for (const now of [0, 5 * MINUTE, HOUR, 3 * HOUR, 3 * HOUR + 1000]) log.add(failed, now)
    log.add(joined('a'), 4 * HOUR)
    for (const now of [5 * HOUR, 6 * HOUR, 12 * HOUR, 13 * HOUR]) log.add(failed, now)
    const told = log.all().filter(({ event }) => event.kind === 'DialFailed')
    const sinces = told.map((row) => [(row.at - EPOCH) / HOUR, row.times ?? 1, (goesOnSince(row) - EPOCH) / HOUR])
    expect(sinces).toEqual([
      [0, 2, 0],
      [1, 1, 0],
      [3, 2, 0],
      [5, 1, 5],
      [6, 1, 5],
      [12, 1, 12],
      [13, 1, 12],
    ])
  })

  it('take no more of the log than a peer that is still there, however many addresses a dead one is looked for at', () => {
    const log = new Log()
    for (let now = 0; now < 24 * HOUR; now += 5 * MINUTE) {
      for (let n = 0; n < 18; n += 1)
        log.add(dial(`/ip4/10.0.${n}.${(now / MINUTE) % 7}/tcp/1/p2p/${idOf(`dead ${n}`)}`), now)
      for (const n of ['alive', 'well']) log.add(updated(n), now)
    }
    const rows = log.all()
    const dials = rows.filter(({ event }) => event.kind === 'DialFailed')
    expect([dials.length, rows.length - dials.length]).toEqual([18 * 144, 2 * 144])
    expect(dials.reduce((sum, { times = 1 }) => sum + times, 0)).toBe(18 * 24 * 12)
  })

  it('are one for each jump of the clock: each says by how much', () => {
    const log = new Log()
    for (let n = 0; n < 13; n += 1) log.add({ kind: 'ClockJumped', byMs: n * 10_000 }, n * 1000)
    expect(log.all().map(({ event }) => ('byMs' in event ? event.byMs : null))).toEqual(
      Array.from({ length: 13 }, (_, n) => n * 10_000),
    )
  })

  it('tell when they happened last also where the clock went back by less than a jump', () => {
    const repeats = new Repeats()
    repeats.heed(EPOCH, 0)
    repeats.began({ seq: 1, at: EPOCH, event: dial('a') }, 0)
    repeats.heed(EPOCH + 5000, 5000)
    expect(repeats.take(dial('a'), EPOCH + 5000, 5000)).toMatchObject({ times: 2, lastAt: EPOCH + 5000 })
    repeats.heed(EPOCH + 3000, 6000)
    expect(repeats.take(dial('a'), EPOCH + 3000, 6000)).toMatchObject({ times: 3, lastAt: EPOCH + 5000 })
  })

  it('begin again where the clock was set ahead, or the machine slept', () => {
    const repeats = new Repeats()
    repeats.began({ seq: 1, at: EPOCH, event: dial('a') }, 0)
    expect(repeats.take(dial('a'), EPOCH + GROWS_MS - 1, 1000)).toMatchObject({ times: 2 })
    expect(repeats.take(dial('a'), EPOCH + GROWS_MS, 2000)).toBeNull()
  })

  it('are few though names are made up: beyond a thousand, failures of a kind share one', () => {
    const log = new Log()
    for (let n = 0; n < 5000; n += 1) {
      log.add({ kind: 'EntryRejected', peerId: idOf(`${n}`), reason: 'BadSignature', source: 'gossip', detail: '' }, n)
      log.add(dial(`${n}`), n)
    }
    const rows = log.all()
    expect(rows).toHaveLength(2002)
    expect(rows.map(({ times = 1 }) => times).filter((times) => times > 1)).toEqual([4000, 4000])
    // It stays about the one that it began with.
    expect(rows.find(({ event, times }) => event.kind === 'DialFailed' && times === 4000)?.event).toEqual(dial('1000'))
    log.add(dial('9999'), 30 * HOUR)
    expect(log.all().at(-1)).toEqual({ seq: 2003, at: EPOCH + 30 * HOUR, event: dial('9999') })
  })

  it('are one in ten minutes for a peer that is still there, however many peers there are', () => {
    const log = new Log()
    for (let now = 0; now < HOUR; now += 45_000) for (const n of ['a', 'b']) log.add(updated(n), now)
    expect(log.all()).toHaveLength(12)
    expect(new Set(log.all().map(({ event }) => ('peerId' in event ? event.peerId : null))).size).toBe(2)
    const many = new Log()
    for (let n = 0; n < 21_000; n += 1) many.add(updated(`${n}`), 0)
    expect(many.all()).toHaveLength(21_000)
  })

  it.each<[string, (n: number) => DiscoveryEvent]>([
    ['changes of an entry', () => updated('a', ['tags'])],
    ['a peer that restarts all the time', (n) => restarted('a', n + 2)],
    ['a link that flaps', (n) => ({ kind: n % 2 === 0 ? 'NeighborUp' : 'NeighborDown', peerId: idOf('a') })],
    [
      'addresses of our own that come and go',
      () => ({ kind: 'LocalEntryUpdated', version: { startedAt: 1, updatedAt: 1 }, tags: [], addresses: [] }),
    ],
  ])('are each there, then one: %s', (_, event) => {
    const log = new Log()
    for (let n = 0; n < 20; n += 1) log.add(event(n), n * 11 * MINUTE)
    expect(log.all()).toHaveLength(20)
    const busy = new Log()
    for (let n = 0; n < 599; n += 1) busy.add(event(n), n * 1000)
    expect(busy.all().length).toBeLessThanOrEqual(20)
    expect(busy.all().reduce((sum, { times = 1 }) => sum + times, 0)).toBe(599)
  })

  it('are let go of when they are over, however few they are', () => {
    const log = new Log()
    for (let minute = 0; minute < 120; minute += 1)
      for (let n = 0; n < 20; n += 1) log.add(updated(`${minute} ${n}`), minute * MINUTE)
    log.all()
    expect(log.repeats.open).toBeLessThanOrEqual(12 * 20)
  })

  it('are never one for what lives are told from', () => {
    const log = new Log()
    const version = { startedAt: 1, updatedAt: 1 }
    for (let now = 0; now < 100; now += 1)
      log.add({ kind: 'PeerDeparted', peerId: idOf('a'), reason: 'purged', version }, now)
    expect(log.all()).toHaveLength(100)
  })
})
