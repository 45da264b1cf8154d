/** A double of what the desktop host uses of Electron, typed against Electron's own types. */
import { EventEmitter } from 'node:events'
import type {
  IpcMainEvent,
  MenuItemConstructorOptions,
  MessageBoxOptions,
  OpenDialogOptions,
  Rectangle,
  RelaunchOptions,
  Session,
  WebFrameMain,
} from 'electron'
import type { ElectronParts } from '../../src/main/desktop/app.ts'
import { FakeChannel } from './electron-ports.ts'
import { FakeContents, FakeWindow } from './electron-window.ts'
import { FakeTray } from './tray.ts'

export { FakeContents, FakeWindow }
export { FakeTray, FakeTrayHost } from './tray.ts'

/** What a download is told. */
export interface FakeDownload {
  readonly allowed: boolean
  readonly dialog: { readonly defaultPath?: string; readonly filters?: readonly object[] } | null
}

/** Everything that a test looks at. */
export interface FakeElectron {
  readonly parts: ElectronParts
  readonly app: EventEmitter & {
    readonly calls: string[]
    readonly paths: Map<string, string>
    isPackaged: boolean
    handedOver: unknown
  }
  readonly ipcMain: EventEmitter
  readonly powerMonitor: EventEmitter
  readonly autoUpdater: EventEmitter
  readonly schemes: unknown[]
  readonly notices: { readonly title: string; readonly body: string; click(): void }[]
  /** The menu bar. */
  bar: readonly MenuItemConstructorOptions[]
  badge: number
  /** Questions that were asked; the answer to the next ones is `response`. */
  readonly questions: MessageBoxOptions[]
  response: number
  /** Whether questions stay open until they are withdrawn. */
  unanswered: boolean
  /** Folders that were opened; `openFailure` is what the system says to the next ones. */
  readonly opened: string[]
  openFailure: string
  /** Switches that Chromium was given, and how the app was told to start again. */
  readonly switches: string[]
  readonly relaunches: RelaunchOptions[]
  readonly openDialogs: OpenDialogOptions[]
  chosen: string[]
  screens: Rectangle[]
  /** Which keychain there is. */
  keychain: 'none' | 'basic_text' | 'gnome_libsecret'
  /** Answers a request for the app's own scheme. */
  request(url: string, method?: string): Promise<Response>
  permission(name: string, url?: string): boolean
  checkPermission(name: string, origin?: string): boolean
  devicePermission(): boolean
  /** Whether a page's request for something goes out. */
  goesOut(url: string): boolean
  download(url: string, name: string): FakeDownload
  /** A frame asks for its port. */
  askForPort(contents: FakeContents, frame?: WebFrameMain | null): void
}

