/** The engine as a host's main process has it, with its pages in threads of their own; does one work after the other. */
import { createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { MessageChannel, Worker } from 'node:worker_threads'
import { RPCHandler } from '@orpc/server/message-port'
import pino from 'pino'
import type { ContractOutputs } from '../../src/shared/contract.ts'
import { EXPORTS, EXPORT_WHATS } from '../../src/shared/exports.ts'
import type { ExportFormat, ExportWhat } from '../../src/shared/exports.ts'
import type { MenuActions } from '../../src/main/desktop/menu.ts'
import { applicationMenu, isJoined, trayMenu } from '../../src/main/desktop/menu.ts'
import { openWindowState } from '../../src/main/desktop/window-state.ts'
import { openMonitor } from '../../src/main/monitor/host.ts'
import type { Monitor } from '../../src/main/monitor/monitor.ts'
import type { MonitorRouter } from '../../src/main/monitor/router.ts'
import { inTurns } from '../../src/main/monitor/turns.ts'
import { NETWORK_NAME } from './entries.ts'
import { watchLoop } from './meter.ts'
import type { EngineTask, FromPage, ToPage, Work } from './protocol.ts'
import { profile } from './why.ts'
import { keyOf } from '../../test/support/networks.ts'

const NO_ACTIONS: MenuActions = {
  ask: () => undefined,
  show: () => undefined,
  chooseFile: () => undefined,
  openLogs: () => undefined,
  join: () => undefined,
  leave: () => undefined,
  demo: () => undefined,
  restart: () => undefined,
  quit: () => undefined,
}
const DAY = 24 * 3_600_000
const JOIN_LIMIT_MS = 120_000
/** How often menus and the window's place are looked at where that is measured, milliseconds. */
const MOVE_EVERY_MS = 20
const IDLE_MOVES = 'menus and window moves, nothing else'
/** The works during which it is. */
const UNDER: readonly string[] = [
  IDLE_MOVES,
  'join, all peers come by one sync',
  'join with an empty folder',
  'export events as json',
  'snapshot: check',
]

process.once('message', (task: EngineTask) => {
  void new Engine(task).run().then(
    (works) => process.send?.(works, () => process.exit(0)),
    (error: unknown) => {
      console.error(error)
      process.exit(1)
    },
  )
})

class Engine {
  readonly #task: EngineTask
  readonly #works: Work[] = []
  #monitor: Monitor | null = null
  #pinger: Page | null = null
  #page: Page | null = null
  #place: ReturnType<typeof openWindowState> | null = null

  constructor(task: EngineTask) {
    this.#task = task
  }

  async run(): Promise<readonly Work[]> {
    // Whatever is loaded first is loaded before anything is measured.
    await sleep(200)
    const logger = pino({ level: 'silent' })
    await this.#work('open the store', async () => {
      const { monitor, router } = openMonitor({
        dataDir: this.#task.dataDir,
        logger,
        host: 'desktop',
        version: '0.0.0',
        network: null,
        startSwarm: null,
        overrides: {
          listen: ['/ip4/127.0.0.1/tcp/0'],
          dht: false,
          mdns: false,
          upnp: false,
          relays: false,
          config: { purgeAfter: this.#task.purgeAfter },
        },
      })
      this.#monitor = monitor
      // The pages of the bench are not part of it.
      await sleep(0)
      this.#pinger = new Page(router, true)
      this.#page = new Page(router, false)
      await sleep(500)
    })
    // Leaves nothing behind at its end: the page stays open with what it shows.
    void this.#call('view.subscribe', undefined, 3_600_000).catch(() => undefined)
    if (this.#task.kind === 'history') await this.#history()
    else await this.#purge()
    await this.#work('leave', async () => void (await this.#call('network.leave')))
    if (this.#task.kind === 'history')
      await this.#work('forget the network, and 10 s after', async () => {
        await this.#call('network.forget', { network: NETWORK_NAME })
        await sleep(10_000)
      })
    await this.#work('close', async () => await this.monitor.close())
    return this.#works
  }

  get monitor(): Monitor {
    if (this.#monitor === null) throw new Error('there is no monitor yet')
    return this.#monitor
  }

  async #history(): Promise<void> {
    const { bootstrap, peers } = this.#task
    await this.#work('join alone, all peers known from before', async () => {
      await this.#call('network.join', { network: NETWORK_NAME })
      await sleep(4000)
    })
    await this.#call('network.leave')
    await this.#work('join, all peers come by one sync', async () => {
      await this.#call('network.join', { network: NETWORK_NAME, bootstrap: [bootstrap] })
      await this.#all(peers)
      await sleep(3000)
    })
    await this.#work('idle for 10 s with all peers', () => sleep(10_000))
    await this.#work(IDLE_MOVES, () => sleep(2000))
    await this.#exports()
    await this.#snapshots()
    await this.#past()
    await this.#rest()
  }

  async #purge(): Promise<void> {
    const { bootstrap, peers, silentAt } = this.#task
    await this.#work('join with an empty folder', async () => {
      await this.#call('network.join', { network: NETWORK_NAME, bootstrap: [bootstrap] })
      await this.#all(peers)
      await sleep(2000)
    })
    await sleep(Math.max(0, silentAt - 1000 - Date.now()))
    await this.#work('all peers are purged at once', async () => {
      const end = Date.now() + JOIN_LIMIT_MS
      while (this.#online() > 10 && Date.now() < end) await sleep(50)
      await sleep(2000)
    })
  }

  /** Menus and moves from now on, if wanted. Its `end` tells how long the slowest one waited for its turn and took. */
  #moves(wanted: boolean): { end(): number | null } {
    let due = performance.now() + MOVE_EVERY_MS
    let longest = 0
    const look = (): void => {
      this.#move(Math.round(due) % 1000)
      longest = Math.max(longest, performance.now() - due)
      due = performance.now() + MOVE_EVERY_MS
      timer = setTimeout(look, MOVE_EVERY_MS)
    }
    let timer = wanted ? setTimeout(look, MOVE_EVERY_MS) : undefined
    return {
      end: () => {
        clearTimeout(timer)
        return wanted ? longest : null
      },
    }
  }

  /** What our own code does at each look of the menus, and when the window was moved; drawing is the system's. */
  #move(x: number): void {
    this.#place ??= openWindowState(this.#task.dataDir, pino({ level: 'silent' }))
    const status = this.monitor.status()
    const situation = {
      platform: 'linux',
      packaged: true,
      engine: 'running' as const,
      status,
      recent: isJoined(status) ? [] : this.monitor.store.recentNetworks(),
      alerts: this.monitor.alerts.list().length,
    }
    applicationMenu(situation, NO_ACTIONS)
    trayMenu(situation, NO_ACTIONS)
    this.#place.set({ x, y: 0, width: 1000, height: 700, maximized: false })
  }

  async #exports(): Promise<void> {
    for (const what of EXPORT_WHATS) {
      for (const format of EXPORTS[what])
        await this.#work(
          `export ${what} as ${format}`,
          async () => void (await this.#call('exports.file', { what, format })),
        )
    }
    await this.#work('export the database', async () => void (await this.#call('exports.database')))
  }

  async #snapshots(): Promise<void> {
    const { archive } = this.monitor
    const path = join(this.#task.dataDir, 'a.peerscope')
    await pipeline(bytesOf(archive.file(wholeAs('catalog', 'snapshot'))), createWriteStream(path))
    const file = await archive.takeFile(path)
    await rm(path)
    await this.#work('snapshot: check', async () => void (await this.#call('snapshots.verify', { file })))
    await this.#work('snapshot: look', async () => void (await this.#call('snapshots.look', { file })))
    await this.#work('snapshot: compare with what is stored', async () => {
      await this.#call('compare.pictures', {
        before: { kind: 'file', file, at: null },
        after: { kind: 'moment', at: null },
      })
    })
    await this.#work('snapshot: import', async () => void (await this.#call('snapshots.import', { file })))
  }

  async #past(): Promise<void> {
    const now = Date.now()
    await this.#work('history: a past moment', async () => {
      for (const days of [1, 7, 15]) await this.#call('history.at', { at: now - days * DAY })
    })
    await this.#work('history: counts of 200 bins', async () => {
      await this.#call('history.counts', { from: now - 20 * DAY, to: now, bins: 200 })
    })
    await this.#work('history: span, storage', async () => {
      await this.#call('history.span')
      await this.#call('history.storage')
    })
    await this.#work('history: search', async () => {
      for (const text of ['role', 'r', 'departed', 're', 'nonsense', '127.1', 'discovered eu'])
        await this.#call('history.search', { text, limit: 50 })
    })
    await this.#work('history: sessions, events by filter', async () => {
      await this.#call('history.sessions', { limit: 200 })
      await this.#call('events.page', { filter: 'otter', limit: 200 })
      await this.#call('events.page', { kinds: ['DialFailed'], limit: 1000 })
    })
    await this.#work('topologies: list, get, compare', async () => {
      const { topologies } = (await this.#call('topology.list', {})) as ContractOutputs['topology']['list']
      const [last, first] = [topologies[0]?.id, topologies.at(-1)?.id]
      if (first === undefined || last === undefined) throw new Error('no topology is stored')
      await this.#call('topology.get', { id: last })
      await this.#call('topology.compare', { before: first, after: last })
    })
    const { store } = this.monitor
    const { id } = this.monitor.network()
    const [newest] = store.topologies(keyOf(id))
    const edges = newest === undefined ? [] : (store.topology(keyOf(id), newest.id)?.edges ?? [])
    await sleep(0)
    await this.#work(`topologies: store ${edges.length} links`, async () => {
      await inTurns(store.putTopologySteps(keyOf(id), { at: now, edges }))
      await sleep(500)
    })
    await this.#work('diagnostics', async () => {
      await this.#call('app.diagnostics')
      await this.#call('app.cost')
    })
  }

  async #rest(): Promise<void> {
    const { discovery } = this.monitor.node()
    await this.#work('a new page', async () => {
      void this.#call('view.subscribe', undefined, 2500)
      await sleep(3000)
    })
    await this.#work('alert rules for 5 s', async () => {
      const rule = { notify: false, webhook: null, quietHours: null, cooldownMs: 60_000, enabled: true }
      const rules = [
        { ...rule, kind: 'peer-count', name: 'few', direction: 'below', count: 5, forMs: 0, filter: 'otter' },
        { ...rule, kind: 'rtt-above', name: 'slow', ms: 1, forMs: 0, filter: '' },
        { ...rule, kind: 'peer-departed', name: 'gone', filter: 'role' },
        { ...rule, kind: 'peer-appeared', name: 'new', filter: '' },
      ]
      for (const one of rules) await this.#call('alerts.saveRule', { rule: one })
      await sleep(5000)
    })
    await this.#work('crawl for 10 s', async () => void (await this.#call('topology.crawl', undefined, 10_000)))
    await this.#work('1,000 peers depart, 100 a turn', async () => {
      const ids = [...discovery.catalog().peers.values()].flatMap(({ self, entry }) => (self ? [] : entry.peerId))
      for (let from = 0; from < Math.min(1000, ids.length); from += 100) {
        for (const peerId of ids.slice(from, from + 100)) void discovery.remove(peerId)
        await sleep(0)
      }
      await sleep(2000)
    })
    await this.#work('retention of 10 days, 15 s of sweeping', async () => {
      await this.#call('settings.set', { retention: { days: 10, mebibytes: 2048 } })
      await sleep(15_000)
    })
  }

  async #work(name: string, run: () => Promise<void>): Promise<void> {
    const { only, why } = this.#task
    const wanted = only.length === 0 || only.some((text) => name.includes(text))
    const needed = /^(open|join|leave|close)/.test(name)
    if (!wanted && !needed) return
    await this.#pinger?.taken()
    const profiling = why && wanted ? await profile() : null
    const began = performance.now()
    const loop = watchLoop()
    const moves = this.#moves(UNDER.includes(name))
    await run()
    const holds = loop.end()
    const windowMs = moves.end()
    const tookMs = performance.now() - began
    const took = ((await this.#pinger?.taken()) ?? []).toSorted((a, b) => a - b)
    const ipc = (share: number): number => took[Math.min(took.length - 1, Math.floor(took.length * share))] ?? 0
    const told = profiling === null ? '' : await profiling.end(holds.from, holds.to)
    const work = { name, ...holds, tookMs, ipcP50Ms: ipc(0.5), ipcP99Ms: ipc(0.99), windowMs }
    this.#works.push(work)
    if (!wanted) return
    const [task, round, longest] = [work.taskMs, work.roundMs, work.longestMs].map(Math.round)
    const [p50, p99, window] = [work.ipcP50Ms, work.ipcP99Ms, windowMs ?? 0].map(Math.round)
    const figures = `task ${task}, round ${round} ms CPU; ${longest} ms; IPC ${p50}, ${p99} ms; window ${window} ms`
    process.stderr.write(`${name}: ${figures}\n`)
    if (told !== '') process.stderr.write(`      ${told}\n`)
  }

  async #call(path: string, input?: unknown, forMs?: number): Promise<unknown> {
    if (this.#page === null) throw new Error('there is no page yet')
    return await this.#page.call(path, input, forMs)
  }

  #online(): number {
    let count = 0
    for (const { state, self } of this.monitor.view.rows()) if (state === 'online' && !self) count += 1
    return count
  }

  async #all(peers: number): Promise<void> {
    const end = Date.now() + JOIN_LIMIT_MS
    while (this.#online() < peers && Date.now() < end) await sleep(50)
    if (this.#online() < peers) console.error(`only ${this.#online()} of ${peers} peers came in time`)
  }
}

