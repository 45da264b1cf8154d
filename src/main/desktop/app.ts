/** The desktop host: thin. What it shows is the same page, what it does is the monitor's. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { App, Dialog, IpcMain, PowerMonitor, Protocol, Session } from 'electron'
import { APP_SCHEME } from '../../shared/desktop-binding.ts'
import { errorShape } from '../../shared/errors.ts'
import { INVITATION_SCHEME } from '../../shared/invitation.ts'
import { showNotices } from '../monitor/alerts/notices.ts'
import type { NoticeMaker } from '../monitor/alerts/notices.ts'
import type { KeyCipher } from '../monitor/host.ts'
import type { Monitor } from '../monitor/monitor.ts'
import type { Logger } from '../monitor/open-node.ts'
import { PAGE_HEADERS, pageFile } from '../monitor/page.ts'
import type { MonitorRouter } from '../monitor/router.ts'
import type { Channels } from './ipc.ts'
import type { Keychain } from './keychain.ts'
import { keychainCipher } from './keychain.ts'
import type { Launch } from './launch.ts'
import { handOverSchema, parseLaunch } from './launch.ts'
import type { LoginParts } from './login.ts'
import type { PresenceParts } from './presence.ts'
import { confineSession } from './session.ts'
import { Shell } from './shell.ts'
import type { MainWindowParts } from './window.ts'
import { confine } from './window.ts'

/** The parts of Electron that are used, so that tests can give doubles. */
export interface ElectronParts extends Pick<PresenceParts, 'Menu' | 'Tray' | 'nativeImage'> {
  readonly app: App
  readonly BrowserWindow: MainWindowParts['BrowserWindow']
  readonly ipcMain: IpcMain
  readonly MessageChannelMain: Channels
  readonly Notification: NoticeMaker
  readonly dialog: Pick<Dialog, 'showErrorBox' | 'showMessageBox' | 'showOpenDialog'>
  readonly powerMonitor: PowerMonitor
  readonly protocol: Protocol
  readonly safeStorage: Keychain
  readonly screen: MainWindowParts['screen']
  readonly session: { readonly defaultSession: Session }
}

/** What the desktop app works with. */
export interface DesktopOptions {
  readonly electron: ElectronParts
  /** What our own command line says, and what a first instance is handed of it. */
  readonly launch: Launch
  readonly handOver: { readonly argv: readonly string[]; readonly cwd: string }
  /** Opens the monitor; called when the app is ready and no other instance runs. @throws StoreInUse, StoreFromNewerVersion */
  open(cipher: KeyCipher | null): { readonly monitor: Monitor; readonly router: MonitorRouter }
  readonly logger: Logger
  /** The built renderer and preload. */
  readonly rendererDir: string
  readonly preload: string
  readonly system: Omit<LoginParts, 'app'>
}

/** The name by which Windows knows the app: that of the packages. */
const APP_ID = 'app.peerscope.desktop'

/** A running app. */
export interface Desktop {
  readonly monitor: Monitor
  /** Whether it started in the tray, without showing its window. */
  readonly hidden: boolean
}

/** Must be called before the app is ready. Resolves when the app runs; null where another instance does, or none can. */
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
  app.on('web-contents-created', (_event, contents) => confine(contents))
  const arrivals = listenForArrivals(app)
  await app.whenReady()
  if (system.platform === 'win32') app.setAppUserModelId(APP_ID)
  if (app.isPackaged) app.setAsDefaultProtocolClient(INVITATION_SCHEME)
  confineSession(session.defaultSession, app, logger)
  servePage(options)
  const cipher = keychainCipher(electron.safeStorage, system.platform)
  let opened: ReturnType<DesktopOptions['open']>
  try {
    opened = options.open(cipher)
  } catch (error) {
    const { code, message } = errorShape(error)
    logger.fatal({ err: error }, 'cannot start')
    electron.dialog.showErrorBox('Peerscope cannot start', `${message} (${code})`)
    app.exit(1)
    return null
  }
  const { monitor } = opened
  const shell = new Shell(options, opened, cipher !== null)
  const hidden = !shell.start()
  arrivals.to((arrived) => shell.arrive(arrived))
  electron.powerMonitor.on('suspend', () => shell.sleeps())
  electron.powerMonitor.on('resume', () => monitor.machineWoke())
  electron.powerMonitor.on('shutdown', () => app.quit())
  app.on('activate', () => shell.window.show())
  app.on('window-all-closed', () => app.quit())
  showNotices(monitor.alerts, electron.Notification, ({ peerId }) =>
    shell.ask(peerId === null ? { kind: 'ShowView', view: 'alerts' } : { kind: 'ShowPeer', peerId }),
  )
  return { monitor, hidden }
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
