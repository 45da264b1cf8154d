/** The running desktop app: its window, what is outside of it, and how it ends. */
import type { Event } from 'electron'
import type { DesktopCommand, DesktopSettings, DesktopState } from '../../shared/desktop-binding.ts'
import { errorShape, Unavailable } from '../../shared/errors.ts'
import type { JsonFile } from '../monitor/json-file.ts'
import type { Monitor } from '../monitor/monitor.ts'
import type { MonitorRouter } from '../monitor/router.ts'
import type { DesktopOptions } from './app.ts'
import { arrive } from './arrivals.ts'
import { Commands } from './commands.ts'
import type { DesktopCalls } from './ipc.ts'
import { bindContract, createDesktopRouter } from './ipc.ts'
import type { Launch } from './launch.ts'
import type { LoginParts } from './login.ts'
import { canStartAtLogin, startAtLogin } from './login.ts'
import type { MenuActions, MenuSituation } from './menu.ts'
import { isJoined } from './menu.ts'
import { Presence } from './presence.ts'
import { openDesktopSettings } from './settings.ts'
import { openWindowState } from './window-state.ts'
import { MainWindow } from './window.ts'

/** How long a quit waits for the goodbye, milliseconds. */
export const QUIT_MS = 3000
/** Peers of the demo that the tray starts. */
const DEMO_PEERS = 24

/** One running desktop app. */
export class Shell {
  readonly window: MainWindow
  readonly #options: DesktopOptions
  readonly #monitor: Monitor
  readonly #commands = new Commands()
  readonly #settings: JsonFile<DesktopSettings>
  readonly #presence: Presence
  readonly #login: LoginParts
  readonly #keychain: boolean
  #quitting = false
  #asking = false

