/** Bootstrap by the DHT, with the real worker on a simulated network and DHT. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { DhtSlot } from '../../../src/shared/dht.ts'
import type { PeerId } from '../../../src/shared/ids.ts'
import { chainRoot, slotChain } from '../../../src/main/discovery/dht/chain.ts'
import { decodeRecord, encodeRecord } from '../../../src/main/discovery/dht/record.ts'
import { SimDht } from '../../sim/dht.ts'
import type { SimNode } from '../../sim/network.ts'
import { SimNetwork } from '../../sim/network.ts'
import { simSignatures } from '../../sim/signatures.ts'

/** Two polls with neighbors, jitter included, and what asking takes. */
const TWO_POLLS_MS = 2 * 80_000 + 10_000

let network: SimNetwork
let dht: SimDht
beforeEach(() => {
  network = new SimNetwork({ seed: 7 })
  dht = new SimDht(network.world)
})
afterEach(async () => {
  network.checkAll()
  await network.stop()
  if (network.violations.length > 0) throw new Error(network.violations.join('\n'))
})

const chain = () => slotChain(chainRoot(network.networkId, 'peerscope'), (secret) => simSignatures().publicKey(secret))
const start = (count: number): Promise<SimNode[]> =>
  Promise.all(Array.from({ length: count }, () => network.start({ dht })))

/** Who holds which slot, by the records. */
function holders(): ReadonlyMap<number, PeerId> {
  return new Map(
    chain().flatMap(({ index, publicKey }) => {
      const item = dht.newest(publicKey)
      return item === null ? [] : [[index, decodeRecord(publicKey, item.value).holder] as const]
    }),
  )
}

function slotOf(node: SimNode): number {
  const own = [...holders()].find(([, holder]) => holder === node.peerId)
  if (own === undefined) throw new Error('it holds no slot')
  return own[0]
}

function shown(node: SimNode, index: number): DhtSlot {
  const slot = node.discovery.slots().slots[index]
  if (slot === undefined) throw new Error('no such slot')
  return slot
}

/** Writes a record into a slot as somebody else would. */
function plant(index: number, holder: PeerId, addresses: readonly string[], at: number): void {
  const slot = chain()[index]
  if (slot === undefined) throw new Error('no such slot')
  const { value } = encodeRecord(slot.publicKey, { holder, addresses })
  dht.plant(slot.publicKey, { value, seq: BigInt(Math.round(at)) * 1000n })
}

describe('nodes that know only the name of their network', () => {
  it.each([2, 3, 5, 10, 15, 35])('[DH3, DH4] %d of them, started at once, all find all others', async (count) => {
    await start(count)
    await network.world.scheduler.until(() => network.converged(), 300_000)
    expect(network.converged()).toBe(true)
    const held = [...holders().values()]
    expect(new Set(held).size).toBe(held.length)
  })

  it('[DH3] the first poll is at once: who comes later is found within a second of virtual time', async () => {
    await start(1)
    await network.run(10_000)
    await start(1)
    await network.run(1000)
    expect(network.converged()).toBe(true)
    const sources = [...network.nodes.values()].flatMap(({ events }) =>
      events.flatMap((event) => (event.kind === 'PeerDiscovered' ? [event.source] : [])),
    )
    expect(sources).toContain('dht')
  })

  it('[DH6] poll every 5 s alone and every 60 s with a neighbor, plus up to a third', async () => {
    await start(1)
    await network.run(2000)
    let before = dht.gets
    await network.run(60_000)
    // 16 slots a poll; 60 s hold at least 9 polls of 5 to 6.7 s, and at most 12.
    expect((dht.gets - before) / 16).toBeGreaterThanOrEqual(8)
    expect((dht.gets - before) / 16).toBeLessThanOrEqual(12)
    await start(1)
    await network.run(30_000)
    expect([...network.nodes.values()].every(({ discovery }) => discovery.neighborsCount() > 0)).toBe(true)
    before = dht.gets
    await network.run(240_000)
    // Two nodes; four polls each at most, three at least.
    expect((dht.gets - before) / 16).toBeGreaterThanOrEqual(2 * 3 - 1)
    expect((dht.gets - before) / 16).toBeLessThanOrEqual(2 * 4 + 1)
  })

  it('[DH6] whoever loses the last neighbor polls soon again', async () => {
    const [one, two] = await start(2)
    await network.run(30_000)
    if (one === undefined || two === undefined) throw new Error('two')
    expect(one.discovery.neighborsCount()).toBe(1)
    network.crash(two)
    await network.run(100)
    const before = dht.gets
    await network.run(8000)
    expect(dht.gets).toBeGreaterThan(before)
  })
})

