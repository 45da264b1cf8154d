import { describe, expect, it } from 'vitest'
import type { DiscoveryEvent } from '../../../src/shared/events.ts'
import { networkIdFrom } from '../../../src/shared/ids.ts'
import { BoundedMap } from '../../../src/main/discovery/base/bounded-map.ts'
import { announceDelay, backoffDelay, around } from '../../../src/main/discovery/base/jitter.ts'
import { LazyHeap } from '../../../src/main/discovery/base/lazy-heap.ts'
import { changedFields, normalized } from '../../../src/main/discovery/entry/local-entry.ts'
import { protocolIds } from '../../../src/main/discovery/dialects/peerscope/protocols.ts'
import { purgeDelay } from '../../../src/main/discovery/catalog/purge.ts'
import { addressGroup, RateLimiter } from '../../../src/main/discovery/base/rates.ts'
import { smoothRtt } from '../../../src/main/discovery/liveness/rtt.ts'
import { suspectSkew } from '../../../src/main/discovery/liveness/skew.ts'
import { incrementVersion, isNewer, nextOwnVersion } from '../../../src/main/discovery/entry/version.ts'
import { TestBus } from '../../support/discovery/bus.ts'
import { entryOf } from '../../support/discovery/entries.ts'

describe('versions', () => {
  it('[EN2] are compared by start, then by update', () => {
    expect(isNewer({ startedAt: 2, updatedAt: 1 }, { startedAt: 1, updatedAt: 9 })).toBe(true)
    expect(isNewer({ startedAt: 1, updatedAt: 2 }, { startedAt: 1, updatedAt: 1 })).toBe(true)
    expect(isNewer({ startedAt: 1, updatedAt: 1 }, { startedAt: 1, updatedAt: 1 })).toBe(false)
  })

  it('[EN2] grow by more than time passed, in whole milliseconds', () => {
    expect(incrementVersion({ startedAt: 5, updatedAt: 10 }, 7)).toEqual({ startedAt: 5, updatedAt: 11 })
    expect(incrementVersion({ startedAt: 5, updatedAt: 10 }, 20.7)).toEqual({ startedAt: 5, updatedAt: 21 })
  })

  it('[EN2, CT6] after our clock was set back far, the next one counts as a restart instead of coming from the future', () => {
    const last = { startedAt: 1000, updatedAt: 900_000 }
    const next = nextOwnVersion(last, 100_000, 50_000)
    expect(next).toEqual({ startedAt: 1001, updatedAt: 100_000 })
    expect(isNewer(next, last)).toBe(true)
    expect(nextOwnVersion(last, 880_000, 50_000)).toEqual({ startedAt: 1000, updatedAt: 900_001 })
  })

  it('[EN3] an update that changes nothing has no changed fields, whatever order it is given in', () => {
    const before = entryOf('me', { tags: ['a', 'b'] })
    expect(changedFields(before, normalized(before, { ...before, tags: ['b', 'a', 'b'] }))).toEqual([])
    expect(changedFields(before, normalized(before, { ...before, tags: ['a'] }))).toEqual(['tags'])
  })
})

describe('delays', () => {
  it('[WK5] an announcement comes after interval − j to interval + j', () => {
    expect([0, 0.5, 1].map((u) => announceDelay(45_000, 0.5, u))).toEqual([22_500, 45_000, 67_500])
    expect(announceDelay(2000, 0, 0.9)).toBe(2000)
  })

  it('[RT2] a probe comes after the interval, more or less by half', () => {
    expect([0, 0.5, 1].map((u) => around(30_000, u))).toEqual([15_000, 30_000, 45_000])
  })

  it('[SY8] retries wait twice as long each time, from 1 s to 60 s', () => {
    expect([1, 2, 3, 4].map((failures) => backoffDelay(failures, 0))).toEqual([1000, 2000, 4000, 8000])
    for (const failures of [7, 20, 1e9]) {
      expect(backoffDelay(failures, 1)).toBeLessThanOrEqual(60_000)
      expect(backoffDelay(failures, 0)).toBeGreaterThanOrEqual(30_000)
    }
  })

  it('[WK6] the purge timer goes off just after the soonest expiry, never later than purgeAfter', () => {
    expect(purgeDelay(1500, 1000, 300)).toBe(300)
    expect(purgeDelay(1100, 1000, 300)).toBe(101)
    expect(purgeDelay(900, 1000, 300)).toBe(0)
    expect(purgeDelay(null, 1000, 300)).toBe(300)
  })

  it('[RT1] round-trip times are smoothed as TCP does it', () => {
    const first = smoothRtt(null, 100, 1)
    expect(first).toEqual({ srtt: 100, rttvar: 50, last: 100, at: 1 })
    expect(smoothRtt(first, 200, 2)).toEqual({ srtt: 112.5, rttvar: 62.5, last: 200, at: 2 })
  })
})