/** Makes a double. `first` is whether this is the only instance. */
export function fakeElectron(first = true): FakeElectron {
  FakeWindow.all = []
  FakeWindow.refusing = false
  FakeTray.last = null
  FakeTray.offered = true
  const calls: string[] = []
  const handedOver: unknown = null
  const app = Object.assign(new EventEmitter(), {
    calls,
    paths: new Map<string, string>(),
    isPackaged: true,
    handedOver,
    requestSingleInstanceLock: (data: unknown) => {
      app.handedOver = data
      return first
    },
    whenReady: () => Promise.resolve(),
    quit: () => void calls.push('quit'),
    exit: (code: number) => void calls.push(`exit ${code}`),
    setPath: (name: string, path: string) => void app.paths.set(name, path),
    getPath: (name: string) => `/home/ann/${name}`,
    setAppUserModelId: (id: string) => void calls.push(`id ${id}`),
    setAsDefaultProtocolClient: (scheme: string) => void calls.push(`protocol ${scheme}`),
    setLoginItemSettings: ({ openAtLogin }: { openAtLogin: boolean }) => void calls.push(`login ${openAtLogin}`),
    commandLine: {
      appendSwitch: (name: string) => void fake.switches.push(name),
      hasSwitch: (name: string) => fake.switches.includes(name),
    },
    disableHardwareAcceleration: () => void calls.push('no acceleration'),
    relaunch: (options: RelaunchOptions) => void fake.relaunches.push(options),
    setBadgeCount: (count: number) => (fake.badge = count),
  })
  FakeWindow.onMade = (window) => {
    app.emit('browser-window-created', {}, window)
    app.emit('web-contents-created', {}, window.webContents)
  }
  const ipcMain = new EventEmitter()
  const powerMonitor = new EventEmitter()
  const autoUpdater = new EventEmitter()
  const schemes: unknown[] = []
  const notices: FakeElectron['notices'] = []
  let serve: (request: Request) => Promise<Response> = () => Promise.reject(new Error('nothing is served'))
  let onRequest: Parameters<Session['setPermissionRequestHandler']>[0] = null
  let onCheck: Parameters<Session['setPermissionCheckHandler']>[0] = null
  let onDevice: (() => boolean) | null = null
  let onUrl: ((details: { url: string }, answer: (result: { cancel?: boolean }) => void) => void) | null = null
  const defaultSession = Object.assign(new EventEmitter(), {
    setPermissionRequestHandler: (handler: typeof onRequest) => void (onRequest = handler),
    setPermissionCheckHandler: (handler: typeof onCheck) => void (onCheck = handler),
    setDevicePermissionHandler: (handler: typeof onDevice) => void (onDevice = handler),
    setDisplayMediaRequestHandler: () => undefined,
    setSpellCheckerEnabled: (wanted: boolean) => void calls.push(`spelling ${wanted}`),
    webRequest: { onBeforeRequest: (handler: typeof onUrl) => void (onUrl = handler) },
  })
  class FakeNotification {
    static isSupported = (): boolean => true
    readonly #shown
    constructor(options: { readonly title: string; readonly body: string }) {
      this.#shown = { ...options, click: () => undefined as void }
    }
    on(event: string, listener: () => void): void {
      if (event === 'click') this.#shown.click = listener
    }
    show(): void {
      notices.push(this.#shown)
    }
  }
  const turned = (bytes: Buffer): Buffer => Buffer.from(bytes.map((byte) => byte ^ 0x55))
  const parts = {
    app,
    BrowserWindow: FakeWindow,
    ipcMain,
    MessageChannelMain: FakeChannel,
    Notification: FakeNotification,
    Tray: FakeTray,
    Menu: {
      buildFromTemplate: (template: readonly MenuItemConstructorOptions[]) => template,
      setApplicationMenu: (menu: readonly MenuItemConstructorOptions[]) => void (fake.bar = menu),
    },
    nativeImage: { createFromBitmap: () => ({ setTemplateImage: () => undefined }) },
    dialog: {
      showMessageBox: (first: FakeWindow | MessageBoxOptions, second?: MessageBoxOptions) => {
        const options = second ?? (first as MessageBoxOptions)
        fake.questions.push(options)
        if (!fake.unanswered) return Promise.resolve({ response: fake.response })
        const cancelled = { response: options.cancelId ?? 0 }
        return new Promise((resolve) => options.signal?.addEventListener('abort', () => resolve(cancelled)))
      },
      showOpenDialog: (options: OpenDialogOptions) => {
        fake.openDialogs.push(options)
        return Promise.resolve({ canceled: fake.chosen.length === 0, filePaths: fake.chosen })
      },
    },
    powerMonitor,
    autoUpdater,
    protocol: {
      registerSchemesAsPrivileged: (list: unknown[]) => void schemes.push(...list),
      handle: (_scheme: string, handler: typeof serve) => void (serve = handler),
    },
    safeStorage: {
      isEncryptionAvailable: () => fake.keychain !== 'none',
      getSelectedStorageBackend: () => fake.keychain,
      encryptString: (text: string) => turned(Buffer.from(text)),
      decryptString: (sealed: Buffer) => turned(sealed).toString(),
    },
    screen: { getAllDisplays: () => fake.screens.map((workArea) => ({ workArea })) },
    session: { defaultSession },
    shell: {
      openPath: (path: string) => {
        fake.opened.push(path)
        return Promise.resolve(fake.openFailure)
      },
    },
  } as unknown as ElectronParts
  const fake: FakeElectron = {
    parts,
    app,
    ipcMain,
    powerMonitor,
    autoUpdater,
    schemes,
    notices,
    bar: [],
    badge: 0,
    questions: [],
    response: 0,
    unanswered: false,
    opened: [],
    openFailure: '',
    switches: [],
    relaunches: [],
    openDialogs: [],
    chosen: [],
    screens: [{ x: 0, y: 0, width: 1920, height: 1080 }],
    keychain: 'gnome_libsecret',
    request: (url, method = 'GET') => serve(new Request(url, { method })),
    permission: (name, url = 'app://peerscope/index.html') => {
      let granted = true
      const contents = { getURL: () => url } as never
      onRequest?.(contents, name as never, (answer) => (granted = answer), { requestingUrl: url, isMainFrame: true })
      return onRequest === null || granted
    },
    checkPermission: (name, origin = 'app://peerscope/') =>
      onCheck === null || onCheck(null, name as never, origin, {} as never),
    devicePermission: () => onDevice === null || onDevice(),
    goesOut: (url) => {
      let cancelled = false
      onUrl?.({ url }, ({ cancel = false }) => (cancelled = cancel))
      return !cancelled
    },
    download: (url, name) => {
      let allowed = true
      let dialog: FakeDownload['dialog'] = null
      const item = {
        getURL: () => url,
        getFilename: () => name,
        setSaveDialogOptions: (options: NonNullable<FakeDownload['dialog']>) => void (dialog = options),
      }
      defaultSession.emit('will-download', { preventDefault: () => (allowed = false) }, item)
      return { allowed, dialog }
    },
    askForPort: (contents, frame = contents.mainFrame) => {
      const event = { sender: contents, senderFrame: frame } as unknown as IpcMainEvent
      ipcMain.emit('peerscope:request-port', event)
    },
  }
  return fake
}

/** Presses an item of a menu, by its label. */
export function press(menu: readonly MenuItemConstructorOptions[], label: string): void {
  const item = itemOf(menu, label)
  if (item === null) throw new Error(`the menu has no '${label}'`)
  item.click?.(undefined as never, undefined, undefined as never)
}

/** An item of a menu and the menus in it, by its label; null where there is none. */
export function itemOf(menu: readonly MenuItemConstructorOptions[], label: string): MenuItemConstructorOptions | null {
  for (const item of menu) {
    if (item.label === label) return item
    const inside = Array.isArray(item.submenu) ? itemOf(item.submenu, label) : null
    if (inside !== null) return inside
  }
  return null
}
