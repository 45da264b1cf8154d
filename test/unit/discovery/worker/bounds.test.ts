import { afterEach, describe, expect, it } from 'vitest'
import { addressHere, announcement, dialect, syncRequest } from '../../../support/discovery/dialect.ts'
import type { SignedPeerEntry } from '../../../../src/main/discovery/entry/entry.ts'
import type { Link } from '../../../../src/main/discovery/ports.ts'
import type { PeerId } from '../../../../src/shared/ids.ts'
import { SimNetwork } from '../../../sim/network.ts'
import type { SimNode } from '../../../sim/network.ts'
import { QUIET } from './setup.ts'
import { Stranger } from './stranger.ts'

const forever = new AbortController().signal

let network: SimNetwork
const begin = (config = {}): SimNetwork => (network = new SimNetwork({ seed: 1, config: { ...QUIET, ...config } }))
afterEach(async () => await network.stop())

const refused = (node: SimNode, reason: string): number => node.discovery.stats().refused[reason] ?? 0

/** What the work comes to, while virtual time passes. */
async function settled<T>(work: Promise<T>, ms = 1000): Promise<T> {
  await network.run(ms)
  return await work
}

async function strangers(count: number, node: SimNode): Promise<Stranger[]> {
  const met = await Promise.all(Array.from({ length: count }, () => Stranger.meet(network)))
  for (const stranger of met) {
    await stranger.host.gossip.leave()
    void stranger.host.connect({ peerId: node.peerId, addresses: [node.host.address] }, forever)
  }
  await network.run(1000)
  return met
}

/** One ping's version, or null where it was refused. */
async function ping(from: Stranger, to: PeerId): Promise<Uint8Array | null> {
  try {
    const link = await from.host.open(to, from.ids.ping, dialect.limits.ping, forever)
    await link.write(dialect.encodePing(), forever)
    return await link.read(forever)
  } catch {
    return null
  }
}

/** So many pings of each, three at a time, a tenth of a second apart. */
async function waves(from: readonly Stranger[], to: SimNode, each: number): Promise<(Uint8Array | null)[]> {
  const answers: Promise<Uint8Array | null>[] = []
  for (let sent = 0; sent < each; sent += 3) {
    for (const stranger of from) for (let index = 0; index < 3; index += 1) answers.push(ping(stranger, to.peerId))
    await network.run(100)
  }
  return await Promise.all(answers)
}

describe('requests', () => {
  it('[BD1] of one address group have a rate of their own, for pings, neighbors and syncs together', async () => {
    begin()
    const one = await network.start()
    // Hosts get addresses in turn: the first of 10.0.3.0/24 are used up, the next are all of 10.0.4.0/24.
    for (let used = 0; used < 30; used += 1) network.world.addHost()
    const many = await strangers(60, one)
    const answers = await waves(many, one, 9)
    const answered = answers.filter((answer) => answer !== null)
    expect(refused(one, 'PingRate')).toBe(0)
    expect(refused(one, 'GroupRate')).toBeGreaterThan(0)
    expect(answered.length).toBeGreaterThanOrEqual(400)
    expect(answered.length + refused(one, 'GroupRate')).toBe(540)
  })

  it('[PG1, BD1] pings over 100 a second in all are answered with the version that is there', async () => {
    begin()
    const one = await network.start()
    const many = await strangers(40, one)
    const answers = await waves(many, one, 9)
    const good = answers.filter((answer) => answer !== null)
    expect(good).toHaveLength(360)
    const versions = new Set(good.map((answer) => Buffer.from(answer).toString('hex')))
    expect(versions.size).toBeGreaterThanOrEqual(200)
    expect(versions.size).toBeLessThan(250)
  })

  it('[BD6, BD1] that are never completed end after 5 s, and make room', async () => {
    begin()
    const one = await network.start()
    const [left] = await strangers(1, one)
    if (left === undefined) throw new Error('no stranger')
    const links = await Promise.all(
      Array.from({ length: 1000 }, () => left.host.open(one.peerId, left.ids.ping, dialect.limits.ping, forever)),
    )
    let ended = 0
    for (const link of links) void link.read(forever).catch(() => (ended += 1))
    await network.run(1000)
    // Over the bound they are reset at once.
    expect(ended).toBe(996)
    await network.run(3500)
    expect(ended).toBe(996)
    await network.run(1000)
    expect(ended).toBe(1000)
    expect(await settled(ping(left, one.peerId))).not.toBeNull()
  })
})

describe('streams of one peer', () => {
  it('[BD6] are two syncs and two questions for neighbors at once; more are reset', async () => {
    begin()
    const one = await network.start()
    const [stranger] = await strangers(1, one)
    if (stranger === undefined) throw new Error('no stranger')
    for (const [protocol, limits] of [
      [stranger.ids.sync, dialect.limits.sync],
      [stranger.ids.neighbors, dialect.limits.neighbors],
    ] as const) {
      if (protocol === null) continue
      let ended = 0
      for (let index = 0; index < 4; index += 1) {
        const link = await stranger.host.open(one.peerId, protocol, limits, forever)
        void link.read(forever).catch(() => (ended += 1))
        // No more questions for neighbors than are answered.
        await network.run(1100)
      }
      expect(ended).toBe(2)
    }
  })
})

