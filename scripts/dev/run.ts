/** The steps of `npm run dev`. */
import { randomBytes } from 'node:crypto'
import { existsSync, rmSync } from 'node:fs'
import { join, sep } from 'node:path'
import { resolveConfig } from 'electron-vite'
import type { InlineConfig } from 'vite'
import { broughtBy, isAgainMessage, isHandedOverMessage, stageOf } from '../../src/shared/launcher-channel.ts'
import { TOKEN_FRAGMENT } from '../../src/shared/web-binding.ts'
import { electronBinary } from '../electron-binary.ts'
import { openBrowser } from '../open-browser.ts'
import type { StartArguments } from '../start/arguments.ts'
import { sortForBrowser } from '../start/arguments.ts'
import { build } from '../start/build.ts'
import { Child } from '../start/child.ts'
import type { ChildEnd } from '../start/child.ts'
import { electronEnvironment, handedOver } from '../start/desktop.ts'
import type { Ending } from '../start/ending.ts'
import { ending as howItEnded } from '../start/failure.ts'
import type { Trouble } from '../start/look.ts'
import { lookFirst, lookForDisplay, lookForRoot, surroundings, withoutBinary } from '../start/look.ts'
import type { Progress } from '../start/progress.ts'
import type { ServeLine } from '../start/serve.ts'
import { spawnServe } from '../start/serve.ts'
import { watchBuild } from './build.ts'
import { loggerTo } from './logger.ts'
import type { DevPage } from './page.ts'
import { serveDevPage } from './page.ts'
import { Program } from './program.ts'
import type { Engine } from './relay.ts'
import { engineOf, relaySockets } from './relay.ts'

const COMMAND = 'npm run dev'
/** Editors write a file in several steps. */
const SETTLE_MS = 100

/** What it works with. */
export interface DevOptions extends StartArguments {
  readonly root: string
  readonly progress: Progress
  readonly ending: Ending
}

/** Runs until the end of the process, which it brings about. */
export async function develop(options: DevOptions): Promise<void> {
  const run = new DevRun(options)
  try {
    await run.start()
  } catch (error) {
    await run.fail(error)
  }
}

class DevRun {
  readonly #options: DevOptions
  readonly #progress: Progress
  readonly #stopped = new AbortController()
  /** What is closed at the end, the last one first. */
  readonly #open: (() => Promise<void>)[] = []

