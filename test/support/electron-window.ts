/** The double of Electron's windows and their contents. */
import { EventEmitter } from 'node:events'
import type {
  BrowserWindowConstructorOptions,
  MessagePortMain,
  Rectangle,
  RenderProcessGoneDetails,
  WebFrameMain,
} from 'electron'

/** A window as the double keeps it. */
export class FakeWindow extends EventEmitter {
  readonly options: BrowserWindowConstructorOptions
  readonly webContents = new FakeContents()
  readonly calls: string[] = []
  loaded: string | null = null
  minimized = false
  maximized = false
  bounds: Rectangle
  overlay: string | null = null
  visible = false
  destroyed = false
  /** Pages that were loaded, the first one too. */
  loads = 0
  static all: FakeWindow[] = []
  /** Whether pages cannot be loaded. */
  static refusing = false
  static onMade: (window: FakeWindow) => void = () => undefined

  constructor(options: BrowserWindowConstructorOptions) {
    super()
    this.options = options
    const { x = 0, y = 0, width = 0, height = 0 } = options
    this.bounds = { x, y, width, height }
    FakeWindow.all.push(this)
    FakeWindow.onMade(this)
  }

  loadURL(url: string): Promise<void> {
    this.loaded = url
    this.loads += 1
    return FakeWindow.refusing ? Promise.reject(new Error('ERR_FAILED')) : Promise.resolve()
  }

  show(): void {
    this.calls.push('show')
    this.visible = true
    this.emit('show')
  }

  hide(): void {
    this.calls.push('hide')
    this.visible = false
  }

  isVisible(): boolean {
    return this.visible
  }

  focus(): void {
    this.calls.push('focus')
  }

  restore(): void {
    this.calls.push('restore')
  }

  maximize(): void {
    this.calls.push('maximize')
    this.maximized = true
  }

  isMinimized(): boolean {
    return this.minimized
  }

  isMaximized(): boolean {
    return this.maximized
  }

  isDestroyed(): boolean {
    return this.destroyed
  }

  getNormalBounds(): Rectangle {
    return this.bounds
  }

  setOverlayIcon(image: unknown, description: string): void {
    this.overlay = image === null ? null : description
  }

  /** The user closes it. Whether it is closed then. */
  close(): boolean {
    let kept = false
    this.emit('close', { preventDefault: () => (kept = true) })
    if (!kept) {
      this.destroyed = true
      this.emit('closed')
    }
    return !kept
  }
}

/** A page's contents. Posted messages are kept. */
export class FakeContents extends EventEmitter {
  readonly mainFrame = { url: 'app://peerscope/index.html' } as WebFrameMain
  openHandler: ((details: { url: string }) => { action: string }) | null = null
  readonly posted: { readonly channel: string; readonly ports: readonly MessagePortMain[] }[] = []
  /** How often its process was ended by us. */
  ended = 0

  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }): void {
    this.openHandler = handler
  }

  getURL(): string {
    return this.mainFrame.url
  }

  /** As in Electron, the event comes later. */
  forcefullyCrashRenderer(): void {
    this.ended += 1
  }

  /** The page's process dies. */
  die(reason: RenderProcessGoneDetails['reason'] = 'crashed', exitCode = 139): void {
    this.emit('render-process-gone', {}, { reason, exitCode })
  }

  postMessage(channel: string, _message: unknown, ports: readonly MessagePortMain[] = []): void {
    this.posted.push({ channel, ports })
  }
}
