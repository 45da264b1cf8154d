/** Clocks, ours and those of others (rules WK6, WK11, WK13, RT2). */
import { describe, expect, it } from 'vitest'
import type { PeerId } from '../../../../src/shared/ids.ts'
import { Bench, fixedRandom, NOW, REACHABLE } from '../../../support/discovery/bench.ts'
import { SAME } from '../../../support/discovery/dialect.ts'
import { idOf } from '../../../support/discovery/entries.ts'

const jumps = (bench: Bench): number[] =>
  bench.events().flatMap((event) => (event.kind === 'ClockJumped' ? [event.byMs] : []))

describe('a jump of the clock', () => {
  it.each([
    ['ahead', 5000, 1],
    ['ahead by less than 5 s', 4999, 0],
    ['back', -5000, 1],
    ['back by less than 5 s', -4999, 0],
  ])('[WK11] %s: noticed within a second', (_what, skew, times) => {
    const bench = Bench.online()
    bench.pass(10_000)
    bench.take()
    bench.skew = skew
    bench.pass(1000)
    expect(jumps(bench)).toEqual(times === 1 ? [skew] : [])
  })

  it('[WK11] is told once, also where the machine slept and several timers come late', () => {
    const bench = Bench.online({ config: { purgeAfter: 60_000, announceInterval: 20_000, maxTimeDrift: 20_000 } })
    bench.feed('ann', { addresses: [] })
    bench.pass(50_500)
    bench.take()
    bench.skew = 30_000
    bench.stall(30_000)
    bench.pass(3000)
    expect(jumps(bench)).toEqual([30_000])
  })

  it('[WK11] is one sleep, however many timers come late after it', () => {
    const bench = Bench.online()
    bench.pass(1000)
    bench.stall(30_000)
    const { env } = bench.core
    env.begin(bench.moment())
    expect(env.clockWatch.watch(29_000)).toEqual({ byMs: 29_000, jumped: false })
    expect(env.clockWatch.watch(20_000)).toBeNull()
  })

  it('[WK11] asks those too whose connections close at that moment', () => {
    const bench = Bench.online({ random: fixedRandom(0.5) })
    const peerId = bench.connect(bench.feed('ann', REACHABLE), 'inbound')
    const other = bench.connect(bench.feed('ben', REACHABLE), 'inbound')
    bench.core.parts.prober.probeAll()
    const record = bench.core.env.peers.get(peerId)
    bench.step({ kind: 'disconnected', peerId })
    expect((record?.probeAt ?? Infinity) - bench.ms).toBeLessThanOrEqual(0)
    expect(bench.core.env.peers.get(other)?.probeAt ?? Infinity).toBeLessThanOrEqual(bench.ms)
  })

  it('[WK11] is looked for before a purge', () => {
    const bench = Bench.online({ config: { purgeAfter: 60_000, announceInterval: 20_000, maxTimeDrift: 20_000 } })
    bench.feed('ann', { addresses: [], version: { startedAt: NOW - 500, updatedAt: NOW - 500 } })
    bench.pass(30_000)
    bench.feed('bob', { addresses: [] })
    // The purge is due before the clocks are compared next.
    bench.pass(29_400)
    bench.take()
    bench.skew = 3_600_000
    bench.pass(200)
    expect(bench.core.env.catalog.has(idOf('bob'))).toBe(true)
    expect(jumps(bench)).toEqual([3_600_000])
  })

  it('[WK11] makes us ask all peers, and purge nobody until a whole round is over', () => {
    const bench = Bench.online({ config: { purgeAfter: 60_000, announceInterval: 20_000, maxTimeDrift: 20_000 } })
    const peers = ['ann', 'bob'].map((name) => bench.connect(bench.feed(name, REACHABLE)))
    bench.pass(2000)
    bench.take()
    bench.skew = 3_600_000
    bench.step({ kind: 'woke' })
    expect(jumps(bench)).toEqual([3_600_000])
    bench.pass(4900)
    expect(bench.opened('ping').map(({ peerId }) => peerId)).toEqual(expect.arrayContaining(peers))
    expect(bench.core.env.catalog.size).toBe(3)
    const now = bench.core.env.judgingNow()
    expect(now).toBeLessThan(NOW + 10_000)
    bench.pass(60_000)
    expect(bench.core.env.catalog.size).toBe(1)
  })

  it('[WK11] before it is noticed is not believed either', () => {
    const bench = Bench.online()
    bench.pass(10_000)
    bench.skew = 3_600_000
    expect(bench.core.at(bench.moment()).env.judgingNow()).toBe(NOW + 10_000)
  })
})

