/** Bootstrap by a private Mainline DHT of real nodes on loopback. No packet leaves this machine. */
import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { fromString, toString } from 'uint8arrays'
import SignedPacket from 'pkarr/lib/signed_packet.js'
import { generateKeyPair } from 'pkarr/lib/tools.js'
import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import type { DhtSlot } from '../../src/shared/dht.ts'
import { networkIdFrom, peerIdOf } from '../../src/shared/ids.ts'
import { chainRoot, slotChain } from '../../src/main/discovery/dht/chain.ts'
import type { OpenNode } from '../../src/main/monitor/open-node.ts'
import { openNode } from '../../src/main/monitor/open-node.ts'
import { createSignatures } from '../../src/main/network/signatures.ts'
import { startCli } from '../support/cli-process.ts'
import { testMonitor } from '../support/monitor.ts'
import { programPath } from '../support/programs.ts'
import type { PrivateDht } from './dht-private.ts'
import { mainlineNode, privateDht, randomSecret } from './dht-private.ts'

const LISTEN = ['/ip4/127.0.0.1/tcp/0']

/** A node that starts from the first node of the DHT. */
function open(
  dht: PrivateDht,
  network: string,
  more: { dataDir?: string; secret?: Uint8Array } = {},
): Promise<OpenNode> {
  return openNode(
    {
      network,
      secret: more.secret ?? randomSecret(),
      listen: LISTEN,
      bootstrap: [],
      tags: [],
      config: {},
      dht: true,
      dhtBootstrap: dht.addresses.slice(0, 1),
      dataDir: more.dataDir ?? null,
      mdns: false,
      logger: pino({ enabled: false }),
    },
    new AbortController().signal,
  )
}

/** Arguments of a process that does the same. */
const nodeArgs = (dht: PrivateDht, network: string): string[] => [
  'node',
  '--network',
  network,
  '--no-mdns',
  '--listen',
  LISTEN[0] ?? '',
  '--dht-bootstrap',
  dht.addresses[0] ?? '',
]

const allKnowAll = (nodes: readonly OpenNode[]): boolean =>
  nodes.every(({ discovery }) => nodes.every(({ peerId }) => discovery.catalog().peers.has(peerId)))

/** Runs `peerscope dht` to its end. */
async function slotsOf(dht: PrivateDht, network: string, ...args: string[]): Promise<string> {
  const all = [programPath('cli'), 'dht', '--network', network, '--dht-bootstrap', dht.addresses[0] ?? '', ...args]
  const { stdout } = await promisify(execFile)(process.execPath, all, { timeout: 50_000 })
  return stdout
}

function parsed(stdout: string): readonly DhtSlot[] {
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as DhtSlot)
}

describe('nodes that know only a name and a DHT', () => {
  it.concurrent.each([2, 3, 5])('[DH3, DH4] %d of them, started at once, all find all others', async (count) => {
    await using dht = await privateDht(5)
    const network = `dht-${randomUUID()}`
    const nodes = await Promise.all(Array.from({ length: count }, () => open(dht, network)))
    try {
      await expect.poll(() => allKnowAll(nodes), { timeout: 50_000 }).toBe(true)
      const own = nodes.map(({ discovery }) => discovery.slots().slots.find(({ state }) => state === 'ours')?.index)
      expect(new Set(own).size).toBe(count)
    } finally {
      await Promise.all(nodes.map((node) => node.stop()))
    }
  })

  it('[DH7] processes do so by --dht-bootstrap, and take no other way', async () => {
    await using dht = await privateDht(5)
    const network = `dht-${randomUUID()}`
    const args = nodeArgs(dht, network)
    await using alone = startCli([...args, '--no-dht'])
    await using one = startCli(args)
    const { peerId } = await one.waitFor('online')
    await one.waitFor('DhtSlotClaimed')
    await using two = startCli(args)
    await two.waitFor((line) => line.event === 'PeerDiscovered' && line['peerId'] === peerId)
    await two.waitFor('DhtSlotClaimed')
    expect(alone.lines.map(({ event }) => event)).toEqual(['online'])
  })
})

