/**
 * How the app ends. Everything that ends it comes here: a quit, the last window, the system's log-off and shut-down, an
 * update. The goodbye is said once, the app quits when it is over, and all who ask meanwhile wait for the same end.
 */
import type { App, AutoUpdater, BrowserWindow, PowerMonitor } from 'electron'
import type { Logger } from '../monitor/open-node.ts'
import type { Launch } from './launch.ts'

/** How long a quit waits for the goodbye, milliseconds. Linux and macOS delay a shut-down by five seconds at least. */
export const QUIT_MS = 3000
/** How long the app may take to end after that, milliseconds: a page that hangs would hold its window open. */
export const EXIT_MS = 2000
/** How long an update may take to end the app once windows are closed for it, milliseconds. */
export const INSTALL_MS = 30_000

/** What the end works with. */
export interface QuitParts {
  readonly app: Pick<App, 'on' | 'quit' | 'exit'>
  readonly powerMonitor: Pick<PowerMonitor, 'on'>
  readonly autoUpdater: Pick<AutoUpdater, 'on'>
  readonly platform: string
  readonly logger: Logger
  /** The end begins: what is seen goes away. Called once. */
  begins(): void
  /** Leaves the network and closes all that is stored. Called once. */
  goodbye(): Promise<void>
  /** Has the app started again when it has ended, with what other starts brought meanwhile. Called once. */
  startAgain(brought: readonly Launch[]): void
  /** Writes what waits to be written, at once. The session may go on afterwards. */
  flush(): void
}

/** The one way out. */
export class Quit {
  readonly #parts: QuitParts
  #state: 'running' | 'ending' | 'ended' = 'running'
  /** Who ends the app after the goodbye. */
  #last: () => void
  /** Somebody asked to quit who has to be told when it is time. */
  #held = false
  /** Whether the app starts again after its end: one start follows, however many ask. */
  #again = false
  /** Whether an update ends the app. */
  #updating = false
  /** What the starts brought that came during the goodbye. */
  readonly #brought: Launch[] = []

  constructor(parts: QuitParts) {
    this.#parts = parts
    this.#last = () => this.#quitNow()
  }

  /** Whether the end has begun: windows close for good, and nothing opens. */
  get begun(): boolean {
    return this.#state !== 'running'
  }

  /** Listens to everything that ends the app. Called once. */
  listen(): void {
    const { app, powerMonitor, autoUpdater } = this.#parts
    const hold = (event: { preventDefault(): void }): void => {
      if (this.#state === 'ended') return
      // Also while the goodbye is being said: a second quit must not cut it short.
      event.preventDefault()
      this.#held = true
      this.begin()
    }
    app.on('before-quit', hold)
    // Only where the windows were closed without asking before.
    app.on('will-quit', hold)
    app.on('window-all-closed', () => this.begin())
    // On macOS this also comes for Quit in the Dock, and then the app must quit by itself (electron#24105). On Linux the
    // system waits for us only if the default is prevented.
    powerMonitor.on('shutdown', (event?: { preventDefault?(): void }) => {
      event?.preventDefault?.()
      this.begin()
    })
    app.on('browser-window-created', (_event, window) => this.#watchSession(window))
    // Its windows are closed before `before-quit` is emitted (electron#15453).
    autoUpdater.on('before-quit-for-update', () => this.#beginForUpdate())
  }

  /** Begins the end, unless it has begun. */
  begin(): void {
    if (this.#state !== 'running') return
    this.#state = 'ending'
    const { logger } = this.#parts
    const failed = (error: unknown): void => logger.error({ err: error }, 'the end was not graceful')
    // Each step is taken whatever the one before did, and the first ones at once: Windows does not wait.
    try {
      this.#parts.begins()
    } catch (error) {
      failed(error)
    }
    let timer: NodeJS.Timeout | undefined
    const limit = new Promise<void>((resolve) => {
      timer = setTimeout(() => {
        logger.warn('the goodbye took too long')
        resolve()
      }, QUIT_MS)
    })
    const goodbye = new Promise<void>((resolve) => {
      resolve(this.#parts.goodbye())
    })
    void Promise.race([goodbye, limit])
      .catch(failed)
      .finally(() => {
        clearTimeout(timer)
        this.#state = 'ended'
        // Not earlier: what the next start is told cannot be changed.
        if (this.#again) this.#startAgain()
        this.#last()
      })
  }

  /** Ends the app, and starts it again. */
  restart(): void {
    if (this.begun) return
    this.#again = true
    this.#parts.app.quit()
  }

  /** Starts the app again when it has ended: somebody wants it while it ends. @param launch what that start brought */
  startAgain(launch: Launch): void {
    this.#brought.push(launch)
    const late = this.#state === 'ended' && !this.#again
    this.#again = true
    if (late) this.#startAgain()
  }

  /** Restarts the app with a new version. @param install hands over to the updater, which ends the app */
  update(install: () => void): void {
    if (this.begun) return
    const run = (): void => {
      try {
        install()
      } catch (error) {
        this.#parts.logger.error({ err: error }, 'the new version could not be installed')
      }
    }
    // There the updater prepares first, for as long as that takes, and says when it closes the windows.
    if (this.#parts.platform === 'darwin') return run()
    // Elsewhere it starts the new version or its installer at once, and that one does not wait for our goodbye.
    this.#last = () => {
      run()
      this.#quitLater()
    }
    this.#updating = true
    return this.begin()
  }

  /** The updater closes the windows and ends the app, unless it fails. */
  #beginForUpdate(): void {
    if (this.begun) return
    this.#last = () => {
      if (this.#held) this.#quitNow()
      else this.#quitLater()
    }
    this.#updating = true
    this.begin()
  }

  #startAgain(): void {
    // The new version is started by its installer.
    if (this.#updating) return
    try {
      this.#parts.startAgain(this.#brought)
    } catch (error) {
      this.#parts.logger.error({ err: error }, 'Peerscope could not be started again')
    }
  }

  /** Quits; by force where that does not end the app. */
  #quitNow(): void {
    const { app, logger } = this.#parts
    setTimeout(() => {
      logger.warn('the app did not quit by itself')
      app.exit(0)
    }, EXIT_MS).unref()
    app.quit()
  }

  /** An update that fails must not leave an app without a window. */
  #quitLater(): void {
    setTimeout(() => this.#quitNow(), INSTALL_MS).unref()
  }

  /** Windows logs off: there is no `before-quit`, and the process is ended soon after. */
  #watchSession(window: BrowserWindow): void {
    // Another program may still keep the session.
    window.on('query-session-end', () => this.#flush())
    window.on('session-end', () => {
      this.#flush()
      this.begin()
    })
  }

  #flush(): void {
    if (this.begun) return
    try {
      this.#parts.flush()
    } catch (error) {
      this.#parts.logger.error({ err: error }, 'not everything could be written')
    }
  }
}
