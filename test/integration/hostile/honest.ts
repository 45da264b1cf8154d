/**
 * Honest nodes in a process of their own: what an attack costs them is not mixed with what it costs the attacker. Started
 * by `HonestNetwork` (honest-network.ts), which calls it over IPC.
 */
import { randomBytes } from 'node:crypto'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { pino } from 'pino'
import { createPorts } from '../../../src/main/network/libp2p/create-ports.ts'
import { peerscope } from '../../../src/main/discovery/dialects/peerscope/peerscope.ts'
import { startDiscovery } from '../../../src/main/discovery/discovery.ts'
import type { Discovery } from '../../../src/main/discovery/handle.ts'
import { parseTarget } from '../../../src/main/network/libp2p/targets.ts'
import { resolveConfig } from '../../../src/shared/config.ts'
import type { DiscoveryConfig } from '../../../src/shared/config.ts'
import type { DiscoveryEvent } from '../../../src/shared/events.ts'
import { errorShape } from '../../../src/shared/errors.ts'
import { networkIdFrom } from '../../../src/shared/ids.ts'
import type { PeerId } from '../../../src/shared/ids.ts'

/** What the process can be asked. Times in milliseconds, sizes in bytes. */
export interface HonestCalls {
  start(
    count: number,
    network: string,
    config: Partial<DiscoveryConfig>,
  ): Promise<{ peerId: PeerId; address: string }[]>
  look(index: number): Promise<Look>
  /** Events of the kind that the node told since the last call. */
  events(index: number, kind: DiscoveryEvent['kind']): Promise<DiscoveryEvent[]>
  ping(index: number, peerId: PeerId): Promise<number>
  sync(index: number, peerId: PeerId): Promise<number>
  /** Our own entry, as it is signed. */
  entry(index: number): Promise<{ bytes: string; signature: string }>
  addTag(index: number, tag: string): Promise<boolean>
  dial(index: number, address: string): Promise<void>
  /** Frees memory, then measures from here on. */
  measure(): Promise<void>
  measured(): Promise<Measured>
  stop(): Promise<void>
}

/** One node at a moment. */
export interface Look {
  readonly refused: Readonly<Record<string, number>>
  readonly signaturesVerified: number
  readonly connected: readonly PeerId[]
  readonly peers: readonly { readonly peerId: PeerId; readonly tags: readonly string[]; readonly protocol: string }[]
}

/** What the process used since `measure`. */
export interface Measured {
  /** Most that it had at once beyond what it had then: heap and buffers. */
  readonly peak: number
  /** Most resident memory beyond that of then. */
  readonly residentPeak: number
  /** What is left of it once memory was freed. */
  readonly kept: number
  /** Processor time and time, as a share of one core. */
  readonly cpu: number
  readonly longestPause: number
}

interface Node {
  readonly discovery: Discovery
  readonly events: DiscoveryEvent[]
}

const SAMPLE_MS = 25
const EVENTS_KEPT = 5000
const nodes: Node[] = []
const delay = monitorEventLoopDelay({ resolution: 10 })
let base = { used: 0, rss: 0, cpu: process.cpuUsage(), at: 0 }
let peak = { used: 0, rss: 0 }

function used(): number {
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

/** Frees what can be freed; it takes turns of the loop until what ended is let go of. */
async function free(): Promise<void> {
  for (let round = 0; round < 3; round += 1) {
    globalThis.gc?.()
    await new Promise((resolve) => setImmediate(resolve))
  }
}

function node(index: number): Node {
  const found = nodes[index]
  if (found === undefined) throw new Error(`there is no node ${index}`)
  return found
}

const calls: HonestCalls = {
  start: async (count, network, config) => {
    const started: { peerId: PeerId; address: string }[] = []
    for (let index = 0; index < count; index += 1) {
      const secret = new Uint8Array(randomBytes(32))
      const ports = await createPorts({ secret, listen: ['/ip4/127.0.0.1/tcp/0'], logger: pino({ enabled: false }) })
      const discovery = startDiscovery({
        networkId: networkIdFrom(network),
        dialect: peerscope,
        secret,
        config: resolveConfig(config),
        ports,
        bootstrap: started.map(({ address }) => parseTarget(address)),
        tags: [`honest:${index}`],
      })
      const events: DiscoveryEvent[] = []
      discovery.onEvent((event) => {
        events.push(event)
        if (events.length > EVENTS_KEPT) events.shift()
      })
      await discovery.online
      nodes.push({ discovery, events })
      const { peerId, addresses } = discovery.me().entry
      started.push({ peerId, address: `${addresses[0] ?? ''}/p2p/${peerId}` })
    }
    return started
  },
  look: (index) => {
    const { discovery } = node(index)
    const { refused, signaturesVerified } = discovery.stats()
    const peers = [...discovery.catalog().peers.values()].map(({ entry }) => ({
      peerId: entry.peerId,
      tags: entry.tags,
      protocol: entry.protocolVersion,
    }))
    return Promise.resolve({ refused, signaturesVerified, connected: discovery.connectedPeers(), peers })
  },
  events: (index, kind) => {
    const { events } = node(index)
    const found = events.filter((event) => event.kind === kind)
    events.length = 0
    return Promise.resolve(found)
  },
  ping: async (index, peerId) => (await node(index).discovery.ping(peerId)).rttMs,
  sync: async (index, peerId) => (await node(index).discovery.syncWith(peerId)).received,
  entry: (index) => {
    const { bytes, signature } = node(index).discovery.me()
    return Promise.resolve({
      bytes: Buffer.from(bytes).toString('hex'),
      signature: Buffer.from(signature).toString('hex'),
    })
  },
  addTag: (index, tag) => node(index).discovery.addTags(tag),
  dial: async (index, address) => void (await node(index).discovery.dial([parseTarget(address)])),
  measure: async () => {
    await free()
    base = { used: used(), rss: process.memoryUsage.rss(), cpu: process.cpuUsage(), at: performance.now() }
    peak = { used: base.used, rss: base.rss }
    delay.reset()
    delay.enable()
  },
  measured: async () => {
    const { user, system } = process.cpuUsage(base.cpu)
    const cpu = (user + system) / 1000 / (performance.now() - base.at)
    const longestPause = delay.max / 1e6
    await free()
    return {
      peak: peak.used - base.used,
      residentPeak: peak.rss - base.rss,
      kept: used() - base.used,
      cpu,
      longestPause,
    }
  },
  stop: async () => {
    await Promise.all(nodes.map(({ discovery }) => discovery.leave()))
  },
}

setInterval(() => {
  peak = { used: Math.max(peak.used, used()), rss: Math.max(peak.rss, process.memoryUsage.rss()) }
}, SAMPLE_MS).unref()

/** One call as it comes. */
export interface Request {
  readonly id: number
  readonly call: keyof HonestCalls
  readonly args: readonly never[]
}

async function answer({ id, call, args }: Request): Promise<void> {
  try {
    const work = calls[call] as (...given: readonly never[]) => Promise<unknown>
    process.send?.({ id, result: await work(...args) })
  } catch (error) {
    process.send?.({ id, error: errorShape(error) })
  }
  if (call === 'stop') process.disconnect()
}

process.on('message', (request: Request) => void answer(request))
// Nobody is left to answer: the test ended without a word.
process.on('disconnect', () => process.exit())