describe('a machine that stood still while its clocks agree', () => {
  const held = (bench: Bench): boolean => bench.core.env.holdUntil > bench.ms
  const begin = (): Bench => {
    const bench = Bench.online({ config: { purgeAfter: 60_000, announceInterval: 20_000, maxTimeDrift: 20_000 } })
    bench.connect(bench.feed('ann', { addresses: [] }), 'inbound')
    bench.pass(10_000)
    bench.take()
    return bench
  }

  it.each([
    ['5.5 s, of which the timers are less than 5 s late', 5500, false],
    ['7 s', 7000, true],
    ['longer than peers are kept', 90_000, true],
  ])('[WK11] for %s: no jump is told, and after 5 s the peers are asked before any is purged', (_what, ms, asks) => {
    const bench = begin()
    bench.stall(ms)
    bench.pass(4000)
    expect(jumps(bench)).toEqual([])
    expect(held(bench)).toBe(asks)
    expect(bench.core.env.catalog.has(idOf('ann'))).toBe(true)
  })

  it('[WK11] is noticed once, also where several timers come late', () => {
    const bench = begin()
    bench.stall(30_000)
    bench.pass(0)
    const until = bench.core.env.holdUntil
    expect(held(bench)).toBe(true)
    bench.pass(3000)
    expect(bench.core.env.holdUntil).toBe(until)
  })

  it('[WK11] is noticed as soon as the host says that it woke, and once', () => {
    const bench = begin()
    bench.stall(3_600_000)
    bench.step({ kind: 'woke' })
    const until = bench.core.env.holdUntil
    expect(held(bench)).toBe(true)
    bench.pass(3000)
    expect(bench.core.env.holdUntil).toBe(until)
    expect(jumps(bench)).toEqual([])
    // Awake, a word of the host that comes between two looks tells nothing.
    bench.pass(60_000)
    bench.step({ kind: 'woke' })
    expect(held(bench)).toBe(false)
  })
})

describe('our own health', () => {
  it('[WK13] a ping that was answered, a sync and an announced entry say that the network was heard', () => {
    const heardAt = (bench: Bench): number | null => bench.core.env.lastHeardAt
    const bench = Bench.online().syncFirst()
    bench.core.env.lastHeardAt = null
    const peerId = bench.connect(bench.feed('ann'), 'inbound')
    bench.pass(100)
    expect(heardAt(bench)).toBeNull()
    bench.command({ kind: 'ping', peerId })
    const id = bench.lastStream('ping')
    bench.step({ kind: 'opened', id })
    bench.pass(50)
    bench.pong(id, bench.signed('ann'))
    expect(heardAt(bench)).toBe(NOW + 150)
    bench.pass(100)
    expect(bench.announce(bench.signed('bob'))).toBe('accept')
    expect(heardAt(bench)).toBe(NOW + 250)
    bench.take()
    bench.connect(idOf('cyd'))
    bench.pass(100)
    const sync = bench.lastStream('sync')
    bench.step({ kind: 'opened', id: sync })
    bench.step({ kind: 'message', id: sync, bytes: SAME })
    expect(heardAt(bench)).toBe(NOW + 350)
  })
})

