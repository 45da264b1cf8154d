/** Whose turn it is: given addresses among ghosts, the user among automatic work, the second sync of a node. */
import { afterEach, describe, expect, it } from 'vitest'
import { idOf, signedOf } from '../../../support/discovery/entries.ts'
import type { SimNode } from '../../../sim/network.ts'
import { SimNetwork } from '../../../sim/network.ts'
import { EPOCH } from '../../../sim/world.ts'
import { QUIET } from './setup.ts'
import { addressHere, dialect, SAME } from '../../../support/discovery/dialect.ts'
import { Stranger } from './stranger.ts'

const forever = new AbortController().signal
const DEAD = addressHere('/ip4/10.77.0.1/tcp/1')

let network: SimNetwork
afterEach(async () => await network.stop())

/** So many entries of peers that nobody reaches. */
async function feedGhosts(one: SimNode, count: number): Promise<void> {
  const at = EPOCH + Math.floor(network.world.scheduler.now)
  for (let index = 0; index < count; index += 1) {
    const addresses = [addressHere(`/ip4/10.88.${index >> 8}.${index & 255}/tcp/1`)]
    const version = { startedAt: at, updatedAt: at }
    await one.discovery.feed(signedOf(`ghost ${index}`, { networkId: network.networkId, version, addresses }))
  }
}

/** A dial takes as long as it may. */
function slow(host: { connect: SimNode['host']['connect'] }, tried: (address: string) => void): void {
  host.connect = (target, signal) => {
    tried(target.addresses[0] ?? '')
    return new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(new Error('called off')), { once: true })
    })
  }
}

describe('dials', () => {
  it('[AN10, BD8] of a given address come within a minute, however many ghosts the catalog holds', async () => {
    network = new SimNetwork({ seed: 1, config: QUIET })
    const at: number[] = []
    const ghost = { peerId: idOf('gone'), host: { address: DEAD } } as unknown as SimNode
    const one = await network.start({
      bootstrap: [ghost],
      prepare: (host) => slow(host, (address) => address === DEAD && at.push(network.world.scheduler.now)),
    })
    await feedGhosts(one, 300)
    await network.run(600_000)
    const gaps = at.slice(1).map((time, index) => time - (at[index] ?? 0))
    expect(at.length).toBeGreaterThan(7)
    expect(Math.max(...gaps)).toBeLessThan(60_000 + 10_000 + 6000)
  })

  it('[BS4] that were refused for there are too many are listed as failed', async () => {
    network = new SimNetwork({ seed: 2, config: QUIET })
    const one = await network.start({ prepare: (host) => slow(host, () => undefined) })
    const targets = Array.from({ length: 400 }, (_, index) => ({
      addresses: [addressHere(`/ip4/198.51.100.1/tcp/${index + 1}`)],
    }))
    const caller = new AbortController()
    const dialed = one.discovery.dial(targets, caller.signal).catch(() => undefined)
    await network.run(0)
    const { attempts } = one.discovery.bootstrap()
    expect(attempts).toHaveLength(128)
    expect(attempts.some(({ state, reason }) => state === 'failed' && reason?.includes('too many') === true)).toBe(true)
    expect(one.discovery.checkInvariants()).toEqual([])
    caller.abort()
    await network.run(0)
    await dialed
  })

  it.each(['leaves', 'is called off'])('[WK8] that wait do not begin when the node %s', async (how) => {
    network = new SimNetwork({ seed: 3, config: QUIET })
    let tried = 0
    const one = await network.start({ prepare: (host) => slow(host, () => (tried += 1)) })
    const abort = new AbortController()
    const targets = Array.from({ length: 100 }, (_, index) => ({
      addresses: [addressHere(`/ip4/10.99.0.${index}/tcp/1`)],
    }))
    const dialed = one.discovery.dial(targets, abort.signal)
    await network.run(100)
    expect(tried).toBe(8)
    if (how === 'leaves') await network.leave(one)
    else abort.abort()
    expect((await dialed).every(({ error }) => error?.code === 'Cancelled')).toBe(true)
    expect(tried).toBe(8)
  })

  it('[SY7, BD8] that the user waits for go before automatic ones, also for a sync that was due by itself', async () => {
    network = new SimNetwork({ seed: 4, config: QUIET })
    const order: string[] = []
    const one = await network.start({ prepare: (host) => slow(host, (address) => order.push(address)) })
    await feedGhosts(one, 60)
    await network.run(3000)
    const last = order.length
    const peers = [...one.discovery.catalog().peers.values()].filter(({ self }) => !self)
    const waiting = peers.filter(({ entry }) => !order.includes(entry.addresses[0] ?? ''))
    // Some of them are in syncs that wait for their turn to dial.
    for (const { entry } of waiting) void one.discovery.syncWith(entry.peerId).catch(() => undefined)
    await network.run(120_000)
    const wanted = waiting.map(({ entry }) => entry.addresses[0])
    expect(order.slice(last, last + wanted.length)).toEqual(wanted)
  })

  it('[SY7, PG2] of ourselves are refused', async () => {
    network = new SimNetwork({ seed: 5, config: QUIET })
    const one = await network.start()
    for (const call of ['syncWith', 'ping', 'askNeighbors'] as const)
      await expect(one.discovery[call](one.peerId)).rejects.toMatchObject({ code: 'InvalidArgument' })
    await network.run(60_000)
    expect(one.discovery.stats().dials).toBe(0)
  })
})

describe('the syncs after the first', () => {
  /** A node that dials five peers; the second one that is asked says nothing. Gives how many were asked. */
  async function dialFive(): Promise<{ one: SimNode; asked: () => number; strangers: Stranger[] }> {
    network = new SimNetwork({ seed: 6, config: QUIET, weather: { latency: [50, 50], loss: 0, bandwidth: 1e9 } })
    const one = await network.start()
    // Who comes into the mesh meanwhile is asked again (rule SY11).
    const asked = new Set<number>()
    const strangers: Stranger[] = []
    for (let index = 0; index < 5; index += 1) {
      const stranger = await Stranger.meet(network)
      stranger.host.handle(stranger.ids.sync, dialect.limits.sync, async (link) => {
        asked.add(index)
        const silent = asked.size === 2
        await link.read(forever)
        if (!silent) await link.write(SAME, forever)
        await link.read(forever).catch(() => undefined)
      })
      strangers.push(stranger)
    }
    const targets = strangers.map(({ peerId, host }) => ({ peerId, addresses: [host.address] }))
    void one.discovery.dial(targets)
    return { one, asked: () => asked.size, strangers }
  }

  it('[WK12] all begin once it went well, also where the next one is silent', async () => {
    const { asked } = await dialFive()
    await network.run(600)
    expect(asked()).toBe(5)
  })
})