describe('our own clock', () => {
  it('[WK13] is suspected when most peers are off by about as much', () => {
    expect(suspectSkew([60_000, 61_000, 59_000, 0])).toBe(59_500)
    expect(suspectSkew([-60_000, -61_000, -59_000])).toBe(-60_000)
  })

  it('[WK13] of one or two peers all must agree', () => {
    expect(suspectSkew([])).toBeNull()
    expect(suspectSkew([60_000])).toBe(60_000)
    expect(suspectSkew([60_000, 70_000])).toBe(65_000)
    expect(suspectSkew([60_000, 0])).toBeNull()
    expect(suspectSkew([60_000, 1])).toBeNull()
    // One of them is within what a way takes.
    expect(suspectSkew([4000, 8000])).toBeNull()
  })

  it('[WK13] is not suspected for one odd peer, for small differences or where they disagree', () => {
    expect(suspectSkew([60_000, 10, 20, 30])).toBeNull()
    expect(suspectSkew([400, 500, 600])).toBeNull()
    expect(suspectSkew([60_000, -60_000, 61_000, -61_000])).toBeNull()
    expect(suspectSkew([60_000, 61_000, 62_000, 0, 0])).toBeNull()
    expect(suspectSkew([60_000, 61_000, 62_000, -60_000, -61_000])).toBeNull()
    // Each by another amount: what they have in common is not our clock.
    expect(suspectSkew([6000, 13_000, 40_000])).toBeNull()
    expect(suspectSkew([6000, 30_000])).toBeNull()
    expect(suspectSkew([3_600_000, 3_570_000, 3_630_000])).toBe(3_600_000)
  })
})

describe('bounds', () => {
  it('[BD1] so many at once, then so many a second, each key for itself', () => {
    const rates = new RateLimiter({ perSecond: 10, burst: 3 })
    expect([1, 2, 3, 4].map(() => rates.take('a', 0))).toEqual([true, true, true, false])
    expect(rates.take('b', 0)).toBe(true)
    expect([99, 200, 200, 200].map((now) => rates.take('a', now))).toEqual([false, true, true, false])
    expect([1e6, 1e6, 1e6, 1e6].map((now) => rates.take('a', now))).toEqual([true, true, true, false])
  })

  it('[BD1] a clock that goes back holds nobody up', () => {
    const rates = new RateLimiter({ perSecond: 10, burst: 3 })
    expect([1000, 0, 0, 0, 0].map((now) => rates.take('a', now))).toEqual([true, true, true, true, false])
  })

  it('[BD1] a limiter holds a bounded number of keys, and a busy one is not forgotten', () => {
    const rates = new RateLimiter({ perSecond: 0.001, burst: 1 })
    expect(rates.take('busy', 0)).toBe(true)
    for (let round = 0; round < 200; round += 1) {
      for (let index = 0; index < 100; index += 1) rates.take(`other ${round} ${index}`, 0)
      expect(rates.take('busy', 0)).toBe(false)
    }
    // Those that were not used for long are forgotten, and begin again.
    expect(rates.take('other 0 0', 0)).toBe(true)
  })

  it('[BD1] addresses are grouped by /24 and /64', () => {
    expect(addressGroup('/ip4/203.0.113.9/tcp/1')).toBe('203.0.113.0/24')
    expect(addressGroup('/ip6/2001:db8:1:2:3::9/tcp/1')).toBe('2001:db8:1:2::/64')
    expect(addressGroup('/ip6/2001:DB8:1:2::/tcp/1')).toBe('2001:db8:1:2::/64')
    expect(addressGroup('/ip6/::ffff:203.0.113.9/tcp/1')).toBe('203.0.113.0/24')
    for (const own of [
      '/ip4/127.0.0.1/tcp/1',
      '/ip6/::1/tcp/1',
      '/dns4/example.org/tcp/1',
      'nonsense',
      '/ip6/zz/tcp/1',
    ])
      expect(addressGroup(own)).toBeNull()
  })

  it('[BD2, AN1] protocols and topic are named after the network and a version', () => {
    const [one, two] = [protocolIds(networkIdFrom('one')), protocolIds(networkIdFrom('two'))]
    for (const name of ['sync', 'ping', 'neighbors', 'topic'] as const) {
      expect(one[name]).not.toBe(two[name])
      expect(one[name]).toMatch(/^\/peerscope\/[0-9a-f]{16,64}\/[a-z]+\/1$/)
    }
    expect(one.topic).toContain(networkIdFrom('one'))
  })
})