describe('our clock, compared with those of peers that refuse us', () => {
  const HOUR = 3_600_000
  const told = (bench: Bench) => bench.events().filter(({ kind }) => kind === 'ClockCompared')
  /** Answers the pings that were begun with entries made by a clock that is off by so much. */
  const answer = (bench: Bench, aheadMs: Readonly<Record<string, number>>): number => {
    const opened = bench.opened('ping')
    for (const { id, peerId } of opened) {
      const name = Object.keys(aheadMs).find((one) => idOf(one) === peerId) ?? ''
      const at = bench.moment().now + (aheadMs[name] ?? 0)
      bench.step({ kind: 'opened', id })
      bench.pong(id, bench.signed(name, { version: { startedAt: at - 1000, updatedAt: at } }))
    }
    return opened.length
  }

  it.each([
    ['ahead', -HOUR, HOUR],
    ['behind', HOUR, -HOUR],
  ])('[WK13] is told to be %s also where there is a single connection', (_what, theirs, byMs) => {
    const bench = Bench.online().syncFirst()
    bench.connect(idOf('ann'), 'inbound')
    bench.pass(4000)
    expect(answer(bench, { ann: theirs })).toBe(1)
    // It has to be so for a while.
    bench.pass(1000)
    expect(told(bench)).toEqual([])
    bench.pass(4000)
    expect(told(bench)).toEqual([{ kind: 'ClockCompared', byMs, peers: 1 }])
    expect(bench.core.parts.clocks.told).toEqual({ byMs, peers: 1 })
    bench.pass(50_000)
    expect(told(bench)).toEqual([])
  })

  it('[WK13] is asked for at once where the own entry of a neighbor is refused, and once a minute at most', () => {
    const bench = Bench.online().syncFirst()
    bench.connect(idOf('ann'), 'inbound')
    const version = { startedAt: NOW - HOUR, updatedAt: NOW - HOUR }
    bench.announce(bench.signed('ann', { version }), idOf('ann'))
    bench.pass(1000)
    expect(bench.opened('ping')).toHaveLength(1)
    bench.take()
    for (let index = 0; index < 50; index += 1) {
      bench.announce(
        bench.signed('ann', { version: { ...version, updatedAt: version.updatedAt + index } }),
        idOf('ann'),
      )
      bench.pass(1000)
    }
    expect(bench.opened('ping')).toHaveLength(0)
  })

  it('[WK13] of a healthy node is not suspect for one peer that lies, and is for one that is alone with it', () => {
    const bench = Bench.online().syncFirst()
    for (const name of ['liar', 'ann']) bench.connect(idOf(name), 'inbound')
    bench.feed('ann', { addresses: [] })
    bench.core.env.clockWatch.noteClock(idOf('ann'), 3)
    bench.pass(4000)
    expect(answer(bench, { liar: HOUR })).toBeGreaterThan(0)
    bench.pass(10_000)
    expect(told(bench)).toEqual([])
    expect(bench.core.parts.clocks.told.byMs).toBeNull()
  })

  it('[WK13] is told after a jump while running, and again when it is right', () => {
    const bench = Bench.online({ config: { rttProbeInterval: 30_000 } }).syncFirst()
    for (const name of ['ann', 'bob']) bench.connect(bench.feed(name, { addresses: [] }), 'inbound')
    const toldIn = (seconds: number, aheadMs: number): unknown[] => {
      const heard: unknown[] = []
      for (let second = 0; second < seconds; second += 1) {
        bench.pass(1000)
        answer(bench, { ann: aheadMs, bob: aheadMs })
        heard.push(...told(bench))
      }
      return heard
    }
    expect(toldIn(60, 0)).toEqual([])
    bench.skew = HOUR
    expect(toldIn(20, -HOUR)).toEqual([{ kind: 'ClockCompared', byMs: HOUR, peers: 2 }])
    bench.skew = 0
    expect(toldIn(60, 0)).toEqual([{ kind: 'ClockCompared', byMs: null, peers: 2 }])
  })
})

