/** Electron's entry. */
import { homedir } from 'node:os'
import { join } from 'node:path'
import * as electron from 'electron'
import packageJson from '../../package.json' with { type: 'json' }
import { startDesktop } from './desktop/app.ts'
import { parseLaunch } from './desktop/launch.ts'
import { connectLauncher } from './desktop/launcher.ts'
import { LogFile, logPath } from './desktop/log-file.ts'
import { endOnSignals } from './desktop/signals.ts'
import { linuxTrayHost } from './desktop/tray-host.ts'
import { startUpdates } from './desktop/updates.ts'
import { utilitySwarm } from './desktop/utility-swarm.ts'
import { defaultDataDir } from './monitor/default-data-dir.ts'
import { desktopLogger, openMonitor } from './monitor/host.ts'

const argv = process.argv.slice(1)
const launch = parseLaunch(argv, process.cwd())
const dataDir = launch.data ?? defaultDataDir(process.env)
const log = new LogFile(logPath(dataDir))
const logger = desktopLogger((line) => log.write(line))
const requestEnd = endOnSignals(electron.app, process, () => performance.now())
const launcher = connectLauncher(electron.app, process, () => requestEnd('launcher'))
const open = async (): Promise<void> => {
  const { platform, versions } = process
  const desktop = await startDesktop({
    electron,
    launch,
    dataDir,
    handOver: { argv, cwd: process.cwd() },
    launcher,
    open: (cipher) =>
      openMonitor({
        dataDir,
        logger,
        host: 'desktop',
        version: packageJson.version,
        network: launch.network,
        startSwarm: utilitySwarm(electron.utilityProcess, join(import.meta.dirname, 'swarm-process.js')),
        ...(cipher === null ? {} : { cipher }),
      }),
    logger,
    logFile: log.path,
    icon: join(import.meta.dirname, 'icon.png'),
    rendererDir: join(import.meta.dirname, '..', 'renderer'),
    preload: join(import.meta.dirname, '..', 'preload', 'index.cjs'),
    system: { platform, env: process.env, homedir: homedir(), execPath: process.execPath },
    process,
    about: `Peerscope ${packageJson.version}, ${platform} ${process.arch}, Electron ${versions.electron}, Node ${versions.node}`,
    trayHost: linuxTrayHost(process, logger),
  })
  if (desktop === null) return launcher.handedOver()
  // The tray shows it.
  if (desktop.hidden) launcher.tell('shown')
  logger.info(
    { version: packageJson.version, electron: versions['electron'], platform, arch: process.arch },
    'the app has started',
  )
  const { engine, shell } = desktop
  const stopUpdates = startUpdates({
    choice: () => engine.monitor?.settings().updates ?? 'off',
    load: async () => (await import('electron-updater')).default.autoUpdater,
    ask: async ({ message, yes, no }) => {
      const answer = { buttons: [no, yes], defaultId: 1, cancelId: 0 }
      return (await shell.question({ type: 'question', message, ...answer })) === 1
    },
    restart: (install) => shell.quit.update(install),
    logger,
  })
  electron.app.once('before-quit', stopUpdates)
}
// Not awaited here: Electron becomes ready only when this module has been evaluated, and `open` waits for that.
open().catch((error: unknown) => {
  logger.fatal({ err: error }, 'cannot open the window')
  electron.app.exit(1)
})
