import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { chromium } from '@playwright/test'
import type { Browser, Page } from '@playwright/test'
import { build } from 'vite'
import { printTable } from './table.ts'
import { serveSynthetic } from './ui/host.ts'
import { SyntheticNetwork } from './ui/network.ts'
import { traceTasks } from './ui/tasks.ts'
import type { Tasks } from './ui/tasks.ts'

const ROOT = resolve(import.meta.dirname, '..')
const PROBE = join(import.meta.dirname, 'ui/probe.js')
/** A second. */
const UPDATES = 200
const COMINGS = 20
/** How long tasks are traced, and how long the picture is pulled, milliseconds. */
const TRACE_MS = 20_000
const PAN_MS = 5000
const HIDDEN_MS = 3000
const VIEWPORT = { width: 1280, height: 800 }
const FILTERS = ['otter', 'tag:role:relay', 'rtt>200ms', 'quiet OR zesty', '-state:stored tag:region:*'] as const

interface Moved {
  readonly fps: number
  readonly cpu: number
}

/**
 * The window with many peers, and its graph beside bare sigma. Arguments: minutes of updates before the heap is looked at
 * (10), then numbers of peers (1000 10000). It needs Chromium: PEERSCOPE_BROWSER, else /usr/bin/chromium.
 */
export async function ui(args: readonly string[]): Promise<void> {
  const minutes = Number(args[0] ?? 10)
  const sizes = args.length > 1 ? args.slice(1).map(Number) : [1000, 10_000]
  const folder = await mkdtemp(join(tmpdir(), 'peerscope-bench-'))
  const browser = await chromium.launch({
    executablePath: process.env['PEERSCOPE_BROWSER'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  })
  try {
    const rendererDir = join(folder, 'renderer')
    await bundle(rendererDir)
    const sigmaDir = join(folder, 'sigma')
    const root = join(import.meta.dirname, 'ui/sigma')
    await build({
      root,
      base: './',
      logLevel: 'warn',
      configFile: false,
      build: { outDir: sigmaDir, emptyOutDir: true, target: 'esnext' },
    })
    const columns: (readonly string[])[][] = []
    for (const size of sizes) columns.push(await measure(browser, { size, minutes, rendererDir, sigmaDir }))
    const rows = (columns[0] ?? []).map(([what = ''], index) => [what, ...columns.map((one) => one[index]?.[1] ?? '')])
    printTable(['what', ...sizes.map((size) => `${size.toLocaleString('en')} peers`)], rows)
    console.log(`\n${await driver(browser)}`)
  } finally {
    await browser.close()
    await rm(folder, { recursive: true, force: true })
  }
}

interface Job {
  readonly size: number
  readonly minutes: number
  readonly rendererDir: string
  readonly sigmaDir: string
}

/** Rows of one column: what, and the figure. */
async function measure(
  browser: Browser,
  { size, minutes, rendererDir, sigmaDir }: Job,
): Promise<(readonly string[])[]> {
  const network = new SyntheticNetwork(size)
  const { peers, edges } = network.size
  const host = await serveSynthetic(network, rendererDir)
  // The probe's expressions are evaluated, which the window's policy forbids to scripts.
  const context = await browser.newContext({ viewport: VIEWPORT, colorScheme: 'dark', bypassCSP: true })
  try {
    const page = await context.newPage()
    await page.addInitScript({ path: PROBE })
    await page.addInitScript(`bench.probe.wanted = ${peers}`)
    // The window opens on Health: what is timed is a reload that shows the graph.
    await page.goto(host.url)
    await page.getByRole('button', { name: 'Network', exact: true }).click()
    await page.reload()
    await page.waitForFunction('bench.probe.firstAt > 0', undefined, { timeout: 60_000 })
    const firstPaint = Number(await page.evaluate('bench.probe.firstAt'))
    host.play(UPDATES, COMINGS)
    progress(`${size} peers: the longest task while the layout runs`)
    const arranging = await traceTasks(browser, page, () => page.waitForTimeout(TRACE_MS))
    progress(`${size} peers: waiting for the layout`)
    await page.waitForFunction('bench.positions().length > 0', undefined, { timeout: 240_000, polling: 500 })
    const early = await heap(page)
    progress(`${size} peers: the longest task`)
    const tasks = await traceTasks(browser, page, () => page.waitForTimeout(TRACE_MS))
    progress(`${size} peers: filters`)
    const filters = await timeFilters(page)
    progress(`${size} peers: moving`)
    const alive = await page.evaluate<Moved>(`bench.pan(${PAN_MS})`)
    host.rest()
    await page.waitForTimeout(1000)
    const still = await page.evaluate<Moved>(`bench.pan(${PAN_MS})`)
    host.play(UPDATES, COMINGS)
    const shown = Number(await page.evaluate(`bench.draws(${HIDDEN_MS})`))
    const hidden = Number(await page.evaluate(`(bench.hide(true), bench.draws(${HIDDEN_MS}))`))
    await page.evaluate('bench.hide(false)')
    progress(`${size} peers: ${minutes} min of updates`)
    await page.waitForTimeout(minutes * 60_000)
    const late = await heap(page)
    const graph = { nodes: await page.evaluate<readonly Place[]>('bench.positions()'), network }
    host.rest()
    await page.close()
    progress(`${size} peers: sigma`)
    const sigma = await measureSigma(browser, sigmaDir, graph)
    progress('')
    return [
      ['peers drawn', peers.toLocaleString('en')],
      ['lines drawn', edges.toLocaleString('en')],
      ['time to first paint of the graph', ms(firstPaint)],
      ...tasksRows(`longest task, ${UPDATES} updates/s, ${COMINGS} joins and leaves/s, layout running`, arranging),
      ...tasksRows('longest task, the same, layout at rest', tasks),
      ['a filter that is written applies, median of 5', ms(filters.median)],
      ['the same, slowest of 5', ms(filters.slowest)],
      ...movedRows('panning while updates arrive', alive),
      ...movedRows('panning while nothing changes', still),
      ...movedRows('sigma: panning while nothing changes', sigma.moved),
      ['sigma: first frame of the same graph', ms(sigma.first)],
      ...tasksRows('sigma: longest task, the same changes in batches', sigma.tasks),
      ['heap after the first minute', `${early.toFixed(1)} MB`],
      [`heap after ${minutes} more minutes of updates`, `${late.toFixed(1)} MB`],
      [`drawings in ${HIDDEN_MS / 1000} seconds, shown`, String(shown)],
      [`drawings in ${HIDDEN_MS / 1000} seconds, hidden`, String(hidden)],
    ]
  } finally {
    await context.close()
    await host.close()
  }
}

/** The end of an id, x and y. */
type Place = readonly [string, number, number]

interface SigmaGraph {
  readonly nodes: readonly Place[]
  readonly network: SyntheticNetwork
}

async function measureSigma(
  browser: Browser,
  sigmaDir: string,
  { nodes, network }: SigmaGraph,
): Promise<{ readonly first: number; readonly moved: Moved; readonly tasks: Tasks }> {
  const host = await serveSynthetic(network, sigmaDir)
  const context = await browser.newContext({ viewport: VIEWPORT, bypassCSP: true })
  try {
    const page = await context.newPage()
    await page.addInitScript({ path: PROBE })
    await page.goto(host.url)
    const tail = (id: string): string => id.slice(-12)
    const places = nodes.map(([id, x, y]) => [tail(id), x, y])
    const lines = network.snapshot(1).edges.map(({ a, b }) => [tail(a), tail(b)])
    // As large as the graph is in our window.
    const shape = { width: 1128, height: 496 }
    const given = [places, lines, shape].map((part) => JSON.stringify(part)).join(', ')
    const { ms: first } = await page.evaluate<{ readonly ms: number }>(`yardstick.show(${given})`)
    await page.waitForTimeout(1000)
    const moved = await page.evaluate<Moved>(`yardstick.pan(${PAN_MS})`)
    const tasks = await traceTasks(browser, page, async () => {
      await page.evaluate(`yardstick.churn(${TRACE_MS}, ${UPDATES}, ${COMINGS})`)
    })
    return { first, moved, tasks }
  } finally {
    await context.close()
    await host.close()
  }
}

async function timeFilters(page: Page): Promise<{ readonly median: number; readonly slowest: number }> {
  const taken: number[] = []
  for (const text of FILTERS) {
    const { ms: one } = await page.evaluate<{ readonly ms: number }>(`bench.filter(${JSON.stringify(`${text} `)})`)
    taken.push(one)
    await page.evaluate("bench.filter('')")
  }
  const sorted = taken.toSorted((a, b) => a - b)
  return { median: sorted[Math.floor(sorted.length / 2)] ?? 0, slowest: sorted.at(-1) ?? 0 }
}

/** The page's heap after collecting garbage, in megabytes. */
async function heap(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page)
  await session.send('HeapProfiler.collectGarbage')
  const { usedSize } = await session.send('Runtime.getHeapUsage')
  await session.detach()
  return usedSize / 1e6
}

