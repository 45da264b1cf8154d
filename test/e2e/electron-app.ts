/** The desktop app for the specs, where Electron's binary is there. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { _electron } from '@playwright/test'
import type { ElectronApplication } from '@playwright/test'
import pino from 'pino'
import packageJson from '../../package.json' with { type: 'json' }
import { openMonitor } from '../../src/main/monitor/host.ts'
import type { App, Download } from './app.ts'
import { QUICK_CONFIG } from './app.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const PACKAGE = join(ROOT, 'node_modules', 'electron')

/** Electron's binary, or null where it was not fetched or no window could be opened. */
export function electronBinary(): string | null {
  const { platform, env } = process
  if (platform === 'linux' && env['DISPLAY'] === undefined && env['WAYLAND_DISPLAY'] === undefined) return null
  const note = join(PACKAGE, 'path.txt')
  if (!existsSync(note)) return null
  const binary = join(PACKAGE, 'dist', readFileSync(note, 'utf8').trim())
  return existsSync(binary) ? binary : null
}

/** The desktop app on a data folder. `onProblem` hears of errors that the page throws. */
export async function openElectron(
  executablePath: string,
  opening: { dataDir: string; purgeAfter: number; onProblem: (message: string) => void },
): Promise<App> {
  const { dataDir, purgeAfter, onProblem } = opening
  await prepare(dataDir, purgeAfter)
  let running: ElectronApplication | null = null
  let window: App['page'] | null = null
  const launched = (): ElectronApplication => {
    if (running === null) throw new Error('the app does not run')
    return running
  }
  const app: App = {
    dataDir,
    get page() {
      if (window === null) throw new Error('the app has no window')
      return window
    },
    start: async () => {
      running = await _electron.launch({
        executablePath,
        args: [ROOT, `--data=${dataDir}`, ...(process.platform === 'linux' ? ['--no-sandbox'] : [])],
      })
      window = await running.firstWindow()
      window.on('pageerror', (error) => onProblem(error.message))
    },
    stop: async () => {
      await running?.close()
      running = null
      window = null
    },
    close: () => app.stop(),
    saved: (click) => saved(launched(), join(dataDir, 'downloads'), click),
  }
  await app.start()
  return app
}

/** Quick intervals and a loopback address, as the browser host gets by its flags. */
async function prepare(dataDir: string, purgeAfter: number): Promise<void> {
  const { monitor } = openMonitor({
    dataDir,
    logger: pino({ level: 'silent' }),
    host: 'desktop',
    version: packageJson.version,
    network: null,
    startSwarm: null,
  })
  monitor.changeSettings({ config: { ...QUICK_CONFIG, purgeAfter }, listen: ['/ip4/127.0.0.1/tcp/0'] })
  await monitor.close()
}

/** Saves without the system's dialog, which no spec could answer. */
async function saved(app: ElectronApplication, folder: string, click: () => Promise<void>): Promise<Download> {
  const download = await app.evaluateHandle(
    ({ session }, into) => ({
      done: new Promise<Download>((resolve) => {
        session.defaultSession.once('will-download', (_event, item) => {
          const name = item.getFilename()
          const path = `${into}/${name}`
          item.setSavePath(path)
          item.once('done', () => resolve({ name, path }))
        })
      }),
    }),
    folder,
  )
  await click()
  return await download.evaluate(({ done }) => done)
}
