/**
 * `node scripts/pack-smoke.ts [EXECUTABLE [ARGS]]`: opens the desktop app with its demo swarm and looks at the window. Without
 * an executable it is Electron as npm installed it, on this checkout's build; a packaged app is given by its path. It looks
 * through Chromium's debugging port, since a packaged app refuses Node's.
 */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { chromium, expect } from '@playwright/test'

/** How long the app may take to show its window, and the window to show the swarm, milliseconds. */
const LIMIT_MS = 120_000

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

async function look(url: string): Promise<void> {
  const browser = await chromium.connectOverCDP(url)
  const context = browser.contexts()[0]
  const page = context?.pages()[0] ?? (await context?.waitForEvent('page', { timeout: LIMIT_MS }))
  if (page === undefined) throw new Error('the app has no window')
  const problems: string[] = []
  page.on('pageerror', (error) => problems.push(error.message))
  await expect(page).toHaveTitle(/Peerscope/, { timeout: LIMIT_MS })
  // The demo has 24 peers, some of which come and go.
  await expect(page.getByTestId('graph')).toHaveAttribute('data-peers', /^[12]\d$/, { timeout: LIMIT_MS })
  if (problems.length > 0) throw new Error(`the page threw: ${problems.join('; ')}`)
  await browser.close()
}

const root = join(import.meta.dirname, '..')
const [given, ...args] = process.argv.slice(2)
const electron = join(root, 'node_modules', 'electron')
if (given === undefined && !existsSync(join(electron, 'path.txt'))) {
  console.error("Electron's binary is not here: node node_modules/electron/install.js fetches it")
  process.exit(1)
}
const executable = given ?? join(electron, 'dist', readFileSync(join(electron, 'path.txt'), 'utf8').trim())
const folder = await mkdtemp(join(tmpdir(), 'peerscope-smoke-'))
const child = spawn(
  executable,
  [
    ...(given === undefined ? [root] : args),
    ...(process.platform === 'linux' ? ['--no-sandbox'] : []),
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
  await look(await debuggingUrl(child))
  console.log('The window opened and shows the demo swarm.')
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
} finally {
  child.kill()
  const late = setTimeout(() => child.kill('SIGKILL'), 10_000)
  await ended
  clearTimeout(late)
  await rm(folder, { recursive: true, force: true })
}
