/** The measured node, in a process of its own: `node.ts TASK`, a `NodeTask` as JSON. */
import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { Session } from 'node:inspector/promises'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { MessageChannel, Worker } from 'node:worker_threads'
import { RPCHandler } from '@orpc/server/message-port'
import pino from 'pino'
import type { Discovery, Told } from '../../src/main/discovery/handle.ts'
import { openNode } from '../../src/main/monitor/open-node.ts'
import { boundYoungHeap } from '../../src/main/monitor/young-heap.ts'
import type { ToPage } from '../loop/protocol.ts'
import { socketBytes } from '../figures/sockets.ts'
import { NETWORK_NAME } from '../loop/entries.ts'
import { now } from './clock.ts'
import type { Costs, FromNode, NodeTask, ToNode } from './protocol.ts'

/** Longest time to join, milliseconds. */
const JOIN_LIMIT_MS = 300_000
/** How long the page stays with what it reads, milliseconds. */
const ATTACHED_MS = 24 * 3_600_000
/** Pace of the timer that looks at the loop, milliseconds. */
const RESOLUTION_MS = 10
/** The page's program, beside this one in the bundle (built.ts). */
const PAGE = './page.cjs'

const { variant, dataDir, profile } = JSON.parse(process.argv[2] ?? '') as NodeTask
const logger = pino({ level: 'silent' })
const listen = ['/ip4/127.0.0.1/tcp/0']
let page: Worker | null = null
let discovery: Discovery | null = null
let known = 0
let updates = 0
let failedDials = 0
let gone: (readonly [string, number])[] = []
let stop: () => Promise<unknown> = () => Promise.resolve()

