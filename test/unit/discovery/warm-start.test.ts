import { afterEach, describe, expect, it } from 'vitest'
import type { PeerId } from '../../../src/shared/ids.ts'
import { peerIdOf } from '../../../src/shared/ids.ts'
import { bestPlaces, prospect } from '../../../src/main/discovery/bootstrap/known-places.ts'
import type { KnownPlace } from '../../../src/main/discovery/bootstrap/known-places.ts'
import { sleep } from '../../../src/main/discovery/base/deadline.ts'
import { SimNetwork } from '../../sim/network.ts'
import { SeededRandom } from '../../sim/random.ts'
import type { Host } from '../../sim/world.ts'

const NOW = 1_750_000_000_000
const HOUR = 3_600_000
const DAY = 24 * HOUR

const random = new SeededRandom(7)
const someone = (): PeerId => peerIdOf(random.bytes(32))
const place = (change: Partial<KnownPlace> = {}): KnownPlace => ({
  peerId: someone(),
  addresses: ['/ip4/192.0.2.7/tcp/4001'],
  seenAt: NOW - HOUR,
  connected: true,
  failures: 0,
  presentMs: HOUR,
  departed: false,
  ...change,
})

describe('the order', () => {
  it.each<[string, Partial<KnownPlace>, Partial<KnownPlace>]>([
    ['seen lately before long ago', {}, { seenAt: NOW - 30 * DAY }],
    ['connected before never connected', {}, { connected: false }],
    ['no failure before failures', {}, { failures: 1 }],
    ['few failures before many', { failures: 1 }, { failures: 3 }],
    ['there for long before there for a moment', { presentMs: DAY }, { presentMs: 1000 }],
    ['silent before gone with a goodbye', { seenAt: NOW - 7 * DAY, connected: false }, { departed: true }],
    [
      'connected a day ago before heard of just now',
      { seenAt: NOW - DAY },
      { seenAt: NOW, connected: false, presentMs: 0 },
    ],
    ['heard of an hour ago before connected a month ago', { connected: false }, { seenAt: NOW - 30 * DAY }],
    ['of equals, the one that was seen last', { seenAt: NOW - HOUR }, { seenAt: NOW - 2 * HOUR }],
  ])('[BS1] %s', (_name, better, worse) => {
    const [first, second] = [place(better), place(worse)]
    expect(bestPlaces([second, first], NOW)).toEqual([first, second])
    expect(bestPlaces([first, second], NOW)).toEqual([first, second])
  })

  it('[BS1] that it was seen weighs half after a day', () => {
    const seen = (ageMs: number): number => prospect(place({ seenAt: NOW - ageMs }), NOW)
    const never = seen(1e15)
    expect((seen(DAY) - never) / (seen(0) - never)).toBeCloseTo(0.5, 3)
  })

  it('[BS1] a clock that went back does not make a place better than one seen now', () => {
    const [future, now] = [place({ seenAt: NOW + 400 * DAY, failures: 1 }), place({ seenAt: NOW })]
    expect(bestPlaces([future, now], NOW)).toEqual([now, future])
  })

  it('[BS2] of more than 64 the best are taken, and none without an address', () => {
    const many = Array.from({ length: 200 }, (_, index) => place({ seenAt: NOW - index * HOUR }))
    expect(bestPlaces([place({ seenAt: NOW, addresses: [] }), ...many.toReversed()], NOW)).toEqual(many.slice(0, 64))
  })
})

