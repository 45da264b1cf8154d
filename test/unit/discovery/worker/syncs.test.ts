import { afterEach, describe, expect, it } from 'vitest'
import { addressHere, dialect, tagsHere } from '../../../support/discovery/dialect.ts'
import { Cancelled, SyncFailed } from '../../../../src/shared/errors.ts'
import { sleep } from '../../../../src/main/discovery/base/deadline.ts'
import { SyncAnswer, SyncRequest } from '../../../../src/main/discovery/dialects/peerscope/wire/generated/sync.js'
import { SimNetwork } from '../../../sim/network.ts'
import { count, QUIET } from './setup.ts'
import { Stranger } from './stranger.ts'

const forever = new AbortController().signal

let network: SimNetwork
const begin = (): SimNetwork => (network = new SimNetwork({ seed: 1, config: QUIET }))
afterEach(async () => await network.stop())

describe('syncs of a node', () => {
  it('[SY3, SY2] tell New as discovered and Updated as updated, and leave our own entry alone', async () => {
    begin()
    const [one, two] = [await network.start(), await network.start()]
    const stranger = await Stranger.meet(network)
    // Whom only one knows, and nobody announces.
    const other = await Stranger.meet(network)
    await one.discovery.feed(other.entry())
    const entry = stranger.entry()
    await two.discovery.feed(entry)
    await one.discovery.feed(
      stranger.entry({
        version: { startedAt: entry.entry.version.startedAt, updatedAt: entry.entry.version.updatedAt - 1 },
      }),
    )
    // What two holds of one: newer than one's own, as if one had lost its memory.
    const own = one.discovery.me().entry.version
    await one.discovery.feed(two.discovery.me())
    const synced = one.discovery.syncWith(two.peerId)
    await network.run(5000)
    await synced
    expect(two.events.find((event) => event.kind === 'PeerDiscovered' && event.peerId === other.peerId)).toMatchObject({
      source: 'sync',
    })
    expect(one.events.find((event) => event.kind === 'PeerUpdated' && event.peerId === stranger.peerId)).toMatchObject({
      source: 'sync',
    })
    expect(one.discovery.me().entry.version.startedAt).toBe(own.startedAt)
  })

  it('[SY6, SY7] a second request joins the running one', async () => {
    begin()
    const [one, two] = [await network.start(), await network.start()]
    await one.discovery.feed(two.discovery.me())
    await network.run(5000)
    const before = one.discovery.stats().streamsOut
    const both = Promise.all([one.discovery.syncWith(two.peerId), one.discovery.syncWith(two.peerId)])
    await network.run(3000)
    const [first, second] = await both
    expect(first).toBe(second)
    expect(one.discovery.stats().streamsOut - before).toBe(1)
  })

  it('[SY6, SY7] when both begin at once the one of the smaller id goes on, and both end with the union', async () => {
    begin()
    const [one, two] = [await network.start(), await network.start()]
    await one.discovery.feed(two.discovery.me())
    await network.run(5000)
    await one.discovery.addTags(...tagsHere('from:one'))
    await two.discovery.addTags(...tagsHere('from:two'))
    const from = network.world.scheduler.now
    const took = async (work: Promise<unknown>): Promise<number> => {
      await work
      return network.world.scheduler.now - from
    }
    const results = Promise.all([took(one.discovery.syncWith(two.peerId)), took(two.discovery.syncWith(one.peerId))])
    await network.run(10_000)
    const [ofOne, ofTwo] = await results
    const [smaller, larger] = one.peerId < two.peerId ? [ofOne, ofTwo] : [ofTwo, ofOne]
    expect(smaller).toBeLessThan(1000)
    // It was refused, and asked once more when the other one was over.
    expect(larger).toBeGreaterThanOrEqual(1000)
    expect(one.discovery.catalog().peers.get(two.peerId)?.entry.tags).toEqual(tagsHere('from:two'))
    expect(two.discovery.catalog().peers.get(one.peerId)?.entry.tags).toEqual(tagsHere('from:one'))
  })

  it('[SY7] an explicit sync rejects with a typed error, and can be cancelled without ending it for others', async () => {
    begin()
    const one = await network.start()
    const stranger = await Stranger.meet(network)
    stranger.host.handle(stranger.ids.sync, dialect.limits.sync, () => Promise.reject(new Error('no')))
    await one.discovery.feed(stranger.entry())
    const failed = one.discovery.syncWith(stranger.peerId).catch((error: unknown) => error)
    const cancel = new AbortController()
    const cancelled = one.discovery.syncWith(stranger.peerId, cancel.signal).catch((error: unknown) => error)
    cancel.abort(new Cancelled('not wanted any more'))
    await network.run(40_000)
    expect(await cancelled).toBeInstanceOf(Cancelled)
    expect(await failed).toMatchObject({ code: expect.stringMatching(/StreamFailed|SyncFailed/) })
  })

  it('[SY8] an automatic sync that failed is tried again later and later while the peer is known, each failure an event', async () => {
    begin()
    const one = await network.start()
    const stranger = await Stranger.meet(network)
    const tried: number[] = []
    stranger.host.handle(stranger.ids.sync, dialect.limits.sync, () => {
      tried.push(network.world.scheduler.now)
      return Promise.reject(new SyncFailed('busy'))
    })
    await one.discovery.feed(stranger.entry())
    await network.run(600_000)
    const waits = tried.slice(1).map((at, index) => at - (tried[index] ?? 0))
    expect(waits[0]).toBeGreaterThanOrEqual(1000)
    expect(waits[0]).toBeLessThan(3000)
    expect(Math.max(...waits)).toBeLessThan(62_000)
    expect(waits.at(-1)).toBeGreaterThan(25_000)
    expect(count(one, 'SyncFailed')).toBe(tried.length)
    const last = one.events.findLast((event) => event.kind === 'SyncFailed')
    expect(last).toMatchObject({ peerId: stranger.peerId, retryInMs: expect.any(Number) })
    await one.discovery.remove(stranger.peerId)
    const before = tried.length
    await network.run(200_000)
    expect(tried.length).toBe(before)
  })

  it('[SY8] that failed with a peer that never showed an entry are not tried again', async () => {
    begin()
    const one = await network.start()
    const stranger = await Stranger.meet(network)
    await stranger.host.gossip.leave()
    let tried = 0
    stranger.host.handle(stranger.ids.sync, dialect.limits.sync, () => {
      tried += 1
      return Promise.reject(new SyncFailed('busy'))
    })
    const connected = stranger.host.connect({ peerId: one.peerId, addresses: [one.host.address] }, forever)
    await network.run(50_000)
    await connected
    expect(tried).toBe(1)
    expect(one.events.findLast(({ kind }) => kind === 'SyncFailed')).toMatchObject({ retryInMs: null })
  })

  it.runIf(dialect.abilities.reconciles)(
    '[SY4] take 30 s at most, though something comes all the time, whoever began it',
    async () => {
      begin()
      const one = await network.start()
      const stranger = await Stranger.meet(network)
      const { clock } = stranger.host.ports
      // Ranges that differ, deeper each time, nine seconds apart.
      const fingerprint = new Uint8Array(16).fill(1)
      stranger.host.handle(stranger.ids.sync, dialect.limits.sync, async (link) => {
        for (let depth = 1; ; depth += 1) {
          await link.read(forever)
          await sleep(clock, 9000, forever)
          const digests = [{ prefix: '0'.repeat(depth), count: 99, fingerprint }]
          await link.write(SyncAnswer.encode({ ranges: { digests, items: [] } }), forever)
        }
      })
      const connected = stranger.host.connect({ peerId: one.peerId, addresses: [one.host.address] }, forever)
      await network.run(1000)
      await connected
      const from = network.world.scheduler.now
      let failedAt = 0
      const failed = one.discovery.syncWith(stranger.peerId).catch((error: unknown) => {
        failedAt = network.world.scheduler.now
        return error
      })
      await network.run(60_000)
      expect(await failed).toMatchObject({ code: 'Timeout' })
      expect(failedAt - from).toBeGreaterThan(29_000)
      expect(failedAt - from).toBeLessThan(32_000)

      const link = await stranger.host.open(one.peerId, stranger.ids.sync, dialect.limits.sync, forever)
      const opened = network.world.scheduler.now
      let endedAt = 0
      const ask = async (): Promise<void> => {
        for (;;) {
          await link.write(SyncRequest.encode({ expand: { prefixes: [''] } }), forever)
          await link.read(forever)
          await sleep(clock, 9000, forever)
        }
      }
      void ask().catch(() => (endedAt = network.world.scheduler.now))
      await network.run(60_000)
      expect(endedAt - opened).toBeGreaterThan(29_000)
      expect(endedAt - opened).toBeLessThan(40_000)
    },
  )

  it('[WK11] send after a jump of our clock what was fresh before it', async () => {
    network = new SimNetwork({ seed: 1, config: { ...QUIET, purgeAfter: 7_200_000 } })
    const [one, two] = [await network.start(), await network.start()]
    const stranger = await Stranger.meet(network)
    await one.discovery.feed(stranger.entry({ addresses: [addressHere('/ip4/192.0.2.1/tcp/1')] }))
    await two.discovery.feed(one.discovery.me())
    await network.run(1000)
    expect(two.discovery.catalog().peers.size).toBe(3)
    await two.discovery.remove(stranger.peerId)
    // One slept for three hours: by its clock all is stale.
    one.host.skew += 10_800_000
    one.discovery.clockMayHaveJumped()
    const synced = two.discovery.syncWith(one.peerId)
    await network.run(1000)
    await synced
    expect(two.discovery.catalog().peers.has(stranger.peerId)).toBe(true)
  })

  it('[SY2] send no stale entries, also before these are purged', async () => {
    network = new SimNetwork({ seed: 1, config: { ...QUIET, announceInterval: 20_000, purgeAfter: 60_000 } })
    network.world.weather = { latency: [1, 1], loss: 0, bandwidth: 1e9 }
    const one = await network.start()
    const stranger = await Stranger.meet(network)
    const version = stranger.version()
    // More than are purged at once.
    for (let index = 0; index < 300; index += 1) {
      const secret = network.world.random.bytes(32)
      const { peerId } = network.world.addHost(secret)
      await one.discovery.feed(
        stranger.entryBy(secret, { peerId, version, addresses: [addressHere('/ip4/192.0.2.1/tcp/1')] }),
      )
    }
    // To one that keeps peers for longer they would be news.
    const learned = async (): Promise<number> => {
      const other = await network.start({ config: { purgeAfter: 600_000 } })
      const before = other.discovery.catalog().peers.size
      await one.discovery.feed(other.discovery.me())
      const synced = one.discovery.syncWith(other.peerId)
      await network.run(100)
      await synced
      const { size } = other.discovery.catalog().peers
      network.crash(other)
      return size - before
    }
    const left = (): number => version.updatedAt + 60_000 - one.host.ports.clock.now()
    await network.run(left() - 5000)
    expect(await learned()).toBeGreaterThan(299)
    await network.run(left() + 20)
    expect(await learned()).toBeLessThan(4)
  })

  it.runIf(dialect.abilities.reconciles)(
    '[WK12, SY11] a newcomer to many is asked by few of them, and all know the same in the end',
    async () => {
      begin()
      await network.startKnowing(64)
      // Until each has its connections, which are filled up slowly.
      await network.run(120_000)
      const all = [...network.nodes.values()]
      const newcomer = await network.start({ bootstrap: all.slice(0, 1) })
      const before = new Map(all.map((node) => [node, count(node, 'SyncCompleted')]))
      await network.run(30_000)
      const failed = [newcomer, ...all].map((node) => count(node, 'SyncFailed')).reduce((sum, one) => sum + one)
      expect(failed).toBeLessThan(3)
      const began = all.filter((node) => count(node, 'SyncCompleted') > (before.get(node) ?? 0)).length
      expect(began).toBeLessThan(15)
      expect(count(newcomer, 'SyncCompleted')).toBeGreaterThan(5)
      expect(count(newcomer, 'SyncCompleted')).toBeLessThan(20)
      expect(network.converged()).toBe(true)
    },
  )
})
