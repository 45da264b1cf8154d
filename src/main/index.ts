/** Electron's entry. */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import * as electron from 'electron'
import packageJson from '../../package.json' with { type: 'json' }
import { startDesktop } from './desktop/app.ts'
import { startUpdates } from './desktop/updates.ts'
import { desktopLogger, openMonitor } from './monitor/host.ts'

const { values } = parseArgs({
  args: process.argv.slice(1),
  options: { demo: { type: 'boolean' }, data: { type: 'string' }, network: { type: 'string' } },
  // Chromium's own switches come along.
  strict: false,
})
const logger = desktopLogger()
const { monitor, router } = openMonitor({
  dataDir: typeof values.data === 'string' ? values.data : null,
  logger,
  host: 'desktop',
  version: packageJson.version,
  network: typeof values.network === 'string' ? values.network : null,
  cliEntry: join(import.meta.dirname, 'cli.js'),
})
const begin = async (): Promise<unknown> => {
  if (values.demo === true) return await monitor.demo(24)
  if (typeof values.network === 'string') return await monitor.join({ network: values.network })
  return undefined
}
const open = async (): Promise<void> => {
  const window = await startDesktop({
    electron,
    monitor: { router, close: () => monitor.close() },
    logger,
    rendererDir: join(import.meta.dirname, '..', 'renderer'),
    preload: join(import.meta.dirname, '..', 'preload', 'index.cjs'),
  })
  if (window === null) return
  // A failed join is shown by the window; here it only must not end the process.
  begin().catch((error: unknown) => logger.error({ err: error }, 'cannot join'))
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
