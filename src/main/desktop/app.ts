/** The desktop host: thin. What it shows is the same page, what it does is the monitor's. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { App, AutoUpdater, Dialog, IpcMain, PowerMonitor, Protocol, Session, Shell as SystemShell } from 'electron'
import { showNotices } from '../../shared/alert-notices.ts'
import type { NoticeMaker } from '../../shared/alert-notices.ts'
import { DEMO_PEERS } from '../../shared/demo-story.ts'
import { APP_SCHEME } from '../../shared/desktop-binding.ts'
import { INVITATION_SCHEME } from '../../shared/invitation.ts'
import type { KeyCipher } from '../monitor/host.ts'
import type { Monitor } from '../monitor/monitor.ts'
import type { Logger } from '../monitor/open-node.ts'
import { PAGE_HEADERS, pageFile } from '../monitor/page.ts'
import type { MonitorRouter } from '../monitor/router.ts'
import type { ProcessEvents } from './crash-guard.ts'
import { guardProcess } from './crash-guard.ts'
import type { Wish } from './engine.ts'
import { Engine } from './engine.ts'
import { tellHiddenFailure } from './engine-notice.ts'
import { prepareGraphics } from './graphics.ts'
import type { Channels } from './ipc.ts'
import type { Keychain } from './keychain.ts'
import { keychainCipher } from './keychain.ts'
import type { Launch } from './launch.ts'
import { handOverSchema, parseLaunch } from './launch.ts'
import type { Launcher } from './launcher.ts'
import type { LoginParts } from './login.ts'
import { pageOrigin } from './page-origin.ts'
import type { PresenceParts } from './presence.ts'
import { confineSession } from './session.ts'
import { openDesktopSettings } from './settings.ts'
import { Shell } from './shell.ts'
import type { TrayHost } from './tray-host.ts'
import type { MainWindowParts } from './window.ts'
import { confine } from './window.ts'

/** The parts of Electron that are used, so that tests can give doubles. */
export interface ElectronParts extends Pick<PresenceParts, 'Menu' | 'Tray' | 'nativeImage'> {
  readonly app: App
  readonly autoUpdater: AutoUpdater
  readonly BrowserWindow: MainWindowParts['BrowserWindow']
  readonly ipcMain: IpcMain
  readonly MessageChannelMain: Channels
  readonly Notification: NoticeMaker
  readonly dialog: Pick<Dialog, 'showMessageBox' | 'showOpenDialog'>
  readonly powerMonitor: PowerMonitor
  readonly protocol: Protocol
  readonly safeStorage: Keychain
  readonly screen: MainWindowParts['screen']
  readonly session: { readonly defaultSession: Session }
  /** Opens the folder of the log, and nothing else. */
  readonly shell: Pick<SystemShell, 'openPath'>
}

/** What the desktop app works with. */
export interface DesktopOptions {
  readonly electron: ElectronParts
  /** What our own command line says, and what a first instance is handed of it. */
  readonly launch: Launch
  readonly handOver: { readonly argv: readonly string[]; readonly cwd: string }
  readonly launcher: Pick<Launcher, 'again'>
  /** Opens a monitor; called when the app is ready and no other instance runs, and when the user restarts the engine. */
  open(cipher: KeyCipher | null): { readonly monitor: Monitor; readonly router: MonitorRouter }
  readonly logger: Logger
  /** Where data is kept: settings that count before Electron is ready are read from there. */
  readonly dataDir: string
  readonly logFile: string
  /** The window's picture on Linux, a PNG file; it may be missing. */
  readonly icon: string
  /** The built renderer and preload. */
  readonly rendererDir: string
  readonly preload: string
  readonly system: Omit<LoginParts, 'app'>
  /** Tells of errors that nobody caught: `process`. */
  readonly process: ProcessEvents
  /** One line that says which program this is, for bug reports. */
  readonly about: string
  /** Whether the desktop shows a tray; null where every desktop does. */
  readonly trayHost: TrayHost | null
}

/** A running app. Its engine may have failed: the window says so. */
export interface Desktop {
  readonly engine: Engine
  readonly shell: Pick<Shell, 'question' | 'quit'>
  /** Whether it started in the tray, without showing its window. */
  readonly hidden: boolean
}

/** The name by which Windows knows the app: that of the packages. */
const APP_ID = 'app.peerscope.desktop'

