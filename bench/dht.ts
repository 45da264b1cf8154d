import { randomBytes } from 'node:crypto'
import { pino } from 'pino'
import type { OpenNode } from '../src/main/monitor/open-node.ts'
import { openNode } from '../src/main/monitor/open-node.ts'
import { privateDht } from '../test/integration/dht-private.ts'
import { printTable } from './table.ts'

/** Nodes of the private DHT, beside those that each of ours is. */
const DHT_NODES = 8
/** Longest time that one count may take, milliseconds. */
const LIMIT_MS = 240_000

/**
 * N nodes that know only the name of their network and one node of a private DHT on loopback, started at once, until all
 * know all others. Arguments: the counts, 2 3 5 10 15 35 by default.
 */
export async function dht(args: readonly string[]): Promise<void> {
  const counts = args.length === 0 ? [2, 3, 5, 10, 15, 35] : args.map(Number)
  const rows: (string | number)[][] = []
  for (const count of counts) rows.push(await measure(count))
  printTable(['nodes', 'converged', 'all online s', 'first found s', 'all know all s', 'CPU s', 'slots held'], rows)
  console.log(
    'all nodes and those of the DHT share this process: where CPU is near the time, one core is what they wait for',
  )
}

async function measure(count: number): Promise<(string | number)[]> {
  await using network = await privateDht(DHT_NODES)
  const [from, cpu] = [performance.now(), process.cpuUsage()]
  const seconds = (): number => (performance.now() - from) / 1000
  const name = `bench-${randomBytes(6).toString('hex')}`
  let firstFound = Number.NaN
  const nodes: OpenNode[] = []
  try {
    const started = Array.from({ length: count }, () =>
      start(name, network.addresses.slice(0, 1), () => {
        if (Number.isNaN(firstFound)) firstFound = seconds()
      }),
    )
    nodes.push(...(await Promise.all(started)))
    const online = seconds()
    const complete = await until(() => nodes.every(({ discovery }) => discovery.catalog().peers.size === count))
    const done = seconds()
    const { user, system } = process.cpuUsage(cpu)
    const known = nodes.reduce((total, { discovery }) => total + discovery.catalog().peers.size, 0)
    const slots = nodes.flatMap(({ discovery }) =>
      discovery
        .slots()
        .slots.filter(({ state }) => state === 'ours')
        .map(({ index }) => index),
    )
    const converged = complete ? 'all' : `${known} of ${count * count}`
    return [count, converged, online, firstFound, done, (user + system) / 1e6, new Set(slots).size]
  } finally {
    await Promise.all(nodes.map((node) => node.stop()))
  }
}

function start(network: string, dhtBootstrap: readonly string[], onFound: () => void): Promise<OpenNode> {
  return openNode(
    {
      network,
      secret: randomBytes(32),
      listen: ['/ip4/127.0.0.1/tcp/0'],
      bootstrap: [],
      tags: [],
      config: {},
      dht: true,
      dhtBootstrap,
      mdns: false,
      logger: pino({ enabled: false }),
      onTold: (told) => {
        if (told.kind === 'event' && told.event.kind === 'PeerDiscovered') onFound()
      },
    },
    new AbortController().signal,
  )
}

async function until(condition: () => boolean): Promise<boolean> {
  const end = performance.now() + LIMIT_MS
  while (performance.now() < end) {
    if (condition()) return true
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return false
}