describe('slots', () => {
  it('[DH4] two that race for one slot: one wins, the other takes another, both are found', async () => {
    // All slots but three are held by a live node's record.
    const [holder] = await start(1)
    await network.run(3000)
    if (holder === undefined) throw new Error('one')
    const free = chain().map(({ index }) => index)
    for (const index of free.splice(2))
      plant(index, holder.peerId, holder.host.addresses(), network.world.scheduler.now + 1_750_000_000_000)
    for (const index of free) dht.forget(chain()[index]?.publicKey ?? new Uint8Array())
    const [one, two] = await Promise.all([network.start({ dht }), network.start({ dht })])
    await network.run(30_000)
    expect(network.converged()).toBe(true)
    const held = free.map((index) => holders().get(index))
    expect(new Set(held)).toEqual(new Set([one.peerId, two.peerId]))
  })

  it('[DH4, DH8] of a holder that was killed is taken by a live node within two polls', async () => {
    // One node more than there are slots, so that one has none.
    const nodes = await start(17)
    await network.run(120_000)
    expect(holders().size).toBe(16)
    const without = nodes.find((node) => ![...holders().values()].includes(node.peerId))
    const killed = nodes.find((node) => node !== without)
    if (without === undefined || killed === undefined) throw new Error('seventeen')
    const slot = slotOf(killed)
    expect(shown(without, slot).state).toBe('healthy')
    network.crash(killed)
    await network.run(TWO_POLLS_MS)
    expect(holders().get(slot)).toBe(without.peerId)
    expect(without.events).toContainEqual({ kind: 'DhtSlotClaimed', slot })
    expect(shown(without, slot).state).toBe('ours')
  })

  it('[DH4] whoever holds one takes no other, though the records of a node that is gone stay', async () => {
    const [one, two] = await start(2)
    await network.run(60_000)
    if (one === undefined || two === undefined) throw new Error('two')
    const slot = slotOf(two)
    network.crash(two)
    await network.run(20_000)
    expect(shown(one, slot).state).toBe('unhealthy')
    const before = dht.puts
    await network.run(120_000)
    expect(dht.puts).toBe(before)
    expect(one.events.filter(({ kind }) => kind === 'DhtSlotClaimed')).toHaveLength(1)
  })

  it('[DH4] a node whose slot was taken from it takes another, three within the TTL at most', async () => {
    const [one] = await start(1)
    const other = await network.start()
    await network.run(3000)
    if (one === undefined) throw new Error('one')
    const lost: number[] = []
    for (let round = 0; round < 5; round += 1) {
      const held = [...holders()].find(([, holder]) => holder === one.peerId)
      if (held === undefined) break
      lost.push(held[0])
      plant(held[0], other.peerId, other.host.addresses(), network.world.scheduler.now + 1_750_000_000_500)
      await network.run(90_000)
    }
    expect(lost).toHaveLength(3)
  })

  it('[DH5] that we hold is made anew before it is stale, and after a restart at another address: it and no other', async () => {
    const [one] = await start(1)
    if (one === undefined) throw new Error('one')
    await network.run(5000)
    const slot = slotOf(one)
    await network.run(290_000)
    expect(shown(one, slot).ageMs).toBeGreaterThan(280_000)
    await network.run(20_000)
    expect(shown(one, slot).ageMs).toBeLessThan(20_000)
    network.crash(one)
    await network.run(1000)
    const again = await network.start({ secret: one.host.secret, dht })
    await network.run(3000)
    expect([...holders()]).toEqual([[slot, again.peerId]])
    const item = dht.newest(chain()[slot]?.publicKey ?? new Uint8Array())
    expect(
      decodeRecord(chain()[slot]?.publicKey ?? new Uint8Array(), item?.value ?? new Uint8Array()).addresses,
    ).toEqual(again.host.addresses())
    expect(again.events.filter(({ kind }) => kind === 'DhtSlotClaimed')).toEqual([])
  })

  it('[DH4, DH8] that hold what nobody can read are shown as invalid, and are free', async () => {
    const junk = { value: Uint8Array.of(1, 2, 3), seq: 1_750_000_000_000_000n }
    for (const { publicKey } of chain()) dht.plant(publicKey, junk)
    const [one] = await start(1)
    await network.run(3000)
    if (one === undefined) throw new Error('one')
    const states = one.discovery.slots().slots.map(({ state }) => state)
    expect(states.filter((state) => state === 'invalid')).toHaveLength(15)
    expect(states.filter((state) => state === 'ours')).toHaveLength(1)
  })
})

describe('without the DHT', () => {
  it('[DH7] a node that was started without says so and goes on', async () => {
    const node = await network.start()
    await network.run(10_000)
    expect(node.discovery.slots()).toEqual({ state: 'off', reason: null, readAt: null, slots: [] })
    expect(dht.gets).toBe(0)
  })

  it('[DH7] a DHT that fails does not end the network; it is told once, and tried again', async () => {
    dht.reaches = () => false
    const [one] = await start(1)
    if (one === undefined) throw new Error('one')
    await network.run(60_000)
    expect(one.discovery.health().state).toBe('alone')
    expect(one.discovery.slots()).toMatchObject({ state: 'failing', reason: 'no node of the DHT answers', slots: [] })
    expect(one.events.filter(({ kind }) => kind === 'DhtFailed')).toHaveLength(1)
    dht.reaches = () => true
    await network.run(10_000)
    expect(one.discovery.slots()).toMatchObject({ state: 'ready', reason: null })
    expect(one.events.filter(({ kind }) => kind === 'DhtSlotClaimed')).toHaveLength(1)
    dht.reaches = () => false
    await network.run(10_000)
    expect(one.events.filter(({ kind }) => kind === 'DhtFailed')).toHaveLength(2)
  })

  it('[DH7, WK8] nothing of it goes on after the network was left', async () => {
    const [one] = await start(1)
    if (one === undefined) throw new Error('one')
    await network.run(3000)
    await network.leave(one)
    const before = dht.gets
    await network.run(120_000)
    expect(dht.gets).toBe(before)
  })

  it('[DH3] a record with the addresses of another peer connects to nobody else', async () => {
    const stranger = await network.start()
    const named = network.world.addHost()
    plant(0, named.peerId, stranger.host.addresses(), 1_750_000_000_000)
    const [one] = await start(1)
    await network.run(3000)
    if (one === undefined) throw new Error('one')
    expect(['unhealthy', 'ours']).toContain(shown(one, 0).state)
    expect(one.discovery.catalog().peers.size).toBe(1)
  })
})
