/** Electron's entry. */
import { homedir } from 'node:os'
import { join } from 'node:path'
import * as electron from 'electron'
import packageJson from '../../package.json' with { type: 'json' }
import { startDesktop } from './desktop/app.ts'
import { parseLaunch } from './desktop/launch.ts'
import { startUpdates } from './desktop/updates.ts'
import { utilitySwarm } from './desktop/utility-swarm.ts'
import { desktopLogger, openMonitor } from './monitor/host.ts'
import type { Monitor } from './monitor/monitor.ts'

const argv = process.argv.slice(1)
const launch = parseLaunch(argv, process.cwd())
const logger = desktopLogger()
const begin = async (monitor: Monitor): Promise<unknown> => {
  if (launch.demo) return await monitor.demo(24)
  if (launch.network !== null) return await monitor.join({ network: launch.network })
  return undefined
}
const open = async (): Promise<void> => {
  const desktop = await startDesktop({
    electron,
    launch,
    handOver: { argv, cwd: process.cwd() },
    open: (cipher) =>
      openMonitor({
        dataDir: launch.data,
        logger,
        host: 'desktop',
        version: packageJson.version,
        network: launch.network,
        startSwarm: utilitySwarm(electron.utilityProcess, join(import.meta.dirname, 'swarm-process.js')),
        ...(cipher === null ? {} : { cipher }),
      }),
    logger,
    rendererDir: join(import.meta.dirname, '..', 'renderer'),
    preload: join(import.meta.dirname, '..', 'preload', 'index.cjs'),
    system: { platform: process.platform, env: process.env, homedir: homedir(), execPath: process.execPath },
  })
  if (desktop === null) return
  const { monitor } = desktop
  // A failed join is shown by the window; here it only must not end the process.
  begin(monitor).catch((error: unknown) => logger.error({ err: error }, 'cannot join'))
  const stopUpdates = startUpdates({
    choice: () => monitor.settings().updates,
    load: async () => (await import('electron-updater')).default.autoUpdater,
    ask: async ({ message, yes, no }) => {
      const answer = { buttons: [no, yes], defaultId: 1, cancelId: 0 }
      return (await electron.dialog.showMessageBox({ type: 'question', message, ...answer })).response === 1
    },
    logger,
  })
  electron.app.once('before-quit', stopUpdates)
}
// Not awaited here: Electron becomes ready only when this module has been evaluated, and `open` waits for that.
open().catch((error: unknown) => {
  logger.fatal({ err: error }, 'cannot open the window')
  electron.app.exit(1)
})