describe('a sync that stalls', () => {
  type Stalling = { readonly link: Link; readonly ended: () => boolean }
  const opened = async (from: Stranger, to: SimNode): Promise<Stalling> => {
    const stalling = await begun(from, to)
    await stalling.link.write(syncRequest(), forever)
    return stalling
  }
  /** Nothing was said yet. */
  const begun = async (from: Stranger, to: SimNode): Promise<Stalling> => {
    const link = await from.host.open(to.peerId, from.ids.sync, dialect.limits.sync, forever)
    let over = false
    void link
      .read(forever)
      .then(() => link.read(forever))
      .catch(() => (over = true))
    return { link, ended: () => over }
  }

  it('[SY4, BD6] ends after 10 s in which nothing comes, whoever began it', async () => {
    begin()
    const one = await network.start()
    const [stalling] = await strangers(1, one)
    if (stalling === undefined) throw new Error('no stranger')
    const theirs = await settled(opened(stalling, one))
    await network.run(8000)
    expect(theirs.ended()).toBe(false)
    await network.run(2500)
    expect(theirs.ended()).toBe(true)
    expect(refused(one, 'SyncTimeout')).toBe(1)

    stalling.host.handle(stalling.ids.sync, dialect.limits.sync, async (link) => {
      await link.read(forever)
      await link.read(forever)
    })
    const failure = one.discovery.syncWith(stalling.peerId).catch((error: unknown) => error)
    expect(await settled(failure, 10_500)).toMatchObject({ code: 'Timeout' })
  })

  it('[BD7] makes room for that of another peer, once it was silent for 2 s; before that the other is refused', async () => {
    begin()
    const one = await network.start()
    const many = await strangers(33, one)
    // Our own syncs with them come first, and are over.
    await network.run(5000)
    const stalled = await settled(Promise.all(many.slice(0, 32).map((stranger) => opened(stranger, one))))
    const honest = await network.start()
    await honest.discovery.feed(one.discovery.me())
    await network.run(1500)
    const done = await settled(honest.discovery.syncWith(one.peerId), 2000)
    expect(done.bytes).toBeGreaterThan(0)
    expect(refused(one, 'SyncDisplaced')).toBeGreaterThan(0)
    const before = stalled.filter(({ ended }) => ended()).length
    expect(before).toBeLessThanOrEqual(refused(one, 'SyncDisplaced'))
  })

  it('[BD7] makes room only after 2 s, and of several the one that was silent for longest does', async () => {
    begin()
    const one = await network.start()
    const many = await strangers(34, one)
    await network.run(5000)
    const stalled = await settled(Promise.all(many.slice(0, 32).map((stranger) => begun(stranger, one))), 300)
    const [first, second] = many.slice(32)
    if (first === undefined || second === undefined) throw new Error('no strangers')
    const early = await settled(opened(first, one), 300)
    expect([early.ended(), refused(one, 'SyncRate'), refused(one, 'SyncDisplaced')]).toEqual([true, 1, 0])
    // All but the last one say something.
    for (const { link } of stalled.slice(0, -1)) await link.write(syncRequest(), forever)
    await network.run(3000)
    const late = await settled(opened(second, one), 300)
    expect([late.ended(), refused(one, 'SyncDisplaced')]).toEqual([false, 1])
    expect(stalled.map(({ ended }) => ended()).lastIndexOf(false)).toBe(30)
    expect(stalled.filter(({ ended }) => ended())).toHaveLength(1)
  })

  it('[BD7] is one a second of one peer, and ten at once', async () => {
    begin()
    const one = await network.start()
    const [busy] = await strangers(1, one)
    if (busy === undefined) throw new Error('no stranger')
    await network.run(5000)
    const sync = async (): Promise<boolean> => {
      const link = await busy.host.open(one.peerId, busy.ids.sync, dialect.limits.sync, forever)
      try {
        await link.write(syncRequest(), forever)
        await link.read(forever)
        await link.close()
        return true
      } catch {
        return false
      }
    }
    const inTurn = async (times: number): Promise<number> => {
      let answered = 0
      for (let index = 0; index < times; index += 1) if (await sync()) answered += 1
      return answered
    }
    // All within half a second or so.
    const atOnce = await settled(inTurn(14), 3000)
    expect(atOnce).toBeGreaterThanOrEqual(10)
    expect(atOnce).toBeLessThanOrEqual(12)
    // Two seconds or so have passed since the last one.
    const later = await settled(inTurn(14), 3000)
    expect(later).toBeGreaterThanOrEqual(2)
    expect(later).toBeLessThanOrEqual(5)
  })

  it('[BD7] is not displaced by more syncs of the same peer', async () => {
    begin()
    const one = await network.start()
    const many = await strangers(16, one)
    await settled(Promise.all(many.flatMap((stranger) => [opened(stranger, one), opened(stranger, one)])))
    await network.run(3000)
    const again = await settled(Promise.all(many.slice(0, 1).map((stranger) => opened(stranger, one))), 100)
    expect(again[0]?.ended()).toBe(true)
    expect(refused(one, 'SyncDisplaced')).toBe(0)
  })
})