  constructor(
    options: DesktopOptions,
    opened: { readonly monitor: Monitor; readonly router: MonitorRouter },
    keychain: boolean,
  ) {
    const { electron, logger, system } = options
    const { dataDir } = opened.monitor.info()
    this.#options = options
    this.#monitor = opened.monitor
    this.#keychain = keychain
    this.#login = { ...system, app: electron.app }
    this.#settings = openDesktopSettings(dataDir, logger)
    this.window = new MainWindow({
      BrowserWindow: electron.BrowserWindow,
      screen: electron.screen,
      state: openWindowState(dataDir, logger),
      preload: options.preload,
      onClose: (event) => this.#closing(event),
    })
    this.#presence = new Presence({
      ...electron,
      logger,
      actions: this.#actions(),
      situation: () => this.#situation(),
      window: () => this.window.current,
    })
    const router = { ...opened.router, ...createDesktopRouter(this.#calls(), logger) }
    bindContract(electron.ipcMain, electron.MessageChannelMain, router, logger)
  }

  /** Opens the window, unless the start is to be in the tray. @returns whether it is to be shown */
  start(): boolean {
    const { launch, electron } = this.#options
    const hidden = launch.hidden || this.#settings.value.startHidden
    // Where there is no tray nobody could open it.
    const shown = !hidden || !this.#presence.hasTray
    this.window.open(shown)
    // A network of our own command line is joined without a question: see the entry.
    void this.#take({ ...launch, network: null }, false)
    this.#quitGracefully(electron.app)
    return shown
  }

  /** Another start, a link or a file: it comes to the front, and asks. */
  arrive(launch: Launch): void {
    void this.#take(launch, !launch.hidden)
  }

  /** Shows the window, and in it what the command says. */
  ask(command: DesktopCommand): void {
    this.#commands.send(command)
    this.window.show()
  }

  /** The machine is about to sleep. */
  sleeps(): void {
    if (!this.#quitting) this.#monitor.machineSleeps()
  }

  async #take(launch: Pick<Launch, 'link' | 'files' | 'network'>, show: boolean): Promise<void> {
    const { logger } = this.#options
    const archive = this.#monitor.archive
    const parts = { commands: this.#commands, logger, takeFile: (path: string) => archive.takeFile(path) }
    if ((await arrive(parts, launch)) || show) this.window.show()
  }

  async #chooseFile(): Promise<void> {
    const { canceled, filePaths } = await this.#options.electron.dialog.showOpenDialog({
      title: 'Open snapshot',
      properties: ['openFile'],
      filters: [{ name: 'Peerscope snapshots', extensions: ['peerscope'] }],
    })
    if (!canceled) await this.#take({ link: null, network: null, files: filePaths.slice(0, 1) }, true)
  }

  #calls(): DesktopCalls {
    return {
      commands: this.#commands,
      state: () => this.#state(),
      chooseFile: () => this.#chooseFile(),
      change: (changes) => {
        const before = this.#settings.value
        const next: DesktopSettings = {
          startHidden: changes.startHidden ?? before.startHidden,
          startAtLogin: changes.startAtLogin ?? before.startAtLogin,
          closeToTray: changes.closeToTray ?? before.closeToTray,
        }
        if (!this.#presence.hasTray && (next.startHidden || next.closeToTray === 'tray'))
          throw new Unavailable('this system has no tray to hide in')
        if (next.startAtLogin !== before.startAtLogin) startAtLogin(this.#login, next.startAtLogin)
        this.#settings.set(next)
        return this.#state()
      },
    }
  }

  #state(): DesktopState {
    return {
      settings: this.#settings.value,
      tray: this.#presence.hasTray,
      login: canStartAtLogin(this.#login),
      keychain: this.#keychain,
    }
  }

  #actions(): MenuActions {
    const { app } = this.#options.electron
    // What a tray started is answered in the window.
    const run = (act: () => Promise<unknown>): void => {
      act().catch((error: unknown) => {
        const { code, message } = errorShape(error)
        if (code !== 'Cancelled') this.ask({ kind: 'Problem', code, message })
      })
    }
    return {
      ask: (command) => this.ask(command),
      show: () => this.window.show(),
      chooseFile: () => run(() => this.#chooseFile()),
      join: ({ id, name, bootstrap, tags }) =>
        run(() => this.#monitor.join({ network: name ?? id, bootstrap: [...bootstrap], tags: [...tags] })),
      leave: () => run(() => this.#monitor.leave()),
      demo: () => run(() => this.#monitor.demo(DEMO_PEERS)),
      quit: () => app.quit(),
    }
  }

  #situation(): MenuSituation {
    const { electron, system } = this.#options
    const status = this.#monitor.status()
    return {
      platform: system.platform,
      packaged: electron.app.isPackaged,
      status,
      recent: isJoined(status) ? [] : this.#monitor.store.recentNetworks(),
      alerts: this.#monitor.alerts.list().filter(({ dismissed }) => !dismissed).length,
    }
  }

  /** The window is being closed: into the tray, or for good. */
  #closing(event: Event): void {
    const { closeToTray } = this.#settings.value
    if (this.#quitting || !this.#presence.hasTray || closeToTray === 'quit') return
    event.preventDefault()
    if (closeToTray === 'tray') this.window.current?.hide()
    else void this.#askAboutTray()
  }

  /** Asked once: the answer is kept. */
  async #askAboutTray(): Promise<void> {
    if (this.#asking) return
    this.#asking = true
    const { dialog, app } = this.#options.electron
    try {
      const { response } = await dialog.showMessageBox({
        type: 'question',
        message: 'Keep Peerscope running in the tray?',
        detail: 'It goes on watching the network while its window is closed. Settings has this choice too.',
        buttons: ['Keep Running', 'Quit', 'Cancel'],
        defaultId: 0,
        cancelId: 2,
      })
      if (response === 0) {
        this.#settings.set({ ...this.#settings.value, closeToTray: 'tray' })
        this.window.current?.hide()
      } else if (response === 1) {
        this.#settings.set({ ...this.#settings.value, closeToTray: 'quit' })
        app.quit()
      }
    } finally {
      this.#asking = false
    }
  }

  /** The first quit waits for the goodbye, but not for long; the second goes through. */
  #quitGracefully(app: DesktopOptions['electron']['app']): void {
    app.on('before-quit', (event) => {
      if (this.#quitting) return
      this.#quitting = true
      event.preventDefault()
      this.window.remember()
      this.#presence.close()
      const limit = new Promise((resolve) => {
        setTimeout(resolve, QUIT_MS)
      })
      void Promise.race([this.#monitor.close(), limit])
        .catch((error: unknown) => this.#options.logger.error({ err: error }, 'the end was not graceful'))
        .finally(() => app.quit())
    })
  }
}
