/** Looks for new versions of the desktop app once the user agreed, and never before. electron-updater does the work. */
import type { Settings } from '../../shared/contract.ts'
import type { Logger } from '../monitor/open-node.ts'

/** The parts of electron-updater that are used, so that tests can give a double. */
export interface Updater {
  autoDownload: boolean
  autoInstallOnAppQuit: boolean
  /** Null where the app was not packaged with a place to look. */
  checkForUpdates(): Promise<{ readonly isUpdateAvailable: boolean; readonly updateInfo: { version: string } } | null>
  downloadUpdate(): Promise<unknown>
  quitAndInstall(): void
}

/** What the user is asked. */
export interface UpdateQuestion {
  readonly message: string
  readonly yes: string
  readonly no: string
}

/** What looking for updates works with. */
export interface UpdateOptions {
  /** Read again before every step, so that a withdrawn agreement holds at once. */
  choice(): Settings['updates']
  /** Loads electron-updater; not called before the user agreed. */
  load(): Promise<Updater>
  /** Resolves with whether the user said yes. */
  ask(question: UpdateQuestion): Promise<boolean>
  /** Ends the app for the new version. @param install hands over to the updater, which ends the process */
  restart(install: () => void): void
  readonly logger: Logger
}

/** Time between two looks, milliseconds. */
export const CHECK_EVERY_MS = 24 * 60 * 60 * 1000
/** Time between two looks at the setting, milliseconds. */
export const SETTING_EVERY_MS = 60_000

/**
 * Looks once a day while the setting says so.
 * @returns ends it; idempotent
 */
export function startUpdates(options: UpdateOptions): () => void {
  let stopped = false
  let waited = CHECK_EVERY_MS
  let busy = false
  const declined = new Set<string>()
  const agreed = (): boolean => !stopped && options.choice() === 'on'

  const look = async (): Promise<void> => {
    const updater = await options.load()
    updater.autoDownload = false
    updater.autoInstallOnAppQuit = false
    if (!agreed()) return
    const found = await updater.checkForUpdates()
    if (found?.isUpdateAvailable !== true || !agreed()) return
    const { version } = found.updateInfo
    if (declined.has(version)) return
    if (!(await options.ask({ message: `Peerscope ${version} is out. Download it?`, yes: 'Download', no: 'Later' }))) {
      declined.add(version)
      return
    }
    if (!agreed()) return
    await updater.downloadUpdate()
    // Said no to the restart: it is offered again after the next look.
    const restart = { message: `Peerscope ${version} is ready. Restart to install it?`, yes: 'Restart', no: 'Later' }
    if (agreed() && (await options.ask(restart)) && agreed()) options.restart(() => updater.quitAndInstall())
  }

  const tick = (): void => {
    waited += SETTING_EVERY_MS
    if (busy || waited < CHECK_EVERY_MS || !agreed()) return
    waited = 0
    busy = true
    look()
      .catch((error: unknown) => options.logger.warn({ err: error }, 'could not look for a new version'))
      .finally(() => {
        busy = false
      })
  }
  tick()
  const timer = setInterval(tick, SETTING_EVERY_MS)
  timer.unref()
  return () => {
    stopped = true
    clearInterval(timer)
  }
}
