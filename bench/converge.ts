import { randomBytes } from 'node:crypto'
import pino from 'pino'
import type { OpenNode } from '../src/main/monitor/open-node.ts'
import { openNode } from '../src/main/monitor/open-node.ts'
import { beside } from './converge/beside.ts'
import { printTable } from './table.ts'

/** The revision before discovery was a state machine. */
const BESIDE = '21c8f12'

/** Longest time that one count may take to converge, milliseconds. */
const LIMIT_MS = 120_000

/**
 * N nodes with one bootstrap address, until all know all others. Arguments: the counts, 30 by default.
 * Prints time and messages for each count. With `beside=REF`, or `beside` for 21c8f12, the working tree and that revision take
 * turns, `rounds=5` of them, and what each costs is told side by side.
 */
export async function converge(args: readonly string[]): Promise<void> {
  const given = new Map(args.map((arg) => arg.split('=', 2) as [string, string | undefined]))
  const numbers = args.filter((arg) => /^\d+$/.test(arg)).map(Number)
  const counts = numbers.length === 0 ? [30] : numbers
  if (given.has('beside')) return await beside(counts, given.get('beside') ?? BESIDE, Number(given.get('rounds') ?? 5))
  const rows: (string | number)[][] = []
  for (const count of counts) rows.push(await measure(count))
  printTable(
    [
      'nodes',
      'converged',
      'start s',
      'all know all s',
      'gossip msgs',
      'gossip KiB',
      'streams',
      'stream KiB',
      'connections',
    ],
    rows,
  )
}

async function measure(count: number): Promise<(string | number)[]> {
  const nodes: OpenNode[] = []
  const signal = new AbortController().signal
  const network = `bench-${randomBytes(6).toString('hex')}`
  const from = performance.now()
  try {
    const first = await start(network, [], signal)
    nodes.push(first)
    const bootstrap = first.addresses().slice(0, 1)
    for (let index = 1; index < count; index += 10) {
      const batch = Array.from({ length: Math.min(10, count - index) }, () => start(network, bootstrap, signal))
      nodes.push(...(await Promise.all(batch)))
    }
    const started = performance.now()
    const complete = await until(() => nodes.every((node) => node.discovery.catalog().peers.size === count), LIMIT_MS)
    const done = performance.now()
    const stats = nodes.map((node) => node.discovery.stats())
    const sum = (pick: (stat: (typeof stats)[number]) => number): number =>
      stats.reduce((total, stat) => total + pick(stat), 0)
    const known = nodes.reduce((total, node) => total + node.discovery.catalog().peers.size, 0)
    return [
      count,
      complete ? 'all' : `${known} of ${count * count}`,
      (started - from) / 1000,
      (done - from) / 1000,
      sum((stat) => stat.gossipOut),
      Math.round(sum((stat) => stat.gossipBytesOut) / 1024),
      sum((stat) => stat.streamsOut),
      Math.round(sum((stat) => stat.streamBytesOut) / 1024),
      nodes.reduce((total, node) => total + node.discovery.connectedPeers().length, 0) / 2,
    ]
  } finally {
    await Promise.all(nodes.map((node) => node.stop()))
  }
}

function start(network: string, bootstrap: readonly string[], signal: AbortSignal): Promise<OpenNode> {
  return openNode(
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
    },
    signal,
  )
}

async function until(condition: () => boolean, limitMs: number): Promise<boolean> {
  const end = performance.now() + limitMs
  while (performance.now() < end) {
    if (condition()) return true
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return false
}