describe('peerscope dht', () => {
  it('[DH8] prints the 16 slots: holder, addresses, age, and whether the holder answers', async () => {
    await using dht = await privateDht(5)
    const network = `dht-${randomUUID()}`
    const node = await open(dht, network)
    await using killed = startCli(nodeArgs(dht, network))
    try {
      await killed.waitFor('DhtSlotClaimed')
      await killed.stop('SIGKILL')
      await expect.poll(() => node.discovery.slots().slots.some(({ state }) => state === 'ours')).toBe(true)
      const slots = parsed(await slotsOf(dht, network, '--json'))
      expect(slots.map(({ index }) => index)).toEqual(Array.from({ length: 16 }, (_, index) => index))
      expect(slots.filter(({ state }) => state === 'healthy')).toMatchObject([
        { holder: node.peerId, addresses: node.discovery.health().addresses, ageMs: expect.any(Number) },
      ])
      expect(slots.filter(({ state }) => state === 'unhealthy')).toHaveLength(1)
      expect(slots.filter(({ state }) => state === 'empty')).toHaveLength(14)
      const table = await slotsOf(dht, network)
      expect(table).toContain(`healthy    ${node.peerId}`)
      expect(table.split('\n')[0]).toMatch(/^SLOT +HEALTH +HOLDER +AGE +ADDRESSES$/)
    } finally {
      await node.stop()
    }
  })

  it('[DH1, DH8] reads the chain of a mosaik network, and none of ours there', async () => {
    await using dht = await privateDht(5)
    const network = `dht-${randomUUID()}`
    const signatures = createSignatures()
    const slot = slotChain(chainRoot(networkIdFrom(network), 'mosaik'), (secret) => signatures.publicKey(secret))[3]
    if (slot === undefined) throw new Error('no slot')
    const key = 'ATGFyJyt6WGKNrMV9fvsMkZwqTfMNyLEi4WkdhAhxjVS'
    const answers = [
      ['_id', key],
      ['_ip', '192.0.2.7:4433'],
      ['_r', 'https://relay.example.org./'],
    ].map(([name = '', data = '']) => ({ name, data, type: 'TXT', ttl: 600 }) as const)
    const packet = SignedPacket.fromPacket(generateKeyPair(Buffer.from(slot.secret)), {
      id: 0,
      type: 'response',
      flags: 0,
      answers: [...answers],
    })
    const { v, seq } = packet.bep44Args()
    const writer = mainlineNode(dht.endpoints)
    try {
      const forever = new AbortController().signal
      await writer.start(forever)
      expect(await writer.put(slot.secret, { value: v, seq: BigInt(seq) }, null, forever)).toBe(true)
      const slots = parsed(await slotsOf(dht, network, '--kind', 'mosaik', '--json'))
      expect(slots[3]).toMatchObject({
        state: 'unchecked',
        holder: peerIdOf(fromString(key, 'base58btc')),
        endpointId: toString(fromString(key, 'base58btc'), 'hex'),
        addresses: ['/ip4/192.0.2.7/udp/4433/quic-v1', '/iroh-relay/https%3A%2F%2Frelay.example.org.%2F'],
      })
      const row = (await slotsOf(dht, network, '--kind', 'mosaik')).split('\n')[4]
      expect(row).toContain(toString(fromString(key, 'base58btc'), 'hex'))
      expect(row).toContain('192.0.2.7:4433 relay https://relay.example.org./')
      expect(slots.filter(({ state }) => state === 'empty')).toHaveLength(15)
      expect(parsed(await slotsOf(dht, network, '--json')).every(({ state }) => state === 'empty')).toBe(true)
    } finally {
      await writer.stop()
    }
  })
})

describe('the window', () => {
  it('[DH8] is told the slots of the joined network, and that it is off where it is', async () => {
    await using dht = await privateDht(5)
    const { monitor } = testMonitor({
      overrides: { listen: LISTEN, mdns: false, dht: true, dhtBootstrap: dht.addresses },
    })
    try {
      expect(monitor.slots()).toMatchObject({ state: 'off', slots: [] })
      await monitor.join({ network: `dht-${randomUUID()}` })
      await expect
        .poll(() => monitor.slots().slots.filter(({ state }) => state === 'ours').length, { timeout: 20_000 })
        .toBe(1)
      expect(monitor.slots()).toMatchObject({ state: 'ready', reason: null })
    } finally {
      await monitor.close()
    }
  })
})

describe('a restart', () => {
  it('[DH7] finds the DHT by the nodes that were kept, though the one that it starts from is gone', async () => {
    await using dht = await privateDht(5)
    const network = `dht-${randomUUID()}`
    const dataDir = await mkdtemp(join(tmpdir(), 'peerscope-dht-'))
    const other = await open(dht, network)
    const nodes: OpenNode[] = [other]
    try {
      const secret = randomSecret()
      const first = await open(dht, network, { dataDir, secret })
      await expect.poll(() => allKnowAll([other, first]), { timeout: 50_000 }).toBe(true)
      await first.stop()
      const kept = JSON.parse(await readFile(join(dataDir, 'dht-nodes.json'), 'utf8')) as { nodes: unknown[] }
      expect(kept.nodes.length).toBeGreaterThan(2)
      await dht.kill(0)
      const again = await open(dht, network, { dataDir, secret })
      nodes.push(again)
      await expect.poll(() => allKnowAll([other, again]), { timeout: 50_000 }).toBe(true)
    } finally {
      await Promise.all(nodes.map((node) => node.stop()))
      await rm(dataDir, { recursive: true, force: true })
    }
  })
})
