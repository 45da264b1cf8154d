/** What comes late: completions of peers that went, waits that were called off, entries of earlier runs. */
import { afterEach, describe, expect, it } from 'vitest'
import { sleep } from '../../../../src/main/discovery/base/deadline.ts'
import { signEntry } from '../../../../src/main/discovery/entry/entry.ts'
import type { SimNode } from '../../../sim/network.ts'
import { SimNetwork } from '../../../sim/network.ts'
import type { Weather } from '../../../sim/weather.ts'
import { EPOCH } from '../../../sim/world.ts'
import { QUIET } from './setup.ts'
import { addressHere, dialect, pong, SAME, syncRequest } from '../../../support/discovery/dialect.ts'
import { Stranger } from './stranger.ts'

const forever = new AbortController().signal

let network: SimNetwork
afterEach(async () => await network.stop())

async function connect(stranger: Stranger, node: SimNode): Promise<void> {
  const connected = stranger.host.connect({ peerId: node.peerId, addresses: [node.host.address] }, forever)
  await network.run(200)
  await connected
}

async function sayGoodbye(stranger: Stranger, node: SimNode): Promise<void> {
  const lastVersion = node.discovery.catalog().peers.get(stranger.peerId)?.entry.version
  if (lastVersion === undefined) throw new Error('it is not known')
  const { host, peerId } = stranger
  const timestamp = stranger.version().updatedAt
  const goodbye = { peerId, networkId: network.networkId, lastVersion, timestamp }
  await stranger.publish(dialect.encodeDeparture(goodbye, host.secret, host.ports.signatures))
}

describe('a peer that leaves while its sync runs and comes back', () => {
  it.each([
    ['while the sync runs', 1500],
    ['after it', 8000],
  ])('[WK3] is synced with again: it left %s', async (_when, afterMs) => {
    network = new SimNetwork({ seed: 1, config: QUIET })
    const one = await network.start()
    const stranger = await Stranger.meet(network)
    let syncs = 0
    stranger.host.handle(stranger.ids.sync, dialect.limits.sync, async (link) => {
      syncs += 1
      const first = syncs === 1
      await link.read(forever)
      if (first) await sleep(stranger.host.ports.clock, 3000, forever)
      await link.write(SAME, forever)
      await link.read(forever).catch(() => undefined)
    })
    await connect(stranger, one)
    await stranger.announce(stranger.entry())
    await network.run(afterMs)
    await sayGoodbye(stranger, one)
    expect(one.discovery.catalog().peers.has(stranger.peerId)).toBe(false)
    await network.run(10_000)
    const now = stranger.version().updatedAt
    await stranger.announce(stranger.entry({ version: { startedAt: now, updatedAt: now } }))
    expect(one.discovery.catalog().peers.has(stranger.peerId)).toBe(true)
    await network.run(60_000)
    expect(syncs).toBe(2)
  })
})

describe('a peer whose own sync with us ends when it has left and come back', () => {
  it('[WK3] is synced with again: what ended was begun before', async () => {
    network = new SimNetwork({ seed: 8, config: QUIET })
    const one = await network.start()
    const stranger = await Stranger.meet(network)
    let syncs = 0
    stranger.host.handle(stranger.ids.sync, dialect.limits.sync, async (link) => {
      syncs += 1
      await link.read(forever)
      await link.write(SAME, forever)
      await link.read(forever).catch(() => undefined)
    })
    await connect(stranger, one)
    await stranger.announce(stranger.entry())
    await network.run(8000)
    expect(syncs).toBe(1)
    const link = await stranger.host.open(one.peerId, stranger.ids.sync, dialect.limits.sync, forever)
    await link.write(syncRequest(), forever)
    const read = link.read(forever)
    await network.run(200)
    await read
    await sayGoodbye(stranger, one)
    await network.run(1000)
    const now = stranger.version().updatedAt
    await stranger.announce(stranger.entry({ version: { startedAt: now, updatedAt: now } }))
    await link.close()
    await network.run(60_000)
    expect(syncs).toBe(2)
  })
})

