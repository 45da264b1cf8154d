/** A double of what the desktop host uses of Electron, typed against Electron's own types. */
import { EventEmitter } from 'node:events'
import { MessageChannel } from 'node:worker_threads'
import type { MessagePort } from 'node:worker_threads'
import type { BrowserWindowConstructorOptions, IpcMainEvent, MessagePortMain, Session, WebFrameMain } from 'electron'
import type { ElectronParts } from '../../src/main/desktop/app.ts'

/** A window as the double keeps it. */
export class FakeWindow extends EventEmitter {
  readonly options: BrowserWindowConstructorOptions
  readonly webContents = new FakeContents()
  readonly calls: string[] = []
  loaded: string | null = null
  minimized = false
  static all: FakeWindow[] = []

  constructor(options: BrowserWindowConstructorOptions) {
    super()
    this.options = options
    FakeWindow.all.push(this)
  }

  static getAllWindows(): FakeWindow[] {
    return FakeWindow.all
  }

  loadURL(url: string): Promise<void> {
    this.loaded = url
    return Promise.resolve()
  }

  show(): void {
    this.calls.push('show')
  }

  focus(): void {
    this.calls.push('focus')
  }

  restore(): void {
    this.calls.push('restore')
  }

  isMinimized(): boolean {
    return this.minimized
  }
}

/** A page's contents. Posted messages are kept. */
export class FakeContents extends EventEmitter {
  readonly mainFrame = { url: 'app://peerscope/index.html' } as WebFrameMain
  openHandler: ((details: { url: string }) => { action: string }) | null = null
  readonly posted: { readonly channel: string; readonly ports: readonly MessagePortMain[] }[] = []

  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }): void {
    this.openHandler = handler
  }

  postMessage(channel: string, _message: unknown, ports: readonly MessagePortMain[] = []): void {
    this.posted.push({ channel, ports })
  }
}

/** Everything that a test looks at. */
export interface FakeElectron {
  readonly parts: ElectronParts
  readonly app: EventEmitter & { readonly calls: string[] }
  readonly ipcMain: EventEmitter
  readonly schemes: unknown[]
  /** Answers a request for the app's own scheme. */
  request(url: string, method?: string): Promise<Response>
  permission(name: string): boolean
  checkPermission(name: string): boolean
  /** A frame asks for its port. */
  askForPort(contents: FakeContents, frame?: WebFrameMain | null): void
}

/** Makes a double. `first` is whether this is the only instance. */
export function fakeElectron(files: ReadonlyMap<string, string>, first = true): FakeElectron {
  FakeWindow.all = []
  const calls: string[] = []
  const app = Object.assign(new EventEmitter(), {
    calls,
    requestSingleInstanceLock: () => first,
    whenReady: () => Promise.resolve(),
    quit: () => void calls.push('quit'),
  })
  const ipcMain = new EventEmitter()
  const schemes: unknown[] = []
  let serve: (request: Request) => Promise<Response> = () => Promise.reject(new Error('nothing is served'))
  let onRequest: Parameters<Session['setPermissionRequestHandler']>[0] = null
  let onCheck: Parameters<Session['setPermissionCheckHandler']>[0] = null
  const defaultSession = {
    setPermissionRequestHandler: (handler: typeof onRequest) => void (onRequest = handler),
    setPermissionCheckHandler: (handler: typeof onCheck) => void (onCheck = handler),
  }
  const parts = {
    app,
    BrowserWindow: FakeWindow,
    ipcMain,
    MessageChannelMain: FakeChannel,
    protocol: {
      registerSchemesAsPrivileged: (list: unknown[]) => void schemes.push(...list),
      handle: (_scheme: string, handler: typeof serve) => void (serve = handler),
    },
    net: {
      fetch: (url: string) => {
        const content = files.get(new URL(url).pathname)
        return Promise.resolve(new Response(content ?? 'none', { status: content === undefined ? 404 : 200 }))
      },
    },
    session: { defaultSession },
  } as unknown as ElectronParts
  return {
    parts,
    app,
    ipcMain,
    schemes,
    request: (url, method = 'GET') => serve(new Request(url, { method })),
    permission: (name) => {
      let granted = true
      onRequest?.({} as never, name as never, (answer) => (granted = answer), {} as never)
      return onRequest === null || granted
    },
    checkPermission: (name) => onCheck === null || onCheck(null, name as never, '', {} as never),
    askForPort: (contents, frame = contents.mainFrame) => {
      const event = { sender: contents, senderFrame: frame } as unknown as IpcMainEvent
      ipcMain.emit('peerscope:request-port', event)
    },
  }
}

/** Electron's ports, on Node's: `on('message')` gives an event with `data`. */
class FakePort extends EventEmitter {
  readonly #port: MessagePort

  constructor(port: MessagePort) {
    super()
    this.#port = port
    port.on('message', (data: unknown) => this.emit('message', { data, ports: [] }))
    port.on('close', () => this.emit('close'))
    port.unref()
  }

  postMessage(message: unknown): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port has no origin
    this.#port.postMessage(message)
  }

  start(): void {
    this.#port.start()
  }

  close(): void {
    this.#port.close()
  }
}

class FakeChannel {
  readonly port1: FakePort
  readonly port2: FakePort

  constructor() {
    const { port1, port2 } = new MessageChannel()
    this.port1 = new FakePort(port1)
    this.port2 = new FakePort(port2)
  }
}
