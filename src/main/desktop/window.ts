import type { BrowserWindow, BrowserWindowConstructorOptions, Event, Screen, WebContents } from 'electron'
import type { JsonFile } from '../monitor/json-file.ts'
import type { PageOrigin } from './page-origin.ts'
import { isOwnPage } from './page-origin.ts'
import type { WindowState } from './window-state.ts'
import { keepable, placed, WINDOW_SIZE } from './window-state.ts'

/** How long a window waits for its page before it is shown without one, milliseconds. */
export const SHOW_MS = 3000

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
  /** The picture of the window and its place in the taskbar, where the system takes it from the window; null for none. */
  readonly icon: string | null
  /** Called with each window before its page is loaded. */
  readonly watch: (window: BrowserWindow) => void
  /** Asked before the window closes; it may keep it open. */
  readonly onClose: (event: Event) => void
}

/** The one window of the app. It comes back where it was. */
export class MainWindow {
  readonly #parts: MainWindowParts
  #window: BrowserWindow | null = null
  /** Whether it is to be maximized when it is shown for the first time. */
  #maximize = false

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
    const { BrowserWindow, screen, state, preload, page, icon, watch, onClose } = this.#parts
    const areas = screen.getAllDisplays().map(({ workArea }) => workArea)
    const window = new BrowserWindow({
      ...WINDOW_OPTIONS,
      ...placed(state.value, areas),
      ...(icon === null ? {} : { icon }),
      webPreferences: { ...WINDOW_OPTIONS.webPreferences, preload },
    })
    this.#window = window
    this.#maximize = state.value?.maximized === true
    if (shown) this.#showWhenReady(window)
    window.on('blur', () => this.remember())
    window.on('close', (event) => {
      this.remember()
      onClose(event)
    })
    window.on('closed', () => {
      this.#window = null
    })
    watch(window)
    loadPage(window, page)
    return window
  }

  /** Brings it to the front, open or not. */
  show(): void {
    const window = this.open(true)
    if (window.isMinimized()) window.restore()
    this.#reveal(window)
    window.focus()
  }

  /**
   * Shows it on the first sign of its page. On Wayland `ready-to-show` may never come (electron/electron#48859), and a page
   * that cannot be loaded gives none.
   */
  #showWhenReady(window: BrowserWindow): void {
    let waiting = true
    const stop = (): void => {
      waiting = false
      clearTimeout(timer)
    }
    const show = (): void => {
      if (waiting && !window.isDestroyed()) this.#reveal(window)
      stop()
    }
    const timer = setTimeout(show, SHOW_MS)
    timer.unref()
    window.once('ready-to-show', show)
    window.webContents.once('did-finish-load', show)
    window.webContents.once('did-fail-load', show)
    window.once('show', stop)
    window.once('closed', stop)
  }

  /** Maximizing would show a window, so that it waits until it is to be seen. */
  #reveal(window: BrowserWindow): void {
    if (this.#maximize) window.maximize()
    this.#maximize = false
    window.show()
  }

  /** Keeps where it is, where that has changed. */
  remember(): void {
    const window = this.#window
    if (window === null || window.isDestroyed() || window.isMinimized()) return
    const { state } = this.#parts
    const next = keepable(window.getNormalBounds(), window.isMaximized() || this.#maximize)
    if (next !== null && JSON.stringify(next) !== JSON.stringify(state.value)) state.set(next)
  }
}

/** Loads our page into the window. A failure is told by the event `did-fail-load`. */
export function loadPage(window: BrowserWindow, page: PageOrigin): void {
  window.loadURL(page.url).catch(() => undefined)
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
