/** The desktop app's page in a browser: with the desktop's own calls and engine, and a port in place of the WebSocket. */
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import pino from 'pino'
import { serveSynthetic } from '../../bench/ui/host.ts'
import { SyntheticNetwork } from '../../bench/ui/network.ts'
import { Commands } from '../../src/main/desktop/commands.ts'
import { Engine } from '../../src/main/desktop/engine.ts'
import { engineRouter } from '../../src/main/desktop/engine-calls.ts'
import { createDesktopRouter } from '../../src/main/desktop/ipc.ts'
import { DEFAULT_DESKTOP_SETTINGS } from '../../src/main/desktop/settings.ts'
import type { Monitor } from '../../src/main/monitor/monitor.ts'
import type { MonitorRouter } from '../../src/main/monitor/router.ts'
import { PORT_MESSAGE } from '../../src/shared/desktop-binding.ts'
import { TOKEN_FRAGMENT, TOKEN_PROTOCOL, WEB_PROTOCOL, WEB_SOCKET_PATH } from '../../src/shared/web-binding.ts'
import { fakeStatus } from '../support/renderer/fake-network.ts'
import { test as base } from './app.ts'

const RENDERER = join(import.meta.dirname, '..', '..', 'out', 'renderer')
const PEERS = 40
/** What `page/preload.js` is told. */
const NAMES = { PORT_MESSAGE, TOKEN_FRAGMENT, TOKEN_PROTOCOL, WEB_PROTOCOL, WEB_SOCKET_PATH }

/** The desktop's engine over a network that only pretends. */
export interface DesktopPage {
  readonly engine: Engine
  /** What opening the engine throws from now on; null opens it. */
  refuse: Error | null
  /** How often the page asked for the log. */
  logsOpened: number
  open(): Promise<Page>
}

/** Playwright's `test` with the desktop's page. */
export const test = base.extend<{ desktop: DesktopPage }>({
  desktop: async ({ chromiumBrowser, electron }, provide, info) => {
    info.skip(electron !== null, 'the pretended network is served to a browser')
    const logger = pino({ level: 'silent' })
    let router: MonitorRouter | null = null
    const monitor = {
      status: () => fakeStatus(PEERS - 1, Date.now()),
      join: async () => undefined,
      close: async () => undefined,
    } as unknown as Monitor
    const engine = new Engine({
      open: () => {
        if (desktop.refuse !== null) throw desktop.refuse
        if (router === null) throw new Error('the network is not there yet')
        return { monitor, router }
      },
      logger,
      about: 'Peerscope 0.0.0, a test',
      onJoinFailed: () => undefined,
    })
    const state = () => ({
      settings: DEFAULT_DESKTOP_SETTINGS,
      tray: true,
      login: true,
      keychain: true,
      accelerated: true,
      sandboxed: true,
      logFile: '/home/ann/logs/peerscope.log',
    })
    const calls = createDesktopRouter(
      {
        commands: new Commands(),
        state,
        change: state,
        chooseFile: async () => undefined,
        openLogs: async () => void (desktop.logsOpened += 1),
        restart: () => undefined,
        engine: (signal) => engine.watch(signal),
        restartEngine: (rejoin) => engine.restart(rejoin),
      },
      logger,
    )
    const host = await serveSynthetic(new SyntheticNetwork(PEERS), RENDERER, (its) => {
      router = its
      return { ...engineRouter(engine), ...calls }
    })
    const browser = await chromiumBrowser()
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
    const problems: string[] = []
    const desktop: DesktopPage = {
      engine,
      refuse: null,
      logsOpened: 0,
      open: async () => {
        const page = await context.newPage()
        page.on('pageerror', (error) => void problems.push(error.message))
        await page.addInitScript(`globalThis.names = ${JSON.stringify(NAMES)}`)
        await page.addInitScript({ path: join(import.meta.dirname, 'page', 'preload.js') })
        await page.goto(host.url)
        return page
      },
    }
    await provide(desktop)
    await context.close()
    await engine.close()
    await host.close()
    if (problems.length > 0) throw new Error(`the page threw: ${problems.join('; ')}`)
  },
})

export { expect } from '@playwright/test'