  constructor(options: DevOptions) {
    this.#options = options
    this.#progress = options.progress
    const { asked } = options.ending
    if (asked.aborted) void this.#end(0)
    else asked.addEventListener('abort', () => void this.#end(0), { once: true })
  }

  async start(): Promise<void> {
    const { root } = this.#options
    const progress = this.#progress
    const electron = await this.#findElectron()
    if (this.#stopped.signal.aborted) return
    progress.step('Starting the page')
    // electron-vite's own commands set it; its presets ask for it.
    process.env['NODE_ENV_ELECTRON_VITE'] = 'development'
    const { config } = await resolveConfig({ root }, 'serve', 'development')
    if (config?.main === undefined || config.preload === undefined || config.renderer === undefined)
      throw new Error('electron.vite.config.ts lacks main, preload or renderer')
    const customLogger = loggerTo(progress)
    const page = await serveDevPage({ ...config.renderer, customLogger })
    await this.#atEnd(() => page.close())
    if (electron === null) await this.#runInBrowser(page)
    else
      await this.#runInElectron(electron, page, { ...config.main, customLogger }, { ...config.preload, customLogger })
  }

  /** Ends all of it after an error. */
  async fail(error: unknown): Promise<void> {
    if (this.#stopped.signal.aborted) return
    this.#progress.done()
    this.#progress.say(error instanceof Error ? error.message : String(error))
    await this.#end(1)
  }

  async #runInElectron(electron: string, page: DevPage, main: InlineConfig, preload: InlineConfig): Promise<void> {
    const { root, passed, ending } = this.#options
    const progress = this.#progress
    progress.step('Building main and preload')
    // What is built here is not what `npm start` builds.
    rmSync(join(root, 'out', 'built'), { force: true })
    let again = false
    let brought: readonly string[] = []
    let shown = false
    const app = new Program({
      spawn: () => {
        again = false
        shown = false
        progress.step('Opening the window')
        const env = { ...electronEnvironment(), ELECTRON_RENDERER_URL: page.origin }
        const args = [root, ...passed, ...brought]
        brought = []
        return new Child(electron, args, env, {
          stdout: (text) => progress.pass(text),
          stderr: (text) => progress.pass(text),
          message: (message) => {
            if (isAgainMessage(message)) {
              again = true
              brought = broughtBy(message)
            }
            const elsewhere = isHandedOverMessage(message)
            if (elsewhere) progress.say(handedOver(passed))
            if (shown || (stageOf(message) !== 'shown' && !elsewhere)) return
            shown = true
            progress.done()
          },
        })
      },
      onEnding: () => this.#endsProgram(),
      onEnded: (how) => {
        progress.done()
        if (again) app.start()
        else this.#ended('Electron', how, shown)
      },
    })
    ending.atOnce = () => app.kill()
    const mains = await watchBuild(main, () => {
      progress.say('Main has changed: Peerscope starts again.')
      app.restart()
    })
    await this.#atEnd(() => mains.close())
    const preloads = await watchBuild(preload, () => page.vite.ws.send({ type: 'full-reload' }))
    await this.#atEnd(() => preloads.close())
    await this.#atEnd(() => app.close())
    progress.done()
    progress.say(`Peerscope's page is live at ${page.origin}, and opens in Electron.`)
    progress.say('Press Ctrl-C to end it.')
    app.start()
  }

  /** The browser host: the engine from its sources, behind the dev server's page. */
  async #runInBrowser(page: DevPage): Promise<void> {
    const { root, passed, ending } = this.#options
    const progress = this.#progress
    if (!existsSync(join(root, 'out', 'renderer', 'index.html'))) {
      // `peerscope serve` does not start without a page of its own.
      const code = await build(root, progress, this.#stopped.signal)
      if (code !== null) return await this.#end(code)
    }
    const token = randomBytes(32).toString('hex')
    const url = `${page.origin}/#${TOKEN_FRAGMENT}=${token}`
    let engine: Engine | null = null
    let opened = false
    const cutSockets = relaySockets(page.http, page.origin, token, () => engine)
    const take = (message: ServeLine | null, text: string): void => {
      if (message?.event === 'serving' && message.url !== undefined) {
        engine = engineOf(message.url)
        progress.done()
        if (!opened) {
          progress.say(`Peerscope is at ${url}`)
          progress.say('Press Ctrl-C to end it.')
          openBrowser(url)
        }
        opened = true
      } else progress.say(message?.message === undefined ? text : `peerscope: ${message.message}`)
    }
    const { kept, dropped } = sortForBrowser(passed)
    if (dropped.length > 0) progress.say(`Only the desktop app takes ${dropped.join(' ')}.`)
    const host = new Program({
      spawn: () => {
        progress.step('Starting Peerscope for the browser')
        return spawnServe(root, kept, { line: take, stderr: (text) => progress.pass(text) })
      },
      onEnding: () => {
        engine = null
        if (!this.#stopped.signal.aborted) cutSockets()
        this.#endsProgram()
      },
      onEnded: (how) => {
        engine = null
        progress.done()
        this.#ended('The engine', how, true)
      },
    })
    ending.atOnce = () => host.kill()
    await this.#atEnd(() => host.close())
    this.#watchSources(page, () => {
      progress.say('The engine has changed: it starts again.')
      host.restart()
    })
    host.start()
  }

  /** A restart; at the end of all it was said. */
  #endsProgram(): void {
    if (!this.#stopped.signal.aborted) this.#progress.step('Ending Peerscope')
  }

  /** Electron's binary; null for the browser, with the reason where it was not asked for. */
  async #findElectron(): Promise<string | null> {
    const { root, browser, fetchAgain, passed } = this.#options
    const progress = this.#progress
    if (browser) return null
    const here = withoutBinary(passed, COMMAND)
    const useless = lookForDisplay(here) ?? lookForRoot(here)
    if (useless !== null) return this.#inBrowser(useless)
    progress.done()
    const options = { again: fetchAgain, command: COMMAND } as const
    const electron = await electronBinary(root, progress, this.#stopped.signal, options)
    if (this.#stopped.signal.aborted) return null
    if (electron.kind === 'missing') return this.#inBrowser({ why: electron.reason, mend: electron.mend })
    const trouble = lookFirst(surroundings(electron.path, passed, COMMAND))
    return trouble === null ? electron.path : this.#inBrowser(trouble)
  }

  #inBrowser({ why, mend }: Trouble): null {
    this.#progress.done()
    this.#progress.say(`Cannot open the desktop window: ${why}.`)
    this.#progress.say(`To fix it: ${mend}`)
    this.#progress.say('Opening Peerscope in the browser instead.')
    return null
  }

  /** Calls back, once, after changes of what the engine is made of. */
  #watchSources({ vite }: DevPage, changed: () => void): void {
    const folders = ['main', 'shared'].map((name) => join(this.#options.root, 'src', name))
    let timer: NodeJS.Timeout | null = null
    vite.watcher.add(folders)
    vite.watcher.on('all', (_kind, path) => {
      if (!folders.some((folder) => path.startsWith(folder + sep)) || this.#stopped.signal.aborted) return
      if (timer !== null) clearTimeout(timer)
      timer = setTimeout(changed, SETTLE_MS)
      timer.unref()
    })
  }

  /** The window was closed, or the program does not run as it is now: that is mended by a change. */
  #ended(what: string, how: ChildEnd, shown: boolean): void {
    if (how.code === 0 && shown) return void this.#end(0)
    const when = how.code === 0 ? ' before its window showed' : ''
    this.#progress.say(`${what} ${how.startError ?? howItEnded(how)}${when}. It starts again when a source changes.`)
  }

  /** Closes it at the end, or now when the end came first. */
  async #atEnd(close: () => Promise<void>): Promise<void> {
    this.#open.push(close)
    if (this.#stopped.signal.aborted) {
      await close()
      throw new Error('stopped')
    }
  }

  /** Ends everything, the app first. */
  async #end(code: number): Promise<void> {
    if (this.#stopped.signal.aborted) return
    this.#stopped.abort()
    this.#progress.step('Ending Peerscope')
    for (const close of this.#open.reverse()) await close().catch((error: unknown) => this.#progress.say(String(error)))
    this.#progress.done()
    process.exit(code)
  }
}