process.on('uncaughtException', (error) => void process.stderr.write(`${String(error)}\n`))
process.once('disconnect', () => process.exit(0))
process.on('message', (message: ToNode) => {
  void heard(message).catch((error: unknown) =>
    tell({ kind: 'failed', reason: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  )
})
// Whatever is loaded first is loaded before anything is measured.
const isHost = variant.store || variant.window
void (isHost ? import('../../src/main/monitor/host.ts') : Promise.resolve()).then(() => tell({ kind: 'loaded' }))

async function heard(message: ToNode): Promise<void> {
  if (message.kind === 'join') await join(message.bootstrap, message.count)
  else if (message.kind === 'measure') await measure(message.ms)
  else if (message.kind === 'delays') await measureDelays(message.ms)
  else {
    await stop()
    process.exit(0)
  }
}

async function join(bootstrap: readonly string[], count: number): Promise<void> {
  const [from, cpuFrom] = [performance.now(), process.cpuUsage()]
  // A little more than there are: those that left are there until their goodbye comes.
  const config = { maxPeers: Math.max(50_000, count + 1000) }
  const address = await open(bootstrap, config)
  tell({ kind: 'online', address })
  const isJoined = (): boolean => known >= count || performance.now() - from > JOIN_LIMIT_MS
  while (!isJoined()) await sleep(10)
  const { user, system } = process.cpuUsage(cpuFrom)
  tell({ kind: 'joined', ms: performance.now() - from, cpuMs: (user + system) / 1000, known })
}

/** Opens the node as the variant has it. @returns its address */
async function open(bootstrap: readonly string[], config: { readonly maxPeers: number }): Promise<string> {
  // As `peerscope node` and every host do.
  boundYoungHeap()
  const offline = { dht: false, mdns: false, upnp: false, relays: false }
  if (!isHost) {
    const common = { network: NETWORK_NAME, secret: randomBytes(32), listen, bootstrap, tags: [], config, logger }
    const node = await openNode({ ...common, ...offline, onTold }, new AbortController().signal)
    discovery = node.discovery
    stop = () => node.stop()
    return node.addresses()[0] ?? ''
  }
  const { Monitor } = await import('../../src/main/monitor/monitor.ts')
  const { createRouter } = await import('../../src/main/monitor/router.ts')
  const info = { version: '0.0.0', host: 'web', node: process.version, platform: process.platform } as const
  const monitor = new Monitor({
    dataDir: variant.store ? dataDir : null,
    logger,
    info: { ...info, initialNetwork: null, initialKind: 'peerscope' },
    startSwarm: null,
    overrides: { ...offline, listen, config },
  })
  stop = () => monitor.close()
  if (variant.window) attach(createRouter(monitor))
  await monitor.join({ network: NETWORK_NAME, bootstrap: [...bootstrap] })
  const node = monitor.node()
  discovery = node.discovery
  known = discovery.catalog().peers.size - 1
  discovery.onTold(onTold)
  return node.addresses()[0] ?? ''
}

/** A page in a thread of its own reads what windows are told. */
function attach(router: ConstructorParameters<typeof RPCHandler>[0]): void {
  const { port1, port2 } = new MessageChannel()
  new RPCHandler(router).upgrade(port1)
  const workerData = { port: port2, pings: false }
  page = new Worker(new URL(PAGE, import.meta.url), { workerData, transferList: [port2] })
  const path = ['view', 'subscribe']
  page.postMessage({ kind: 'call', id: 0, path, input: undefined, forMs: ATTACHED_MS } satisfies ToPage, [])
}

function onTold(told: Told): void {
  if (told.kind !== 'event') return
  const { event } = told
  if (event.kind === 'PeerDiscovered') known += 1
  else if (event.kind === 'PeerUpdated') updates += 1
  else if (event.kind === 'DialFailed') failedDials += 1
  else if (event.kind === 'PeerDeparted') {
    known -= 1
    gone.push([event.peerId, now()])
  }
}

async function measure(ms: number): Promise<void> {
  if (discovery === null) throw new Error('nothing is joined')
  const session = profile === null ? null : await startProfile()
  const [updatesFrom, failedFrom, traffic, refused] = [updates, failedDials, socketBytes(), refusals(discovery)]
  gone = []
  const [from, cpu, loop] = [performance.now(), process.cpuUsage(), process.threadCpuUsage()]
  const pageCpu = await page?.cpuUsage()
  await sleep(ms)
  const took = performance.now() - from
  const share = (used: { readonly user: number; readonly system: number }): number =>
    (used.user + used.system) / 1000 / took
  const all = share(process.cpuUsage(cpu)) - (page === null ? 0 : share(await page.cpuUsage(pageCpu)))
  const loopShare = share(process.threadCpuUsage(loop))
  if (session !== null) await session()
  const after = socketBytes()
  const { rss, heapUsed } = process.memoryUsage()
  const perS = (count: number): number => (count * 1000) / took
  const costs: Costs = {
    cpuShare: all,
    loopShare,
    inBytesPerS: perS(after.in - traffic.in),
    outBytesPerS: perS(after.out - traffic.out),
    rssBytes: rss - (await heapOf(page)),
    heapBytes: heapUsed,
    known,
    updatesPerS: perS(updates - updatesFrom),
    connections: discovery.connections().length,
    neighbors: discovery.neighborsCount(),
    failedDials: failedDials - failedFrom,
    refused: refusals(discovery) - refused,
  }
  tell({ kind: 'measured', costs, gone })
}

async function measureDelays(ms: number): Promise<void> {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  delay.enable()
  await sleep(ms)
  delay.disable()
  const late = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS)
  const delays = {
    delayP50Ms: late(delay.percentile(50)),
    delayP99Ms: late(delay.percentile(99)),
    delayMaxMs: late(delay.max),
  }
  tell({ kind: 'delays', delays })
}

/** What the page's thread takes, bytes, its stack left aside. In the app it is a process of its own, and none of the host's memory. */
async function heapOf(thread: Worker | null): Promise<number> {
  if (thread === null) return 0
  const { total_physical_size: heap, external_memory: external } = await thread.getHeapStatistics()
  return heap + external
}

/** Profiles this thread. @returns what ends that and writes the file */
async function startProfile(): Promise<() => Promise<void>> {
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.setSamplingInterval', { interval: 500 })
  await session.post('Profiler.start')
  return async () => {
    const result = await session.post('Profiler.stop')
    session.disconnect()
    if (profile !== null) writeFileSync(profile, JSON.stringify(result.profile))
  }
}

function refusals(of: Discovery): number {
  return Object.values(of.stats().refused).reduce((sum, count) => sum + count, 0)
}

function tell(message: FromNode): void {
  process.send?.(message)
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