describe('a sync that a stranger begins and drops', () => {
  it.each([
    ['resets', 0],
    ['closes', 0],
    ['resets', 1],
  ] as const)(
    '[SY8] is no sync: ours still happens where it %s the stream after %i messages',
    async (how, messages) => {
      network = new SimNetwork({ seed: 3, config: QUIET })
      const one = await network.start()
      const stranger = await Stranger.meet(network)
      let syncs = 0
      stranger.host.handle(stranger.ids.sync, dialect.limits.sync, async (link) => {
        syncs += 1
        await link.read(forever)
        await link.write(SAME, forever)
        await link.read(forever).catch(() => undefined)
      })
      await connect(stranger, one)
      const link = await stranger.host.open(one.peerId, stranger.ids.sync, dialect.limits.sync, forever)
      for (let sent = 0; sent < messages; sent += 1) {
        await link.write(syncRequest(), forever)
        const read = link.read(forever)
        await network.run(200)
        await read
      }
      if (how === 'resets') link.abort(new Error('reset'))
      else await link.close()
      await stranger.announce(stranger.entry())
      await network.run(120_000)
      expect(syncs).toBe(1)
    },
  )

  it('[BD9] leaves nothing behind, however many do it', async () => {
    network = new SimNetwork({ seed: 1, config: QUIET })
    const one = await network.start()
    for (let index = 0; index < 60; index += 1) {
      const stranger = await Stranger.meet(network)
      await connect(stranger, one)
      await stranger.host.open(one.peerId, stranger.ids.sync, dialect.limits.sync, forever)
      await network.run(70)
      stranger.host.crash()
      await network.run(70)
    }
    await network.run(120_000)
    expect(one.host.connections()).toEqual([])
    // Among others: no more records than peers, no more work than somebody waits for.
    expect(one.discovery.checkInvariants()).toEqual([])
  })
})

describe('a peer that goes while its sync waits for its turn', () => {
  it('[BD9, WK12] leaves its place in the queue', async () => {
    network = new SimNetwork({ seed: 2, config: QUIET })
    const one = await network.start()
    const strangers: Stranger[] = []
    for (let index = 0; index < 28; index += 1) {
      const stranger = await Stranger.meet(network)
      // It says nothing for as long as it is let.
      stranger.host.handle(stranger.ids.sync, dialect.limits.sync, async (link) => {
        await link.read(forever)
        await link.read(forever)
      })
      strangers.push(stranger)
      // One that is connected is not left to others.
      void stranger.host.connect({ addresses: [one.host.address] }, new AbortController().signal)
      await network.run(50)
      await one.discovery.feed(stranger.entry())
    }
    await network.run(4000)
    expect(one.discovery.stats().syncsRunning).toBe(8)
    for (const { peerId } of strangers) await one.discovery.remove(peerId)
    expect(one.discovery.checkInvariants()).toEqual([])
    // Nobody's sync begins for a peer that is gone.
    await network.run(15_000)
    expect(one.discovery.stats().syncsRunning).toBe(0)
    expect(one.discovery.checkInvariants()).toEqual([])
  })
})

describe('what its caller calls off', () => {
  const SLOW: Weather = { latency: [9000, 9000], loss: 0, bandwidth: 1e9 }

  it('[PG2, SY7] ends at once, also while it waits for its turn to dial; a ping fails after 5 s with the dial', async () => {
    network = new SimNetwork({ seed: 4, config: QUIET, weather: SLOW })
    const one = await network.start()
    const stranger = await Stranger.meet(network)
    await one.discovery.feed(stranger.entry())
    void one.discovery.dial(
      Array.from({ length: 40 }, (_, index) => ({ addresses: [addressHere(`/ip4/10.99.0.${index}/tcp/1`)] })),
    )
    await network.run(1)
    const from = network.world.scheduler.now
    const abort = new AbortController()
    const took = async (work: Promise<unknown>): Promise<[number, unknown]> => {
      const error: unknown = await work.catch((reason: unknown) => reason)
      return [network.world.scheduler.now - from, error]
    }
    const ended = Promise.all([
      took(one.discovery.ping(stranger.peerId, abort.signal)),
      took(one.discovery.syncWith(stranger.peerId, abort.signal)),
      took(one.discovery.dial([{ addresses: [addressHere('/ip4/10.99.1.1/tcp/1')] }], abort.signal)),
      took(one.discovery.ping(stranger.peerId)),
    ])
    await network.run(1000)
    abort.abort()
    // Long enough for a ping that waits for its turn to dial first.
    await network.run(120_000)
    const [ping, sync, dial, other] = await ended
    expect([ping[0], sync[0], dial[0]]).toEqual([1000, 1000, 1000])
    expect([ping[1], sync[1]]).toMatchObject([{ code: 'Cancelled' }, { code: 'Cancelled' }])
    expect(dial[1]).toMatchObject([{ peerId: null, error: { code: 'Cancelled' } }])
    expect(other).toMatchObject([5000, { code: 'Timeout' }])
  })
})

