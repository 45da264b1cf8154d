/** The running desktop app: its window, what is outside of it, and how it ends. */
import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import type { MessageBoxOptions } from 'electron'
import { waitingIn } from '../../shared/alert-happenings.ts'
import { DEMO_PEERS } from '../../shared/demo-story.ts'
import type { DesktopCommand, DesktopSettings, DesktopState } from '../../shared/desktop-binding.ts'
import { errorShape, Unavailable } from '../../shared/errors.ts'
import { joinedKey } from '../../shared/network-of.ts'
import { networkNameFrom } from '../../shared/network-name.ts'
import { visibleLines } from '../../shared/visible-text.ts'
import type { JsonFile } from '../monitor/json-file.ts'
import type { DesktopOptions } from './app.ts'
import { arrive } from './arrivals.ts'
import { Closing } from './closing.ts'
import { Commands } from './commands.ts'
import type { Engine } from './engine.ts'
import { engineRouter, STOPPED } from './engine-calls.ts'
import { watchGraphics } from './graphics.ts'
import type { DesktopCalls } from './ipc.ts'
import { bindContract, createDesktopRouter } from './ipc.ts'
import type { Launch } from './launch.ts'
import type { LoginParts } from './login.ts'
import { canStartAtLogin, startAtLogin } from './login.ts'
import type { MenuActions, MenuSituation } from './menu.ts'
import { isJoined } from './menu.ts'
import type { PageOrigin } from './page-origin.ts'
import { PageRecovery } from './page-recovery.ts'
import { Presence } from './presence.ts'
import { Quit } from './quit.ts'
import { startAgain } from './restart.ts'
import { openWindowState } from './window-state.ts'
import { MainWindow } from './window.ts'

/** How long a start in the tray waits for the desktop to show one, milliseconds: at login its panel may come after us. */
export const TRAY_MS = 30_000

/** What holds for all of a run. */
export interface RunFacts {
  readonly page: PageOrigin
  readonly settings: JsonFile<DesktopSettings>
  /** Whether the identity is encrypted by the system's keychain. */
  readonly keychain: boolean
  /** Whether the graphics processor may be used. */
  readonly accelerated: boolean
  /** Whether Chromium's sandbox is on. */
  readonly sandboxed: boolean
}

/** One running desktop app. */
export class Shell {
  readonly window: MainWindow
  readonly quit: Quit
  readonly #options: DesktopOptions
  readonly #engine: Engine
  readonly #commands = new Commands()
  readonly #settings: JsonFile<DesktopSettings>
  readonly #presence: Presence
  readonly #login: LoginParts
  readonly #facts: RunFacts
  /** Aborted when the end begins, with the questions that are open. */
  readonly #ending = new AbortController()
  /** Runs while a start in the tray waits for one. */
  #waitingForTray: NodeJS.Timeout | undefined