describe('a bounded map', () => {
  it('[BD9] keeps the entries that were set last, so many of them', () => {
    const map = new BoundedMap<string, number>(2)
    map.set('a', 1)
    map.set('b', 2)
    map.set('a', 3)
    map.set('c', 4)
    expect([...map.values()]).toEqual([3, 4])
    expect([map.size, map.get('b'), map.get('a')]).toEqual([2, undefined, 3])
  })
})

describe('a lazy heap', () => {
  it('gives keys in the order of their true times, though these moved later', () => {
    const times = new Map<string, number>([
      ['a', 1],
      ['b', 2],
      ['c', 3],
    ])
    const heap = new LazyHeap<string>((key) => times.get(key) ?? null)
    for (const [key, at] of times) heap.push(key, at)
    times.set('a', 10)
    times.delete('b')
    expect(heap.popBefore(100, 50)).toBe('c')
    expect(heap.popBefore(5, 50)).toBeNull()
    expect(heap.popBefore(100, 50)).toBe('a')
    expect(heap.popBefore(100, 50)).toBeNull()
  })

  it('does no more than the steps it is allowed', () => {
    const heap = new LazyHeap<number>(() => null)
    for (let key = 0; key < 100; key += 1) heap.push(key, key)
    expect(heap.settle(10)).toBe(false)
    expect(heap.size).toBe(90)
  })
})

describe('events', () => {
  const event = (index: number): DiscoveryEvent => ({ kind: 'DhtFailed', reason: `${index}` })

  it('[EV3] a reader that falls more than the backlog behind is told how many it missed, and goes on with the rest', async () => {
    const bus = new TestBus({ backlog: 3 })
    const reader = bus.reader()
    for (let index = 0; index < 10; index += 1) bus.emit(event(index))
    bus.close()
    const read: DiscoveryEvent[] = []
    for await (const one of reader) read.push(one)
    expect(read).toEqual([{ kind: 'EventsMissed', count: 7 }, event(7), event(8), event(9)])
  })

  it('[EV3] readers do not take events from each other, and a listener misses none', async () => {
    const bus = new TestBus()
    const [one, two] = [bus.reader(), bus.reader()]
    const heard: DiscoveryEvent[] = []
    bus.listen((each) => heard.push(each))
    bus.emit(event(1))
    expect([(await one.next()).value, (await two.next()).value]).toEqual([event(1), event(1)])
    const waiting = one.next()
    bus.emit(event(2))
    expect((await waiting).value).toEqual(event(2))
    await two.return?.()
    bus.emit(event(3))
    expect(await two.next()).toEqual({ done: true, value: undefined })
    expect(heard).toEqual([event(1), event(2), event(3)])
  })

  it('[EV4] a listener that throws does not keep others from hearing', () => {
    const told: unknown[] = []
    const bus = new TestBus({ onListenerError: (error) => told.push(error) })
    const heard: DiscoveryEvent[] = []
    bus.listen(() => {
      throw new Error('a listener')
    })
    bus.listen((each) => heard.push(each))
    bus.emit(event(1))
    expect([heard.length, told.length]).toEqual([1, 1])
  })
})