/** What draws, for the reader of the figures. */
async function driver(browser: Browser): Promise<string> {
  const page = await browser.newPage()
  const name = await page.evaluate(`(() => {
    const gl = document.createElement('canvas').getContext('webgl2')
    const info = gl?.getExtension('WEBGL_debug_renderer_info')
    return gl == null ? 'no WebGL2' : String(gl.getParameter(info?.UNMASKED_RENDERER_WEBGL ?? gl.RENDERER))
  })()`)
  await page.close()
  return `Chromium ${browser.version()}, ${String(name)}`
}

/** The window as it is shipped, built as electron.vite.config.ts builds it. */
async function bundle(outDir: string): Promise<void> {
  const { default: react } = await import('@vitejs/plugin-react')
  const root = join(ROOT, 'src/renderer')
  if (!existsSync(join(root, 'index.html'))) throw new Error(`no window to build in ${root}`)
  await build({
    root,
    base: './',
    logLevel: 'warn',
    configFile: false,
    plugins: [react()],
    worker: { format: 'es' },
    build: {
      outDir,
      emptyOutDir: true,
      minify: true,
      target: 'esnext',
      assetsInlineLimit: 0,
      chunkSizeWarningLimit: 2000,
    },
  })
}

function ms(value: number): string {
  return `${value.toFixed(value < 10 ? 1 : 0)} ms`
}

function tasksRows(name: string, { longest, cpu, busy }: Tasks): (readonly string[])[] {
  return [
    [name, ms(longest)],
    [`${name}: its CPU`, ms(cpu)],
    [`${name}: CPU busy`, `${Math.round(busy * 100)} %`],
  ]
}

function movedRows(name: string, { fps, cpu }: Moved): (readonly string[])[] {
  return [
    [name, `${fps.toFixed(1)} frames/s`],
    [`${name}: CPU a frame`, `${cpu.toFixed(1)} ms`],
  ]
}

function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[2K${text}`)
  else if (text !== '') process.stderr.write(`${text}\n`)
}
