import { afterEach, describe, expect, it } from 'vitest'
import { dialect, pong } from '../../../support/discovery/dialect.ts'
import { BadSignature, Timeout } from '../../../../src/shared/errors.ts'
import type { PeerId } from '../../../../src/shared/ids.ts'
import { compareVersions } from '../../../../src/shared/peer.ts'
import type { SimNode } from '../../../sim/network.ts'
import { SimNetwork } from '../../../sim/network.ts'
import type { Weather } from '../../../sim/weather.ts'
import { QUIET } from './setup.ts'
import { Stranger } from './stranger.ts'

const STEADY: Weather = { latency: [20, 20], loss: 0, bandwidth: 1e12 }

let network: SimNetwork
afterEach(async () => await network.stop())

async function pair(config = {}): Promise<[SimNode, SimNode]> {
  network = new SimNetwork({ seed: 1, config: { ...QUIET, ...config }, weather: STEADY })
  const one = await network.start()
  const two = await network.start({ bootstrap: [one] })
  await network.run(10_000)
  return [one, two]
}

describe('ping', () => {
  it('[PG1, PG2] gives the freshly signed entry with a newer version, and the round-trip time', async () => {
    const [one, two] = await pair()
    const before = two.discovery.me().entry.version
    const { gossipOut } = two.discovery.stats()
    const pinged = one.discovery.ping(two.peerId)
    await network.run(1000)
    const { entry, rttMs } = await pinged
    expect(entry.peerId).toBe(two.peerId)
    expect(compareVersions(entry.version, before)).toBeGreaterThan(0)
    // Rule PG4: neither side keeps it, so that both catalogs stay equal.
    expect(two.discovery.me().entry.version).toEqual(before)
    expect(one.discovery.catalog().peers.get(two.peerId)?.entry.version).toEqual(before)
    // There and back; that the stream was opened is not part of it.
    expect(rttMs).toBeGreaterThanOrEqual(40)
    expect(rttMs).toBeLessThanOrEqual(60)
    // The others hear of the new version with the next broadcast.
    expect(two.discovery.stats().gossipOut).toBe(gossipOut)
  })

  it('[PG2] fails after 5 s without an answer', async () => {
    const [one, two] = await pair()
    two.host.frozen = true
    const from = network.world.scheduler.now
    let failedAt = 0
    const pinged = one.discovery.ping(two.peerId).catch((error: unknown) => {
      failedAt = network.world.scheduler.now
      return error
    })
    await network.run(10_000)
    expect(await pinged).toBeInstanceOf(Timeout)
    expect(failedAt - from).toBe(5000)
    two.host.frozen = false
  })

  it("[PG2, EN4] an answer with another peer's entry is refused", async () => {
    const [one, two] = await pair()
    const stranger = await Stranger.meet(network, one)
    const { bytes, signature } = two.discovery.me()
    stranger.host.handle(stranger.ids.ping, dialect.limits.ping, async (link) => {
      await link.read(new AbortController().signal)
      await link.write(pong({ bytes, signature }), new AbortController().signal)
    })
    await stranger.announce(stranger.entry())
    const pinged = one.discovery.ping(stranger.peerId).catch((error: unknown) => error)
    await network.run(1000)
    expect(await pinged).toBeInstanceOf(BadSignature)
  })

  it('[PG3, BD1] more than 10 a second from one peer are refused and counted; others are answered', async () => {
    const [one, two] = await pair()
    const stranger = await Stranger.meet(network, one)
    const signal = new AbortController().signal
    let answered = 0
    const ask = async (): Promise<void> => {
      const link = await stranger.host.open(one.peerId, stranger.ids.ping, dialect.limits.ping, signal)
      await link.write(dialect.encodePing(), signal)
      await link.read(signal)
      answered += 1
    }
    for (let index = 0; index < 25; index += 1) void ask().catch(() => undefined)
    await network.run(500)
    expect(answered).toBe(10)
    expect(one.discovery.stats().refused['PingRate']).toBe(15)
    await network.run(1500)
    for (let index = 0; index < 25; index += 1) void ask().catch(() => undefined)
    await network.run(500)
    expect(answered).toBe(20)
    const pinged = two.discovery.ping(one.peerId)
    await network.run(500)
    expect((await pinged).entry.peerId).toBe(one.peerId)
  })
})