/** Must be called before the app is ready. Resolves when the app runs; null where another instance does. */
export async function startDesktop(options: DesktopOptions): Promise<Desktop | null> {
  const { electron, launch, logger, system } = options
  const { app, protocol, session } = electron
  // One instance for each data folder.
  if (launch.data !== null) app.setPath('userData', join(launch.data, 'electron'))
  if (!app.requestSingleInstanceLock({ ...options.handOver })) {
    app.quit()
    return null
  }
  protocol.registerSchemesAsPrivileged([
    { scheme: APP_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ])
  const page = pageOrigin(app, system.env)
  const settings = openDesktopSettings(options.dataDir, logger)
  const accelerated = settings.value.hardwareAcceleration
  prepareGraphics(app, accelerated)
  app.on('web-contents-created', (_event, contents) => confine(contents, page))
  const arrivals = listenForArrivals(app)
  await app.whenReady()
  if (system.platform === 'win32') app.setAppUserModelId(APP_ID)
  if (app.isPackaged) app.setAsDefaultProtocolClient(INVITATION_SCHEME)
  confineSession(session.defaultSession, app, page, logger)
  servePage(options)
  const cipher = keychainCipher(electron.safeStorage, system.platform)
  const engine = new Engine({
    open: () => options.open(cipher),
    logger,
    about: options.about,
    onJoinFailed: (error) => shell.joinFailed(error),
  })
  const sandboxed = !app.commandLine.hasSwitch('no-sandbox')
  if (!sandboxed) logger.warn('Chromium’s sandbox is off: the command line says so')
  const shell = new Shell(options, engine, { page, settings, keychain: cipher !== null, accelerated, sandboxed })
  guardProcess(options.process, logger, (error) => engine.fail(error))
  engine.follow((monitor) =>
    showNotices(
      { onAlert: (listener) => monitor.alerts.onNotify(listener), list: () => monitor.alerts.list() },
      electron.Notification,
      (aim) => shell.ask({ kind: 'FollowAlert', ...aim }),
    ),
  )
  engine.start(firstWish(launch))
  const hidden = !shell.start()
  const lookAtEngine = tellHiddenFailure({
    engine,
    Notification: electron.Notification,
    visible: () => shell.window.inView,
    show: () => shell.show(),
  })
  if (hidden) lookAtEngine()
  arrivals.to((arrived) => shell.arrive(arrived))
  electron.powerMonitor.on('suspend', () => shell.sleeps())
  electron.powerMonitor.on('resume', () => engine.monitor?.machineWoke())
  app.on('activate', () => shell.show())
  return { engine, shell, hidden }
}

/** What our own command line joins, without a question. */
function firstWish({ demo, network }: Launch): Wish | null {
  if (demo) return { kind: 'demo', nodes: DEMO_PEERS }
  return network === null ? null : { kind: 'join', input: { network } }
}

/** What comes before the app is ready waits. */
function listenForArrivals(app: App): { to(take: (launch: Launch) => void): void } {
  const waiting: Launch[] = []
  let take = (launch: Launch): void => void waiting.push(launch)
  app.on('second-instance', (_event, argv, cwd, handed) => {
    // Chromium moves arguments about; what was handed over is as it was typed.
    const parsed = handOverSchema.safeParse(handed)
    take(parsed.success ? parseLaunch(parsed.data.argv, parsed.data.cwd) : parseLaunch(argv.slice(1), cwd))
  })
  app.on('open-url', (event, url) => {
    event.preventDefault()
    take(parseLaunch([url], '/'))
  })
  app.on('open-file', (event, path) => {
    event.preventDefault()
    take(parseLaunch([path], '/'))
  })
  return {
    to: (taker) => {
      take = taker
      for (const launch of waiting.splice(0)) taker(launch)
    },
  }
}

/** Serves the built page under a scheme of its own; nothing outside its folder. */
function servePage({ electron, rendererDir }: DesktopOptions): void {
  electron.protocol.handle(APP_SCHEME, async (request) => {
    const { host, pathname } = new URL(request.url)
    const file = host === 'peerscope' && request.method === 'GET' ? pageFile(rendererDir, pathname) : null
    const content = file === null ? null : await readFile(file.path).catch(() => null)
    if (file === null || content === null) return new Response('not found', { status: 404, headers: PAGE_HEADERS })
    return new Response(content, { headers: { ...PAGE_HEADERS, 'Content-Type': file.type } })
  })
}