describe('probes', () => {
  it.each(['after jumps of the clock', 'after the peer came and went'])(
    '[RT2] of one peer come once an interval, also %s',
    async (when) => {
      network = new SimNetwork({ seed: 5, config: { ...QUIET, rttProbeInterval: 30_000, rttDialInterval: 30_000 } })
      const one = await network.start()
      const stranger = await Stranger.meet(network)
      let [pings, starts] = [0, 0]
      const entry = () => {
        const { startedAt, updatedAt } = stranger.version()
        return stranger.entry({ version: { startedAt: startedAt + starts, updatedAt } })
      }
      stranger.host.handle(stranger.ids.ping, dialect.limits.ping, async (link) => {
        pings += 1
        await link.read(forever)
        await link.write(pong(entry()), forever)
      })
      await connect(stranger, one)
      await stranger.announce(entry())
      await network.run(600_000)
      const before = pings
      for (let index = 0; index < 30; index += 1) {
        if (when === 'after jumps of the clock') {
          if (index >= 6) break
          one.host.skew = index % 2 === 0 ? 10_000 : 0
          await network.run(20_000)
        } else {
          await one.discovery.remove(stranger.peerId)
          starts += 1
          await stranger.announce(entry())
          await network.run(3000)
        }
      }
      const from = pings
      await network.run(600_000)
      expect(pings - from).toBeLessThan(before * 1.3)
    },
  )
})

describe('our own entry', () => {
  it('[ID5] of an earlier run, replayed, is no identity clash; that of another node that runs now is', async () => {
    network = new SimNetwork({ seed: 6, config: { rttProbeInterval: 3_600_000, rttDialInterval: 3_600_000 } })
    const secret = network.world.random.bytes(32)
    const first = await network.start({ secret })
    const old = first.discovery.me()
    await network.leave(first)
    await network.run(3_600_000)
    const again = await network.start({ secret })
    const stranger = await Stranger.meet(network, again)
    const clashes = (): number => again.events.filter(({ kind }) => kind === 'IdentityClash').length
    await stranger.announce(old)
    expect(clashes()).toBe(0)
    // A twin that began before us and lives: what it signs is newer than our start.
    const peerId = again.peerId
    const { startedAt } = again.discovery.me().entry.version
    await network.run(10_000)
    const version = { startedAt: startedAt - 60_000, updatedAt: stranger.version().updatedAt }
    await stranger.announce(stranger.entryBy(secret, { peerId, version }))
    expect(clashes()).toBe(1)
  })
})

describe('a node with our key', () => {
  it('[ID5] is told of also where its entry comes by a sync alone', async () => {
    network = new SimNetwork({ seed: 8, config: QUIET })
    const secret = network.world.random.bytes(32)
    const one = await network.start({ secret })
    const stranger = await Stranger.meet(network)
    const { startedAt, updatedAt } = stranger.version(20_000)
    const twin = stranger.entryBy(secret, { peerId: one.peerId, version: { startedAt: startedAt + 1000, updatedAt } })
    await one.discovery.feed(stranger.entry())
    expect(await one.discovery.feed(twin)).toBe('Rejected')
    expect(await one.discovery.feed(twin)).toBe('Rejected')
    const clashes = one.events.filter(({ kind }) => kind === 'IdentityClash')
    expect(clashes).toMatchObject([{ startedAt: startedAt + 1000 }])
  })

  it('[ID5] is asked for in a sync that names a newer version of us', async () => {
    network = new SimNetwork({ seed: 9, config: QUIET })
    const secret = network.world.random.bytes(32)
    const one = await network.start({ secret })
    const other = await network.start()
    await network.run(1000)
    // The other one knows the twin, and has not met us yet.
    const at = EPOCH + Math.floor(network.world.scheduler.now)
    const version = { startedAt: at, updatedAt: at + 10 }
    const twin = signEntry({ ...one.discovery.me().entry, version }, secret, one.host.ports.signatures, dialect)
    await other.discovery.feed(twin)
    void one.discovery.dial([{ peerId: other.peerId, addresses: [other.host.address] }])
    await network.run(5000)
    expect(one.events.filter(({ kind }) => kind === 'IdentityClash')).toHaveLength(1)
    expect(one.discovery.me().entry.version.startedAt).toBeLessThan(at)
  })
})

describe('slow peers', () => {
  it('[RT3, CT11, HD1] are hidden from the changes as from the catalog, and told of as removed once', async () => {
    const weather: Weather = { latency: [30, 30], loss: 0, bandwidth: 1e9 }
    network = new SimNetwork({
      seed: 7,
      config: { ...QUIET, rttProbeInterval: 5000, rttDialInterval: 5000, maxRtt: 10 },
      weather,
    })
    const one = await network.start()
    const two = await network.start({ bootstrap: [one] })
    await network.run(20_000)
    expect(one.discovery.catalog().peers.has(two.peerId)).toBe(false)
    expect(one.discovery.get(two.peerId)).toBeNull()
    const answer = one.discovery.changesSince(0)
    const changes = answer.kind === 'changes' ? answer.changes : []
    const of = changes.filter(
      (change) => (change.kind === 'put' ? change.peer.entry.peerId : change.peerId) === two.peerId,
    )
    expect(of.filter((change) => change.kind === 'put' && change.peer.rtt !== null)).toEqual([])
    expect(of.filter(({ kind }) => kind === 'remove')).toHaveLength(1)
    expect(of.at(-1)?.kind).toBe('remove')
  })
})