describe('a node that knows only peers of an earlier run', () => {
  let network: SimNetwork
  afterEach(async () => await network.stop())

  /** Where nobody is. */
  const dead = (count: number): KnownPlace[] =>
    Array.from({ length: count }, (_, index) =>
      place({ addresses: [`/ip4/10.9.${index >> 8}.${index & 255}/tcp/1`], seenAt: NOW }),
    )

  const placeOf = ({ peerId, address }: Host, change: Partial<KnownPlace> = {}): KnownPlace =>
    place({ peerId, addresses: [address], seenAt: NOW, ...change })

  it('[BS2] is back in the network, and tells by which path', async () => {
    network = new SimNetwork({ seed: 1 })
    const others = await network.startMany(5)
    await network.run(20_000)
    const [one, two] = others
    if (one === undefined || two === undefined) throw new Error('no node')
    const back = await network.start({ known: [...dead(10), placeOf(one.host, { failures: 2 })] })
    await network.run(30_000)
    expect(back.discovery.catalog().peers.size).toBe(6)
    expect(back.discovery.learned(one.peerId)).toMatchObject({ path: 'store', from: null })
    expect(back.discovery.learned(two.peerId)).toMatchObject({ path: 'sync', from: one.peerId })
    const { attempts, learned, warm } = back.discovery.bootstrap()
    expect(learned).toMatchObject({ store: 1, given: 0 })
    expect(Object.values(learned).reduce((sum, count) => sum + count)).toBe(5)
    expect(attempts.find(({ peerId }) => peerId === one.peerId)).toMatchObject({ path: 'store', state: 'connected' })
    expect(attempts.filter(({ path, state }) => path === 'store' && state === 'failed')).toHaveLength(10)
    expect(warm).toMatchObject({ state: 'done', nextAt: null })
  })

  it('[BS4] says of each place whether there is a connection with its peer now', async () => {
    network = new SimNetwork({ seed: 1 })
    const other = await network.start()
    const back = await network.start({ known: [placeOf(other.host)] })
    await network.run(5000)
    const attempt = () => back.discovery.bootstrap().attempts.find(({ peerId }) => peerId === other.peerId)
    expect(attempt()).toMatchObject({ state: 'connected', connection: 'outbound' })
    network.crash(other)
    await network.run(1000)
    expect(attempt()).toMatchObject({ path: 'store', connection: null })
  })

  it('[BS2] dials four at once and 64 in all, and stops after a minute', async () => {
    network = new SimNetwork({ seed: 2 })
    let [running, most] = [0, 0]
    const dialed = new Set<string>()
    const alone = await network.start({
      known: dead(200),
      // Nobody answers, and that takes the whole time that a dial may take.
      prepare: (host) => {
        host.connect = async ({ addresses }, signal) => {
          dialed.add(addresses[0] ?? '')
          running += 1
          most = Math.max(most, running)
          await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
          running -= 1
          throw new Error('nobody answered')
        }
      },
    })
    await network.run(9000)
    expect([most, dialed.size, alone.discovery.bootstrap().warm.state]).toEqual([4, 4, 'running'])
    await network.run(61_000)
    const { state, places, dialed: tried } = alone.discovery.bootstrap().warm
    expect({ state, places, tried }).toEqual({ state: 'done', places: 64, tried: 24 })
  })

  it('[BS2] ends a round when there are four neighbors', async () => {
    network = new SimNetwork({ seed: 5 })
    let up: (peerId: PeerId) => void = () => undefined
    const node = await network.start({
      known: dead(60),
      prepare: (host) => {
        host.gossip.subscribe = (listener) => {
          up = (peerId) => listener({ kind: 'NeighborUp', peerId })
          return () => undefined
        }
        host.connect = async (_target, signal) => {
          await sleep(host.ports.clock, 1000, signal)
          throw new Error('nobody answered')
        }
      },
    })
    const warm = () => node.discovery.bootstrap().warm
    for (let count = 0; count < 3; count += 1) up(someone())
    await network.run(4500)
    expect(warm().state).toBe('running')
    expect(warm().dialed).toBeGreaterThanOrEqual(16)
    up(someone())
    await network.run(1500)
    const { dialed } = warm()
    await network.run(5000)
    expect(warm()).toMatchObject({ state: 'done', dialed })
    expect(dialed).toBeLessThan(30)
  })

  it('[BS3] waits 30 s after the first round, then twice as long each time, up to 10 min', async () => {
    network = new SimNetwork({ seed: 6 })
    const alone = await network.start({ known: dead(1) })
    await network.run(1000)
    const waits: number[] = []
    for (let round = 0; round < 7; round += 1) {
      const { nextAt } = alone.discovery.bootstrap().warm
      const wait = (nextAt ?? 0) - alone.host.ports.clock.now()
      waits.push(Math.round(wait / 2000) * 2)
      await network.run(wait + 1000)
    }
    expect(waits).toEqual([30, 60, 120, 240, 480, 600, 600])
  })

  it('[BS3] tries again while it is alone, later each time, and not once it has neighbors', async () => {
    network = new SimNetwork({ seed: 3 })
    const other = await network.start()
    network.crash(other)
    const alone = await network.start({ known: [placeOf(other.host)] })
    const tries = (): number => alone.discovery.bootstrap().attempts[0]?.tries ?? 0
    await network.run(1000)
    expect(tries()).toBe(1)
    const { nextAt } = alone.discovery.bootstrap().warm
    expect(nextAt).toBeGreaterThan(alone.host.ports.clock.now() + 25_000)
    await network.run(31_000)
    expect(tries()).toBeGreaterThan(1)
    const again = await network.start({ secret: other.host.secret, known: [placeOf(alone.host)] })
    await network.run(10_000)
    expect(again.discovery.catalog().peers.size).toBe(2)
    expect(alone.discovery.learned(other.peerId)?.path).toBe('incoming')
    expect(alone.discovery.bootstrap().warm.nextAt).toBeNull()
  })

  it('[BS4] lists 128 places at most, those that are over go first', async () => {
    network = new SimNetwork({ seed: 4 })
    const node = await network.start()
    const targets = Array.from({ length: 300 }, (_, index) => ({
      addresses: [`/ip4/10.8.${index >> 8}.${index & 255}/tcp/1`],
    }))
    for (let at = 0; at < targets.length; at += 100) {
      const tried = node.discovery.dial(targets.slice(at, at + 100))
      await network.run(4000)
      await tried
    }
    const { attempts } = node.discovery.bootstrap()
    expect(attempts).toHaveLength(128)
    expect(attempts[0]).toMatchObject({ path: 'given', state: 'failed', reason: expect.any(String), tries: 1 })
    expect(attempts[0]?.address).toBe(targets.at(-1)?.addresses[0])
  })
})
