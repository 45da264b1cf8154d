/**
 * One network that converges, in a process of its own, made by the sources of any revision: `measured.ts ROOT COUNT`. Sends what it
 * measured to its parent. Only `openNode` and a few members of what it gives are used, and none of our own types, since those
 * of an older revision are others.
 */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import pino from 'pino'
import { socketBytes } from '../figures/sockets.ts'
import type { Measured } from './protocol.ts'

/** Longest time to converge, milliseconds. */
const LIMIT_MS = 120_000
/** How long the network goes on after that: late syncs, pruned connections, pings. */
const AFTER_MS = 5000
/** Nodes that start at once. */
const AT_ONCE = 10

interface Node {
  readonly discovery: {
    catalog(): { readonly peers: ReadonlyMap<string, unknown> }
    connectedPeers(): readonly string[]
    stats(): object
  }
  addresses(): readonly string[]
  stop(): Promise<void>
}

type OpenNode = (settings: object, signal: AbortSignal) => Promise<Node>

const [root = '', countText = ''] = process.argv.slice(2)
const count = Number(countText)
const { openNode } = (await import(pathToFileURL(join(root, 'src/main/monitor/open-node.ts')).href)) as {
  openNode: OpenNode
}

// libp2p rejects promises that nobody holds when a connection ends while it writes; every host of ours only logs that.
let uncaught = 0
process.on('uncaughtException', (error) => {
  uncaught += 1
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
})

const events = new Map<string, number>()
/** A number of a node's counters; null where its revision has no such counter. */
function counter(stats: readonly object[], name: string): number | null {
  let sum = 0
  for (const one of stats) {
    const value: unknown = Reflect.get(one, name)
    if (typeof value !== 'number') return null
    sum += value
  }
  return sum
}

function countEvent(event: unknown): void {
  const kind = String(Object(event).kind)
  events.set(kind, (events.get(kind) ?? 0) + 1)
}

const network = `bench-${randomBytes(6).toString('hex')}`
const never = new AbortController().signal
const open = (bootstrap: readonly string[]): Promise<Node> =>
  openNode(
    {
      network,
      secret: randomBytes(32),
      listen: ['/ip4/127.0.0.1/tcp/0'],
      bootstrap,
      tags: [],
      config: {},
      dht: false,
      mdns: false,
      logger: pino({ level: 'silent' }),
      // As it was called first, and as it is now; each revision knows one of them.
      onEvent: countEvent,
      onTold: (told: { readonly kind: string; readonly event?: unknown }) =>
        void (told.kind === 'event' && countEvent(told.event)),
    },
    never,
  )

const [from, cpuFrom] = [performance.now(), process.cpuUsage()]
const nodes = [await open([])]
const bootstrap = nodes[0]?.addresses().slice(0, 1) ?? []
while (nodes.length < count) {
  const batch = Array.from({ length: Math.min(AT_ONCE, count - nodes.length) }, () => open(bootstrap))
  nodes.push(...(await Promise.all(batch)))
}
const complete = (): boolean => nodes.every((node) => node.discovery.catalog().peers.size === count)
while (!complete() && performance.now() - from < LIMIT_MS) await sleep(20)
const [converged, timeMs, cpuMs] = [complete(), performance.now() - from, cpu()]
await sleep(AFTER_MS)
const stats = nodes.map((node) => node.discovery.stats())
const connections = nodes.reduce((sum, node) => sum + node.discovery.connectedPeers().length, 0) / 2
const measured: Measured = {
  converged,
  timeMs,
  cpuMs,
  laterCpuMs: cpu(),
  // What one socket reads another one of this process wrote.
  tcpBytes: socketBytes().out,
  gossipBytes: counter(stats, 'gossipBytesOut'),
  streamBytes: counter(stats, 'streamBytesOut'),
  streams: counter(stats, 'streamsOut'),
  dials: counter(stats, 'dials'),
  syncs: events.get('SyncCompleted') ?? 0,
  failedSyncs: events.get('SyncFailed') ?? 0,
  failedDials: events.get('DialFailed') ?? 0,
  connections,
  uncaught,
}
await Promise.all(nodes.map((node) => node.stop()))
process.send?.(measured, () => process.exit(0))

function cpu(): number {
  const { user, system } = process.cpuUsage(cpuFrom)
  return (user + system) / 1000
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