interface Waiting<T> {
  readonly promise: Promise<T>
  resolve(value: T): void
  reject(reason: Error): void
}

/** A page in its thread, from here. */
class Page {
  readonly #worker: Worker
  readonly #waiting = new Map<number, Waiting<unknown>>()
  #taken: Waiting<readonly number[]> | null = null
  #next = 0

  constructor(router: MonitorRouter, pings: boolean) {
    const { port1, port2 } = new MessageChannel()
    new RPCHandler(router).upgrade(port1)
    this.#worker = new Worker(new URL('page.ts', import.meta.url), {
      workerData: { port: port2, pings },
      transferList: [port2],
    })
    this.#worker.unref()
    this.#worker.on('message', (message: FromPage) => this.#heard(message))
  }

  async call(path: string, input: unknown, forMs: number | undefined): Promise<unknown> {
    const id = this.#next++
    const waiting = Promise.withResolvers<unknown>()
    this.#waiting.set(id, waiting)
    this.#tell({ kind: 'call', id, path: path.split('.'), input, forMs })
    return await waiting.promise
  }

  async taken(): Promise<readonly number[]> {
    this.#taken = Promise.withResolvers()
    this.#tell({ kind: 'taken' })
    return await this.#taken.promise
  }

  #tell(message: ToPage): void {
    this.#worker.postMessage(message, [])
  }

  #heard(message: FromPage): void {
    if (message.kind === 'taken') return this.#taken?.resolve(message.took)
    const waiting = this.#waiting.get(message.id)
    this.#waiting.delete(message.id)
    if (message.kind === 'done') waiting?.resolve(message.result)
    else waiting?.reject(new Error(message.reason))
  }
}

function wholeAs(what: ExportWhat, format: ExportFormat) {
  return { what, format, filter: '', from: null, to: null }
}

async function* bytesOf(chunks: ReturnType<Monitor['archive']['file']>): AsyncGenerator<Buffer> {
  for await (const chunk of chunks)
    yield chunk.base64 === undefined ? Buffer.from(chunk.text ?? '') : Buffer.from(chunk.base64, 'base64')
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
