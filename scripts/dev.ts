/**
 * `npm run dev [-- --demo --data DIR --network NAME --browser]`: the app from its sources, with a live page. A change of the
 * page shows at once; a change of the engine starts it again, and the page finds it. In Electron where its binary is there
 * or can be fetched, else in the browser. Electron is given all other flags too.
 */
import { randomBytes } from 'node:crypto'
import { existsSync, rmSync } from 'node:fs'
import { join, sep } from 'node:path'
import { resolveConfig } from 'electron-vite'
import { isAgainMessage } from '../src/shared/launcher-channel.ts'
import { TOKEN_FRAGMENT } from '../src/shared/web-binding.ts'
import { watchBuild } from './dev/build.ts'
import type { DevPage } from './dev/page.ts'
import { serveDevPage } from './dev/page.ts'
import { Program } from './dev/program.ts'
import type { Engine } from './dev/relay.ts'
import { engineOf, relaySockets } from './dev/relay.ts'
import { electronBinary } from './electron-binary.ts'
import { openBrowser } from './open-browser.ts'
import { browserArguments } from './start/browser-host.ts'
import { build } from './start/build.ts'
import { Child } from './start/child.ts'
import type { ChildEnd } from './start/child.ts'
import { electronEnvironment } from './start/desktop.ts'
import { listenForEnd } from './start/ending.ts'
import { ending as howItEnded, noRoot } from './start/failure.ts'
import type { Trouble } from './start/look.ts'
import { lookFirst, lookForDisplay, surroundings } from './start/look.ts'
import { Progress } from './start/progress.ts'
import type { ServeLine } from './start/serve.ts'
import { spawnServe } from './start/serve.ts'

const root = join(import.meta.dirname, '..')
const args = process.argv.slice(2)
const passed = args.filter((arg) => arg !== '--browser')
/** Editors write a file in several steps. */
const SETTLE_MS = 100

const ending = listenForEnd()
const stopped = new AbortController()
/** What is closed at the end, the last one first. */
const open: (() => Promise<void>)[] = []
ending.asked.addEventListener('abort', () => void end(0), { once: true })

try {
  await run()
} catch (error) {
  if (!stopped.signal.aborted) {
    console.error(error instanceof Error ? error.message : error)
    await end(1)
  }
}

async function run(): Promise<void> {
  const electron = await findElectron()
  // electron-vite's own commands set it; its presets ask for it.
  process.env['NODE_ENV_ELECTRON_VITE'] = 'development'
  const { config } = await resolveConfig({ root }, 'serve', 'development')
  if (config?.main === undefined || config.preload === undefined || config.renderer === undefined)
    throw new Error('electron.vite.config.ts lacks main, preload or renderer')
  const page = await serveDevPage(config.renderer)
  await atEnd(() => page.close())
  if (electron === null) return await runInBrowser(page)

  // What is built here is not what `npm start` builds.
  rmSync(join(root, 'out', 'built'), { force: true })
  let again = false
  const app = new Program({
    spawn: () => {
      again = false
      const env = { ...electronEnvironment(), ELECTRON_RENDERER_URL: page.origin }
      return new Child(electron, [root, ...passed], env, {
        stdout: (text) => void process.stdout.write(text),
        stderr: (text) => void process.stderr.write(text),
        message: (message) => (again ||= isAgainMessage(message)),
      })
    },
    onEnded: (how) => (again ? app.start() : ended('Electron', how)),
  })
  ending.atOnce = () => app.kill()
  const main = await watchBuild(config.main, () => {
    console.log('Main has changed: Peerscope starts again.')
    app.restart()
  })
  await atEnd(() => main.close())
  const preload = await watchBuild(config.preload, () => page.vite.ws.send({ type: 'full-reload' }))
  await atEnd(() => preload.close())
  await atEnd(() => app.close())
  console.log(`Peerscope's page is live at ${page.origin}, and opens in Electron.`)
  app.start()
}

