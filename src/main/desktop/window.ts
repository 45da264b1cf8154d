import type { BrowserWindow, BrowserWindowConstructorOptions, Event, Screen, WebContents } from 'electron'
import type { JsonFile } from '../monitor/json-file.ts'
import type { PageOrigin } from './page-origin.ts'
import { isOwnPage } from './page-origin.ts'
import type { WindowState } from './window-state.ts'
import { placed, WINDOW_SIZE } from './window-state.ts'

/** The window: sandboxed, isolated, without Node, shown when it has something to show. */
export const WINDOW_OPTIONS = {
  title: 'Peerscope',
  ...WINDOW_SIZE,
  show: false,
  backgroundColor: '#0e1117',
  webPreferences: {
    contextIsolation: true,
    sandbox: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    experimentalFeatures: false,
    webviewTag: false,
    navigateOnDragDrop: false,
    // Dictionaries would be fetched from elsewhere.
    spellcheck: false,
  },
} as const satisfies BrowserWindowConstructorOptions

/** What the window works with. */
export interface MainWindowParts {
  readonly BrowserWindow: new (options: BrowserWindowConstructorOptions) => BrowserWindow
  readonly screen: Pick<Screen, 'getAllDisplays'>
  readonly state: JsonFile<WindowState>
  readonly preload: string
  readonly page: PageOrigin
  /** Asked before the window closes; it may keep it open. */
  readonly onClose: (event: Event) => void
}

/** The one window of the app. It comes back where it was. */
export class MainWindow {
  readonly #parts: MainWindowParts
  #window: BrowserWindow | null = null

  constructor(parts: MainWindowParts) {
    this.#parts = parts
  }

  /** Null while there is none. */
  get current(): BrowserWindow | null {
    return this.#window
  }

  /** Whether the user can see it. */
  get inView(): boolean {
    return this.#window !== null && this.#window.isVisible() && !this.#window.isMinimized()
  }

  /** Opens it where there is none. @param shown false for a start in the tray */
  open(shown: boolean): BrowserWindow {
    if (this.#window !== null) return this.#window
    const { BrowserWindow, screen, state, preload, page, onClose } = this.#parts
    const areas = screen.getAllDisplays().map(({ workArea }) => workArea)
    const window = new BrowserWindow({
      ...WINDOW_OPTIONS,
      ...placed(state.value, areas),
      webPreferences: { ...WINDOW_OPTIONS.webPreferences, preload },
    })
    this.#window = window
    if (state.value?.maximized === true && shown) window.maximize()
    window.once('ready-to-show', () => {
      if (shown) window.show()
    })
    window.on('blur', () => this.remember())
    window.on('close', (event) => {
      this.remember()
      onClose(event)
    })
    window.on('closed', () => {
      this.#window = null
    })
    void window.loadURL(page.url)
    return window
  }

  /** Brings it to the front, open or not. */
  show(): void {
    const window = this.open(true)
    if (window.isMinimized()) window.restore()
    window.show()
    window.focus()
  }

  /** Keeps where it is, where that has changed. */
  remember(): void {
    const window = this.#window
    if (window === null || window.isDestroyed() || window.isMinimized()) return
    const { x, y, width, height } = window.getNormalBounds()
    const next = { x, y, width, height, maximized: window.isMaximized() }
    const { state } = this.#parts
    if (JSON.stringify(next) !== JSON.stringify(state.value)) state.set(next)
  }
}

/** A page stays where it is: no navigation, no new windows, no embedded pages. */
export function confine(contents: WebContents, page: PageOrigin): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }))
  contents.on('will-navigate', (event) => {
    if (!isOwnPage(event.url, page)) event.preventDefault()
  })
  contents.on('will-frame-navigate', (event) => {
    if (!isOwnPage(event.url, page)) event.preventDefault()
  })
  contents.on('will-redirect', (event) => event.preventDefault())
  contents.on('will-attach-webview', (event) => event.preventDefault())
}