  constructor(options: DesktopOptions, engine: Engine, facts: RunFacts) {
    const { dataDir, electron, logger, system } = options
    const { page } = facts
    this.#options = options
    this.#engine = engine
    this.#facts = facts
    this.#login = { ...system, app: electron.app }
    this.#settings = facts.settings
    const parts = {
      ask: (question: MessageBoxOptions) => this.question(question),
      logger,
      isQuitting: () => this.quit.begun,
    }
    const recovery = new PageRecovery({
      ...parts,
      page,
      openLogs: () => this.#openLogs(),
      quit: () => electron.app.quit(),
    })
    this.window = new MainWindow({
      BrowserWindow: electron.BrowserWindow,
      screen: electron.screen,
      state: openWindowState(dataDir, logger),
      preload: options.preload,
      page,
      icon: system.platform === 'linux' && existsSync(options.icon) ? options.icon : null,
      watch: (window) => recovery.watch(window),
      onClose: (event) => closing.onClose(event),
    })
    this.quit = new Quit({
      ...electron,
      platform: system.platform,
      logger,
      begins: () => this.#disappear(),
      goodbye: () => this.#engine.close(),
      startAgain: (brought) =>
        startAgain({
          app: electron.app,
          launcher: options.launcher,
          argv: options.handOver.argv,
          brought,
          env: system.env,
        }),
      flush: () => this.#engine.monitor?.machineSleeps(),
    })
    const closing = new Closing({
      platform: system.platform,
      settings: this.#settings,
      quit: this.quit,
      hasTray: () => this.#presence.hasTray,
      hide: () => this.window.current?.hide(),
      ask: (question) => this.question(question),
    })
    this.#presence = new Presence({
      ...electron,
      logger,
      actions: this.#actions(),
      trayHost: options.trayHost,
      trayChanged: () => this.#trayChanged(),
      situation: () => this.#situation(),
      window: () => this.window.current,
    })
    engine.onChange(() => {
      if (!this.quit.begun) this.#presence.refresh()
    })
    const router = { ...engineRouter(engine), ...createDesktopRouter(this.#calls(), logger) }
    bindContract(electron.ipcMain, electron.MessageChannelMain, router, page, logger)
    watchGraphics(electron.app, {
      ...parts,
      accelerated: facts.accelerated,
      turnOff: () => {
        this.#settings.set({ ...this.#settings.value, hardwareAcceleration: false })
        this.quit.restart()
      },
      now: () => performance.now(),
    })
  }

  /** Opens the window, unless the start is to be in the tray. @returns whether it is to be shown */
  start(): boolean {
    const { launch } = this.#options
    const hidden = launch.hidden || this.#settings.value.startHidden
    this.quit.listen()
    // Where there is no tray nobody could open it.
    const shown = !hidden || !this.#presence.mayHaveTray
    this.window.open(shown)
    if (!shown && !this.#presence.hasTray) {
      this.#waitingForTray = setTimeout(() => this.show(), TRAY_MS)
      this.#waitingForTray.unref()
    }
    // A network of our own command line is joined without a question: see `firstWish`.
    void this.#take({ ...launch, network: null }, false)
    return shown
  }

  /** Another start, a link or a file: it comes to the front, and asks. */
  arrive(launch: Launch): void {
    if (this.quit.begun) return this.quit.startAgain(launch)
    void this.#take(launch, !launch.hidden)
  }

  /** Shows the window, and in it what the command says. */
  ask(command: DesktopCommand): void {
    this.#commands.send(command)
    this.show()
  }

  /** Brings the window to the front, unless the app ends. */
  show(): void {
    if (this.quit.begun) return
    clearTimeout(this.#waitingForTray)
    this.window.show()
  }

  /** Shows a question, until its signal fires. @returns the button's index; `cancelId` where the app ends meanwhile */
  async question(question: MessageBoxOptions): Promise<number> {
    const { electron, system } = this.#options
    if (this.quit.begun) return question.cancelId ?? 0
    // On macOS a question that belongs to no window stops the whole process until it is answered.
    if (system.platform === 'darwin') this.show()
    const window = this.window.current
    const signals = [this.#ending.signal, ...(question.signal === undefined ? [] : [question.signal])]
    const options = {
      title: 'Peerscope',
      ...question,
      message: visibleLines(question.message),
      ...(question.detail === undefined ? {} : { detail: visibleLines(question.detail) }),
      signal: AbortSignal.any(signals),
    }
    const answer =
      window?.isVisible() === true
        ? electron.dialog.showMessageBox(window, options)
        : electron.dialog.showMessageBox(options)
    return (await answer).response
  }

  /** The machine is about to sleep. */
  sleeps(): void {
    if (!this.quit.begun) this.#engine.monitor?.machineSleeps()
  }

  /** A join failed that no call of the page waits for. What the network's status tells already is not said twice. */
  joinFailed(error: unknown): void {
    const { code, message } = errorShape(error)
    this.#options.logger.error({ err: error }, 'cannot join')
    if (code !== 'Cancelled' && this.#engine.status().state !== 'failed')
      this.#commands.send({ kind: 'Problem', code, message })
  }

  async #take(launch: Pick<Launch, 'link' | 'files' | 'network'>, show: boolean): Promise<void> {
    const { logger } = this.#options
    const takeFile = async (path: string): Promise<string> => {
      const { monitor } = this.#engine
      if (monitor === null) throw new Unavailable(STOPPED)
      return await monitor.archive.takeFile(path)
    }
    const parts = { commands: this.#commands, logger, takeFile }
    if ((await arrive(parts, launch)) || show) this.show()
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
      openLogs: () => this.#openLogs(),
      engine: (signal) => this.#engine.watch(signal),
      restartEngine: (rejoin) => this.#engine.restart(rejoin),
      change: (changes) => {
        const before = this.#settings.value
        const next: DesktopSettings = {
          startHidden: changes.startHidden ?? before.startHidden,
          startAtLogin: changes.startAtLogin ?? before.startAtLogin,
          closeToTray: changes.closeToTray ?? before.closeToTray,
          hardwareAcceleration: changes.hardwareAcceleration ?? before.hardwareAcceleration,
        }
        if (!this.#presence.hasTray && (changes.startHidden === true || changes.closeToTray === 'tray'))
          throw new Unavailable('this desktop shows no tray')
        if (next.startAtLogin !== before.startAtLogin) startAtLogin(this.#login, next.startAtLogin)
        this.#settings.set(next)
        return this.#state()
      },
      restart: () => this.quit.restart(),
    }
  }

  async #openLogs(): Promise<void> {
    const folder = dirname(this.#options.logFile)
    const failure = await this.#options.electron.shell.openPath(folder)
    if (failure !== '') throw new Unavailable(`the folder ${folder} could not be opened: ${failure}`)
  }

  #state(): DesktopState {
    return {
      settings: this.#settings.value,
      tray: this.#presence.hasTray,
      login: canStartAtLogin(this.#login),
      keychain: this.#facts.keychain,
      accelerated: this.#facts.accelerated,
      sandboxed: this.#facts.sandboxed,
      logFile: this.#options.logFile,
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
      show: () => this.show(),
      chooseFile: () => run(() => this.#chooseFile()),
      openLogs: () => run(() => this.#openLogs()),
      join: ({ id, name, bootstrap, tags }) =>
        // A name that an earlier version took as it was written leads to another network now.
        run(() =>
          this.#engine.join({
            network: name !== null && networkNameFrom(name) === name ? name : id,
            bootstrap: [...bootstrap],
            tags: [...tags],
          }),
        ),
      leave: () => run(() => this.#engine.leave()),
      demo: () => run(() => this.#engine.demo(DEMO_PEERS)),
      restart: () => run(() => this.#engine.restart(true)),
      quit: () => app.quit(),
    }
  }

  #situation(): MenuSituation {
    const { electron, system } = this.#options
    const { monitor, state } = this.#engine
    const status = this.#engine.status()
    return {
      platform: system.platform,
      packaged: electron.app.isPackaged,
      status,
      engine: state.state,
      recent: monitor === null || isJoined(status) ? [] : monitor.store.recentNetworks(),
      alerts: monitor === null ? 0 : waitingIn(monitor.alerts.list(), joinedKey(status)),
    }
  }

  /** The icon in the tray came or went. */
  #trayChanged(): void {
    const window = this.window.current
    if (this.#presence.hasTray) return clearTimeout(this.#waitingForTray)
    // Nobody could open it now.
    if (window !== null && !window.isVisible() && !window.isMinimized()) this.show()
  }

  /** The end begins: nothing is left to be clicked while the goodbye is said. */
  #disappear(): void {
    clearTimeout(this.#waitingForTray)
    this.#ending.abort()
    this.window.remember()
    this.#presence.close()
    this.window.current?.hide()
  }
}