describe('the first probe of a peer', () => {
  const probedIn = (bench: Bench, peerId: PeerId): number =>
    Math.round((bench.core.env.peers.get(peerId)?.probeAt ?? NaN) - bench.ms)

  it.each([
    [0, 0, 10_000],
    [0.5, 2500, 20_000],
    [1, 5000, 30_000],
  ])(
    '[RT2] comes within 5 s of a connected peer, else after a third of the interval for those to dial and within it (%f)',
    (u, near, far) => {
      const bench = Bench.online({ random: fixedRandom(u), config: { rttDialInterval: 30_000 } })
      bench.connect(idOf('near'), 'inbound')
      expect(probedIn(bench, bench.feed('near', { addresses: [] }))).toBe(near)
      expect(probedIn(bench, bench.feed('far', { addresses: [] }))).toBe(far)
    },
  )

  it('[RT2] comes within 5 s where a peer connects, unless it would come sooner or was measured in this interval', () => {
    const config = { rttProbeInterval: 40_000, rttDialInterval: 120_000 }
    const bench = Bench.online({ random: fixedRandom(0.5), config })
    const far = bench.feed('far', { addresses: [] })
    bench.pass(10_000)
    bench.connect(far, 'inbound')
    expect(probedIn(bench, far)).toBe(2500)
    const due = bench.feed('due', { addresses: [] })
    bench.pass(79_000)
    const left = probedIn(bench, due)
    expect(left).toBeLessThan(2500)
    bench.connect(due, 'inbound')
    expect(probedIn(bench, due)).toBe(left)
    const measured = (name: string, agoMs: number): PeerId => {
      const peerId = bench.feed(name, { addresses: [] })
      const at = bench.core.env.clock.now() - agoMs
      bench.core.env.catalog.setRtt(peerId, { srtt: 1, rttvar: 1, last: 1, at })
      return bench.connect(peerId, 'inbound')
    }
    expect(probedIn(bench, measured('lately', 39_999))).toBe(40_000)
    expect(probedIn(bench, measured('long ago', 40_000))).toBe(2500)
  })

  it('[RT2] waits for its turn again where the connection closes', () => {
    const bench = Bench.online({ random: fixedRandom(0.5), config: { rttDialInterval: 30_000 } })
    const peerId = bench.feed('ann', { addresses: [] })
    bench.connect(peerId, 'inbound')
    bench.step({ kind: 'disconnected', peerId })
    expect(probedIn(bench, peerId)).toBe(20_000)
    bench.core.env.catalog.setRtt(peerId, { srtt: 1, rttvar: 1, last: 1, at: 0 })
    bench.connect(peerId, 'inbound')
    bench.step({ kind: 'disconnected', peerId })
    expect(probedIn(bench, peerId)).toBe(30_000)
  })

  it('[RT2] is followed by one each interval, more or less by up to half', () => {
    const bench = Bench.online({ random: fixedRandom(0.25), config: { rttProbeInterval: 30_000 } })
    const peerId = bench.connect(idOf('near'), 'inbound')
    bench.feed('near', { addresses: [] })
    const pinged: number[] = []
    for (let step = 0; step < 1200; step += 1) {
      bench.pass(100)
      for (const { id } of bench.opened('ping')) {
        pinged.push(bench.ms)
        bench.step({ kind: 'opened', id })
        bench.pong(id, bench.signed('near'))
      }
      bench.take()
    }
    const waits = pinged.slice(1).map((at, index) => at - (pinged[index] ?? 0))
    expect(waits.length).toBeGreaterThanOrEqual(4)
    for (const wait of waits) expect(Math.abs(wait - 22_500)).toBeLessThanOrEqual(200)
    expect(bench.core.env.catalog.get(peerId)?.rtt).not.toBeNull()
  })

  it('[RT2] is followed by one in each interval for those to dial where nobody can be dialed', () => {
    const bench = Bench.online({ random: fixedRandom(0.25), config: { rttDialInterval: 30_000 } })
    bench.connect(idOf('near'), 'inbound')
    bench.feed('near', { addresses: [] })
    const far = bench.feed('far', { addresses: [] })
    const waits = new Map([[bench.core.env.peers.get(far)?.probeAt, probedIn(bench, far)]])
    for (let step = 0; step < 2400; step += 1) {
      bench.pass(100)
      const probeAt = bench.core.env.peers.get(far)?.probeAt
      if (!waits.has(probeAt)) waits.set(probeAt, probedIn(bench, far))
    }
    const [, ...next] = waits.values()
    expect(next.length).toBeGreaterThanOrEqual(4)
    for (const wait of next) expect(Math.abs(wait - 22_500)).toBeLessThanOrEqual(200)
  })
})

describe('what goes stale', () => {
  const departed = (bench: Bench) => bench.events().filter(({ kind }) => kind === 'PeerDeparted')

  it('[WK6, EV1] is purged just after its expiry, also what expires sooner than was planned', () => {
    const bench = Bench.online({ config: { purgeAfter: 300_000, announceInterval: 100_000 } })
    bench.feed('ann', { addresses: [] })
    bench.pass(1000)
    bench.feed('bob', { addresses: [], version: { startedAt: NOW, updatedAt: NOW - 100_000 } })
    bench.take()
    bench.pass(199_000)
    expect(departed(bench)).toEqual([])
    bench.pass(100)
    expect(departed(bench)).toMatchObject([{ peerId: idOf('bob'), reason: 'purged' }])
    bench.pass(100_000)
    expect(departed(bench)).toMatchObject([{ peerId: idOf('ann'), reason: 'purged' }])
  })
})
