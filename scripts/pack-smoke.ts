/**
 * `node scripts/pack-smoke.ts [EXECUTABLE] [FLAGS]`: opens the desktop app with its demo swarm and looks at the pixels of its
 * graph (`--help` lists the flags). Without an executable it is Electron as npm installed it, on this checkout's build; a
 * packaged app is given by its path. It looks through Chromium's debugging port, since a packaged app refuses Node's.
 */
import { execFileSync, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import { chromium, expect } from '@playwright/test'
import type { Page } from '@playwright/test'
import { graphProblem } from './graph-pixels.ts'
import { decodePng } from './png.ts'
import { SMOKE_USAGE, smokeOptions, swarmProcesses } from './smoke-flags.ts'
import type { SmokeOptions } from './smoke-flags.ts'

/** How long the app may take to show its window, and the window to show the swarm, milliseconds. */
const LIMIT_MS = 120_000
/** How long a demo swarm may outlive a killed app, milliseconds. */
const ORPHAN_MS = 15_000
/** Leaves of the graph what WebGL draws: discs and lines, without names, bars and buttons. */
const BARE = `
.ps-graph > :not(.ps-graph-canvas), .ps-graph canvas:not(:first-of-type) { visibility: hidden !important }
`

/** Where Chromium says that it can be debugged. It is printed on standard error, once. */
function debuggingUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (reason: string): void => {
      clearTimeout(timer)
      reject(new Error(reason))
    }
    const timer = setTimeout(() => fail('the app did not open its debugging port'), LIMIT_MS)
    child.once('error', (error) => fail(error.message))
    child.once('exit', (code) => fail(`the app ended with ${code}`))
    if (child.stderr === null) return
    createInterface({ input: child.stderr }).on('line', (line) => {
      console.error(line)
      const [, url] = /^DevTools listening on (ws:\S+)/.exec(line) ?? []
      if (url === undefined) return
      clearTimeout(timer)
      resolve(url)
    })
  })
}

async function look(url: string, picture: string | null): Promise<void> {
  const browser = await chromium.connectOverCDP(url)
  const context = browser.contexts()[0]
  const page = context?.pages()[0] ?? (await context?.waitForEvent('page', { timeout: LIMIT_MS }))
  if (page === undefined) throw new Error('the app has no window')
  const problems: string[] = []
  page.on('pageerror', (error) => problems.push(error.message))
  await expect(page).toHaveTitle(/Peerscope/, { timeout: LIMIT_MS })
  await expect.poll(() => lookAtGraph(page, picture), { timeout: LIMIT_MS, intervals: [1000] }).toBe('shown')
  if (problems.length > 0) throw new Error(`the page threw: ${problems.join('; ')}`)
  await browser.close()
}

/** Takes a picture of the graph. @returns `shown`, or what is wrong with it */
async function lookAtGraph(page: Page, file: string | null): Promise<string> {
  await page.getByRole('button', { name: 'Network', exact: true }).click({ timeout: LIMIT_MS })
  const graph = page.getByTestId('graph')
  if ((await graph.count()) !== 1) return 'there is no graph'
  const png = await graph.screenshot({ style: BARE, scale: 'css', timeout: LIMIT_MS })
  if (file !== null) writeFileSync(file, png)
  return graphProblem(decodePng(png)) ?? 'shown'
}

/** Kills the app, and waits for the end of its demo swarm. @throws Error when there is none, or it does not end */
async function killAndLook(child: ChildProcess): Promise<void> {
  const table = (): string => execFileSync('ps', ['-A', '-o', 'pid=,ppid=,state=,args=']).toString()
  const swarms = swarmProcesses(table(), child.pid ?? 0)
  if (swarms.length === 0) throw new Error('the app has no utility process that could be its demo swarm')
  child.kill('SIGKILL')
  const end = Date.now() + ORPHAN_MS
  // Without their parent they have another.
  const left = (): readonly number[] => swarms.filter((pid) => swarmProcesses(table(), pid).includes(pid))
  while (left().length > 0) {
    if (Date.now() > end) throw new Error(`the demo swarm outlives the app: process ${left().join(', ')}`)
    await wait(200)
  }
}

async function smoke(options: SmokeOptions): Promise<void> {
  const root = join(import.meta.dirname, '..')
  const electron = join(root, 'node_modules', 'electron')
  if (options.executable === null && !existsSync(join(electron, 'path.txt')))
    throw new Error("Electron's binary is not here: node node_modules/electron/install.js fetches it")
  const executable =
    options.executable ?? join(electron, 'dist', readFileSync(join(electron, 'path.txt'), 'utf8').trim())
  const folder = await mkdtemp(join(tmpdir(), 'peerscope-smoke-'))
  const child = spawn(
    executable,
    [
      ...(options.executable === null ? [root] : []),
      ...options.flags,
      '--remote-debugging-port=0',
      `--user-data-dir=${join(folder, 'chromium')}`,
      `--data=${join(folder, 'data')}`,
      '--demo',
    ],
    { stdio: ['ignore', 'inherit', 'pipe'] },
  )
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => resolve())
    child.once('error', () => resolve())
  })
  try {
    await look(await debuggingUrl(child), options.picture)
    console.log('The window opened, and its graph shows the demo swarm.')
    if (!options.orphans || process.platform === 'win32') return
    await killAndLook(child)
    console.log('The demo swarm ended with the app that was killed.')
  } finally {
    child.kill()
    const late = setTimeout(() => child.kill('SIGKILL'), 10_000)
    await ended
    clearTimeout(late)
    await rm(folder, { recursive: true, force: true })
  }
}

try {
  const options = smokeOptions(process.argv.slice(2), process.platform === 'linux' && process.getuid?.() === 0)
  if (options === 'help') console.log(SMOKE_USAGE)
  else await smoke(options)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