describe('gossip', () => {
  it('[BD3] of a neighbor that tells of very much is taken up to the rates', async () => {
    begin()
    const one = await network.start()
    const near = await Stranger.meet(network, one)
    // So that messages arrive in their order.
    network.world.weather = { latency: [1, 1], loss: 0, bandwidth: 1e9 }
    const publish = async (signed: SignedPeerEntry, repeat: number): Promise<void> => {
      await near.host.gossip.publish(announcement(signed, repeat))
    }
    for (let index = 0; index < 600; index += 1) {
      const secret = network.world.random.bytes(32)
      const { peerId } = network.world.addHost(secret)
      await publish(near.entryBy(secret, { peerId, addresses: [] }), index)
    }
    await network.run(200)
    expect(refused(one, 'NewcomerRate')).toBeGreaterThan(50)
    expect(one.discovery.catalog().peers.size).toBeGreaterThan(490)
    for (let index = 0; index < 100; index += 1) await publish(near.entry({ version: near.version(index) }), 0)
    await network.run(200)
    expect(refused(one, 'UpdateRate')).toBeGreaterThan(20)
    const old = near.entry({ version: near.version(-1000) })
    for (let index = 0; index < 7000; index += 1) await publish(old, index)
    await network.run(200)
    expect(refused(one, 'GossipRate')).toBeGreaterThan(100)
  })
})

describe('what strangers leave behind', () => {
  it('[BD8] is no flood of dials: 8 at once, 256 that wait', async () => {
    begin()
    const one = await network.start()
    const liar = await Stranger.meet(network)
    let dialing = 0
    let most = 0
    one.host.connect = (_target, signal) => {
      dialing += 1
      most = Math.max(most, dialing)
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          dialing -= 1
          reject(new Error('nobody is there'))
        })
      })
    }
    for (let index = 0; index < 1000; index += 1) {
      const secret = network.world.random.bytes(32)
      const peerId = network.world.addHost(secret).peerId
      const signed = liar.entryBy(secret, {
        peerId,
        addresses: [addressHere(`/ip4/192.0.2.${index % 256}/tcp/${index + 1}`)],
      })
      expect(await one.discovery.feed(signed)).toBe('New')
    }
    await network.run(5000)
    expect(most).toBe(8)
    // Of those that the user gives 256 wait.
    const targets = Array.from({ length: 300 }, (_, index) => ({
      addresses: [addressHere(`/ip4/198.51.100.1/tcp/${index + 1}`)],
    }))
    const dialed = one.discovery.dial(targets)
    await network.run(10_000)
    expect(refused(one, 'Dials')).toBeGreaterThanOrEqual(300 - 264)
    expect(most).toBe(8)
    await one.discovery.leave()
    await dialed.catch(() => undefined)
  })

  it('[BD9, WK3] is nothing, where they never showed an entry: a peer that comes again is seen for the first time again', async () => {
    begin()
    const one = await network.start()
    const visitor = await Stranger.meet(network)
    let asked = 0
    visitor.host.handle(visitor.ids.sync, dialect.limits.sync, async (link) => {
      asked += 1
      await link.read(forever)
      await link.write(new Uint8Array(0), forever)
    })
    for (let visit = 0; visit < 3; visit += 1) {
      void visitor.host.connect({ peerId: one.peerId, addresses: [one.host.address] }, forever)
      await network.run(8000)
      void visitor.host.disconnect(one.peerId)
      await network.run(1000)
    }
    expect(asked).toBe(3)
  })

  it('[BD4] is shunned by a node that it sent bad messages to: not meshed with, not served', async () => {
    begin()
    const one = await network.start()
    const bad = await Stranger.meet(network, one)
    for (let index = 0; index < 30 && one.discovery.connectedPeers().length > 0; index += 1)
      await bad.publish(Uint8Array.from([255, index]))
    expect(one.discovery.connectedPeers()).toEqual([])
    expect(refused(one, 'Shunned')).toBe(1)
    const again = (): Promise<unknown> =>
      bad.host.connect({ peerId: one.peerId, addresses: [one.host.address] }, forever).catch(() => null)
    void again()
    await network.run(2000)
    expect(one.discovery.connectedPeers()).toEqual([])
    await network.run(60_000)
    void again()
    await network.run(2000)
    expect(one.discovery.connectedPeers()).toEqual([bad.peerId])
  })
})
