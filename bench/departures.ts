import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { Monitor } from '../src/main/monitor/monitor.ts'
import { entryOf, NETWORK_NAME } from './loop/entries.ts'
import { profile } from './loop/why.ts'
import type { Cell, Rounds } from './figures/figures.ts'
import { printTable } from './table.ts'

/** Peers that depart in one turn of the loop. */
const AT_ONCE = 100
/** How long what departures leave to be done may take, milliseconds. */
const AFTER_MS = 1000

/**
 * What it costs that 1,000 peers depart, through a monitor that records into a folder: processor time of the event loop's thread
 * and of the whole process, until all is stored. Arguments, all optional: `peers=1000` that depart in a round, `rounds=5`,
 * `why` to tell which functions took it. What the process costs in as long a time without departures is told beside it.
 */
export async function departures(args: readonly string[]): Promise<void> {
  const given = new Map(args.map((arg) => arg.split('=', 2) as [string, string | undefined]))
  const [peers, rounds] = [Number(given.get('peers') ?? 1000), Number(given.get('rounds') ?? 5)]
  const folder = await mkdtemp(join(tmpdir(), 'peerscope-bench-'))
  const monitor = new Monitor({
    dataDir: folder,
    logger: pino({ level: 'silent' }),
    info: {
      version: '0.0.0',
      host: 'web',
      node: process.version,
      platform: process.platform,
      initialNetwork: null,
      initialKind: 'peerscope',
    },
    startSwarm: null,
    overrides: { listen: ['/ip4/127.0.0.1/tcp/0'], dht: false, mdns: false, upnp: false, relays: false },
  })
  try {
    await monitor.join({ network: NETWORK_NAME })
    const { discovery } = monitor.node()
    const costs: Cost[] = []
    const idle: Cost[] = []
    for (let round = 0; round < rounds; round += 1) {
      const at = Date.now()
      const entries = Array.from({ length: peers }, (_, index) => entryOf(round * peers + index, at))
      for (let from = 0; from < peers; from += AT_ONCE) {
        await Promise.all(entries.slice(from, from + AT_ONCE).map((entry) => discovery.feed(entry)))
        await sleep(20)
      }
      // Their rows are stored too.
      await sleep(3000)
      monitor.store.flush()
      const profiling = given.has('why') ? await profile() : null
      const from = performance.now()
      costs.push(
        await costOf(async () => {
          for (let next = 0; next < peers; next += AT_ONCE) {
            for (const { entry } of entries.slice(next, next + AT_ONCE)) void discovery.remove(entry.peerId)
            await sleep(0)
          }
          await sleep(AFTER_MS)
          monitor.store.flush()
        }),
      )
      if (profiling !== null) console.log(`      ${await profiling.end(from, performance.now())}`)
      idle.push(await costOf(() => sleep(costs.at(-1)?.tookMs ?? 0)))
      const left = [...monitor.view.rows()].filter(({ state, self }) => state === 'online' && !self)
      if (left.length > 0) throw new Error(`${left.length} peers did not depart`)
    }
    const stored = monitor.store.sessionsPage({ networkKey: monitor.networkKey(), limit: 1 }).sessions[0]
    if (stored?.reason !== 'removed') throw new Error('the departures were not stored')
    printTable(
      ['milliseconds', 'loop CPU, median', 'worst', 'process CPU, median', 'worst', 'took'],
      [row(`${peers} departures`, costs), row('as long without', idle)],
      { unit: 'ms' },
    )
  } finally {
    await monitor.close()
    await rm(folder, { recursive: true, force: true })
  }
}

interface Cost {
  readonly threadMs: number
  readonly processMs: number
  readonly tookMs: number
}

async function costOf(run: () => Promise<void>): Promise<Cost> {
  const [thread, all, from] = [process.threadCpuUsage(), process.cpuUsage(), performance.now()]
  await run()
  return {
    threadMs: sum(process.threadCpuUsage(thread)),
    processMs: sum(process.cpuUsage(all)),
    tookMs: performance.now() - from,
  }
}

function sum({ user, system }: { readonly user: number; readonly system: number }): number {
  return (user + system) / 1000
}

function row(name: string, costs: readonly Cost[]): Cell[] {
  const of = (pick: (cost: Cost) => number): Rounds => ({ values: costs.map((cost) => Math.round(pick(cost))) })
  const [thread, all] = [of((cost) => cost.threadMs), of((cost) => cost.processMs)]
  return [name, thread, Math.max(...thread.values), all, Math.max(...all.values), of((cost) => cost.tookMs)]
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