describe('round-trip times', () => {
  it('[RT1, RT2] every peer is measured once an interval, at most 10 a second', async () => {
    const QUIET = { rttProbeInterval: 3_600_000, rttDialInterval: 3_600_000 }
    network = new SimNetwork({ seed: 2, config: QUIET, weather: STEADY })
    const [other] = await network.startMany(24, 1000)
    if (other === undefined) throw new Error('no node')
    const config = { rttProbeInterval: 300, rttDialInterval: 2000 }
    const first = await network.start({ bootstrap: [other], config })
    await network.run(30_000)
    const asked = (): number => first.discovery.stats().streamsOut
    const measured = [...first.discovery.catalog().peers.values()].filter((peer) => peer.rtt !== null)
    expect(measured.length).toBe(24)
    for (const peer of measured) expect(peer.rtt?.srtt).toBeGreaterThanOrEqual(40)
    const before = asked()
    await network.run(5000)
    // Its connections alone want more than ten a second: the rate holds, and is used.
    expect(first.host.connections().length).toBeGreaterThan(3)
    expect(asked() - before).toBeLessThanOrEqual(5 * 10 + 10)
    expect(asked() - before).toBeGreaterThan(35)
  })

  it('[RT2] the first probe comes soon where there is a connection; nobody is dialed to be measured at once', async () => {
    const measured = ({ discovery }: SimNode): PeerId[] =>
      [...discovery.catalog().peers.values()].flatMap(({ rtt, entry }) => (rtt === null ? [] : [entry.peerId]))
    network = new SimNetwork({
      seed: 5,
      config: { rttProbeInterval: 3_600_000, rttDialInterval: 3_600_000 },
      weather: STEADY,
    })
    const [first] = await network.startMany(40, 0)
    if (first === undefined) throw new Error('no node')
    await network.run(10_000)
    const late = await network.start({ bootstrap: [first] })
    await network.run(10_000)
    expect(late.discovery.catalog().peers.size).toBe(41)
    const asked = measured(late)
    const connected = late.host.connections().map(({ peerId }) => peerId)
    expect(asked).toContain(first.peerId)
    for (const peerId of late.discovery.neighbors()) expect(asked).toContain(peerId)
    for (const peerId of asked) expect(connected).toContain(peerId)
    expect(asked.length).toBeLessThan(16)
  })

  it('[RT3] with maxRtt set a slow peer is hidden once it was measured', async () => {
    const [one, two] = await pair({ maxRtt: 30, rttProbeInterval: 5000, rttDialInterval: 5000 })
    await network.run(10_000)
    expect(one.discovery.catalog().peers.has(two.peerId)).toBe(false)
    expect(one.discovery.get(two.peerId)).toBeNull()
    expect(one.events.some((event) => event.kind === 'PeerDeparted')).toBe(false)
  })
})

describe('asking for neighbors', () => {
  it.runIf(dialect.abilities.neighbors)(
    '[TP1] gives the neighbors and connected peers of this network, one request a second',
    async () => {
      const [one, two] = await pair()
      const other = await Stranger.meet(network, two)
      const asked = one.discovery.askNeighbors(two.peerId)
      await network.run(500)
      // The stranger is connected, but never showed an entry: it is not of this network as far as is known.
      expect(await asked).toEqual({ neighbors: expect.arrayContaining([one.peerId]), connected: [one.peerId] })
      const again = one.discovery.askNeighbors(two.peerId).catch((error: unknown) => error)
      await network.run(500)
      expect(await again).toMatchObject({ code: 'StreamFailed' })
      expect(two.discovery.stats().refused['NeighborsRate']).toBe(1)
      expect(other.host.running).toBe(true)
    },
  )

  it.runIf(dialect.abilities.neighbors)('[TP1] is not answered where the setting is off', async () => {
    const [one, two] = await pair({ answerNeighbors: false })
    const asked = one.discovery.askNeighbors(two.peerId).catch((error: unknown) => error)
    await network.run(6000)
    expect(await asked).toMatchObject({ code: 'StreamFailed' })
  })

  it.runIf(dialect.abilities.neighbors)('[TP1] names at most 64 ids, however many are connected', async () => {
    network = new SimNetwork({ seed: 3, config: QUIET, weather: STEADY })
    const one = await network.start()
    const stranger = await Stranger.meet(network, one)
    for (let index = 0; index < 90; index += 1) {
      const more = await Stranger.meet(network)
      void more.host.connect({ addresses: [one.host.address] }, new AbortController().signal)
      await one.discovery.feed(more.entry())
    }
    // Before the ones above the bound are closed.
    await network.run(200)
    expect(one.discovery.connectedPeers().length).toBeGreaterThan(64)
    const signal = new AbortController().signal
    const link = await stranger.host.open(one.peerId, stranger.ids.neighbors ?? '', dialect.limits.neighbors, signal)
    void link.write(new Uint8Array(), signal)
    const read = link.read(signal)
    await network.run(500)
    expect((await read).length).toBeLessThanOrEqual(64 * 36)
  })
})
