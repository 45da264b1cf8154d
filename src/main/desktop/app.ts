/** The desktop host: thin. What it shows is the same page, what it does is the monitor's. */
import { join, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { App, BrowserWindow as BrowserWindowType, IpcMain, Protocol, Session } from 'electron'
import { APP_ORIGIN, APP_SCHEME } from '../../shared/desktop-binding.ts'
import type { Logger } from '../monitor/open-node.ts'
import { bindContract } from './ipc.ts'
import type { BoundMonitor, Channels } from './ipc.ts'
import { WINDOW_OPTIONS, confine } from './window.ts'

/** The parts of Electron that are used, so that tests can give doubles. */
export interface ElectronParts {
  readonly app: App
  readonly BrowserWindow: typeof BrowserWindowType
  readonly ipcMain: IpcMain
  readonly MessageChannelMain: Channels
  readonly protocol: Protocol
  readonly net: { fetch(url: string): Promise<Response> }
  readonly session: { readonly defaultSession: Session }
}

/** What the desktop app works with. */
export interface DesktopOptions {
  readonly electron: ElectronParts
  readonly monitor: BoundMonitor
  readonly logger: Logger
  /** The built renderer and preload. */
  readonly rendererDir: string
  readonly preload: string
}

/** How long a quit waits for the goodbye, milliseconds. */
const QUIT_MS = 3000

/** What the page may do in the desktop app. The same as in the browser host, but for the socket that it does not need. */
const CONTENT_SECURITY_POLICY =
  "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; connect-src 'self'; " +
  "worker-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** Must be called before the app is ready. Resolves when the window is there; null where another instance runs. */
export async function startDesktop(options: DesktopOptions): Promise<BrowserWindowType | null> {
  const { app, BrowserWindow, protocol, session } = options.electron
  if (!app.requestSingleInstanceLock()) {
    app.quit()
    return null
  }
  protocol.registerSchemesAsPrivileged([
    { scheme: APP_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ])
  await app.whenReady()
  servePage(options)
  session.defaultSession.setPermissionRequestHandler((_contents, _permission, answer) => answer(false))
  session.defaultSession.setPermissionCheckHandler(() => false)
  bindContract(options.electron.ipcMain, options.electron.MessageChannelMain, options.monitor, options.logger)

  const open = (): BrowserWindowType => {
    const window = new BrowserWindow({
      ...WINDOW_OPTIONS,
      webPreferences: { ...WINDOW_OPTIONS.webPreferences, preload: options.preload },
    })
    confine(window)
    window.once('ready-to-show', () => window.show())
    void window.loadURL(`${APP_ORIGIN}/index.html`)
    return window
  }
  let window = open()
  app.on('second-instance', () => {
    if (window.isMinimized()) window.restore()
    window.show()
    window.focus()
  })
  app.on('activate', () => {
    if (BrowserWindow.getAllWindows().length === 0) window = open()
  })
  app.on('window-all-closed', () => app.quit())
  quitGracefully(app, options.monitor)
  return window
}

/** Serves the built page under a scheme of its own; nothing outside its folder. */
function servePage({ electron, rendererDir }: DesktopOptions): void {
  electron.protocol.handle(APP_SCHEME, async (request) => {
    const { host, pathname } = new URL(request.url)
    const file = join(rendererDir, decodeURIComponent(pathname))
    if (host !== 'peerscope' || request.method !== 'GET' || !file.startsWith(rendererDir + sep)) {
      return new Response('not found', { status: 404 })
    }
    const response = await electron.net.fetch(pathToFileURL(file).href)
    const headers = new Headers(response.headers)
    headers.set('Content-Security-Policy', CONTENT_SECURITY_POLICY)
    headers.set('X-Content-Type-Options', 'nosniff')
    return new Response(response.body, { status: response.status, headers })
  })
}

/** The first quit waits for the goodbye, but not for long; the second goes through. */
function quitGracefully(app: App, monitor: BoundMonitor): void {
  let leaving = false
  app.on('before-quit', (event) => {
    if (leaving) return
    leaving = true
    event.preventDefault()
    const limit = new Promise((resolve) => setTimeout(resolve, QUIT_MS))
    void Promise.race([monitor.close(), limit]).finally(() => app.quit())
  })
}