/** The browser host: the engine from its sources, behind the dev server's page. */
async function runInBrowser(page: DevPage): Promise<void> {
  if (!existsSync(join(root, 'out', 'renderer', 'index.html'))) {
    // `peerscope serve` does not start without a page of its own.
    const progress = new Progress(process.stdout)
    const code = await build(root, progress, stopped.signal)
    if (code !== null) return await end(code)
  }
  const token = randomBytes(32).toString('hex')
  const url = `${page.origin}/#${TOKEN_FRAGMENT}=${token}`
  let engine: Engine | null = null
  let opened = false
  relaySockets(page.http, page.origin, token, () => engine)
  const take = (message: ServeLine | null, text: string): void => {
    if (message?.event === 'serving' && message.url !== undefined) {
      engine = engineOf(message.url)
      if (!opened) {
        console.log(`Peerscope is at ${url}`)
        openBrowser(url)
      }
      opened = true
    } else console.error(message?.message === undefined ? text : `peerscope: ${message.message}`)
  }
  const { kept } = browserArguments(passed)
  const host = new Program({
    spawn: () => spawnServe(root, kept, { line: take, stderr: (text) => void process.stderr.write(text) }),
    onEnding: () => (engine = null),
    onEnded: (how) => {
      engine = null
      ended('The engine', how)
    },
  })
  ending.atOnce = () => host.kill()
  await atEnd(() => host.close())
  watchSources(page, () => {
    console.log('The engine has changed: it starts again.')
    host.restart()
  })
  host.start()
}

/** Electron's binary; null for the browser, with the reason where it was not asked for. */
async function findElectron(): Promise<string | null> {
  if (args.includes('--browser')) return null
  const { DISPLAY: display, WAYLAND_DISPLAY: wayland } = process.env
  const unseen = lookForDisplay({ platform: process.platform, display, wayland })
  if (unseen !== null) return inBrowser(unseen)
  const electron = await electronBinary(root, console.log, stopped.signal)
  if (electron.kind === 'missing') return inBrowser({ why: electron.reason, mend: electron.mend })
  const trouble = lookFirst(surroundings(electron.path, passed))
  if (trouble !== null) return inBrowser(trouble)
  const asRoot = process.platform === 'linux' && process.getuid?.() === 0
  return asRoot && !passed.includes('--no-sandbox') ? inBrowser(noRoot('npm run dev')) : electron.path
}

function inBrowser({ why, mend }: Trouble): null {
  console.log(`Cannot open the desktop window: ${why}.`)
  console.log(`To fix it: ${mend}`)
  console.log('Opening Peerscope in the browser instead.')
  return null
}

/** Calls back, once, after changes of what the engine is made of. */
function watchSources({ vite }: DevPage, changed: () => void): void {
  const folders = ['main', 'shared'].map((name) => join(root, 'src', name))
  let timer: NodeJS.Timeout | null = null
  vite.watcher.add(folders)
  vite.watcher.on('all', (_kind, path) => {
    if (!folders.some((folder) => path.startsWith(folder + sep)) || stopped.signal.aborted) return
    if (timer !== null) clearTimeout(timer)
    timer = setTimeout(changed, SETTLE_MS)
    timer.unref()
  })
}

/** The window was closed, or the program does not run as it is now: that is mended by a change. */
function ended(what: string, how: ChildEnd): void {
  if (how.code === 0) void end(0)
  else console.error(`${what} ${how.startError ?? howItEnded(how)}. It starts again when a source changes.`)
}

/** Closes it at the end, or now when the end came first. */
async function atEnd(close: () => Promise<void>): Promise<void> {
  open.push(close)
  if (stopped.signal.aborted) {
    await close()
    throw new Error('stopped')
  }
}

/** Ends everything, the app first. */
async function end(code: number): Promise<void> {
  if (stopped.signal.aborted) return
  stopped.abort()
  for (const close of open.reverse()) await close().catch((error: unknown) => console.error(error))
  process.exit(code)
}
